"""The online voice and the real service: run by hand with `pytest -m live`; sends one harmless sentence to Google."""

from __future__ import annotations

import pytest

from voices import Utterance, load
from voices.testing import check_speech


@pytest.fixture(autouse=True)
def _only_when_asked_for(request: pytest.FixtureRequest) -> None:
    chosen = str(request.config.getoption("markexpr"))
    if "live" not in chosen or "not live" in chosen:
        pytest.skip("speaks to a real service; run with -m live")


@pytest.mark.live
def test_one_sentence() -> None:
    """The service still answers as it is taken to, with speech as long as its text."""
    voice, utterance = load("gtts:da"), Utterance("Det blæser i dag, og regnen falder over Aarhus.")
    check_speech(voice, utterance, voice.speak(utterance))
