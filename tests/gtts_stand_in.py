"""A stand-in for Google's service: an HTTPS server behind a CONNECT proxy on loopback, with faults to order.

Point HTTPS_PROXY at `StandIn.proxy` and SSL_CERT_FILE at `StandIn.certificate`; nothing leaves the machine.
Run as a program, it says both in one line of JSON and serves until its input ends.
"""

from __future__ import annotations

import argparse
import array
import base64
import json
import socket
import ssl
import sys
import tempfile
import threading
import urllib.parse
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOST = "translate.google.com"
RATE = 24_000
MS_PER_LETTER = 60
SILENCE_MS = 200  # at both ends of each answer
MP3_FRAME_BYTES = 96  # at 24 kHz and 32 kbit/s
HUGE = "huge"
FAULTS_OF_THE_PROXY = ("no handshake", "no way", "no entry")
FAULTS_ON_THE_LINE = ("silence", "cut", "drip", "header drip", HUGE, *FAULTS_OF_THE_PROXY)

Answer = tuple[int, Mapping[str, str], bytes]


class FaultyServer(ThreadingHTTPServer):
    """Answers each POST with speech, after `delay` seconds, unless `plan` orders a fault for the next request.

    It notes the texts in the order in which they were asked for, how many requests were answered at once at most, and
    how many connections were made.
    """

    daemon_threads = False  # so that closing waits for every handler
    request_queue_size = 64

    def __init__(self, handler: type[FaultyHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.plan: deque[str] = deque()
        self.texts: list[str] = []
        self.delay = 0.0
        self.peak = self.connections = 0
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._answering = 0
        self._open: set[socket.socket] = set()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def text_in(self, _body: bytes, _headers: Mapping[str, str]) -> str:
        """The text that a request asks for."""
        raise NotImplementedError

    def answer(self, fault: str, text: str) -> Answer:
        """Status, headers and body of an answer with this fault, or of a good one."""
        raise NotImplementedError

    def forget(self) -> None:
        """Begin anew: no faults, no delay, nothing noted."""
        self.plan.clear()
        self.texts.clear()
        self.delay, self.peak, self.connections = 0.0, 0, 0

    @contextmanager
    def answering(self, text: str) -> Iterator[str]:
        """Note a request, and give the fault that it is answered with."""
        with self._lock:
            self.texts.append(text)
            self._answering += 1
            self.peak = max(self.peak, self._answering)
            fault = self.plan.popleft() if self.plan else "ok"
        try:
            yield fault
        finally:
            with self._lock:
                self._answering -= 1

    def note_open(self, connection: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            self._open.add(connection)

    def note_closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def hang_up(self) -> None:
        """End every connection that a client keeps open."""
        self.closing.set()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)  # TLS would want a farewell


class FaultyHandler(BaseHTTPRequestHandler):
    """One connection, which is kept open as long as all is well."""

    server: FaultyServer
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True  # else the end of each answer waits 40 ms for its beginning to be acknowledged

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def setup(self) -> None:
        super().setup()
        self.server.note_open(self.connection)
        self._noted = self.connection

    def handle(self) -> None:
        with suppress(OSError):  # the client has had enough
            super().handle()

    def finish(self) -> None:
        self.server.note_closed(self._noted)
        with suppress(OSError):
            super().finish()
        self.connection.close()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        text = self.server.text_in(body, {name.lower(): value for name, value in self.headers.items()})
        with self.server.answering(text) as fault:  # until the client may know of it, and ask again
            self.server.closing.wait(self.server.delay)
        self._misbehave(fault, text)

    def _misbehave(self, fault: str, text: str) -> None:
        self.close_connection = self.close_connection or fault in FAULTS_ON_THE_LINE
        if fault in FAULTS_OF_THE_PROXY:  # the line is open already: it breaks
            return
        if fault == "silence":
            self.server.closing.wait()
        elif fault == "cut":
            self._head(200, {"Content-Length": "5000"})
            self.wfile.write(b")]}'\n\n[[")
        elif fault == "drip":
            self._drip(self._head_lines(200, {"Content-Length": "5000"}) + b" " * 5000)
        elif fault == "header drip":
            self._drip(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 5000)
        elif fault == HUGE:
            self._head(200, {"Connection": "close"})
            while not self.server.closing.is_set():
                self.wfile.write(b" " * 65_536)
        else:
            status, headers, body = self.server.answer(fault, text)
            self._head(status, {"Content-Length": str(len(body)), **headers})
            self.wfile.write(body)

    def _head_lines(self, status: int, headers: Mapping[str, str]) -> bytes:
        lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        return "\r\n".join(lines).encode()

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.wfile.write(self._head_lines(status, headers))

    def _drip(self, data: bytes) -> None:
        for at in range(len(data)):
            if self.server.closing.wait(0.01):
                return
            self.wfile.write(data[at : at + 1])


class StandIn(FaultyServer):
    """Google's service behind its proxy."""

    def __init__(self, folder: Path) -> None:
        super().__init__(_Handler)
        self.certificate, key = write_certificate(folder)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(self.certificate, key)
        self.proxy = f"http://127.0.0.1:{self.port}"
        self.languages: list[str] = []
        self.targets: list[str] = []

    def forget(self) -> None:
        super().forget()
        self.languages.clear()
        self.targets.clear()

    def text_in(self, body: bytes, _headers: Mapping[str, str]) -> str:
        text, language = asked_for(body.decode())
        self.languages.append(language)
        return text

    def answer(self, fault: str, text: str) -> Answer:
        return answer(fault, text)


ServerT = TypeVar("ServerT", bound=FaultyServer)


@contextmanager
def serving(stand_in: ServerT) -> Iterator[ServerT]:
    """A server at work in a thread; at the end no thread and no socket of it is left."""
    with stand_in as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            server.hang_up()
            thread.join()


def running(folder: Path) -> AbstractContextManager[StandIn]:
    """Google's stand-in at work, with its certificate in `folder`."""
    return serving(StandIn(folder))


class _Handler(FaultyHandler):
    server: StandIn

    def do_CONNECT(self) -> None:
        self.server.targets.append(self.path)
        self.close_connection = True
        fault = next(iter(self.server.plan), "")
        if fault in FAULTS_OF_THE_PROXY:
            self.server.plan.popleft()
        if fault in ("no way", "no entry"):
            self._head(502 if fault == "no way" else 407, {"Content-Length": "0"})
            return
        self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        if fault == "no handshake":
            return
        try:
            self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        except OSError:  # the client did not like the certificate
            return
        self.server.note_closed(self._noted)
        self._noted = self.connection
        self.server.note_open(self.connection)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.close_connection = False


def asked_for(body: str) -> tuple[str, str]:
    """The text and the language of a request, as the service reads it."""
    rpc = json.loads(urllib.parse.parse_qs(body, strict_parsing=False)["f.req"][0])
    text, language, _speed, _null = json.loads(rpc[0][0][1])
    return text, language


def answer(fault: str, text: str) -> Answer:
    """Google's answer with this fault, or a good one."""
    if (refusal := refused(fault)) is not None:
        return refusal
    letters = sum(map(str.isalnum, text))
    mp3 = beep(letters)
    whole = envelope(mp3)
    bodies = {
        "ok": whole,
        "one line": whole.replace(b"\n,", b","),
        "html": b"<!doctype html><title>Sorry...</title><p>unusual traffic",
        "empty": b"",
        "no sound": envelope(b""),
        "null": whole.replace(whole.split(b",")[2], b"null"),
        "bad base64": whole.replace(b'[\\"', b'[\\"*'),
        "not utf-8": b"\xff\xfe" + whole,
        "two answers": whole + whole.removeprefix(b")]}'\n\n"),
        "two parts": whole.replace(b'\\"]', b'\\",\\"' + base64.b64encode(mp3) + b'\\"]'),
    }
    return 200, {}, bodies[fault] if fault in bodies else envelope(damaged_mp3(fault, letters))


def refused(fault: str) -> Answer | None:
    """The answer to a fault that is a status, perhaps with a Retry-After ("429 7"), or a redirect."""
    status, _, wait = fault.partition(" ")
    if status.isdigit():
        return int(status), {"Retry-After": wait} if wait else {}, b"no"
    if fault == "redirect":
        return 302, {"Location": "https://elsewhere.example/captcha"}, b""
    return None


def damaged_mp3(fault: str, letters: int) -> bytes:
    """An MP3 with this fault, of what should be speech of so many letters."""
    mp3, pcm = beep(letters), beep_pcm(letters)
    frames = len(mp3) // MP3_FRAME_BYTES
    if fault == "third missing":
        return mp3[: len(mp3) * 2 // 3 - 5]
    if fault == "third missing, whole frames":
        return mp3[: frames * 2 // 3 * MP3_FRAME_BYTES]
    return {
        "garbage": lambda: b"<html>" * 500,
        "truncated": lambda: mp3[: len(mp3) // 4 - 5],
        "doubled": lambda: mp3 * 2,
        "spoken twice": lambda: mp3_of(pcm * 2),
        "endless": lambda: mp3_of(pcm * 9),
        "silent": lambda: mp3_of(bytes(2 * RATE)),
    }[fault]()


def envelope(mp3: bytes) -> bytes:
    """The service's answer with this sound."""
    payload = json.dumps([base64.b64encode(mp3).decode()], separators=(",", ":"))
    call = json.dumps(["wrb.fr", "jQ1olc", payload, None, None, None, "generic"], separators=(",", ":"))
    return f')]}}\'\n\n[{call}\n,["di",61]\n,["af.httprm",60,"-4561234567",12]\n]'.encode()


@cache
def beep(letters: int) -> bytes:
    """An MP3 with a tone for so many letters, between two silences."""
    return mp3_of(beep_pcm(letters))


def beep_pcm(letters: int) -> bytes:
    """The same as s16le mono PCM."""
    silence = array.array("h", bytes(2 * (RATE * SILENCE_MS // 1000)))
    tone = array.array("h", (9000 if at // 40 % 2 else -9000 for at in range(RATE * MS_PER_LETTER * letters // 1000)))
    return (silence + tone + silence).tobytes()


def mp3_of(pcm: bytes) -> bytes:
    """PCM as MP3, like the service's own: 24 kHz, mono, small."""
    encoder: Any = import_module("lameenc").Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(RATE)
    encoder.set_out_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_bit_rate(32)
    encoder.set_quality(7)
    return bytes(encoder.encode(pcm)) + bytes(encoder.flush())


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """A throw-away certificate for the service's name that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    today = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.SubjectAlternativeName([x509.DNSName(HOST)]), False),
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (usage, True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectKeyIdentifier.from_public_key(public), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(public), False),
    ]
    builder = x509.CertificateBuilder(name, name, public, x509.random_serial_number())
    builder = builder.not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=1))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret


def main() -> None:
    """Serve until the input ends; say where in one line of JSON."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    delay = parser.parse_args().delay
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
        server.delay = delay
        sys.stdout.write(json.dumps({"proxy": server.proxy, "certificate": str(server.certificate)}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
