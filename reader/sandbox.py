"""Read a web page in a child process that may use little time and memory, and nothing else.

Parsers are large and pages are hostile: what goes wrong in there ends there, and comes back as one named error. Linux
forks, so that the parsers are loaded once for many pages; where that is not safe a fresh interpreter does the same.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn, TypeVar

from reader import errors
from reader.cleaner import STRICT, Explanation, Leniency, clean, explain
from reader.errors import ComplexPageError, LytError, NoArticleError
from reader.interchange import from_plain, to_plain
from reader.model import Article, Page

WALL_SECONDS = 10.0
CPU_SECONDS = 8
MEMORY = 400 * 2**20  # bytes beyond what the process holds already: less than 512 MiB in all
LARGEST_ANSWER = 16 * 2**20  # bytes

Result = TypeVar("Result", Article, Explanation)

_TOO_COMPLEX = "the page is too complex to be read: save the article's text in a file"
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from reader.sandbox import serve; serve()"


@dataclass(frozen=True, slots=True)
class Errand:
    """What a child is sent for: the name of one of the tasks, and what it is to be done with."""

    task: str
    page: Page
    leniency: Leniency


def clean_apart(page: Page, leniency: Leniency = STRICT) -> Article:
    """The article in a page, as `clean` finds it, but found by a child process within limits.

    Raises what `clean` raises, and ComplexPageError where the child runs over its limits or breaks down.
    """
    return _done(Errand("clean", page, leniency), Article)


def explain_apart(page: Page, leniency: Leniency = STRICT) -> Explanation:
    """The same of `explain`: why each visible block of a page is part of its article, or is not."""
    return _done(Errand("explain", page, leniency), Explanation)


def _done(errand: Errand, kind: type[Result]) -> Result:
    answer = _forked(errand) if _may_fork() else _spawned(errand)
    try:
        said = json.loads(answer)
        if "result" in said:
            return from_plain(kind, said["result"], "the answer")
        name, message = str(said["error"]), str(said["message"])
    except (ValueError, LookupError, TypeError, RecursionError, LytError) as error:
        raise ComplexPageError(_TOO_COMPLEX) from error
    raise _KINDS.get(name, ComplexPageError)(message)


_TASKS: dict[str, Callable[[Page, Leniency], object]] = {"clean": clean, "explain": explain}
_KINDS: dict[str, type[LytError]] = {
    kind.__name__: kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, LytError)
}


def _may_fork() -> bool:
    """Whether a fork is safe: on Linux, and no other thread holds a lock that the child would wait for."""
    try:
        return sys.platform == "linux" and sum(1 for _ in Path("/proc/self/task").iterdir()) == 1
    except OSError:
        return False


@cache
def _warm_up() -> None:
    """Load the parsers and read a page of our own: what they make when they are first used, all children share."""
    story = "<p>Broen lukker for biler mandag morgen, siger kommunen.</p>" * 9
    html = f"<html lang=da><title>Broen</title><body><article><h1>Broen lukker</h1>{story}</article></body></html>"
    clean(Page(None, html.encode(), "text/html"), Leniency(teaser=True, any_shape=True))


def _forked(errand: Errand) -> bytes:
    _warm_up()
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        _answer_and_end(errand, sending)
    os.close(sending)
    try:
        return b"".join(_received(receiving, time.monotonic() + WALL_SECONDS))
    finally:
        os.close(receiving)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(child, 0)


def _received(pipe: int, deadline: float) -> Iterator[bytes]:
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    size = 0
    while waiting.poll(max(0.0, deadline - time.monotonic()) * 1000):
        piece = os.read(pipe, 2**16)
        size += len(piece)
        if not piece:
            return
        if size > LARGEST_ANSWER:
            break
        yield piece
    raise ComplexPageError(_TOO_COMPLEX)


def _answer_and_end(errand: Errand, pipe: int) -> NoReturn:
    """The child's whole life. It never returns into the copy of the parent's program that it carries."""
    try:
        for wish in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wish, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)
        gc.freeze()  # what the parent holds is left alone, and so needs no copy
        _limit()
        with open(pipe, "wb") as out:
            out.write(_answer(errand))
    finally:
        os._exit(0)


def _spawned(errand: Errand) -> bytes:
    page, leniency = errand.page, errand.leniency
    told = [errand.task, leniency.teaser, leniency.any_shape, page.url, page.media_type, page.charset, page.reserved]
    asked = json.dumps(told).encode() + b"\n" + page.body
    command = [sys.executable, "-c", _START, json.dumps(sys.path)]
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, and this module
            command, input=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=WALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ComplexPageError(_TOO_COMPLEX) from None
    return done.stdout[: LARGEST_ANSWER + 1]


def serve() -> None:
    """Be the child of a system without fork: a page comes in on stdin, and its answer goes out on stdout."""
    head, _, body = sys.stdin.buffer.read().partition(b"\n")
    task, teaser, any_shape, url, *declared = json.loads(head)
    errand = Errand(task, Page(url, body, *declared), Leniency(teaser, any_shape))
    out, sys.stdout = sys.stdout, sys.stderr  # what a parser prints is no answer
    _limit()
    out.buffer.write(_answer(errand))
    out.buffer.flush()
    os._exit(0)


def _limit() -> None:
    """Bind this process to its limits, as far as the system knows them."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    limits = [(resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)]
    with suppress(OSError, ValueError):
        held = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        limits.append((resource.RLIMIT_AS, held + MEMORY))
    for what, most in limits:
        with suppress(OSError, ValueError):
            hard = resource.getrlimit(what)[1]
            most_allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (most_allowed, most_allowed))


def _answer(errand: Errand) -> bytes:
    """What came of an errand, as JSON in ASCII."""
    try:
        said = {"result": to_plain(_TASKS[errand.task](errand.page, errand.leniency))}
    except LytError as error:
        said = {"error": type(error).__name__, "message": str(error)}
    except (MemoryError, RecursionError):
        said = {"error": ComplexPageError.__name__, "message": _TOO_COMPLEX}
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError, RuntimeError, OSError) as error:
        said = {"error": NoArticleError.__name__, "message": f"{_TOO_COMPLEX} ({type(error).__name__})"}
    return json.dumps(said).encode("ascii")
