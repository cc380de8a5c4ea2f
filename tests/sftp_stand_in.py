"""A host that speaks SFTP, on the loopback interface, for tests of what is published."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paramiko
from paramiko import SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface

USER, PASSWORD = "avisen", "very-secret-indeed"


@dataclass
class Host:
    """Its folder, its key, and what was done: ("write", path), ("rename", path), ("remove", path).

    `refused` answers a deed with a status of SFTP, if it does; `drops` ends the connection instead.
    """

    root: Path
    key: paramiko.PKey
    port: int = 0
    did: list[tuple[str, str]] = field(default_factory=list)
    logins: int = 0
    refused: Callable[[str, str], int | None] = lambda _deed, _path: None
    drops: Callable[[str, str], bool] = lambda _deed, _path: False
    transports: list[paramiko.Transport] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"sftp://{USER}:{PASSWORD}@127.0.0.1:{self.port}"

    def deeds(self, deed: str) -> list[str]:
        return [path for done, path in self.did if done == deed]

    def answer(self, deed: str, path: str) -> int | None:
        """What to say instead of doing it."""
        if self.drops(deed, path):
            for transport in self.transports:
                transport.close()
            return int(paramiko.SFTP_CONNECTION_LOST)
        status = self.refused(deed, path)
        if status is None:
            self.did.append((deed, path))
        return status


@contextmanager
def hosting(root: Path) -> Iterator[Host]:
    """A host that lets one user in, until the block is left."""
    root.mkdir()
    host = Host(root, paramiko.RSAKey.generate(2048))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host.port = listener.getsockname()[1]
        thread = threading.Thread(target=_listen, args=(listener, host), daemon=True)
        thread.start()
        yield host
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)
    for transport in host.transports:
        transport.close()
        transport.join(5)


def know(host: Host, home: Path, key: paramiko.PKey | None = None) -> None:
    """Write a host's key, or another one, into the known hosts of a home."""
    keys = paramiko.HostKeys()
    keys.add(f"[127.0.0.1]:{host.port}", "ssh-rsa", key or host.key)
    (home / ".ssh").mkdir(exist_ok=True)
    keys.save(str(home / ".ssh" / "known_hosts"))


def _listen(listener: socket.socket, host: Host) -> None:
    with suppress(OSError):  # the listener is shut down
        while True:
            connection, _ = listener.accept()
            transport = paramiko.Transport(connection)
            host.transports.append(transport)
            transport.add_server_key(host.key)
            transport.set_subsystem_handler("sftp", SFTPServer, _Files, host)
            with suppress(paramiko.SSHException, EOFError):  # a client that does not trust the host goes away
                transport.start_server(server=_Door(host))


class _Door(paramiko.ServerInterface):  # type: ignore[misc]  # it comes without types
    def __init__(self, host: Host) -> None:
        self._host = host

    def check_auth_password(self, username: str, password: str) -> int:
        self._host.logins += 1
        is_right = (username, password) == (USER, PASSWORD)
        return int(paramiko.AUTH_SUCCESSFUL if is_right else paramiko.AUTH_FAILED)

    def check_channel_request(self, _kind: str, _channel: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED)

    def get_allowed_auths(self, _username: str) -> str:
        return "password"


class _Handle(SFTPHandle):  # type: ignore[misc]  # as above
    def stat(self) -> Any:
        return SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class _Files(SFTPServerInterface):  # type: ignore[misc]  # as above
    def __init__(self, _server: object, host: Host) -> None:
        super().__init__(_server)
        self._host = host

    def _real(self, path: str) -> Path:
        return self._host.root / str(self.canonicalize(path)).lstrip("/")

    def _do(self, deed: str, path: str, act: Callable[[], object]) -> int:
        status = self._host.answer(deed, path)
        if status is not None:
            return status
        try:
            act()
        except OSError as error:
            return int(SFTPServer.convert_errno(error.errno))
        return int(paramiko.SFTP_OK)

    def stat(self, path: str) -> Any:
        try:
            return SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, path: str, flags: int, _attributes: object) -> Any:
        status = self._host.answer("write", path)
        if status is not None:
            return status
        try:
            file = os.fdopen(os.open(self._real(path), flags, 0o644), "wb")
        except OSError as error:
            return SFTPServer.convert_errno(error.errno)
        handle = _Handle(flags)
        handle.writefile = handle.readfile = file
        return handle

    def posix_rename(self, old: str, new: str) -> int:
        return self._do("rename", new, lambda: self._real(old).replace(self._real(new)))

    def remove(self, path: str) -> int:
        if not self._real(path).exists():
            return int(paramiko.SFTP_NO_SUCH_FILE)
        return self._do("remove", path, self._real(path).unlink)

    def mkdir(self, path: str, _attributes: object) -> int:
        return self._do("mkdir", path, self._real(path).mkdir)

    def rmdir(self, path: str) -> int:
        return self._do("rmdir", path, self._real(path).rmdir)
