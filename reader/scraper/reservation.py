"""What a server says, in a way that machines understand, of mining its texts: in headers, or in a file for its site.

The words are those of the TDM Reservation Protocol (W3C community group report of 10 May 2024), and "noai" for robots.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from reader.scraper.agent import PRODUCT
from reader.scraper.patterns import matches, normal, path_of

if TYPE_CHECKING:
    import httpx

# Rules of X-Robots-Tag that have a value behind a colon; any other name before a colon is that of a robot.
_VALUED = frozenset("max-snippet max-image-preview max-video-preview unavailable_after".split())
_ROBOT = re.compile(r"[a-z0-9_-]+|\*")
_EVERYONE_AND_US = frozenset({"*", PRODUCT})


def in_headers(headers: httpx.Headers) -> bool | None:
    """Whether the headers of an answer reserve its page; None where they say nothing of it."""
    if any(map(_says_noai, headers.get_list("x-robots-tag"))):
        return True
    return _flag(headers.get("tdm-reservation", "").strip())


def _says_noai(line: str) -> bool:
    """Whether one X-Robots-Tag says "noai" to everyone, or to this program: a robot's name holds for all behind it."""
    is_for_us = True
    for item in line.lower().split(","):
        name, colon, rest = map(str.strip, item.partition(":"))
        if colon and name not in _VALUED and _ROBOT.fullmatch(name):
            is_for_us = name in _EVERYONE_AND_US
        if is_for_us and "noai" in (rest or name).split():
            return True
    return False


def in_file(tdmrep_json: str, address: str) -> bool | None:
    """Whether a site's tdmrep.json reserves an address: its first rule that matches decides; None without one.

    A file that is damaged says nothing.
    """
    try:
        rules = json.loads(tdmrep_json)
    except (ValueError, RecursionError):
        return None
    path = path_of(address)
    for rule in rules if isinstance(rules, list) else ():
        location = rule.get("location") if isinstance(rule, dict) else None
        if isinstance(location, str) and location and matches(normal(location), path):
            return _flag(str(rule.get("tdm-reservation")))
    return None


def _flag(value: str) -> bool | None:
    return {"1": True, "0": False}.get(value)
