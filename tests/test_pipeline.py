"""All stages together, with the test voice."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import article_of

import reader
from reader import library
from reader.casting import choose_voices
from reader.config import Settings, load_settings
from reader.errors import ConfigError, OutputError, UnknownVoiceError, VoiceError
from reader.pipeline import narrate
from reader.prepared import Prepared
from reader.scriptwriter import write_script
from reader.soundside import Progress, episode_slug, record
from voices.tone import ToneVoice

FILES = {
    *("chapters.json", "chapters.vtt", "cover.jpg", "episode.json", "render.json", "script.json", "sentences.vtt"),
    "transcript.vtt",
    "transcript.srt",
}
TEXT = "Broen åbner\n\nDet regner i Nørrehavn.\n\n»Vi bygger nu,« siger Ida Ravn.\n\nSå gik de hjem.\n"
TONE = Settings(voice="tone")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "broen.txt"
    path.write_text(TEXT, "utf-8")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_article_becomes_an_episode(source: Path, tmp_path: Path) -> None:
    """One call turns a file into a folder with an MP3 and all that goes with it."""
    told: list[Progress] = []
    episode = narrate(str(source), tmp_path / "ud", settings=TONE, watch=told.append)
    assert episode.slug == "broen-aabner"
    assert set(contents(tmp_path / "ud" / "broen-aabner")) == {"broen-aabner.mp3"} | FILES
    assert [chapter.title for chapter in episode.script.chapters] == ["Broen åbner", "Ida Ravn: Vi bygger nu"]
    spoken = [progress.done for progress in told if progress.stage == "speaking"]
    encoded = [progress for progress in told if progress.stage == "encoding"]
    assert spoken == list(range(1, len(episode.script.lines) + 1))
    assert encoded[-1].done == encoded[-1].total == round(44_100 * episode.recording.duration)
    assert episode.voices == ("tone:low@1", "tone:high@1")


def test_the_public_name_does_the_same(source: Path, tmp_path: Path) -> None:
    """`reader.narrate` takes a source, a target and voices, and nothing else is needed."""
    episode = reader.narrate(str(source), tmp_path / "ud", voice="tone", quote_voice="same")
    assert episode.voices == ("tone:low@1",)


def test_two_engines_are_mixed_only_when_both_are_named(source: Path, tmp_path: Path) -> None:
    """The quotes get the second voice of the same engine; another engine only when it is asked for."""
    assert len(narrate(str(source), tmp_path / "a", voice="tone:high").voices) == 2
    mixed = narrate(str(source), tmp_path / "b", voice="tone", quote_voice="espeak:da")
    assert [voice.partition(":")[0] for voice in mixed.voices] == ["tone", "espeak"]


def test_equal_input_gives_equal_files(source: Path, tmp_path: Path) -> None:
    """Two runs on the same article write the same bytes, each and every file."""
    narrate(str(source), tmp_path / "a", settings=TONE)
    narrate(str(source), tmp_path / "b", settings=TONE)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_new_run_replaces_the_episode(source: Path, tmp_path: Path) -> None:
    """A corrected article, also one with a new headline, replaces its episode and keeps its address."""
    first = narrate(str(source), tmp_path / "ud", settings=TONE)
    source.write_text(TEXT.replace("Broen åbner", "Broen er åben").replace("regner", "sner"), "utf-8")
    second = narrate(str(source), tmp_path / "ud", settings=TONE)
    assert (first.slug, second.slug) == ("broen-aabner", "broen-aabner")
    assert len(list((tmp_path / "ud").iterdir())) == 1
    assert b"sner" in (tmp_path / "ud" / "broen-aabner" / "transcript.vtt").read_bytes()


def test_another_article_never_takes_the_place_of_one(source: Path, tmp_path: Path) -> None:
    """Two articles with the same headline, in files of the same name, get folders of their own."""
    other = tmp_path / "andet" / "broen.txt"
    other.parent.mkdir()
    other.write_text(TEXT, "utf-8")
    slugs = [narrate(str(path), tmp_path / "ud", settings=TONE).slug for path in (source, other, source)]
    assert slugs == ["broen-aabner", "broen-aabner-2", "broen-aabner"]
    assert [plain["slug"] for plain in library.sidecars(tmp_path / "ud")] == ["broen-aabner", "broen-aabner-2"]


def test_what_is_no_episode_is_never_overwritten(source: Path, tmp_path: Path) -> None:
    """A folder or file of somebody else that has the wanted name keeps it, untouched."""
    (tmp_path / "ud" / "broen-aabner").mkdir(parents=True)
    (tmp_path / "ud" / "broen-aabner" / "script.json").write_text("kostbar")
    (tmp_path / "ud" / "broen-aabner-2").write_text("også kostbar")
    assert narrate(str(source), tmp_path / "ud", settings=TONE).slug == "broen-aabner-3"
    assert (tmp_path / "ud" / "broen-aabner" / "script.json").read_text() == "kostbar"
    assert (tmp_path / "ud" / "broen-aabner-2").read_text() == "også kostbar"


def test_a_title_and_an_id_can_be_given(source: Path, tmp_path: Path) -> None:
    """The title and the id that are given win over what the article says."""
    episode = narrate(str(source), tmp_path, settings=replace(TONE, title="En anden titel", id="avis:1"))
    assert (episode.slug, episode.id) == ("en-anden-titel", "avis:1")


def test_the_date_leads_the_folder_as_far_as_it_is_known(tmp_path: Path) -> None:
    """A folder's name begins with the date at its precision, and with none where none is known."""
    source = tmp_path / "a.txt"
    source.write_text(" date 2022-08 Lyt til artiklen\n\nDet regner meget i dag.\n\nSolen skinner igen.\n", "utf-8")
    assert narrate(str(source), tmp_path / "ud", settings=TONE).slug == "2022-08-det-regner-meget-i-dag"


@pytest.mark.parametrize(
    "published", ["../../ude", "2024-03-05/..", "/etc", "2024-03-05T10:00:00+01:00", "\0", "i går"]
)
def test_no_date_leads_out_of_the_output_folder(published: str, tmp_path: Path) -> None:
    """A date is foreign text: of it, only a date becomes part of a folder's name."""
    script = write_script(article_of("Det regner i dag.", published=published))
    assert re.fullmatch(r"(2024-03-05-)?det-regner-i-dag", episode_slug(script))
    episode = record(Prepared(script, "id"), choose_voices(TONE), replace(TONE, output=str(tmp_path / "ud")))
    assert [path.name for path in (tmp_path / "ud").iterdir()] == [episode.slug]


class DyingVoice(ToneVoice):
    """Fails after a few lines."""

    spoken = 0

    def speak(self, utterance, /):  # type: ignore[no-untyped-def]
        self.spoken += 1
        if self.spoken > 2:
            raise VoiceError("the service is gone")
        return super().speak(utterance)


def test_a_run_that_fails_leaves_what_was_there(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the voice dies midway, an old episode stays whole, and of a new one nothing is seen."""
    output = tmp_path / "ud"
    narrate(str(source), output, settings=TONE)
    before = contents(output)
    monkeypatch.setattr("reader.casting.load", lambda _name: DyingVoice("low"))
    with pytest.raises(VoiceError, match="could not be spoken"):
        narrate(str(source), output, settings=TONE)
    assert contents(output) == before
    with pytest.raises(VoiceError):
        narrate(str(source), tmp_path / "andet", settings=TONE)
    assert not (tmp_path / "andet").exists()


def test_the_output_folder_is_tried_before_the_voice(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be written is said before a line is spoken: a voice may cost money."""

    def never(*_: object) -> None:
        pytest.fail("the voice was asked")

    monkeypatch.setattr(ToneVoice, "speak", never)
    with pytest.raises(OutputError):
        narrate(str(source), source / "ud", settings=TONE)


@pytest.mark.skipif(os.name == "nt", reason="no such limit there")
def test_a_disk_that_fills_up_leaves_nothing(source: Path, tmp_path: Path) -> None:
    """When the file can grow no further, the run fails with one line and leaves no file."""
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from reader.cli import run\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        f"sys.exit(run(['read', {str(source)!r}, '-o', {str(tmp_path / 'ud')!r}, '--voice', 'tone', '--no-cache']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 6
    assert done.stderr.count("\n") == 1
    assert "cannot write" in done.stderr
    assert not (tmp_path / "ud").exists()


def test_an_unknown_voice_is_said_before_anything_is_made(source: Path, tmp_path: Path) -> None:
    """A voice that does not exist is a wrong call, and no folder is made for it."""
    with pytest.raises(UnknownVoiceError):
        narrate(str(source), tmp_path / "ud", voice="nobody")
    assert not (tmp_path / "ud").exists()


def test_settings_come_from_a_file(tmp_path: Path) -> None:
    """lyt.toml sets what is set there, and leaves the rest as it is."""
    file = tmp_path / "lyt.toml"
    file.write_text(
        'voice = "tone"\nnotice = false\nchapters = "headings"\noffline = true\ntimeout = 20\n', "utf-8-sig"
    )
    assert load_settings(file) == Settings(voice="tone", notice=None, chapters="headings", offline=True, timeout=20.0)


@pytest.mark.parametrize(
    "text",
    [
        *("voice = 3", "stemme = 'tone'", "chapters = 'all'", "= 3", "offline = 'ja'", "title = 'x'", "\udce5"),
        *("timeout = 0", "timeout = nan", "timeout = 'long'", "timeout = true", "timeout = 1e9"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str) -> None:
    """A settings file with an unknown key, a wrong value or no TOML at all is a ConfigError that names it."""
    file = tmp_path / "lyt.toml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError, match=r"lyt\.toml"):
        load_settings(file)
    with pytest.raises(ConfigError):
        load_settings(tmp_path / "missing.toml")


def test_a_damaged_neighbour_stops_nothing(source: Path, tmp_path: Path) -> None:
    """Folders with a damaged or strange sidecar are passed over."""
    output = tmp_path / "ud"
    for name, text in (("a", "{"), ("b", "[]"), ("c", "7"), ("d", '{"id": 3}')):
        (output / name).mkdir(parents=True)
        (output / name / "episode.json").write_text(text)
    assert narrate(str(source), output, settings=TONE).slug == "broen-aabner"
    assert [plain["slug"] for plain in library.sidecars(output)] == ["broen-aabner"]
    plain = json.loads((output / "broen-aabner" / "episode.json").read_text("utf-8"))
    assert plain["id"].startswith("file:")
    assert str(tmp_path) not in json.dumps(plain)
