"""Addresses on the net, e-mail, handles and hashtags: www.dr.dk, anne.holm@avis.dk, @dmidk, #MeToo."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.danish import numbers
from reader.danish.lexicon import built_in
from reader.danish.reading import Found, Passage

# The ends of names on the net, but for those that are Danish words (at, be, is, it, me).
ENDINGS = frozenset(
    "ai app biz ch com cz de dev dk edu ee es eu fi fm fo fr gl gov gr hu ie info int io jp lt lu lv mil "
    "net nl no nu nz org pl pro pt ro ru se si sk tv ua uk us xyz".split()
)
SIGNS = {
    ".": "punktum",
    "/": "skråstreg",
    "-": "bindestreg",
    "_": "understreg",
    "@": "snabel-a",
    "+": "plus",
    ":": "kolon",
}
LONGEST_PATH = 40  # characters: nobody writes down a longer one by ear, so it is left out
VOWELS = "aeiouyæøå"
SHORTEST_WORD = 4  # letters: fewer in capitals are spelled

_INNER_DOT = re.compile(r"\.[a-z]{2}")
_CHUNK = re.compile(
    r"(?<![\w@#])(?:https?://|www\.)[^\s»«”\"<>()\uffff]+|(?<![\w.@#/])[\w-]+(?:\.[\w-]+)+(?:/[^\s»«”\"<>()\uffff]*)?"
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?<![.-])")
_HANDLE = re.compile(r"(?<![\w@#/])([@#])([^\W_][\w.-]*)")
_TRAILING = ".,;:!?'’-"
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
_PART = re.compile(r"[^\W\d_]+|\d+|[./@_:+-]")
_HUMP = re.compile(r"[A-ZÆØÅ]+(?![a-zæøå])|[A-ZÆØÅ]?[a-zæøåéüö]+|\d+|[^\W\d_]+")


def mail(passage: Passage) -> Iterator[Found]:
    """anne.holm@avis.dk: anne punktum holm snabel-a avis punktum D K."""
    for match in _MAIL.finditer(passage.free):
        yield Found(match.start(), match.end(), _spelled_out(match.group()))


def address(passage: Passage) -> Iterator[Found]:
    """www.dr.dk: D R punktum D K; a long path, and what follows a question mark, is left out."""
    if not (_INNER_DOT.search(passage.free) or "://" in passage.free):
        return
    for match in _CHUNK.finditer(passage.free):
        chunk = match.group().rstrip(_TRAILING)
        host, _, path = _SCHEME.sub("", chunk).partition("/")
        if _is_host(host, has_scheme=chunk[:4].casefold() in ("http", "www.")):
            path = path.partition("?")[0].partition("#")[0].strip("/")
            said = _spelled_out(host + ("/" + path if path and len(path) <= LONGEST_PATH else ""))
            yield Found(match.start(), match.start() + len(chunk), said)


def handle(passage: Passage) -> Iterator[Found]:
    """#MeToo: hashtag Me Too; @dmidk: snabel-a dmidk; #1: nummer et."""
    for match in _HANDLE.finditer(passage.free):
        sign, name = match[1], match[2].rstrip(".-")
        end = match.start(2) + len(name)
        if sign == "#" and name.isdecimal():
            yield Found(match.start(), end, f"nummer {numbers.number(name, 'et')}")
        else:
            words = " ".join(_name_part(part) for part in _HUMP.findall(name))
            yield Found(match.start(), end, f"{'hashtag' if sign == '#' else 'snabel-a'} {words}")


def _is_host(host: str, *, has_scheme: bool) -> bool:
    labels = host.split(":", maxsplit=1)[0].split(".")
    ending = labels[-1]
    if has_scheme:
        return bool(host)
    return ending in ENDINGS and all(labels) and any(map(str.isalpha, labels[0])) and len(labels[0]) > 1


def _spelled_out(text: str) -> str:
    return " ".join(SIGNS.get(part) or _label(part) for part in _PART.findall(text))


def _label(part: str) -> str:
    """A part of an address: spelled where it is short or has no vowel, else said."""
    if part.isdecimal():
        return numbers.number(part, "et") if len(part) <= 4 else numbers.digits(part)
    known = built_in().spoken(part.upper())
    if known and len(known) > len(part):
        return known
    is_spelled = len(part) < 3 or not any(letter in VOWELS for letter in part.casefold())
    return " ".join(part.upper()) if is_spelled and len(part) < 6 else part


def _name_part(part: str) -> str:
    if part.isdecimal():
        return numbers.number(part, "et")
    known = built_in().spoken(part)
    if known:
        return known
    return " ".join(part) if part.isupper() and len(part) < SHORTEST_WORD else part
