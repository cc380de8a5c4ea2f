"""The speaking processes: started when needed, asked by one thread at a time, and ended when they take too long."""

from __future__ import annotations

import atexit
import os
import queue
import signal
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer
from typing import IO

from reader.errors import VoiceError

DEADLINE_SECONDS = 120.0
STARTED_AT_ONCE = 2

_SIZE = struct.Struct("<I")


class ServerDiedError(VoiceError):
    """A speaking process ended before its answer did."""

    def __init__(self) -> None:
        super().__init__("eSpeak NG stopped in the middle of a line; run again, and if it stays so, choose --voice")


class Server:
    """One speaking process. It may be asked by one thread at a time; its greeting may be read by any."""

    def __init__(self, library: str, data: str) -> None:
        script = str(Path(__file__).with_name("server.py"))
        try:
            self._process = subprocess.Popen(  # noqa: S603  our own file, with paths from the wheel
                [sys.executable, "-I", "-S", script, library, data],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise VoiceError(f"the process that speaks with eSpeak NG cannot be started: {error}") from error
        self._greeting: str | None = None
        self._greeting_lock = Lock()

    def greeting(self) -> str:
        with self._greeting_lock:  # a second reader would take the first answer for the greeting
            if self._greeting is None:
                self._greeting = self._receive().decode()
            return self._greeting

    def ask(self, request: bytes) -> bytes:
        watchdog = Timer(DEADLINE_SECONDS, self._kill)
        watchdog.start()
        try:
            self.greeting()
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


class Servers:
    """Up to `count` speaking processes, each handed to one thread at a time.

    The first two start at once, while an article is being read; another whenever all are busy.
    """

    def __init__(self, library: str, data: str, count: int) -> None:
        self.count = count
        self._paths = (library, data)
        self._idle: queue.LifoQueue[Server] = queue.LifoQueue()
        self._all = [Server(library, data) for _ in range(min(count, STARTED_AT_ONCE))]
        self._starting = Lock()
        for server in self._all:
            self._idle.put(server)
        atexit.register(self.close)

    def version(self) -> str:
        return self._all[0].greeting()

    def ask(self, request: bytes) -> bytes:
        server = self._take()
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

    def _take(self) -> Server:
        with suppress(queue.Empty):
            return self._idle.get_nowait()
        with self._starting:
            if len(self._all) < self.count:
                self._all.append(Server(*self._paths))
                return self._all[-1]
        return self._idle.get()

    def _replace(self, dead: Server) -> Server:
        fresh = Server(*self._paths)
        dead.close()
        self._all[self._all.index(dead)] = fresh
        return fresh


def _opened(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ServerDiedError
    return stream
