"""lyt voices: what is here, what could be, and how to have it."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from voice_server import VoiceServer, cut, serving_voices, status

import voices.piper
from reader.cli import run
from reader.cli.console import BytesTold, ProgressBar, lines_told
from reader.cli.voices import listing, table
from voices import Engine, EngineStatus, tone
from voices.catalogue import Entry
from voices.installing import install
from voices.registry import status_of

Output = pytest.CaptureFixture[str]

KEYS = set(
    "name state voice engine default own online cost commercial licence summary examples bytes install problem".split()
)


@pytest.fixture
def data(bare_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's folder for voices and profiles, with nothing in it; no voice is chosen."""
    folder = bare_folder / "data"
    monkeypatch.setenv("LYT_DATA", str(folder))
    monkeypatch.delenv("LYT_VOICE")
    return folder


class Shelf:
    """Engines and a catalogue made up for a test: what is there is what the test says."""

    def __init__(self, server: VoiceServer, data: Path) -> None:
        self.server = server
        self.entry = server.entry(aliases=("da",), licence="odd", summary="natural")
        self.folder = data / "voices"
        self.needs: str | None = None
        self.prepared: list[Path] = []
        self.default = "espeak:da"

    def engines(self) -> tuple[EngineStatus, ...]:
        piper = Engine(
            "piper", "neural", "GPL", tone.make, ready=self.ready, missing=lambda: self.needs, examples=("piper:x",)
        )
        espeak = Engine("espeak", "robotic", "GPL", tone.make, ready=lambda: ("da",), commercial="yes")
        price = "4 USD a million characters"
        cloud = Engine("cloud", "far away", "theirs", tone.make, ready=lambda: ("x",), online=True, cost=price)
        service = Engine(
            "service", "any", "theirs", tone.make, online=True, examples=("service:http://a.example/v1?b=c",)
        )
        broken = EngineStatus("broken", problem="ModuleNotFoundError: no module")
        return (broken, *map(status_of, (cloud, espeak, piper, service)))

    def ready(self) -> tuple[str, ...]:
        return (self.entry.name,) if (self.folder / self.entry.name / "test_voice.onnx.json").exists() else ()

    def entries(self) -> tuple[Entry, ...]:
        return (self.entry,)

    def resolve(self, name: str) -> str:
        return self.default if name == "default" else name


@pytest.fixture
def shelf(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A shelf whose only voice to install lies on a server of this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving_voices() as server:
        made = Shelf(server, data)
        for place in ("voices.catalogue.entries", "reader.cli.voices.entries", "reader.cli.voices.listing.entries"):
            monkeypatch.setattr(place, made.entries)
        for place in ("reader.cli.voices.listing.resolve", "reader.cli.voices.resolve"):
            monkeypatch.setattr(place, made.resolve)
        monkeypatch.setattr("reader.cli.voices.listing.available", made.engines)
        monkeypatch.setattr(voices.piper, "prepare", made.prepared.append)
        monkeypatch.setattr("reader.cli.voices.install", partial(install, sleep=lambda _: None))
        yield made


def listed(capsys: Output) -> dict[str, dict[str, object]]:
    """The rows of lyt voices --json by their names."""
    capsys.readouterr()
    assert run(["voices", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert all(set(row) == KEYS for row in told)
    return {row["name"]: row for row in told}


# listing


def test_the_list_tells_what_is_here_and_what_could_be(shelf: Shelf, capsys: Output) -> None:
    """Each voice has its name, place, price, commercial use; each one that could be had its size and its command."""
    assert run(["voices"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "* espeak" in "\n".join(lines)
    cloud = next(line for line in lines if "cloud" in line)
    assert re.split(r"\s{2,}", cloud.strip())[:4] == ["cloud:x", "online", "4 USD a million characters", "unclear"]
    could = lines[lines.index("You could have:") :]
    assert any(re.match(r"  piper:test_voice  0 MB  free +unclear +natural; licence: odd", line) for line in could)
    assert "Install piper:test_voice with: lyt voices install da" in could
    assert "  broken: ModuleNotFoundError: no module" in could


def test_list_says_the_same(shelf: Shelf, capsys: Output) -> None:
    """lyt voices list is lyt voices, for people and for programs."""
    for more in ([], ["--json"]):
        run(["voices", *more])
        first = capsys.readouterr().out
        run(["voices", "list", *more])
        assert capsys.readouterr().out == first


def test_the_real_list_fits_and_is_aligned(data: Path, capsys: Output) -> None:
    """No line is longer than 100 columns, and the columns of a table begin at the same place."""
    run(["voices"])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= table.WIDTH
    for begin in ("You have:", "You could have:"):
        head, *rest = lines[lines.index(begin) + 1 :]
        place = head.index("what to know")
        rows_below = rest[: rest.index("")]
        assert rows_below
        assert all(line[place - 2 : place] == "  " and line[place] != " " for line in rows_below)


def test_what_can_be_installed_is_told_by_the_real_catalogue(data: Path, capsys: Output) -> None:
    """The Danish neural voice is offered under the name of its profile, with its size, licence and command."""
    row = listed(capsys)["talesyntese"]
    assert row["state"] == "installable"
    assert row["bytes"] == 63_206_172
    assert row["commercial"] == "unclear"
    assert "CC0" in str(row["licence"])
    assert row["install"] == "lyt voices install da"


def test_the_default_is_what_would_speak_here(
    shelf: Shelf, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """The mark stands at the voice of LYT_VOICE, of lyt.toml, or else of the best engine, and that row is first."""

    def marked() -> list[str]:
        told = listed(capsys)
        assert not any(row["default"] for row in list(told.values())[1:])
        return [name for name, row in told.items() if row["default"]]

    assert marked() == ["espeak"]
    Path("lyt.toml").write_text('voice = "cloud, espeak"\n')
    assert marked() == ["cloud:x"]
    Path("other.toml").write_text('voice = "espeak:da"\n')
    run(["voices", "--config", "other.toml"])
    assert "* espeak" in capsys.readouterr().out
    monkeypatch.setenv("LYT_VOICE", "espeak")
    assert marked() == ["espeak"]
    (data / "profiles").mkdir(parents=True)
    (data / "profiles" / "rolig.toml").write_text('engine = "espeak"\nmodel = "da"\n')
    assert marked() == ["espeak"]
    monkeypatch.setenv("LYT_VOICE", "rolig")
    assert marked() == ["rolig"]
    monkeypatch.setenv("LYT_VOICE", "nobody")
    assert marked() == []


def test_a_service_is_shown_with_how_to_name_it(shelf: Shelf, data: Path, capsys: Output) -> None:
    """An engine that needs an address is no voice that one has; its examples show how to type one."""
    run(["voices"])
    shown = capsys.readouterr().out
    assert "  service" in shown.partition("You could connect:")[2]
    assert "  --voice 'service:http://a.example/v1?b=c'" in shown.splitlines()
    row = listed(capsys)["service"]
    assert row.items() >= {"state": "service", "voice": None, "examples": ["service:http://a.example/v1?b=c"]}.items()
    (data / "profiles").mkdir(parents=True)
    (data / "profiles" / "vores.toml").write_text('engine = "service"\nmodel = "http://b.example"\noptions = {c = 1}\n')
    told = listed(capsys)["vores"]
    assert told.items() >= {"state": "ready", "voice": "service:http://b.example?c=1", "online": True}.items()


def test_own_profiles_are_listed_and_broken_ones_named(shelf: Shelf, data: Path, capsys: Output) -> None:
    """A person's profiles stand in the list with what they or their engine say; those that cannot be used say why."""
    for name, text in {
        "rolig": 'engine = "espeak"\nmodel = "da"\nrate = 0.8\n',
        "dyr": 'engine = "cloud"\nmodel = "x"\nsummary = "b"\nlicence = "paid"\ncommercial = "yes"\ncost = "9 kr."\n',
        "daarlig": "rate = 9\n",
        "fremmed": 'engine = "mars"\n',
        "ventende": 'engine = "piper"\nmodel = "test_voice"\n',
        "espeak": 'engine = "espeak"\nmodel = "da"\nsummary = "mine"\n',
    }.items():
        file = data / "profiles" / f"{name}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    told = listed(capsys)
    assert told["rolig"].items() >= {"state": "ready", "own": True, "commercial": "yes", "licence": "GPL"}.items()
    assert told["dyr"].items() >= {"online": True, "cost": "9 kr.", "commercial": "yes", "summary": "b"}.items()
    assert told["espeak"].items() >= {"own": True, "summary": "mine", "default": True}.items()
    assert "daarlig.toml" in str(told["daarlig"]["problem"])
    assert "mars" in str(told["fremmed"]["problem"])
    assert "lyt voices install da" in str(told["ventende"]["problem"])
    run(["voices"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "mine (your profile)" in shown
    assert "Not usable yet: broken:" in shown
    assert "daarlig.toml" in shown


def test_a_profile_of_what_is_installed_is_ready(shelf: Shelf, data: Path, capsys: Output) -> None:
    """A profile over an installed voice can be used, and stands instead of the voice's bare name."""
    run(["voices", "install", "da"])
    (data / "profiles").mkdir()
    (data / "profiles" / "min.toml").write_text('engine = "piper"\nmodel = "test_voice"\n')
    told = listed(capsys)
    assert told["min"].items() >= {"state": "ready", "voice": "piper:test_voice", "own": True}.items()
    assert "piper:test_voice" not in told


def test_hostile_words_of_a_plug_in_cannot_steer_the_terminal(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """Control characters and endless words of others are shown as one harmless line."""
    bad = Engine("bad", "a\x1b[31m\n" + "b" * 400, "l\a", tone.make, cost="c\r" * 100, missing=lambda: None)
    odd = EngineStatus("odd", problem="x\x1b]0;y\a\nz")
    monkeypatch.setattr("reader.cli.voices.listing.available", lambda: (status_of(bad), odd))
    assert run(["voices"]) == 0
    shown = capsys.readouterr().out
    assert all(character.isprintable() for character in shown.replace("\n", ""))
    assert max(map(len, shown.splitlines())) <= table.WIDTH
    assert "odd: x ]0;y z" in shown


# installing


def test_install_fetches_prepares_and_says_where_it_is(shelf: Shelf, capsys: Output) -> None:
    """The place goes to stdout, the rest to stderr: that it speaks from now on, and what the licence allows."""
    shelf.default = "piper:test_voice"
    assert run(["voices", "install", "da"]) == 0
    told = capsys.readouterr()
    place = shelf.folder / "test_voice"
    assert told.out == f"{place}\n"
    assert "test_voice is installed" in told.err
    assert "speaks from now on" in told.err
    assert "commercial use: unclear" in told.err
    assert shelf.prepared == [place / "test_voice.onnx"]
    row = listed(capsys)["piper:test_voice"]
    assert row.items() >= {"state": "ready", "default": True, "bytes": None, "install": None}.items()


def test_what_is_installed_is_not_fetched_again(shelf: Shelf, capsys: Output) -> None:
    """A second install says so, asks no server, works offline, and makes up for a preparation that was cut short."""
    run(["voices", "install", "test_voice"])
    shelf.server.asked.clear()
    assert run(["voices", "install", "piper:test_voice", "--offline"]) == 0
    assert "was installed already" in capsys.readouterr().err
    assert shelf.server.asked == []
    assert len(shelf.prepared) == 2


def test_install_tells_programs_too(shelf: Shelf, capsys: Output) -> None:
    """--json gives one line with name, voice, folder, size, and whether it was there and speaks by default."""
    for was_there in (False, True):
        run(["voices", "install", "da", "--json"])
        assert json.loads(capsys.readouterr().out) == {
            "name": "test_voice",
            "voice": "piper:test_voice",
            "folder": str(shelf.folder / "test_voice"),
            "bytes": shelf.entry.bytes,
            "was_there": was_there,
            "default": False,
        }


def test_nothing_is_fetched_that_could_not_speak(shelf: Shelf, capsys: Output) -> None:
    """Without the engine's packages the install is refused with what to install first, and the list says it too."""
    shelf.needs = "install its packages with: pip install 'lyt-til-artiklen[piper]'"
    assert run(["voices", "install", "da"]) == 2
    assert "pip install 'lyt-til-artiklen[piper]'" in capsys.readouterr().err
    assert shelf.server.asked == []
    told = listed(capsys)
    assert told["piper"].items() >= {"state": "unusable", "problem": shelf.needs}.items()
    assert told["piper:test_voice"]["problem"] == shelf.needs
    shelf.entry = replace(shelf.entry, engine="mars")
    assert run(["voices", "install", "da"]) == 2
    assert "no voice engine 'mars'" in capsys.readouterr().err


def test_offline_installs_nothing(shelf: Shelf, capsys: Output) -> None:
    """--offline, and offline in lyt.toml, refuse to fetch; --online undoes the latter."""
    assert run(["voices", "install", "da", "--offline"]) == 2
    Path("lyt.toml").write_text("offline = true\n")
    assert run(["voices", "install", "da"]) == 2
    assert "offline" in capsys.readouterr().err
    assert shelf.server.asked == []
    assert run(["voices", "install", "da", "--online"]) == 0


def test_a_failed_download_is_one_line_and_the_code_of_voices(shelf: Shelf, capsys: Output) -> None:
    """What goes wrong ends in one line and exit code 5; the next try goes on."""
    shelf.server.faults = [cut(1000), status(404)]
    assert run(["voices", "install", "da"]) == 5
    assert capsys.readouterr().err.splitlines()[-1].startswith("lyt: 'test_voice.onnx' was not fetched")
    assert shelf.prepared == []
    assert listed(capsys)["piper:test_voice"]["state"] == "installable"
    assert run(["voices", "install", "da"]) == 0
    assert shelf.server.asked[2][1] == "bytes=1000-"


def test_ctrl_c_keeps_what_has_arrived(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """An interrupted download says that it will go on."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ProgressBar, "update", stop)
    assert run(["voices", "install", "da"]) == 130
    assert "goes on from there" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["install", "remove"])
def test_an_unknown_name_is_a_wrong_call(shelf: Shelf, command: str, capsys: Output) -> None:
    """A voice that the catalogue does not have is named with those that it has."""
    assert run(["voices", command, "nobody"]) == 2
    assert "da or test_voice" in capsys.readouterr().err


def test_without_a_home_one_is_told_to_name_a_folder(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """Where there is no folder for voices, LYT_DATA is the advice, and the list is there all the same."""
    for place in ("reader.cli.voices.voices_folder", "reader.cli.voices.listing.voices_folder"):
        monkeypatch.setattr(place, lambda: None)
    assert run(["voices", "install", "da"]) == 2
    assert "LYT_DATA" in capsys.readouterr().err
    assert listed(capsys)["piper:test_voice"]["state"] == "installable"


# removing and trying


def test_remove_takes_a_voice_away(shelf: Shelf, capsys: Output) -> None:
    """A removed voice is gone from the disk and the list, and can be had again; what is not there cannot go."""
    run(["voices", "install", "da"])
    assert run(["voices", "remove", "da"]) == 0
    assert "lyt voices install da" in capsys.readouterr().err
    assert not (shelf.folder / "test_voice").exists()
    assert listed(capsys)["piper:test_voice"]["state"] == "installable"
    assert run(["voices", "remove", "da"]) == 2
    assert "not installed" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["da", "test_voice", "piper:test_voice"])
def test_trying_what_is_not_installed_says_how_to(shelf: Shelf, name: str, capsys: Output) -> None:
    """A voice of the catalogue that is not here is answered with the command that brings it."""
    assert run(["voices", "try", name]) == 2
    assert "install it with: lyt voices install da" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["da", "test_voice", "piper:test_voice", "tone:high"])
def test_an_installed_voice_is_tried_by_any_of_its_names(
    shelf: Shelf, name: str, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """The sample is spoken by the voice behind the name, into the file that was named."""
    run(["voices", "install", "da"])
    spoken: list[tuple[Path, str]] = []
    monkeypatch.setattr(
        "reader.cli.say.speak_into", lambda _text, file, settings: spoken.append((file, settings.voice))
    )
    assert run(["voices", "try", name, "-o", "prøve.mp3"]) == 0
    assert spoken == [(Path("prøve.mp3"), "tone:high" if name == "tone:high" else "piper:test_voice")]


def test_a_profile_of_what_is_not_installed_says_how_to(data: Path, capsys: Output) -> None:
    """A built-in profile is a voice like any other: without its model, the answer is how to install that."""
    for name in ("talesyntese", "piper", "da"):
        assert run(["voices", "try", name]) == 2
        assert "lyt voices install da" in capsys.readouterr().err


# progress


class Terminal:
    """A stderr that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_the_bar_tells_of_lines_or_of_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line on a terminal holds the bar and the words for what is done; none at all stands elsewhere."""
    drawn: list[str] = []
    now = [100.0]
    monkeypatch.setattr("reader.cli.console.sys.stderr", Terminal())
    monkeypatch.setattr("reader.cli.console.time.monotonic", lambda: now[0])
    monkeypatch.setattr("reader.cli.console.click.echo", lambda text, **_: drawn.append(text))
    bar, arriving = ProgressBar("broen"), ProgressBar("da", BytesTold())
    arriving.update(0, 60_000_000)
    now[0] += 2
    bar.update(1, 4)
    arriving.update(20_000_000, 60_000_000)
    assert [text.removeprefix("\r\x1b[K") for text in drawn] == [
        "da " + "░" * 24 + " 0.0/60.0 MB",
        "broen " + "█" * 6 + "░" * 18 + " 1/4 lines, 6 s left",
        "da " + "█" * 8 + "░" * 16 + " 20.0/60.0 MB, 10.0 MB/s, 0:04 left",
    ]


@pytest.mark.parametrize(
    ("told", "steps", "last"),
    [
        (lines_told, [(1, 4, 2.0)], "1/4 lines, 6 s left"),
        (BytesTold(), [(0, 10**7, 0.0)], "0.0/10.0 MB"),
        (BytesTold(), [(5 * 10**6, 10**7, 0.0), (6 * 10**6, 10**7, 1.0)], "6.0/10.0 MB, 1.0 MB/s, 0:04 left"),
        (BytesTold(), [(5 * 10**6, 10**7, 1.0), (0, 10**7, 2.0)], "0.0/10.0 MB"),
    ],
)
def test_the_speed_is_that_of_this_run(
    told: Callable[[int, int, float], str], steps: list[tuple[int, int, float]], last: str
) -> None:
    """What was there before is no merit of this run, and one that begins again starts from nothing."""
    assert [told(*step) for step in steps][-1] == last


def test_the_default_of_a_new_voice_is_asked_of_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A voice speaks by default if "default" leads to it."""
    monkeypatch.setattr(listing, "resolve", lambda _: "piper:x")
    assert listing.speaks_by_default("piper:x")
    assert not listing.speaks_by_default("piper:y")
