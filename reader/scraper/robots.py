"""Ask a site's robots.txt whether a page may be fetched, by the rules of RFC 9309.

For fetching on one's own initiative, as in following a feed; a page that a person named is fetched for that person.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from reader.scraper.body import unpacked
from reader.scraper.fetch import PRODUCT, exchange
from reader.scraper.guard import parsed
from reader.scraper.limits import DEFAULT_LIMITS, Limits, shown

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 500 * 1024  # what RFC 9309 asks a reader to take in at least
EVERYTHING_DISALLOWED = "User-agent: *\nDisallow: /\n"

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_TOKEN = re.compile(r"[a-z0-9_-]+|\*")
_TRIPLET = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_PATH = re.compile(r"[a-z]+://[^/?#]*([^#]*)", re.IGNORECASE)

Rule = tuple[bool, str]


def may_fetch(address: str, *, limits: Limits = DEFAULT_LIMITS, allow_private: bool = False) -> bool:
    """Whether the site of an address lets this program fetch it.

    Raises FetchError where the address is refused or its site does not answer.
    """
    return allowed(address, fetch_robots(address, limits, allow_private=allow_private))


def fetch_robots(address: str, limits: Limits, *, allow_private: bool = False) -> str:
    """The robots.txt that speaks for an address: empty where the site has none (4xx), a refusal where it fails (5xx).

    Raises FetchError where the address is refused, the site does not answer, or redirects do not end.
    """
    origin = parsed(address.strip(" \t\r\n"), allow_private=allow_private).origin
    robots = parsed(f"{origin}/robots.txt", allow_private=allow_private)
    return exchange(robots, limits, _text, allow_private=allow_private)


def allowed(address: str, robots_txt: str) -> bool:
    """Whether a robots.txt lets this program fetch an address: the longest rule decides, and Allow where two tie."""
    match = _PATH.match(address.strip())
    path = _normal(match[1] if match else address)
    path = (path if path.startswith("/") else f"/{path}").replace("*", "%2A").replace("$", "%24")
    if path == "/robots.txt":
        return True
    matching = [(len(pattern), allows) for allows, pattern in _rules(robots_txt) if _matches(pattern, path)]
    return max(matching, default=(0, True))[1]


def _text(response: httpx.Response) -> str:
    if 400 <= response.status_code < 500:
        return ""
    if not 200 <= response.status_code < 300:
        return EVERYTHING_DISALLOWED
    return unpacked(response, shown(str(response.url)), MOST_BYTES).decode("utf-8", "replace")


def _rules(robots_txt: str) -> list[Rule]:
    """The rules of all groups that name this program; where none does, those for everyone."""
    groups: dict[str, list[Rule]] = {}
    agents: list[str] = []
    in_rules = False
    for line in _LINE_ENDS.split(robots_txt.removeprefix("\ufeff")):
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if colon and key == "user-agent":
            agents = [] if in_rules else agents
            in_rules = False
            token = _TOKEN.match(value.lower())
            agents.append(token[0] if token else "")
            groups.setdefault(agents[-1], [])
        elif colon and key in ("allow", "disallow"):
            in_rules = True
            for agent in set(agents) if value else ():
                groups[agent].append((key == "allow", _normal(value)))
    return groups[PRODUCT] if PRODUCT in groups else groups.get("*", [])


def _normal(text: str) -> str:
    """One spelling for one path: what needs no escape has none, all else has one in capitals."""
    escaped = quote(text, safe="%/:?[]@!$&'()*+,;=-._~|", errors="replace")
    return _TRIPLET.sub(_triplet, escaped)


def _triplet(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if _UNRESERVED.fullmatch(character) else match[0].upper()


def _matches(pattern: str, path: str) -> bool:
    """Whether a path begins as the pattern says: `*` is anything, a last `$` the end. In time linear in both."""
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
