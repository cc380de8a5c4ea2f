"""How names and foreign words are said: a table that ships with the package, and a newsroom's own over it.

A row says how one written word or name is said, with its IPA and its language for voices that can use them. Rows match
whole words, exactly as they are written; one in lower case matches a capitalised word too. A genitive (-s, 's) and a
compound (EU-landene) follow by themselves; a row that ends in a hyphen (it-) is for compounds alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from reader.danish.phrases import Phrases
from reader.danish.reading import Found, Passage
from reader.danish.tables import rows

FILES = ("acronyms", "parties", "media", "companies", "places", "people", "words")

_GENITIVE = re.compile(r"['’]?[sS](?![^\W_])")
_JOINED_BEFORE = re.compile(r"[\w@#]\Z|\w[.'’]\Z")
_JOINED_AFTER = re.compile(r"[^\W_]|[.@]\w|-\d|\$")
_SIBILANTS = ("s", "z", "ʃ", "ʒ", "ɕ")
_DIGIT = re.compile(r"\d")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class LexiconError(ValueError):
    """An entry, or a file of entries, that cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`written` is said as `spoken`; `source` tells where that comes from."""

    written: str
    spoken: str
    ipa: str | None = None
    language: str | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if not self.written[:1].isalnum():
            raise LexiconError(f"the entry {self.written!r} must begin with a letter or a digit")
        if not any(map(str.isalpha, self.spoken)) or _DIGIT.search(self.spoken):
            raise LexiconError(f"the entry {self.written!r} must be said in words, not as {self.spoken!r}")
        if self.language is not None and not _LANGUAGE.fullmatch(self.language):
            raise LexiconError(f"the entry {self.written!r} names no language like en or fr: {self.language!r}")
        if not f"{self.written}{self.spoken}{self.ipa}{self.source}".isprintable():
            raise LexiconError(f"the entry {self.written!r} holds characters that cannot be shown")

    def ipa_of(self, form: str) -> str | None:
        """How a form of the entry sounds: a genitive has its s, which is heard once after another."""
        if self.ipa is None or len(form) == len(self.written) or self.ipa.endswith(_SIBILANTS):
            return self.ipa
        return f"{self.ipa}s"


class Lexicon:
    """Entries, ready to be found in a text."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(entries)
        self._spoken = {entry.written: entry.spoken for entry in self.entries}
        self._phrases = Phrases((form, entry) for entry in self.entries for form in _forms(entry.written))

    def spoken(self, written: str) -> str | None:
        """What is said for exactly this written form, if an entry says so."""
        return self._spoken.get(written)

    def find(self, passage: Passage) -> Iterator[Found]:
        """Each word that an entry says how to say, longest first."""
        end = 0
        for hit in self._phrases.find(passage.free, passage.words):
            if hit.start >= end and not _JOINED_BEFORE.search(passage.free[max(0, hit.start - 2) : hit.start]):
                genitive = _GENITIVE.match(passage.free, hit.end)
                if (
                    genitive is None
                    and not hit.row.written.endswith("-")
                    and _JOINED_AFTER.match(passage.free, hit.end)
                ):
                    continue
                end = genitive.end() if genitive else hit.end
                entry = hit.row
                said, ipa = _said(entry, hit.start, end, passage), entry.ipa_of(passage.written[hit.start : end])
                yield Found(hit.start, end, said, ipa, entry.language)


def entries_of(table: Mapping[str, str]) -> tuple[Entry, ...]:
    """Entries from written and spoken words alone."""
    return tuple(Entry(written, spoken) for written, spoken in table.items())


def entries_from_toml(text: str) -> tuple[Entry, ...]:
    """The entries of a newsroom's file. Raises LexiconError, which names what is wrong.

    DIIS = "dis"
    Zelenskyj = { spoken = "Zelenskyj", ipa = "seˈlænski", language = "uk", source = "sprogredaktionen" }
    """
    try:
        entries = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise LexiconError(f"it is not TOML: {error}") from error
    return tuple(_entry(written, row) for written, row in entries.items())


def _entry(written: str, row: object) -> Entry:
    fields = {"spoken": row} if isinstance(row, str) else row
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise LexiconError(f"the entry {written!r} must be a string, or a table of strings")
    unknown = sorted(set(fields) - {"spoken", "ipa", "language", "source"})
    if unknown:
        raise LexiconError(f"the entry {written!r} has an unknown key {unknown[0]!r}")
    if "spoken" not in fields and "ipa" not in fields and "language" not in fields:
        raise LexiconError(f"the entry {written!r} does not say how it is said")
    return Entry(written, **({"spoken": written} | fields))


def _forms(written: str) -> tuple[str, ...]:
    """How a row may stand in a text: as it is written, capitalised where it is small, and as a genitive in one word."""
    capitalised = written[:1].upper() + written[1:]
    forms = (written, capitalised) if written.islower() and capitalised != written else (written,)
    return forms + tuple(f"{form}s" for form in forms if form.isalnum())


def _said(entry: Entry, start: int, end: int, passage: Passage) -> str:
    written = passage.written[start:end]
    genitive = written[len(entry.written) :] if len(written) > len(entry.written) else ""
    spoken = entry.spoken
    if spoken == entry.written:
        return written
    if entry.written.islower() and written[0].isupper():
        spoken = spoken[0].upper() + spoken[1:]
    ends = "." if entry.written.endswith(".") and passage.ends_sentence(end) else ""
    return spoken + genitive + ends


@cache
def built_in() -> Lexicon:
    """The lexicon that ships with the package."""
    return Lexicon(entry for name in FILES for entry in _shipped(name))


def _shipped(name: str) -> Iterator[Entry]:
    for written, spoken, *rest in rows(f"lexicon/{name}.tsv"):
        yield Entry(written, spoken, *(field or None for field in rest))
