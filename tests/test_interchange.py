"""A script as JSON, and back after somebody corrected it."""

import json

import pytest
from conftest import article_of, script_of
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import LytError, ScriptError
from reader.interchange import estimated_spans, script_from_json, script_to_json
from reader.model import Script, spans_explain
from reader.scriptwriter import write_script

SCRIPT = script_of("Det koster 10 kr. om året.", "»Ja,« siger Ida Ravn.", title="Prisen")


def edited(**changes: object) -> str:
    plain = json.loads(script_to_json(SCRIPT, "id"))
    plain["lines"][1] |= changes
    return json.dumps(plain)


def test_a_script_survives_the_journey() -> None:
    """A script written as JSON and read again is the same script, for the same episode."""
    assert script_from_json(script_to_json(SCRIPT, "https://avis.example/a")) == (SCRIPT, "https://avis.example/a")


def test_a_corrected_line_keeps_the_places_of_its_words() -> None:
    """When an editor rewrites what is spoken, the spans are found anew, word by word, and marked as estimated."""
    script, _ = script_from_json(edited(spoken="Det koster rundt regnet ti kroner om året."))
    line = script.lines[1]
    assert line.spoken == "Det koster rundt regnet ti kroner om året."
    assert spans_explain(line.written, line.spoken, line.spans)
    assert all(span.estimated for span in line.spans)
    assert line.written[line.spans[0].written_start : line.spans[0].written_end] == "10"


@given(st.text(max_size=40), st.text(max_size=40))
def test_estimated_spans_explain_any_change(written: str, spoken: str) -> None:
    """Whatever was written and is now spoken, the spans between the two hold."""
    assert spans_explain(written, spoken, estimated_spans(written, spoken))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"format": 2}',
        '{"format": 1}',
        '{"format": 1, "article": 3, "lines": []}',
        '{"format": 1, "article": {"title": null, "paragraphs": []}, "lines": []}',
        '{"format": 1, "id": 7, "article": {"title": null, "paragraphs": []}, "lines": []}',
        "[" * 100_000,
        edited(written="Noget helt andet."),
        edited(spoken="..."),
        edited(role="solo"),
        edited(sentence="1"),
        edited(sentence=True),
        edited(pause_ms=None),
        edited(spans=[{"written_start": 1}]),
        edited(spans=7),
        edited(unknown=1),
        edited(pause_ms=-5),
    ],
)
def test_what_is_no_script_is_refused_by_name(text: str) -> None:
    """Damaged or contradictory JSON is a ScriptError that says what is wrong, and no traceback."""
    with pytest.raises(ScriptError) as caught:
        script_from_json(text)
    assert str(caught.value)


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["article", "lines", "title", "paragraphs", "text", "chapters", "skipped"]), inner
            ),
        ),
        max_leaves=12,
    )
)
def test_any_json_gives_a_script_or_a_named_error(plain: object) -> None:
    """Any JSON at all gives a script or one of our errors."""
    text = json.dumps({"format": 1} | plain if isinstance(plain, dict) else plain)
    try:
        script, _ = script_from_json(text)
    except LytError:
        return
    assert isinstance(script, Script)


def test_defaults_are_left_out() -> None:
    """The JSON holds what differs from the defaults, so that a person finds what matters."""
    plain = json.loads(script_to_json(write_script(article_of("Det regner."), notice=None), "id"))
    assert plain["lines"] == [
        {
            "paragraph": 0,
            "sentence": 0,
            "role": "body",
            "written": "Det regner.",
            "spoken": "Det regner.",
            "pause_ms": 300,
        }
    ]
