"""How an output folder is shown in a browser: what is sent, what never is, and to whom."""

import errno
import os
import re
import socket
import struct
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage, HTTPResponse, IncompleteRead
from http.server import ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer

import pytest

from reader import preview
from reader.errors import OutputError, PublishError
from reader.preview import Maker, address_of, preview_server

SOUND = bytes(range(250)) * 4
LARGE = 48 * 1024 * 1024  # more than the buffers of a connection hold


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes


@dataclass
class Shown:
    """A server that runs, and its folder."""

    server: ThreadingHTTPServer
    folder: Path

    @property
    def port(self) -> int:
        return self.server.server_port

    def ask(self, path: str, method: str = "GET", **headers: str) -> Reply:
        """One request on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            return answered(connection, path, method, **headers)
        finally:
            connection.close()

    def send(self, *requests: bytes) -> bytes:
        """All that comes back for these bytes until the server hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as raw:
            raw.sendall(b"".join(requests))
            return all_of(raw)


def answered(connection: HTTPConnection, path: str, method: str = "GET", **headers: str) -> Reply:
    """The answer to a request; a header `_` stands for one with a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.putrequest(method, path, skip_host="host" in named, skip_accept_encoding=True)
    for name, value in named.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    return Reply(response.status, response.headers, response.read())


def begun(shown: Shown, path: str) -> tuple[HTTPConnection, HTTPResponse]:
    """A download of which nothing but the head is read yet, over a connection that holds little."""
    connection = HTTPConnection("127.0.0.1", shown.port, timeout=5)
    connection.connect()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    connection.request("GET", path)
    return connection, connection.getresponse()


def all_of(raw: socket.socket) -> bytes:
    """What comes until the server hangs up."""
    with raw:
        return b"".join(iter(lambda: raw.recv(65536), b""))


def length_of(response: HTTPResponse) -> int:
    """How many bytes can be read of an answer."""
    return sum(len(chunk) for chunk in iter(lambda: response.read(1 << 20), b""))


def connections() -> list[threading.Thread]:
    """The threads that serve a connection now."""
    return [thread for thread in threading.enumerate() if "process_request_thread" in thread.name]


def wait_for_connections() -> None:
    """Return when every connection has come to its end."""
    for thread in connections():
        thread.join(5)
    assert connections() == []


@contextmanager
def serving(folder: Path, made: Maker | None = None) -> Iterator[Shown]:
    """A server for the folder until the block is left."""
    with preview_server(folder, made=made) if made else preview_server(folder) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
        thread.start()
        yield Shown(server, folder)
        server.shutdown()
        thread.join(5)


def filled(parent: Path) -> Path:
    """An output folder with one episode, beside a file that is nobody's business."""
    folder = parent / "output"
    episode = folder / "avis"
    episode.mkdir(parents=True)
    (episode / "avis.mp3").write_bytes(SOUND)
    for name in ("transcript.vtt", "avis.srt", "note.txt", "cover.jpg", "mark.png", "style.css", "feed.xml"):
        (episode / name).write_text(name, "utf-8")
    for name in (
        "chapters.json",
        "chapters.r2.json",
        "script.json",
        "render.json",
        "episode.json",
        "other.json",
        "raw.wav",
        "avis",
    ):
        (episode / name).write_text(name, "utf-8")
    (folder / "lyt.js").write_text("lyt.js", "utf-8")
    (folder / "empty.txt").touch()
    for name in ("to ord", "blåbær", "%2e%2e"):
        (folder / name).mkdir()
    (folder / "%2e%2e" / "twice.txt").write_text("encoded twice", "utf-8")
    for hidden in (folder / ".hidden", episode / ".hidden"):
        hidden.mkdir()
        (hidden / "secret.txt").write_text("secret", "utf-8")
    (episode / ".avis.mp3").write_text("secret", "utf-8")
    (parent / "secret.txt").write_text("secret", "utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Such a folder for one test."""
    return filled(tmp_path)


@pytest.fixture
def shown(folder: Path) -> Iterator[Shown]:
    """A server for that folder."""
    with serving(folder) as shown:
        yield shown


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a folder for many tests, none of which changes it."""
    return filled(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def standing(kept: Path) -> Iterator[Shown]:
    """A server for that folder."""
    with serving(kept) as shown:
        yield shown


@pytest.fixture(scope="module")
def lavish(kept: Path) -> Iterator[Shown]:
    """A server for that folder whose Maker makes a page of every path."""
    with serving(kept, lambda _path: b"made") as shown:
        yield shown


def large_in(shown: Shown) -> Path:
    """A large file in the folder, which takes no room on the disk."""
    path = shown.folder / "large.mp3"
    with path.open("wb") as file:
        file.truncate(LARGE)
    return path


def test_the_address_is_that_of_this_machine_alone(standing: Shown) -> None:
    """The server listens on 127.0.0.1 and nowhere else, on a free port, and says where."""
    assert standing.server.socket.getsockname() == ("127.0.0.1", standing.port)
    assert standing.port > 0
    assert address_of(standing.server) == f"http://127.0.0.1:{standing.port}/"


def test_the_network_is_not_asked_for_a_name(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server begins without looking up what this machine is called."""
    monkeypatch.setattr(socket, "getfqdn", lambda *_: pytest.fail("a name was looked up"))
    preview_server(kept).server_close()


def test_a_port_that_is_taken_is_said(standing: Shown) -> None:
    """Where the port is taken, the error names it and advises another with --port."""
    with pytest.raises(PublishError, match=rf"port {standing.port}: it is taken; choose another with --port"):
        preview_server(standing.folder, standing.port)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(errno.EACCES, "denied"), "this account may not use it"),
        (OSError(errno.EADDRNOTAVAIL, "no such address"), "no such address"),
    ],
)
def test_a_port_that_may_not_be_used_is_said(
    kept: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, reason: str
) -> None:
    """Where the port may not be used, the error says why and advises another with --port."""

    def refuse(_server: TCPServer) -> None:
        raise error

    monkeypatch.setattr(TCPServer, "server_bind", refuse)
    with pytest.raises(PublishError, match=rf"port 80: {reason}; choose another with --port"):
        preview_server(kept, 80)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none_is_said(kept: Path, port: int) -> None:
    """A number that no port has is answered with the same advice."""
    with pytest.raises(PublishError, match=rf"port {port}: .*--port"):
        preview_server(kept, port)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("avis.mp3", "audio/mpeg"),
        ("transcript.vtt", "text/vtt; charset=utf-8"),
        ("avis.srt", "text/plain; charset=utf-8"),
        ("note.txt", "text/plain; charset=utf-8"),
        ("cover.jpg", "image/jpeg"),
        ("mark.png", "image/png"),
        ("style.css", "text/css; charset=utf-8"),
        ("feed.xml", "application/xml"),
        ("chapters.json", "application/json+chapters"),
        ("chapters.r2.json", "application/json+chapters"),
    ],
)
def test_what_may_be_published_is_sent_as_what_it_is(standing: Shown, name: str, kind: str) -> None:
    """Each kind of file that may be published is sent whole, with its media type, and for texts their encoding."""
    reply = standing.ask(f"/avis/{name}")
    body = (standing.folder / "avis" / name).read_bytes()
    assert (reply.status, reply.headers["Content-Type"], reply.body) == (200, kind, body)
    assert reply.headers["Content-Length"] == str(len(body))
    assert reply.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("name", ["script.json", "render.json", "episode.json", "other.json", "raw.wav", "avis"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_other_files_are_never_sent(standing: Shown, name: str, method: str) -> None:
    """What the program keeps for itself, and every kind that is not published, is as if it were not there."""
    assert (standing.folder / "avis" / name).is_file()
    assert standing.ask(f"/avis/{name}", method).status == 404


def test_a_file_of_the_top_folder_is_sent(standing: Shown) -> None:
    """Files beside the episodes are sent like those in them, a query notwithstanding."""
    reply = standing.ask("/lyt.js?v=1")
    assert (reply.status, reply.headers["Content-Type"], reply.body) == (
        200,
        "text/javascript; charset=utf-8",
        b"lyt.js",
    )


def test_names_may_be_danish(shown: Shown) -> None:
    """A name that is percent-encoded UTF-8 is found."""
    (shown.folder / "blåbær og å.txt").write_text("ja", "utf-8")
    assert shown.ask("/bl%C3%A5b%c3%a6r%20og%20%C3%A5.txt").body == b"ja"


@pytest.mark.parametrize("path", ["", "avis/"])
def test_a_folder_is_its_index(shown: Shown, path: str) -> None:
    """The path of a folder, with its slash, means the index.html in it, which is none until it is there."""
    assert shown.ask(f"/{path}").status == 404
    (shown.folder / path / "index.html").write_text("<p>Ja", "utf-8")
    for name in ("", "index.html"):
        reply = shown.ask(f"/{path}{name}")
        assert (reply.status, reply.body) == (200, b"<p>Ja")
        assert reply.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/avis", "/avis/"),
        ("//avis", "/avis/"),
        ("/avis?t=1&u=a%20b", "/avis/?t=1&u=a%20b"),
        ("/avis?", "/avis/?"),
        ("/to%20ord", "/to%20ord/"),
        ("/bl%C3%A5b%C3%A6r", "/bl%C3%A5b%C3%A6r/"),
    ],
)
def test_a_folder_without_its_slash_is_led_to(standing: Shown, path: str, target: str) -> None:
    """A folder asked for without its slash is led to with it, on this server, and the query is kept."""
    reply = standing.ask(path)
    assert (reply.status, reply.headers["Location"]) == (308, target)


def test_the_way_to_a_folder_cannot_add_to_the_head(lavish: Shown) -> None:
    """Whatever bytes a name has, and the query behind it, the way to the folder stays one line of ASCII."""
    end = b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    reply = lavish.send(b"GET /made%0d%0aX%20y?a=\x01\xe5\x7f", end)
    assert b"\r\nLocation: /made%0D%0AX%20y/?a=%01%E5%7F\r\n" in reply


def test_an_index_that_is_a_folder_leads_nowhere(shown: Shown) -> None:
    """Where a folder is called index.html there is no page, and no circle of redirections."""
    (shown.folder / "avis" / "index.html").mkdir()
    assert shown.ask("/avis/").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/avis/../../secret.txt",
        "/avis/../lyt.js",
        "/%2e%2e/secret.txt",
        "/avis/%2E%2e/%2e%2E/secret.txt",
        "/.%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%2Fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/avis\\cover.jpg",
        "/avis%5Ccover.jpg",
        "/avis%2fcover.jpg",
        "/%2Favis/cover.jpg",
        "/avis/cover.jpg%00",
        "/avis/cover%00.jpg",
        "/%00",
        "/.hidden/secret.txt",
        "/%2ehidden/secret.txt",
        "/.hidden",
        "/.hidden/",
        "/avis/.hidden/secret.txt",
        "/avis/.avis.mp3",
        "/./lyt.js",
        "/avis/./cover.jpg",
        "/avis//cover.jpg",
        "/avis//",
        "/...",
        "/%ff.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/%ed%a0%80.txt",
        "/C:/secret.txt",
        "/avis/script.json::$DATA",
        "/avis/script.json:.txt",
        "avis/cover.jpg",
        "lyt.js",
        "*",
        "http://127.0.0.1/avis/cover.jpg",
        "file:///avis/cover.jpg",
    ],
)
def test_hostile_paths_lead_nowhere(lavish: Shown, path: str) -> None:
    """No path leads out of the folder or to what is hidden in it, however written, nor does it reach the Maker."""
    reply = lavish.ask(path)
    assert (reply.status, reply.body) == (404, b"Not Found\n")


@pytest.mark.parametrize(
    "path",
    [
        "//etc/passwd",
        "/etc/passwd",
        "/avis/cover.jpg/",
        "/avis/avis/",
        "/" + "a" * 5000,
        "/" + "a" * 300 + ".mp3",
        "/a/b/",
    ],
)
def test_what_is_not_there_is_not_found(standing: Shown, path: str) -> None:
    """A path to nothing is answered with 404, also one that is too long for any disk."""
    assert standing.ask(path).status == 404


def test_a_name_is_decoded_once(standing: Shown) -> None:
    """What is percent-encoded twice is a name with a percent sign, and no way up."""
    assert standing.ask("/%252e%252e/secret.txt").status == 404
    assert standing.ask("/%252e%252e/twice.txt").body == b"encoded twice"


def link(at: Path, target: Path) -> None:
    """A symbolic link; where the system allows none there is nothing to test."""
    try:
        at.symlink_to(target)
    except OSError:
        pytest.skip("this system allows no symbolic links")


def test_a_link_that_leads_out_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """A link to a file or folder outside is not found, even one to nothing, and no page is made instead."""
    outside = tmp_path / "output-not"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret", "utf-8")
    link(folder / "file.txt", outside / "secret.txt")
    link(folder / "place", outside)
    link(folder / "up", tmp_path)
    link(folder / "gone.txt", tmp_path / "gone.txt")
    with serving(folder, lambda _path: b"made") as shown:
        for path in (
            "/file.txt",
            "/place/secret.txt",
            "/place/",
            "/place",
            "/up/secret.txt",
            "/gone.txt",
        ):
            assert shown.ask(path).status == 404, path


def test_a_link_within_the_folder_is_followed(shown: Shown) -> None:
    """A link to what is shown is followed, and one to what is not, or to itself, is not."""
    link(shown.folder / "newest.mp3", shown.folder / "avis" / "avis.mp3")
    link(shown.folder / "newest", shown.folder / "avis")
    link(shown.folder / "script.txt", shown.folder / "avis" / "script.json")
    link(shown.folder / "chapters.json", shown.folder / "avis" / "episode.json")
    link(shown.folder / "hidden.txt", shown.folder / ".hidden" / "secret.txt")
    link(shown.folder / "loop.txt", shown.folder / "loop.txt")
    assert shown.ask("/newest.mp3").body == SOUND
    assert shown.ask("/newest/avis.mp3").body == SOUND
    for path in ("/script.txt", "/chapters.json", "/hidden.txt", "/loop.txt"):
        assert shown.ask(path).status == 404, path


def test_the_folder_itself_may_be_a_link_or_hidden(folder: Path, tmp_path: Path) -> None:
    """What is chosen to be shown is shown, whatever it is called and however it is reached."""
    hidden = tmp_path / ".cache"
    folder.rename(hidden)
    link(tmp_path / "output", hidden)
    with serving(tmp_path / "output") as shown:
        assert shown.ask("/avis/avis.mp3").body == SOUND


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_only_files_are_opened(shown: Shown) -> None:
    """A pipe is not waited for, whatever it is called."""
    os.mkfifo(shown.folder / "pipe.mp3")
    assert shown.ask("/pipe.mp3").status == 404


def test_a_file_that_cannot_be_read_is_not_found(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be opened, or is gone since it was looked for, is answered with 404."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert shown.ask("/avis/avis.mp3").status == 404


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=300-499", 300, 499),
        ("bytes=999-999", 999, 999),
        ("bytes=900-", 900, 999),
        ("bytes=0-", 0, 999),
        ("bytes=-1", 999, 999),
        ("bytes=-100", 900, 999),
        ("bytes=-1000", 0, 999),
        ("bytes=-5000", 0, 999),
        ("bytes=990-5000", 990, 999),
        ("bytes=10-" + "9" * 60, 10, 999),
        ("Bytes=1-2", 1, 2),
        (" bytes=1-2 ", 1, 2),
    ],
)
def test_a_range_is_sent_alone(standing: Shown, asked: str, first: int, last: int) -> None:
    """A single range is answered with just these bytes, and with where they stand in the whole."""
    reply = standing.ask("/avis/avis.mp3", range=asked)
    assert (reply.status, reply.body) == (206, SOUND[first : last + 1])
    assert reply.headers["Content-Range"] == f"bytes {first}-{last}/1000"
    assert reply.headers["Content-Length"] == str(last - first + 1)
    assert reply.headers["Content-Type"] == "audio/mpeg"
    assert reply.headers["ETag"]


@pytest.mark.parametrize(
    "asked", ["bytes=1000-", "bytes=1000-1001", "bytes=5000-6000", "bytes=-0", f"bytes={'9' * 60}-"]
)
def test_a_range_beyond_the_end_is_refused(standing: Shown, asked: str) -> None:
    """A range of which no byte exists is answered with 416 and the size of the whole."""
    reply = standing.ask("/avis/avis.mp3", range=asked)
    assert (reply.status, reply.headers["Content-Range"]) == (416, "bytes */1000")
    assert reply.body.endswith(b"Range Not Satisfiable\n")


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-1,5-6",
        "bytes=0-1, 5-6",
        "bytes=0-1,",
        "bytes=5-2",
        "bytes=-",
        "bytes=",
        "bytes",
        "bytes=a-b",
        "bytes=--5",
        "bytes=0x1-2",
        "bytes=1-2-3",
        "bytes=+1-2",
        "bytes=1 - 2",
        "bytes=٣-5".encode().decode("latin-1"),
        "bytes=²-5",
        "seconds=0-1",
        "0-1",
        "",
        f"bytes=0-{'9' * 6000}",
    ],
)
def test_what_is_no_single_range_is_answered_with_the_whole(standing: Shown, asked: str) -> None:
    """Several ranges, another unit and whatever is malformed are passed over: the whole is sent."""
    reply = standing.ask("/avis/avis.mp3", range=asked)
    assert (reply.status, reply.body, reply.headers["Content-Range"]) == (200, SOUND, None)


def test_two_range_headers_are_several_ranges(standing: Shown) -> None:
    """Ranges in two headers are as good as several in one: the whole is sent."""
    head = b"GET /avis/avis.mp3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    reply = standing.send(head, b"Range: bytes=0-1\r\nRange: bytes=3-4\r\n\r\n")
    assert reply.startswith(b"HTTP/1.1 200 ")
    assert reply.endswith(b"\r\n\r\n" + SOUND)


@pytest.mark.parametrize(("asked", "status"), [("bytes=0-", 416), ("bytes=-0", 416), ("bytes=-5", 200), ("", 200)])
def test_an_empty_file_has_no_ranges(standing: Shown, asked: str, status: int) -> None:
    """No byte of an empty file can be asked for, but its last ones are all that it has: nothing."""
    reply = standing.ask("/empty.txt", range=asked)
    assert reply.status == status
    assert reply.headers["Content-Range"] == ("bytes */0" if status == 416 else None)


def test_if_range_with_what_is_still_there_gives_the_range(standing: Shown) -> None:
    """A range of the file that the client already has a part of, by tag or by date, is sent."""
    headers = standing.ask("/avis/avis.mp3").headers
    for known in (headers["ETag"], headers["Last-Modified"]):
        reply = standing.ask("/avis/avis.mp3", range="bytes=10-19", if_range=known)
        assert (reply.status, reply.body) == (206, SOUND[10:20])


@pytest.mark.parametrize("known", ['"other"', "W/{tag}", "{tag}, {tag}", "Thu, 01 Jan 1970 00:00:00 GMT", "nonsense"])
def test_if_range_with_anything_else_gives_the_whole(standing: Shown, known: str) -> None:
    """Where the client's part is of another file, or of one that may be another, the whole is sent: even for a range
    beyond its end."""
    tag = standing.ask("/avis/avis.mp3").headers["ETag"]
    for asked in ("bytes=10-19", "bytes=5000-"):
        reply = standing.ask("/avis/avis.mp3", range=asked, if_range=known.format(tag=tag))
        assert (reply.status, reply.body) == (200, SOUND)


def test_a_changed_file_has_another_tag(shown: Shown) -> None:
    """The tag changes with the size, and with the moment of writing down to what the disk knows, and else not."""
    path = shown.folder / "avis" / "avis.mp3"
    os.utime(path, ns=(0, 1_000_000_000))
    first = shown.ask("/avis/avis.mp3").headers
    assert first["Last-Modified"] == "Thu, 01 Jan 1970 00:00:01 GMT"
    assert re.fullmatch(r'"[0-9a-f-]+"', first["ETag"])
    assert shown.ask("/avis/avis.mp3").headers["ETag"] == first["ETag"]
    path.write_bytes(SOUND[1:])
    os.utime(path, ns=(0, 1_000_000_000))
    shorter = shown.ask("/avis/avis.mp3").headers["ETag"]
    os.utime(path, ns=(0, 1_000_500_000))
    later = shown.ask("/avis/avis.mp3").headers["ETag"]
    assert len({first["ETag"], shorter, later}) == 3


@pytest.mark.parametrize("known", ["{tag}", "W/{tag}", '"other", {tag}', '"a,b",W/{tag} , "c"', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_the_client_has_is_not_sent_again(standing: Shown, known: str, method: str) -> None:
    """A client that names the file's tag is told that nothing changed, also if it asks for a range."""
    tag = standing.ask("/avis/avis.mp3").headers["ETag"]
    reply = standing.ask("/avis/avis.mp3", method, if_none_match=known.format(tag=tag), range="bytes=0-1")
    assert (reply.status, reply.body, reply.headers["ETag"]) == (304, b"", tag)
    assert reply.headers["Cache-Control"] == "no-cache"
    assert reply.headers["Content-Length"] is None


@pytest.mark.parametrize("known", ['"other"', "nonsense", "", '"', '"*"'])
def test_what_the_client_has_not_is_sent(standing: Shown, known: str) -> None:
    """A client that names other tags gets the file."""
    assert standing.ask("/avis/avis.mp3", if_none_match=known).body == SOUND


@pytest.mark.parametrize(
    "path", ["/avis/avis.mp3", "/", "/avis", "/avis/transcript.vtt", "/made/", "/script.json", "/no", "/../x.txt"]
)
def test_head_is_get_without_the_body(kept: Path, path: str) -> None:
    """HEAD gets what GET gets, its length too, but nothing behind the head: the next answer follows at once."""
    with serving(kept, {"": b"front", "made/": b"made"}.get) as shown:
        whole = shown.ask(path)
        connection = HTTPConnection("127.0.0.1", shown.port, timeout=5)
        head = answered(connection, path, "HEAD")
        after = answered(connection, "/avis/cover.jpg")
        connection.close()
    assert (head.status, head.body) == (whole.status, b"")
    same = [[item for item in reply.headers.items() if item[0] != "Date"] for reply in (head, whole)]
    assert same[0] == same[1]
    assert head.headers["Content-Length"] == str(len(whole.body))
    assert after.body == b"cover.jpg"


def test_head_knows_no_ranges(standing: Shown) -> None:
    """Ranges are for GET: HEAD tells the length of the whole."""
    for asked in ("bytes=0-1", "bytes=5000-"):
        reply = standing.ask("/avis/avis.mp3", "HEAD", range=asked)
        assert (reply.status, reply.headers["Content-Length"], reply.body) == (200, "1000", b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "X"])
def test_other_methods_are_refused(standing: Shown, method: str) -> None:
    """Whatever is neither GET nor HEAD is answered with 405 and the two that are allowed."""
    reply = standing.ask("/avis/avis.mp3", method)
    assert (reply.status, reply.headers["Allow"], reply.body) == (405, "GET, HEAD", b"Method Not Allowed\n")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "127.0.0.1:{port}",
        "localhost:{port}",
        "[::1]:{port}",
        "LocalHost",
        " localhost ",
    ],
)
def test_this_machine_may_be_asked_by_its_names(standing: Shown, host: str) -> None:
    """The names of the loopback interface are heard, with the port or without."""
    assert standing.ask("/avis/avis.mp3", host=host.format(port=standing.port)).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "avis.example",
        "avis.example:{port}",
        "127.0.0.1.avis.example",
        "localhost.avis.example",
        "127.0.0.1:1",
        "localhost:{port}0",
        "127.0.0.1:",
        "127.0.0.2",
        "0.0.0.0",
        "::1",
        "[::]",
        "user@localhost",
        "localhost, avis.example",
        "",
    ],
)
def test_other_names_are_refused(lavish: Shown, host: str) -> None:
    """A request that came here by another name gets 421, for files, pages and methods alike."""
    for path, method in (("/avis/avis.mp3", "GET"), ("/made/", "HEAD"), ("/.no", "GET"), ("/", "POST")):
        assert lavish.ask(path, method, host=host.format(port=lavish.port)).status == 421


@pytest.mark.parametrize(
    "hosts", [b"", b"Host: localhost\r\nHost: avis.example\r\n", b"Host: localhost\r\nHost: localhost\r\n"]
)
def test_one_name_must_be_told(standing: Shown, hosts: bytes) -> None:
    """A request without a Host header, or with two, gets 421."""
    reply = standing.send(b"GET /avis/avis.mp3 HTTP/1.1\r\n", hosts, b"Connection: close\r\n\r\n")
    assert reply.startswith(b"HTTP/1.1 421 ")


def test_pages_are_made_where_no_file_stands(kept: Path) -> None:
    """The Maker is asked for a page by its path without the leading slash, and its page is sent as its kind."""
    pages = {
        "": b"front",
        "avis/": b"episode",
        "made/": "blåbær".encode(),
        "made.js": b"code",
        "made/part.vtt": b"WEBVTT",
    }
    with serving(kept, pages.get) as shown:
        for path, kind in (
            ("", "text/html"),
            ("avis/", "text/html"),
            ("made/", "text/html"),
            ("made.js", "text/javascript"),
            ("made/part.vtt", "text/vtt"),
        ):
            reply = shown.ask(f"/{path}?q")
            assert (reply.status, reply.body) == (200, pages[path])
            assert reply.headers["Content-Type"] == f"{kind}; charset=utf-8"
            assert reply.headers["Content-Length"] == str(len(pages[path]))
            assert reply.headers["Accept-Ranges"] is None
        assert shown.ask("/none/").status == 404
        assert shown.ask("/none.js").status == 404


def test_a_made_page_may_be_empty(kept: Path) -> None:
    """A page without a byte is a page."""
    with serving(kept, lambda _path: b"") as shown:
        assert shown.ask("/made/").status == 200
        assert shown.ask("/made").status == 308


def test_a_made_folder_without_its_slash_is_led_to(kept: Path) -> None:
    """A page that would be made of the path with a slash is led to, and nothing else is."""
    with serving(kept, {"made/": b"made", "made.js/": b"no"}.get) as shown:
        reply = shown.ask("/made?t=1")
        assert (reply.status, reply.headers["Location"]) == (308, "/made/?t=1")
        assert shown.ask("/other").status == 404
        assert shown.ask("/made.js").status == 404


def test_a_file_wins_over_what_is_made(folder: Path) -> None:
    """What stands on the disk is sent, and the Maker is not asked; what may not be sent is not made instead."""
    asked: list[str] = []
    (folder / "index.html").write_text("from the disk", "utf-8")
    with serving(folder, asked.append) as shown:
        assert shown.ask("/").body == b"from the disk"
        assert shown.ask("/lyt.js").body == b"lyt.js"
        assert shown.ask("/avis").status == 308
        assert shown.ask("/avis/script.json").status == 404
        assert asked == []
        assert shown.ask("/avis/").status == 404
    assert asked == ["avis/"]


@pytest.mark.parametrize("error", [OutputError("the disk is full: æ"), OSError("the disk is full: æ")])
def test_a_page_that_cannot_be_made_says_why(kept: Path, error: Exception) -> None:
    """What a Maker raises is answered with 500 and its message, and the connection goes on."""

    def fail(_path: str) -> bytes:
        raise error

    with serving(kept, fail) as shown:
        connection = HTTPConnection("127.0.0.1", shown.port, timeout=5)
        reply = answered(connection, "/")
        assert (reply.status, reply.body) == (500, "the disk is full: æ\n".encode())
        assert answered(connection, "/avis/avis.mp3").body == SOUND
        connection.close()


def test_a_mistake_in_a_maker_is_not_hidden(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An error that nobody expected is shown with its traceback."""

    def fail(_path: str) -> bytes:
        raise ZeroDivisionError

    with serving(kept, fail) as shown:
        assert shown.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") == b""
        wait_for_connections()
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/avis/avis.mp3", {}, 200),
        ("/avis/avis.mp3", {"range": "bytes=0-1"}, 206),
        ("/avis/avis.mp3", {"range": "bytes=5000-"}, 416),
        ("/avis/avis.mp3", {"if_none_match": "*"}, 304),
        ("/avis", {}, 308),
        ("/no", {}, 404),
        ("/avis/script.json", {}, 404),
        ("/", {"host": "avis.example"}, 421),
        ("/made/", {}, 200),
    ],
)
def test_every_answer_is_guarded(kept: Path, path: str, headers: dict[str, str], status: int) -> None:
    """Every answer is to be asked for anew, taken for what it says it is, and tells no other site of this one."""
    with serving(kept, {"made/": b"made"}.get) as shown:
        reply = shown.ask(path, **headers)
    assert reply.status == status
    assert reply.headers["Cache-Control"] == "no-cache"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert "Python" not in str(reply.headers)
    if status >= 400:
        assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert re.fullmatch(rb"[A-Z][A-Za-z ]+\n", reply.body)


def test_a_connection_is_kept(standing: Shown) -> None:
    """Many requests follow each other on one connection, whatever their answers are."""
    connection = HTTPConnection("127.0.0.1", standing.port, timeout=5)
    connection.connect()
    kept = connection.sock
    for path, method, headers, status in (
        ("/avis/avis.mp3", "GET", {}, 200),
        ("/avis/avis.mp3", "GET", {"range": "bytes=5-9"}, 206),
        ("/avis/avis.mp3", "GET", {"range": "bytes=5000-"}, 416),
        ("/avis/avis.mp3", "GET", {"if_none_match": "*"}, 304),
        ("/avis", "GET", {}, 308),
        ("/no", "HEAD", {}, 404),
        ("/", "POST", {}, 405),
        ("/", "GET", {"host": "avis.example"}, 421),
        ("/avis/cover.jpg", "GET", {}, 200),
    ):
        assert answered(connection, path, method, **headers).status == status
        assert connection.sock is kept
    connection.close()


@pytest.mark.parametrize("head", [b"POST / HTTP/1.1", b"GET /avis/note.txt HTTP/1.1", b"POST /\xff HTTP/1.1"])
@pytest.mark.parametrize("length", [b"Content-Length: 60", b"Transfer-Encoding: chunked", b"Content-Length: 0, 0"])
def test_a_body_is_not_taken_for_a_request(standing: Shown, head: bytes, length: bytes) -> None:
    """A request that has a body is answered, and then the connection ends: nothing in the body is answered too."""
    hidden = b"GET /avis/cover.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n"
    reply = standing.send(head, b"\r\nHost: localhost\r\nExpect: 100-continue\r\n", length, b"\r\n\r\n", hidden)
    assert reply.count(b"HTTP/1.1 ") == 1
    assert b"\r\nConnection: close\r\n" in reply
    assert b"cover.jpg" not in reply


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /avis/note.txt\r\n\r\n", 400),
        (b"GET /avis/note.txt HTTP/x\r\n\r\n", 400),
        (b"GET / and more HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 505),
        (b"GET /" + b"a" * 65540 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 65540 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
    ],
)
def test_what_cannot_be_understood_ends_the_connection(standing: Shown, request_: bytes, status: int) -> None:
    """A request that is none gets a status and a line of plain text, with nothing of itself in it, and no more."""
    with socket.create_connection(("127.0.0.1", standing.port), timeout=5) as raw:
        raw.sendall(request_)
        response = HTTPResponse(raw)
        response.begin()
        body = response.read()
    assert response.status == status
    assert response.headers["Connection"] == "close"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(rb"[A-Z][A-Za-z -]+\n", body)


def test_nothing_is_logged(standing: Shown, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither an answer nor a refusal leaves a line in the terminal."""
    for path in ("/avis/avis.mp3", "/avis", "/no", "/../secret.txt"):
        standing.ask(path)
    standing.ask("/", "POST", host="avis.example")
    standing.send(b"nonsense\r\n\r\n")
    wait_for_connections()
    assert capfd.readouterr() == ("", "")


def test_a_client_that_hangs_up_is_no_error(shown: Shown, capfd: pytest.CaptureFixture[str]) -> None:
    """A download that is broken off leaves no line and no thread behind, and the next one is served."""
    large_in(shown)
    wait_for_connections()  # those of other tests
    connection, response = begun(shown, "/large.mp3")
    assert len(response.read(1000)) == 1000
    assert len(connections()) == 1
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # at once, with a reset
    response.close()
    connection.close()
    wait_for_connections()
    assert capfd.readouterr() == ("", "")
    assert shown.ask("/large.mp3", range="bytes=-5").body == bytes(5)


def test_a_client_that_leaves_before_it_asks_is_no_error(shown: Shown, capfd: pytest.CaptureFixture[str]) -> None:
    """A connection that is closed amid a request, or before any, leaves no line behind."""
    for start in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: loc"):
        with socket.create_connection(("127.0.0.1", shown.port), timeout=5) as raw:
            raw.sendall(start)
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    shown.ask("/no")  # by now the others were accepted
    wait_for_connections()
    assert capfd.readouterr() == ("", "")


def test_two_downloads_go_on_at_once(shown: Shown) -> None:
    """A download that waits for its client holds up no other, not even of the same file."""
    large_in(shown)
    first, waiting = begun(shown, "/large.mp3")
    second, quick = begun(shown, "/large.mp3")
    assert length_of(quick) == LARGE
    assert all(thread.daemon for thread in connections())
    assert length_of(waiting) == LARGE
    first.close()
    second.close()


def test_a_file_is_never_whole_in_memory(shown: Shown) -> None:
    """A large file takes no more memory than a small one."""
    large_in(shown)
    into = bytearray(1 << 20)
    tracemalloc.start()
    try:
        connection, response = begun(shown, "/large.mp3")
        while response.readinto(into):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    connection.close()
    assert peak < 1_000_000


def test_a_file_that_becomes_shorter_ends_the_connection(shown: Shown) -> None:
    """Where the rest of a file is gone meanwhile, the client is not left waiting for it."""
    path = large_in(shown)
    connection, response = begun(shown, "/large.mp3")
    os.truncate(path, 0)
    with pytest.raises(IncompleteRead):
        response.read()
    connection.close()


def test_a_file_that_grows_is_sent_as_it_was(shown: Shown) -> None:
    """What is written behind a file while it is sent does not follow it."""
    path = large_in(shown)
    connection, response = begun(shown, "/large.mp3")
    os.truncate(path, 2 * LARGE)
    assert length_of(response) == LARGE
    assert answered(connection, "/no").status == 404
    connection.close()


def test_a_short_answer_is_not_held_back(standing: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent goes out at once: a body does not wait until the client has confirmed its head."""
    options: list[int] = []

    def note(handler: preview._Handler) -> str:
        options.append(handler.connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        return "lyt"

    monkeypatch.setattr(preview._Handler, "version_string", note)
    standing.ask("/no")
    assert all(options)
    assert len(options) == 1


def test_patience_is_half_a_minute() -> None:
    """A client is waited for half a minute each time."""
    assert preview._Handler.timeout == 30


def test_a_silent_client_is_hung_up_on(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A client that says nothing, half a request or nothing more is hung up on, without a word."""
    monkeypatch.setattr(preview._Handler, "timeout", 0.15)
    starts = (b"", b"GET / HTTP/1.1\r\nHost:", b"GET /no HTTP/1.1\r\nHost: localhost\r\n\r\n")
    silent = [socket.create_connection(("127.0.0.1", shown.port), timeout=5) for _ in starts]
    for raw, start in zip(silent, starts, strict=True):
        raw.sendall(start)
    replies = [all_of(raw) for raw in silent]
    assert [reply.count(b"HTTP/1.1 ") for reply in replies] == [0, 0, 1]
    wait_for_connections()
    assert capfd.readouterr() == ("", "")


def test_a_client_that_does_not_read_is_hung_up_on(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A client that asks for a file and then takes nothing of it is not waited for longer."""
    large_in(shown)
    monkeypatch.setattr(preview._Handler, "timeout", 0.15)
    connection, response = begun(shown, "/large.mp3")
    wait_for_connections()
    with pytest.raises(IncompleteRead):
        response.read()
    connection.close()
    assert capfd.readouterr() == ("", "")
