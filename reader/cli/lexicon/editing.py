"""Change one entry of a lexicon's file, and leave everything else in it as it stands."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from reader.danish import Entry, Lexicon, LexiconError
from reader.errors import ConfigError, OutputError, UsageError
from reader.files import writing_alone
from reader.lexicon import entries_in

_SPACES = re.compile("[ \u00a0]+")
_AROUND_IPA = (("[", "]"), ("/", "/"))


def entry_of(written: str, spoken: str | None, *, ipa: str | None, language: str | None, source: str | None) -> Entry:
    """The entry that somebody asks for. Raises UsageError, which says what is wrong with it."""
    written = folded(written)
    if spoken is None and not ipa and not language:
        raise UsageError(f"say how {written!r} is said: in words, with --ipa, or with --language")
    try:
        return Entry(
            written, written if spoken is None else folded(spoken), _bare(ipa), language or None, source or None
        )
    except LexiconError as error:
        raise UsageError(f"nothing was saved: {error}") from error


def folded(text: str) -> str:
    """Text as articles have it: composed characters, and one space between words."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def put(file: Path, text: str, before: Sequence[Entry], entry: Entry) -> Lexicon:
    """Save the lexicon with an entry, in the place of the one of the same written form if there is one."""
    wanted = {old.written: old for old in before} | {entry.written: entry}
    return _save(file, text, lambda document: _set(document, entry), wanted)


def take(file: Path, text: str, before: Sequence[Entry], written: str) -> Lexicon:
    """Save the lexicon without an entry."""
    wanted = {old.written: old for old in before if old.written != written}
    return _save(file, text, lambda document: document.remove(written), wanted)


def _save(file: Path, text: str, change: Callable[[tomlkit.TOMLDocument], object], wanted: dict[str, Entry]) -> Lexicon:
    """Save what `change` makes of the text, if that is what is wanted, and nothing else."""
    try:
        document = tomlkit.parse(text)
        change(document)
        new = document.as_string()
        entries = entries_in(new, file)
    except (TOMLKitError, ConfigError, RecursionError) as error:
        raise ConfigError(f"the lexicon {str(file)!r} must be edited by hand: {error}") from error
    if {entry.written: entry for entry in entries} != wanted:
        raise ConfigError(f"the lexicon {str(file)!r} must be edited by hand: its tables are too entangled")
    _write(file, new)
    return Lexicon(entries)


def _write(file: Path, text: str) -> None:
    try:
        with writing_alone(file) as path:
            path.write_bytes(text.encode())
            if file.exists():
                shutil.copymode(file, path)
    except OutputError as error:
        if isinstance(error.__cause__, PermissionError):
            advice = "its folder may not be written; name another file with --lexicon"
            raise OutputError(f"cannot write {str(file)!r}: {advice}") from error
        raise


def _set(document: tomlkit.TOMLDocument, entry: Entry) -> None:
    fields = _fields(entry)
    standing = document.get(entry.written)
    if isinstance(standing, Table):  # its comments stand in it
        for key in set(standing) - set(fields):
            standing.remove(key)
        standing.update(fields)
    elif standing is None and any(isinstance(item, Table) for item in document.values()):
        document[entry.written] = tomlkit.table() | fields  # at the end: between tables no comment would keep its place
    elif set(fields) == {"spoken"}:
        document[entry.written] = entry.spoken
    else:
        document[entry.written] = tomlkit.inline_table() | fields


def _fields(entry: Entry) -> dict[str, str]:
    sound = {"ipa": entry.ipa, "language": entry.language}
    as_written = entry.spoken == entry.written and any(sound.values())
    fields = {"spoken": None if as_written else entry.spoken, **sound, "source": entry.source}
    return {key: value for key, value in fields.items() if value is not None}


def _bare(ipa: str | None) -> str | None:
    """IPA without the brackets or slashes that it is quoted in."""
    ipa = (ipa or "").strip()
    for opening, closing in _AROUND_IPA:
        if len(ipa) > 1 and ipa.startswith(opening) and ipa.endswith(closing):
            ipa = ipa[1:-1].strip()
    return ipa or None
