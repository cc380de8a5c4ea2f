"""Voices: one module per engine, imported only when it is chosen.

A voice turns one utterance into sound; that is all it knows. `load("espeak:da")` gives a voice, `available()` lists the
engines that are installed. Engines register as entry points in the group `lyt.voices`; ours register the same way.
"""

from __future__ import annotations

from reader.errors import UnknownVoiceError, VoiceError
from reader.model import Mark, Span
from voices.estimating import estimated_marks
from voices.profiles import Manner, Profile, find_profile
from voices.registry import GROUP, ask, available, is_online, load, resolve, siblings
from voices.seam import (
    AudioFormat,
    Engine,
    EngineStatus,
    Kind,
    Sibling,
    Speech,
    Utterance,
    Voice,
    gives_marks,
    heeds_rate,
    is_instant,
)

__all__ = [
    "GROUP",
    "AudioFormat",
    "Engine",
    "EngineStatus",
    "Kind",
    "Manner",
    "Mark",
    "Profile",
    "Sibling",
    "Span",
    "Speech",
    "UnknownVoiceError",
    "Utterance",
    "Voice",
    "VoiceError",
    "ask",
    "available",
    "estimated_marks",
    "find_profile",
    "gives_marks",
    "heeds_rate",
    "is_instant",
    "is_online",
    "load",
    "resolve",
    "siblings",
]
