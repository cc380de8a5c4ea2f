"""Bylines: from a printed line to the people in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reader.cleaner.characters import speakable, tidy
from reader.cleaner.furniture import AGENCIES

_BY = re.compile(r"(?:skrevet af|tekst(?: og foto)?|text|af|av|by|von)(?::\s*|\s+)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[,;|·•]|(?<=\s)/(?=\s)|(?<=\s)(?:og|och|and|und|&)(?=\s))\s*", re.IGNORECASE)
_PHOTO = re.compile(r"\b(?:foto|photo|bild)s?\b.*", re.IGNORECASE)
_NAME = r"(?:[A-ZÆØÅÄÖÉÜ][\w.'’-]*|/\w+/)"
_NAMES = rf"{_NAME}(?:\s+(?:(?:von|van|de|la|el|al|af|der|den|bin)\s+)?{_NAME}){{0,4}}"
_LINE = re.compile(
    rf"(?:Af|AF|Av|By|Von|von|Skrevet af|Tekst)(?::\s*|\s+){_NAMES}(?:(?:\s*,\s*|\s+(?:og|och|and|&)\s+){_NAMES})*"
    r"(?:\s*,\s*[a-zæøåäö][\w-]*(?:\s+[\w-]+){0,4})?"  # a role: "politisk redaktør på Fjordavisen"
)
_ROLES = frozenset({
    *("journalist", "redaktør", "korrespondent", "politisk redaktør", "chefredaktør", "debatredaktør", "reporter"),
    *("editor", "staff writer", "correspondent", "freelancejournalist", "fotograf", "kommentator", "author", "null"),
    *("senior correspondent", "unknown", "admin", "none", "journalister", "staff", "kulturredaktør", "anmelder"),
})  # fmt: skip
_ROLE = (
    r"(?i:[\w-]*(?:redaktør|redaktör|journalist|reporter|korrespondent|correspondent|editor|kommentator|fotograf"
    r"|redakteur(?:in)?|writer|anmelder|skribent|medarbejder|analytiker|praktikant))"
)
_LEADING_ROLE = re.compile(rf"(?:[\w-]+ )?{_ROLE}\s+(?=[A-ZÆØÅÄÖ])")
_TRAILING_ROLE = re.compile(rf"(?:^(?:[\w-]+ )?|\s+(?:[a-zæøåäö-]+ )?){_ROLE}(?:\s+(?:på|ved|for|hos|at|of|bei)\s.*)?$")
_ASIDES = re.compile(r"\s*\([^()]*\)|\S+@\S+")
_PLACE = re.compile(r"(?<=[\w.])\s+(?:i|in|på|aus)\s+[A-ZÆØÅÄÖ].*")
_FULL_NAME = re.compile(rf"{_NAMES}")
_MAIL = re.compile(r"[,\s(]*\b[\w.+-]{1,64}@[\w.-]{1,64}\)?")
LONGEST_BYLINE = 120
LONGEST_NAME = 60


def is_byline(text: str) -> bool:
    """Whether the whole line is "Af" and names, with or without a role: "Af Mette Holm og Jens Lund, Ritzau"."""
    return len(text) <= LONGEST_BYLINE and _LINE.fullmatch(_MAIL.sub("", text).strip()) is not None


def signed(text: str, *, is_called_byline: bool) -> tuple[str, ...]:
    """The people in a short line over an article: full names after "Af", or alone where the page calls it a byline."""
    if len(text) > LONGEST_BYLINE or not (is_called_byline or _BY.match(text)):
        return ()
    found = people([_MAIL.sub("", text)])
    return found if all(" " in name and _FULL_NAME.fullmatch(name) for name in found) else ()


def people(names: Iterable[str]) -> tuple[str, ...]:
    """The people in some bylines, each once. A bureau stands only where nobody else does."""
    found: dict[str, str] = {}
    for line in names:
        if "://" in line or len(line) > 10 * LONGEST_NAME:
            continue
        text = _ASIDES.sub("", _PHOTO.sub("", tidy(line))).lstrip(" –—·•|")
        opening = _BY.match(text)
        for part in _BETWEEN.split(text[opening.end() :] if opening else text):
            name = _without_role(part).strip(" .:/()")
            if name and _may_be_name(name) and not (opening and part.lstrip()[:1].islower()):
                found.setdefault(name.casefold(), name)
    bureaus = [name for key, name in found.items() if key in AGENCIES]
    persons = [name for key, name in found.items() if key not in AGENCIES]
    return tuple(persons or bureaus)


def _without_role(part: str) -> str:
    """The name in "politisk redaktør Bo Dam", "Bo Dam journalist på Fjordavisen" and "Bo Dam i Berlin"."""
    return _TRAILING_ROLE.sub("", _LEADING_ROLE.sub("", _PLACE.sub("", part.strip())))


def _may_be_name(name: str) -> bool:
    return (
        speakable(name)
        and len(name) <= LONGEST_NAME
        and "@" not in name
        and name.casefold() not in _ROLES
        and not any(c.isdigit() for c in name)
    )
