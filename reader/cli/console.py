"""What is shown to a person: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import click

from reader.cli.interrupts import heed

REDRAW_SECONDS = 0.1
BAR_WIDTH = 24
LONGEST_MESSAGE = 500


def result(text: str) -> None:
    """Print a result to stdout."""
    click.echo(text)


def result_json(value: Any) -> None:
    """Print a result to stdout as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False))


def tell(text: str) -> None:
    """Tell a person something, on stderr."""
    click.echo(text, err=True)


def printable(text: str) -> str:
    """Text in one line that a terminal can show as it is, whatever others wrote into it."""
    return whole(text)[:LONGEST_MESSAGE]


def whole(text: str) -> str:
    """As `printable`, however long the text is."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(shown.split())


def one_line(error: BaseException) -> str:
    """An error's message, in one line."""
    return printable(str(error))


def lines_told(done: int, total: int, seconds: float) -> str:
    """How many lines are done after so many seconds, and how long the others will take."""
    told = f"{done}/{total} lines"
    return f"{told}, {seconds / done * (total - done):.0f} s left" if done else told


def share_told(done: int, total: int, seconds: float) -> str:
    """As `lines_told`, for what nobody counts: a share."""
    told = f"{100 * done // total} %"
    return f"{told}, {seconds / done * (total - done):.0f} s left" if done else told


class BytesTold:
    """As `lines_told`, for bytes that arrive. Those of an earlier run, told of first, were none of this one's work."""

    def __init__(self) -> None:
        self._here_before: int | None = None

    def __call__(self, done: int, total: int, seconds: float) -> str:
        """How many megabytes have arrived after so many seconds, how fast, and how long the others will take."""
        self._here_before = done if self._here_before is None else min(self._here_before, done)  # it may begin again
        speed = (done - self._here_before) / seconds if seconds > 0 else 0
        told = f"{done / 1e6:.1f}/{total / 1e6:.1f} MB"
        return f"{told}, {speed / 1e6:.1f} MB/s, {clock((total - done) / speed)} left" if speed > 0 else told


class ProgressBar:
    """A line on stderr that is drawn over and over; nothing at all where stderr is no terminal.

    `told` says in words how far it is, from what is done, the total, and the seconds since the bar was made.
    """

    def __init__(self, label: str, told: Callable[[int, int, float], str] = lines_told) -> None:
        self._label = printable(label)[:40]
        self._told = told
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._begun = time.monotonic()
        self._drawn = 0.0

    def update(self, done: int, total: int) -> None:
        """Draw `done` of `total`; here a run notices that it shall stop."""
        heed()
        now = time.monotonic()
        if not self._shown or (done < total and now - self._drawn < REDRAW_SECONDS):
            return
        self._drawn = now
        filled = BAR_WIDTH * done // total
        bar = "█" * filled + "░" * (BAR_WIDTH - filled)
        click.echo(f"\r\x1b[K{self._label} {bar} {self._told(done, total, now - self._begun)}", err=True, nl=False)

    def clear(self) -> None:
        """Remove the line."""
        if self._shown and self._drawn:
            click.echo("\r\x1b[K", err=True, nl=False)


def clock(seconds: float) -> str:
    """Seconds as a person reads a duration: 2:53, 1:02:03."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def counted(number: int, one: str, several: str = "") -> str:
    """A number of things: 1 entry, 2 entries."""
    return f"{number} {one if number == 1 else several or one + 's'}"
