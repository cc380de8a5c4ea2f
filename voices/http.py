"""Any service on the network that speaks as OpenAI's does: `POST {base}/audio/speech`, and the answer is the sound.

The voice is its address with settings: "http:http://localhost:8880/v1?model=kokoro&voice=af_heart", or
"http:https://api.openai.com/v1?model=tts-1&voice=alloy&key_env=OPENAI_API_KEY". A key is read from the environment or
a file, is sent to nobody but that service, and stands in no id, message or log. Nor does the text.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from reader.errors import UnknownVoiceError, VoiceError
from voices.online.decoding import Container, DamagedSoundError, container_of, decode
from voices.online.joining import speak_in_pieces, trimmed
from voices.online.lengths import Expectation, Heard
from voices.online.near import is_near
from voices.online.remote import Answer, Limits, Pace, PassingFaultError, Request, Service
from voices.options import Settings, settings_in
from voices.seam import AudioFormat, Engine, Speech, Utterance

VERSION = 1  # of what is done to the sound; a part of the id
RATE = 24_000
MAX_CHARACTERS = 4096
AT_ONCE, MOST_AT_ONCE = 2, 32
PER_SECOND, LEAST_PER_SECOND, MOST_PER_SECOND = 5.0, 0.01, 50.0
TIMEOUT_S, LONGEST_TIMEOUT_S = 60, 600
MOST_BYTES = 50_000_000
TRIES = 4
SLOWEST, FASTEST = 0.25, 4.0  # speeds that the service takes
LONGEST_REASON = 200
TELLING_RUN = 8  # characters in a row that an error's reason may not share with the text or the key

FORMATS: Mapping[str, Container | None] = {"wav": "wav", "mp3": "mp3", "flac": "flac", "opus": "ogg", "pcm": None}
_OF_THE_SOUND = ("model", "voice", "format", "rate", "language", "speed", "instructions", "max_chars")
_USUAL = {"format": "wav", "rate": str(RATE), "speed": "yes", "max_chars": str(MAX_CHARACTERS)}
_OF_THE_SENDING = ("key_env", "key_file", "at_once", "per_second", "timeout")

_BASE = re.compile(r"https?://[A-Za-z0-9._\-\[\]:]+(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")  # what is written small may be the key itself, and is not repeated
_KEY = re.compile(r"[\x21-\x7e]{1,4096}")
_TEXT_START = re.compile(rb"[\x20-\x7e\s]{16}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a service is: "http", "localhost", "localhost:8880", "/v1"; `host` has the port unless it is the usual."""

    scheme: str
    name: str
    host: str
    path: str

    @property
    def speech(self) -> str:
        """Where to post what is to be spoken."""
        return f"{self.scheme}://{self.host}{self.path}/audio/speech"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a service is to speak. `container` is None for bare s16le PCM, mono, at `rate`."""

    fields: Mapping[str, str]
    container: Container | None
    rate: int = RATE
    heeds_speed: bool = True
    max_characters: int = MAX_CHARACTERS


class HttpVoice:
    """One voice of one model of a service. `id` is "http:localhost:8880/v1?model=kokoro&voice=af_heart@1"."""

    gives_marks = False

    def __init__(self, name: str, address: Address, manner: Manner, service: Service, key: str | None = None) -> None:
        self.id = name
        self.format = AudioFormat(manner.rate)
        self._address = address
        self.heeds_rate = manner.heeds_speed
        self._manner = manner
        self._service = service
        self._headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
        self._expectation = Expectation(service.name)

    @property
    def concurrency(self) -> int:
        """As many utterances as requests may be under way."""
        return self._service.pace.at_once

    def speak(self, utterance: Utterance, /) -> Speech:
        """Have the text spoken, in pieces where it is long. The first word of each piece has a mark, and no other.

        `rate` becomes the service's `speed`, unless that is switched off; `pitch` is not heeded.
        """
        manner = self._manner
        speed = min(max(utterance.rate, SLOWEST), FASTEST) if manner.heeds_speed else 1.0
        try:
            return speak_in_pieces(
                utterance.text, manner.max_characters, manner.rate, lambda piece: self._speak_piece(piece, speed)
            )
        except VoiceError as error:
            raise VoiceError(f"{self.id}, {error}") from error

    def close(self) -> None:
        """Let go of the connections to the service."""
        self._service.close()

    def _speak_piece(self, piece: str, speed: float) -> bytes:
        wanted: dict[str, Any] = {**self._manner.fields, "input": piece}
        if speed != 1.0:
            wanted["speed"] = round(speed, 3)
        body = json.dumps(wanted).encode()
        request = Request(self._address.speech, body, self._headers)
        return self._service.ask(request, lambda answer: self._sound(answer, piece, speed))

    def _sound(self, answer: Answer, piece: str, speed: float) -> bytes:
        """The PCM in an answer without the silence around it, if it can be speech of all of this text."""
        try:
            sound = trimmed(pcm_in(answer.body, self._manner, self._service.name), self._manner.rate)
        except DamagedSoundError as error:
            raise PassingFaultError(str(error)) from error
        milliseconds = 1000 * len(sound.pcm) / (2 * self._manner.rate)
        self._expectation.check(piece, Heard(milliseconds, sound.ended_in_silence, speed))
        return sound.pcm


def pcm_in(body: bytes, manner: Manner, service: str) -> bytes:
    """The sound in an answer as s16le mono PCM at the manner's rate.

    Raises PassingFaultError or DamagedSoundError where it holds none, VoiceError where it holds another form of sound
    than was asked for.
    """
    if not body:
        raise PassingFaultError(f"{service} sent an empty answer; try again later")
    form = container_of(body)
    if form is None and _TEXT_START.match(body):
        raise PassingFaultError(f"{service} sent text instead of sound; try again later")
    if form is not None and form != manner.container:
        sent = next(name for name, container in FORMATS.items() if container == form)
        raise VoiceError(f"{service} sends {sent} whatever is asked for; set format={sent}")
    if manner.container is not None:
        return decode(body, manner.container, manner.rate)
    half = len(body) // 2
    if len(body) % 2 or body[:half] == body[half:]:
        raise PassingFaultError(f"{service} sent PCM that is half a sample, or the same sound twice; try again later")
    return body


def reason_in(answer: Answer, request: Request) -> str:
    """Why a service refuses, in its own words: on one line, cut to 200 characters.

    Empty where it gives no reason, or one that shares eight characters in a row with the text or the key.
    """
    try:
        said = _message(json.loads(answer.body))
        text = json.loads(request.body)["input"]
    except (ValueError, RecursionError):
        return ""
    reason = " ".join("".join(c if c.isprintable() else " " for c in said).split())
    key = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if _shares(reason, text) or _shares(reason, key):
        return ""
    return reason if len(reason) <= LONGEST_REASON else f"{reason[: LONGEST_REASON - 1]}…"


def _message(said: Any) -> str:
    """The message in an error of OpenAI's form, or of those that its kin use."""
    for name in ("error", "detail", "message"):
        if isinstance(said, dict) and name in said:
            return _message(said[name])
    return said if isinstance(said, str) else ""


def _shares(reason: str, secret: str) -> bool:
    reason, secret = ("".join(text.casefold().split()) for text in (reason, secret))
    if len(secret) <= TELLING_RUN:
        return bool(secret) and secret in reason
    return any(secret[at : at + TELLING_RUN] in reason for at in range(len(secret) - TELLING_RUN + 1))


def make(option: str) -> HttpVoice:
    """The voice at a base address with settings, of which `model` and `voice` are required.

    Raises UnknownVoiceError where the address or a setting makes no sense, and where the key cannot be had, or would
    have to be sent in the clear.
    """
    base, _, query = option.partition("?")
    address = _address(base)
    if "#" in query:
        raise UnknownVoiceError("the address of an http voice has no '#'; in a setting write it as %23")
    settings = settings_in(query, "http", (*_OF_THE_SOUND, *_OF_THE_SENDING))
    manner = _manner(settings)
    key = _key(settings)
    if key and address.scheme == "http" and not is_near(address.name):
        raise UnknownVoiceError(f"a key is not sent to {address.host} in the clear; use https")
    timeout = settings.number("timeout", TIMEOUT_S, 1, LONGEST_TIMEOUT_S)
    service = Service(
        f"the speech service at {address.host}",
        limits=Limits(deadline=timeout, silence=timeout, bytes=MOST_BYTES, tries=TRIES),
        pace=Pace(
            settings.whole("at_once", AT_ONCE, 1, MOST_AT_ONCE),
            settings.number("per_second", PER_SECOND, LEAST_PER_SECOND, MOST_PER_SECOND),
        ),
        detail=reason_in,
    )
    return HttpVoice(_id(address, settings), address, manner, service, key)


def _address(base: str) -> Address:
    try:
        parts = urlsplit(base)
        is_usual = parts.port in (None, 443 if parts.scheme == "https" else 80)
        name = parts.hostname
    except ValueError:
        name = None
    if not name or not _BASE.fullmatch(base):
        raise UnknownVoiceError(
            "an http voice begins with its service's address, without user name or '#': http://localhost:8880/v1?model=..."
        )
    host = f"[{name}]" if ":" in name else name
    return Address(parts.scheme, name, host if is_usual else f"{host}:{parts.port}", parts.path.rstrip("/"))


def _manner(settings: Settings) -> Manner:
    form = settings.one_of("format", tuple(FORMATS))
    fields = {"model": settings.required("model"), "voice": settings.required("voice"), "response_format": form}
    if "instructions" in settings.values and fields["model"].startswith("tts-1"):
        raise UnknownVoiceError(f"the model {fields['model'][:40]!r} takes no instructions; leave them out")
    fields |= {name: settings.text(name) for name in ("language", "instructions") if name in settings.values}
    return Manner(
        fields,
        FORMATS[form],
        settings.whole("rate", RATE, 8000, 48_000),
        settings.one_of("speed", ("yes", "no")) == "yes",
        settings.whole("max_chars", MAX_CHARACTERS, 20, 100_000),
    )


def _id(address: Address, settings: Settings) -> str:
    """The address, and every setting that the sound depends on; long instructions by their fingerprint."""
    values = {name: settings.values[name] for name in _OF_THE_SOUND if name in settings.values}
    values = {name: value for name, value in values.items() if _USUAL.get(name) != value}
    if "instructions" in values:
        values["instructions"] = hashlib.sha256(values["instructions"].encode()).hexdigest()[:12]
    return f"http:{address.host}{address.path}?{urlencode(values)}@{VERSION}"


def _key(settings: Settings) -> str | None:
    variable, file = settings.text("key_env"), settings.text("key_file")
    if variable and file:
        raise UnknownVoiceError("the key of an http voice comes from key_env or from key_file, not from both")
    if not variable and not file:
        return None
    key, source = (_key_in_file(file), "the file of key_file") if file else (_key_in_environment(variable), variable)
    if not _KEY.fullmatch(key):
        raise UnknownVoiceError(f"{source} holds no key: one line of letters, digits and signs is expected")
    return key


def _key_in_environment(variable: str) -> str:
    if not _VARIABLE.fullmatch(variable):
        raise UnknownVoiceError(
            "key_env names a variable of the environment, such as OPENAI_API_KEY, not the key itself"
        )
    key = os.environ.get(variable, "").strip()
    if not key:
        raise UnknownVoiceError(f"the environment has no {variable}; put the key of the speech service there")
    return key


def _key_in_file(name: str) -> str:
    path = Path(name).expanduser()
    try:
        if os.name == "posix" and path.stat().st_mode & stat.S_IROTH:
            raise UnknownVoiceError(f"the key in {name} can be read by everybody here; run: chmod 600 {name}")
        with path.open("rb") as file:
            return file.read(5000).decode("ascii", "replace").strip()
    except (OSError, ValueError, RuntimeError) as error:
        raise UnknownVoiceError(f"the key cannot be read from {name} ({type(error).__name__})") from error


ENGINE = Engine(
    name="http",
    summary="any service that speaks as OpenAI's does, on this machine or far away: sends the text there",
    licence="that of the service",
    make=make,
    online=True,
    cost="what the service asks",
    examples=(
        "http:http://localhost:8880/v1?model=kokoro&voice=af_heart",
        "http:https://api.openai.com/v1?model=tts-1&voice=alloy&key_env=OPENAI_API_KEY",
    ),
)
