"""A newsroom's own lexicon on the command line, and the trace of every change."""

import errno
import io
import json
import os
import stat
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.cli import run
from reader.cli.lexicon import editing
from reader.config import Settings, load_settings
from reader.danish import Entry, Lexicon
from reader.errors import ConfigError
from reader.lexicon import entries_in, load_lexicon
from reader.pipeline import narrate

TEXT = "Broen åbner\n\nXyrqs regner i Nørrehavn.\n\n»Vi bygger 5 nu,« siger Ida Ravn.\n\nSå gik de hjem.\n"

Output = pytest.CaptureFixture[str]


@pytest.fixture
def folder(bare_folder: Path) -> Path:
    """A folder to work in, with an article."""
    (bare_folder / "broen.txt").write_text(TEXT, "utf-8")
    return bare_folder


def type_in(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    """Let `body` be the standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body)))


# settings


def test_a_lexicon_in_this_folder_is_used_unless_another_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """lexicon.toml is used when it is there; lyt.toml, LYT_LEXICON and --lexicon name another one, the latter first."""
    for name in ("lexicon", "a", "b", "c"):
        (folder / f"{name}.toml").write_text(f'Xyrqs = "fra {name}"\n')
    run(["say", "Xyrqs"])
    (folder / "lyt.toml").write_text('lexicon = "a.toml"\n')
    run(["say", "Xyrqs"])
    monkeypatch.setenv("LYT_LEXICON", "b.toml")
    run(["say", "Xyrqs"])
    run(["say", "Xyrqs", "--lexicon", "c.toml"])
    assert capsys.readouterr().out == "fra lexicon\nfra a\nfra b\nfra c\n"


def test_no_lexicon_is_no_lexicon(folder: Path) -> None:
    """Without a file there are no entries, and settings made in a program look at no folder."""
    assert load_settings().lexicon == ""
    assert load_lexicon("").entries == ()
    (folder / "lexicon.toml").write_text('Xyrqs = "sirks"\n')
    assert Settings().lexicon == ""
    assert load_settings().lexicon == "lexicon.toml"


def test_a_lexicon_reaches_every_command_that_reads(folder: Path, capsys: Output) -> None:
    """An entry is heard in lyt read, lyt script, lyt say and in narrate."""
    (folder / "lexicon.toml").write_text('Xyrqs = { spoken = "sirks", ipa = "siʁks", language = "pl" }\n', "utf-8")
    run(["script", "broen.txt"])
    line = json.loads(capsys.readouterr().out)["lines"][1]
    assert line["spoken"] == "sirks regner i Nørrehavn."
    assert line["spans"][0].items() >= {"rule": "newsroom", "ipa": "siʁks", "language": "pl"}.items()
    run(["read", "broen.txt", "-o", "ud"])
    assert "sirks" in (folder / "ud" / "broen-aabner" / "script.json").read_text("utf-8")
    episode = narrate("broen.txt", folder / "her", settings=Settings(voice="tone", lexicon="lexicon.toml"))
    assert episode.script.lines[1].spoken == "sirks regner i Nørrehavn."
    assert run(["say", "Xyrqs", "-o", "x.mp3"]) == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "does not exist"),
        (b"A = 3\n", "must be a string"),
        (b"A = \n", "not TOML"),
        (b'A = "5 G"\n', "in words"),
        (b'A = { sound = "a" }\n', "unknown key 'sound'"),
        (b'A = "\xe6"\n', "not text in UTF-8"),
    ],
)
@pytest.mark.parametrize("command", [["say", "x"], ["read", "broen.txt", "to.txt"], ["lexicon", "test"]])
def test_a_lexicon_that_cannot_be_used_is_named_once(
    folder: Path, capsys: Output, command: list[str], content: bytes | None, said: str
) -> None:
    """One line says which lexicon is wrong and what is wrong with it, with exit code 2, before anything is made."""
    if content is not None:
        (folder / "navne.toml").write_bytes(content)
    assert run([*command, "--lexicon", "navne.toml"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "'navne.toml'" in err
    assert said in err
    assert not (folder / "output").exists()


@pytest.mark.parametrize("name", [".", "/dev/zero", "a\0b"])
def test_a_lexicon_that_is_no_file_is_refused(folder: Path, capsys: Output, name: str) -> None:
    """A folder, a device or a name that no file can have is a wrong call, and is not waited for."""
    assert run(["say", "x", "--lexicon", name]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert folder.is_dir()


def test_doctor_looks_at_the_lexicon(folder: Path, capsys: Output) -> None:
    """lyt doctor counts the entries of a lexicon, and finds one that cannot be used."""
    (folder / "lexicon.toml").write_text('A = "a"\n')
    assert run(["doctor"]) == 0
    assert "lexicon: lexicon.toml has 1 entry" in capsys.readouterr().out
    (folder / "lexicon.toml").write_text("A = 1\n")
    assert run(["doctor"]) == 2
    assert "BAD lexicon" in capsys.readouterr().out


# add and remove


def test_add_makes_the_file_and_shows_the_reading(folder: Path, capsys: Output) -> None:
    """The first entry makes lexicon.toml; stdout is how the word is now read, stderr where that is saved."""
    assert run(["lexicon", "add", "DIIS", "dis"]) == 0
    assert capsys.readouterr() == ("dis\n  newsroom  'DIIS' -> 'dis'\n", "saved in lexicon.toml\n")
    assert (folder / "lexicon.toml").read_text() == 'DIIS = "dis"\n'
    assert run(["say", "DIIS"]) == 0
    assert capsys.readouterr().out == "dis\n"


def test_add_writes_a_sound_as_a_table(folder: Path, capsys: Output) -> None:
    """With IPA, a language or a source the entry is a table on one line; IPA may come in its brackets."""
    run("lexicon add Zelenskyj --ipa [seˈlænski] --language uk --source redaktionen".split())
    assert capsys.readouterr().out.endswith("'Zelenskyj' -> 'Zelenskyj' [seˈlænski] (uk)\n")
    line = (folder / "lexicon.toml").read_text("utf-8")
    assert line == 'Zelenskyj = {ipa = "seˈlænski", language = "uk", source = "redaktionen"}\n'
    assert load_lexicon("lexicon.toml").entries == (Entry("Zelenskyj", "Zelenskyj", "seˈlænski", "uk", "redaktionen"),)


def test_add_replaces_and_says_what_was_there(folder: Path, capsys: Output) -> None:
    """An entry of the same written form is replaced where it stands, and the message says what it was."""
    (folder / "lexicon.toml").write_text('# egne\nDIIS = "dis"  # sagt af dem selv\nBib = "bib"\n')
    run(["lexicon", "add", "DIIS", "de is"])
    assert capsys.readouterr().err == "saved in lexicon.toml; it was 'dis'\n"
    assert (folder / "lexicon.toml").read_text() == '# egne\nDIIS = "de is"  # sagt af dem selv\nBib = "bib"\n'


def test_remove_takes_out_one_entry(folder: Path, capsys: Output) -> None:
    """Only the entry goes; stdout is how the word is read without it, stderr what it was."""
    (folder / "lexicon.toml").write_text('# egne\nXyrqs = "sirks"\n\n"Bo Bob" = "bo bob" # ja\n')
    assert run(["lexicon", "remove", "Xyrqs"]) == 0
    assert capsys.readouterr() == ("Xyrqs\n", "removed from lexicon.toml; it was 'sirks'\n")
    assert (folder / "lexicon.toml").read_text() == '# egne\n\n"Bo Bob" = "bo bob" # ja\n'
    assert run(["lexicon", "remove", "xyrqs"]) == 2
    assert "no entry 'xyrqs'" in capsys.readouterr().err


def test_remove_without_a_file_says_so(folder: Path, capsys: Output) -> None:
    """There is nothing to take out of a file that is not there, and none is made."""
    assert run(["lexicon", "remove", "A"]) == 2
    assert "'lexicon.toml' does not exist" in capsys.readouterr().err
    assert not (folder / "lexicon.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["COP28", "Cop 28"], "in words"),
        (["A", ""], "in words"),
        (["A", "..."], "in words"),
        (["", "a"], "begin with a letter"),
        (["--", "-a", "a"], "begin with a letter"),
        (["A"], "say how 'A' is said"),
        (["A", "--source", "mig"], "say how 'A' is said"),
        (["A", "a\x1bb"], "cannot be shown"),
        (["A", "a\nb"], "cannot be shown"),
        (["A\udcff", "a"], "cannot be shown"),
        (["A", "--ipa", "a\x07"], "cannot be shown"),
        (["A", "a", "--source", "a\x07"], "cannot be shown"),
        (["A", "a", "--language", "dansk tale"], "language"),
        (["A", "a", "b"], "unexpected"),
    ],
)
def test_an_entry_that_cannot_be_said_is_refused(folder: Path, capsys: Output, arguments: list[str], said: str) -> None:
    """What is no entry is refused with exit code 2 and a reason; the file stays as it is."""
    (folder / "lexicon.toml").write_bytes(b'# egne\r\nB="b"')
    assert run(["lexicon", "add", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "\x1b" not in err
    assert (folder / "lexicon.toml").read_bytes() == b'# egne\r\nB="b"'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('A = "a"', 'A = "a"\nNy = "ny"\n'),
        ("# alene\n", '# alene\nNy = "ny"\n'),
        ('\ufeffA="a"\r\n', 'A="a"\r\nNy = "ny"\n'),
        (
            'A="a"\n\n# om B\n[B]\nspoken="b" # b\n# slut\n',
            'A="a"\n\n# om B\n[B]\nspoken="b" # b\n# slut\n\n[Ny]\nspoken = "ny"\n',
        ),
        ('[Ny]\n# hør selv\nspoken="gammel" # så\nipa="a"\n', '[Ny]\n# hør selv\nspoken="ny" # så\n'),
        ("'Ny' = { ipa = 'a' } # så\n", "'Ny' = \"ny\" # så\n"),
    ],
)
def test_what_stands_in_the_file_is_kept(folder: Path, before: str, after: str) -> None:
    """Comments, order and layout of everything else stay, whatever style the file is written in."""
    (folder / "lexicon.toml").write_bytes(before.encode())
    assert run(["lexicon", "add", "Ny", "ny"]) == 0
    assert (folder / "lexicon.toml").read_bytes().decode() == after


LAID_OUT = st.sampled_from(
    ["# en bemærkning\n", "\n", 'A = "a"\n', '"B b" = { spoken = "be", ipa = "b" } # b\n', "'Ø' = \"ø\"\r\n"]
)


@given(st.lists(LAID_OUT, unique=True), st.sampled_from(["A", "B b", "Ø", "A.P.", "æ-", 'N"n', "x"]))
def test_an_edit_changes_one_entry_and_no_comment(lines: list[str], written: str) -> None:
    """Whatever the file holds, it holds the same afterwards, but for the entry that was added or taken out."""
    text = "".join(lines)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "lexicon.toml"
        before = entries_in(text, file)
        editing.put(file, text, before, Entry(written, "ny", ipa="n"))
        added = file.read_bytes().decode()
        now = entries_in(added, file)
        assert {e.written: e for e in now} == {e.written: e for e in before} | {written: Entry(written, "ny", ipa="n")}
        assert added.count("#") == text.count("#")
        assert editing.take(file, added, now, written).spoken(written) is None
        assert set(entries_in(file.read_text("utf-8"), file)) == {e for e in before if e.written != written}


def test_a_broken_file_is_not_added_to(folder: Path, capsys: Output) -> None:
    """A lexicon with a mistake in it is left for its owner to correct."""
    (folder / "lexicon.toml").write_text("A = \n")
    assert run(["lexicon", "add", "B", "b"]) == 2
    assert "not TOML" in capsys.readouterr().err
    assert (folder / "lexicon.toml").read_text() == "A = \n"


def test_a_layout_that_cannot_be_edited_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When an edit would change more than the one entry, nothing is written, and a person must do it."""
    monkeypatch.setattr(editing, "_set", lambda document, entry: document.clear())
    file = folder / "lexicon.toml"
    with pytest.raises(ConfigError, match="by hand"):
        editing.put(file, 'A = "a"\n', (Entry("A", "a"),), Entry("B", "b"))
    assert not file.exists()


def test_words_are_folded_as_articles_are(folder: Path) -> None:
    """Decomposed letters, double and hard spaces are what an article has in their place."""
    run(["lexicon", "add", " A\u030ase\u00a0 Dal ", "åse  dal"])
    assert load_lexicon("lexicon.toml").entries == (Entry("Åse Dal", "åse dal"),)
    assert run(["lexicon", "remove", "A\u030ase  Dal"]) == 0
    assert (folder / "lexicon.toml").read_text() == ""


@pytest.mark.skipif(os.name == "nt", reason="no such modes there")
def test_saving_keeps_mode_and_link(folder: Path) -> None:
    """A shared file stays shared, and a link stays a link."""
    shared = folder / "delt.toml"
    shared.write_text('A = "a"\n')
    shared.chmod(0o664)
    (folder / "lexicon.toml").symlink_to(shared)
    assert run(["lexicon", "add", "B", "b"]) == 0
    assert (folder / "lexicon.toml").is_symlink()
    assert shared.read_text() == 'A = "a"\nB = "b"\n'
    assert stat.S_IMODE(shared.stat().st_mode) == 0o664
    assert sorted(path.name for path in folder.iterdir()) == ["broen.txt", "delt.toml", "lexicon.toml"]


def test_a_folder_that_may_not_be_written_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """Where nothing may be saved, one line says so, and which option names another file."""

    def refuse(**_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert run(["lexicon", "add", "A", "a"]) == 6
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "--lexicon" in err
    assert not (folder / "lexicon.toml").exists()


def test_add_warns_of_an_entry_that_is_in_the_way(folder: Path, capsys: Output) -> None:
    """An entry that will not be heard as it says is saved, with a warning that names the reason."""
    (folder / "lexicon.toml").write_text('xyrqs = "sirks"\n')
    assert run(["lexicon", "add", "Xyrqs", "kyrks"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Sirks\n")
    assert "take care" in err


# list


def test_list_is_an_aligned_table(folder: Path, capsys: Output) -> None:
    """A person sees written, spoken, IPA, language and source in columns; accents of IPA take no room."""
    (folder / "lexicon.toml").write_text('A = { ipa = "ɑ\u0303", source = "os" }\n"Bo Bob" = "bobob"\n', "utf-8")
    assert run(["lexicon", "list"]) == 0
    head, first, second = capsys.readouterr().out.splitlines()
    assert head == "written  spoken  ipa  language  source"
    assert first.replace("\u0303", "") == "A        A       ɑ              os"
    assert second == "Bo Bob   bobob"
    assert folder.is_dir()


def test_list_finds_a_pattern_anywhere_and_in_any_case(folder: Path, capsys: Output) -> None:
    """PATTERN is a piece of what is written or said; one that begins with a dash goes after --."""
    (folder / "lexicon.toml").write_text('Xyrqs = "sirks"\nBob = "bob"\n"x-x" = "eks"\n')
    for pattern, found in (("XYR", ["Xyrqs"]), ("irk", ["Xyrqs"]), ("b", ["Bob"]), ("", ["Xyrqs", "Bob", "x-x"])):
        assert run(["lexicon", "list", "--json", pattern]) == 0
        assert [row["written"] for row in json.loads(capsys.readouterr().out)] == found
    assert run(["lexicon", "list", "--json", "--", "-x"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1
    assert run(["lexicon", "list", "zzz"]) == 0
    assert capsys.readouterr() == (
        "",
        "no entry holds 'zzz'; look among those that ship with the program, too, with --all\n",
    )


def test_list_all_tells_whose_an_entry_is(folder: Path, capsys: Output) -> None:
    """With --all the entries that ship with the program follow the newsroom's own, each with its owner."""
    (folder / "lexicon.toml").write_text('DIIS = { spoken = "de is", source = "os" }\n')
    run(["lexicon", "list", "--all", "diis"])
    _, own, shipped = capsys.readouterr().out.splitlines()
    assert own.endswith("newsroom: os")
    assert "built-in" in shipped
    run(["lexicon", "list", "--all", "--json", "diis"])
    assert [row["lexicon"] for row in json.loads(capsys.readouterr().out)] == ["newsroom", "built-in"]


def test_an_empty_list_says_how_to_begin(folder: Path, capsys: Output) -> None:
    """Without entries stdout is empty, or an empty list, and stderr says how to add one."""
    assert run(["lexicon", "list"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "lyt lexicon add" in err
    assert run(["lexicon", "list", "--json"]) == 0
    assert capsys.readouterr() == ("[]\n", "")
    assert folder.is_dir()


# test


def test_a_lexicon_in_order_is_said_to_be(folder: Path, capsys: Output) -> None:
    """Every entry is tried as it is, capitalised and in the genitive; those that replace a built-in one are named."""
    (folder / "lexicon.toml").write_text(
        'xyrqs = "sirks"\nDIIS = "de is"\n"A.B." = "a be"\nZab = { ipa = "sab" }\n"q-" = "ku-"\nEU = "EU"\n', "utf-8"
    )
    assert run(["lexicon", "test"]) == 0
    shown = capsys.readouterr().out
    assert "'DIIS' replaces the built-in" in shown
    assert shown.endswith("6 entries in lexicon.toml, all in order\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('Xyrqs = "dr. Sirks"\n', ["'Xyrqs'", "'dr.'", "'doktor'", "'abbreviation'"]),
        ('Xyrqs = "Bob Sirks"\nBob = "bop"\n', ["'Xyrqs'", "'Bob'", "'bop'", "'newsroom'"]),
        ('xyrqs = "sirks"\nXyrqs = "kyrks"\n', ["'Xyrqs'", "'Sirks'", "'kyrks'", "another entry"]),
    ],
)
def test_an_entry_that_is_not_said_as_it_says_is_a_problem(
    folder: Path, capsys: Output, text: str, said: list[str]
) -> None:
    """One line names the entry and what is wrong with it, and the exit code is 2."""
    (folder / "lexicon.toml").write_text(text)
    assert run(["lexicon", "test"]) == 2
    problem, *_, verdict = capsys.readouterr().out.splitlines()
    assert problem.startswith("BAD ")
    assert [piece for piece in said if piece not in problem] == []
    assert "1 of them not in order" in verdict
    assert run(["lexicon", "test", "--json"]) == 2
    (found,) = json.loads(capsys.readouterr().out)["problems"]
    assert found["written"] == "Xyrqs"


def test_a_test_without_a_lexicon_is_no_success(folder: Path, capsys: Output) -> None:
    """In the wrong folder nothing is in order: exit code 2, and a line that says what to do."""
    assert run(["lexicon", "test"]) == 2
    assert "there is no lexicon.toml here" in capsys.readouterr().err
    assert folder.is_dir()


def test_a_text_is_tried_against_the_lexicon(folder: Path, capsys: Output) -> None:
    """With TEXT it is shown how it is read, and how much of that is the newsroom's doing."""
    (folder / "lexicon.toml").write_text('Xyrqs = "sirks"\n')
    assert run(["lexicon", "test", "Xyrqs", "har", "5"]) == 0
    out, err = capsys.readouterr()
    assert out == "sirks har fem\n  newsroom  'Xyrqs' -> 'sirks'\n  number    '5'     -> 'fem'\n"
    assert err == "1 of 2 changes by lexicon.toml\n"
    run(["lexicon", "test", "har 5"])
    assert capsys.readouterr().err == "no entry of lexicon.toml is used\n"
    run(["lexicon", "test", "Xyrqs", "--json"])
    assert json.loads(capsys.readouterr().out)["changes"] == [
        {"written": "Xyrqs", "spoken": "sirks", "rule": "newsroom"}
    ]


# the trace


def test_say_explains_in_columns(folder: Path, capsys: Output) -> None:
    """--explain shows rule, written and spoken in columns, with IPA and language where there are any."""
    (folder / "lexicon.toml").write_text('Xyrqs = { ipa = "siʁks", language = "pl" }\n', "utf-8")
    run(["say", "Xyrqs har ca. 5", "--explain"])
    assert capsys.readouterr().out == (
        "Xyrqs har cirka fem\n"
        "  newsroom      'Xyrqs' -> 'Xyrqs' [siʁks] (pl)\n"
        "  abbreviation  'ca.'   -> 'cirka'\n"
        "  number        '5'     -> 'fem'\n"
    )
    run(["say", "Xyrqs", "--json"])
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert change == {"written": "Xyrqs", "spoken": "Xyrqs", "rule": "newsroom", "ipa": "siʁks", "language": "pl"}


def test_say_takes_standard_input_line_by_line(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """- reads standard input; each line is read by itself, and blank lines stay."""
    type_in(monkeypatch, "Kl. 14.30\r\n\r\n5 %\n".encode("utf-8-sig"))
    assert run(["say", "-"]) == 0
    assert capsys.readouterr().out == "Klokken fjorten tredive\n\nfem procent\n"
    type_in(monkeypatch, "Det er sådan: æ".encode("cp1252"))
    run(["say", "-", "-o", "x.mp3"])
    assert capsys.readouterr().out == "Det er sådan: æ\n"
    assert (folder / "x.mp3").is_file()


def test_say_takes_its_words_without_quotation_marks(folder: Path, capsys: Output) -> None:
    """Several arguments are one text, and what begins with a dash goes after --."""
    assert run(["say", "kl.", "14.30"]) == 0
    assert run(["say", "--", "-5", "grader"]) == 0
    assert capsys.readouterr().out == "klokken fjorten tredive\nminus fem grader\n"
    assert folder.is_dir()


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "!!!", "a\0b", "\ud800 5", "\udcff", "\x1b[31ma", "\u202ea", "5" * 9000]
)
@pytest.mark.parametrize("option", [[], ["--json"], ["--explain"]])
def test_say_survives_odd_text(folder: Path, capsys: Output, text: str, option: list[str]) -> None:
    """Nothing, marks alone, controls and half characters are read like any text, and reach no terminal."""
    assert run(["say", *option, "--", text]) == 0
    out, err = capsys.readouterr()
    out.encode()
    assert err == ""
    assert not {"\x1b", "\0"} & set(out)
    assert folder.is_dir()


def test_say_reads_a_long_text(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """100 kB on one line are read whole."""
    type_in(monkeypatch, b"Kl. 14.30 i dag. " * 6000)
    assert run(["say", "-"]) == 0
    assert capsys.readouterr().out.count("fjorten tredive i dag.") == 6000
    assert folder.is_dir()


def test_a_closed_standard_input_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """Where there is no standard input, - is a source that cannot be read."""
    monkeypatch.setattr(sys, "stdin", None)
    assert run(["say", "-"]) == 3
    assert capsys.readouterr().err.count("\n") == 1
    assert folder.is_dir()


def test_a_script_explains_itself(folder: Path, capsys: Output) -> None:
    """Each line is shown with its role, quotes with their speaker, and beneath it what was changed."""
    (folder / "lexicon.toml").write_text('Xyrqs = "sirks"\n')
    assert run(["script", "broen.txt", "--explain", "--no-notice"]) == 0
    shown = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    assert [role for role, _ in shown if role != "mark"] == "title lead newsroom quote number body body".split()
    assert shown[1:3] == [["lead", "sirks regner i Nørrehavn."], ["newsroom", "'Xyrqs' -> 'sirks'"]]
    quote = next(text for role, text in shown if role == "quote")
    assert quote.startswith("Ida Ravn: ")
    assert "Vi bygger fem nu," in quote


def test_an_explained_script_still_goes_into_its_file(folder: Path, capsys: Output) -> None:
    """With -o the JSON is written, stdout explains, and the file can be explained again after a correction."""
    assert run(["script", "broen.txt", "--explain", "-o", "manus.json"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("title  Broen åbner\n")
    assert err == "written to manus.json\n"
    plain = json.loads((folder / "manus.json").read_text("utf-8"))
    plain["lines"][1]["spoken"] = "Sirks regner i Nørrehavn."
    (folder / "manus.json").write_text(json.dumps(plain), "utf-8")
    assert run(["script", "manus.json", "--explain"]) == 0
    assert "'Xyrqs' -> 'Sirks'" in capsys.readouterr().out


# the house


def test_only_an_edit_imports_the_editor(folder: Path) -> None:
    """Help, lyt say and reading a lexicon do without the library that edits one."""
    (folder / "lexicon.toml").write_text('Xyrqs = "sirks"\n')
    code = "import sys; from reader.cli import run; run(sys.argv[1:]); sys.exit('tomlkit' in sys.modules)"
    calls = (["--help"], ["say", "Xyrqs"], ["lexicon", "--help"], ["lexicon", "list"], ["lexicon", "test"])
    for arguments in calls:
        done = subprocess.run([sys.executable, "-c", code, *arguments], check=False, capture_output=True, cwd=folder)
        assert done.returncode == 0, arguments
    done = subprocess.run(
        [sys.executable, "-c", code, "lexicon", "add", "A", "a"], check=False, cwd=folder, capture_output=True
    )
    assert done.returncode == 1


def test_every_part_of_the_group_explains_itself(folder: Path, capsys: Output) -> None:
    """Each subcommand has a help text, and without one the group shows its own."""
    for command in ("add", "remove", "list", "test"):
        assert run(["lexicon", command, "--help"]) == 0
        assert len(capsys.readouterr().out) > 200
    assert folder.is_dir()


def test_what_is_saved_is_toml_that_others_read(folder: Path) -> None:
    """Names with dots, quotes and backslashes are keys that the standard library reads as they were."""
    for written in ("A.P. Møller", 'Al "Bo"', "C\\D", "E=F", "G#H", "I"):
        assert run(["lexicon", "add", "--", written, "ordet"]) == 0
    names = list(tomllib.loads((folder / "lexicon.toml").read_text("utf-8")))
    assert names == ["A.P. Møller", 'Al "Bo"', "C\\D", "E=F", "G#H", "I"]
    assert len(Lexicon(load_lexicon("lexicon.toml").entries).entries) == 6
