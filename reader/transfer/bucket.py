"""To a bucket of any S3-compatible store, by s3fs; imported only for such a target.

The endpoint and the credentials come from where s3fs and botocore look for them: fsspec's configuration,
AWS_ENDPOINT_URL, AWS_PROFILE and the like. The store is asked in an event loop of our own, so that no thread outlives
the transfer.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp
import s3fs
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError
from botocore.parsers import ResponseParserError
from fsspec.callbacks import Callback

from reader.transfer.carriers import RUN_AGAIN, DistantCarrier, Moved, Verdict, judged, without_secrets
from reader.transfer.headers import headers_of

PART = 5 * 2**20  # bytes: the smallest part that a store takes; a file of less than two is sent in one piece
PARTS_AT_ONCE = 2

_NO_BUCKET = "NoSuchBucket"
_DENIED = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "403")


class BucketCarrier(DistantCarrier):
    """To a bucket; each file replaces the old one at once, when it is whole."""

    faults: tuple[type[Exception], ...] = (
        OSError,
        BotoCoreError,
        ClientError,
        ResponseParserError,
        aiohttp.ClientError,
    )

    def __init__(self, root: str) -> None:
        """`root` is the bucket and the folder in it: "bucket/podcast"."""
        self._root = root
        self._open: tuple[asyncio.Runner, Any, ExitStack] | None = None

    def _opened(self) -> tuple[asyncio.Runner, Any]:
        if self._open is None:
            with ExitStack() as closing:
                runner = closing.enter_context(asyncio.Runner())
                files = s3fs.S3FileSystem(
                    asynchronous=True, loop=runner.get_loop(), skip_instance_cache=True, use_listings_cache=False
                )
                files.retries = 1  # the courier is patient enough
                files.config_kwargs = {**files.config_kwargs, "retries": {"total_max_attempts": 1}}
                client = runner.run(files.set_session())
                closing.callback(lambda: runner.run(client.close()))
                self._open = runner, files, closing.pop_all()
        return self._open[:2]

    def send(self, file: Path, name: str, moved: Moved) -> None:
        """Put it, in parts if it is large, with its media type and how long others may keep it."""
        runner, files = self._opened()
        headers = headers_of(name)
        putting = files._put_file(  # noqa: SLF001  so fsspec calls what may be awaited
            str(file),
            f"{self._root}/{name}",
            callback=_Told(moved),
            chunksize=PART,
            max_concurrency=PARTS_AT_ONCE,
            ContentType=headers["Content-Type"],
            CacheControl=headers["Cache-Control"],
        )
        try:
            runner.run(putting)
        except _StoppedError:
            raise KeyboardInterrupt from None

    def remove(self, name: str) -> None:
        """Delete it; a store is content if it has none."""
        runner, files = self._opened()
        runner.run(files._rm_file(f"{self._root}/{name}"))  # noqa: SLF001  as above

    def judged(self, error: Exception) -> Verdict:
        """What the store, or the way to it, means."""
        code = _code(error)
        if isinstance(error, NoCredentialsError):
            return Verdict(
                "no credentials were found", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
            )
        if isinstance(error, BotoCoreError):
            is_passing = isinstance(error, HTTPClientError)
            return Verdict(
                without_secrets(error), RUN_AGAIN if is_passing else "check how the store is configured", is_passing
            )
        if code in _DENIED:
            return Verdict(f"access is denied ({code})", "check the credentials, and what they may do there")
        if code == _NO_BUCKET:
            return Verdict(f"there is no such bucket ({code})", "make it first, or correct its name")
        if code:
            return Verdict(f"the store answered {code}", is_passing=not isinstance(error, PermissionError))
        return judged(error)

    def close(self) -> None:
        """Close the connections and the loop."""
        opened, self._open = self._open, None
        if opened:
            opened[-1].close()


class _StoppedError(Exception):
    """An interrupt, in a form on which the parts that have arrived are thrown away, and event loops do not stumble."""


class _Told(Callback):  # type: ignore[misc]  # it comes without types
    """Passes on how much of a file has been sent."""

    def __init__(self, moved: Moved) -> None:
        super().__init__()
        self._moved = moved
        self._bytes = 0

    def relative_update(self, inc: int = 1) -> None:
        """So many bytes more."""
        self._bytes += inc
        try:
            self._moved(self._bytes)
        except KeyboardInterrupt as error:
            raise _StoppedError from error


def _code(error: BaseException | None) -> str:
    """The store's own word for an error, which s3fs keeps as its cause; empty where it said none."""
    while error is not None and not isinstance(error, ClientError):
        error = error.__cause__
    code = error.response.get("Error", {}).get("Code", "") if error else ""
    return "".join(c for c in str(code) if c.isalnum())[:60]
