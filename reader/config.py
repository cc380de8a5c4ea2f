"""Settings: what `lyt.toml` may say, as a frozen value."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args

from reader.errors import ConfigError
from reader.model import ChapterMode

FILE_NAME = "lyt.toml"
LEXICON_NAME = "lexicon.toml"
SAME = "same"
SECOND = "second"


@dataclass(frozen=True, slots=True)
class Settings:
    """How articles become episodes.

    `quote_voice`: "second" is the engine's second voice where it has one, "same" is the story's own. `notice` is the
    last spoken line: "" is the standard wording, None (in the file: false) leaves it out. `fact_boxes` are read after
    the story, and `tables` not at all, if not told otherwise. `allow_teaser` reads the opening of an article that costs
    money, `allow_private` fetches from hosts that are not public, `anyway` reads what is no article or in a language
    that the voice does not speak; `unattended` leaves what its owner reserves against machines. `lexicon` is the file
    that says how a newsroom's names are said; "" is none. `cache` is the folder where fetched pages are kept for the
    next run: "" is the user's own on the command line and none elsewhere, None (in the file: false) is none. `timeout`
    is how many seconds a page may take to arrive. `title` and `id` are for one article and cannot stand in a file.
    """

    output: str = "output"
    voice: str = "default"
    quote_voice: str = SECOND
    chapters: ChapterMode = "speech"
    notice: str | None = ""
    offline: bool = False
    fact_boxes: bool = True
    tables: bool = False
    allow_teaser: bool = False
    allow_private: bool = False
    anyway: bool = False
    unattended: bool = False
    lexicon: str = ""
    cache: str | None = ""
    timeout: float = 8.0
    title: str | None = None
    id: str | None = None


LONGEST_TIMEOUT = 300  # seconds
PER_ARTICLE = ("title", "id")
PATHS = ("output", "lexicon", "cache")
MAY_BE_OFF = ("notice", "cache")
SWITCHES = ("offline", "fact_boxes", "tables", "allow_teaser", "allow_private", "anyway", "unattended")


def load_settings(path: Path | None = None) -> Settings:
    """The settings of a file; without `path`, those of lyt.toml in this folder if there is one, else the defaults.

    Where they name no lexicon, it is lexicon.toml in this folder, if there is one. Raises ConfigError, which names the
    file and the key.
    """
    settings = Settings(lexicon=LEXICON_NAME if Path(LEXICON_NAME).is_file() else "")
    file = path or Path(FILE_NAME)
    if path is None and not file.is_file():
        return settings
    try:
        plain = tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"the settings file {str(file)!r} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the settings file {str(file)!r} is not TOML: {error}") from error
    return replace(settings, **{key: _checked(file, key, value) for key, value in plain.items()})


def _checked(file: Path, key: str, value: Any) -> Any:
    known = [field.name for field in fields(Settings) if field.name not in PER_ARTICLE]
    if key not in known:
        raise ConfigError(f"{str(file)!r} has an unknown key {key!r}; it may have: {', '.join(known)}")
    if key in MAY_BE_OFF and isinstance(value, bool):
        return "" if value else None
    if key in SWITCHES:
        if not isinstance(value, bool):
            raise ConfigError(f"{str(file)!r}: {key} must be true or false")
        return value
    if key == "timeout":
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= LONGEST_TIMEOUT:
            raise ConfigError(f"{str(file)!r}: {key} must be a number of seconds, {LONGEST_TIMEOUT} at most")
        return float(value)
    if not isinstance(value, str):
        raise ConfigError(f"{str(file)!r}: {key} must be a string")
    if key == "chapters" and value not in get_args(ChapterMode):
        raise ConfigError(f"{str(file)!r}: chapters must be one of {', '.join(get_args(ChapterMode))}")
    return str(Path(value).expanduser()) if value and key in PATHS else value
