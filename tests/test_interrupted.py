"""Whatever happens to a run: complete episodes under their names or none, and no sentence is paid for twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import SEED
from gtts_stand_in import StandIn, running

from voices.online import clauses

SENTENCES = [
    f"Sætning nummer {word} handler om vejret i dag." for word in "et to tre fire fem seks syv otte ni ti".split()
]
ARTICLE = "\n\n".join(" ".join(SENTENCES[first : first + 2]) for first in range(0, 10, 2))
VOICE = "gtts:da?per_second=50"

pytestmark = [pytest.mark.whole, pytest.mark.skipif(os.name == "nt", reason="no such signals there")]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[StandIn]:
    (tmp_path / "certificate").mkdir()
    with running(tmp_path / "certificate") as server:
        yield server


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, "utf-8")
    return path


def reading(article: Path, service: StandIn, *options: str, voice: str = VOICE) -> subprocess.Popen[str]:
    """`lyt read` as a process of its own, with its own cache and output."""
    home = article.parent
    environment = {
        "PATH": "",
        "HTTPS_PROXY": service.proxy,
        "SSL_CERT_FILE": str(service.certificate),
        "XDG_DATA_HOME": str(home / "data"),
    }
    command = [sys.executable, "-m", "reader.cli", "read", str(article), "--json", "--no-notice", "--voice", voice]
    places = ["-o", str(home / "out"), "--cache", str(home / "cache")]
    return subprocess.Popen(
        [*command, *places, *options], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finished(run: subprocess.Popen[str]) -> dict[str, object]:
    shown, told = run.communicate(timeout=60)
    assert run.returncode == 0, told
    result: dict[str, object] = json.loads(shown)
    return result


def named_files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")}


def wait_for(service: StandIn, requests: int) -> None:
    end = time.monotonic() + 30
    while len(service.texts) < requests and time.monotonic() < end:
        time.sleep(0.005)
    assert len(service.texts) >= requests


@pytest.mark.parametrize(("signal_number", "after"), [(signal.SIGKILL, 2), (signal.SIGKILL, 7), (signal.SIGINT, 4)])
def test_a_run_that_was_killed_goes_on_where_it_stopped(
    article: Path, service: StandIn, signal_number: int, after: int
) -> None:
    """Nothing stands under a final name, and the next run asks only for what had not arrived: at most one again."""
    service.delay = 0.05
    run = reading(article, service)
    wait_for(service, after)
    os.kill(run.pid, signal_number)
    run.communicate(timeout=30)
    assert named_files(article.parent / "out") == set()
    asked = len(service.texts)
    result = finished(reading(article, service))
    assert [path.name for path in (article.parent / "out").iterdir()] == [result["slug"]]
    assert not str(result["slug"]).endswith("-2")
    assert set(service.texts) == set(SENTENCES)
    assert len(SENTENCES) <= len(service.texts) <= len(SENTENCES) + 1
    assert asked - 1 <= result["cached"] <= asked  # type: ignore[operator]


def test_two_runs_of_one_article_share_its_sentences(article: Path, service: StandIn) -> None:
    """Both end well with the same recording, and each sentence is asked for once."""
    service.delay = 0.03
    runs = [reading(article, service) for _ in range(2)]
    first, second = map(finished, runs)
    assert sorted(service.texts) == sorted(SENTENCES)
    assert first["mp3"] == second["mp3"]
    mp3 = Path(str(first["mp3"]))
    once = mp3.read_bytes()
    finished(reading(article, service))
    assert mp3.read_bytes() == once
    assert sorted(service.texts) == sorted(SENTENCES)


def test_a_corrected_sentence_is_the_only_one_that_is_spoken_again(article: Path, service: StandIn) -> None:
    """After a correction of one sentence the service is asked for that one alone."""
    finished(reading(article, service, "--id", "et"))
    service.texts.clear()
    article.write_text(ARTICLE.replace("nummer fire", "nummer fyrre"), "utf-8")
    result = finished(reading(article, service, "--id", "et"))
    assert service.texts == ["Sætning nummer fyrre handler om vejret i dag."]
    assert result["cached"] == len(SENTENCES) - 1


def test_an_episode_survives_a_voice_that_fails_later(article: Path, service: StandIn) -> None:
    """When a new rendering fails, the old episode stays as it was, to the byte, and the run exits with 5."""
    mp3 = Path(str(finished(reading(article, service, "--id", "et"))["mp3"]))
    before = {path.name: path.read_bytes() for path in mp3.parent.iterdir()}
    article.write_text(ARTICLE.replace("vejret", "klimaet"), "utf-8")
    service.plan.extend(["ok", "ok", "403"])
    run = reading(article, service, "--id", "et")
    _, told = run.communicate(timeout=60)
    assert run.returncode == 5
    assert len(told.strip().splitlines()) == 1
    assert "HTTP 403" in told
    assert {path.name: path.read_bytes() for path in mp3.parent.iterdir()} == before


def test_a_full_disk_costs_no_sentence(article: Path, service: StandIn) -> None:
    """Where no file may grow, one line says so and nothing is left under a name; with room, the run ends well."""
    home = article.parent
    code = (
        "import resource, runpy, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "runpy.run_module('reader.cli', run_name='__main__')\n"
    )
    options = ["read", str(article), "--voice", "espeak", "-o", str(home / "out"), "--cache", str(home / "cache")]
    environment = {"PATH": "", "XDG_DATA_HOME": str(home / "data")}
    command = [sys.executable, "-c", code, *options]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 6
    assert "may grow no further" in run.stderr
    assert named_files(home / "out") == set()
    finished(reading(article, service, voice="espeak"))


def test_a_chain_goes_on_when_the_service_refuses(article: Path, service: StandIn) -> None:
    """With a second voice in the chain, a service that refuses in mid-article costs nobody the article."""
    service.plan.extend(["ok", "ok", "ok", "403"])
    result = finished(reading(article, service, voice=f"{VOICE},espeak:da"))
    assert [one["line"] for one in result["handovers"]] == [2]  # type: ignore[attr-defined]
    assert str(result["voice"]).startswith("gtts:da@")
    assert "espeak:da@" in str(result["voice"])


def test_the_first_article_needs_few_requests_and_loses_no_word(service: StandIn, tmp_path: Path) -> None:
    """The article that this project began from takes at most 45 requests, and every word is asked for, in order."""
    if not SEED.exists():
        pytest.skip("the seed article is not beside this checkout")
    path = tmp_path / "article.txt"
    path.write_bytes(SEED.read_bytes())
    service.plan.extend(["429", "429 0"] * 2)
    result = finished(reading(path, service))
    script = json.loads((Path(str(result["folder"])) / "script.json").read_text("utf-8"))
    wanted = " ".join(line["spoken"] for line in script["lines"])
    asked = [text for text, again in zip(service.texts, [*service.texts[1:], None], strict=True) if text != again]
    assert " ".join(asked) == wanted
    assert len(asked) <= 45
    assert max(map(len, asked)) <= 100
    assert len(clauses.split(wanted)) <= len(asked)
