"""The engines that are installed, and how a name becomes a voice."""

from __future__ import annotations

import sys
from functools import cache
from importlib import metadata

from reader.errors import LytError, UnknownVoiceError, VoiceError
from voices.profiles import find_profile
from voices.seam import Engine, EngineStatus, Sibling, Speech, Utterance, Voice

GROUP = "lyt.voices"
DEFAULT = "default"
BEST_ENGINES = ("piper", "espeak")  # the best first; an online engine speaks only when somebody names it


def load(name: str) -> Voice:
    """Make the voice called "engine", "engine:option" or by a profile; "default" is the best Danish one here.

    Raises UnknownVoiceError when there is no such engine or voice, VoiceError when the engine cannot start.
    """
    engine, option = _engine_and_option(name)
    try:
        return engine.make(option)
    except LytError:
        raise
    except Exception as error:
        raise VoiceError(f"the voice {name!r} cannot start: {_in_one_line(error)}") from error


def siblings(name: str) -> tuple[Sibling, ...]:
    """The other voices of a voice's engine that may speak quotes beside it, by their whole names, the best first."""
    engine, option = _engine_and_option(name)
    return tuple(Sibling(f"{engine.name}:{other.option}", other.kind) for other in engine.siblings(option))


def is_online(name: str) -> bool:
    """Whether a voice needs the network, and sends the text there."""
    return _engine_and_option(name)[0].online


def resolve(name: str) -> str:
    """The "engine:option" behind "default" and behind the name of a profile, and every other name as it is."""
    if name == DEFAULT:
        return _best()
    if name in _points().names:
        return name
    profile = find_profile(name)
    return profile.voice if profile else name


def available() -> tuple[EngineStatus, ...]:
    """Every registered engine by name, a broken one with its reason."""
    return tuple(_status(point) for point in sorted(_points(), key=lambda point: point.name))


def ask(voice: Voice, utterance: Utterance) -> Speech:
    """Have a voice speak. Raises VoiceError and nothing else, also where a plug-in breaks its word."""
    try:
        return voice.speak(utterance)
    except VoiceError:
        raise
    except Exception as error:
        raise VoiceError(f"the voice is broken: {_in_one_line(error)}") from error


def status_of(engine: Engine) -> EngineStatus:
    """An engine as it is here."""
    return EngineStatus(engine.name, engine, missing=engine.missing(), ready=engine.ready())


def _points() -> metadata.EntryPoints:
    return _points_on(tuple(sys.path))


@cache
def _points_on(_path: tuple[str, ...]) -> metadata.EntryPoints:
    """The entry points of all that is installed; to look through it takes longer than to speak a sentence."""
    return metadata.entry_points(group=GROUP)


def _best() -> str:
    """The best Danish voice that can speak here without asking the network."""
    for name in BEST_ENGINES:
        for point in _points().select(name=name):
            status = _status(point)
            if status.ready and status.missing is None:
                return f"{name}:{status.ready[0]}"
    return BEST_ENGINES[-1]


def _engine_and_option(name: str) -> tuple[Engine, str]:
    engine_name, _, option = resolve(name).partition(":")
    return _find(engine_name), option


def _find(engine_name: str) -> Engine:
    for point in _points().select(name=engine_name):
        status = _status(point)
        if status.engine is None:
            raise UnknownVoiceError(f"the voice engine {engine_name!r} cannot be used: {status.problem}")
        if status.missing:
            raise UnknownVoiceError(f"the voice engine {engine_name!r} cannot be used yet: {status.missing}")
        return status.engine
    known = ", ".join(sorted(_points().names))
    raise UnknownVoiceError(f"no voice engine is called {engine_name!r}; installed are: {known or 'none'}")


def _status(point: metadata.EntryPoint) -> EngineStatus:
    try:
        factory = point.load()
        if isinstance(factory, Engine):
            return status_of(factory)
    except Exception as error:  # noqa: BLE001  a plug-in may fail in any way, and must not stop the program
        return EngineStatus(point.name, problem=_in_one_line(error))
    if callable(factory):
        return EngineStatus(point.name, Engine(point.name, "a plug-in", "unknown", factory))
    return EngineStatus(point.name, problem="its entry point is not a factory of voices")


def _in_one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
