"""Do a thing in a process of its own, while this one goes on: half the waiting, where there are two processors."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, NoReturn, Self, TypeVar

from reader.errors import LytError

Result = TypeVar("Result")


class Aside(Generic[Result]):
    """A task that a forked process does; without a fork, this one does it when its result is wanted.

    Use as a context manager: what is not wanted any more when it is left is ended.
    """

    def __init__(self, task: Callable[[], Result]) -> None:
        self._task = task
        self._child = 0
        self._pipe = -1

    def __enter__(self) -> Self:
        if _may_fork():
            self._pipe, sending = os.pipe()
            self._child = os.fork()
            if not self._child:
                _do_and_end(self._task, sending)
            os.close(sending)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._child:
            os.close(self._pipe)
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(self._child, 0)
            self._child = 0

    def result(self) -> Result:
        """What came of it. Raises what the task raised; where its process broke down, it is done again here."""
        if not self._child:
            return self._task()
        with open(self._pipe, "rb", closefd=False) as answer:
            told = answer.read()
        try:
            is_done, value = pickle.loads(told)  # noqa: S301  our own child's
        except (EOFError, pickle.UnpicklingError):
            return self._task()
        if not is_done:
            raise value
        result: Result = value
        return result


def _may_fork() -> bool:
    """Whether a fork is safe, and of use: on Linux, while no other thread holds a lock, with a processor to spare."""
    try:
        return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and _threads() == 1
    except OSError:
        return False


def _threads() -> int:
    return sum(1 for _ in Path("/proc/self/task").iterdir())


def _do_and_end(task: Callable[[], Any], pipe: int) -> NoReturn:
    """The child's whole life. It never returns into the copy of the parent's program that it carries."""
    try:
        for wish in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wish, signal.SIG_DFL)
        try:
            told = True, task()
        except (LytError, OSError) as error:
            told = False, error
        with open(pipe, "wb") as out:
            out.write(pickle.dumps(told, pickle.HIGHEST_PROTOCOL))
    finally:
        os._exit(0)
