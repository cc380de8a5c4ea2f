"""Sentences that were spoken, kept in a folder: the same words in the same voice are spoken once.

What a run had spoken before it was stopped is there for the next one, and several runs that need the same sentence at
the same time have it spoken by one of them.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from reader.cachefolder import CacheFolder
from reader.model import Mark
from reader.synthesizer.checking import check_length, length_problem
from voices import AudioFormat, Speech, Utterance, Voice, ask, is_instant

MOST_BYTES = 1_000_000_000  # of the whole folder: some six hours of speech

_FORMAT = 1
_HEAD = struct.Struct("<IHI")  # frames a second, channels, number of marks
_MARK = struct.Struct("<IIQB")  # where the word starts and ends in the text, its frame, whether that is estimated


def clip_folder(path: Path, most: int = MOST_BYTES) -> CacheFolder:
    """The folder of a clip cache."""
    return CacheFolder(path, ".clip", most)


@dataclass(frozen=True, slots=True)
class ClipCache:
    """Has voices speak what is not in `folder` yet. It may be used from many threads and processes at once."""

    folder: CacheFolder

    def speech(self, voice: Voice, utterance: Utterance) -> tuple[Speech, bool]:
        """What a voice says, and whether it had said it before.

        A voice that is instant is asked each time. Raises VoiceError where the voice fails, or gives what cannot be the
        sound of the words; then nothing is kept.
        """
        if is_instant(voice):
            return _spoken(voice, utterance), False
        name = clip_name(voice, utterance)
        known = self._find(name, voice.format, utterance)
        if known is not None:
            return known, True
        with self.folder.locked(name):
            known = self._find(name, voice.format, utterance)  # somebody may have spoken it meanwhile
            if known is not None:
                return known, True
            speech = _spoken(voice, utterance)
            self._keep(name, voice.format, utterance, speech)
        return speech, False

    def _find(self, name: str, form: AudioFormat, utterance: Utterance) -> Speech | None:
        data = self.folder.load(name)
        return None if data is None else unpacked(data, form, utterance)

    def _keep(self, name: str, form: AudioFormat, utterance: Utterance, speech: Speech) -> None:
        """Only what will come back as it is; a voice whose marks break the rules of the seam is asked each time."""
        with suppress(struct.error):
            data = packed(speech, form)
            if unpacked(data, form, utterance) == speech:
                self.folder.keep(name, data)


def _spoken(voice: Voice, utterance: Utterance) -> Speech:
    speech = ask(voice, utterance)
    check_length(utterance.text, speech, voice.format.rate * voice.format.channels)
    return speech


def clip_name(voice: Voice, utterance: Utterance) -> str:
    """All that the sound depends on, as text; two utterances of one name sound alike.

    Who is quoted is left out, so that a corrected attribution costs no new speech, unless the voice says by
    `heeds_speaker = True` that it speaks for each person differently. Of the spans only those with a sound count.
    """
    sounds = [(s.spoken_start, s.spoken_end, s.ipa, s.language) for s in utterance.spans if s.ipa or s.language]
    manner = [utterance.language, utterance.role, float(utterance.rate), float(utterance.pitch)]
    speaker = utterance.speaker if getattr(voice, "heeds_speaker", False) else None
    form = voice.format
    return json.dumps([_FORMAT, voice.id, form.rate, form.channels, *manner, speaker, sounds, utterance.text])


def packed(speech: Speech, form: AudioFormat) -> bytes:
    """A speech as bytes. Raises struct.error where a mark does not fit."""
    marks = [_MARK.pack(mark.start, mark.end, mark.frame, mark.estimated) for mark in speech.marks]
    return b"".join([_HEAD.pack(form.rate, form.channels, len(marks)), *marks, speech.pcm])


def unpacked(data: bytes, form: AudioFormat, utterance: Utterance) -> Speech | None:
    """The speech in bytes; None where they hold none that a voice of this format could have given for these words."""
    if len(data) < _HEAD.size:
        return None
    rate, channels, count = _HEAD.unpack_from(data)
    start = _HEAD.size + count * _MARK.size
    if (rate, channels) != (form.rate, form.channels) or len(data) < start:
        return None
    fields = list(_MARK.iter_unpack(data[_HEAD.size : start]))
    marks = tuple(Mark(first, last, frame, estimated == 1) for first, last, frame, estimated in fields)
    speech = Speech(data[start:], marks)
    frames, rest = divmod(len(speech.pcm), 2 * channels)
    if rest or any(estimated > 1 for *_, estimated in fields) or not all(_in_order(marks, len(utterance.text), frames)):
        return None
    return None if length_problem(utterance.text, speech, rate * channels) else speech


def _in_order(marks: tuple[Mark, ...], length: int, frames: int) -> Iterator[bool]:
    """Whether the marks lie within text and sound, and rise."""
    for mark in marks:
        yield mark.start < mark.end <= length and mark.frame <= frames
    for before, after in pairwise(marks):
        yield before.end <= after.start and before.frame <= after.frame
