"""XML as text: everything escaped, nothing in it that XML cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def holdable(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def leaf(name: str, text: str = "", /, **attributes: str) -> str:
    """An element that holds text, or nothing. An attribute's final underscore is dropped: `type_`, `from_`."""
    inner = escape(holdable(text), quote=False)
    return f"<{name}{_told(attributes)}>{inner}</{name}>" if inner else f"<{name}{_told(attributes)}/>"


def branch(name: str, children: Iterable[str], /, **attributes: str) -> str:
    """An element that holds other elements, each on a line."""
    inner = "\n".join(filter(None, children))
    return f"<{name}{_told(attributes)}>\n{inner}\n</{name}>"


def _told(attributes: dict[str, str]) -> str:
    return "".join(
        f' {name.removesuffix("_")}="{escape(" ".join(holdable(text).split()))}"' for name, text in attributes.items()
    )
