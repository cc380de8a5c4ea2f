"""Path patterns as robots.txt has them (RFC 9309), and tdmrep.json after it: `*` is anything, a last `$` the end."""

from __future__ import annotations

import re
from urllib.parse import quote

_TRIPLET = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_PATH = re.compile(r"[a-z]+://[^/?#]*([^#]*)", re.IGNORECASE)


def path_of(address: str) -> str:
    """The path and query of an address, or of what is a path already, as `matches` compares them."""
    match = _PATH.match(address.strip())
    path = normal(match[1] if match else address)
    return (path if path.startswith("/") else f"/{path}").replace("*", "%2A").replace("$", "%24")


def normal(text: str) -> str:
    """One spelling for one path: what needs no escape has none, all else has one in capitals."""
    escaped = quote(text, safe="%/:?[]@!$&'()*+,;=-._~|", errors="replace")
    return _TRIPLET.sub(_triplet, escaped)


def _triplet(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if _UNRESERVED.fullmatch(character) else match[0].upper()


def matches(pattern: str, path: str) -> bool:
    """Whether a path of `path_of` begins as a pattern of `normal` says. In time linear in both."""
    to_end = pattern.endswith("$")
    first, *parts = pattern.removesuffix("$").replace("$", "%24").split("*")
    if not path.startswith(first):
        return False
    if not parts:
        return not to_end or path == first
    position = len(first)
    *middle, last = parts
    for part in middle:
        found = path.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return path.endswith(last) and len(path) - len(last) >= position if to_end else path.find(last, position) >= 0
