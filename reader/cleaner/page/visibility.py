"""Which elements of a page nobody sees, as far as their names and attributes tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

# Elements whose words are not on the page.
WORDLESS = frozenset({
    *("head", "script", "style", "template", "noscript", "title", "svg", "iframe", "button", "select", "option"),
    *("textarea", "object", "audio", "video", "canvas", "dialog"),
})  # fmt: skip

# Parts of the classes of words that only screen readers say ("opens in a new window"), or that show under the mouse.
_HIDING_CLASSES = (
    *("sr-only", "visually-hidden", "visuallyhidden", "hidden-visually", "hiddenvisually", "screen-reader"),
    *("screenreader", "a11y-hidden", "element-invisible", "show-for-sr", "rollover-block", "hovercard"),
)
_STAND_INS = frozenset({"hidden", "placeholder", "fallback"})  # the last two in AMP: seen until something is loaded
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def is_hidden(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element of this name hides what it holds by one of its attributes."""
    if not attributes or name in ("html", "body"):
        return False
    if not _STAND_INS.isdisjoint(attributes) or attributes.get("aria-hidden", "").lower() == "true":
        return True
    style = attributes.get("style")
    return _has_hiding_class(attributes.get("class", "")) or bool(style and _HIDING_STYLE.search(style))


@lru_cache(maxsize=4096)
def _has_hiding_class(classes: str) -> bool:
    classes = classes.lower()
    return any(part in classes for part in _HIDING_CLASSES)
