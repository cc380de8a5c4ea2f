"""The catalogue of voices that can be installed."""

import pytest

from reader.errors import ConfigError, UnknownVoiceError
from voices import find_profile
from voices.catalogue import Entry, File, entries, entry, entry_of

SHA = "0" * 64
GOOD = {"name": "a.onnx", "bytes": 1, "sha256": SHA, "address": "https://avis.example/a"}


@pytest.mark.parametrize(
    "name",
    ["da", "talesyntese", "da-nst_talesyntese-medium", "da_DK-talesyntese-medium", "piper:da_DK-talesyntese-medium"],
)
def test_the_danish_voice_goes_by_all_its_names(name: str) -> None:
    """The catalogue's Danish voice is found by its name, its aliases and as it is called once installed."""
    assert entry(name).name == "da_DK-talesyntese-medium"
    assert entry(name).voice == "piper:da_DK-talesyntese-medium"
    assert entry(name).command == "lyt voices install da"


@pytest.mark.parametrize("name", ["", "nobody", "DA", "../da", "piper", "espeak"])
def test_an_unknown_name_is_answered_with_what_there_is(name: str) -> None:
    """The error says which voices can be installed."""
    with pytest.raises(UnknownVoiceError, match="da or da_DK-talesyntese-medium"):
        entry(name)


def test_the_catalogue_is_in_order() -> None:
    """No name stands for two voices, every address is https, and each big file has a SHA-256."""
    names = [name for one in entries() for name in (one.name, one.voice, *one.aliases)]
    assert len(names) == len(set(names))
    for one in entries():
        assert one.bytes == sum(file.bytes for file in one.files)
        for file in one.files:
            assert file.address == f"https://{file.address.partition('://')[2]}"
            assert file.sha256 or (file.md5 and file.bytes < 100_000 and file.name.endswith(".json"))
            assert file.name.startswith(one.name)


def test_catalogue_and_profile_agree() -> None:
    """What is told of a voice before it is installed is what is told of it after."""
    for one in entries():
        profile = find_profile(one.voice)
        assert profile is not None
        assert (profile.summary, profile.licence, profile.commercial, profile.cost) == (
            one.summary,
            one.licence,
            one.commercial,
            one.cost,
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "../a"},
        {"name": "a/b"},
        {"name": "a\\b"},
        {"name": ".a"},
        {"name": "a."},
        {"name": "a..b"},
        {"name": "C:a"},
        {"name": ""},
        {"name": "a.part"},
        {"name": "a.tag"},
        {"name": "a\n"},
        {"name": "a" * 101},
        {"bytes": 0},
        {"bytes": -1},
        {"sha256": "0" * 63},
        {"sha256": SHA.replace("0", "A")},
        {"sha256": None},
        {"sha256": None, "md5": "0" * 31},
        {"address": "http://avis.example/a"},
        {"address": "http://127.0.0.1/a"},
        {"address": "https://user@avis.example/a"},
        {"address": "https://avis.example/a b"},
        {"address": "file:///etc/passwd"},
        {"size": 1},
    ],
)
def test_a_file_that_could_do_harm_is_no_file(changes: dict[str, object]) -> None:
    """A name that leads elsewhere, no size, no digest or an open line are refused where the catalogue is read."""
    with pytest.raises(ConfigError):
        entry_of("a", {"engine": "piper", "files": [GOOD | changes]})


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("../a", {}),
        (".a", {}),
        ("a", {"aliases": ["b/c"]}),
        ("a", {"files": []}),
        ("a", {"files": [GOOD, GOOD]}),
        ("a", {"files": [GOOD, GOOD | {"name": "A.ONNX"}]}),
        ("a", {"commercial": "maybe"}),
        ("a", {"colour": "red"}),
    ],
)
def test_a_voice_that_could_do_harm_is_no_voice(name: str, changes: dict[str, object]) -> None:
    """A name that leads elsewhere, no files or two of one name, and unknown keys are refused."""
    table = {"engine": "piper", "files": [GOOD]}
    assert entry_of("a", table) == Entry("a", "piper", (File("a.onnx", 1, "https://avis.example/a", SHA),))
    with pytest.raises(ConfigError):
        entry_of(name, table | changes)


def test_a_voice_without_files_or_engine_is_no_voice() -> None:
    """What must be told is missed."""
    for table in ({"engine": "piper"}, {"files": [GOOD]}):
        with pytest.raises(ConfigError, match="too many or too few"):
            entry_of("a", table)


def test_the_best_digest_is_taken() -> None:
    """A SHA-256 goes before an MD5."""
    assert File("a", 1, "https://avis.example/a", SHA, "1" * 32).digest == ("sha256", SHA)
    assert File("a", 1, "https://avis.example/a", md5="1" * 32).digest == ("md5", "1" * 32)
