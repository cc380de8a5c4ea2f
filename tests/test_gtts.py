"""The online voice against a stand-in of the service: what it asks for, what it believes, and how it gives up."""

from __future__ import annotations

import array
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from time import monotonic

import pytest
from gtts_stand_in import MS_PER_LETTER, StandIn, running

from reader.cli import run
from voices import UnknownVoiceError, Utterance, VoiceError, clauses, gtts, load
from voices.testing import check_speech, check_voice

LONG = (
    "Tidligere meget nære allierede med Rusland har fået nok, og nu begynder de at sige fra over for præsidenten, "
    "siger lektor ved Forsvarsakademiet Claus Mathiesen. Han følger situationen tæt, og det har han gjort i mange år."
)
SECRET = "Hemmelighed"
QUICK = gtts.Limits(deadline=5, tries=3)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with running(tmp_path_factory.mktemp("stand-in")) as stand_in:
        yield stand_in


@pytest.fixture
def service(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    for name in ("https_proxy", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", server.proxy)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.certificate))
    for record in (server.plan, server.texts, server.languages, server.targets):
        record.clear()
    return server


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def voice(waits: list[float]) -> gtts.GttsVoice:
    return gtts.GttsVoice("da", "2.5.4", limits=QUICK, sleep=waits.append)


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


@pytest.mark.usefixtures("service")
def test_contract(voice: gtts.GttsVoice) -> None:
    """The voice keeps every promise of the seam, hostile texts included."""
    check_voice(voice)


def test_each_piece_once(service: StandIn, voice: gtts.GttsVoice) -> None:
    """Every piece is asked for once, in order, in the voice's language, and together they are the whole text."""
    speech = voice.speak(Utterance(LONG))
    assert service.texts == clauses.split(LONG)
    assert len(service.texts) == 4
    assert " ".join(service.texts) == LONG
    assert set(service.languages) == {"da"}
    assert set(service.targets) == {"translate.google.com:443"}
    assert speech.marks == ()


def test_joined_with_pauses(service: StandIn, voice: gtts.GttsVoice) -> None:
    """The silence around each answer is trimmed to a breath, and between pieces stands the pause of their marks."""
    speech = voice.speak(Utterance(LONG))
    check_speech(voice, Utterance(LONG), speech)
    tones = MS_PER_LETTER * sum(map(str.isalnum, LONG))
    pauses = sum(map(gtts.pause_after, service.texts[:-1]))
    breaths = 2 * gtts.KEPT_SILENCE_MS * len(service.texts)
    assert pauses == 2 * gtts.CLAUSE_PAUSE_MS + gtts.SENTENCE_PAUSE_MS
    assert milliseconds(speech.pcm) == pytest.approx(tones + pauses + breaths, abs=30 * len(service.texts))


@pytest.mark.parametrize(
    ("piece", "pause"), [("Ja.", 250), ("»Ja!«", 250), ("ja,", 120), ("ja –", 120), ("»ja,«", 120), ("ja", 0)]
)
def test_pause(piece: str, pause: int) -> None:
    """A sentence is followed by a longer pause than a clause, closing quotes or not, and a bare word by none."""
    assert gtts.pause_after(piece) == pause


def test_trimmed_keeps_sound() -> None:
    """Trimming takes silence only: all of the sound stays, and silence alone becomes nothing."""
    tone = array.array("h", [9000, -9000] * gtts.RATE).tobytes()
    quiet = bytes(gtts.RATE)
    kept = gtts.trimmed(quiet + tone + quiet)
    assert tone in kept
    assert milliseconds(kept) - milliseconds(tone) == pytest.approx(2 * gtts.KEPT_SILENCE_MS, abs=20)
    assert gtts.trimmed(quiet) == gtts.trimmed(b"") == b""


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("403", "HTTP 403"),
        ("404", "HTTP 404"),
        ("204", "HTTP 204"),
        ("redirect", "HTTP 302"),
        ("html", "captcha"),
        ("empty", "not speech"),
        ("null", "no sound"),
        ("no sound", "no sound"),
        ("bad base64", "cannot be read"),
        ("not utf-8", "cannot be read"),
        ("two answers", "two answers"),
        ("two parts", "more than one part"),
        ("endless", "far too long"),
        ("huge", "bytes"),
    ],
)
def test_refused_at_once(service: StandIn, voice: gtts.GttsVoice, fault: str, said: str) -> None:
    """An answer that is not exactly one piece of speech is an error that says so, and is not asked for again."""
    service.plan.append(fault)
    assert said in refusal(voice)
    assert len(service.texts) == 1
    assert set(service.targets) == {"translate.google.com:443"}


@pytest.mark.parametrize("fault", ["429", "500", "503", "cut", "garbage", "truncated", "silent"])
def test_passing_fault_passes(service: StandIn, voice: gtts.GttsVoice, waits: list[float], fault: str) -> None:
    """A fault that may pass is tried again after a second and then two, and leaves no trace in the sound."""
    good = voice.speak(Utterance("Det regner."))
    service.plan.extend([fault, fault])
    assert voice.speak(Utterance("Det regner.")) == good
    assert waits == [1, 2]
    assert service.texts == ["Det regner."] * 4


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("429", "HTTP 429"),
        ("500", "HTTP 500"),
        ("cut", "broke off"),
        ("garbage", "damaged"),
        ("truncated", "too short"),
        ("silent", "too short"),
    ],
)
def test_lasting_fault(service: StandIn, voice: gtts.GttsVoice, fault: str, said: str) -> None:
    """A fault that does not pass ends, after the last try, in one error that names it."""
    service.plan.extend([fault] * 9)
    assert said in refusal(voice)
    assert len(service.texts) == QUICK.tries


def test_retry_after(service: StandIn, voice: gtts.GttsVoice, waits: list[float]) -> None:
    """The service's own wish to wait is obeyed."""
    service.plan.append("429 7")
    voice.speak(Utterance("Det regner."))
    assert waits == [7]


def test_retry_after_too_long(service: StandIn, voice: gtts.GttsVoice, waits: list[float]) -> None:
    """A service that asks for an hour is given up at once."""
    service.plan.append("429 3600")
    assert "asks to wait 3600 seconds" in refusal(voice)
    assert waits == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("soon", None),
        ("-1", None),
        ("5", 5),
        ("Mon, 03 Jun 2024 10:00:30 GMT", 30),
        ("Mon, 03 Jun 2024 09:00:00 -0000", 0),
    ],
)
def test_seconds_to_wait(header: str | None, seconds: float | None) -> None:
    """Retry-After is read as seconds or as a date, and as nothing where it is neither."""
    assert gtts.seconds_to_wait(header, datetime(2024, 6, 3, 10, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("fault", ["drip", "header drip"])
def test_deadline(service: StandIn, fault: str) -> None:
    """An answer that only drips in is given up at the deadline, though every byte comes in time."""
    service.plan.append(fault)
    start = monotonic()
    voice = gtts.GttsVoice("da", "2.5.4", limits=gtts.Limits(deadline=0.3, tries=1))
    assert "within 0.3 seconds" in refusal(voice)
    assert monotonic() - start < 2


def test_one_line_answer(service: StandIn, voice: gtts.GttsVoice) -> None:
    """How the service breaks the lines of its answer does not matter."""
    service.plan.extend(["ok", "one line"])
    assert voice.speak(Utterance("Det regner.")) == voice.speak(Utterance("Det regner."))


def test_broken_handshake(service: StandIn, voice: gtts.GttsVoice, waits: list[float]) -> None:
    """A connection that breaks off before it is secure is tried again like any other."""
    service.plan.append("no handshake")
    voice.speak(Utterance("Det regner."))
    assert (waits, service.texts) == ([1], ["Det regner."])


@pytest.mark.usefixtures("service")
def test_text_stays_out_of_logs(voice: gtts.GttsVoice, caplog: pytest.LogCaptureFixture) -> None:
    """Even the most talkative log never holds the text, which gTTS itself would write there."""
    caplog.set_level(logging.DEBUG)
    voice.speak(Utterance(f"{SECRET} nummer et."))
    assert SECRET not in caplog.text


def test_untrusted_certificate(service: StandIn, voice: gtts.GttsVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server with a certificate that nobody vouches for is never sent the text."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert "certificate" in refusal(voice)
    assert service.texts == []
    assert len(service.targets) == 1


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HTTPS_PROXY", "http://127.0.0.1:9", "broke off"),
        ("HTTPS_PROXY", "http://127.0.0.1:port", "settings"),
        ("REQUESTS_CA_BUNDLE", "/no/such/file", "settings"),
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
    code = "import sys, voices.gtts as g; g.make('da'); print(*{'gtts', 'av', 'pydub', 'requests'} & set(sys.modules))"
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_an_article_is_read_and_the_reader_is_told_where_its_text_went(
    service: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`lyt read --voice gtts` makes an episode like any voice, line by line, and says that Google got the text."""
    source = tmp_path / "broen.txt"
    source.write_text("Broen åbner\n\nDet regner i dag.\n\n»Vi bygger nu,« siger Ida Ravn.\n\nSå gik de.\n", "utf-8")
    assert run(["read", str(source), "--voice", "gtts", "-o", str(tmp_path / "ud")]) == 0
    assert "gTTS sent the text to Google" in capsys.readouterr().err
    assert [text for text in service.texts if "Ida" in text] == ["siger Ida Ravn."]
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
