"""Profiles, ours and a person's own, and where these lie."""

import errno
import os
from pathlib import Path

import pytest

from reader.errors import ConfigError
from voices import Manner, Profile, find_profile, places
from voices.places import data_folder
from voices.profiles import BUILT_IN, DEFAULT_MODELS, parsing, profile_statuses, profiles
from voices.profiles.parsing import read_profile

ESPEAK = 'engine = "espeak"\nmodel = "da"\n'


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a person's own profiles, which is empty."""
    monkeypatch.setenv("LYT_DATA", str(tmp_path))
    folder = tmp_path / "profiles"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, text: str) -> Path:
    file = folder / f"{name}.toml"
    file.write_text(text, "utf-8")
    return file


# places


@pytest.mark.parametrize(
    ("system", "environ", "folder"),
    [
        ("linux", {}, "HOME/.local/share/lyt"),
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/lyt"),
        ("linux", {"XDG_DATA_HOME": "data"}, "HOME/.local/share/lyt"),
        ("freebsd14", {}, "HOME/.local/share/lyt"),
        ("darwin", {"XDG_DATA_HOME": "/data"}, "HOME/Library/Application Support/lyt"),
        ("win32", {}, "HOME/AppData/Local/lyt"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/lyt"),
        ("win32", {"LOCALAPPDATA": "/local", "LYT_DATA": "/mine"}, "/mine"),
        ("linux", {"LYT_DATA": "~/mine"}, "HOME/mine"),
        ("linux", {"LYT_DATA": ""}, "HOME/.local/share/lyt"),
    ],
)
def test_data_lies_where_each_system_has_it(system: str, environ: dict[str, str], folder: str) -> None:
    """Voices and profiles lie in the folder that the system, or LYT_DATA, names."""
    home = os.path.expanduser("~")  # noqa: PTH111
    assert data_folder(system, environ) == Path(folder.replace("HOME", home))


def test_without_a_home_there_is_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without a home has no folder, and our own profiles all the same."""

    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)
    assert data_folder("linux", {}) is None
    for name in ("LYT_DATA", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert (places.voices_folder(), places.profiles_folder()) == (None, None)
    assert find_profile("espeak") is not None
    assert [profile.name for profile in profiles()] == list(BUILT_IN)


# finding


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("espeak", "espeak"),
        ("espeak:da", "espeak"),
        ("piper", "talesyntese"),
        ("piper:da_DK-talesyntese-medium", "talesyntese"),
        ("talesyntese", "talesyntese"),
        ("gtts", "gtts"),
        ("gtts:da", "gtts"),
    ],
)
@pytest.mark.usefixtures("own")
def test_a_built_in_profile_is_found_by_its_name_and_its_voice(name: str, profile: str) -> None:
    """A profile is found by its own name, by its whole voice, and by its engine if it is the usual voice of that."""
    found = find_profile(name)
    assert found is not None
    assert found.name == profile


@pytest.mark.parametrize(
    "name",
    [
        *["", "nobody", "espeak:", "espeak:da+f1", "gtts:sv", "tone", "default", "same", "Espeak"],
        *["../espeak", "a/b", "x" * 999, "\0", "espeak.toml", "~", "..", "espeak\n", "C:espeak"],
    ],
)
@pytest.mark.usefixtures("own")
def test_a_voice_without_a_profile_has_none(name: str) -> None:
    """What is no profile's name or voice finds nothing, and no path is made of it."""
    assert find_profile(name) is None


def test_no_path_is_made_of_a_name_that_was_not_checked(own: Path) -> None:
    """A profile outside the folder cannot be had by naming a way to it."""
    put(own.parent, "outside", ESPEAK)
    for name in ("../outside", "..\\outside", str(own.parent / "outside")):
        assert find_profile(name) is None


def test_built_in_profiles_speak_modestly() -> None:
    """Ours change the pace by a tenth at most, name their licence, and are those that are listed."""
    folder = Path(parsing.__file__).parent
    assert {file.stem for file in folder.glob("*.toml")} == set(BUILT_IN)
    for name in BUILT_IN:
        profile = read_profile(name, folder / f"{name}.toml")
        assert all(0.9 <= manner.rate <= 1.1 for manner in (profile.manner, *profile.roles.values()))
        assert profile.summary
        assert profile.licence != "unknown"
        engine, _, model = profile.voice.partition(":")
        assert DEFAULT_MODELS[engine] == model


def test_commercial_use_is_told_as_it_is() -> None:
    """eSpeak NG may be used in a business; of the others that is unclear, and the licence says why."""
    told = {profile.name: profile for profile in profiles()}
    assert {name: profile.commercial for name, profile in told.items()} == {
        "espeak": "yes",
        "talesyntese": "unclear",
        "gtts": "unclear",
    }
    assert "research" in told["talesyntese"].licence
    assert "undocumented" in told["gtts"].licence


# a person's own


def test_an_own_profile_says_everything_that_a_profile_can(own: Path) -> None:
    """All keys arrive; a role that is silent about pace or pitch has that of the profile."""
    text = (
        'engine = "http"\nmodel = "stemme 1"\nrate = 1.1\npitch = 0.9\nsummary = "min egen"\nlicence = "min"\n'
        'commercial = "no"\ncost = "5 kr. a month"\n[options]\nb = "æ & ø"\na = 2\nc = true\nd = 1.5\n'
        '[roles.title]\nrate = 0.8\n[roles.quote]\nvoice = "espeak:da+f1"\npitch = 1\n'
    )
    put(own, "min-stemme_2", text)
    profile = find_profile("min-stemme_2")
    assert profile is not None
    assert profile.voice == "http:stemme 1?a=2&b=%C3%A6+%26+%C3%B8&c=true&d=1.5"
    assert profile.manner == Manner(None, 1.1, 0.9)
    assert profile.roles == {"title": Manner(None, 0.8, 0.9), "quote": Manner("espeak:da+f1", 1.1, 1.0)}
    assert (profile.summary, profile.licence, profile.commercial, profile.cost) == (
        "min egen",
        "min",
        "no",
        "5 kr. a month",
    )
    assert find_profile(profile.voice) == profile


def test_an_own_profile_wins_over_ours(own: Path) -> None:
    """A file of the same name stands instead of ours; one of another name leaves ours alone."""
    put(own, "rolig", ESPEAK + "rate = 0.8\n")
    assert find_profile("espeak:da") == next(profile for profile in profiles() if profile.name == "espeak")
    put(own, "espeak", ESPEAK + "rate = 0.9\n")
    for name in ("espeak", "espeak:da"):
        found = find_profile(name)
        assert found is not None
        assert (found.name, found.manner.rate) == ("espeak", 0.9)
    assert [profile.name for profile in profiles()] == [*BUILT_IN, "rolig"]


def test_an_engine_alone_may_be_all_of_it(own: Path) -> None:
    """A profile without a model means the engine's own choice."""
    put(own, "bip", 'engine = "tone"\n')
    assert find_profile("bip") == find_profile("tone")
    put(own, "bip", 'engine = "tone"\n[options]\na = 1\n')
    found = find_profile("bip")
    assert found is not None
    assert found.voice == "tone:?a=1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "engine"),
        ('engine = ""', "engine"),
        ("engine = 1", "engine"),
        ('engine = "Es peak"', "engine"),
        ('engine = "espeak:da"', "engine"),
        (ESPEAK + "modle = 1", "modle is unknown"),
        ('engine = "a"\nmodel = " b"', "model"),
        ('engine = "a"\nmodel = "b\\u0007"', "model"),
        ('engine = "a"\nmodel = "b?c=1"\n[options]\nd = 1', "model"),
        ('engine = "a"\noptions = 1', "options must be a table"),
        ('engine = "a"\n[options]\n"b c" = 1', "options.b c"),
        ('engine = "a"\n[options]\nb = [1]', "options.b"),
        ('engine = "a"\n[options]\nb = 2026-01-01', "options.b"),
        (ESPEAK + "rate = 0.4", "rate must be a number from 0.5 to 2"),
        (ESPEAK + "rate = nan", "rate"),
        (ESPEAK + "rate = true", "rate"),
        (ESPEAK + "pitch = 2.1", "pitch"),
        (ESPEAK + 'pitch = "1"', "pitch"),
        (ESPEAK + 'commercial = "maybe"', "commercial must be one of yes, no, unclear"),
        (ESPEAK + "commercial = true", "commercial"),
        (ESPEAK + 'commercial = ["yes"]', "commercial"),
        (ESPEAK + f'summary = "{"x" * 301}"', "summary"),
        (ESPEAK + "roles = 1", "roles must be a table"),
        (ESPEAK + "[roles.singer]", "roles.singer is no role; there are: title, heading"),
        (ESPEAK + "[roles]\ntitle = 1", "roles.title must be a table"),
        (ESPEAK + "[roles.title]\nrate = 3", "roles.title.rate"),
        (ESPEAK + "[roles.title]\nvoice = 3", "roles.title.voice"),
        (ESPEAK + '[roles.title]\nengine = "a"', "roles.title.engine is unknown"),
        ("engine = ", "is not TOML"),
        ("a = " + "[" * 5000, "is not TOML"),
        ("#" * 100_001, "too long"),
    ],
)
def test_a_wrong_profile_is_named_with_file_and_key(own: Path, text: str, said: str) -> None:
    """The error names the file and what is wrong in it; who names another profile never meets it."""
    file = put(own, "min", text)
    with pytest.raises(ConfigError) as caught:
        find_profile("min")
    assert said in str(caught.value)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)
    put(own, "rolig", 'engine = "tone"\nmodel = "high"\n')
    assert find_profile("rolig") is not None
    assert find_profile("tone:high") is not None
    assert find_profile("espeak") is not None
    assert [status.problem for status in profile_statuses() if status.name == "min"] == [str(caught.value)]


def test_what_is_no_profile_is_listed_with_its_reason(own: Path) -> None:
    """A name that cannot be typed or is reserved, bytes that are no text, and a folder are named, and stop nothing."""
    put(own, "Min Stemme", ESPEAK)
    put(own, "default", ESPEAK)
    (own / "bytes.toml").write_bytes(b"\xff")
    (own / "folder.toml").mkdir()
    put(own, "bom", "\ufeff" + ESPEAK)
    statuses = {status.name: status for status in profile_statuses() if status.is_own}
    assert {name for name, status in statuses.items() if status.problem} == {"Min Stemme", "default", "bytes", "folder"}
    assert statuses["bom"].profile is not None
    assert find_profile("default") is None
    assert find_profile("folder") is None


def test_a_folder_that_may_not_be_read_stops_nothing(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own profiles are there whatever the folder of a person's own is like."""
    put(own, "espeak", ESPEAK + "rate = 0.9\n")

    def forbidden(*_: object) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied")

    for name in ("is_file", "glob"):
        monkeypatch.setattr(Path, name, forbidden)
    found = find_profile("espeak")
    assert found is not None
    assert found.manner.rate == 1
    assert [profile.name for profile in profiles()] == list(BUILT_IN)


def test_a_name_reads_no_more_than_its_own_file(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who names a profile pays for that file alone."""
    put(own, "rolig", ESPEAK)
    put(own, "anden", ESPEAK)
    opened: list[str] = []

    def noted(name: str, file: Path) -> Profile:
        opened.append(name)
        return read_profile(name, file)

    monkeypatch.setattr("voices.profiles.read_profile", noted)
    assert find_profile("rolig") is not None
    assert opened == ["rolig"]
