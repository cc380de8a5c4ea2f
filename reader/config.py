"""Settings: what `lyt.toml` may say, as a frozen value."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args

from reader.errors import ConfigError
from reader.model import ChapterMode, Manner, Role

FILE_NAME = "lyt.toml"
LEXICON_NAME = "lexicon.toml"
SAME = "same"
SECOND = "second"


@dataclass(frozen=True, slots=True)
class Settings:
    """How articles become episodes.

    `voice` may name several, "a,b": each speaks when the one before it fails. `quote_voice`: "second" gives each quoted
    person another voice of the story's engine where it has several, "same" is the story's own. `roles` says who speaks
    a role and how, over what the voice's profile says; `speakers` who speaks for a person: a voice, or "woman" or
    "man". `cue` says "citat" and "citat slut" around quotes. `notice` is the
    last spoken line: "" is the standard wording, None (in the file: false) leaves it out. `fact_boxes` are read after
    the story, and `tables` not at all, if not told otherwise. `allow_teaser` reads the opening of an article that costs
    money, `allow_private` fetches from hosts that are not public, `anyway` reads what is no article or in a language
    that the voice does not speak; `unattended` leaves what its owner reserves against machines. `lexicon` is the file
    that says how a newsroom's names are said; "" is none. `cache` is the folder where pages that were fetched
    and sentences that were spoken are kept for the next run, in at most `cache_size` megabytes of sound: "" is the
    user's own on the command line and none elsewhere, None (in the file: false) is none. `timeout` is how many seconds
    a page may take to arrive.

    `lists` and `pictures` are announced, pictures with what they show. `opening` is said after the headline: "" is by
    whom the article is, from where and when, or a wording with {title}, {byline}, {site} and {date}. `intro` and
    `outro` are files with a jingle. `tempo` is a factor of every voice's pace. `loudness` is the recording's, in LUFS;
    `quality` LAME's, from 0 (best) to 9 (quickest). `cover` is "" for the article's own picture, or else one that is
    drawn, "drawn" for that one always, a file, or None (in the file: false). `transcripts` are written besides the
    usual ones: "srt", "txt". Without `verify` nobody listens to what was made.

    `title` and `id` are for one article and cannot stand in a file, nor can `given`: the names of the settings that
    were told for this run alone.
    """

    output: str = "output"
    voice: str = "default"
    quote_voice: str = SECOND
    roles: Mapping[str, Manner] = field(default_factory=dict)
    speakers: Mapping[str, str] = field(default_factory=dict)
    cue: bool = False
    chapters: ChapterMode = "speech"
    notice: str | None = ""
    offline: bool = False
    fact_boxes: bool = True
    tables: bool = False
    allow_teaser: bool = False
    allow_private: bool = False
    anyway: bool = False
    unattended: bool = False
    lists: bool = False
    pictures: bool = False
    opening: str | None = None
    intro: str = ""
    outro: str = ""
    tempo: float = 1.0
    loudness: float = -16.0
    quality: int = 7
    cover: str | None = ""
    transcripts: tuple[str, ...] = ("srt",)
    verify: bool = True
    lexicon: str = ""
    cache: str | None = ""
    cache_size: int = 1000
    timeout: float = 8.0
    title: str | None = None
    id: str | None = None
    given: tuple[str, ...] = ()


LONGEST_TIMEOUT = 300  # seconds
LARGEST_CACHE = 1_000_000  # megabytes
SLOWEST, FASTEST = 0.5, 2.0  # factors of a voice's own rate, and of its pitch
QUIETEST, LOUDEST = -30.0, -14.0  # LUFS
BEST, QUICKEST = 0, 9  # of LAME's qualities
TRANSCRIPTS = ("srt", "txt")
OF_SHOWS = ("show", "shows")  # tables about feeds, which `reader.shows` reads
OF_A_SHOW = (
    "description author owner email language category explicit link copyright medium locked guid apple_code "
    "base_url sites sections authors tags agencies paid private episodes".split()
)
PER_ARTICLE = ("title", "id", "given")
PATHS = ("output", "lexicon", "cache", "intro", "outro", "cover")
MAY_BE_OFF = ("notice", "cache", "opening", "cover")
SWITCHES = "cue offline fact_boxes tables lists pictures verify allow_teaser allow_private anyway unattended".split()
# What shapes an episode, and so is remembered with it where it was asked for that one alone.
ASKED = (
    "voice quote_voice cue chapters notice fact_boxes tables lists pictures opening intro outro tempo loudness quality "
    "cover transcripts allow_teaser allow_private anyway title".split()
)


def load_settings(path: Path | None = None) -> Settings:
    """The settings of a file; without `path`, those of lyt.toml in this folder if there is one, else the defaults.

    Where they name no lexicon, it is lexicon.toml in this folder, if there is one. Raises ConfigError, which names the
    file and the key.
    """
    settings = Settings(lexicon=LEXICON_NAME if Path(LEXICON_NAME).is_file() else "")
    file = path or Path(FILE_NAME)
    if path is None and not file.is_file():
        return settings
    own = {key: value for key, value in read_toml(file).items() if key not in OF_SHOWS}
    return replace(settings, **{key: _checked(file, key, value) for key, value in own.items()})


def read_toml(file: Path) -> dict[str, Any]:
    """What a settings file says. Raises ConfigError where it cannot be read."""
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"the settings file {str(file)!r} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the settings file {str(file)!r} is not TOML: {error}") from error


def _checked(file: Path, key: str, value: Any) -> Any:
    known = [setting.name for setting in fields(Settings) if setting.name not in PER_ARTICLE]
    if key in OF_A_SHOW:
        raise ConfigError(f"{str(file)!r}: {key!r} is of a show: write it below a line [show]")
    if key not in known:
        raise ConfigError(f"{str(file)!r} has an unknown key {key!r}; it may have: {', '.join(known)}")
    try:
        return _read(key, value)
    except ValueError as error:
        raise ConfigError(f"{str(file)!r}: {key} {error}") from error


def _read(key: str, value: Any) -> Any:
    """The value of a key as it is used. Raises ValueError, which says what it must be."""
    if key in MAY_BE_OFF and isinstance(value, bool):
        return "" if value else None
    if key in SWITCHES:
        if not isinstance(value, bool):
            raise ValueError("must be true or false")
        return value
    if key in _READERS:
        return _READERS[key](value)
    if not isinstance(value, str):
        raise ValueError("must be a string")  # noqa: TRY004  every error here is of one kind
    if key == "chapters" and value not in get_args(ChapterMode):
        raise ValueError(f"must be one of {', '.join(get_args(ChapterMode))}")
    return str(Path(value).expanduser()) if value and key in PATHS else value


def _timeout(value: Any) -> float:
    return _number(value, 0, LONGEST_TIMEOUT, f"must be a number of seconds, {LONGEST_TIMEOUT} at most")


def _cache_size(value: Any) -> int:
    return round(_number(value, 0, LARGEST_CACHE, f"must be a number of megabytes, {LARGEST_CACHE} at most"))


def _number(value: Any, above: float, most: float, advice: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not above < value <= most:
        raise ValueError(advice)
    return float(value)


def _tempo(value: Any) -> float:
    return _number(value, SLOWEST - 1e-9, FASTEST, f"must be a factor between {SLOWEST} and {FASTEST}")


def _loudness(value: Any) -> float:
    advice = f"must be a number of LUFS between {QUIETEST:.0f} and {LOUDEST:.0f}, such as -16"
    return _number(value, QUIETEST - 1e-9, LOUDEST, advice)


def _quality(value: Any) -> int:
    advice = f"must be a whole number from {BEST} (best) to {QUICKEST} (quickest)"
    if not isinstance(value, int):
        raise ValueError(advice)  # noqa: TRY004  every error here is of one kind
    return round(_number(value, BEST - 1e-9, QUICKEST, advice))


def _transcripts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(name in TRANSCRIPTS for name in value):
        raise ValueError(f"must be a list of {' and '.join(TRANSCRIPTS)}")
    return tuple(dict.fromkeys(value))


def _speakers(value: Any) -> dict[str, str]:
    is_table = isinstance(value, dict) and all(isinstance(voice, str) and voice for voice in value.values())
    if not is_table:
        raise ValueError('must be a table like { "Ida Ravn" = "woman" }')
    return dict(value)


def _roles(value: Any) -> dict[str, Manner]:
    if not isinstance(value, dict):
        raise ValueError("must be tables like [roles.quote]")  # noqa: TRY004
    return {role: _manner(role, plain) for role, plain in value.items()}


def _manner(role: str, plain: Any) -> Manner:
    if role not in get_args(Role):
        raise ValueError(f"has no role {role!r}; there are: {', '.join(get_args(Role))}")
    known = {"voice", "rate", "pitch"}
    if not isinstance(plain, dict) or not plain.keys() <= known or not isinstance(plain.get("voice", ""), str):
        raise ValueError(f"may say of {role} only: voice, rate, pitch")
    advice = f"must give {role} a rate and pitch between {SLOWEST} and {FASTEST}"
    numbers = {key: _number(plain[key], SLOWEST - 1e-9, FASTEST, advice) for key in ("rate", "pitch") if key in plain}
    return Manner(plain.get("voice"), **numbers)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "timeout": _timeout,
    "cache_size": _cache_size,
    "tempo": _tempo,
    "loudness": _loudness,
    "quality": _quality,
    "transcripts": _transcripts,
    "speakers": _speakers,
    "roles": _roles,
}
