"""The online voice against a stand-in of the service: what it asks for, what it believes, and how it gives up."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import metadata
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from gtts_stand_in import HOST, MS_PER_LETTER, StandIn, running
from slack_time import SlackTime

from reader.cleaner import clean
from reader.cli import run
from reader.scraper import scrape
from reader.scriptwriter import write_script
from voices import UnknownVoiceError, Utterance, VoiceError, gtts, load
from voices.online import clauses
from voices.online.joining import CLAUSE_PAUSE_MS, KEPT_SILENCE_MS, SENTENCE_PAUSE_MS, pause_after
from voices.online.remote import Pace
from voices.testing import check_speech, check_voice

pytestmark = pytest.mark.whole

LONG = (
    "Nære allierede med Rusland har fået nok, og nu begynder de at sige fra over for præsidenten, "
    "siger lektor ved Forsvarsakademiet Claus Mathiesen. Han følger situationen tæt, og det har han gjort i mange år."
)
SECRET = "Hemmelighed"
LESSONS = [f"Det er lektion nummer {number}, og den handler om vejret." for number in "to tre fire fem seks".split()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with running(tmp_path_factory.mktemp("stand-in")) as stand_in:
        yield stand_in


@pytest.fixture
def service(server: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> StandIn:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # nothing was ever spoken before
    for name in ("https_proxy", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", server.proxy)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    server.forget()
    return server


@pytest.fixture
def time() -> SlackTime:
    return SlackTime()


@pytest.fixture
def voice(time: SlackTime) -> Iterator[gtts.GttsVoice]:
    made = gtts.GttsVoice("da", "2.5.4", pace=Pace(1, 50, time.timing))
    yield made
    made.close()


def milliseconds(pcm: bytes) -> int:
    return 1000 * len(pcm) // (2 * gtts.RATE)


def refusal(voice: gtts.GttsVoice) -> str:
    with pytest.raises(VoiceError) as caught:
        voice.speak(Utterance(f"{SECRET} nummer et."))
    message = str(caught.value)
    assert SECRET not in message
    assert "\n" not in message
    assert message.startswith("gtts:da@2.5.4, piece 1 of 1: ")
    return message


def waits(time: SlackTime) -> list[float]:
    """The waits between tries, without those that keep the pace."""
    return [round(seconds, 1) for seconds in time.sleeps if seconds > 0.1]


@pytest.mark.usefixtures("service")
def test_contract(voice: gtts.GttsVoice) -> None:
    """The voice keeps every promise of the seam, hostile texts included."""
    check_voice(voice)


def test_each_piece_once(service: StandIn, voice: gtts.GttsVoice) -> None:
    """Every piece is asked for once, in order, in the voice's language, and together they are the whole text."""
    voice.speak(Utterance(LONG))
    assert service.texts == clauses.split(LONG)
    assert len(service.texts) == 3
    assert " ".join(service.texts) == LONG
    assert set(service.languages) == {"da"}
    assert service.targets == ["translate.google.com:443"]


def test_joined_with_pauses(service: StandIn, voice: gtts.GttsVoice) -> None:
    """The silence around each answer is trimmed to a breath, and between pieces stands the pause of their marks."""
    speech = voice.speak(Utterance(LONG))
    check_speech(voice, Utterance(LONG), speech)
    tones = MS_PER_LETTER * sum(map(str.isalnum, LONG))
    pauses = sum(map(pause_after, service.texts[:-1]))
    breaths = 2 * KEPT_SILENCE_MS * len(service.texts)
    assert pauses == CLAUSE_PAUSE_MS + SENTENCE_PAUSE_MS
    assert milliseconds(speech.pcm) == pytest.approx(tones + pauses + breaths, abs=30 * len(service.texts))


@pytest.mark.usefixtures("service")
def test_pieces_are_marked(voice: gtts.GttsVoice) -> None:
    """The first word of each piece is marked where the piece begins, and no other word."""
    speech = voice.speak(Utterance(LONG))
    assert [LONG[mark.start : mark.end] for mark in speech.marks] == ["Nære", "siger", "Han"]
    assert [mark.start for mark in speech.marks] == [start for start, _ in clauses.pieces(LONG)]
    alone = [voice.speak(Utterance(piece)).pcm for piece in clauses.split(LONG)]
    for mark, pcm in zip(speech.marks, alone, strict=True):
        assert speech.pcm[2 * mark.frame :].startswith(pcm)


def test_seed_needs_few_requests(seed: Path, service: StandIn, voice: gtts.GttsVoice) -> None:
    """The article that this project began from, sentence by sentence, is spoken in forty-five requests."""
    lines = write_script(clean(scrape(str(seed)))).lines
    for _, group in groupby(lines, key=lambda line: line.sentence):
        voice.speak(Utterance(" ".join(line.spoken for line in group)))
    assert len(service.texts) == 45
    assert service.connections == 2  # one to the proxy, and the same when it is secure


@pytest.mark.parametrize(
    ("fault", "said"),
    [("403", "HTTP 403"), ("404", "HTTP 404"), ("204", "HTTP 204"), ("redirect", "HTTP 302"), ("huge", "bytes")],
)
def test_refused_at_once(service: StandIn, voice: gtts.GttsVoice, fault: str, said: str) -> None:
    """A refusal is an error that says so, and is not asked for again; nor is what has no end."""
    service.plan.append(fault)
    assert said in refusal(voice)
    assert len(service.texts) == 1
    assert set(service.targets) == {"translate.google.com:443"}


FAULTS = {
    "429": "HTTP 429",
    "500": "HTTP 500",
    "503": "HTTP 503",
    "cut": "broke off",
    "no way": "no way",
    "html": "captcha",
    "empty": "not speech",
    "null": "no sound",
    "no sound": "no sound",
    "bad base64": "cannot be read",
    "not utf-8": "cannot be read",
    "two answers": "two answers",
    "two parts": "more than one part",
    "garbage": "damaged",
    "truncated": "breaks off",
    "third missing": "breaks off",
    "doubled": "twice",
    "third missing, whole frames": "too short",
    "endless": "too long",
    "silent": "too short",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_passing_fault_passes(service: StandIn, voice: gtts.GttsVoice, time: SlackTime, fault: str) -> None:
    """A fault that may pass is tried again after half a second and then one, and leaves no trace in the sound."""
    good = voice.speak(Utterance("Det regner over hele landet."))
    service.plan.extend([fault, fault])
    time.sleeps.clear()
    assert voice.speak(Utterance("Det regner over hele landet.")) == good
    assert waits(time) == [0.5, 1]


@pytest.mark.parametrize(("fault", "said"), FAULTS.items())
def test_lasting_fault(service: StandIn, voice: gtts.GttsVoice, fault: str, said: str) -> None:
    """A fault that does not pass ends, after the last try, in one error that names it, even in a voice never heard."""
    service.plan.extend([fault] * 9)
    assert said in refusal(voice)
    assert len(service.plan) == 9 - gtts.LIMITS.tries


def test_spoken_twice(service: StandIn, voice: gtts.GttsVoice) -> None:
    """Words said twice in one faultless file are heard by whoever knows how the voice speaks, and asked for again."""
    for lesson in LESSONS:
        voice.speak(Utterance(lesson))
    service.plan.append("spoken twice")
    voice.speak(Utterance(LESSONS[0]))
    assert len(service.texts) == len(LESSONS) + 2
    service.plan.extend(["spoken twice"] * 9)
    with pytest.raises(VoiceError, match="too long"):
        voice.speak(Utterance(LESSONS[0]))


@pytest.mark.parametrize("fault", ["silence", "drip", "header drip"])
def test_deadline(service: StandIn, fault: str) -> None:
    """An answer that does not come, or only drips in, is given up at the deadline."""
    service.plan.append(fault)
    voice = gtts.GttsVoice("da", "2.5.4", limits=replace(gtts.LIMITS, deadline=0.3, tries=1))
    assert "within 0.3 seconds" in refusal(voice)
    voice.close()


def test_never_more_than_asked_for(service: StandIn) -> None:
    """However many threads speak, no more requests are under way than the option allows, and none is made twice."""
    voice = gtts.make("da?at_once=3&per_second=50")
    service.delay = 0.03
    assert voice.concurrency == 3
    with ThreadPoolExecutor(6) as threads:
        speeches = list(threads.map(lambda text: voice.speak(Utterance(text)), LESSONS * 2))
    assert service.peak <= 3
    assert sorted(service.texts) == sorted(LESSONS * 2)
    assert speeches[: len(LESSONS)] == speeches[len(LESSONS) :]
    voice.close()


def test_proxy_that_lets_nobody_through(service: StandIn, voice: gtts.GttsVoice) -> None:
    """A proxy that wants to know who asks is a wrong setting, and is not asked again."""
    service.plan.append("no entry")
    assert "the proxy lets nobody through to Google (HTTP 407)" in refusal(voice)
    assert (service.texts, len(service.targets)) == ([], 1)


def test_no_proxy(service: StandIn, voice: gtts.GttsVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that the environment exempts from the proxy is spoken to directly."""
    asked: list[str] = []

    def unknown(host: str, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setenv("NO_PROXY", "translate.google.com")
    assert "check the network" in refusal(voice)
    assert set(asked) == {"translate.google.com"}
    assert service.targets == []


def test_one_line_answer(service: StandIn, voice: gtts.GttsVoice) -> None:
    """How the service breaks the lines of its answer does not matter."""
    service.plan.extend(["ok", "one line"])
    assert voice.speak(Utterance("Det regner.")) == voice.speak(Utterance("Det regner."))


def test_broken_handshake(service: StandIn, voice: gtts.GttsVoice, time: SlackTime) -> None:
    """A connection that breaks off before it is secure is tried again like any other."""
    service.plan.append("no handshake")
    voice.speak(Utterance("Det regner."))
    assert (waits(time), service.texts) == ([0.5], ["Det regner."])


@pytest.mark.usefixtures("service")
def test_text_stays_out_of_logs(voice: gtts.GttsVoice, caplog: pytest.LogCaptureFixture) -> None:
    """Even the most talkative log never holds the text, which gTTS itself would write there."""
    caplog.set_level(logging.DEBUG)
    voice.speak(Utterance(f"{SECRET} nummer et."))
    assert SECRET not in caplog.text


def test_untrusted_certificate(service: StandIn, voice: gtts.GttsVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server with a certificate that nobody vouches for is never sent the text."""
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "certificate" in refusal(voice)
    assert service.texts == []
    assert len(service.targets) == 1


def name_hash(common_name: str) -> str:
    """What OpenSSL calls the file of a certificate with this name."""
    value = b"\x0c" + bytes([len(common_name)]) + common_name.encode()
    named = b"\x06\x03\x55\x04\x03" + value
    pair = b"\x30" + bytes([len(named)]) + named
    digest = hashlib.sha1(b"\x31" + bytes([len(pair)]) + pair, usedforsecurity=False).digest()
    return digest[3::-1].hex()


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR"])
def test_trusted_certificates(
    service: StandIn, voice: gtts.GttsVoice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """Whoever the environment vouches for is trusted, by each of the names that are in use for that."""
    monkeypatch.delenv("SSL_CERT_FILE")
    trusted = service.certificate
    if name == "SSL_CERT_DIR":
        trusted = tmp_path
        (trusted / f"{name_hash(HOST)}.0").write_bytes(service.certificate.read_bytes())
    monkeypatch.setenv(name, str(trusted))
    voice.speak(Utterance("Det regner."))
    assert service.texts == ["Det regner."]


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HTTPS_PROXY", "http://127.0.0.1:9", "broke off"),
        ("HTTPS_PROXY", "http://127.0.0.1:port", "settings"),
        ("HTTPS_PROXY", "socks5://127.0.0.1:9", "settings"),
        ("SSL_CERT_FILE", "/no/such/file", "settings"),
    ],
)
def test_wrong_settings(
    voice: gtts.GttsVoice, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    """A proxy or certificate setting that cannot work ends in a voice error, never in a foreign one."""
    monkeypatch.setenv(name, value)
    assert said in refusal(voice)


@pytest.mark.parametrize("text", ["", "  ", "»«", "!!! …"])
def test_nothing_to_say(service: StandIn, voice: gtts.GttsVoice, text: str) -> None:
    """A text without letter or digit is refused before anything is sent."""
    with pytest.raises(VoiceError, match="nothing to say"):
        voice.speak(Utterance(text))
    assert service.targets == []


def test_make() -> None:
    """The engine speaks Danish unless told otherwise, and its version is part of the voice's id."""
    version = metadata.version("gTTS")
    assert load("gtts").id == load("gtts:da").id == f"gtts:da@{version}"
    assert gtts.make("zh-CN").id == f"gtts:zh-CN@{version}"
    assert gtts.ENGINE.online
    assert gtts.ENGINE.siblings("da") == ()


def test_pace_is_an_option() -> None:
    """How many requests at once and a second is said behind the language, and is no part of the voice's id."""
    plain, quick = gtts.make("da"), gtts.make("?at_once=4&per_second=8")
    assert (plain.concurrency, quick.concurrency) == (1, 4)
    assert plain.id == quick.id


@pytest.mark.parametrize(
    "query",
    "at_once=0 at_once=9 at_once=1.5 at_once=one at_once at_once=1&at_once=2 tld=com "
    "per_second=0 per_second=51 per_second=-1 per_second=nan per_second=1e1 per_second=".split(),
)
def test_bad_pace(query: str) -> None:
    """A pace that makes no sense, and every setting that is none, is a wrong call."""
    with pytest.raises(UnknownVoiceError, match="setting"):
        gtts.make(f"da?{query}")


@pytest.mark.parametrize("option", ["d", "dansk", "da/../x", "DA", "da\n", "da.evil.example", "da-"])
def test_bad_option(option: str) -> None:
    """Only a language code is taken for one."""
    with pytest.raises(UnknownVoiceError, match="language code"):
        gtts.make(option)


def test_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the voice is refused by naming what to install."""

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    with pytest.raises(UnknownVoiceError, match="pip install gTTS"):
        gtts.make("da")


def test_lazy_import() -> None:
    """Importing the engine, and even making a voice, loads neither gTTS nor an audio or network library."""
    names = "{'gtts', 'av', 'pydub', 'requests', 'httpx'}"
    code = f"import sys, voices.gtts as g; g.make('da'); print(*{names} & set(sys.modules))"
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_stand_in_as_a_program(tmp_path: Path) -> None:
    """Run by itself, the stand-in says where it is, slows its answers as told, and ends with its input."""
    command = [sys.executable, str(Path(__file__).parent / "gtts_stand_in.py"), "--delay", "0.01"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin
        assert program.stdout
        said: dict[str, Any] = json.loads(program.stdout.readline())
        settings = {**os.environ, "HTTPS_PROXY": said["proxy"], "SSL_CERT_FILE": said["certificate"]}
        code = "from voices import *; load('gtts').speak(Utterance('Det regner.'))"
        command = [sys.executable, "-X", "dev", "-c", code]
        done = subprocess.run(command, env=settings, cwd=tmp_path, check=False, capture_output=True, text=True)
        program.stdin.close()
        assert (done.returncode, done.stderr, program.wait(10)) == (0, "", 0)


def test_an_article_is_read_and_the_reader_is_told_where_its_text_went(
    service: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`lyt read --voice gtts` makes an episode like any voice, line by line, and says that Google got the text."""
    source = tmp_path / "broen.txt"
    source.write_text("Broen åbner\n\nDet regner i dag.\n\n»Vi bygger nu,« siger Ida Ravn.\n\nSå gik de.\n", "utf-8")
    assert run(["read", str(source), "--voice", "gtts", "-o", str(tmp_path / "ud")]) == 0
    assert "gTTS sent the text to Google" in capsys.readouterr().err
    assert sum(text.endswith("siger Ida Ravn.") for text in service.texts) == 1
    assert (tmp_path / "ud" / "broen-aabner" / "broen-aabner.mp3").stat().st_size > 50_000


def test_offline_means_no_online_voice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --offline an online voice is a wrong call, for the story and for the quotes; nothing is sent or made."""
    source = tmp_path / "broen.txt"
    source.write_text("Det regner i dag, og det har det gjort længe.", "utf-8")
    ud = str(tmp_path / "ud")
    for command in (
        ["read", str(source), "--voice", "gtts", "-o", ud],
        ["read", str(source), "--voice", "tone", "--quote-voice", "gtts:da", "-o", ud],
        ["say", "hemmeligt", "--voice", "gtts", "-o", ud],
        ["voices", "try", "gtts", "-o", ud],
    ):
        assert run([*command, "--offline"]) == 2
        assert "needs the network" in capsys.readouterr().err
    assert not (tmp_path / "ud").exists()


def test_whoever_hears_a_quote_by_google_is_told_too(
    service: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also when only the quotes, a sample or a single sentence went to Google, the end of the run says so."""
    source = tmp_path / "broen.txt"
    source.write_text("Det regner i dag.\n\n»Vi bygger nu,« siger Ida Ravn.\n", "utf-8")
    for command in (
        ["read", str(source), "--voice", "tone", "--quote-voice", "gtts", "-o", str(tmp_path / "ud")],
        ["say", "Det regner.", "--voice", "gtts", "-o", str(tmp_path / "a.mp3")],
        ["voices", "try", "gtts", "-o", str(tmp_path / "b.mp3")],
    ):
        assert run(command) == 0
        assert "gTTS sent the text to Google" in capsys.readouterr().err
    assert service.texts[0] == "Vi bygger nu,"
