"""eSpeak NG, the voice that is always there: its own library from the wheel, offline, with exact word marks.

The library speaks one utterance at a time, so there is one small process (`server`) for each processor.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import re
import signal
import struct
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock, Timer
from typing import IO

from reader.errors import UnknownVoiceError, VoiceError
from reader.model import Mark
from voices.espeak import words
from voices.seam import AudioFormat, Engine, Kind, Sibling, Speech, Utterance, Voice

RATE = 22_050
WORDS_PER_MINUTE = 175
SLOWEST, FASTEST = 80, 450
MIDDLE_PITCH, HIGHEST_PITCH = 50, 99
DEADLINE_SECONDS = 120.0
DANISH = DEFAULT_OPTION = "da"
# f2, f3 and f5 breathe with a noise that is seeded by the clock, and so never speak alike
QUOTE_VARIANTS: tuple[tuple[str, Kind], ...] = (("f1", "woman"), ("m3", "man"))

_OPTION = re.compile(r"(?P<language>[a-z]{2,3}(?:-[a-z0-9-]+)?)(?:\+(?P<variant>[A-Za-z0-9_-]+))?")
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_SIZE = struct.Struct("<I")
_MARK = struct.Struct("<II")


class EspeakVoice:
    """A language of eSpeak NG, with or without one of its variants ("da", "da+f1")."""

    is_instant = True

    def __init__(self, option: str, servers: _Servers) -> None:
        self._option = option
        self._parts = words.danish() if option.partition("+")[0] == DANISH else {}
        self._servers = servers
        self.format = AudioFormat(RATE)
        self.concurrency = servers.count

    @property
    def id(self) -> str:
        """With the library's version and, in Danish, that of our pronunciations: "espeak:da@1.52.0+8d3c14f0"."""
        name = f"espeak:{self._option}@{self._servers.version()}"
        return f"{name}+{words.revision()}" if self._parts else name

    def speak(self, utterance: Utterance, /) -> Speech:
        """Speak in a process of its own, with a mark at every word that the library reports."""
        if not any(map(str.isalnum, utterance.text)):
            raise VoiceError("eSpeak NG was given a line without a word to say")
        prepared = words.prepare(utterance.text, self._parts)
        request = {
            "text": prepared.text,
            "phonemes": bool(prepared.stretches),
            "voice": self._option,
            "rate": min(max(round(WORDS_PER_MINUTE * utterance.rate), SLOWEST), FASTEST),
            "pitch": min(max(round(MIDDLE_PITCH * utterance.pitch), 0), HIGHEST_PITCH),
        }
        body = self._servers.ask(json.dumps(request).encode())
        end_of_pcm = _SIZE.size + _SIZE.unpack_from(body)[0]
        pcm = body[_SIZE.size : end_of_pcm]
        if not pcm:
            raise VoiceError("eSpeak NG gave no sound for a line")
        events = ((prepared.original(start), frame) for start, frame in _MARK.iter_unpack(body[end_of_pcm:]))
        return Speech(pcm, word_marks(utterance.text, events, len(pcm) // 2))


def word_marks(text: str, events: Iterable[tuple[int, ...]], frames: int) -> tuple[Mark, ...]:
    """Turn the library's word events (character, frame) into marks of whole words.

    It reports some words in pieces, and some at the mark before them: the first event of a word counts.
    """
    marks: list[Mark] = []
    words = list(_WORD.finditer(text))
    number = 0
    for start, frame in events:
        while number < len(words) and words[number].end() <= start:
            number += 1
        if number == len(words):
            break
        word = words[number]
        if marks and (marks[-1].start == word.start() or frame < marks[-1].frame):
            continue
        marks.append(Mark(word.start(), word.end(), min(frame, frames)))
    return tuple(marks)


class _Server:
    """One speaking process. It may be asked by one thread at a time; its greeting may be read by any."""

    def __init__(self, library: str, data: str) -> None:
        script = str(Path(__file__).with_name("server.py"))
        self._process = subprocess.Popen(  # noqa: S603  our own file, with paths from the wheel
            [sys.executable, "-I", "-S", script, library, data],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._greeting: str | None = None
        self._greeting_lock = Lock()

    def greeting(self) -> str:
        with self._greeting_lock:  # a second reader would take the first answer for the greeting
            if self._greeting is None:
                self._greeting = self._receive().decode()
            return self._greeting

    def ask(self, request: bytes) -> bytes:
        self.greeting()
        watchdog = Timer(DEADLINE_SECONDS, self._kill)
        watchdog.start()
        try:
            stdin = _opened(self._process.stdin)
            stdin.write(_SIZE.pack(len(request)) + request)
            stdin.flush()
            return self._receive()
        except BrokenPipeError:
            raise ServerDiedError from None
        finally:
            watchdog.cancel()

    def close(self) -> None:
        self._kill()
        self._process.wait()
        _opened(self._process.stdout).close()
        with suppress(BrokenPipeError):  # what it could not read any more
            _opened(self._process.stdin).close()

    def _kill(self) -> None:
        """End the process and the child in which it may be speaking; both hold the pipe open."""
        with suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def _receive(self) -> bytes:
        stdout = _opened(self._process.stdout)
        header = stdout.read(_SIZE.size + 1)
        if len(header) < _SIZE.size + 1:
            raise ServerDiedError
        size = _SIZE.unpack_from(header)[0]
        body = stdout.read(size)
        if len(body) < size:
            raise ServerDiedError
        if header[-1]:
            raise VoiceError(body.decode())
        return body


class ServerDiedError(VoiceError):
    """A speaking process ended before its answer did."""

    def __init__(self) -> None:
        super().__init__("eSpeak NG stopped in the middle of a line; run again, and if it stays so, choose --voice")


class _Servers:
    """As many speaking processes as there are processors, handed out one thread at a time."""

    def __init__(self, library: str, data: str, count: int) -> None:
        self.count = count
        self._paths = (library, data)
        self._idle: queue.SimpleQueue[_Server] = queue.SimpleQueue()
        self._all = [_Server(library, data) for _ in range(count)]
        for server in self._all:
            self._idle.put(server)
        atexit.register(self.close)

    def version(self) -> str:
        return self._all[0].greeting()

    def ask(self, request: bytes) -> bytes:
        server = self._idle.get()
        try:
            return server.ask(request)
        except ServerDiedError:
            server = self._replace(server)
            raise
        finally:
            self._idle.put(server)

    def close(self) -> None:
        for server in self._all:
            server.close()

    def _replace(self, dead: _Server) -> _Server:
        dead.close()
        fresh = _Server(*self._paths)
        self._all[self._all.index(dead)] = fresh
        return fresh


def make(option: str) -> Voice:
    """The voice of a language and variant of eSpeak NG; "" is Danish."""
    option = option or DEFAULT_OPTION
    library, data = _paths()
    match = _OPTION.fullmatch(option)
    if match is None or not _has_voice(Path(data), match["language"], match["variant"]):
        raise UnknownVoiceError(
            f"eSpeak NG has no voice called {option!r}; try espeak:da, or espeak:da+f1 for a variant"
        )
    return EspeakVoice(option, _servers(library, data))


def _has_voice(data: Path, language: str, variant: str | None) -> bool:
    has_language = any(data.glob(f"lang/*/{language}")) or (data / "lang" / language).is_file()
    return has_language and (variant is None or (data / "voices" / "!v" / variant).is_file())


def _paths() -> tuple[str, str]:
    try:
        import espeakng_loader  # noqa: PLC0415  only when this voice is chosen
    except ImportError as error:
        raise UnknownVoiceError(
            "the package espeakng-loader is missing; install it with: pip install espeakng-loader"
        ) from error
    return espeakng_loader.get_library_path(), espeakng_loader.get_data_path()


@cache
def _servers(library: str, data: str) -> _Servers:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return _Servers(library, data, count)


def _opened(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ServerDiedError
    return stream


def _siblings(option: str) -> tuple[Sibling, ...]:
    """The variants of a language, the one at hand left out."""
    language, _, variant = (option or DEFAULT_OPTION).partition("+")
    return tuple(Sibling(f"{language}+{other}", kind) for other, kind in QUOTE_VARIANTS if other != variant)


ENGINE = Engine(
    name="espeak",
    summary="eSpeak NG: offline, instant, robotic",
    licence="GPL-3.0-or-later; what it speaks is free",
    make=make,
    siblings=_siblings,
    ready=lambda: (DEFAULT_OPTION,),
    commercial="yes",
    examples=("espeak:da", "espeak:da+f1", "espeak:da+m3"),
)
