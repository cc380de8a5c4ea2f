"""Piper: neural voices, offline, with word marks from the lengths of their phonemes.

A model speaks as its package has it speak, but rebuilt (`graph`) so that it is quicker and gives equal sound for equal
text, and in as many sentences at once as there are processors.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from threading import Lock

from reader.errors import UnknownVoiceError, VoiceError
from reader.model import Mark
from voices.espeak import words
from voices.espeak.ipa import library_ipa
from voices.piper.config import BEGIN, END, PAD, Config, load_config
from voices.piper.model import FORMAT, Info, Model, discard, load_model, prepared
from voices.piper.phonemes import WORD, Breath, breaths
from voices.places import voices_folder
from voices.seam import AudioFormat, Engine, Sibling, Speech, Utterance, Voice

DANISH = "da"
EXTRA = "lyt-til-artiklen[piper]"
PACKAGES = ("piper", "onnxruntime", "onnx")
SHELF = ".prepared"  # in the folder of the voices
SUFFIX = ".onnx"
LOUDEST = 32_767

# The runtime would tell its makers of every run, unless this is set before it is imported: the voice is offline.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

_LOADING = Lock()
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class PiperVoice:
    """A model, or one of the speakers of a model that has several. It is loaded when it first speaks."""

    def __init__(self, name: str, path: Path, shelf: Path, speaker: str = "") -> None:
        self._path, self._shelf = path, shelf
        self._config = load_config(_config_path(path))
        if speaker and speaker not in self._config.speakers:
            raise UnknownVoiceError(f"the voice {name!r} has no speaker {speaker!r}; see: lyt voices")
        self._speaker = self._config.speakers.get(speaker, 0)
        self._name = f"{name}+{speaker}" if speaker else name
        self.format = AudioFormat(self._config.rate)
        self.concurrency = processors()

    @property
    def id(self) -> str:
        """With the model's digest, the package's version and that of our pronunciations."""
        digest = _info(self._path, self._shelf).digest
        name = self._name.encode("ascii", "replace").decode()
        return f"piper:{name}@{digest[:12]}+{metadata.version('piper-tts')}+{FORMAT}{words.revision()}"

    @property
    def gives_marks(self) -> bool:
        """Whether the model tells the lengths of its phonemes: all but odd ones do."""
        return _info(self._path, self._shelf).has_lengths

    @property
    def speakers(self) -> tuple[str, ...]:
        """The names of the speakers of the model; none where it has only one."""
        return tuple(self._config.speakers)

    def speak(self, utterance: Utterance, /) -> Speech:
        """Speak with a mark at every word; the pitch is the model's own, whatever is asked for."""
        if not any(map(str.isalnum, utterance.text)):
            raise VoiceError("Piper was given a line without a word to say")
        model = self._loaded()
        pcm, marks = bytearray(), list[Mark]()
        known = known_sounds(utterance) if self._config.language == DANISH else {}
        for breath in breaths(utterance.text, self._config.language, known):
            ids, firsts = numbered(breath, self._config)
            pace = self._config.pace / min(max(utterance.rate, 0.25), 4)
            samples, lengths = model.run(ids, pace=pace, speaker=self._speaker)
            marks += marks_of(breath, firsts, lengths, len(pcm) // 2, len(samples))
            pcm += (samples.clip(-1, 1) * LOUDEST).astype("<i2").tobytes()
        if not pcm:
            raise VoiceError("Piper gave no sound for a line")
        return Speech(bytes(pcm), tuple(marks))

    def _loaded(self) -> Model:
        with _LOADING:
            return _model(self._path, self._shelf)


@cache
def _info(path: Path, shelf: Path) -> Info:
    return prepared(path, shelf)[1]


@cache
def _model(path: Path, shelf: Path) -> Model:
    """A model for all its speakers."""
    return load_model(path, shelf, load_config(_config_path(path)), processors())


def processors() -> int:
    """How many of them this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def numbered(breath: Breath, config: Config) -> tuple[list[int], list[int]]:
    """The ids of phonemes as a model wants them, with a pause after each, and where the ids of each phoneme begin.

    A phoneme that the model never learnt has no ids.
    """
    pause = config.ids[PAD]
    ids = [*config.ids[BEGIN], *pause]
    firsts = []
    for phoneme in breath.phonemes:
        firsts.append(len(ids))
        if phoneme in config.ids:
            ids += [*config.ids[phoneme], *pause]
    return [*ids, *config.ids[END]], firsts


def marks_of(breath: Breath, firsts: list[int], lengths: list[int] | None, begin: int, frames: int) -> list[Mark]:
    """The marks of the words of a breath that begins at frame `begin` and has so many `frames`."""
    if lengths is None:
        return []
    starts = list(accumulate(lengths, initial=0))
    return [Mark(start, end, begin + min(starts[firsts[phoneme]], frames)) for start, end, phoneme in breath.words]


def known_sounds(utterance: Utterance) -> dict[tuple[int, int], str]:
    """The words of a Danish utterance, by their places, whose sound is known better than eSpeak NG knows it."""
    sounds = {}
    for match in WORD.finditer(utterance.text):
        if said := words.danish_ipa(match.group()):
            sounds[match.span()] = said
    for span in utterance.spans:
        said = library_ipa(span.ipa) if span.ipa else None
        places = [match.span() for match in WORD.finditer(utterance.text, span.spoken_start, span.spoken_end)]
        if said and len(said.split()) == len(places):
            sounds |= dict(zip(places, said.split(), strict=True))
    return sounds


def prepare(path: Path) -> None:
    """Prepare an installed model, so that the first article does not wait for it. Raises VoiceError."""
    prepared(path, path.parent.parent / SHELF)


def forget(path: Path) -> None:
    """Remove what was prepared of a model, before the model itself is removed."""
    discard(path, path.parent.parent / SHELF)


def make(option: str) -> Voice:
    """The voice of an installed model, or of a model's file; "" is the best Danish one. "+3" chooses a speaker."""
    name, _, speaker = option.partition("+")
    folder = voices_folder()
    if not name:
        name = next(iter(_ready()), "")
        if not name:
            raise UnknownVoiceError("no Danish Piper voice is installed; install one with: lyt voices install da")
    path = Path(name)
    if path.suffix == SUFFIX:
        if not path.is_file():
            raise UnknownVoiceError(f"there is no Piper voice at {name!r}")
        return PiperVoice(path.stem, path, (folder or path.parent) / SHELF, speaker)
    installed = None if folder is None or not _NAME.fullmatch(name) else folder / name / f"{name}{SUFFIX}"
    if installed is None or folder is None or not installed.is_file():
        raise UnknownVoiceError(f"no Piper voice called {name!r} is installed; see: lyt voices")
    return PiperVoice(name, installed, folder / SHELF, speaker)


def _ready() -> tuple[str, ...]:
    """The names of the Danish voices that are installed."""
    folder = voices_folder()
    found = sorted(folder.glob(f"*/*{SUFFIX}")) if folder and folder.is_dir() else []
    return tuple(path.stem for path in found if path.parent.name == path.stem and _speaks(path, DANISH))


def _speaks(path: Path, language: str) -> bool:
    try:
        return load_config(_config_path(path)).language == language
    except VoiceError:
        return False


def _siblings(option: str) -> tuple[Sibling, ...]:
    """The other speakers of the model."""
    name, _, speaker = option.partition("+")
    try:
        voice = make(name)
    except VoiceError:
        return ()
    assert isinstance(voice, PiperVoice)
    own = speaker or next(iter(voice.speakers), "")
    return tuple(Sibling(f"{name}+{other}") for other in voice.speakers if other != own)


def _missing() -> str | None:
    """How to get what is not there; the command names the Python that runs this, as any other may be a stranger."""
    if all(find_spec(name) for name in PACKAGES):
        return None
    return f"install its packages with: {shlex.join([sys.executable, '-m', 'pip', 'install', EXTRA])}"


def _config_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


ENGINE = Engine(
    name="piper",
    summary="Piper: neural, offline, natural",
    licence="GPL-3.0-or-later for the program; each voice has its own",
    make=make,
    siblings=_siblings,
    ready=_ready,
    missing=_missing,
    examples=("piper:da_DK-talesyntese-medium",),
)
