"""lyt lexicon: how a newsroom says its names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from reader.cli import options
from reader.cli.console import counted, printable, result, result_json, tell
from reader.cli.explain import explained, said
from reader.cli.lexicon.checking import Check, check, problems_of
from reader.cli.lexicon.listing import Listed, listed, plain, table
from reader.cli.words import readings_of, words
from reader.config import LEXICON_NAME
from reader.danish import Entry, Lexicon
from reader.errors import ConfigError, UsageError
from reader.lexicon import entries_in, load_lexicon, read_lexicon


@click.group()
def lexicon() -> None:
    """How your newsroom says its names.

    The lexicon is a file, lexicon.toml in this folder unless --lexicon names another one. What it says wins over every
    rule, with genitives (-s) and compounds too.
    """


@lexicon.command("add")
@click.argument("written")
@click.argument("spoken", required=False)
@click.option("--ipa", metavar="IPA", help="Its sound, for voices that can use it: ˈputin")
@click.option("--language", metavar="TAG", help="The language that it is said in: en, uk, pt-BR")
@click.option("--source", metavar="TEXT", callback=options.whole_characters, help="Who says that it is said so.")
@options.lexicon
@options.config
def add(written: str, spoken: str | None, lexicon: str | None, config: Path | None, **sound: str | None) -> None:
    """Say WRITTEN as SPOKEN from now on.

    SPOKEN is words, as Danish spells them. WRITTEN is matched exactly; all in lower case, it matches a capitalised word
    too. Without SPOKEN it is said as it is written, with the sound of --ipa or --language. An entry that is there
    already is replaced.
    """
    from reader.cli.lexicon import editing

    file = _file(lexicon, config)
    entry = editing.entry_of(written, spoken, **sound)
    text = read_lexicon(file) if file.exists() else ""
    before = entries_in(text, file)
    now = editing.put(file, text, before, entry)
    result(explained(readings_of(entry.written, now)))
    tell(f"saved in {printable(str(file))}{_formerly(before, entry.written)}")
    for problem in problems_of(entry, now):
        tell(f"but take care: {printable(problem)}")


@lexicon.command("remove")
@click.argument("written")
@options.lexicon
@options.config
def remove(written: str, lexicon: str | None, config: Path | None) -> None:
    """Take WRITTEN out again."""
    from reader.cli.lexicon import editing

    file = _file(lexicon, config)
    written = editing.folded(written)
    text = read_lexicon(file)
    before = entries_in(text, file)
    if written not in {entry.written for entry in before}:
        raise UsageError(f"{str(file)!r} has no entry {written!r}; what it has: lyt lexicon list")
    now = editing.take(file, text, before, written)
    result(explained(readings_of(written, now)))
    tell(f"removed from {printable(str(file))}{_formerly(before, written)}")


@lexicon.command("list")
@click.argument("pattern", default="")
@click.option("--all", "everything", is_flag=True, help="Show the entries that ship with the program too.")
@options.lexicon
@options.config
@options.as_json
def list_entries(pattern: str, lexicon: str | None, config: Path | None, *, everything: bool, as_json: bool) -> None:
    """Show the entries, or those that hold PATTERN.

    It is looked for in what is written and in what is said; case does not count.
    """
    own = load_lexicon(options.settings_from(config, lexicon=lexicon).lexicon)
    rows = listed(own, pattern, everything=everything)
    if as_json:
        result_json([plain(row) for row in rows])
    elif rows:
        result("\n".join(table(rows, everything=everything)))
    else:
        tell(_nothing(own, pattern, rows, everything=everything))


@lexicon.command("test")
@click.argument("text", metavar="[TEXT...]", nargs=-1)
@options.lexicon
@options.config
@options.as_json
def test_lexicon(text: Sequence[str], lexicon: str | None, config: Path | None, *, as_json: bool) -> int:
    """Check every entry, or show how TEXT is read.

    TEXT is - for standard input. Without TEXT, exit code 2 means that an entry is not in order.
    """
    path = options.settings_from(config, lexicon=lexicon).lexicon
    if text:
        _show(words(text), path, as_json=as_json)
        return 0
    if not path:
        raise ConfigError(
            f"there is no {LEXICON_NAME} here: name another with --lexicon, or begin with: lyt lexicon add"
        )
    found = check(load_lexicon(path))
    if as_json:
        result_json({"lexicon": path} | found.plain())
    else:
        result("\n".join(_report(found, path)))
    return ConfigError.exit_code if found.problems else 0


def _file(lexicon: str | None, config: Path | None) -> Path:
    return Path(options.settings_from(config, lexicon=lexicon).lexicon or LEXICON_NAME)


def _formerly(entries: Sequence[Entry], written: str) -> str:
    was = next((entry for entry in entries if entry.written == written), None)
    return f"; it was {said(was.spoken, was.ipa, was.language)}" if was else ""


def _nothing(own: Lexicon, pattern: str, rows: Sequence[Listed], *, everything: bool) -> str:
    if not own.entries and not pattern and not rows:
        return "no entries yet; add one with: lyt lexicon add WRITTEN SPOKEN"
    elsewhere = "" if everything else "; look among those that ship with the program, too, with --all"
    return f"no entry holds {printable(repr(pattern))}{elsewhere}"


def _show(text: str, path: str, *, as_json: bool) -> None:
    from reader.cli.say import as_plain

    readings = readings_of(text, load_lexicon(path))
    if as_json:
        result_json(as_plain(text, readings))
        return
    result(explained(readings))
    rules = [change.rule for reading in readings for change in reading.changes]
    tell(_share(rules.count("newsroom"), len(rules), printable(path)))


def _share(own: int, changes: int, path: str) -> str:
    """How much of what was changed is a lexicon's doing."""
    if not path:
        return f"there is no {LEXICON_NAME} here"
    return f"{own} of {counted(changes, 'change')} by {path}" if own else f"no entry of {path} is used"


def _report(found: Check, path: str) -> list[str]:
    bad = [f"BAD {printable(problem)}" for problems in found.problems.values() for problem in problems]
    notes = [
        f"    {own.written!r} replaces the built-in {said(old.spoken, old.ipa, old.language)}"
        for own, old in found.replaced
    ]
    verdict = f"{len(found.problems)} of them not in order" if found.problems else "all in order"
    return [*bad, *notes, f"{counted(found.entries, 'entry', 'entries')} in {printable(path)}, {verdict}"]


__all__ = ["lexicon"]
