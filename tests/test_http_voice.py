"""The voice of any service of OpenAI's form, against a stand-in: what it asks for, believes, and keeps to itself."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from gtts_stand_in import RATE
from slack_time import SlackTime
from speech_stand_in import SpeechStandIn, running, sound

from reader.errors import UnknownVoiceError, VoiceError
from voices import Utterance, http
from voices.http import Address, HttpVoice, Manner, make, pcm_in, reason_in
from voices.online import clauses
from voices.online.remote import Answer, Limits, Pace, Request, Service
from voices.testing import check_speech, check_voice

pytestmark = pytest.mark.whole

SECRET = "Hemmelighed"
KEY = "sk-very-secret-0123456789"
LESSONS = [f"Det er lektion nummer {number}, og den handler om vejret." for number in "to tre fire fem seks".split()]
LOCAL = "http://localhost:8880/v1"


@pytest.fixture(scope="module")
def server() -> Iterator[SpeechStandIn]:
    with running() as stand_in:
        yield stand_in


@pytest.fixture
def service(server: SpeechStandIn) -> SpeechStandIn:
    server.forget()
    return server


@pytest.fixture
def time() -> SlackTime:
    return SlackTime()


@pytest.fixture(params=["wav", "mp3", "pcm"])
def voice(request: pytest.FixtureRequest, service: SpeechStandIn, time: SlackTime) -> Iterator[HttpVoice]:
    made = voice_of(service, time, request.param)
    yield made
    made.close()


@pytest.fixture
def wav_voice(service: SpeechStandIn, time: SlackTime) -> Iterator[HttpVoice]:
    made = voice_of(service, time, "wav")
    yield made
    made.close()


def voice_of(stand_in: SpeechStandIn, time: SlackTime, form: str) -> HttpVoice:
    """A voice of the stand-in that knows a key, and waits for nobody."""
    host = f"127.0.0.1:{stand_in.port}"
    remote = Service(
        "the speech service at here",
        limits=Limits(deadline=5, tries=http.TRIES),
        pace=Pace(1, 50, time.timing),
        detail=reason_in,
    )
    manner = Manner({"model": "m", "voice": "v", "response_format": form}, http.FORMATS[form])
    return HttpVoice("http:here/v1?model=m&voice=v@1", Address("http", "127.0.0.1", host, "/v1"), manner, remote, KEY)


def refusal(voice: HttpVoice) -> str:
    with pytest.raises(VoiceError) as caught:
        voice.speak(Utterance(f"{SECRET} nummer et."))
    message = str(caught.value)
    assert SECRET not in message
    assert KEY not in message
    assert "\n" not in message
    return message


def test_contract(voice: HttpVoice) -> None:
    """In every form of sound the voice keeps every promise of the seam, hostile texts included."""
    check_voice(voice)


def test_what_is_asked_for(service: SpeechStandIn, wav_voice: HttpVoice) -> None:
    """One request holds model, voice, form and text, and the key in its place; the speed only where it is not one."""
    wav_voice.speak(Utterance("Det regner på Ærø."))
    assert service.asked == [{"model": "m", "voice": "v", "response_format": "wav", "input": "Det regner på Ærø."}]
    assert service.headers[0]["authorization"] == f"Bearer {KEY}"
    assert service.headers[0]["content-type"] == "application/json"
    wav_voice.speak(Utterance("Det regner.", rate=0.8))
    assert service.asked[1]["speed"] == 0.8


def test_broken_letters(service: SpeechStandIn, wav_voice: HttpVoice) -> None:
    """Half of a surrogate pair, which no encoding knows, is sent as JSON writes it."""
    wav_voice.speak(Utterance("Det regner\ud83d i dag."))
    assert service.texts == ["Det regner\ud83d i dag."]


def test_speed_stays_within_what_services_take(service: SpeechStandIn, wav_voice: HttpVoice) -> None:
    """A rate that no service takes becomes the nearest that it does."""
    wav_voice.speak(Utterance("Det regner.", rate=0.1))
    assert service.asked[0]["speed"] == 0.25


def test_speed_can_be_switched_off(service: SpeechStandIn) -> None:
    """With speed=no the voice has one pace, whatever is asked for, and says nothing of it."""
    voice = make(f"{service.base}?model=m&voice=v&speed=no&language=da&instructions=Roligt")
    voice.speak(Utterance("Det regner.", rate=0.8))
    assert "speed" not in service.asked[0]
    assert (service.asked[0]["language"], service.asked[0]["instructions"]) == ("da", "Roligt")
    assert "authorization" not in service.headers[0]
    voice.close()


def test_long_text_in_pieces(service: SpeechStandIn) -> None:
    """A text beyond the limit is cut at its clauses; each piece is asked for once, and its first word is marked."""
    voice = make(f"{service.base}?model=m&voice=v&max_chars=60&per_second=50")
    text = " ".join(LESSONS)
    speech = voice.speak(Utterance(text))
    check_speech(voice, Utterance(text), speech)
    assert service.texts == clauses.split(text, 60) == LESSONS
    assert [mark.start for mark in speech.marks] == [start for start, _ in clauses.pieces(text, 60)]
    voice.close()


FAULTS = {
    "429": "HTTP 429",
    "500": "HTTP 500",
    "503": "HTTP 503",
    "cut": "broke off",
    "html": "text instead of sound",
    "json": "text instead of sound",
    "empty": "empty answer",
    "garbage": "",
    "truncated": "",
    "third missing": "",
    "doubled": "",
    "endless": "",
    "silent": "",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_passing_fault_passes(service: SpeechStandIn, voice: HttpVoice, fault: str) -> None:
    """A fault that may pass is tried again, and leaves no trace in the sound."""
    good = voice.speak(Utterance("Det regner over hele landet."))
    service.plan.extend([fault, fault])
    assert voice.speak(Utterance("Det regner over hele landet.")) == good
    assert len(service.texts) == 4


@pytest.mark.parametrize(("fault", "said"), FAULTS.items())
def test_lasting_fault(service: SpeechStandIn, voice: HttpVoice, fault: str, said: str) -> None:
    """A fault that does not pass ends, after the last try, in one error that names it, even in a voice never heard."""
    service.plan.extend([fault] * 9)
    assert said in refusal(voice)
    assert len(service.texts) == http.TRIES


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("400", "HTTP 400"),
        ("401", "HTTP 401"),
        ("403", "HTTP 403"),
        ("404", "HTTP 404"),
        ("redirect", "HTTP 302"),
        ("huge", "bytes"),
    ],
)
def test_refused_at_once(service: SpeechStandIn, wav_voice: HttpVoice, fault: str, said: str) -> None:
    """A refusal is an error that says so, and is not asked for again; nor is what has no end."""
    service.plan.append(fault)
    assert said in refusal(wav_voice)
    assert len(service.texts) == 1


@pytest.mark.parametrize("fault", ["silence", "drip", "header drip"])
def test_deadline(service: SpeechStandIn, fault: str) -> None:
    """An answer that does not come, or only drips in, is given up at the deadline."""
    service.plan.append(fault)
    remote = Service("it", limits=Limits(deadline=0.3, tries=1))
    manner = Manner({"response_format": "wav"}, "wav")
    voice = HttpVoice("http:x@1", Address("http", "127.0.0.1", f"127.0.0.1:{service.port}", "/v1"), manner, remote)
    assert "within 0.3 seconds" in refusal(voice)
    voice.close()


def test_spoken_twice(service: SpeechStandIn, voice: HttpVoice) -> None:
    """Words said twice in one faultless file are heard by whoever knows how the voice speaks, and asked for again."""
    for lesson in LESSONS:
        voice.speak(Utterance(lesson))
    service.plan.append("spoken twice")
    voice.speak(Utterance(LESSONS[0]))
    assert len(service.texts) == len(LESSONS) + 2


def test_another_form_than_asked_for(service: SpeechStandIn, wav_voice: HttpVoice) -> None:
    """A service that has only one form is not asked again; the message says which to set."""
    service.plan.append("other form")
    assert "set format=mp3" in refusal(wav_voice)
    assert len(service.texts) == 1


def test_wav_of_unknown_length(service: SpeechStandIn, wav_voice: HttpVoice) -> None:
    """A WAV that was sent while it was still spoken says no length, and is believed like any other."""
    good = wav_voice.speak(Utterance("Det regner."))
    service.plan.append("unknown length")
    assert wav_voice.speak(Utterance("Det regner.")) == good


def test_half_a_sample(service: SpeechStandIn, time: SlackTime) -> None:
    """Bare PCM of an odd number of bytes has lost one."""
    service.plan.append("half a sample")
    voice = voice_of(service, time, "pcm")
    voice.speak(Utterance("Det regner."))
    assert len(service.texts) == 2
    voice.close()


@pytest.mark.parametrize("form", ["flac", "opus"])
def test_other_forms(form: str) -> None:
    """FLAC and Opus are read, and where a part is missing, or two files came in one, that is noticed."""
    manner = Manner({}, http.FORMATS[form])
    file = encoded(form)
    assert len(pcm_in(file, manner, "it")) == pytest.approx(2 * 2 * RATE, rel=0.02)
    for damaged in (file[: len(file) * 2 // 3], file[:-10], file * 2, b"\0" * 5000):
        with pytest.raises(VoiceError, match="damaged"):
            pcm_in(damaged, manner, "it")


def encoded(form: str) -> bytes:
    """Two seconds of sound as a file."""
    import av

    pcm = sound("pcm", "ok", 60)[: 2 * 2 * RATE]
    rate, codec = (RATE, "flac") if form == "flac" else (48_000, "libopus")
    out = io.BytesIO()
    with av.open(out, "w", format=http.FORMATS[form]) as file:
        stream = file.add_stream(codec, rate=rate, layout="mono")
        whole = av.AudioFrame(format="s16", layout="mono", samples=len(pcm) // 2)
        whole.planes[0].update(pcm.ljust(whole.planes[0].buffer_size, b"\0"))
        whole.sample_rate = RATE
        resampler = av.AudioResampler("s16", "mono", rate)
        assert isinstance(stream, av.AudioStream)
        for frame in [*resampler.resample(whole), *resampler.resample(None), None]:
            for packet in stream.encode(frame):
                file.mux(packet)
    return out.getvalue()


def test_never_more_than_asked_for(service: SpeechStandIn) -> None:
    """However many threads speak, no more requests are under way than the option allows, and none is made twice."""
    voice = make(f"{service.base}?model=m&voice=v&at_once=3&per_second=50")
    service.delay = 0.03
    assert voice.concurrency == 3
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda text: voice.speak(Utterance(text)), LESSONS * 2))
    assert service.peak <= 3
    assert sorted(service.texts) == sorted(LESSONS * 2)
    assert service.connections <= 3
    voice.close()


def test_reason_of_the_service(service: SpeechStandIn, wav_voice: HttpVoice) -> None:
    """What the service says of its refusal is passed on: one line that can be printed, and no more than a part."""
    service.plan.append("says The model `m`\n does not\x1b[31m exist. " + "x" * 500)
    message = refusal(wav_voice)
    assert "HTTP 400): The model `m` does not [31m exist. xxx" in message
    assert "x" * 180 not in message


@pytest.mark.parametrize(
    "said",
    ["cannot speak 'Hemmelighed nummer et.'", "bad word: HEMMELIGH...", f"no such key: {KEY}", "sk-very-secr***"],
)
def test_reason_that_tells_too_much(service: SpeechStandIn, wav_voice: HttpVoice, said: str) -> None:
    """A reason that holds a part of the text or of the key is not passed on at all."""
    service.plan.append(f"says {said}")
    assert "refused (HTTP 400); check" in refusal(wav_voice)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"error": {"message": "no"}}', "no"),
        (b'{"error": "no"}', "no"),
        (b'{"detail": {"message": "no"}}', "no"),
        (b'{"detail": [{"msg": "no"}]}', ""),
        (b'{"error": null}', ""),
        (b"[" * 100_000, ""),
        (b"<html>no", ""),
        (b"\xff", ""),
    ],
)
def test_forms_of_reasons(body: bytes, reason: str) -> None:
    """The reason is found in each form that such services use, and its absence is no fault."""
    assert reason_in(Answer(400, body), Request("", json.dumps({"input": "Hej."}).encode(), {})) == reason


def test_secrets_stay_out_of_logs(wav_voice: HttpVoice, caplog: pytest.LogCaptureFixture) -> None:
    """Even the most talkative log holds neither the text nor the key."""
    caplog.set_level(logging.DEBUG)
    wav_voice.speak(Utterance(f"{SECRET} nummer et."))
    assert SECRET not in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("option", "name"),
    [
        (f"{LOCAL}?voice=af&model=kokoro", "localhost:8880/v1?model=kokoro&voice=af"),
        (f"{LOCAL}/?model=kokoro&voice=af&format=wav&at_once=4&timeout=9", "localhost:8880/v1?model=kokoro&voice=af"),
        ("https://API.example:443?model=m&voice=å", "api.example?model=m&voice=%C3%A5"),
        ("http://[::1]:80/v1?model=m&voice=v&format=mp3", "[::1]/v1?model=m&voice=v&format=mp3"),
        (
            "https://a.example/v1?model=m&voice=v&instructions=Roligt",
            "a.example/v1?model=m&voice=v&instructions=479a9586cbbe",
        ),
    ],
)
def test_id(option: str, name: str) -> None:
    """The id is the address with all that the sound depends on, in one order and in ASCII, and nothing else."""
    assert make(option).id == f"http:{name}@1"


@pytest.mark.parametrize(
    "base",
    [
        "",
        "localhost:8880",
        "ftp://a.example",
        "http://",
        "http://user:pw@a.example",
        "http://a.example/#x",
        "http://a.example/\n",
        "http://a.exam ple",
        "http://a.example:port",
        "http://å.example",
        "http://a.example\\@b",
    ],
)
def test_bad_address(base: str) -> None:
    """Only a plain address with a host is taken for one: no user name, no fragment, no control character."""
    with pytest.raises(UnknownVoiceError, match="address") as caught:
        make(f"{base}?model=m&voice=v")
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "model=m",
        "voice=v",
        "model=m&voice=v&format=aac",
        "model=m&voice=v&rate=1",
        "model=m&voice=v&speed=2",
        "model=m&voice=v&at_once=0",
        "model=m&voice=v&timeout=0",
        "model=m&voice=v&key=k",
        "model=m&voice=%00",
        "model=tts-1-hd&voice=v&instructions=Roligt",
        "model=m&model=n&voice=v",
        "model=m&voice=v#x",
        "model=&voice=v",
    ],
)
def test_bad_settings(query: str) -> None:
    """Model and voice must be there; what is unknown, empty, doubled or out of range is a wrong call."""
    with pytest.raises(UnknownVoiceError):
        make(f"{LOCAL}?{query}")


def test_key_from_the_environment(service: SpeechStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is taken from a variable, sent, and no part of the id."""
    monkeypatch.setenv("SPEECH_KEY", f"{KEY}\n")
    voice = make(f"{service.base}?model=m&voice=v&key_env=SPEECH_KEY")
    voice.speak(Utterance("Hej."))
    assert service.headers[0]["authorization"] == f"Bearer {KEY}"
    assert "KEY" not in voice.id
    voice.close()


def test_key_from_a_file(service: SpeechStandIn, tmp_path: Path) -> None:
    """A key is taken from a file that not everybody may read."""
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    option = f"{service.base}?model=m&voice=v&key_file={file}"
    file.chmod(0o644)
    with pytest.raises(UnknownVoiceError, match="chmod 600"):
        make(option)
    file.chmod(0o600)
    voice = make(option)
    voice.speak(Utterance("Hej."))
    assert service.headers[0]["authorization"] == f"Bearer {KEY}"
    voice.close()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("key_env=NO_SUCH_KEY", "no NO_SUCH_KEY"),
        ("key_env=sk-123", "not the key itself"),
        ("key_env=secret123", "not the key itself"),
        ("key_env=BAD_KEY", "holds no key"),
        ("key_file=/no/such/file", "cannot be read"),
        ("key_env=A&key_file=b", "not from both"),
    ],
)
def test_bad_key(monkeypatch: pytest.MonkeyPatch, query: str, said: str) -> None:
    """A key that cannot be had is a wrong call, which names where it was looked for and never the key."""
    monkeypatch.setenv("BAD_KEY", f"{KEY} and more")
    with pytest.raises(UnknownVoiceError, match=said) as caught:
        make(f"{LOCAL}?model=m&voice=v&{query}")
    for secret in (KEY, "sk-123", "secret123"):
        assert secret not in str(caught.value)


@pytest.mark.parametrize(
    ("base", "allowed"),
    [
        ("http://localhost/v1", True),
        ("http://192.168.0.7:8000", True),
        ("https://a.example", True),
        ("http://a.example", False),
        ("http://8.8.8.8", False),
        ("http://kokoro:8880", False),
    ],
)
def test_key_in_the_clear(monkeypatch: pytest.MonkeyPatch, base: str, allowed: bool) -> None:
    """Without TLS a key goes to this machine and to private networks only; without a key anywhere may be asked."""
    monkeypatch.setenv("SPEECH_KEY", KEY)
    assert make(f"{base}?model=m&voice=v").id
    if allowed:
        assert make(f"{base}?model=m&voice=v&key_env=SPEECH_KEY").id
    else:
        with pytest.raises(UnknownVoiceError, match="use https"):
            make(f"{base}?model=m&voice=v&key_env=SPEECH_KEY")


def test_near_service_is_spoken_to_directly(service: SpeechStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy is not asked about a service on this machine."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    voice = make(f"{service.base}?model=m&voice=v")
    voice.speak(Utterance("Hej."))
    assert service.texts == ["Hej."]
    voice.close()


def test_engine() -> None:
    """The engine says that it is online, and that licence and price are the service's own."""
    engine = http.ENGINE
    assert engine.online
    assert engine.commercial == "unclear"
    assert engine(f"{LOCAL}?model=m&voice=v").id.startswith("http:localhost:8880/v1")
