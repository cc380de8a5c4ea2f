"""Whether the entries of a lexicon do what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reader.danish import Change, Entry, Lexicon, Reading, read_aloud
from reader.danish.lexicon import built_in


@dataclass(frozen=True, slots=True)
class Check:
    """What was found in a lexicon: problems by entry, and which entries replace built-in ones."""

    entries: int
    problems: dict[str, tuple[str, ...]]
    replaced: tuple[tuple[Entry, Entry], ...]

    def plain(self) -> dict[str, Any]:
        """For programs."""
        return {
            "entries": self.entries,
            "problems": [{"written": w, "problem": p} for w, problems in self.problems.items() for p in problems],
            "replaced": [{"written": own.written, "built_in": old.spoken} for own, old in self.replaced],
        }


def check(lexicon: Lexicon) -> Check:
    """Look at every entry of a newsroom's lexicon."""
    found = {entry.written: tuple(problems_of(entry, lexicon)) for entry in lexicon.entries}
    shipped = {entry.written: entry for entry in built_in().entries}
    replaced = tuple((entry, shipped[entry.written]) for entry in lexicon.entries if entry.written in shipped)
    return Check(len(lexicon.entries), {written: told for written, told in found.items() if told}, replaced)


def problems_of(entry: Entry, lexicon: Lexicon) -> Iterator[str]:
    """Each way in which an entry is not said as it says, one line each."""
    for form in _forms(entry):
        reading = read_aloud(f"{form}, ja", lexicon)
        wanted = _wanted(entry, form)
        if not any(_is_it(change, entry, form, wanted) for change in reading.changes):
            heard = reading.spoken.removesuffix(", ja")
            yield f"{entry.written!r}: {form!r} is said {heard!r}, not {wanted!r}; another entry is in the way"
            break
    again = read_aloud(entry.spoken, lexicon)
    for change in again.changes:
        if _would_change(again, change, entry):
            piece = again.written[change.start : change.end]
            heard = f"{change.spoken.strip()!r} by the rule {change.rule!r}"
            yield f"{entry.written!r}: {piece!r} in {entry.spoken!r} would itself be said {heard}; write what is said"


def _forms(entry: Entry) -> Iterator[str]:
    """How an entry may stand in a text: as it is, capitalised, and as a genitive."""
    written = entry.written
    yield written
    if written.islower() and written[0].upper() != written[0]:
        yield written[0].upper() + written[1:]
    if written[-1].isalnum() and written[-1].casefold() not in "sxz":
        yield written + "s"


def _wanted(entry: Entry, form: str) -> str:
    if entry.spoken == entry.written:
        return form
    capitalised = entry.written.islower() and form[0].isupper()
    spoken = entry.spoken[0].upper() + entry.spoken[1:] if capitalised else entry.spoken
    return spoken + form[len(entry.written) :]


def _is_it(change: Change, entry: Entry, form: str, wanted: str) -> bool:
    there = (change.start, change.end) == (0, len(form)) and change.spoken.strip() == wanted
    return there and (change.ipa, change.language) == (entry.ipa_of(form), entry.language)


def _would_change(again: Reading, change: Change, entry: Entry) -> bool:
    """An entry may well stand in its own words; nothing reads them a second time."""
    if again.written.casefold().startswith(entry.written.casefold(), change.start):
        return False
    return change.spoken.strip() != again.written[change.start : change.end].strip()
