"""Proving a recording: each rule is seen to hold for a good one, and to break for a broken one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import article_of

import voices
from reader.assembler import Heard, Mastering, assemble, listen, prove
from reader.assembler.proof import MOST_TOLD, RULES
from reader.errors import AssemblyError, UnprovenError
from reader.model import Clip, Paragraph, Recording
from reader.scriptwriter import write_script
from reader.synthesizer import alone, synthesize

pytestmark = pytest.mark.whole

RATE = 44_100
TEXTS = (
    "Broen over Lundsund lukker for biler mandag morgen, og den åbner først igen til foråret.",
    "»Vi har ventet på det her i tyve år, og nu sker det endelig,« siger borgmester Ida Ravn.",
    "Pendlerne må tage færgen, som sejler hver halve time fra klokken fem om morgenen til midnat.",
    "»Det bliver dyrt for de små butikker på havnen, og det har ingen tænkt på,« siger Bo Holm.",
    "Kommunen har sat seks millioner kroner af til en midlertidig bro for cyklister og gående.",
    "Skolerne får besked i næste uge om de nye ruter for busserne, oplyser forvaltningen til avisen.",
)
CAPTION = Paragraph("Broen set fra nord.", "caption")
ARTICLE = article_of(*TEXTS, title="Broen lukker i elleve måneder")
SCRIPT = write_script(replace(ARTICLE, paragraphs=(*ARTICLE.paragraphs, CAPTION)))


class Case:
    """A good recording, what is heard in it, and ways to spoil them."""

    def __init__(self, recording: Recording, heard: Heard) -> None:
        self.recording = recording
        self.heard = heard

    def problems(self) -> str:
        return "; ".join(prove(SCRIPT, self.recording, self.heard, -16.0).problems)

    def cue(self, number: int, **fields: object) -> Case:
        cues = list(self.recording.cues)
        cues[number] = replace(cues[number], **fields)  # type: ignore[arg-type]
        return Case(replace(self.recording, cues=tuple(cues)), self.heard)

    def levels(self, start: float, end: float, level: float) -> Case:
        levels = self.heard.levels.copy()
        levels[round(100 * start) : round(100 * end)] = level
        return Case(self.recording, replace(self.heard, levels=levels))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Case:
    path = tmp_path_factory.mktemp("good") / "good.mp3"
    voice, other = voices.load("espeak:da"), voices.load("espeak:da+f1")
    recording = assemble(SCRIPT, synthesize(SCRIPT, alone(voice, other)), path)
    return Case(recording, listen(path))


def test_a_good_recording_is_proved(good: Case) -> None:
    """Every rule holds for a recording as it comes, and its proof counts what is spoken and what is left out."""
    proof = good.recording.proof
    assert proof is not None
    assert proof == prove(SCRIPT, good.recording, good.heard, -16.0)
    assert proof.checks == tuple(RULES)
    assert (proof.problems, proof.lines) == ((), len(SCRIPT.lines))
    assert proof.characters == sum(len(paragraph.text) for paragraph in SCRIPT.article.paragraphs)
    assert [(omission.reason, omission.characters) for omission in proof.omissions] == [("a caption", 19)]
    assert proof.spoken == proof.characters - 19
    assert proof.words == sum(len(cue.words) for cue in good.recording.cues)


BROKEN: dict[str, tuple[Callable[[Case], Case], str]] = {
    "a cue is missing": (
        lambda case: Case(replace(case.recording, cues=case.recording.cues[:-1]), case.heard),
        "lines and",
    ),
    "a line has no word": (lambda case: case.cue(1, words=()), "line 2 has no timed word"),
    "a line begins before the last ended": (
        lambda case: case.cue(2, start=case.recording.cues[1].start),
        "line 3 do not rise",
    ),
    "a line ends after the recording": (lambda case: case.cue(-1, end=case.recording.duration + 1), "do not rise"),
    "words run backwards": (
        lambda case: case.cue(1, words=case.recording.cues[1].words[::-1]),
        "words of line 2 do not rise",
    ),
    "frames are missing": (
        lambda case: Case(replace(case.recording, duration=case.recording.duration + 0.1), case.heard),
        "were counted",
    ),
    "a line is silent": (
        lambda case: case.levels(case.recording.cues[3].start, case.recording.cues[3].end, 0.0),
        "line 4 is silent",
    ),
    "most of a line is silent": (
        lambda case: case.levels(case.recording.cues[3].start + 0.4, case.recording.cues[3].end, 0.0),
        "line 4 is silent",
    ),
    "a line is noise": (
        lambda case: Case(case.recording, replace(case.heard, flatness=np.full_like(case.heard.flatness, 0.6))),
        "is noise",
    ),
    "a line is too long for its words": (
        lambda case: case.cue(-1, end=case.recording.cues[-1].start + 60),
        f"line {len(SCRIPT.lines)} lasts 60.0 s",
    ),
    "half a line is missing": (
        lambda case: case.cue(1, end=case.recording.cues[1].start + 1.2),
        "line 2 lasts 1.2 s",
    ),
    "a pause is loud": (
        lambda case: case.levels(case.recording.cues[2].end + 0.1, case.recording.cues[3].start - 0.1, 0.2),
        "sound in the pause before line 4",
    ),
    "it is too quiet": (lambda case: Case(case.recording, replace(case.heard, loudness=-16.6)), "-16.6 LUFS"),
    "it is too loud": (lambda case: Case(case.recording, replace(case.heard, loudness=-15.4)), "-15.4 LUFS"),
    "its peak is too high": (lambda case: Case(case.recording, replace(case.heard, true_peak=-0.9)), "-0.9 dBTP"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_breaks_for_what_it_is_about(name: str, good: Case) -> None:
    """A recording that is broken in one way is found out, with the line and the place."""
    spoil, told = BROKEN[name]
    assert told in spoil(good).problems()


def test_a_chapter_inside_a_word_is_found(good: Case) -> None:
    """Where sound stands at a chapter's start, its chapter is named."""
    line = SCRIPT.chapters[1].line
    start = good.recording.cues[line].start
    spoiled = good.levels(start - 0.25, start + 0.1, 0.3)
    assert f"the chapter {SCRIPT.chapters[1].id!r} does not stand in the silence" in spoiled.problems()


def test_problems_of_one_kind_are_not_told_without_end(good: Case) -> None:
    """Of many lines with the same fault the first few are named, and how many more there are."""
    spoiled = good.levels(0, good.recording.duration, 0.0)
    told = prove(SCRIPT, spoiled.recording, spoiled.heard, -16.0).problems
    assert sum("is silent" in problem for problem in told) == MOST_TOLD
    assert f"and {len(SCRIPT.lines) - MOST_TOLD} more like this" in told


def _clips(change: Callable[[Clip], Clip]) -> list[Clip]:
    clips = synthesize(SCRIPT, alone(voices.load("espeak:da"), voices.load("espeak:da+f1")))
    return [change(clip) if clip.line == 4 else clip for clip in clips]


def _noise(clip: Clip) -> Clip:
    noise = np.random.default_rng(1).integers(-9000, 9000, len(clip.pcm) // 2).astype("<i2")
    return replace(clip, pcm=noise.tobytes())


def _cut(clip: Clip) -> Clip:
    return replace(clip, pcm=clip.pcm[: 2 * (len(clip.pcm) // 8)], marks=clip.marks[:1])


@pytest.mark.parametrize(("change", "told"), [(_noise, "line 5 is noise"), (_cut, "line 5 lasts")])
def test_what_a_voice_spoils_is_never_a_recording(change: Callable[[Clip], Clip], told: str, tmp_path: Path) -> None:
    """A voice that gives noise, or stops in the middle of a sentence, makes an error that names the line."""
    with pytest.raises(UnprovenError, match=told):
        assemble(SCRIPT, _clips(change), tmp_path / "a.mp3")
    unheard = assemble(SCRIPT, _clips(change), tmp_path / "b.mp3", mastering=Mastering(verify=False))
    assert (unheard.proof, unheard.loudness, unheard.true_peak) == (None, None, None)


def test_an_unproven_recording_is_an_error_of_assembly() -> None:
    """Its exit code is that of a recording that could not be put together."""
    assert issubclass(UnprovenError, AssemblyError)
    assert UnprovenError.exit_code == 6
