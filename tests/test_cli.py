"""The command line: what people and programs get, also when they are careless."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reader.cli import COMMANDS, run
from reader.cli.console import clock, printable

pytestmark = pytest.mark.whole

TEXT = "Broen åbner\n\nDet regner i Nørrehavn.\n\n»Vi bygger nu,« siger Ida Ravn.\n\nSå gik de hjem.\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture
def folder(bare_folder: Path) -> Path:
    """A folder to work in, with an article."""
    (bare_folder / "broen.txt").write_text(TEXT, "utf-8")
    return bare_folder


Output = pytest.CaptureFixture[str]


def test_read_says_where_the_mp3_is(folder: Path, capsys: Output) -> None:
    """stdout is the path of the MP3 and nothing else; stderr tells a person the rest."""
    assert run(["read", "broen.txt"]) == 0
    out, err = capsys.readouterr()
    assert out == "output/broen-aabner/broen-aabner.mp3\n"
    assert (folder / out.strip()).is_file()
    assert "Broen åbner" in err
    assert "2 chapters" in err
    assert "Voice: tone:low@1, tone:high@1." in err


def test_read_gives_json_for_programs(folder: Path, capsys: Output) -> None:
    """--json prints one object for each source, with the fields that programs rely on, and stays silent on stderr."""
    (folder / "to.txt").write_text(TEXT.replace("Broen", "Havnen"), "utf-8")
    assert run(["read", "--json", "broen.txt", "to.txt", "-o", "ud"]) == 0
    out, err = capsys.readouterr()
    first, second = (json.loads(line) for line in out.splitlines())
    fields = "source slug title folder mp3 duration chapters voice handovers lines loudness true_peak verified cached"
    assert set(first) == set(fields.split())
    assert (first["source"], first["slug"], first["chapters"], first["lines"]) == ("broen.txt", "broen-aabner", 2, 6)
    assert second["mp3"] == "ud/havnen-aabner/havnen-aabner.mp3"
    assert err == ""


def test_nothing_is_drawn_where_stderr_is_no_terminal(folder: Path, capsys: Output) -> None:
    """Progress is for a person at a terminal: elsewhere no bar, no colours, no carriage returns."""
    run(["read", "broen.txt"])
    err = capsys.readouterr().err
    assert "\r" not in err
    assert "\x1b" not in err


def test_the_environment_and_the_settings_file_set_options(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """What stands in lyt.toml holds, LYT_* wins over it, and the command line over both."""
    (folder / "lyt.toml").write_text('output = "a"\nquote_voice = "same"\n')
    run(["read", "broen.txt"])
    monkeypatch.setenv("LYT_OUTPUT", "b")
    run(["read", "broen.txt"])
    run(["read", "broen.txt", "-o", "c"])
    out, err = capsys.readouterr()
    assert [line[:2] for line in out.splitlines()] == ["a/", "b/", "c/"]
    assert "tone:high" not in err


def test_a_source_can_come_from_standard_input(folder: Path) -> None:
    """- reads the article from standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "reader.cli", "read", "-", "--json"],
        input=TEXT.encode(),
        capture_output=True,
        check=True,
        cwd=folder,
    )
    assert json.loads(done.stdout)["slug"] == "broen-aabner"


def test_text_shows_the_article(folder: Path, capsys: Output) -> None:
    """lyt text shows the article for a person, or as JSON."""
    assert run(["text", "broen.txt"]) == 0
    assert capsys.readouterr().out.startswith("Broen åbner\n\nDet regner")
    assert run(["text", "broen.txt", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Broen åbner"
    assert folder.is_dir()


def test_a_script_can_be_corrected_and_spoken(folder: Path, capsys: Output) -> None:
    """lyt script writes a file that may be edited; lyt speak speaks it, as the same episode."""
    run(["read", "broen.txt"])
    assert run(["script", "broen.txt", "-o", "manus.json"]) == 0
    script = folder / "manus.json"
    script.write_text(script.read_text("utf-8").replace('"Det regner i Nørrehavn."', '"Det regner i Nørrehavn."', 1))
    plain = json.loads(script.read_text("utf-8"))
    plain["lines"][1]["spoken"] = "Det styrter ned i Nørrehavn."
    script.write_text(json.dumps(plain), "utf-8")
    assert run(["speak", "manus.json", "--json"]) == 0
    spoken = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert spoken["slug"] == "broen-aabner"
    assert len(list((folder / "output").iterdir())) == 1


def test_script_goes_to_stdout_or_into_a_file(folder: Path, capsys: Output) -> None:
    """Without -o the script is the result on stdout; with it, stdout says where it is."""
    run(["script", "broen.txt", "--no-notice"])
    plain = json.loads(capsys.readouterr().out)
    assert plain["lines"][-1]["spoken"] == "Så gik de hjem."
    (folder / "lyt.toml").write_text("notice = false\n")
    run(["script", "broen.txt", "--notice"])
    assert "syntetisk" in json.loads(capsys.readouterr().out)["lines"][-1]["spoken"]
    run(["script", "broen.txt", "-o", "a/b/manus.json"])
    assert capsys.readouterr().out == "a/b/manus.json\n"
    assert (folder / "a" / "b" / "manus.json").is_file()


def test_say_shows_the_words_and_the_rules(folder: Path, capsys: Output) -> None:
    """lyt say shows what will be said, with --explain rule by rule, and speaks it with -o."""
    assert run(["say", "kl. 14.30"]) == 0
    assert capsys.readouterr().out == "klokken fjorten tredive\n"
    run(["say", "ca. 5 %", "--explain"])
    assert "abbreviation" in capsys.readouterr().out
    run(["say", "ca. 5 %", "--json"])
    assert json.loads(capsys.readouterr().out)["spoken"] == "cirka fem procent"
    assert run(["say", "Det virker.", "-o", "ud/test.mp3"]) == 0
    assert (folder / "ud" / "test.mp3").stat().st_size > 5000


def test_voices_lists_what_is_here(folder: Path, capsys: Output) -> None:
    """lyt voices names every engine, what it costs in privacy, and its voices; try speaks a sample."""
    assert run(["voices"]) == 0
    shown = capsys.readouterr().out
    assert "espeak" in shown
    assert "sends the text to Google" in shown
    run(["voices", "list", "--json"])
    assert {row["name"] for row in json.loads(capsys.readouterr().out)} >= {"espeak", "gtts", "tone"}
    assert run(["voices", "try", "tone:high"]) == 0
    assert (folder / "sample.mp3").is_file()


def test_doctor_says_that_all_is_well(folder: Path, capsys: Output) -> None:
    """lyt doctor finds everything that an offline run needs, and says so to people and programs."""
    assert run(["doctor"]) == 0
    assert "default voice: espeak:da@" in capsys.readouterr().out
    run(["doctor", "--json"])
    assert all(finding["good"] is not False for finding in json.loads(capsys.readouterr().out))
    assert folder.is_dir()


def test_doctor_names_what_is_in_the_way(folder: Path, capsys: Output) -> None:
    """A folder that cannot be written is found, and the exit code says that something is wrong."""
    assert run(["doctor", "-o", "broen.txt/ud"]) == 2
    assert "BAD output folder" in capsys.readouterr().out
    assert folder.is_dir()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["read", "mangler.txt"], 3, "does not exist"),
        (["read", "avis.example/artikel"], 3, "or write https://avis.example/artikel"),
        (["read", "mappe"], 3, "is a folder"),
        (["read", "tom.txt"], 3, "is empty"),
        (["read", "blank.html"], 3, "no article"),
        (["read", "rapport.html"], 3, "PDF"),
        (["read", "billede.html"], 3, "PNG"),
        (["read", "program.txt"], 3, "not"),
        (["read", "/dev/zero"], 3, "not a file"),
        (["read", "ftp://avis.example/a"], 3, "http"),
        (["read", "http://127.0.0.1:9/a", "--offline"], 3, "offline"),
        (["read", "http://127.0.0.1:9/a"], 3, "127.0.0.1"),
        (["read", ""], 3, "no source"),
        (["read", "broen.txt", "--voice", "nobody"], 2, "nobody"),
        (["read", "broen.txt", "--quote-voice", "espeak:xx"], 2, "xx"),
        (["read", "broen.txt", "-o", "broen.txt"], 6, "a file stands"),
        (["read", "broen.txt", "--config", "mangler.toml"], 2, "mangler.toml"),
        (["speak", "broen.txt"], 4, "not JSON"),
        (["speak", "mangler.json"], 3, "mangler.json"),
        (["say", "!!!", "-o", "x.mp3"], 4, "nothing"),
        (["text", "mangler.txt"], 3, "does not exist"),
    ],
)
def test_bad_input_is_one_line_and_a_code(
    folder: Path, capsys: Output, arguments: list[str], code: int, said: str
) -> None:
    """Whatever is wrong is said in one line, with the exit code of its kind; nothing is made and nothing changed."""
    (folder / "mappe").mkdir()
    (folder / "tom.txt").write_bytes(b"")
    (folder / "blank.html").write_bytes(b"<html><body><p> </p></body></html>")
    (folder / "rapport.html").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(100))
    (folder / "billede.html").write_bytes(PNG)
    (folder / "program.txt").write_bytes(b"\x7fELF" + bytes(200))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert run(arguments) == code
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert said.casefold() in err.casefold()
    assert "Traceback" not in err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert not (folder / "output").exists()


@pytest.mark.parametrize(
    "arguments", [["read"], ["nothing"], ["read", "a", "--chapters", "x"], ["read", "a", "b", "--title", "T"], ["--x"]]
)
def test_wrong_usage_is_code_two(folder: Path, capsys: Output, arguments: list[str]) -> None:
    """A call that makes no sense is explained, with exit code 2."""
    assert run(arguments) == 2
    assert "Error" in capsys.readouterr().err
    assert folder.is_dir()


def test_some_failures_among_several_are_code_eight(folder: Path, capsys: Output) -> None:
    """When one of several sources fails, the others are done, and the exit code says that not all went well."""
    assert run(["read", "mangler.txt", "broen.txt", "--json"]) == 8
    out, err = capsys.readouterr()
    failed, done = (json.loads(line) for line in out.splitlines())
    assert (failed["exit_code"], done["slug"]) == (3, "broen-aabner")
    assert "1 of 2 sources failed" in err
    assert (folder / "output" / "broen-aabner").is_dir()


def test_when_all_sources_fail_the_code_is_theirs(folder: Path) -> None:
    """Nothing was done, so it is no partial failure: the code is that of the sources."""
    assert run(["read", "mangler.txt", "mangler2.txt"]) == 3
    assert folder.is_dir()


def test_debug_shows_the_traceback(folder: Path) -> None:
    """With --debug the error comes with its traceback, for whoever mends the program."""
    done = subprocess.run(
        [sys.executable, "-m", "reader.cli", "--debug", "read", "mangler.txt"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" in done.stderr
    assert done.returncode != 0
    assert folder.is_dir()


@pytest.mark.skipif(os.name == "nt", reason="no such signals there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(folder: Path, number: signal.Signals) -> None:
    """Ctrl-C and a polite kill end the run with code 130, one line, and no file."""
    (folder / "lang.txt").write_text("Overskrift her\n\n" + "Det regner i dag over hele landet. \n\n" * 3000, "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "reader.cli", "read", "lang.txt", "--voice", "espeak"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 20
    while not list(folder.glob("output/*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    try:
        _, err = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert err == "lyt: interrupted; nothing half-done was left behind\n"
    assert not (folder / "output").exists()


def test_every_command_explains_itself(folder: Path, capsys: Output) -> None:
    """Every command has a help text that says what it does and what its options are."""
    for command in COMMANDS:
        assert run([command, "--help"]) == 0
        assert len(capsys.readouterr().out) > 200
    assert folder.is_dir()


def test_foreign_text_cannot_write_to_the_terminal() -> None:
    """Escape sequences and line breaks in what others wrote are shown as spaces."""
    assert printable("a\x1b[31mb\nc\u202e\x07") == "a [31mb c"
    assert [clock(seconds) for seconds in (5, 173, 3723)] == ["0:05", "2:53", "1:02:03"]


def test_the_output_of_the_environment_is_a_folder_and_no_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """LYT_OUTPUT is the folder of the episodes; commands that write one file on demand take no notice of it."""
    monkeypatch.setenv("LYT_OUTPUT", "episoder")
    assert run(["say", "Det regner."]) == 0
    assert run(["script", "broen.txt"]) == 0
    assert capsys.readouterr().out.startswith("Det regner.\n{")
    assert not (folder / "episoder").exists()
    assert run(["read", "broen.txt"]) == 0
    assert (folder / "episoder" / "broen-aabner").is_dir()


def test_an_option_can_undo_what_the_settings_say(folder: Path, capsys: Output) -> None:
    """What lyt.toml turns on or off, an option of the command line turns back."""
    (folder / "lyt.toml").write_text('offline = true\nquote_voice = "same"\n')
    assert run(["read", "http://127.0.0.1:9/a"]) == 3
    assert "offline" in capsys.readouterr().err
    assert run(["read", "http://127.0.0.1:9/a", "--online"]) == 3
    assert "offline" not in capsys.readouterr().err
    run(["read", "broen.txt", "--quote-voice", "second"])
    assert "tone:high" in capsys.readouterr().err


def test_a_title_that_cannot_be_shown_is_refused(folder: Path, capsys: Output) -> None:
    """Half characters and control characters in a title or an id are a wrong call."""
    for value in ("\udcff", "a\x1b[31m", "a\nb"):
        assert run(["read", "broen.txt", "--title", value]) == 2
        assert run(["read", "broen.txt", "--id", value]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not (folder / "output").exists()


def test_half_a_character_in_a_script_is_named(folder: Path, capsys: Output) -> None:
    """An escape for half a character is no text, and the script that holds it is refused."""
    run(["script", "broen.txt", "-o", "manus.json"])
    path = folder / "manus.json"
    path.write_text(path.read_text("utf-8").replace('"Broen åbner"', '"Broen \\ud800"'), "utf-8")
    assert run(["speak", "manus.json"]) == 4
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device there")
def test_a_result_that_cannot_be_written_is_said(folder: Path) -> None:
    """When stdout is full, that is one line and a code; when nobody reads it any more, it is no error."""
    command = [sys.executable, "-m", "reader.cli", "text", "broen.txt"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=folder)
    assert done.returncode == 6
    assert done.stderr.count("\n") == 1
    assert "could not be written" in done.stderr


def test_closed_streams_are_no_crash(folder: Path) -> None:
    """Without a stderr the work is done all the same; without a stdin a script cannot come from there."""
    command = f"{sys.executable} -m reader.cli"
    assert subprocess.run(f"{command} read broen.txt 2>&-", shell=True, check=False, cwd=folder).returncode == 0
    assert (folder / "output" / "broen-aabner").is_dir()
    done = subprocess.run(f"{command} speak - <&-", shell=True, check=False, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="no terminals of this kind there")
def test_a_person_at_a_terminal_sees_progress(folder: Path) -> None:
    """At a terminal a bar shows how many lines are spoken and what is left, and goes when the run is over."""
    import pty

    control, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "reader.cli", "read", "broen.txt"],
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        cwd=folder,
    )
    os.close(terminal)
    shown = b""
    try:
        while chunk := os.read(control, 4096):
            shown += chunk
    except OSError:
        pass  # the other end is closed
    os.close(control)
    assert process.wait(20) == 0
    assert "6/6 lines, 0 s left" in shown.decode()
    assert shown.decode().rindex("\r\x1b[K") > shown.decode().rindex("lines,")


@pytest.mark.skipif(os.name == "nt", reason="no such signals there")
def test_an_impatient_interrupt_is_as_clean_as_a_single_one(folder: Path) -> None:
    """However often somebody presses Ctrl-C, the run ends once: code 130, one line, no traceback, no file."""
    (folder / "lang.txt").write_text("Overskrift her\n\n" + "Det regner i dag over hele landet. \n\n" * 3000, "utf-8")
    for pause in (0.0, 0.005, 0.03):
        process = subprocess.Popen(
            [sys.executable, "-m", "reader.cli", "read", "lang.txt", "--voice", "espeak"],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            cwd=folder,
        )
        deadline = time.monotonic() + 20
        while not list(folder.glob("output/*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        for _ in range(5):
            process.send_signal(signal.SIGINT)
            time.sleep(pause)
        _, err = process.communicate(timeout=20)
        assert (process.returncode, err) == (130, "lyt: interrupted; nothing half-done was left behind\n")
        assert not (folder / "output").exists()
