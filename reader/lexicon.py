"""A newsroom's own lexicon: the file that says how its names are said."""

from __future__ import annotations

from pathlib import Path

from reader.danish import Entry, Lexicon, LexiconError, entries_from_toml
from reader.errors import ConfigError


def load_lexicon(path: str) -> Lexicon:
    """The lexicon of a file; "" is an empty one. Raises ConfigError, which names the file and what is wrong with it."""
    file = Path(path)
    return Lexicon(entries_in(read_lexicon(file), file)) if path else Lexicon()


def read_lexicon(file: Path) -> str:
    """The text of a lexicon's file, with its own line ends. Raises ConfigError."""
    try:
        if file.exists() and not file.is_file():
            raise ConfigError(f"the lexicon {str(file)!r} is a folder or a device: name a file")
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        advice = "check the name, or begin one with: lyt lexicon add"
        raise ConfigError(f"the lexicon {str(file)!r} does not exist; {advice}") from error
    except OSError as error:
        raise ConfigError(f"the lexicon {str(file)!r} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"the lexicon {str(file)!r} is not text in UTF-8: {error}") from error


def entries_in(text: str, file: Path) -> tuple[Entry, ...]:
    """The entries that a lexicon's text holds. Raises ConfigError, which names the file."""
    try:
        return entries_from_toml(text)
    except LexiconError as error:
        raise ConfigError(f"the lexicon {str(file)!r} must be corrected: {error}") from error
