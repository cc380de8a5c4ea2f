"""`lyt text`: the article that was found, why, and as a page; and addresses end to end."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from reader.cli import run

pytestmark = pytest.mark.whole

STORY = "".join(
    f"<p>Nr. {n}: Kommunen lukker hallen i Nørre Vang fra mandag, da taget giver efter.</p>" for n in range(5)
)
HTML = (
    '<!doctype html><html lang="da"><head><title>Hallen lukker</title></head><body><nav>Forside</nav>'
    f"<article><h1>Hallen lukker</h1>{STORY}<p>Læs også: Borgmesteren går</p></article></body></html>"
)
Output = pytest.CaptureFixture[str]


@pytest.fixture
def folder(bare_folder: Path) -> Path:
    (bare_folder / "hal.html").write_text(HTML, "utf-8")
    return bare_folder


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            self.server.released.wait(30)  # type: ignore[attr-defined]
            return
        if self.path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
            return
        body = HTML.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/reserved":
            self.send_header("tdm-reservation", "1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a server of our own."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.released = threading.Event()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.released.set()  # type: ignore[attr-defined]
        server.shutdown()


@pytest.mark.usefixtures("folder")
def test_explain_gives_each_block_its_verdict(capsys: Output) -> None:
    """With --explain each block of the page stands with its kind or with the reason why it was left out."""
    assert run(["text", "hal.html", "--explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("- of the site, not of the article")
    assert lines[0].endswith("Forside")
    assert lines[1].startswith("+ title")
    assert lines[2].startswith("+ text")
    assert lines[-1].startswith("- furniture")


def test_explain_names_tables_bylines_and_captions(capsys: Output) -> None:
    """The cells of a table that is part of the article are kept as such; byline, date and captions are named."""
    assert run(["text", str(ROOT / "tests" / "nordic" / "data-table" / "page.html"), "--explain", "--json"]) == 0
    told = {verdict["text"]: verdict["kind"] or verdict["why"] for verdict in json.loads(capsys.readouterr().out)}
    assert (told["Kommune"], told["Ribsted"], told["71"]) == ("table", "table", "table")
    assert (told["Af Magnus Ahlefeldt Kjær"], told["24.03.2026"]) == ("byline", "date")


@pytest.mark.usefixtures("folder")
def test_explain_gives_json_for_programs(capsys: Output) -> None:
    """With --explain and --json the verdicts are objects with a text and either a kind or a reason."""
    assert run(["text", "hal.html", "--explain", "--json"]) == 0
    verdicts = json.loads(capsys.readouterr().out)
    assert [bool(verdict["kind"]) != bool(verdict["why"]) for verdict in verdicts] == [True] * len(verdicts)


@pytest.mark.usefixtures("folder")
def test_the_article_as_a_page(folder: Path, capsys: Output) -> None:
    """With --html the article is a page of its own in which nothing of the source is markup."""
    (folder / "kode.txt").write_text("Overskrift & mere\n\n<script>alert(1)</script> er ikke kode her.\n", "utf-8")
    assert run(["text", "hal.html", "--html"]) == 0
    assert "<h1>Hallen lukker</h1>" in capsys.readouterr().out
    assert run(["text", "kode.txt", "--html"]) == 0
    out = capsys.readouterr().out
    assert "<script>" not in out
    assert "&lt;script&gt;" in out
    assert run(["text", "hal.html", "--html", "--json"]) == 2


@pytest.mark.usefixtures("folder")
def test_an_address_is_read_end_to_end(site: str, capsys: Output) -> None:
    """The address of a private host is refused by name, and read from end to end when that is allowed."""
    assert run(["read", f"{site}/hal"]) == 3
    assert "--allow-private" in capsys.readouterr().err
    assert run(["read", f"{site}/hal", "--allow-private"]) == 0
    assert Path(capsys.readouterr().out.strip()).is_file()
    assert run(["read", f"{site}/loop", "--allow-private"]) == 3
    assert "redirects" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_a_page_has_as_long_as_it_is_given(site: str, capsys: Output) -> None:
    """A page that does not arrive within --timeout ends with an error that says so, and code 3."""
    assert run(["read", f"{site}/slow", "--allow-private", "--timeout", "0.3"]) == 3
    assert "did not answer within 0.3 seconds" in capsys.readouterr().err
    assert run(["read", f"{site}/slow", "--timeout", "0"]) == 2


@pytest.mark.usefixtures("folder")
def test_reservations_are_honoured_unattended_and_reported_by_hand(site: str, capsys: Output) -> None:
    """A reserved page is left by an unattended run with code 3, and read by hand with a note."""
    assert run(["read", f"{site}/reserved", "--allow-private", "--unattended"]) == 3
    assert "reserved" in capsys.readouterr().err
    assert run(["read", f"{site}/reserved", "--allow-private"]) == 0
    assert "reserves it" in capsys.readouterr().err


def test_another_language_than_the_voice_speaks(bare_folder: Path, capsys: Output) -> None:
    """An English article is refused by a Danish voice with code 3, and read all the same when that is asked for."""
    text = "The council has closed the pool because the roof is about to give in, and it will stay closed this year. "
    (bare_folder / "pool.txt").write_text(f"The pool closes\n\n{text * 3}\n", "utf-8")
    assert run(["read", "pool.txt", "--voice", "espeak:da"]) == 3
    assert "--anyway" in capsys.readouterr().err
    assert run(["read", "pool.txt", "--voice", "espeak:da", "--anyway"]) == 0
