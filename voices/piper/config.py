"""What stands in the JSON file beside a Piper model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reader.errors import VoiceError

USUAL_HOP = 256  # samples that the model adds at a time
BEGIN, END, PAD = "^", "$", "_"


@dataclass(frozen=True, slots=True)
class Config:
    """`language` is eSpeak NG's name of it, `rate` in hertz, `hop` in samples; `ids` are the numbers of each phoneme.

    `pace` is how long a phoneme lasts by default (1.0: as it was trained); `noise` and `noise_of_lengths` are how much
    chance there is in its sound and its lengths; `speakers` are the numbers of the speakers
    of a model that has several, by their names, the usual one first.
    """

    language: str
    rate: int
    ids: Mapping[str, tuple[int, ...]]
    hop: int = USUAL_HOP
    pace: float = 1.0
    noise: float = 0.667
    noise_of_lengths: float = 0.8
    speakers: Mapping[str, int] = field(default_factory=dict)


def load_config(path: Path) -> Config:
    """Read a model's JSON file. Raises VoiceError, which names the file and what is wrong with it."""
    try:
        return _config(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise VoiceError(f"the voice's file {path.name!r} cannot be read: {error.strerror}") from error
    except KeyError as error:
        raise VoiceError(f"the voice's file {path.name!r} says nothing of {error}: install the voice again") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise VoiceError(f"the voice's file {path.name!r} is not Piper's: install the voice again") from error


def _config(plain: Mapping[str, Any]) -> Config:
    kind = plain.get("phoneme_type", "espeak")
    if kind != "espeak":
        raise ValueError(f"phonemes of the kind {kind!r}")
    config = Config(
        language=str(plain["espeak"]["voice"]),
        rate=int(plain["audio"]["sample_rate"]),
        ids={str(phoneme): tuple(map(int, numbers)) for phoneme, numbers in plain["phoneme_id_map"].items()},
        hop=int(plain.get("hop_length", USUAL_HOP)),
        pace=float(plain.get("inference", {}).get("length_scale", 1.0)),
        noise=float(plain.get("inference", {}).get("noise_scale", 0.667)),
        noise_of_lengths=float(plain.get("inference", {}).get("noise_w", 0.8)),
        speakers=_speakers(plain),
    )
    if not {BEGIN, END, PAD} <= config.ids.keys():
        raise KeyError("the ids of begin, end and pause")
    if not (8000 <= config.rate <= 96_000 and 0 < config.hop <= 8192 and 0.1 <= config.pace <= 10):
        raise ValueError("a rate, hop or pace that no voice has")
    return config


def _speakers(plain: Mapping[str, Any]) -> dict[str, int]:
    count = int(plain.get("num_speakers", 1))
    named = {str(name): int(number) for name, number in plain.get("speaker_id_map", {}).items()}
    by_number = {number: name for name, number in named.items()}
    return {by_number.get(number, str(number)): number for number in range(count)} if count > 1 else {}
