"""Ask a site's robots.txt whether a page may be fetched, by the rules of RFC 9309.

For fetching on one's own initiative, as in following a feed; a page that a person named is fetched for that person.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reader.scraper.agent import PRODUCT
from reader.scraper.body import unpacked
from reader.scraper.fetch import exchange
from reader.scraper.guard import parsed
from reader.scraper.limits import DEFAULT_LIMITS, Limits, shown
from reader.scraper.patterns import matches, normal, path_of

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 500 * 1024  # what RFC 9309 asks a reader to take in at least
EVERYTHING_DISALLOWED = "User-agent: *\nDisallow: /\n"

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_TOKEN = re.compile(r"[a-z0-9_-]+|\*")

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
    path = path_of(address)
    if path == "/robots.txt":
        return True
    matching = [(len(pattern), allows) for allows, pattern in _rules(robots_txt) if matches(pattern, path)]
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
                groups[agent].append((key == "allow", normal(value)))
    return groups[PRODUCT] if PRODUCT in groups else groups.get("*", [])
