"""Has a carrier do one thing at a time: tries again what may pass, and explains what does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from reader.errors import PublishError
from reader.transfer.carriers import Verdict
from reader.transfer.destination import Destination
from reader.transfer.parcels import Parcel, copy_of, is_as_it_was
from reader.transfer.record import Copy

PAUSES = (1.0, 4.0)  # seconds before each further try

Watch = Callable[[int, int], object]
"""Told how many bytes were sent, and of how many."""


class Courier:
    """Brings files to a target, one after the other; a context manager, which ends the connection.

    Here, and nowhere else, the errors of disks and networks become a PublishError that says what to do.
    """

    def __init__(self, destination: Destination, total: int, watch: Watch) -> None:
        self._address = destination.address
        self._carrier = destination.carrier
        self._total, self._watch = total, watch
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._carrier.close()

    def send(self, parcel: Parcel) -> Copy:
        """Send a file. Raises PublishError."""
        copy = copy_of(parcel)
        self._check(parcel)

        def moved(here: int) -> None:
            if self._total:  # nobody can say how far nothing is
                self._watch(min(self._done + here, self._total), self._total)

        self._patiently(f"cannot send {parcel.name!r} to", lambda: self._carrier.send(parcel.file, parcel.name, moved))
        self._check(parcel)
        self._done += parcel.size
        moved(0)
        return copy

    def _check(self, parcel: Parcel) -> None:
        """Raise PublishError for a file that is not the planned one: a newer feed may name sound that nobody sent."""
        if not is_as_it_was(parcel):
            raise PublishError(f"{parcel.name!r} was written to since this run began to publish: publish again")

    def remove(self, name: str) -> None:
        """Take a file away. Raises PublishError."""
        self._patiently(f"cannot remove {name!r} from", lambda: self._carrier.remove(name))

    def _patiently(self, failing: str, act: Callable[[], None]) -> None:
        verdict = self._tried(act)
        for pause in PAUSES:
            if verdict is None or not verdict.is_passing:
                break
            time.sleep(pause)
            verdict = self._tried(act)
        if verdict:
            raise PublishError(f"{failing} {self._address}: {verdict.reason}; {verdict.advice}")

    def _tried(self, act: Callable[[], None]) -> Verdict | None:
        """Do it; what it means where it failed."""
        try:
            act()
        except self._carrier.faults as error:
            self._carrier.close()  # the next try begins with a connection of its own
            return self._carrier.judged(error)
        return None
