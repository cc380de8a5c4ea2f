"""Have each line spoken: in order, as many at once as the voices allow, never more than a few clips in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby, islice

from reader.errors import VoiceError
from reader.model import Clip, Line, Script, Span
from reader.synthesizer.cutting import cut_at_marks
from voices import Utterance, Voice, gives_marks

__all__ = ["Cast", "synthesize"]

SHORTEST_MS_PER_CHARACTER = 15  # below, words are missing; the fastest voices need about 40


@dataclass(frozen=True, slots=True)
class Cast:
    """Who speaks what: a voice for the story and one for the quotes (it may be the same)."""

    body: Voice
    quote: Voice

    def voice_of(self, line: Line) -> Voice:
        return self.quote if line.role == "quote" else self.body


@dataclass(frozen=True, slots=True)
class Turn:
    """Lines that one voice speaks in one breath: those of one sentence, in one language.

    `numbers` are their places in the script.
    """

    voice: Voice
    lines: tuple[Line, ...]
    numbers: tuple[int, ...]


def synthesize(script: Script, cast: Cast) -> Iterator[Clip]:
    """Yield one clip for each line, in order, spoken no earlier than a few clips ahead.

    Raises VoiceError, with the number of the line, when a voice fails.
    """
    threads = max(cast.body.concurrency, cast.quote.concurrency)
    executor = ThreadPoolExecutor(threads, thread_name_prefix="voice")
    waiting: deque[Future[list[Clip]]] = deque()
    turns = iter(turns_of(script, cast))
    try:
        waiting.extend(executor.submit(_speak, turn) for turn in islice(turns, 2 * threads))
        while waiting:
            clips = waiting.popleft().result()
            waiting.extend(executor.submit(_speak, turn) for turn in islice(turns, 1))
            yield from clips
    finally:
        executor.shutdown(wait=False, cancel_futures=True)  # what still speaks is not waited for


def turns_of(script: Script, cast: Cast) -> Iterator[Turn]:
    """The script as turns. A voice that gives no marks speaks line by line, since nothing tells where to cut."""
    for _, group in groupby(enumerate(script.lines), key=lambda item: _turn_key(item[1], cast)):
        numbered = list(group)
        voice = cast.voice_of(numbered[0][1])
        for part in [numbered] if gives_marks(voice) else [[item] for item in numbered]:
            yield Turn(voice, tuple(line for _, line in part), tuple(number for number, _ in part))


def _turn_key(line: Line, cast: Cast) -> tuple[int, int, str]:
    return line.sentence, id(cast.voice_of(line)), line.language


def _speak(turn: Turn) -> list[Clip]:
    try:
        return _clips(turn)
    except VoiceError as error:
        number = turn.numbers[0]
        raise VoiceError(f"line {number + 1} could not be spoken: {error}") from error


def _clips(turn: Turn) -> list[Clip]:
    texts = [line.spoken for line in turn.lines]
    speech = turn.voice.speak(_utterance(turn.lines, " ".join(texts)))
    parts = cut_at_marks(speech, texts)
    if parts is None:  # no mark where one line ends and the next begins
        parts = [turn.voice.speak(_utterance([line], line.spoken)) for line in turn.lines]
    rate, name = turn.voice.format.rate, turn.voice.id
    clips = [Clip(n, part.pcm, rate, part.marks, name) for n, part in zip(turn.numbers, parts, strict=True)]
    _check_length(clips, texts)
    return clips


def _utterance(lines: Sequence[Line], text: str) -> Utterance:
    first = lines[0]
    return Utterance(text, first.language, first.role, first.speaker, spans=tuple(_joined_spans(lines)))


def _joined_spans(lines: Iterable[Line]) -> Iterator[Span]:
    """The spans of all lines, with offsets as if the written lines, like the spoken ones, were joined by a space."""
    written = spoken = 0
    for line in lines:
        for span in line.spans:
            yield replace(
                span,
                written_start=written + span.written_start,
                written_end=written + span.written_end,
                spoken_start=spoken + span.spoken_start,
                spoken_end=spoken + span.spoken_end,
            )
        written += len(line.written) + 1
        spoken += len(line.spoken) + 1


def _check_length(clips: Iterable[Clip], texts: Sequence[str]) -> None:
    sound = sum(1000 * len(clip.pcm) // 2 // clip.rate for clip in clips)
    expected = SHORTEST_MS_PER_CHARACTER * sum(map(str.isalnum, "".join(texts)))
    if sound < expected:
        raise VoiceError(f"the voice gave {sound} ms of sound where the words need at least {expected} ms")
