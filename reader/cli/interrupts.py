"""Ctrl-C and a polite kill end a run at the next line of speech at the latest, and once.

A signal raises KeyboardInterrupt wherever the program is. If that happens to be inside a library that swallows it (the
resampler's error check does, and every finalizer), nothing would be left of it; so it is also remembered, and raised
again. Further signals are ignored: they would only disturb the cleaning up.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from types import FrameType

AGAIN_SECONDS = 0.05


class _Wish:
    """Whether somebody wants the run to stop: no Event, whose lock a second signal would wait for inside the first."""

    received = False


def listen() -> None:
    """Take Ctrl-C and SIGTERM as a wish to stop and clean up."""
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    sys.unraisablehook = _swallowed


def heed() -> None:
    """Raise KeyboardInterrupt if one was asked for and has been swallowed since."""
    if _Wish.received:
        raise KeyboardInterrupt


def _swallowed(unraisable: sys.UnraisableHookArgs) -> None:
    """A finalizer swallowed an error: of an interrupt, send another one in a moment; show any other."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        _Wish.received = False
        threading.Timer(AGAIN_SECONDS, _thread.interrupt_main).start()
    else:
        sys.__unraisablehook__(unraisable)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    if not _Wish.received:
        _Wish.received = True
        raise KeyboardInterrupt
