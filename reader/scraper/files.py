"""Read a source from a path or from standard input."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path

from reader.errors import MissingSourceError, NoArticleError, SourceError, UnsupportedTypeError
from reader.model import Page
from reader.scraper.limits import Limits, megabytes, shown
from reader.scraper.sniff import HTML, MARKDOWN, SUFFIXES, XHTML, media_type, refuse_foreign

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/", re.IGNORECASE)  # as one types an address, without its https://
_WANTED = {HTML: "a web page", XHTML: "a web page", MARKDOWN: "a text"}


def read_file(source: str, limits: Limits) -> Page:
    """The page in a regular file.

    Raises MissingSourceError (absent, a folder, a device, unreadable), UnsupportedTypeError (too large, not text) or
    NoArticleError (empty).
    """
    name = shown(source)
    path = Path(source)
    try:
        _check_regular(path.stat(), name, limits)  # first, because opening a device may do something
        with open(source, "rb", opener=_opened) as stream:
            _check_regular(os.fstat(stream.fileno()), name, limits)  # again, because the name may lead elsewhere now
            body = stream.read(limits.max_bytes + 1) or b""
    except FileNotFoundError:
        perhaps = f", or write https://{name} if it is an address" if _HOST.match(source) else ""
        raise MissingSourceError(f"{name} does not exist: check the path{perhaps}") from None
    except PermissionError:
        raise MissingSourceError(f"{name} may not be read: check its permissions") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this is not a path"
        raise MissingSourceError(f"{name} cannot be read ({reason}): check the path") from None
    return _page(body, name, path.suffix, limits)


def read_stdin(limits: Limits) -> Page:
    """The page on standard input; raises UnsupportedTypeError, NoArticleError or, without any input, SourceError."""
    if sys.stdin is None:
        raise SourceError("standard input is closed: name a file or an address instead of -")
    return _page(sys.stdin.buffer.read(limits.max_bytes + 1), "standard input", "", limits)


def _opened(path: str, flags: int) -> int:
    """Open without waiting for the other end of a pipe, and without taking a terminal over."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def _check_regular(info: os.stat_result, name: str, limits: Limits) -> None:
    if stat.S_ISDIR(info.st_mode):
        raise MissingSourceError(f"{name} is a folder: name a file in it")
    if not stat.S_ISREG(info.st_mode):
        raise MissingSourceError(f"{name} is a device, pipe or socket, not a file: pipe it in and give - as the source")
    if info.st_size > limits.max_bytes:
        raise _too_large(name, limits)


def _page(body: bytes, name: str, suffix: str, limits: Limits) -> Page:
    if len(body) > limits.max_bytes:
        raise _too_large(name, limits)
    if not body.strip():
        raise NoArticleError(f"{name} is empty: there is nothing to read")
    refuse_foreign(body, name, _WANTED.get(SUFFIXES.get(suffix.lower(), ""), "a web page or text"))
    return Page(url=None, body=body, media_type=media_type(body, suffix))


def _too_large(name: str, limits: Limits) -> UnsupportedTypeError:
    limit = megabytes(limits.max_bytes)
    return UnsupportedTypeError(f"{name} is larger than the {limit} an article may have: save the article alone")
