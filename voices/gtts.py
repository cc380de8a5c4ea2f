"""Google Translate's voice, by way of the package gTTS: online, unofficial, and sent the text.

gTTS builds the requests. It is not let near the network: it verifies no certificate, follows redirects, knows neither
deadline nor limit, and takes whatever comes back for sound. Here each piece of text is sent over verified TLS, its
answer is read to a limit, must be exactly one piece of speech, and is decoded and measured before it is believed.

The pace is the service's own: `rate` and `pitch` of an utterance are not heeded. No message holds any of the text.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from importlib import import_module, metadata
from types import ModuleType

from reader.errors import UnknownVoiceError, VoiceError
from voices.online.decoding import DamagedSoundError, decode_mp3
from voices.online.joining import speak_in_pieces, trimmed
from voices.online.lengths import Expectation, Heard
from voices.online.remote import Answer, Limits, Pace, PassingFaultError, Request, Service
from voices.options import settings_in
from voices.seam import AudioFormat, Engine, Speech, Utterance

ADDRESS = "https://translate.google.com/_/TranslateWebserverUi/data/batchexecute"
RPC = "jQ1olc"
MAX_CHARACTERS = 100  # the service speaks no more at a time
RATE = 24_000  # of the MP3 that it sends
DEFAULT_LANGUAGE = "da"

AT_ONCE, MOST_AT_ONCE = 1, 8
PER_SECOND, LEAST_PER_SECOND, MOST_PER_SECOND = 2.0, 0.01, 50.0
LIMITS = Limits(deadline=20, silence=10)

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


class GttsVoice:
    """Speaks one language, piece by piece. `id` is "gtts:da@2.5.4"; how fast it may ask is no part of it."""

    gives_marks = False
    heeds_rate = False

    def __init__(self, language: str, version: str, *, limits: Limits = LIMITS, pace: Pace | None = None) -> None:
        self.id = f"gtts:{language}@{version}"
        self.format = AudioFormat(RATE)
        self._language = language
        self._service = Service("Google", limits=limits, pace=pace or Pace(AT_ONCE, PER_SECOND))
        self._expectation = Expectation("Google")

    @property
    def concurrency(self) -> int:
        """As many utterances as requests may be under way."""
        return self._service.pace.at_once

    def speak(self, utterance: Utterance, /) -> Speech:
        """Have each piece of the text spoken and join them. The first word of each piece has a mark, and no other."""
        try:
            return speak_in_pieces(utterance.text, MAX_CHARACTERS, RATE, self._speak_piece)
        except VoiceError as error:
            raise VoiceError(f"{self.id}, {error}") from error

    def close(self) -> None:
        """Let go of the connections to the service."""
        self._service.close()

    def _speak_piece(self, piece: str) -> bytes:
        request = _request(piece, self._language)
        return self._service.ask(request, lambda answer: self._sound(answer, piece))

    def _sound(self, answer: Answer, piece: str) -> bytes:
        """The PCM in an answer without the silence around it, if it can be speech of all of this text."""
        try:
            sound = trimmed(decode_mp3(mp3_in(answer.body), RATE), RATE)
        except DamagedSoundError as error:
            raise PassingFaultError(str(error)) from error
        milliseconds = 1000 * len(sound.pcm) / (2 * RATE)
        self._expectation.check(piece, Heard(milliseconds, sound.ended_in_silence))
        return sound.pcm


def mp3_in(body: bytes) -> bytes:
    """The MP3 in an answer of the service: the one envelope of the speech call, JSON in JSON, and base64 in that.

    Raises PassingFaultError unless the answer is exactly that.
    """
    try:
        text = body.decode()
        found = list(re.finditer(rf'\["wrb\.fr",\s*"{RPC}"', text))
        if not found:
            raise PassingFaultError("Google's answer is not speech, perhaps a captcha; try again later")
        if len(found) > 1 or text.count(RPC) > 1:
            raise PassingFaultError("Google sent two answers to one request; try again later")
        envelope = json.JSONDecoder().raw_decode(text, found[0].start())[0]
        return base64.b64decode(_audio_of(envelope), validate=True)
    except (ValueError, RecursionError) as error:
        raise PassingFaultError("Google's answer cannot be read; if it stays so, update gTTS") from error


def _audio_of(envelope: list[object]) -> str:
    payload = envelope[2] if len(envelope) > 2 else None
    parts = json.loads(payload) if isinstance(payload, str) else None
    match parts:
        case [str(audio)] if audio:
            return audio
        case [_, _, *_]:
            raise PassingFaultError("Google sent more than one part of sound for one piece of text; try again later")
    raise PassingFaultError("Google sent no sound; perhaps it has no voice for this language")


def _request(piece: str, language: str) -> Request:
    """The request as gTTS would send it, with the text as it is: nothing rewritten, nothing cut."""
    gtts = _gtts()
    speech = gtts.gTTS(
        piece, lang=language, lang_check=False, pre_processor_funcs=[], tokenizer_func=lambda text: [text]
    )
    bodies = speech.get_bodies()
    if len(bodies) != 1:
        raise VoiceError("gTTS would ask for one piece in several requests; install the version this is made for")
    return Request(ADDRESS, bodies[0].encode(), gtts.gTTS.GOOGLE_TTS_HEADERS)


def _gtts() -> ModuleType:
    """The package, imported when it is first needed, as it takes a quarter of a second."""
    logging.getLogger("gtts").setLevel(logging.WARNING)  # below that, it logs the text
    try:
        return import_module("gtts")
    except ImportError as error:
        raise VoiceError(f"gtts cannot be imported ({error}); install it with: pip install gTTS") from error


def make(option: str) -> GttsVoice:
    """The voice "gtts" (Danish) or "gtts:sv", "gtts:zh-CN": any language of Google Translate.

    A query says how fast to ask: "gtts:da?at_once=4&per_second=8".
    """
    language, _, query = option.partition("?")
    language = language or DEFAULT_LANGUAGE
    if not _LANGUAGE.fullmatch(language):
        raise UnknownVoiceError(f"{option!r} is no language code for gtts; write one like 'da' or 'zh-CN'")
    settings = settings_in(query, "gtts", ("at_once", "per_second"))
    pace = Pace(
        settings.whole("at_once", AT_ONCE, 1, MOST_AT_ONCE),
        settings.number("per_second", PER_SECOND, LEAST_PER_SECOND, MOST_PER_SECOND),
    )
    try:
        version = metadata.version("gTTS")
    except metadata.PackageNotFoundError:
        raise UnknownVoiceError("the voice engine 'gtts' is not installed; install it with: pip install gTTS") from None
    return GttsVoice(language, version, pace=pace)


ENGINE = Engine(
    name="gtts",
    summary="Google Translate's voice, online: sends the text to Google",
    licence="MIT for the client; the service is undocumented, under Google's terms",
    make=make,
    online=True,
    examples=("gtts:da", "gtts:da?at_once=4&per_second=8"),
)
