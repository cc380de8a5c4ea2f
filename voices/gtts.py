"""Google Translate's voice, by way of the package gTTS: online, unofficial, and sent the text.

gTTS builds the requests. It is not let near the network: it verifies no certificate, follows redirects, knows neither
deadline nor limit, and takes whatever comes back for sound. Here each piece of text is sent over verified TLS, its
answer is read to a limit, must be exactly one piece of speech, and is decoded and measured before it is believed.

The pace is the service's own: `rate` and `pitch` of an utterance are not heeded. No message holds any of the text.
"""

from __future__ import annotations

import base64
import functools
import json
import logging
import queue
import re
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import import_module, metadata
from types import ModuleType
from typing import TYPE_CHECKING

from reader.errors import UnknownVoiceError, VoiceError
from voices import clauses
from voices.decoding import DamagedSoundError, decode_mp3
from voices.seam import AudioFormat, Engine, Speech, Utterance, Voice

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

ADDRESS = "https://translate.google.com/_/TranslateWebserverUi/data/batchexecute"
RPC = "jQ1olc"
MAX_CHARACTERS = 100  # the service speaks no more at a time
RATE = 24_000  # of the MP3 that it sends
DEFAULT_LANGUAGE = "da"

MIN_MS_PER_LETTER = 25
MAX_MS_PER_CHARACTER, MAX_MS_MORE = 400, 2000
KEPT_SILENCE_MS = 30
SENTENCE_PAUSE_MS, CLAUSE_PAUSE_MS = 250, 120

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_CLOSING = "»«\"'“”’)]} "


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much to wait for, in seconds and bytes, and how often to ask for one piece."""

    deadline: float = 30
    connect: float = 5
    silence: float = 20
    bytes: int = 2_000_000
    tries: int = 3
    longest_wait: float = 30


class PassingFaultError(VoiceError):
    """A fault that may be gone at the next try; `wait` is what the service asked for, in seconds."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class GttsVoice:
    """Speaks one language, piece by piece, one request at a time. `id` is "gtts:da@2.5.4"."""

    concurrency = 1
    gives_marks = False

    def __init__(
        self,
        language: str,
        version: str,
        *,
        limits: Limits | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.id = f"gtts:{language}@{version}"
        self.format = AudioFormat(RATE)
        self._language = language
        self._limits = limits or Limits()
        self._sleep = sleep

    def speak(self, utterance: Utterance, /) -> Speech:
        """Have each piece of the text spoken and join them. There are no marks: the service tells no times."""
        pieces = clauses.split(utterance.text, MAX_CHARACTERS)
        if not pieces:
            raise VoiceError(f"{self.id} was given nothing to say: no letter and no digit; skip the line")
        pcm = bytearray()
        for number, piece in enumerate(pieces, 1):
            try:
                pcm += self._speak_piece(piece)
            except VoiceError as error:
                raise VoiceError(f"{self.id}, piece {number} of {len(pieces)}: {error}") from error
            if number < len(pieces):
                pcm += _silence(pause_after(piece))
        return Speech(bytes(pcm))

    def _speak_piece(self, piece: str) -> bytes:
        request = _request(piece, self._language)
        for attempt in range(1, self._limits.tries + 1):
            try:
                return _sound(mp3_in(fetch(request, self._limits)), piece)
            except PassingFaultError as fault:
                wait = float(attempt) if fault.wait is None else fault.wait
                if attempt == self._limits.tries or wait > self._limits.longest_wait:
                    raise
                self._sleep(wait)
        raise VoiceError("no try was allowed; raise the limit of tries")


def fetch(request: PreparedRequest, limits: Limits) -> bytes:
    """Send a request and read its answer, within the deadline whatever happens on the line.

    The exchange has a thread of its own, since the time-out of a socket begins anew with every byte that drips in.
    """
    outcome: queue.SimpleQueue[bytes | VoiceError] = queue.SimpleQueue()
    threading.Thread(target=lambda: outcome.put(_exchange(request, limits)), daemon=True).start()
    try:
        answer = outcome.get(timeout=limits.deadline)
    except queue.Empty:
        raise _too_slow(limits) from None
    if isinstance(answer, VoiceError):
        raise answer
    return answer


def _exchange(request: PreparedRequest, limits: Limits) -> bytes | VoiceError:
    """One request and its answer; a fault is returned, not raised, for it has a thread to cross."""
    requests, urllib3 = _module("requests"), _module("urllib3")
    try:
        with requests.Session() as session:
            settings = session.merge_environment_settings(ADDRESS, {}, stream=True, verify=True, cert=None)
            # The adapter, not the session: a session reads the body of a redirect whole, however long it is.
            adapter, timeout = session.get_adapter(ADDRESS), (limits.connect, limits.silence)
            with adapter.send(request, timeout=timeout, **settings) as response:
                _check_status(response)
                return _read(response, limits)
    except VoiceError as fault:
        return fault
    except (
        requests.exceptions.ConnectionError,  # a bad certificate is one, too
        requests.exceptions.ChunkedEncodingError,
        requests.exceptions.Timeout,
    ) as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return VoiceError("Google's certificate is not trusted here; check proxy and certificate settings")
        return PassingFaultError("the connection to Google failed or broke off; check the network and try again")
    except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
        return VoiceError(f"Google could not be asked ({type(error).__name__}); check proxy and certificate settings")


def _read(response: Response, limits: Limits) -> bytes:
    end = time.monotonic() + limits.deadline
    body = bytearray()
    for chunk in response.iter_content(8192):
        body += chunk
        if len(body) > limits.bytes:
            raise VoiceError(
                f"Google's answer has more than {limits.bytes} bytes, which no speech has; try again later"
            )
        if time.monotonic() > end:  # nobody waits for it any more
            raise _too_slow(limits)
    return bytes(body)


def _too_slow(limits: Limits) -> PassingFaultError:
    return PassingFaultError(f"Google did not answer within {limits.deadline:g} seconds; try again later")


def _check_status(response: Response) -> None:
    status = response.status_code
    if status == 429 or status >= 500:
        wait = seconds_to_wait(response.headers.get("Retry-After"), datetime.now(UTC))
        asked = "" if wait is None else f", asks to wait {wait:.0f} seconds"
        raise PassingFaultError(f"Google is not answering now (HTTP {status}{asked}); try again later", wait)
    if 300 <= status < 400:
        raise VoiceError(f"Google sent us elsewhere (HTTP {status}), perhaps to a captcha; try again later")
    if status != 200:
        raise VoiceError(f"Google refused (HTTP {status}); try again later, or choose another voice")


def seconds_to_wait(retry_after: str | None, now: datetime) -> float | None:
    """What a Retry-After header asks for: it holds seconds or a date; None where it holds neither."""
    value = (retry_after or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def mp3_in(body: bytes) -> bytes:
    """The MP3 in an answer of the service: the one envelope of the speech call, JSON in JSON, and base64 in that.

    Raises VoiceError unless the answer is exactly that.
    """
    try:
        text = body.decode()
        found = list(re.finditer(rf'\["wrb\.fr",\s*"{RPC}"', text))
        if not found:
            raise VoiceError("Google answered with something that is not speech, perhaps a captcha; try again later")
        if len(found) > 1 or text.count(RPC) > 1:
            raise VoiceError("Google sent two answers to one request; try again later")
        envelope = json.JSONDecoder().raw_decode(text, found[0].start())[0]
        return base64.b64decode(_audio_of(envelope), validate=True)
    except (ValueError, RecursionError) as error:
        raise VoiceError("Google's answer cannot be read; perhaps the service has changed: update gTTS") from error


def _audio_of(envelope: list[object]) -> str:
    payload = envelope[2] if len(envelope) > 2 else None
    parts = json.loads(payload) if isinstance(payload, str) else None
    match parts:
        case [str(audio)] if audio:
            return audio
        case [_, _, *_]:
            raise VoiceError("Google sent more than one part of sound for one piece of text; try again later")
    raise VoiceError("Google sent no sound; perhaps it has no voice for this language")


def _sound(mp3: bytes, piece: str) -> bytes:
    """The PCM of a piece without the silence around it, if it is as long as speech of this text can be."""
    try:
        pcm = trimmed(decode_mp3(mp3, RATE))
    except DamagedSoundError as error:
        raise PassingFaultError(str(error)) from error
    milliseconds = 1000 * len(pcm) // (2 * RATE)
    if milliseconds < MIN_MS_PER_LETTER * sum(map(str.isalnum, piece)):
        raise PassingFaultError("Google's speech is too short for its text, so a part is missing; try again later")
    if milliseconds > MAX_MS_PER_CHARACTER * len(piece) + MAX_MS_MORE:
        raise VoiceError("Google's speech is far too long for its text; try again later")
    return pcm


def trimmed(pcm: bytes) -> bytes:
    """The sound without the silence at both ends, but for a short breath."""
    pydub = _pydub()
    segment = pydub.AudioSegment(data=pcm, sample_width=2, frame_rate=RATE, channels=1)
    start = pydub.silence.detect_leading_silence(segment)
    end = len(segment) - pydub.silence.detect_leading_silence(segment.reverse())
    if start >= end:
        return b""
    kept = segment[max(0, start - KEPT_SILENCE_MS) : min(len(segment), end + KEPT_SILENCE_MS)]
    return bytes(kept.raw_data)


def pause_after(piece: str) -> int:
    """How many milliseconds to pause after a piece: the longer, the more its last mark asks for it."""
    mark = piece.rstrip(_CLOSING)[-1:]
    if mark in set(".!?…"):
        return SENTENCE_PAUSE_MS
    return CLAUSE_PAUSE_MS if mark in set(",;:–—-") else 0


def _silence(milliseconds: int) -> bytes:
    return bytes(2 * (RATE * milliseconds // 1000))


def _request(piece: str, language: str) -> PreparedRequest:
    """The request as gTTS would send it, with the text as it is: nothing rewritten, nothing cut."""
    logging.getLogger("gtts").setLevel(logging.WARNING)  # below that, it logs the text
    gtts, requests = _module("gtts"), _module("requests")
    speech = gtts.gTTS(
        piece, lang=language, lang_check=False, pre_processor_funcs=[], tokenizer_func=lambda text: [text]
    )
    bodies = speech.get_bodies()
    if len(bodies) != 1:
        raise VoiceError("gTTS would ask for one piece in several requests; install the version this is made for")
    request: PreparedRequest = requests.Request(
        "POST", ADDRESS, data=bodies[0], headers=gtts.gTTS.GOOGLE_TTS_HEADERS
    ).prepare()
    return request


def _module(name: str) -> ModuleType:
    """A module that is imported when it is first needed, as it takes a quarter of a second."""
    try:
        return import_module(name)
    except ImportError as error:
        raise VoiceError(f"{name} cannot be imported ({error}); install it with: pip install gTTS pydub") from error


@functools.cache
def _pydub() -> ModuleType:
    """Pydub warns at import that it finds no ffmpeg, which it never needs here, and of its own old code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _module("pydub.silence")
        return _module("pydub")


def make(option: str) -> Voice:
    """The voice "gtts" (Danish) or "gtts:sv", "gtts:zh-CN": any language of Google Translate."""
    language = option or DEFAULT_LANGUAGE
    if not _LANGUAGE.fullmatch(language):
        raise UnknownVoiceError(f"{option!r} is no language code for gtts; write one like 'da' or 'zh-CN'")
    try:
        version = metadata.version("gTTS")
    except metadata.PackageNotFoundError:
        raise UnknownVoiceError("the voice engine 'gtts' is not installed; install it with: pip install gTTS") from None
    return GttsVoice(language, version)


ENGINE = Engine(
    name="gtts",
    summary="Google Translate's voice, online: sends the text to Google",
    licence="MIT for the client; the service is undocumented, under Google's terms",
    make=make,
    online=True,
    examples=("gtts:da",),
)
