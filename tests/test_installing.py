"""Installing a voice, whatever befalls the download."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from hashlib import md5
from pathlib import Path

import httpx
import pytest
from voice_server import CONFIG, MODEL, Fault, VoiceServer, cut, holds, ignores_range, sends, serving_voices, status

from reader.errors import UnknownVoiceError, VoiceError
from voices.catalogue import Entry, File
from voices.installing import install, installed, remove
from voices.installing.downloading import CutOffError, Limits

QUICK = Limits(connect=5, read=5, stall=30)
TOTAL = len(MODEL) + len(CONFIG)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[VoiceServer]:
    """A server of voices that is reached without any proxy."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving_voices() as told:
        yield told


def put(server: VoiceServer, folder: Path, *faults: Fault | None, limits: Limits = QUICK) -> list[float]:
    """Install the server's voice while these faults befall the first requests; the waits between the tries."""
    waits: list[float] = []
    server.faults = list(faults)
    install(server.entry(), folder, limits=limits, sleep=waits.append)
    assert_whole(folder)
    return waits


def assert_whole(folder: Path) -> None:
    """The voice is there, right in every byte, and nothing lies beside it."""
    assert files_of(folder) == {"test_voice.onnx", "test_voice.onnx.json"}
    assert (folder / "test_voice" / "test_voice.onnx").read_bytes() == MODEL
    assert (folder / "test_voice" / "test_voice.onnx.json").read_bytes() == CONFIG


def files_of(folder: Path) -> set[str]:
    return {path.name for path in (folder / "test_voice").iterdir()}


def part_of(folder: Path) -> Path:
    return folder / "test_voice" / "test_voice.onnx.part"


def ranges(server: VoiceServer) -> list[str | None]:
    """The stretches of the model that were asked for."""
    return [stretch for path, stretch, _ in server.asked if path == "/voice.onnx"]


def test_a_voice_arrives_whole_and_under_its_names(server: VoiceServer, tmp_path: Path) -> None:
    """Each file is fetched once, into a folder of the voice's name, and progress rises to the size of all."""
    told: list[tuple[int, int]] = []
    entry = server.entry()
    assert not installed(entry, tmp_path / "voices")
    place = install(entry, tmp_path / "voices", progress=lambda done, total: told.append((done, total)))
    assert place == tmp_path / "voices" / "test_voice"
    assert_whole(tmp_path / "voices")
    assert installed(entry, tmp_path / "voices")
    assert [path for path, _, _ in server.asked] == ["/voice.onnx", "/voice.onnx.json"]
    assert told == sorted(told)
    assert (told[0], told[-1]) == ((0, TOTAL), (TOTAL, TOTAL))


def test_what_is_there_and_right_is_not_fetched_again(server: VoiceServer, tmp_path: Path) -> None:
    """A second installation asks for nothing; after damage it asks for the damaged file alone."""
    put(server, tmp_path)
    server.asked.clear()
    put(server, tmp_path)
    assert server.asked == []
    model = tmp_path / "test_voice" / "test_voice.onnx"
    model.write_bytes(b"x" + MODEL[1:])
    put(server, tmp_path)
    assert [path for path, _, _ in server.asked] == ["/voice.onnx"]


@pytest.mark.parametrize(
    ("etag", "modified", "named"),
    [
        ('"one"', None, '"one"'),
        ('"one"', "Thu, 01 Jan 2026 00:00:00 GMT", '"one"'),
        ('W/"one"', "Thu, 01 Jan 2026 00:00:00 GMT", "Thu, 01 Jan 2026 00:00:00 GMT"),
    ],
)
def test_a_cut_download_goes_on_where_it_stopped(
    server: VoiceServer, tmp_path: Path, etag: str, modified: str | None, named: str
) -> None:
    """After a cut, only the rest is asked for, and only of the same version, by its strong ETag or its date."""
    server.etag, server.modified = etag, modified
    waits = put(server, tmp_path, cut(100_000), cut(50_000))
    assert ranges(server) == [None, "bytes=100000-", "bytes=150000-"]
    assert server.asked[1][2] == named
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(("etag", "modified"), [(None, None), ('W/"one"', None)])
def test_without_the_name_of_a_version_a_download_begins_again(
    server: VoiceServer, tmp_path: Path, etag: str | None, modified: str | None
) -> None:
    """Where the server does not say which version it sends, no stretch of it is asked for."""
    server.etag, server.modified = etag, modified
    put(server, tmp_path, cut(100_000))
    assert ranges(server) == [None, None]


@pytest.mark.parametrize(
    "fault",
    [
        ignores_range,
        status(416),
        status(503),
        status(429, retry_after="7"),
        sends(b"x" * 10, 206, content_range="bytes 5-14/307200"),
        sends(b"x" * 10, 206, content_range="bytes 100000-100009/99"),
        sends(b"x" * 10, 206),
        sends(MODEL[:1000]),
        status(302, location="https://127.0.0.1:door/"),
    ],
)
def test_a_server_that_cannot_go_on_is_asked_anew(server: VoiceServer, tmp_path: Path, fault: Fault) -> None:
    """When a stretch is ignored, refused, another one or too short, or the server busy, the voice still comes whole."""
    put(server, tmp_path, cut(100_000), fault)


def test_another_version_is_fetched_from_its_start(server: VoiceServer, tmp_path: Path) -> None:
    """When the ETag changed between two tries, the server sends the whole, and the old bytes are not mixed with it."""

    def changes(exchange: object) -> None:
        server.contents["/voice.onnx"] = bytes(len(MODEL))
        cut(100_000)(exchange)  # type: ignore[arg-type]
        server.contents["/voice.onnx"] = MODEL
        server.etag = '"two"'

    put(server, tmp_path, changes)
    assert ranges(server) == [None, "bytes=100000-"]


def test_a_busy_server_is_obeyed_within_reason(server: VoiceServer, tmp_path: Path) -> None:
    """Retry-After is waited for, but no longer than the limit; without it the waits grow."""
    waits = put(server, tmp_path, status(429, retry_after="7"), status(503, retry_after="99999"), status(500))
    assert waits == [7, 30, 4]


def test_tries_are_counted_anew_after_one_that_brought_much(server: VoiceServer, tmp_path: Path) -> None:
    """A line that breaks often, but gets on, ends in a whole voice; one that gets nowhere ends after its tries."""
    put(server, tmp_path / "a", *[cut(50_000)] * 5, limits=replace(QUICK, tries=2, worth=50_000))
    with pytest.raises(VoiceError, match="run again later, it goes on where it stopped"):
        put(server, tmp_path / "b", *[cut(50)] * 9, limits=replace(QUICK, tries=2, worth=50_000))
    assert part_of(tmp_path / "b").stat().st_size == 100
    put(server, tmp_path / "b")
    assert ranges(server)[-1] == "bytes=100-"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (status(404), "look for a newer version"),
        (status(403), "refuses it to this machine"),
        (status(401), "asks for a login"),
        (status(410), "has it no more"),
        (status(418), "does not send it"),
        (status(302), "does not send it"),
        (sends(b"<html>log in</html>", content_type="text/html; charset=utf-8"), "a web page"),
        (sends(b"<html>log in</html>", content_length=19), "another file"),
        (sends(b"x" * len(MODEL), content_encoding="gzip"), "packs it"),
        (sends(MODEL + b"x", content_length=len(MODEL) + 1), "another file"),
        (sends(MODEL + b"x"), "more than its size"),
        (sends(MODEL * 3), "more than its size"),
        (sends(b"x" * len(MODEL)), "not the file that the catalogue means"),
        (status(302, location="http://avis.example/voice.onnx"), r"open line \(http\)"),
        (status(302, location="ftp://127.0.0.1/voice.onnx"), r"open line \(ftp\)"),
        (status(302, location="//someone:secret@127.0.0.1/voice.onnx"), "open line"),
    ],
)
def test_what_is_not_the_voice_is_refused_at_once(server: VoiceServer, tmp_path: Path, fault: Fault, said: str) -> None:
    """Whatever else a server sends is named in one line, nothing is tried again, and nothing of it stays."""
    with pytest.raises(VoiceError, match=said) as caught:
        put(server, tmp_path, fault)
    assert len(server.asked) == 1
    assert caught.value.exit_code == 5
    assert "\n" not in str(caught.value)
    assert files_of(tmp_path) <= {"test_voice.onnx.tag"}
    assert not installed(server.entry(), tmp_path)
    put(server, tmp_path)


def test_redirects_are_followed_to_a_limit(server: VoiceServer, tmp_path: Path) -> None:
    """Five redirects lead to the voice, six do not, and the version is the one at their end."""
    there = status(302, location="/voice.onnx")
    put(server, tmp_path / "a", *[there] * 5)
    with pytest.raises(VoiceError, match="leads on and on"):
        put(server, tmp_path / "b", *[there] * 6)


def test_a_plain_address_outside_this_machine_is_never_asked(tmp_path: Path) -> None:
    """http leads nowhere but to the loopback interface, and no name can stand for that."""
    for host in ("avis.example", "localhost", "192.0.2.1", "127.0.0.1.avis.example"):
        entry = Entry("test_voice", "piper", (File("a.onnx", 3, f"http://{host}/a", sha256="0" * 64),))
        client = httpx.Client(transport=httpx.MockTransport(lambda _: pytest.fail("it was asked")))
        with client, pytest.raises(VoiceError, match="open line"):
            install(entry, tmp_path, client=client)


def test_https_does_not_lead_back_to_an_open_line(tmp_path: Path) -> None:
    """An address that begins with https is not led to plain http, not even on this machine."""
    moved = httpx.MockTransport(lambda _: httpx.Response(302, headers={"location": "http://127.0.0.1:9/a"}))
    entry = Entry("test_voice", "piper", (File("a.onnx", 3, "https://avis.example/a", sha256="0" * 64),))
    with httpx.Client(transport=moved) as client, pytest.raises(VoiceError, match="open line"):
        install(entry, tmp_path, client=client)


def test_an_md5_is_checked_where_nothing_better_is_known(server: VoiceServer, tmp_path: Path) -> None:
    """A file with an MD5 and its size alone is checked by both."""
    model, config = server.entry().files
    for digest, is_good in ((md5(CONFIG).hexdigest(), True), (md5(MODEL).hexdigest(), False)):
        entry = server.entry(files=(model, replace(config, sha256=None, md5=digest)))
        folder = tmp_path / digest
        if is_good:
            install(entry, folder)
            assert_whole(folder)
        else:
            with pytest.raises(VoiceError, match=r"json' arrived, but is not"):
                install(entry, folder)
            assert not (folder / "test_voice" / "test_voice.onnx").exists()


def test_a_voice_is_seen_when_all_of_it_is_there(server: VoiceServer, tmp_path: Path) -> None:
    """No file has its name before every file is right."""
    with pytest.raises(VoiceError):
        put(server, tmp_path, None, status(404))
    assert files_of(tmp_path) == {"test_voice.onnx.part", "test_voice.onnx.tag"}
    server.asked.clear()
    put(server, tmp_path)
    assert [path for path, _, _ in server.asked] == ["/voice.onnx.json"]


def test_the_disk_holds_the_bytes_before_they_have_a_name(
    server: VoiceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file is safe on the disk, then they are named, the last of the catalogue last, then the folders are safe."""
    done: list[str] = []
    replace_file = Path.replace

    def noted(self: Path, target: Path) -> Path:
        done.append(f"name {target.name}")
        return replace_file(self, target)

    monkeypatch.setattr(Path, "replace", noted)
    for module in ("installing.downloading", "installing"):
        monkeypatch.setattr(f"voices.{module}.sync", lambda path: done.append(f"sync {path.name}"))
    put(server, tmp_path / "voices")
    assert done == [
        "sync test_voice.onnx.part",
        "sync test_voice.onnx.json.part",
        "name test_voice.onnx",
        "name test_voice.onnx.json",
        "sync test_voice",
        "sync voices",
    ]


def test_a_slow_line_is_patiently_used_and_a_dead_one_given_up(server: VoiceServer, tmp_path: Path) -> None:
    """A server that says nothing any more, or next to nothing, is left, and asked again from where it stopped."""
    silence = threading.Event()
    put(server, tmp_path / "silent", holds(100_000, silence), limits=replace(QUICK, read=0.2))
    assert ranges(server) == [None, "bytes=100000-"]
    put(server, tmp_path / "drips", limits=replace(QUICK, stall=0.0, trickle=1))
    with pytest.raises(VoiceError, match="next to nothing"):
        put(server, tmp_path / "stalls", limits=replace(QUICK, stall=0.0, trickle=10**9, tries=1))
    silence.set()


def test_nobody_who_listens_is_said_with_what_to_check(server: VoiceServer, tmp_path: Path) -> None:
    """When nothing can be reached, the line names the host and tells to check connection and proxy."""
    entry = server.entry()
    files = tuple(replace(file, address="http://127.0.0.1:9/voice") for file in entry.files)
    waits: list[float] = []
    with pytest.raises(VoiceError, match=r"127\.0\.0\.1 cannot be reached: .*HTTPS_PROXY"):
        install(replace(entry, files=files), tmp_path, sleep=waits.append)
    assert waits == [1, 2, 4]


def test_a_foreign_certificate_is_no_passing_fault(tmp_path: Path) -> None:
    """A server that cannot prove its name is not asked again, and the line names SSL_CERT_FILE."""

    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")

    entry = Entry("test_voice", "piper", (File("a.onnx", 3, "https://avis.example/a", sha256="0" * 64),))
    client = httpx.Client(transport=httpx.MockTransport(refuse))
    with client, pytest.raises(VoiceError, match="SSL_CERT_FILE") as caught:
        install(entry, tmp_path, client=client)
    assert not isinstance(caught.value, CutOffError)


@pytest.mark.parametrize(("name", "value"), [("SSL_CERT_FILE", "/no/such/file"), ("HTTPS_PROXY", "gopher://nowhere")])
def test_settings_that_make_no_sense_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """Certificates or a proxy of the environment that cannot be used end in one line, not in a traceback."""
    monkeypatch.setenv(name, value)
    entry = Entry("test_voice", "piper", (File("a.onnx", 3, "https://avis.example/a", sha256="0" * 64),))
    with pytest.raises(VoiceError, match=name):
        install(entry, tmp_path)


def test_parts_that_make_no_sense_are_thrown_away(server: VoiceServer, tmp_path: Path) -> None:
    """A part that is too long, or whose tag is damaged or of another address, is not gone on with."""
    tags = [b"", b"{", b"[" * 4000, b"[]", b'{"address": "https://a.example/", "validator": "\\"one\\""}', b"\xff"]
    good = {"address": server.entry().files[0].address}
    tags += [json.dumps(good | {"validator": validator}).encode() for validator in (1, "", "a\r\nX: y", "a" * 2000)]
    for number, tag in enumerate(tags):
        folder = tmp_path / str(number)
        part = part_of(folder)
        part.parent.mkdir(parents=True)
        part.write_bytes(b"x" * 1000)
        part.with_suffix(".tag").write_bytes(tag)
        put(server, folder)
    part = part_of(tmp_path / "long")
    part.parent.mkdir(parents=True)
    part.write_bytes(MODEL + b"x")
    put(server, tmp_path / "long")
    assert set(ranges(server)) == {None}


def test_a_part_that_lacks_only_its_name_is_not_fetched(server: VoiceServer, tmp_path: Path) -> None:
    """What was fetched to the last byte before a crash is only checked."""
    part_of(tmp_path).parent.mkdir(parents=True)
    part_of(tmp_path).write_bytes(MODEL)
    put(server, tmp_path)
    assert ranges(server) == []


# the disk


def test_a_full_disk_is_known_before_anything_is_fetched(
    server: VoiceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk has no room for the voice, the line says how much is needed, and nobody is asked."""
    usage = type(shutil.disk_usage(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, TOTAL - 1))
    with pytest.raises(VoiceError, match="MB are needed"):
        put(server, tmp_path)
    assert server.asked == []
    part_of(tmp_path).write_bytes(MODEL[:1])
    part_of(tmp_path).with_suffix(".tag").write_text(
        json.dumps({"address": server.entry().files[0].address, "validator": '"one"'})
    )
    put(server, tmp_path)


def test_a_disk_that_fills_up_is_said_and_the_rest_comes_later(server: VoiceServer, tmp_path: Path) -> None:
    """When the disk is full in the middle, the line says so; with room again, only the rest is fetched."""

    def fills_up(done: int, _total: int) -> None:
        if done > 100_000:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(VoiceError, match="the disk is full"):
        install(server.entry(), tmp_path, progress=fills_up)
    assert part_of(tmp_path).stat().st_size > 100_000
    put(server, tmp_path)
    assert str(ranges(server)[-1]).startswith("bytes=1")


@pytest.mark.parametrize(("code", "said"), [(errno.EACCES, "LYT_DATA"), (errno.EROFS, "LYT_DATA"), (errno.EIO, "odd")])
def test_a_folder_that_cannot_be_written_is_named(
    server: VoiceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    """The line names the folder and how to choose another one."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(code, "odd")

    monkeypatch.setattr(Path, "mkdir", fail)
    with pytest.raises(VoiceError, match=said) as caught:
        install(server.entry(), tmp_path / "voices")
    assert str(tmp_path / "voices") in str(caught.value)


def test_a_file_in_the_way_is_named(server: VoiceServer, tmp_path: Path) -> None:
    """A file where the folder should be, or a folder where a file should be, is one line; nothing is removed."""
    (tmp_path / "voices").write_text("mine")
    with pytest.raises(VoiceError, match="remove it"):
        install(server.entry(), tmp_path / "voices")
    (tmp_path / "test_voice" / "test_voice.onnx").mkdir(parents=True)
    with pytest.raises(VoiceError, match="remove it"):
        install(server.entry(), tmp_path)
    assert (tmp_path / "voices").read_text() == "mine"


# several at once, and sudden ends


@pytest.mark.parametrize("count", [2, 4])
def test_who_installs_at_the_same_time_gets_one_whole_voice(server: VoiceServer, tmp_path: Path, count: int) -> None:
    """Of several at once one fetches, and the others wait for it and tell how far it is."""
    go_on = threading.Event()
    server.faults = [holds(100_000, go_on)]
    told: list[tuple[int, int]] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            install(server.entry(), tmp_path, progress=lambda *now: told.append(now), sleep=lambda _: go_on.set())
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failures == []
    assert_whole(tmp_path)
    assert ranges(server) == [None, "bytes=100000-"]
    assert all(total == TOTAL and done <= total for done, total in told)


def test_nobody_waits_for_ever(server: VoiceServer, tmp_path: Path) -> None:
    """Whoever waits for another process that gets no further says so in the end; a removal does not wait at all."""
    fcntl = pytest.importorskip("fcntl")
    put(server, tmp_path)
    with (tmp_path / ".test_voice.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(VoiceError, match="gets no further"):
            install(server.entry(), tmp_path, limits=replace(QUICK, patience=0.0), sleep=lambda _: None)
        with pytest.raises(VoiceError, match="try again later"):
            remove(server.entry(), tmp_path)
    assert_whole(tmp_path)


def test_a_disk_without_locks_can_hold_voices(
    server: VoiceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the file system knows no locks, as on some network drives, a voice is installed all the same."""

    def no_locks(_handle: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("voices.installing.disk._lock", no_locks)
    put(server, tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="no signals there")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_an_installation_that_was_killed_goes_on(server: VoiceServer, tmp_path: Path, sent: int) -> None:
    """After kill -9 or Ctrl-C in the middle nothing is installed; the next one fetches the rest, and all is right."""
    go_on = threading.Event()
    server.faults = [holds(100_000, go_on)]
    code = (
        "import sys, voice_server\n"
        "from pathlib import Path\n"
        "from voices.installing import install\n"
        "install(voice_server.VoiceServer(int(sys.argv[1])).entry(), Path(sys.argv[2]))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(server.port), str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while not part_of(tmp_path).is_file() or part_of(tmp_path).stat().st_size < 100_000:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(sent)
    assert process.wait(20) != 0
    go_on.set()
    assert not installed(server.entry(), tmp_path)
    put(server, tmp_path)
    assert ranges(server) == [None, "bytes=100000-"]


# removing


def test_a_voice_is_removed_with_all_that_lies_beside_it(server: VoiceServer, tmp_path: Path) -> None:
    """Removing takes the voice's folder with everything in it, parts too, and what a killed removal left."""
    put(server, tmp_path)
    (tmp_path / "test_voice" / "more").mkdir()
    (tmp_path / ".test_voice.removed").mkdir()
    (tmp_path / "other").mkdir()
    remove(server.entry(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"other", ".test_voice.lock"}
    with pytest.raises(UnknownVoiceError, match="is not installed"):
        remove(server.entry(), tmp_path)
    put(server, tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_is_removed_and_not_what_it_leads_to(server: VoiceServer, tmp_path: Path) -> None:
    """A voice that lies elsewhere, behind a link, loses the link alone."""
    put(server, tmp_path / "elsewhere")
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "test_voice").symlink_to(tmp_path / "elsewhere" / "test_voice")
    assert installed(server.entry(), tmp_path / "voices")
    remove(server.entry(), tmp_path / "voices")
    assert not installed(server.entry(), tmp_path / "voices")
    assert_whole(tmp_path / "elsewhere")
