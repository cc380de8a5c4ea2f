"""A finished folder reaches its target whole, in order, and no more of it than has changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import paramiko
import pytest
from bucket import BUCKET, Bucket, Request, part_numbers, storing, use
from sftp_stand_in import PASSWORD, Host, hosting, know

from reader.errors import PublishError
from reader.transfer import (
    Shipment,
    carriers,
    courier,
    headers_of,
    parcels,
    record,
    rehearsed,
    shipping,
    take_away,
    transfer,
)

pytestmark = pytest.mark.whole

SOUND, FEED = "nyt/nyt.mp3", "feed.xml"
NAMES = [SOUND, "nyt/transcript.vtt", "nyt/chapters.json", "nyt/cover.jpg", "nyt/index.html", "lyt.js", FEED]
LONG_AGO = 1_600_000_000
S3 = f"s3://{BUCKET}/podcast"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A finished output folder."""
    folder = tmp_path / "output"
    for name in NAMES:
        write(folder, name, f"first {name}")
    return folder


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "PAUSES", (0.0, 0.0))


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with storing() as store:
        use(store, monkeypatch, str(tmp_path))
        yield store


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    with hosting(tmp_path / "host") as found:
        know(found, tmp_path)
        yield found


def write(folder: Path, name: str, text: str, mtime: float = LONG_AGO) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (mtime, mtime))


def below(folder: Path) -> dict[str, str]:
    """Every file below a folder, hidden ones too."""
    return {str(p.relative_to(folder)): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


def known(output: Path) -> dict[str, Any]:
    """What the record says of the one target."""
    ((_, copies),) = json.loads((output / record.RECORD).read_text())["targets"].items()
    return dict(copies)


def message(*arguments: Any, **options: Any) -> str:
    """What a transfer that fails says, in its one line."""
    with pytest.raises(PublishError) as caught:
        transfer(*arguments, **options)
    said = str(caught.value)
    assert "\n" not in said
    assert "secret" not in said
    assert caught.value.exit_code == 7
    return said


def failing_at(
    number: int, code: str = "AccessDenied", status: int = 403
) -> Callable[[Request], tuple[int, str] | None]:
    """A store that refuses the n-th PUT, and each one after it."""
    puts: list[str] = []

    def refused(request: Request) -> tuple[int, str] | None:
        if request.method == "PUT":
            puts.append(request.key)
        return (status, code) if request.method == "PUT" and len(puts) >= number else None

    return refused


# What arrives, and in which order


def test_a_bucket_gets_the_files_in_their_order(output: Path, bucket: Bucket) -> None:
    """At a bucket sound arrives before the page and the feed last, each once."""
    done = transfer(output, NAMES, S3)
    assert bucket.keys("PUT") == [f"podcast/{name}" for name in NAMES]
    assert bucket.objects[f"podcast/{SOUND}"].body == b"first nyt/nyt.mp3"
    assert done == Shipment(tuple(NAMES), (), (), sum((output / name).stat().st_size for name in NAMES))


def test_a_host_gets_the_files_in_their_order(output: Path, host: Host) -> None:
    """By SFTP each file is written under a hidden name and renamed, one after the other, in folders that are made."""
    transfer(output, NAMES, f"{host.address}/srv/podcast")
    assert host.deeds("rename") == [f"/srv/podcast/{name}" for name in NAMES]
    assert all(Path(path).name.startswith(".") for path in host.deeds("write"))
    assert below(host.root / "srv/podcast") == below_names(output)


def below_names(output: Path) -> dict[str, str]:
    return {name: (output / name).read_text() for name in sorted(NAMES)}


@pytest.mark.parametrize("spelled", ["{}/web root", "file://{}/web%20root"])
def test_a_folder_gets_the_files(spelled: str, output: Path, tmp_path: Path) -> None:
    """A folder, named by its path or its address, holds afterwards what was named and nothing else."""
    transfer(output, NAMES, spelled.format(tmp_path))
    assert below(tmp_path / "web root") == below_names(output)


def test_a_folder_gets_the_files_in_their_order(output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder each file takes its place at once, in the order that was asked for."""
    placed: list[str] = []
    replace = Path.replace

    def watched(self: Path, target: Path) -> Path:
        if target.is_relative_to(tmp_path / "web"):
            placed.append(str(target.relative_to(tmp_path / "web")))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    transfer(output, NAMES, str(tmp_path / "web"))
    assert placed == NAMES


def test_the_endpoint_may_stand_in_the_configuration_of_fsspec(
    output: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store is found by fsspec's configuration as well as by the environment."""
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setitem(fsspec.config.conf, "s3", {"endpoint_url": bucket.address})
    transfer(output, [FEED], S3)
    assert bucket.keys("PUT") == [f"podcast/{FEED}"]


def test_an_empty_file_is_sent_too(output: Path, tmp_path: Path) -> None:
    """A file without bytes arrives, and nobody is told of a share of nothing."""
    write(output, "empty.txt", "")
    told: list[int] = []
    transfer(output, ["empty.txt"], str(tmp_path / "web"), watch=lambda _done, total: told.append(100 // total))
    assert below(tmp_path / "web") == {"empty.txt": ""}


@pytest.mark.parametrize("text", ["[" * 100_000, '{"format": 1, "targets": {"x": {"a": [1, "b", 1e999]}}}'])
def test_a_record_that_no_program_wrote_is_said(text: str, output: Path, tmp_path: Path) -> None:
    """A record that is nested without end, or holds numbers that are none, is one line and what to do."""
    (output / ".published.json").write_text(text, "utf-8")
    assert "remove it and everything is sent anew" in message(output, NAMES, str(tmp_path / "web"))


def test_what_others_put_there_is_not_written_over(output: Path, tmp_path: Path) -> None:
    """A file of a folder that was not sent from here stays, and nothing is sent, unless all is to be written over."""
    web = tmp_path / "web"
    web.mkdir()
    (web / "feed.xml").write_text("mine", "utf-8")
    assert "'feed.xml' is at" in message(output, NAMES, str(web))
    assert below(web) == {"feed.xml": "mine"}
    transfer(output, NAMES, str(web), everything=True)
    assert set(below(web)) == set(NAMES)


def test_a_folder_that_was_lost_is_filled_again(output: Path, tmp_path: Path) -> None:
    """Where the whole target is gone, nothing is taken for being there."""
    web = tmp_path / "web"
    transfer(output, NAMES, str(web))
    shutil.rmtree(web)
    assert transfer(output, NAMES, str(web)).sent == tuple(NAMES)


def test_what_stays_goes_the_next_time(output: Path, tmp_path: Path) -> None:
    """A file that is named no more but may be asked for still is removed by the transfer after the next one."""
    web = tmp_path / "web"
    transfer(output, NAMES, str(web))
    first, second, third = (transfer(output, NAMES[1:], str(web), stays=SOUND.__eq__) for _ in range(3))
    assert (first.removed, second.removed, third.removed) == ((), (SOUND,), ())
    assert SOUND not in below(web)


def test_copies_can_be_taken_away_alone(output: Path, tmp_path: Path) -> None:
    """What is told to go leaves at once, nothing is sent for it, and what others put there stays."""
    web = tmp_path / "web"
    transfer(output, NAMES, str(web))
    (web / "nyt").mkdir(exist_ok=True)
    (web / "nyt" / "theirs.txt").write_text("theirs", "utf-8")
    write(output, NAMES[-1], "newer")
    gone = take_away(output, str(web), lambda name: name.startswith("nyt/"))
    assert gone == tuple(name for name in NAMES if name.startswith("nyt/"))
    assert set(below(web)) == {*(name for name in NAMES if not name.startswith("nyt/")), "nyt/theirs.txt"}
    assert below(web)[NAMES[-1]] != "newer"


def test_files_at_a_bucket_say_what_they_are(output: Path, bucket: Bucket) -> None:
    """Each object is served with its media type and told for how long it may be kept."""
    transfer(output, NAMES, S3)
    for name in NAMES:
        assert bucket.headers(f"podcast/{name}") == headers_of(name)


@pytest.mark.parametrize(
    ("name", "kind", "keeping"),
    [
        ("a/a.mp3", "audio/mpeg", "public, max-age=31536000, immutable"),
        ("feed.xml", "application/rss+xml; charset=utf-8", "public, max-age=300"),
        ("sitemap.xml", "application/xml", "public, max-age=300"),
        ("a/transcript.vtt", "text/vtt; charset=utf-8", "public, max-age=300"),
        ("a/transcript.srt", "application/x-subrip; charset=utf-8", "public, max-age=300"),
        ("a/transcript.txt", "text/plain; charset=utf-8", "public, max-age=300"),
        ("a/chapters.json", "application/json+chapters", "public, max-age=300"),
        ("a/chapters.r12.json", "application/json+chapters", "public, max-age=300"),
        ("a/episode.json", "application/json", "public, max-age=300"),
        ("a/cover.jpg", "image/jpeg", "public, max-age=86400"),
        ("cover.png", "image/png", "public, max-age=86400"),
        ("a/index.html", "text/html; charset=utf-8", "public, max-age=300"),
        ("lyt.js", "text/javascript; charset=utf-8", "public, max-age=3600"),
        ("unknown", "application/octet-stream", "public, max-age=300"),
    ],
)
def test_headers(name: str, kind: str, keeping: str) -> None:
    """Sound never changes, pictures seldom do, and what tells of them is asked for anew."""
    assert headers_of(name) == {"Content-Type": kind, "Cache-Control": keeping}


# Only what has changed


def test_only_what_changed_is_sent_again(output: Path, bucket: Bucket) -> None:
    """The second run sends the file that has changed, and one that was only touched is known by its content."""
    transfer(output, NAMES, S3)
    bucket.asked.clear()
    write(output, FEED, "other feed.xml", LONG_AGO + 1)  # as long as before
    write(output, "lyt.js", "first lyt.js", LONG_AGO + 1)
    done = transfer(output, NAMES, S3)
    assert bucket.keys("PUT") == [f"podcast/{FEED}"]
    assert (done.sent, done.kept, done.bytes) == ((FEED,), tuple(NAMES[:-1]), len("other feed.xml"))


def test_a_file_that_nobody_touched_is_not_read(output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Size and time of a file suffice to know it again; its content is read when they differ."""
    target = str(tmp_path / "web")
    transfer(output, NAMES, target)
    read: list[str] = []

    def watched(parcel: parcels.Parcel) -> record.Copy:
        read.append(parcel.name)
        return parcels.copy_of(parcel)

    monkeypatch.setattr(shipping, "copy_of", watched)
    transfer(output, NAMES, target)
    assert read == []
    write(output, "lyt.js", "first lyt.js", LONG_AGO + 1)
    transfer(output, NAMES, target)
    transfer(output, NAMES, target)
    assert read == ["lyt.js"]


def test_a_file_of_this_moment_is_not_known_by_its_time(output: Path, tmp_path: Path) -> None:
    """What was written just before it was sent may be written again within the same tick: its content decides."""
    target = str(tmp_path / "web")
    moment = (output / FEED).stat().st_ctime + 3600
    write(output, FEED, "feed of now", moment)
    transfer(output, NAMES, target)
    write(output, FEED, "feed of NOW", moment)
    assert transfer(output, NAMES, target).sent == (FEED,)


def test_everything_is_sent_when_asked(output: Path, bucket: Bucket) -> None:
    """`everything` sends also what the target should have."""
    transfer(output, NAMES, S3)
    bucket.objects.clear()
    assert transfer(output, NAMES, S3, everything=True).sent == tuple(NAMES)
    assert len(bucket.objects) == len(NAMES)


def test_each_target_has_its_own_record(output: Path, tmp_path: Path) -> None:
    """What one target has says nothing of another."""
    transfer(output, NAMES, str(tmp_path / "one"))
    assert transfer(output, NAMES, str(tmp_path / "two")).sent == tuple(NAMES)
    assert transfer(output, NAMES, str(tmp_path / "one")).kept == tuple(NAMES)


# What is removed


def test_removal_comes_last_and_only_of_what_was_ours(output: Path, bucket: Bucket) -> None:
    """A superseded file goes when the new one and the feed are there; a foreign file stays."""
    transfer(output, NAMES, S3)
    bucket.objects["podcast/robots.txt"] = bucket.objects[f"podcast/{FEED}"]
    bucket.asked.clear()
    write(output, "nyt/nyt.r2.mp3", "corrected")
    write(output, FEED, "feed with r2")
    names = ["nyt/nyt.r2.mp3", *NAMES[1:]]
    done = transfer(output, names, S3)
    deeds = [(r.method, r.key) for r in bucket.asked]
    assert deeds == [("PUT", "podcast/nyt/nyt.r2.mp3"), ("PUT", f"podcast/{FEED}"), ("DELETE", f"podcast/{SOUND}")]
    assert done.removed == (SOUND,)
    assert set(bucket.objects) == {f"podcast/{name}" for name in names} | {"podcast/robots.txt"}
    assert transfer(output, names, S3).removed == ()


def test_an_episode_leaves_a_folder_without_a_trace(output: Path, tmp_path: Path) -> None:
    """The folder of a withdrawn episode goes with its last file, but not if a foreign file is in it."""
    write(output, "gammel/gammel.mp3", "old")
    target = tmp_path / "web"
    transfer(output, ["gammel/gammel.mp3", *NAMES], str(target))
    write(target, "nyt/note.txt", "not ours")
    transfer(output, [FEED], str(target))
    assert below(target) == {FEED: "first feed.xml", "nyt/note.txt": "not ours"}
    assert not (target / "gammel").exists()


def test_an_episode_leaves_a_host_without_a_trace(output: Path, host: Host) -> None:
    """By SFTP too a withdrawn episode goes whole, and what is gone already is no error."""
    transfer(output, NAMES, f"{host.address}/podcast")
    (host.root / "podcast/nyt/cover.jpg").unlink()
    done = transfer(output, ["lyt.js", FEED], f"{host.address}/podcast")
    assert done.removed == tuple(NAMES[:5])
    assert sorted(path.name for path in (host.root / "podcast").iterdir()) == [FEED, "lyt.js"]


# A rehearsal


def test_a_rehearsal_touches_nothing(output: Path, bucket: Bucket) -> None:
    """A rehearsal says what would be sent, kept and removed, asks the target nothing and writes nothing here."""
    assert rehearsed(output, NAMES, S3).sent == tuple(NAMES)
    assert set(below(output)) == set(NAMES)
    transfer(output, NAMES, S3)
    before = below(output)
    bucket.asked.clear()
    done = rehearsed(output, NAMES[1:], S3)
    assert (done.sent, done.kept, done.removed, done.bytes) == ((), tuple(NAMES[1:]), (SOUND,), 0)
    assert bucket.asked == []
    assert below(output) == before


# What fails


def test_a_failure_leaves_the_old_feed_and_the_next_run_completes_it(output: Path, bucket: Bucket) -> None:
    """Nothing after the file that failed is sent, nothing is removed, and the record tells what arrived."""
    transfer(output, NAMES, S3)
    write(output, "nyt/nyt.r2.mp3", "corrected")
    write(output, "nyt/index.html", "other page")
    write(output, FEED, "feed with r2")
    names = ["nyt/nyt.r2.mp3", *NAMES[1:]]
    bucket.refused = failing_at(2)
    said = message(output, names, S3)
    assert "'nyt/index.html'" in said
    assert f"{S3}: access is denied (AccessDenied); check" in said
    assert bucket.objects[f"podcast/{FEED}"].body == b"first feed.xml"
    assert f"podcast/{SOUND}" in bucket.objects
    assert known(output)["nyt/nyt.r2.mp3"][0] == len("corrected")
    assert known(output)["nyt/index.html"] is None
    assert known(output)[FEED][0] == len("first feed.xml")
    bucket.refused = lambda _request: None
    done = transfer(output, names, S3)
    assert (done.sent, done.removed) == (("nyt/index.html", FEED), (SOUND,))


def test_a_removal_that_fails_is_tried_by_the_next_run(output: Path, bucket: Bucket) -> None:
    """A removal is recorded when it has happened."""
    transfer(output, NAMES, S3)
    bucket.refused = lambda request: (403, "AccessDenied") if request.key.endswith("lyt.js") else None
    said = message(output, [FEED], S3)
    assert f"cannot remove 'lyt.js' from {S3}" in said
    assert set(known(output)) == {"lyt.js", FEED}
    bucket.refused = lambda _request: None
    assert transfer(output, [FEED], S3).removed == ("lyt.js",)


def test_what_passes_is_tried_again(output: Path, bucket: Bucket) -> None:
    """A store that is out of breath twice is asked three times, in all."""
    answers = [(503, "SlowDown"), (500, "InternalError")]
    bucket.refused = lambda _request: answers.pop() if answers else None
    transfer(output, NAMES, S3)
    assert bucket.keys("PUT") == [f"podcast/{name}" for name in [SOUND, SOUND, *NAMES]]


def test_what_does_not_pass_is_said_after_the_third_time(output: Path, bucket: Bucket) -> None:
    """A store that is always out of breath is asked three times; what it says of secrets is not repeated."""
    bucket.refused = failing_at(1, "SlowDown", 503)
    assert "SlowDown; run again, and it goes on where it was" in message(output, NAMES, S3)
    assert bucket.keys("PUT") == [f"podcast/{SOUND}"] * 3


def test_a_connection_that_breaks_is_made_again(output: Path, host: Host) -> None:
    """A host that hangs up in the middle is called again, and the file is sent again from its beginning."""
    dropped: list[str] = []

    def drops(deed: str, path: str) -> bool:
        first = deed == "rename" and path.endswith("chapters.json") and not dropped
        dropped.extend([path] if first else [])
        return first

    host.drops = drops
    transfer(output, NAMES, f"{host.address}/podcast")
    assert dropped
    assert host.logins == 2
    assert below(host.root / "podcast") == below_names(output)


def test_a_store_that_is_not_there_is_said(output: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody answers, and where there is no such bucket, the one line says so and shows no query."""
    assert "no such bucket (NoSuchBucket); make it first" in message(output, NAMES, "s3://nobodys/x")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    said = message(output, NAMES, S3)
    assert "Could not connect" in said
    assert "?" not in said
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    assert "no credentials were found; set AWS_ACCESS_KEY_ID" in message(output, NAMES, S3)


def test_a_host_without_room_is_said(output: Path, host: Host) -> None:
    """A refusal of the host is told with the file, and leaves no half file behind."""
    host.refused = lambda deed, path: (
        paramiko.SFTP_PERMISSION_DENIED if (deed, path) == ("rename", "/p/lyt.js") else None
    )
    said = message(output, NAMES, f"{host.address}/p")
    assert f"cannot send 'lyt.js' to sftp://avisen@127.0.0.1:{host.port}/p: access is denied" in said
    assert set(below(host.root / "p")) == set(NAMES[:5])


def test_something_in_the_way_is_said(output: Path, tmp_path: Path) -> None:
    """A folder that stands where a file should be is not moved into, nor removed."""
    (tmp_path / "web/feed.xml").mkdir(parents=True)
    assert "a folder stands in the place of a file" in message(output, NAMES, str(tmp_path / "web"))
    assert set(below(tmp_path / "web")) == set(NAMES[:-1])


def test_a_file_that_is_written_to_meanwhile_is_not_taken_for_sent(output: Path, tmp_path: Path) -> None:
    """A feed that is made anew while sound is sent may name sound that was not: it is not sent."""

    def watch(_done: int, _total: int) -> None:
        write(output, FEED, "newer feed", LONG_AGO + 1)

    assert "'feed.xml' was written to" in message(output, NAMES, str(tmp_path / "web"), watch=watch)
    assert set(below(tmp_path / "web")) == set(NAMES[:-1])


def test_progress_is_told(output: Path, tmp_path: Path) -> None:
    """Whoever watches is told of rising bytes, the last time of all."""
    told: list[tuple[int, int]] = []
    done = transfer(output, NAMES, str(tmp_path / "web"), watch=lambda *now: told.append(now))
    assert told == sorted(told)
    assert told[-1] == (done.bytes, done.bytes)


# Runs that are stopped


def test_an_interrupted_run_goes_on(output: Path, bucket: Bucket) -> None:
    """What was sent before somebody pressed Ctrl-C is not sent again."""

    def watch(done: int, _total: int) -> None:
        if done > 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transfer(output, NAMES, S3, watch=watch)
    assert known(output)[SOUND] is not None
    assert transfer(output, NAMES, S3).kept == (SOUND,)


KILLED = """
import os, sys
from reader.transfer import transfer
transfer(sys.argv[1], sys.argv[3:], sys.argv[2], watch=lambda done, total: done > 20 and os._exit(9))
"""


def test_a_killed_run_goes_on(output: Path, tmp_path: Path) -> None:
    """A run that was killed leaves a half file under a hidden name; the next one knows of it, and clears it away."""
    code = KILLED.replace("sys.argv[1]", "__import__('pathlib').Path(sys.argv[1])")
    target = tmp_path / "web"
    done = subprocess.run([sys.executable, "-c", code, output, target, *NAMES], check=False, timeout=60)
    assert done.returncode == 9
    half = [name for name in below(target) if name.endswith(".part")]
    assert len(half) == 1
    assert set(below(target)) == {SOUND, *half}
    assert transfer(output, [SOUND, FEED], str(target)).sent == (SOUND, FEED)
    assert below(target) == {SOUND: "first nyt/nyt.mp3", FEED: "first feed.xml"}


def test_a_stretch_that_is_done_outlives_a_kill(output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record is written between stretches, so a killed run repeats at most one of them."""
    code = KILLED.replace("sys.argv[1]", "__import__('pathlib').Path(sys.argv[1])").replace(
        "import transfer", "import shipping, transfer; shipping.STRETCH_FILES = 1"
    )
    subprocess.run([sys.executable, "-c", code, output, tmp_path / "web", *NAMES], check=False, timeout=60)
    assert transfer(output, NAMES, str(tmp_path / "web")).kept == (SOUND,)


PLAIN = """
import pathlib, sys, threading
from reader.errors import PublishError
from reader.transfer import courier, transfer
courier.PAUSES = ()
try:
    transfer(pathlib.Path(sys.argv[1]), sys.argv[3:], sys.argv[2])
except PublishError as error:
    print(error)
assert threading.active_count() == 1, threading.enumerate()
"""


@pytest.mark.parametrize("kind", ["bucket", "host", "stranger", "no host"])
def test_the_program_ends_with_the_transfer(
    kind: str, output: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Nothing of a connection outlives the transfer, and no library complains, not even where it fails."""
    stand_in = request.getfixturevalue("host" if kind in ("host", "stranger") else "bucket")
    target = {"bucket": S3, "no host": f"sftp://u@127.0.0.1:{stand_in.port}/p"}.get(kind, f"{stand_in.address}/p")
    if kind == "stranger":
        (tmp_path / ".ssh/known_hosts").unlink()
    command = [sys.executable, "-W", "error", "-c", PLAIN, str(output), target, *NAMES]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("cannot send") == (kind in ("stranger", "no host"))


def test_two_runs_do_not_share_a_folder(output: Path, tmp_path: Path) -> None:
    """A second run that begins while one publishes is refused, as neither would know what the other did."""
    said: list[str] = []

    def watch(_done: int, _total: int) -> None:
        if not said:
            said.append(message(output, NAMES, str(tmp_path / "web")))

    transfer(output, NAMES, str(tmp_path / "web"), watch=watch)
    assert "another run publishes" in said[0]


# Large files


@pytest.mark.parametrize(("kind", "size", "peak"), [("folder", 60, 8), ("bucket", 60, 40), ("host", 12, 6)])
def test_sound_is_never_whole_in_memory(
    kind: str, size: int, peak: int, output: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A large file passes through in pieces: memory, that of the stand-in too, stays far below its size (in MB)."""
    if kind == "folder":
        target = str(tmp_path / "web")
    elif kind == "bucket":
        bucket = request.getfixturevalue("bucket")
        bucket.keeps, target = False, S3
    else:
        target = f"{request.getfixturevalue('host').address}/p"
    with (output / SOUND).open("wb") as file:
        file.truncate(size * 2**20)
    transfer(output, [FEED], target)  # what is imported by that is no part of it
    tracemalloc.start()
    try:
        transfer(output, [SOUND], target)
        assert tracemalloc.get_traced_memory()[1] < peak * 2**20
    finally:
        tracemalloc.stop()


def test_a_large_file_reaches_a_bucket_in_parts(output: Path, bucket: Bucket) -> None:
    """The parts of a large file become one object, that says what it is, and progress is told part by part."""
    data = os.urandom(11 * 2**20)
    (output / SOUND).write_bytes(data)
    told: list[int] = []
    transfer(output, [SOUND], S3, watch=lambda done, _total: told.append(done))
    assert part_numbers(bucket) == [1, 2, 3]
    assert bucket.objects[f"podcast/{SOUND}"].body == data
    assert bucket.headers(f"podcast/{SOUND}") == headers_of(SOUND)
    assert len(set(told)) == 3


def test_a_large_file_that_is_interrupted_is_sent_again(output: Path, bucket: Bucket) -> None:
    """Ctrl-C between two parts ends the transfer there and then, and the next run sends the file."""
    (output / SOUND).write_bytes(bytes(21 * 2**20))

    def watch(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transfer(output, [SOUND], S3, watch=watch)
    assert (bucket.objects, bucket.parts) == ({}, {})
    assert known(output) == {SOUND: None}
    assert transfer(output, [SOUND], S3).sent == (SOUND,)


def test_a_large_file_that_fails_leaves_no_parts(output: Path, bucket: Bucket) -> None:
    """Where a part is refused, those that have arrived are thrown away."""
    (output / SOUND).write_bytes(bytes(11 * 2**20))
    bucket.refused = failing_at(3)
    assert "access is denied" in message(output, [SOUND], S3)
    assert bucket.parts == {}
    assert bucket.objects == {}


# Whom to trust


def test_an_unknown_host_is_refused(output: Path, host: Host, tmp_path: Path) -> None:
    """A host whose key is in no known_hosts file gets neither password nor file."""
    (tmp_path / ".ssh/known_hosts").unlink()
    said = message(output, NAMES, f"{host.address}/p")
    assert host.key.fingerprint in said
    assert f"ssh -p {host.port} avisen@127.0.0.1" in said
    assert (host.logins, host.did) == (0, [])


def test_a_host_with_another_key_is_refused(output: Path, host: Host, tmp_path: Path) -> None:
    """A host that shows another key than the known one gets neither password nor file."""
    know(host, tmp_path, paramiko.RSAKey.generate(2048))
    assert "its host key is not the one in known_hosts" in message(output, NAMES, f"{host.address}/p")
    assert (host.logins, host.did) == (0, [])


@pytest.mark.parametrize("spelled", ["ssh", "SFTP"])
def test_every_spelling_of_sftp_is_as_careful(spelled: str, output: Path, host: Host, tmp_path: Path) -> None:
    """No other spelling of the address leads past the known hosts."""
    (tmp_path / ".ssh/known_hosts").unlink()
    assert "known_hosts" in message(output, NAMES, f"{host.address}/p".replace("sftp", spelled))


def test_a_wrong_password_is_said_but_not_shown(output: Path, host: Host) -> None:
    """A login that is refused is not tried again, and no message holds the password."""
    said = message(output, NAMES, f"{host.address.replace(PASSWORD, 'wrong-pass')}/p")
    assert "the login is refused" in said
    assert "wrong-pass" not in said
    assert host.logins == 1


def test_no_secret_is_recorded(output: Path, host: Host) -> None:
    """The record names a target without its password."""
    transfer(output, NAMES, f"{host.address}/p")
    text = (output / record.RECORD).read_text()
    assert PASSWORD not in text
    assert f"sftp://avisen@127.0.0.1:{host.port}/p" in text


def test_what_a_library_says_is_shown_without_secrets() -> None:
    """An error's own words are shown in one line, without who somebody is and without the query of an address."""
    error = OSError("cannot reach\n'https://me:secret@store.example/key?X-Amz-Signature=secret'.")
    assert carriers.without_secrets(error) == "cannot reach 'https://store.example/key'"
    assert carriers.without_secrets(OSError()) == "OSError"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("", "no target is named"),
        ("nosuch://x/y", "is no kind of target"),
        ("s3://", "no bucket is named"),
        ("s3://AKIA:secret@bucket/x", "credentials do not belong"),
        ("s3://bucket/x?token=secret", "has a '?' or '#' in it"),
        ("sftp://u:secret#x@host/p", "is written wrong"),
        ("sftp://host", "host or folder is missing"),
        ("web@host:/srv/podcast", "write sftp://web@host/srv/podcast"),
        ("file://host/srv", "three slashes"),
        ("simplecache::sftp://u:secret@host/p", "several steps"),
        ("dir://x::sftp://u:secret@host/p", "several steps"),
    ],
)
def test_an_address_that_makes_no_sense_is_refused(target: str, said: str, output: Path) -> None:
    """What leads nowhere is said before anything is done, without its secrets."""
    assert said in message(output, NAMES, target)
    assert set(below(output)) == set(NAMES)


@pytest.mark.parametrize(("package", "target", "extra"), [("s3fs", S3, "s3"), ("paramiko", "sftp://u@h/p", "sftp")])
def test_a_missing_package_is_said(
    package: str, target: str, extra: str, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the package of a kind of target, the one line tells how to install it."""
    monkeypatch.setitem(sys.modules, package, None)
    for module in ("reader.transfer.bucket", "reader.transfer.sftp"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    assert f"install it with: pip install 'lyt-til-artiklen[{extra}]'" in message(output, NAMES, target)


def test_a_folder_needs_no_package(output: Path, tmp_path: Path) -> None:
    """Publishing to a folder imports neither fsspec nor what speaks to networks."""
    code = (
        "import pathlib, sys; from reader.transfer import transfer\n"
        "transfer(pathlib.Path(sys.argv[1]), ['feed.xml'], sys.argv[2]); print(' '.join(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(output), str(tmp_path / "web")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert {"fsspec", "s3fs", "paramiko", "asyncio", "httpx"}.isdisjoint(done.stdout.split())


# What must not leave, and where it must not go


@pytest.mark.parametrize(
    "name",
    ["../secret", "nyt/../../secret", "/etc/passwd", "nyt\\x", "C:x", "", "nyt//x", "./x", "a\nb", record.RECORD],
)
def test_a_name_that_leaves_the_folder_is_refused(name: str, output: Path, tmp_path: Path) -> None:
    """A name that is no plain path below the folder is refused, before anything is sent."""
    with pytest.raises(PublishError, match="is no name of a file"):
        transfer(output, [*NAMES, name], str(tmp_path / "web"))
    assert not (tmp_path / "web").exists()


def test_a_link_that_leaves_the_folder_is_refused(output: Path, tmp_path: Path) -> None:
    """A link out of the folder is not followed; one inside of it is."""
    write(tmp_path, "outside.txt", "not ours")
    (output / "out.txt").symlink_to(tmp_path / "outside.txt")
    (output / "in.txt").symlink_to(output / FEED)
    assert "'out.txt' leads out of" in message(output, ["out.txt"], str(tmp_path / "web"))
    (output / "far").symlink_to(tmp_path)
    assert "leads out of" in message(output, ["far/outside.txt"], str(tmp_path / "web"))
    transfer(output, ["in.txt"], str(tmp_path / "web"))
    assert below(tmp_path / "web") == {"in.txt": "first feed.xml"}


@pytest.mark.parametrize("name", ["nyt", "missing.mp3"])
def test_what_is_no_file_is_refused(name: str, output: Path, tmp_path: Path) -> None:
    """A folder, or a file that is missing, is said before anything is sent."""
    assert repr(name) in message(output, [*NAMES, name], str(tmp_path / "web"))
    assert not (tmp_path / "web").exists()


@pytest.mark.parametrize("target", ["{0}", "{0}/web", "file://{0}/web", "{1}/web/../output", "{1}/link/web"])
def test_a_target_in_the_output_folder_is_refused(target: str, output: Path, tmp_path: Path) -> None:
    """A folder is not published into itself, however that is spelled."""
    (tmp_path / "link").symlink_to(output)
    assert "in the folder that is published" in message(output, NAMES, target.format(output, tmp_path))


def test_an_output_folder_that_is_missing_is_said(tmp_path: Path) -> None:
    """Where nothing was made nothing is published."""
    assert "is no folder" in message(tmp_path / "nothing", NAMES, str(tmp_path / "web"))


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"format": 9, "targets": {}}', '{"format": 1, "targets": {"file:///x": {"../x": null}}}']
)
def test_a_damaged_record_is_said(text: str, output: Path, tmp_path: Path) -> None:
    """A record that makes no sense, or names what is outside, is not relied on."""
    (output / record.RECORD).write_text(text)
    assert "remove it and everything is sent anew" in message(output, NAMES, str(tmp_path / "web"))
