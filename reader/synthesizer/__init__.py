"""Have each line spoken: in order, as many at once as the voices allow, never more than a few clips in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import islice, pairwise
from threading import BoundedSemaphore

from reader.errors import VoiceError
from reader.model import Clip, Handover, Script
from reader.synthesizer.cast import Cast, Ensemble, Part, alone
from reader.synthesizer.checking import check_length
from reader.synthesizer.clipcache import ClipCache, clip_folder
from reader.synthesizer.cutting import cut_at_marks
from reader.synthesizer.tempo import at_tempo
from reader.synthesizer.turns import Turn, turns_of
from voices import Speech, Utterance, ask, estimated_marks, gives_marks, heeds_rate, is_instant

TURNS_AHEAD = 2  # for each thread, so that no voice waits for who uses its sound
INSTANT_TURNS_AHEAD = 24  # a minute or two of speech, which is a few megabytes, and which costs nobody anything

__all__ = ["Cast", "ClipCache", "Ensemble", "Part", "alone", "clip_folder", "synthesize"]


def synthesize(
    script: Script,
    casts: Cast | Sequence[Cast],
    cache: ClipCache | None = None,
    on_handover: Callable[[Handover], object] = lambda _handover: None,
) -> Iterator[Clip]:
    """Yield one clip for each line, in order, spoken no earlier than a few clips ahead.

    When a voice fails and there is another cast, that one speaks from the beginning of the paragraph on, and
    `on_handover` is told. Raises VoiceError, with the number of the line, when the last cast fails.
    """
    in_turn = [casts] if isinstance(casts, Cast) else list(casts)
    line = 0
    for cast, relief in pairwise(in_turn):
        try:
            for clips in _by_paragraph(script, _spoken(script, cast, cache, line)):
                yield from clips
                line = clips[-1].line + 1
        except VoiceError as error:
            on_handover(Handover(line, relief.part_of(script.lines[line]).voice.id, str(error)))
        else:
            return
    yield from _spoken(script, in_turn[-1], cache, line)


def _by_paragraph(script: Script, clips: Iterator[Clip]) -> Iterator[list[Clip]]:
    """Clips in lists that are whole paragraphs: only then is it sure that no other voice has to speak them."""
    waiting: list[Clip] = []
    for clip in clips:
        waiting.append(clip)
        here, after = script.lines[clip.line], script.lines[clip.line + 1 : clip.line + 2]
        if not after or after[0].paragraph != here.paragraph:
            yield waiting
            waiting = []


def _spoken(script: Script, cast: Cast, cache: ClipCache | None, start: int) -> Iterator[Clip]:
    threads = cast.concurrency
    executor = ThreadPoolExecutor(threads, thread_name_prefix="voice")
    rooms = {part.voice: BoundedSemaphore(part.voice.concurrency) for part in cast.parts}
    waiting: deque[Future[list[Clip]]] = deque()
    turns = iter(turns_of(script, cast, start))

    def begin(count: int) -> None:
        waiting.extend(executor.submit(_speak, turn, cache, rooms[turn.part.voice]) for turn in islice(turns, count))

    try:
        begin(threads * (INSTANT_TURNS_AHEAD if all(is_instant(part.voice) for part in cast.parts) else TURNS_AHEAD))
        while waiting:
            clips = waiting.popleft().result()
            begin(1)
            yield from clips
    finally:
        executor.shutdown(wait=False, cancel_futures=True)  # what still speaks is not waited for


def _speak(turn: Turn, cache: ClipCache | None, room: BoundedSemaphore) -> list[Clip]:
    """The clips of a turn, spoken when there is room: a voice says how many utterances it can speak at once."""
    try:
        with room:
            return _clips(turn, cache)
    except VoiceError as error:
        raise VoiceError(f"line {turn.numbers[0] + 1} could not be spoken: {error}") from error


def _clips(turn: Turn, cache: ClipCache | None) -> list[Clip]:
    voice = turn.part.voice
    speech, is_cached = _speech(turn, turn.utterance(), cache)
    parts = cut_at_marks(speech, turn.texts)
    if parts is None:  # no mark where one line ends and the next begins
        spoken = [_speech(turn, utterance, cache) for utterance in turn.utterances()]
        parts, is_cached = [part for part, _ in spoken], all(cached for _, cached in spoken)
    rate, name = voice.format.rate, voice.id
    return [
        Clip(number, part.pcm, rate, part.marks, name, is_cached)
        for number, part in zip(turn.numbers, parts, strict=True)
    ]


def _speech(turn: Turn, utterance: Utterance, cache: ClipCache | None) -> tuple[Speech, bool]:
    """What a voice says, checked and with a mark at every word, and whether it had been said before."""
    voice = turn.part.voice
    tempo = 1.0 if heeds_rate(voice) else utterance.rate
    if tempo != 1:
        utterance = replace(utterance, rate=1.0)
    if cache:
        speech, is_cached = cache.speech(voice, utterance)
    else:
        speech, is_cached = ask(voice, utterance), False
        check_length(utterance.text, speech, voice.format.rate)
    speech = at_tempo(speech, voice.format.rate, tempo)
    if not gives_marks(voice):
        marks = estimated_marks(utterance.text, speech, voice.format.rate, utterance.language)
        speech = Speech(speech.pcm, marks)
    return speech, is_cached
