"""What is told of each visible block of a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """A block of the page: `kind` where it is kept ("title" for the headline), else `why` it is not."""

    text: str
    kind: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The verdict on every visible block of a page."""

    verdicts: tuple[Verdict, ...]
