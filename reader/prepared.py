"""The hand-over from the text side to the sound side."""

from __future__ import annotations

from dataclasses import dataclass

from reader.model import Script


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the text side hands over: a script, and what makes its article the same one again (`id`).

    `source` is the address that it came from, None for a file or a text; `picture` are the bytes of its lead picture,
    if that was fetched. An edited script is one that a person has corrected.
    """

    script: Script
    id: str
    source: str | None = None
    picture: bytes | None = None
    is_edited: bool = False
