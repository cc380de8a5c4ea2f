"""How an episode was made, written down and read again: the same values, or an error that says the file is damaged."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import ScriptError
from reader.model import Cue, WordCue
from reader.rendering import Rendering, rendering_from_json, rendering_to_json

CUES = (
    Cue(0, 0.3, 1.25, (WordCue(0.3, 0.5, 0, 5), WordCue(0.5, 1.25, 6, 11, estimated=True)), "piper:da@1"),
    Cue(1, 1.95, 2.4, (), "espeak:da+f1@2"),
    Cue(2, 3600.001, 3601.999, (WordCue(3600.001, 3601.999, 0, 4),), "piper:da@1"),
)
RENDERING = Rendering(
    source="https://fjordavisen.example/ærøfærgen",
    is_edited=True,
    asked={"voice": "piper,espeak", "tempo": 1.25, "transcripts": ["srt", "txt"], "opening": None, "cue": True},
    recipe="5f2b",
    loudness=-16.5,
    cues=CUES,
    clips=("a1", "b2"),
    sound=("c3",),
)
NOTHING = Rendering(None, is_edited=False, asked={}, recipe="", loudness=-16.0, cues=())

SECONDS = st.integers(0, 40_000_000).map(lambda milliseconds: milliseconds / 1000)
OFFSETS = st.integers(0, 10_000)
ANY_CUE = st.builds(
    Cue,
    st.integers(0, 10_000),
    SECONDS,
    SECONDS,
    st.lists(st.builds(WordCue, SECONDS, SECONDS, OFFSETS, OFFSETS, st.booleans()), max_size=4).map(tuple),
    st.sampled_from(["piper:da@1", "espeak:da@2", "tone:low@1", ""]),
)


@pytest.mark.parametrize(
    "rendering",
    [
        RENDERING,
        NOTHING,
        replace(RENDERING, source=None),
        replace(RENDERING, is_edited=False),
        replace(RENDERING, cues=CUES[:1]),
        replace(NOTHING, sound=("c3",)),
    ],
)
def test_what_is_written_is_read_again(rendering: Rendering) -> None:
    """A rendering comes back as it was, with its voices, words, guesses and what was asked for it."""
    again = rendering_from_json(rendering_to_json(rendering))
    assert again == rendering
    assert rendering_to_json(again) == rendering_to_json(rendering)


@given(st.lists(ANY_CUE, max_size=6).map(tuple))
def test_no_time_is_changed_on_the_way(cues: tuple[Cue, ...]) -> None:
    """Every time in whole milliseconds, up to eleven hours, comes back exactly, and so does every voice."""
    assert rendering_from_json(rendering_to_json(replace(RENDERING, cues=cues))).cues == cues


def test_each_cue_is_one_line() -> None:
    """A cue stands on a line of its own, in the order of the script, so that two renderings can be compared."""
    rows = rendering_to_json(RENDERING).splitlines()
    first = rows.index(' "cues": [') + 1
    assert rows[first : first + 4] == [
        "[0,300,1250,0,[[300,500,0,5,0],[500,1250,6,11,1]]],",
        "[1,1950,2400,1,[]],",
        "[2,3600001,3601999,0,[[3600001,3601999,0,4,0]]]",
        "]",
    ]


def test_the_file_is_json_for_people() -> None:
    """The file is JSON that ends with its line, names each voice once, and leaves letters as they are."""
    text = rendering_to_json(RENDERING)
    plain = json.loads(text)
    assert text.endswith("}\n")
    assert "ærøfærgen" in text
    assert plain["format"] == 1
    assert plain["voices"] == ["piper:da@1", "espeak:da+f1@2"]
    assert plain["asked"] == RENDERING.asked


def changed(**fields: Any) -> str:
    return json.dumps(json.loads(rendering_to_json(RENDERING)) | fields)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "Broen åbner",
        "null",
        "[]",
        "5",
        '"render"',
        "{}",
        "[" * 100_000,
        rendering_to_json(RENDERING)[:-30],
        "\0",
    ],
    ids=["empty", "brace", "prose", "null", "list", "number", "string", "object", "deep", "cut", "zero"],
)
def test_what_is_no_rendering_is_said_to_be_damaged(text: str) -> None:
    """A text that is not JSON, or not of this form, is a ScriptError that says what to do."""
    with pytest.raises(ScriptError, match=r"render\.json is damaged; read the article again"):
        rendering_from_json(text)


@pytest.mark.parametrize("told", [0, 2, "1", None])
def test_another_format_is_named(told: object) -> None:
    """A file of another format, such as of a later version, is a ScriptError that names the format."""
    with pytest.raises(ScriptError, match=rf"is of format {told!r}, not 1; read the article again"):
        rendering_from_json(changed(format=told))


@pytest.mark.parametrize("key", sorted(json.loads(rendering_to_json(RENDERING))))
def test_every_field_is_needed(key: str) -> None:
    """A file in which any of its fields is missing is a ScriptError."""
    plain = json.loads(rendering_to_json(RENDERING))
    del plain[key]
    with pytest.raises(ScriptError, match="is damaged"):
        rendering_from_json(json.dumps(plain))


def cue(*row: object) -> list[object]:
    """The cues of a file with a single one."""
    return [list(row)]


def each(key: str, *values: object) -> list[tuple[str, object]]:
    return [(key, value) for value in values]


WORDS = [[0, 200, 0, 5, 0]]
OF_ANOTHER_KIND = [
    *each("asked", None, 5, "tone", ["tone"]),
    *each("loudness", None, [], {}, "quiet", 10**400),
    *each("voices", None, 5, True),
    *each("clips", None, 5),
    *each("sound", None, 5),
    *each("cues", None, 5, [5], ["five"], [None], [{}], cue(), cue(0, 0, 900, 0), cue(0, 0, 900, 0, WORDS, 1)),
    *each("cues", cue(None, 0, 900, 0, WORDS), cue("one", 0, 900, 0, WORDS), cue([], 0, 900, 0, WORDS)),
    *each("cues", cue(0, None, 900, 0, WORDS), cue(0, "0", 900, 0, WORDS), cue(0, [], 900, 0, WORDS)),
    *each("cues", cue(0, 0, None, 0, WORDS), cue(0, 0, "900", 0, WORDS), cue(0, 0, [], 0, WORDS)),
    *each("cues", cue(0, 0, 900, None, WORDS), cue(0, 0, 900, "0", WORDS), cue(0, 0, 900, 0.0, WORDS)),
    *each("cues", cue(0, 0, 900, 2, WORDS), cue(0, 0, 900, -9, WORDS)),
    *each("cues", cue(0, 0, 900, 0, None), cue(0, 0, 900, 0, 5), cue(0, 0, 900, 0, "words"), cue(0, 0, 900, 0, [5])),
    *each("cues", cue(0, 0, 900, 0, [[0, 200, 0, 5]]), cue(0, 0, 900, 0, [["0", 200, 0, 5, 0]])),
    *each("cues", cue(0, 0, 900, 0, [[0, 200, None, 5, 0]])),
]
TAKEN_FOR_ANOTHER = [
    *each("source", 5, True, ["https://fjordavisen.example"], {}),
    *each("edited", "false", None, 0, []),
    *each("asked", [], [["voice", "tone"]]),
    *each("recipe", 5, None, ["5f2b"]),
    *each("loudness", "-16", True),
    *each("voices", "ab", [5, 6], {"a": 1, "b": 2}),
    *each("clips", "a1", [5], {"a1": 1}),
    *each("sound", "c3", [None]),
    *each("cues", {}, "", cue("0", 0, 900, 0, WORDS), cue(0.5, 0, 900, 0, WORDS), cue(True, 0, 900, 0, WORDS)),
    *each("cues", cue(0, True, 900, 0, WORDS), cue(0, float("nan"), 900, 0, WORDS), cue(0, 0, 900, 0, "")),
    *each("cues", cue(0, 0, 900, -1, WORDS), cue(0, 0, 900, 0, [[0, 200, "0", 5, 0]])),
]


def is_damaged(text: str) -> bool:
    try:
        rendering_from_json(text)
    except ScriptError as error:
        return "is damaged" in str(error)
    return False


@pytest.mark.parametrize(("key", "value"), OF_ANOTHER_KIND)
def test_a_value_of_another_kind_is_damage(key: str, value: object) -> None:
    """A field, or any part of a cue, of a kind that it cannot be of is a ScriptError, and no other error."""
    assert is_damaged(changed(**{key: value}))


def test_no_value_is_taken_for_another() -> None:
    """A field of a wrong kind is a ScriptError, also where it could be turned into one of the right kind."""
    assert [(key, value) for key, value in TAKEN_FOR_ANOTHER if not is_damaged(changed(**{key: value}))] == []


@pytest.mark.parametrize(
    "row",
    [
        (float("inf"), 0, 900, 0, WORDS),
        (0, 10**400, 900, 0, WORDS),
        (0, 0, 10**12, 0, WORDS),
        (0, 0, 900, 0, [[0, 200, 0, float("inf"), 0]]),
    ],
)
def test_a_number_without_end_is_damage(row: tuple[object, ...]) -> None:
    """A number that is larger than any there can be is a ScriptError like every other damage."""
    assert is_damaged(changed(cues=cue(*row)))
