"""A time of its own for tests: it passes only where somebody sleeps, and chance is always in the middle."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from voices.online.remote import Timing


@dataclass
class SlackTime:
    """`moment` is now, in seconds; `sleeps` are the waits so far, of all threads."""

    moment: float = 1000.0
    sleeps: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> float:
        return self.moment

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.sleeps.append(seconds)
            self.moment += seconds

    @property
    def timing(self) -> Timing:
        return Timing(self.now, self.sleep, lambda: 0.5)
