"""A process beside this one that does one kind of errand: half the waiting, where there are two processors."""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO, Generic, NoReturn, TypeVar

from reader.errors import LytError

Errand = TypeVar("Errand")
Result = TypeVar("Result")

_SIZE = struct.Struct("<Q")
_WISHES = (signal.SIGINT, signal.SIGTERM)


class Aside(Generic[Errand, Result]):
    """Does errands in order, in a forked process; where a fork is not safe or of no use, in this one when it is asked.

    `load` gives the function that does an errand. The process calls it first: what that imports, this one never does.
    Errands must be small, or asked one by one: a pipe holds 64 kB of what nobody has read yet.
    """

    def __init__(self, load: Callable[[], Callable[[Errand], Result]]) -> None:
        self._load = load
        self._waiting: deque[Errand] = deque()
        self._child = 0
        self._is_broken = False
        self._out: BinaryIO | None = None
        self._in: BinaryIO | None = None

    def start(self) -> None:
        """Have the process load what it needs; it may be called more than once."""
        if self._child or self._is_broken or not _may_fork():
            return
        asked, answered = os.pipe(), os.pipe()
        held = signal.pthread_sigmask(signal.SIG_BLOCK, _WISHES)  # the child must not begin with our handlers
        self._child = os.fork()
        if not self._child:
            os.close(asked[1])
            os.close(answered[0])
            _serve(self._load, os.fdopen(asked[0], "rb"), os.fdopen(answered[1], "wb"))
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        os.close(asked[0])
        os.close(answered[1])
        self._out, self._in = os.fdopen(asked[1], "wb"), os.fdopen(answered[0], "rb")

    def ask(self, errand: Errand) -> None:
        """Begin an errand."""
        self.start()
        self._waiting.append(errand)
        if self._out:
            with suppress(BrokenPipeError):  # `answer` notices
                _send(self._out, errand)

    def answer(self) -> Result:
        """What came of the first errand that was not answered yet. Raises what it raised.

        Where the process broke down, this one does what is left.
        """
        errand = self._waiting.popleft()
        told = self._told()
        if told is None:
            return self._load()(errand)
        is_done, value = told
        if not is_done:
            raise value
        result: Result = value
        return result

    def end(self) -> None:
        """End the process, whatever it does; errands that were not answered are forgotten."""
        self._waiting.clear()
        self._is_broken = False
        self._stop()

    def _told(self) -> tuple[bool, Any] | None:
        """What the process says next; None where there is none, or no more."""
        if self._in is None:
            return None
        try:
            told: tuple[bool, Any] = _receive(self._in)
        except (EOFError, pickle.UnpicklingError):
            self._stop()
            self._is_broken = True  # another one would never hear of the errands that wait
            return None
        return told

    def _stop(self) -> None:
        for stream in (self._out, self._in):
            if stream:
                with suppress(OSError):
                    stream.close()
        self._out = self._in = None
        if self._child:
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(self._child, 0)
            self._child = 0


def _may_fork() -> bool:
    """Whether a fork is safe, and of use: on Linux, while no other thread holds a lock, with a processor to spare."""
    try:
        return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and _threads() == 1
    except OSError:
        return False


def _threads() -> int:
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208  this is imported before anything else is


def _serve(load: Callable[[], Callable[[Errand], Result]], errands: BinaryIO, answers: BinaryIO) -> NoReturn:
    """The process's whole life. It never returns into the copy of the program that it carries."""
    try:
        for wish in _WISHES:
            signal.signal(wish, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WISHES)
        do = load()
        while True:
            errand = _receive(errands)
            try:
                told: tuple[bool, object] = (True, do(errand))
            except (LytError, OSError) as error:
                told = (False, error)
            _send(answers, told)
    finally:
        os._exit(0)


def _send(pipe: BinaryIO, value: object) -> None:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    pipe.write(_SIZE.pack(len(data)) + data)
    pipe.flush()


def _receive(pipe: BinaryIO) -> Any:
    head = pipe.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    return pickle.loads(pipe.read(_SIZE.unpack(head)[0]))  # noqa: S301  our own process wrote it
