"""Names that are safe in a file system, an address and an ID3 tag: ASCII letters, digits and hyphens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_DANISH = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ð": "d", "þ": "th"}
)
_DEVICE_NAME = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:-|$)")


def slug(text: str, *, longest: int = 60, fallback: str = "artikel") -> str:
    """`text` in lower-case ASCII words joined by hyphens, cut at a word; never empty, never a device's name."""
    spelled = unicodedata.normalize("NFC", text[: 8 * longest]).casefold().translate(_DANISH)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    name = ""
    for word in words:
        if name and len(name) + 1 + len(word) > longest:
            break
        name = f"{name}-{word[:longest]}" if name else word[:longest]
    if not name or _DEVICE_NAME.match(name):
        return f"{fallback}-{name}".strip("-")
    return name


def revised(name: str, revision: int) -> str:
    """What a file is called in a revision of its episode: "chapters.json", then "chapters.r2.json"."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.r{revision}{dot}{ending}" if revision > 1 else name


def distinct(name: str, taken: Collection[str]) -> str:
    """`name`, or the first of `name-2`, `name-3` ... that is not taken."""
    number = 2
    candidate = name
    while candidate in taken:
        candidate = f"{name}-{number}"
        number += 1
    return candidate
