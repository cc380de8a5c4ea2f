"""lyt verify, refresh and withdraw: episodes that are there are checked, renewed, and taken away."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, serving

from reader import library
from reader.cli import run

pytestmark = pytest.mark.whole

TEXT = (
    "Broen åbner\n\nDet regner i Nørrehavn, og ingen er ude at gå.\n\n"
    "»Vi bygger nu,« siger Ida Ravn.\n\nSå gik de hjem til DIIS.\n"
)
Output = pytest.CaptureFixture[str]


@pytest.fixture
def folder(bare_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an article and its episode, and a cache of its own."""
    monkeypatch.setenv("LYT_CACHE", str(bare_folder / "cache"))
    (bare_folder / "broen.txt").write_text(TEXT, "utf-8")
    assert run(["read", "broen.txt"]) == 0
    return bare_folder


def contents(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


def as_json(capsys: Output) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


EPISODE = Path("output/broen-aabner")


def test_a_good_episode_is_verified(folder: Path, capsys: Output) -> None:
    """verify says of each rule that it holds, how much of the article is spoken, and exits with 0."""
    capsys.readouterr()
    assert run(["verify", str(EPISODE)]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"ok  {EPISODE}\n")
    assert "yes  each line has sound" in out
    assert "yes  all files say the same" in out
    assert "NO" not in out
    characters = sum(map(len, TEXT.strip().split("\n\n")[1:]))
    assert f"{characters} of {characters} characters are spoken" in out


DAMAGES: dict[str, tuple[Callable[[bytes], bytes | None], str]] = {
    "transcript.vtt": (lambda data: data.replace(b"regner", b"sner"), "transcript.vtt is not what script and cues say"),
    "sentences.vtt": (lambda _: None, "sentences.vtt is missing"),
    "chapters.json": (lambda data: data.replace(b'"startTime": 0', b'"startTime": 1'), "chapters.json is not what"),
    "cover.jpg": (lambda _: None, "cover.jpg is missing"),
    "broen-aabner.mp3": (lambda data: data[:-1000], "cannot be heard"),
    "episode.json": (lambda data: data.replace(b"Broen", b"Vejen"), "is not what script and cues say"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_is_found(name: str, folder: Path, capsys: Output) -> None:
    """A file that was changed, cut or lost is named, and verify exits with the code of a broken recording."""
    change, told = DAMAGES[name]
    file = EPISODE / name
    data = change(file.read_bytes())
    if data is None:
        file.unlink()
    else:
        assert data != file.read_bytes()
        file.write_bytes(data)
    capsys.readouterr()
    assert run(["verify", str(EPISODE)]) == 6
    out, err = capsys.readouterr()
    assert out.startswith("broken  ")
    assert told in out
    assert "problem" in err


def test_a_swapped_sound_is_found(folder: Path, capsys: Output) -> None:
    """The sound of another article under this one's name is found out, though both are whole."""
    (folder / "andet.txt").write_text(TEXT.replace("Broen", "Havnen").replace("regner", "sner og blæser"), "utf-8")
    run(["read", "andet.txt"])
    (EPISODE / "broen-aabner.mp3").write_bytes(Path("output/havnen-aabner/havnen-aabner.mp3").read_bytes())
    capsys.readouterr()
    assert run(["verify", "--json", str(EPISODE)]) == 6
    (verdict,) = as_json(capsys)
    assert verdict["ok"] is False
    assert any("SHA-256 differs" in problem for problem in verdict["problems"])


def test_all_episodes_are_verified_without_a_name(folder: Path, capsys: Output) -> None:
    """Without a name the whole output folder is checked, one broken one among several exits with 8."""
    (folder / "to.txt").write_text(TEXT.replace("Broen", "Havnen"), "utf-8")
    run(["read", "to.txt"])
    capsys.readouterr()
    assert run(["verify", "--json"]) == 0
    assert [verdict["ok"] for verdict in as_json(capsys)] == [True, True]
    (EPISODE / "chapters.vtt").write_text("WEBVTT\n", "utf-8")
    assert run(["verify", "--json"]) == 8
    assert [verdict["ok"] for verdict in as_json(capsys)] == [False, True]


@pytest.mark.parametrize("command", [["verify"], ["refresh"], ["withdraw", "--yes"]])
def test_what_is_no_episode_is_said(command: list[str], bare_folder: Path, capsys: Output) -> None:
    """A folder that holds no episode, or a damaged one, is one line and exit code 3 or 4."""
    (bare_folder / "tom").mkdir()
    assert run([*command, "tom"]) == 3
    assert "is no episode" in capsys.readouterr().err
    (bare_folder / "tom" / "episode.json").write_text("{", "utf-8")
    assert run([*command, "tom"]) == 4
    assert capsys.readouterr().err.count("\n") == 1


def test_an_empty_output_folder_is_said(bare_folder: Path, capsys: Output) -> None:
    """Where there is nothing to check or renew, that is said with what to do."""
    assert run(["verify"]) == 3
    assert run(["refresh"]) == 3
    assert "name another folder with -o" in capsys.readouterr().err


def test_what_did_not_change_is_left_alone(folder: Path, capsys: Output) -> None:
    """refresh writes nothing where lexicon, voice and article are what they were."""
    before = contents(EPISODE)
    capsys.readouterr()
    assert run(["refresh"]) == 0
    assert capsys.readouterr().out.startswith("up to date")
    assert contents(EPISODE) == before


def test_a_new_word_in_the_lexicon_changes_its_sentence_alone(folder: Path, capsys: Output) -> None:
    """After a lexicon entry refresh renders the episode again, in its place, and names how many lines are new."""
    (folder / "lexicon.toml").write_text('DIIS = "dis"\n', "utf-8")
    capsys.readouterr()
    assert run(["refresh", "--json"]) == 0
    (told,) = as_json(capsys)
    assert (told["refreshed"], told["slug"]) == (True, "broen-aabner")
    script = json.loads((EPISODE / "script.json").read_text("utf-8"))
    changed = [
        number for number, line in enumerate(script["lines"], 1) if "dis" in line["spoken"].split(".")[0].split()
    ]
    assert told["changed"] == changed != []
    assert run(["verify", str(EPISODE)]) == 0


def test_another_voice_renders_everything_again(folder: Path, capsys: Output) -> None:
    """A voice that is asked for now speaks all lines, and the next refresh finds nothing to do."""
    capsys.readouterr()
    assert run(["refresh", "--json", "--voice", "tone:high"]) == 0
    (told,) = as_json(capsys)
    assert len(told["changed"]) == told["lines"]
    assert library.stored(EPISODE).episode.voices[0] == "tone:high@1"
    assert run(["refresh", "--json", "--voice", "tone:high"]) == 0
    assert as_json(capsys)[0]["refreshed"] is False


@pytest.mark.parametrize("option", [["--loudness", "-19"], ["--tempo", "1.2"], ["--quality", "5"], ["--cue"]])
def test_another_setting_renders_it_again_once(option: list[str], folder: Path, capsys: Output) -> None:
    """Loudness, tempo, quality and frames are part of what an episode is made of; asked for again, nothing is new."""
    capsys.readouterr()
    assert run(["refresh", "--json", *option]) == 0
    assert run(["refresh", "--json"]) == 0  # what was asked for this article alone holds on
    first, second = as_json(capsys)
    assert (first["refreshed"], second["refreshed"]) == (True, False)


def test_what_was_asked_for_one_article_holds_on(folder: Path, capsys: Output) -> None:
    """A title and a voice that were asked for one article are kept by refresh, whatever lyt.toml says of the others."""
    run(["read", "broen.txt", "--id", "andet", "--title", "Min titel", "--voice", "tone:high"])
    (folder / "lyt.toml").write_text('voice = "tone:low"\nquote_voice = "same"\n', "utf-8")
    capsys.readouterr()
    assert run(["refresh", "output/min-titel"]) == 0
    episode = library.stored(Path("output/min-titel")).episode
    assert episode.script.article.title == "Min titel"
    assert episode.voices == ("tone:high@1",)


def test_lines_corrected_by_hand_stay_so(folder: Path, capsys: Output) -> None:
    """A script that a person corrected is not written over: its corrected lines are said as before."""
    plain = json.loads((EPISODE / "script.json").read_text("utf-8"))
    plain["lines"][1]["spoken"] = plain["lines"][1]["spoken"].replace("Nørrehavn", "Nørre Havn")
    (folder / "rettet.json").write_text(json.dumps(plain), "utf-8")
    assert run(["speak", "rettet.json"]) == 0
    (folder / "lexicon.toml").write_text('DIIS = "dis"\n', "utf-8")
    capsys.readouterr()
    assert run(["refresh", "--json"]) == 0
    script = library.stored(EPISODE).episode.script
    assert "Nørre Havn" in script.lines[1].spoken
    assert any("til dis" in line.spoken for line in script.lines)  # what nobody corrected follows the lexicon
    (told,) = as_json(capsys)
    assert (told["by_hand"], len(told["changed"])) == (1, 1)


def test_an_episode_is_refreshed_from_within(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """Inside its folder an episode is called ".", and its new rendering replaces it there."""
    before = contents(EPISODE)
    monkeypatch.chdir(EPISODE)
    assert run(["refresh", ".", "--tempo", "1.3"]) == 0
    monkeypatch.chdir(folder)
    assert contents(EPISODE).keys() == before.keys()
    assert contents(EPISODE)["broen-aabner.mp3"] != before["broen-aabner.mp3"]


def test_what_is_not_ours_is_not_withdrawn(bare_folder: Path, capsys: Output) -> None:
    """A folder whose episode.json names no episode loses nothing."""
    (bare_folder / "mine").mkdir()
    for name in ("episode.json", "script.json", "mine.mp3"):
        (bare_folder / "mine" / name).write_text("{}", "utf-8")
    assert run(["withdraw", "--yes", "mine"]) == 4
    assert len(list((bare_folder / "mine").iterdir())) == 3


def test_a_refresh_that_fails_leaves_what_was_there(folder: Path, capsys: Output) -> None:
    """Where the new rendering cannot be made, the old one stands, and the exit code says why."""
    before = contents(EPISODE)
    assert run(["refresh", "--voice", "nobody"]) == 2
    assert contents(EPISODE) == before


def page(text: str) -> Answer:
    paragraphs = "".join(
        f"<p>{paragraph}</p>" for paragraph in [text, *["Byrådet mødes igen på tirsdag klokken syv."] * 8]
    )
    return Answer(f"<html lang=da><title>Broen</title><body><article><h1>Broen lukker</h1>{paragraphs}</article>")


def test_a_corrected_article_is_fetched_and_spoken_anew(bare_folder: Path, capsys: Output) -> None:
    """An article that came from an address is fetched again, and only what is corrected is new; offline it is not."""
    with serving() as site:
        site.answers["/broen"] = page("Broen lukker for biler på mandag, siger kommunen.")
        assert run(["read", "--allow-private", f"{site.address}/broen"]) == 0
        site.answers["/broen"] = page("Broen lukker for biler på onsdag, siger kommunen.")
        capsys.readouterr()
        assert run(["refresh", "--json", "--offline"]) == 0
        assert run(["refresh", "--json"]) == 0
        offline, online = as_json(capsys)
    assert (offline["refreshed"], online["refreshed"], len(online["changed"])) == (False, True, 1)
    (episode,) = (library.stored(path).episode for path in library.episode_folders(Path("output")))
    assert "onsdag" in episode.script.article.paragraphs[0].text


def test_a_withdrawn_episode_is_gone(folder: Path, capsys: Output) -> None:
    """withdraw removes sound, texts, cover and kept sentences, leaves a note, and the slug goes to nobody else."""
    cached = [path for path in (folder / "cache").rglob("*") if path.suffix in (".clip", ".mp3part")]
    assert cached
    assert run(["withdraw", "--yes", str(EPISODE)]) == 0
    assert [path.name for path in EPISODE.iterdir()] == ["episode.json"]
    note = json.loads((EPISODE / "episode.json").read_text("utf-8"))
    assert (note["status"], note["slug"]) == ("withdrawn", "broen-aabner")
    assert "title" not in note
    assert not [path for path in cached if path.exists()]
    assert library.episode_folders(Path("output")) == []
    (folder / "andet.txt").write_text(TEXT, "utf-8")
    run(["read", "andet.txt"])
    assert {path.name for path in Path("output").iterdir()} == {"broen-aabner", "broen-aabner-2"}


def test_a_withdrawn_article_comes_back_when_it_is_read_again(folder: Path, capsys: Output) -> None:
    """Reading it again by hand brings it back to its own folder; until then there is nothing to verify."""
    run(["withdraw", "--yes", str(EPISODE)])
    assert run(["verify", str(EPISODE)]) == 3
    assert "was withdrawn" in capsys.readouterr().err
    assert run(["read", "broen.txt"]) == 0
    assert run(["verify", str(EPISODE)]) == 0


def test_what_others_put_into_the_folder_stays(folder: Path) -> None:
    """withdraw removes the files of the episode and nothing else."""
    for name in ("noter.txt", "interview.mp3", "broen-aabner.r2.mp3"):
        (EPISODE / name).write_text("mine", "utf-8")
    run(["withdraw", "--yes", str(EPISODE)])
    assert {path.name for path in EPISODE.iterdir()} == {"episode.json", "noter.txt", "interview.mp3"}


@pytest.mark.parametrize(("field", "name"), [("path", "../secret.mp3"), ("cover", "/etc/passwd"), ("path", "")])
def test_a_sidecar_leads_out_of_no_folder(field: str, name: str, folder: Path, capsys: Output) -> None:
    """An episode.json that names files elsewhere is damaged, and nothing of them is read."""
    plain = json.loads((EPISODE / "episode.json").read_text("utf-8"))
    (plain if field == "cover" else plain["recording"])[field] = name
    (EPISODE / "episode.json").write_text(json.dumps(plain), "utf-8")
    assert run(["verify", str(EPISODE)]) == 4


def test_withdrawing_is_asked_about(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --yes a person is asked, and anything but yes leaves all as it was."""
    import io
    import sys

    before = contents(EPISODE)
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    assert run(["withdraw", str(EPISODE)]) == 130
    assert contents(EPISODE) == before


def test_transcripts_on_request_are_written_and_verified(folder: Path, capsys: Output) -> None:
    """SRT and plain text are there when they are asked for, hold every word, and are checked with the others."""
    assert run(["read", "broen.txt", "--transcript", "srt", "--transcript", "txt"]) == 0
    assert "»Vi bygger nu,« siger Ida Ravn." in (EPISODE / "transcript.txt").read_text("utf-8")
    assert "00:00:00,300 --> " in (EPISODE / "transcript.srt").read_text("utf-8")
    (EPISODE / "transcript.srt").write_text("1\n", "utf-8")
    assert run(["verify", str(EPISODE)]) == 6


def test_without_verifying_nothing_is_promised(folder: Path, capsys: Output) -> None:
    """--no-verify makes an episode that says nobody listened to it, and verify can do so later."""
    capsys.readouterr()
    assert run(["read", "broen.txt", "--no-verify"]) == 0
    assert "not checked" in capsys.readouterr().err
    assert "proof" not in json.loads((EPISODE / "episode.json").read_text("utf-8"))["recording"]
    assert run(["verify", str(EPISODE)]) == 0
