"""What is to be told of each voice, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Literal

from reader.errors import LytError
from voices import Engine, EngineStatus, Profile, available, resolve
from voices.catalogue import Entry, entries
from voices.installing import installed
from voices.places import voices_folder
from voices.profiles import ProfileStatus, profile_statuses
from voices.seam import Commercial

State = Literal["ready", "installable", "service", "unusable"]
DEFAULT = "default"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Row:
    """One voice; or a service that speaks with an address of one's own, as in its `examples`; or what cannot be used.

    `name` is what to type after --voice and `voice` the "engine:option" behind it; `bytes` and `install`, the size and
    the command, are for what can be installed; `problem` says in one line what must be done first. `own` is a person's
    own profile.
    """

    name: str
    state: State
    voice: str | None = None
    engine: str | None = None
    default: bool = False
    own: bool = False
    online: bool = False
    cost: str = "free"
    commercial: Commercial = "unclear"
    licence: str = UNKNOWN
    summary: str = ""
    examples: tuple[str, ...] = ()
    bytes: int | None = None
    install: str | None = None
    problem: str | None = None


def rows(wanted: str) -> list[Row]:
    """Every voice that is here, the default first; what could be installed; and what cannot be used.

    The default is the voice that `wanted`, as the settings name it, begins with: it speaks if nobody names another.
    """
    statuses, profiles = available(), profile_statuses()
    engines = {status.name: status for status in statuses}
    found = [row for status in statuses for row in _of_engine(status, profiles)]
    names = {row.name for row in found if row.state == "ready"}
    found += [_of_own(status, engines) for status in profiles if status.is_own and status.name not in names]
    found += _installable(engines, profiles)
    default = _default_of(found, wanted.partition(",")[0].strip())
    marked = [replace(row, default=row is default) for row in found]
    return sorted(marked, key=lambda row: not row.default)


def plain(row: Row) -> dict[str, object]:
    """A row for programs: the same keys for every one."""
    return asdict(row)


def engine_problem(name: str) -> str | None:
    """Why the engine of this name cannot be used here, and what to do; None where it can."""
    return _problem({status.name: status for status in available()}, name)


def speaks_by_default(voice: str) -> bool:
    """Whether a voice is the one that speaks where nobody names another."""
    return _resolved(DEFAULT) == voice


def _default_of(found: list[Row], wanted: str) -> Row | None:
    """The row that a name means: by its own name, else by its voice, else the first of its engine."""
    ready = [row for row in found if row.state == "ready"]
    voice = _resolved(wanted)
    by_name = (row for row in ready if row.name == wanted)
    by_voice = (row for row in ready if row.voice == voice)
    by_engine = (row for row in ready if row.engine == wanted)
    return next(chain(by_name, by_voice, by_engine), None)


def _resolved(name: str) -> str | None:
    try:
        return resolve(name)
    except LytError:  # a broken profile, which has a row of its own
        return None


def _problem(engines: Mapping[str, EngineStatus], name: str) -> str | None:
    status = engines.get(name)
    if status is None:
        return f"there is no voice engine {name!r} here"
    return status.problem if status.engine is None else status.missing


def _of_engine(status: EngineStatus, profiles: tuple[ProfileStatus, ...]) -> Iterator[Row]:
    engine = status.engine
    if engine is None or (problem := status.missing) is not None:
        problem = status.problem if engine is None else problem
        yield Row(status.name, "unusable", engine=status.name, problem=problem)
        return
    # of two profiles of one voice, the first counts
    named = {one.profile.voice: one for one in reversed(profiles) if one.profile is not None}
    options = status.ready
    for option in options:
        voice = f"{engine.name}:{option}"
        yield _ready(voice, voice, engine, named.get(voice))
    if not options and not any(one.engine == engine.name for one in entries()):  # nothing must be installed for it
        voice = next(iter(engine.examples), engine.name)
        row = _ready(engine.name, voice, engine, named.get(voice))
        yield replace(row, state="service", voice=None) if engine.online and voice not in named else row


def _ready(name: str, voice: str, engine: Engine, status: ProfileStatus | None) -> Row:
    """A voice with what its profile says of it, and its engine where there is no profile, or a silent one."""
    profile = status.profile if status is not None else None
    row = Row(
        profile.name if profile is not None else name,
        "ready",
        voice=voice,
        engine=engine.name,
        own=status is not None and status.is_own,
        online=engine.online,
        cost=engine.cost,
        commercial=engine.commercial,
        licence=engine.licence,
        summary=engine.summary,
        examples=engine.examples,
    )
    if profile is None:
        return row
    row = replace(row, summary=profile.summary or row.summary)
    if profile.licence == UNKNOWN:
        return row
    return replace(row, cost=profile.cost, commercial=profile.commercial, licence=profile.licence)


def _of_own(status: ProfileStatus, engines: Mapping[str, EngineStatus]) -> Row:
    profile = status.profile
    if profile is None:
        return Row(status.name, "unusable", own=True, problem=status.problem)
    name = profile.voice.partition(":")[0]
    problem = _problem(engines, name) or _not_installed(profile)
    engine = engines[name].engine if name in engines else None
    if engine is None or problem is not None:
        return Row(status.name, "unusable", profile.voice, name, own=True, summary=profile.summary, problem=problem)
    return _ready(profile.name, profile.voice, engine, status)


def _not_installed(profile: Profile) -> str | None:
    for one in entries():
        if one.voice == profile.voice and not _is_here(one):
            return f"its voice is not installed; install it with: {one.command}"
    return None


def _installable(engines: Mapping[str, EngineStatus], profiles: tuple[ProfileStatus, ...]) -> Iterator[Row]:
    for one in entries():
        if _is_here(one):
            continue
        ours = (status for status in profiles if not status.is_own)
        name = next((p.name for p in ours if p.profile is not None and p.profile.voice == one.voice), one.voice)
        yield Row(
            name,
            "installable",
            voice=one.voice,
            engine=one.engine,
            cost=one.cost,
            commercial=one.commercial,
            licence=one.licence,
            summary=one.summary,
            examples=(one.voice,),
            bytes=one.bytes,
            install=one.command,
            problem=_problem(engines, one.engine),
        )


def _is_here(one: Entry) -> bool:
    folder = voices_folder()
    return folder is not None and installed(one, folder)
