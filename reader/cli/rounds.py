"""What a round of lyt follow tells: new and corrected episodes at once, and in the end what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reader.cli.console import counted, one_line, printable, result, result_json, tell
from reader.cli.interrupts import heed
from reader.cli.report import Watch, report, voice_note

if TYPE_CHECKING:
    from reader.following import Event, Outcome


class Teller:
    """Tells of a round while it goes on: new and corrected episodes at once, all else in the end, or all as JSON."""

    def __init__(self, output: str, *, as_json: bool) -> None:
        self._output = output
        self._as_json = as_json
        self._watch: Watch | None = None

    def watch(self, address: str) -> Watch:
        """A watcher with a bar for one article."""
        self.end()
        self._watch = Watch(Path(address).name or address)
        return self._watch

    def end(self) -> None:
        """Remove the bar."""
        if self._watch:
            self._watch.end()
        self._watch = None

    def tell(self, event: Event) -> None:
        """Tell of an event."""
        cached = self._watch.cached if self._watch else 0
        self.end()
        if event.kind == "new" and event.episode:
            report(event.address, event.episode, self._output, cached=cached, as_json=self._as_json)
        elif self._as_json:
            result_json(_plain(event))
        elif event.refreshed:
            done = event.refreshed
            by_hand = f"; {counted(done.kept, 'line')} corrected by hand stay so" if done.kept else ""
            told = f"{len(done.changed)} of {done.total} lines are new{by_hand}"
            result(f"rendered    {printable(str(event.folder))}: {told}")
        heed()


def _plain(event: Event) -> dict[str, Any]:
    told: dict[str, Any] = {"source": event.address}
    if event.refreshed:
        done = event.refreshed
        changed = [number + 1 for number in done.changed]
        told |= {"folder": str(event.folder), "slug": done.slug, "refreshed": True}
        return told | {"changed": changed, "lines": done.total, "by_hand": done.kept}
    if event.error:
        told |= {"error": one_line(event.error), "exit_code": event.error.exit_code}
        return told | ({"again": round(event.again)} if event.again else {"given_up": True})
    if event.kind == "gone":
        return told | {"folder": str(event.folder), "gone": printable(event.reason)}
    return told | {"left_out": printable(event.reason)}


def conclude(outcome: Outcome, *, as_json: bool) -> None:
    """The end of a round: which voices spoke, what came of it in numbers, and a line for all that did not go well."""
    if as_json:
        result_json(_counts(outcome))
        return
    voices = [voice for event in outcome.events if event.episode for voice in event.episode.voices]
    if voices:
        tell(voice_note(voices))
    tell(_summary(outcome))
    verdict = outcome.verdict()
    for event in outcome.events:
        is_told = event.error is not None and event.error is verdict
        if event.episode is None and event.refreshed is None and not is_told:
            tell(f"  {_line(event)}")
    for address, seconds in outcome.waiting.items():
        when = f"in {_span(seconds)}, or with --retry"
        tell(f"  waits     {printable(address)}: it failed before, and is read again {when}")
    if outcome.renewal and outcome.renewal is not verdict:
        tell(f"  failed    the feeds of the folder: {one_line(outcome.renewal)}")


def _counts(outcome: Outcome) -> dict[str, Any]:
    verdict = outcome.verdict()
    return {
        "feeds": outcome.feeds,
        "read": outcome.read,
        "new": outcome.count("new"),
        "corrected": outcome.count("corrected"),
        "failed": outcome.count("failed", "given up"),
        "failed_feeds": outcome.count("feed"),
        "waiting_feeds": len(outcome.waiting),
        "gone": outcome.count("gone"),
        "left_out": outcome.count("left out"),
        "passed_over": outcome.passed_over,
        "known": outcome.known,
        "exit_code": verdict.exit_code if verdict else 0,
    }


def _summary(outcome: Outcome) -> str:
    """A round in one line: 2 feeds: 3 new, 1 corrected, 1 failed (again in 10 min), 2 left out, 41 known."""
    failed = outcome.count("failed", "given up", "feed")
    soonest = f" (again in {_span(outcome.soonest)})" if outcome.soonest else ""
    numbers = (
        (outcome.count("new"), "new"),
        (outcome.count("corrected"), "corrected"),
        (failed, f"failed{soonest}"),
        (outcome.count("gone"), "gone"),
        (outcome.count("left out"), "left out"),
        (outcome.passed_over, "passed over"),
        (outcome.known, "known"),
    )
    told = ", ".join(f"{number} {name}" for number, name in numbers if number)
    return f"{counted(outcome.feeds, 'feed')}: {told or 'nothing new'}"


def _line(event: Event) -> str:
    reason = one_line(event.error) if event.error else printable(event.reason)
    said = reason if event.address in reason else f"{printable(event.address)}: {reason}"
    if event.kind == "gone":
        return f"gone      {said}; to take the episode away: lyt withdraw {printable(str(event.folder))}"
    if event.kind == "left out":
        return f"left out  {said}"
    if event.again is None:
        return f"given up  {said}"
    return f"failed    {said} (again in {_span(event.again)})"


def _span(seconds: float) -> str:
    """Seconds as a person says them: 40 s, 5 min, 11 h."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h"
