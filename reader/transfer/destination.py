"""The address of a target becomes a carrier."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

from reader.errors import PublishError
from reader.transfer.carriers import Carrier, FolderCarrier

SSH_PORT = 22
_SSH_STYLE = re.compile(r"[\w.+-]+@[\w.-]+:")  # as scp and rsync write it
_NEARLY = re.compile(r"(?:s3|s3a|sftp|ssh|ftp|ftps|https?|file)(?::/?|//)(?!/)", re.IGNORECASE)
_USER_IS_A_PLACE = ("abfs", "abfss")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to: `address` can be shown and kept, as nobody's password and no query stands in it."""

    address: str
    carrier: Carrier


def destination_of(target: str, output: Path) -> Destination:
    """Where an address leads; nothing is connected to yet.

    Raises PublishError for an address that makes no sense, one that leads into the output folder itself, or one whose
    kind needs a package that is not installed.
    """
    scheme, mark, _ = target.partition("://")
    if not mark:
        return _folder(_plain_path(target), output)
    scheme = scheme.lower()
    if "::" in target or not re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme):
        raise PublishError("an address of several steps is no target: name a folder, s3://... or sftp://...")
    try:
        parts = urlsplit(target)
        _ = parts.port  # which is read only now
    except ValueError as error:
        raise PublishError(f"the address {scheme}://... is written wrong: check its host and port") from error
    if parts.query or parts.fragment:
        raise PublishError(
            f"the address {scheme}://... has a '?' or '#' in it: in a password they are written %3F and %23"
        )
    return _KINDS.get(scheme, _any_other)(parts, output)


def _plain_path(target: str) -> Path:
    if not target.strip() or "\0" in target:
        raise PublishError("no target is named: name a folder, s3://bucket/folder or sftp://user@host/folder")
    if _NEARLY.match(target):
        raise PublishError(
            f"{target!r} is written wrong: an address begins with s3:// or sftp://, a folder with ./ or /"
        )
    if _SSH_STYLE.match(target):
        host, _, path = target.partition(":")
        raise PublishError(f"{target!r} is not the address of a host: write sftp://{host}/{path.lstrip('/')}")
    return Path(target)


def _folder(path: Path, output: Path) -> Destination:
    try:
        real, source = path.resolve(), output.resolve()
    except (OSError, RuntimeError) as error:
        raise PublishError(f"{str(path)!r} cannot be followed: name another folder") from error
    if real.is_relative_to(source):
        raise PublishError(f"{str(path)!r} is in the folder that is published: name one outside of {str(output)!r}")
    return Destination(real.as_uri(), FolderCarrier(real))


def _local(parts: SplitResult, output: Path) -> Destination:
    if parts.netloc not in ("", "localhost"):
        raise PublishError("a file:// address begins with three slashes: file:///srv/podcast")
    from urllib.request import url2pathname  # noqa: PLC0415  it brings all that speaks HTTP

    return _folder(_plain_path(url2pathname(parts.path)), output)


def _bucket(parts: SplitResult, _output: Path) -> Destination:
    if "@" in parts.netloc or ":" in parts.netloc:
        raise PublishError(
            "credentials do not belong in the address of a bucket: set AWS_PROFILE, or AWS_ACCESS_KEY_ID"
        )
    root = "/".join(part for part in [parts.netloc, *parts.path.split("/")] if part)
    if not parts.netloc:
        raise PublishError("no bucket is named: write s3://bucket/folder")
    try:
        from reader.transfer.bucket import BucketCarrier  # noqa: PLC0415  s3fs is slow to import, and not always there
    except ImportError as error:
        raise _missing("a bucket", "s3") from error
    return Destination(f"s3://{root}", BucketCarrier(root))


def _sftp(parts: SplitResult, _output: Path) -> Destination:
    path = unquote(parts.path)
    if not parts.hostname or not path:
        raise PublishError("host or folder is missing: write sftp://user@host/folder")
    try:
        from reader.transfer.sftp import Login, SftpCarrier  # noqa: PLC0415  paramiko is not always there
    except ImportError as error:
        raise _missing("a host by SFTP", "sftp") from error
    user, password = (unquote(said) if said else None for said in (parts.username, parts.password))
    login = Login(parts.hostname, parts.port or SSH_PORT, user, password)
    root = "/" + "/".join(part for part in path.split("/") if part)
    return Destination(f"sftp://{_place(parts, with_user=True)}{quote(root)}", SftpCarrier(login, root))


def _any_other(parts: SplitResult, _output: Path) -> Destination:
    raise PublishError(
        f"{parts.scheme}:// is no kind of target: name a folder, s3://bucket/folder or sftp://user@host/folder"
    )


def _place(parts: SplitResult, *, with_user: bool) -> str:
    """The host and port of an address, and the user where it is part of where it leads."""
    user = f"{parts.username}@" if with_user and parts.username else ""
    return f"{user}{parts.netloc.rpartition('@')[2]}".removesuffix(f":{SSH_PORT}")


def _missing(what: str, extra: str) -> PublishError:
    return PublishError(
        f"publishing to {what} needs a package that is missing: "
        f"install it with: pip install 'lyt-til-artiklen[{extra}]'"
    )


_KINDS: dict[str, Callable[[SplitResult, Path], Destination]] = {
    "file": _local,
    "local": _local,
    "s3": _bucket,
    "s3a": _bucket,
    "sftp": _sftp,
    "ssh": _sftp,  # fsspec would take it, and greet strangers
}
