"""A stand-in for Google's service: an HTTPS server behind a CONNECT proxy on loopback, with faults to order.

Point HTTPS_PROXY at `StandIn.proxy` and REQUESTS_CA_BUNDLE at `StandIn.certificate`; nothing leaves the machine.
"""

from __future__ import annotations

import array
import base64
import json
import ssl
import threading
import urllib.parse
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOST = "translate.google.com"
RATE = 24_000
MS_PER_LETTER = 60
SILENCE_MS = 200  # at both ends of each answer


class StandIn(ThreadingHTTPServer):
    """Answers with a beep as long as the text asks for, unless `plan` orders something else for the next request."""

    daemon_threads = False  # so that closing waits for every handler

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.certificate, key = write_certificate(folder)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(self.certificate, key)
        self.proxy = f"http://127.0.0.1:{self.server_address[1]}"
        self.plan: deque[str] = deque()
        self.texts: list[str] = []
        self.languages: list[str] = []
        self.targets: list[str] = []
        self.closing = threading.Event()


@contextmanager
def running(folder: Path) -> Iterator[StandIn]:
    """The stand-in at work in a thread; at the end no thread and no socket of it is left."""
    with StandIn(folder) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"
    timeout = 5

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_CONNECT(self) -> None:
        self.server.targets.append(self.path)
        self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        self.close_connection = True
        if list(self.server.plan)[:1] == ["no handshake"]:
            self.server.plan.popleft()
            return
        try:
            self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        except OSError:  # the client did not like the certificate
            return
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def do_POST(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        text, language = asked_for(body)
        self.server.texts.append(text)
        self.server.languages.append(language)
        fault = self.server.plan.popleft() if self.server.plan else "ok"
        with suppress(OSError):  # the client has had enough
            self._misbehave(fault, text)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.connection.close()

    def _misbehave(self, fault: str, text: str) -> None:
        if fault == "cut":
            self._head(200, {"Content-Length": "5000"})
            self.wfile.write(b")]}'\n\n[[")
        elif fault == "drip":
            self._drip(self._head_lines(200, {"Content-Length": "5000"}) + b" " * 5000)
        elif fault == "header drip":
            self._drip(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 5000)
        elif fault == "huge":
            self._head(200, {"Connection": "close"})
            while not self.server.closing.is_set():
                self.wfile.write(b" " * 65_536)
        else:
            status, headers, body = answer(fault, text)
            self._head(status, {"Content-Length": str(len(body)), **headers})
            self.wfile.write(body)

    def _head_lines(self, status: int, headers: dict[str, str]) -> bytes:
        lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        return "\r\n".join(lines).encode()

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.wfile.write(self._head_lines(status, headers))

    def _drip(self, data: bytes) -> None:
        for at in range(len(data)):
            if self.server.closing.wait(0.01):
                return
            self.wfile.write(data[at : at + 1])


def asked_for(body: str) -> tuple[str, str]:
    """The text and the language of a request, as the service reads it."""
    rpc = json.loads(urllib.parse.parse_qs(body, strict_parsing=False)["f.req"][0])
    text, language, _speed, _null = json.loads(rpc[0][0][1])
    return text, language


def answer(fault: str, text: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer with this fault, or of a good one."""
    if fault.isdigit():
        return int(fault), {}, b"no"
    if fault.startswith("429 "):
        return 429, {"Retry-After": fault.removeprefix("429 ")}, b"no"
    if fault == "redirect":
        return 302, {"Location": "https://elsewhere.example/captcha"}, b""
    mp3 = beep(sum(map(str.isalnum, text)))
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
        "garbage": envelope(b"<html>" * 500),
        "truncated": envelope(mp3[: len(mp3) // 4]),
        "endless": envelope(mp3 * 20),
        "silent": envelope(mp3_of(bytes(2 * RATE))),
        "two answers": whole + whole.removeprefix(b")]}'\n\n"),
        "two parts": whole.replace(b'\\"]', b'\\",\\"' + base64.b64encode(mp3) + b'\\"]'),
    }
    return 200, {}, bodies[fault]


def envelope(mp3: bytes) -> bytes:
    """The service's answer with this sound."""
    payload = json.dumps([base64.b64encode(mp3).decode()], separators=(",", ":"))
    call = json.dumps(["wrb.fr", "jQ1olc", payload, None, None, None, "generic"], separators=(",", ":"))
    return f')]}}\'\n\n[{call}\n,["di",61]\n,["af.httprm",60,"-4561234567",12]\n]'.encode()


@cache
def beep(letters: int) -> bytes:
    """An MP3 with a tone for so many letters, between two silences."""
    silence = array.array("h", bytes(2 * (RATE * SILENCE_MS // 1000)))
    tone = array.array("h", (9000 if at // 40 % 2 else -9000 for at in range(RATE * MS_PER_LETTER * letters // 1000)))
    return mp3_of((silence + tone + silence).tobytes())


def mp3_of(pcm: bytes) -> bytes:
    """PCM as MP3, like the service's own: 24 kHz, mono, small."""
    encoder: Any = import_module("lameenc").Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(RATE)
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
