"""How much of a source is taken in, and how much of its name is shown."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one source: bytes after decompression, seconds in all, redirects followed.

    `connect` is seconds for one connection (or one look-up of its name), `max_header` bytes of all headers.
    """

    max_bytes: int = 10_000_000
    timeout: float = 8.0
    redirects: int = 5
    connect: float = 5.0
    max_header: int = 65_536


DEFAULT_LIMITS = Limits()


def shown(name: str) -> str:
    """A path or address made safe for a one-line message: control characters escaped, the middle of long ones cut."""
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in name)
    half = LONGEST_NAME // 2
    return safe if len(safe) <= LONGEST_NAME else f"{safe[:half]}…{safe[-half:]}"


def megabytes(count: int) -> str:
    """A size for people: 10_000_000 is "10 MB"; small sizes are told in bytes."""
    return f"{count / 1e6:.3g} MB" if count >= 100_000 else f"{count} bytes"
