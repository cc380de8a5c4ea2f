"""To a host that speaks SFTP, by paramiko; imported only for such a target.

The host must be known: its key stands in known_hosts, as ssh has put it there. fsspec's own SFTP would greet any host.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from stat import S_ISDIR

import paramiko
from paramiko.hostkeys import InvalidHostKey

from reader.transfer.carriers import DistantCarrier, Moved, Verdict, judged, without_secrets
from reader.transfer.names import temporary_of

PATIENCE = 30  # seconds for each wait
FAREWELL = 5  # and for a thread that has been told to end
FOR_ALL = Path("/etc/ssh/ssh_known_hosts")

logging.getLogger("paramiko").addHandler(logging.NullHandler())  # or its tracebacks would come beside our one line


@dataclass(frozen=True, slots=True)
class Login:
    """Where to, and as whom; without a password it is one of the account's keys, or its agent, that opens."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)


class UnknownHostError(paramiko.SSHException):  # type: ignore[misc]  # it comes without types
    """No known_hosts file has a key of this host."""


class _Suspicion(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]  # as above
    """Talks to no stranger."""

    def missing_host_key(self, _client: object, _hostname: str, key: paramiko.PKey) -> None:
        """Refuse, and say by which print the host can be told."""
        raise UnknownHostError(f"its host key ({key.fingerprint}) is in no known_hosts file")


def _hang_up(client: paramiko.SSHClient) -> None:
    """End a connection, and wait for its thread, which may be about to complain."""
    transport = client.get_transport()
    client.close()
    if transport and transport.is_alive():
        transport.join(FAREWELL)


class SftpCarrier(DistantCarrier):
    """By SFTP: each file is written beside its place and renamed over it."""

    faults: tuple[type[Exception], ...] = (OSError, EOFError, paramiko.SSHException, paramiko.SFTPError, InvalidHostKey)

    def __init__(self, login: Login, root: str) -> None:
        """`root` is an absolute path on the host."""
        self._login = login
        self._root = PurePosixPath(root)
        self._folders: set[PurePosixPath] = set()
        self._open: tuple[paramiko.SFTPClient, ExitStack] | None = None

    def _opened(self) -> paramiko.SFTPClient:
        if self._open is None:
            with ExitStack() as closing:
                client = paramiko.SSHClient()
                closing.callback(_hang_up, client)
                client.load_system_host_keys()
                if FOR_ALL.is_file():
                    client.load_system_host_keys(str(FOR_ALL))
                client.set_missing_host_key_policy(_Suspicion())
                client.connect(
                    self._login.host,
                    self._login.port,
                    self._login.user,
                    self._login.password,
                    timeout=PATIENCE,
                    banner_timeout=PATIENCE,
                    auth_timeout=PATIENCE,
                    channel_timeout=PATIENCE,
                )
                sftp = client.open_sftp()
                closing.callback(sftp.close)
                sftp.get_channel().settimeout(PATIENCE)
                self._open = sftp, closing.pop_all()
        return self._open[0]

    def send(self, file: Path, name: str, moved: Moved) -> None:
        """Write it beside its place, and rename it."""
        sftp = self._opened()
        place, temporary = str(self._root / name), str(self._root / temporary_of(name))
        self._make((self._root / name).parent)
        with ExitStack() as undo:
            undo.callback(self._discard, temporary)
            with file.open("rb") as source:
                sftp.putfo(source, temporary, callback=lambda done, _total: moved(done))
            sftp.posix_rename(temporary, place)
            undo.pop_all()

    def _discard(self, temporary: str) -> None:
        """Take away what did not become a file; where the connection is gone, the next run does."""
        with suppress(*self.faults):
            self._opened().remove(temporary)

    def _make(self, folder: PurePosixPath) -> None:
        """Make a folder, and those above it, as far as they are missing."""
        if folder in self._folders or folder == folder.parent:
            return
        sftp = self._opened()
        try:
            if not S_ISDIR(sftp.stat(str(folder)).st_mode or 0):
                raise NotADirectoryError(str(folder))
        except FileNotFoundError:
            self._make(folder.parent)
            sftp.mkdir(str(folder))
        self._folders.add(folder)

    def remove(self, name: str) -> None:
        """Remove it, and the folders that are empty then."""
        sftp = self._opened()
        for path in (temporary_of(name), name):
            with suppress(FileNotFoundError):
                sftp.remove(str(self._root / path))
        with suppress(OSError):  # the first that still holds something stops it
            for folder in list(PurePosixPath(name).parents)[:-1]:
                sftp.rmdir(str(self._root / folder))
                self._folders.discard(self._root / folder)

    def judged(self, error: Exception) -> Verdict:
        """What the host, or the way to it, means."""
        if isinstance(error, UnknownHostError):
            return Verdict(str(error), f"compare it with the host's, and let ssh keep it: {self._by_hand()}")
        if isinstance(error, paramiko.BadHostKeyException):
            return Verdict("its host key is not the one in known_hosts", "ask those who run it before going on")
        if isinstance(error, InvalidHostKey):
            return Verdict("a line of known_hosts is damaged", "remove that line")
        if isinstance(error, paramiko.AuthenticationException):
            return Verdict("the login is refused", "check the user, and that one of its keys is accepted there")
        if isinstance(error, OSError):
            return judged(error)
        return Verdict(without_secrets(error) if str(error) else "the connection broke", is_passing=True)

    def _by_hand(self) -> str:
        """How ssh is called for the same host."""
        port = "" if self._login.port == paramiko.config.SSH_PORT else f" -p {self._login.port}"
        user = f"{self._login.user}@" if self._login.user else ""
        return f"ssh{port} {user}{self._login.host}"

    def close(self) -> None:
        """Say goodbye."""
        self._folders.clear()
        opened, self._open = self._open, None
        if opened:
            opened[-1].close()
