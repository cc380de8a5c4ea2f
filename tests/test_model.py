"""The values check themselves when they are made."""

from dataclasses import FrozenInstanceError, fields, replace

import pytest
from conftest import article_of

import reader.model
from reader.errors import ScriptError
from reader.model import Chapter, Line, Script, Skip, Span, shown_title

ARTICLE = article_of("Det regner. Solen skinner.")
FIRST = Line(0, 0, "body", "Det regner. ", "Det regner.", (Span(11, 12, 11, 11, "edge"),))
SECOND = Line(0, 1, "body", "Solen skinner.", "Solen skinner.")


def test_values_are_frozen_and_have_slots() -> None:
    """A value never changes after it was made, and carries nothing that it did not declare."""
    with pytest.raises(FrozenInstanceError):
        FIRST.spoken = "noget andet"  # type: ignore[misc]
    assert not hasattr(FIRST, "__dict__")


def test_values_hold_tuples_and_no_lists() -> None:
    """Every collection in a value is a tuple, so that values can be shared and compared."""
    for name in ("Article", "Script", "Line", "Clip", "Cue", "Recording", "Episode"):
        kind = getattr(reader.model, name)
        assert not [field.name for field in fields(kind) if "list" in str(field.type) or "dict" in str(field.type)]


def test_a_script_rejoins_to_its_paragraphs() -> None:
    """Lines and skips, joined, are the paragraph again; a script of which that is not true cannot be made."""
    Script(ARTICLE, (FIRST, SECOND))
    Script(ARTICLE, (FIRST,), (Skip(0, 12, 26, "a caption"),))
    for lines, skipped in (
        ((FIRST,), ()),
        ((SECOND, FIRST), ()),
        ((FIRST, SECOND), (Skip(0, 12, 26, "twice"),)),
        ((FIRST, SECOND), (Skip(0, 40, 50, "outside"),)),
        ((FIRST, SECOND, replace(SECOND, paragraph=7)), ()),
    ):
        with pytest.raises(ScriptError):
            Script(ARTICLE, lines, skipped)


def test_chapters_rise_from_the_first_line() -> None:
    """Chapters begin at line 0, rise, stay inside the script, and have ids of their own."""
    Script(ARTICLE, (FIRST, SECOND), (), (Chapter("a", 0, "A"), Chapter("b", 1, "B")))
    for chapters in (
        (Chapter("a", 1, "A"),),
        (Chapter("a", 0, "A"), Chapter("b", 0, "B")),
        (Chapter("a", 0, "A"), Chapter("b", 2, "B")),
        (Chapter("a", 0, "A"), Chapter("a", 1, "B")),
    ):
        with pytest.raises(ScriptError):
            Script(ARTICLE, (FIRST, SECOND), (), chapters)


@pytest.mark.parametrize(
    ("written", "spoken", "spans"),
    [
        ("10 kr.", "ti kroner", (Span(0, 2, 0, 2, "number"),)),
        ("10 kr.", "ti kroner", ()),
        ("10 kr.", "ti kroner", (Span(0, 2, 0, 2, "number"), Span(1, 6, 3, 9, "overlap"))),
        ("10 kr.", "ti kroner", (Span(0, 2, 0, 2, "number"), Span(3, 9, 3, 9, "outside"))),
        ("ja", "ja ja", ()),
    ],
)
def test_spans_explain_every_change(written: str, spoken: str, spans: tuple[Span, ...]) -> None:
    """Where no span lies, spoken is written; a line of which that is not true cannot be made."""
    with pytest.raises(ScriptError):
        Line(0, 0, "body", written, spoken, spans)


def test_a_line_has_something_to_say() -> None:
    """A line without a letter or digit is refused: it would be a silence that nobody ordered."""
    with pytest.raises(ScriptError):
        Line(0, 0, "body", "* * *", "* * *")


def test_a_text_without_headline_shows_its_first_sentence() -> None:
    """The shown title of a text without headline is its first whole sentence, quote and attribution together."""
    quote = Line(0, 0, "quote", "»Nej,« ", "Nej,", (Span(0, 1, 0, 0, "mark"), Span(5, 7, 4, 4, "mark")))
    said = Line(0, 0, "body", "siger hun.", "siger hun.")
    assert shown_title(Script(article_of("»Nej,« siger hun."), (quote, said))) == "»Nej,« siger hun."
    assert shown_title(Script(replace(ARTICLE, title="Vejret"), (FIRST, SECOND))) == "Vejret"


@pytest.mark.parametrize(
    ("name", "title"), [("", "A"), ("å", "A"), ("a b", "A"), ("a\0", "A"), ("a" * 101, "A"), ("a", " ")]
)
def test_a_chapter_has_an_anchor_and_a_title(name: str, title: str) -> None:
    """An id that cannot stand in an address or a tag, and a title that shows nothing, are refused."""
    with pytest.raises(ScriptError):
        Chapter(name, 0, title)


def test_a_script_keeps_within_what_can_be_made() -> None:
    """A line of endless words, more chapters than a tag can count, and an address that is none are refused."""
    with pytest.raises(ScriptError, match="longer than"):
        Line(0, 0, "body", "ord " * 5000, "ord " * 5000)
    lines = tuple(replace(SECOND, sentence=n, paragraph=None) for n in range(300))
    chapters = tuple(Chapter(f"k{n}", n, "K") for n in range(300))
    with pytest.raises(ScriptError, match="255"):
        Script(article_of(), lines, (), chapters)
    with pytest.raises(ScriptError, match="address"):
        replace(ARTICLE, url="javascript:alert(1)")


def test_a_shown_title_has_a_length_that_can_be_shown() -> None:
    """A first sentence that never ends is cut at a word."""
    line = Line(0, 0, "body", "ord " * 400 + "slut.", "ord " * 400 + "slut.")
    shown = shown_title(Script(article_of(line.written), (line,)))
    assert len(shown) <= 201
    assert shown.endswith("ord …")
