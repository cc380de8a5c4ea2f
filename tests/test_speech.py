"""Quotes and who said them: every item of the development set and of the own set, and what holds for any text."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.danish.speech import Quote, quotes

DATA = Path(__file__).parent / "danish"
PIECES = (
    "»Vi bygger,« siger Mette Holm. |Det er »et vildt år«, vurderer hun. |– Nej, siger han. |– Jo. |"
    "siger direktøren |Direktør Bo Ek |Ifølge Bo Eks søn |Sådan lyder det fra |DR's |von der Leyen |(S) |... |»|«|”|"
    "’|'|\"| |.|?|:|å |J.P. |og tilføjer: |filmen |\n|\u00a0"
).split("|")
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.text(max_size=80))
HOSTILE = {
    "open": "»",
    "pairs": "»a« ",
    "attributed": "»Ja,« siger han. Bo Ek. ",
    "named": "»Ja,« siger direktør Bo Ek. ",
    "backward": "direktør Bo Ek, »ja,« siger direktøren. ",
    "apostrophes": "’",
    "singles": "’Ta’ det roligt,’ siger han. ",
    "straight": '"',
    "mixed": "»’",
    "dashes": "- ",
    "dialogue": "– Ja, siger Bo Ek. ",
    "commas": "– , ",
    "capitals": "Bo ",
    "initials": "A.",
    "hyphens": "A-",
    "pronouns": "hun ",
    "words": "Ida Ravn gik hen over den store plads. ",
    "brackets": "Bo Ek (",
    "spaces": "– a, \u00a0 ",
}


def rows() -> list[dict[str, Any]]:
    """Every item, gold set first."""
    files = [DATA / "quotes.jsonl", *sorted((DATA / "quotes").glob("*.jsonl"))]
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def found_in(paragraphs: Sequence[str]) -> list[dict[str, Any]]:
    """The quotes of an article in the layout of the items."""
    return [
        {
            "paragraph": quote.paragraph,
            "start": quote.start,
            "quote": quote.text,
            "is_speech": quote.is_speech,
            "speaker": quote.speaker,
            "chapter": quote.chapter,
        }
        for quote in quotes(paragraphs)
    ]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['id']}-{row['style']}")
def test_quotes_are_found_with_their_speakers(row: dict[str, Any]) -> None:
    """Each quote is found with its place, whether it is speech, who speaks, and which utterance it belongs to."""
    assert found_in(row["paragraphs"]) == row["expected"]


MARKS = "»«„“”\"’'‘‚›‹"


def test_the_sets_are_large_and_their_items_distinct() -> None:
    """There are some hundred items, no id stands twice, and every expected quote stands where its item says."""
    items = rows()
    assert len(items) >= 156
    assert len({item["id"] for item in items}) == len(items)
    for item in items:
        for quote in item["expected"]:
            text = item["paragraphs"][quote["paragraph"]][quote["start"] :]
            assert text.lstrip(MARKS + "–—- ").startswith(quote["quote"].lstrip(MARKS)), item["id"]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("»Det går godt,« siger havnedirektør i Nørrehavn Mette Skovlund.", "Mette Skovlund"),
        ("»Det går godt,« siger lektor ved forsvarsakademiet Bo Ek og nævner et eksempel.", "Bo Ek"),
        ("»Det går godt!« udbryder Karen Marie af Klitgaard, formand for Læserne.", "Karen Marie af Klitgaard"),
        ("Borgmester Ida Ravn siger: »Det går godt.«", "Ida Ravn"),
        ("Ifølge Ida Ravn er det »en helt vild tid«.", "Ida Ravn"),
        ("»Det går godt,« skriver J.P. Holm på Facebook.", "J.P. Holm"),
        ("»Det går godt,« siger en nabo.", None),
        ("Det er »et vildt år«, vurderer Ida Ravn.", "Ida Ravn"),
    ],
)
def test_the_speaker_is_the_person_that_the_sentence_names(text: str, speaker: str | None) -> None:
    """Roles, places and organisations around a name are no part of it; somebody without a name has none."""
    (quote,) = quotes([text])
    assert (quote.is_speech, quote.speaker) == (True, speaker)


@pytest.mark.parametrize(
    "text",
    [
        "Bilen bar et 'Z' på døren.",
        "Det var et såkaldt »kup«.",
        "Filmen ”Natten” har premiere.",
        "I '98 og i 1990'erne var det Lars' hus.",
        "- mælk",
        "Han løb 10-15 km – i regnvejr – hver dag.",
    ],
)
def test_labels_titles_and_dashes_are_no_speech(text: str) -> None:
    """Single letters, scare quotes, titles, apostrophes and dashes within a sentence are nobody's speech."""
    assert not [quote for quote in quotes([text]) if quote.is_speech]


def test_an_apostrophe_opens_no_quote() -> None:
    """The apostrophe of a year or a genitive is no quotation mark, and hides none either."""
    text = "Siden '98 har Lars' film 'Natten' og '99-filmen ligget stille."
    assert [quote.text for quote in quotes([text])] == ["Natten"]


def test_an_utterance_over_paragraphs_is_one() -> None:
    """A quote that reopens its mark in the next paragraph and closes once is one utterance of one speaker."""
    found = quotes(["»Det begyndte i marts.", "»Og det blev ved,« siger Ida Ravn."])
    assert [(quote.speaker, quote.chapter) for quote in found] == [("Ida Ravn", 0), ("Ida Ravn", 0)]


def test_a_name_that_nobody_knows_may_be_a_man_or_a_woman() -> None:
    """An unknown given name fits both pronouns until one has been used of it; then it fits the other no more."""
    opening = "Xqylo Brandt er fisker."
    assert [quote.speaker for quote in quotes([opening, "»Ja,« siger hun."])] == ["Xqylo Brandt"]
    assert [quote.speaker for quote in quotes([opening, "»Ja,« siger han."])] == ["Xqylo Brandt"]
    both = quotes([opening, "»Ja,« siger hun.", "»Nej,« siger han."])
    assert [quote.speaker for quote in both] == ["Xqylo Brandt", None]


def test_an_article_without_text_has_no_quotes() -> None:
    """No paragraphs, or empty ones, give no quotes."""
    assert quotes([]) == []
    assert quotes(["", " ", "\n"]) == []


@given(st.lists(TEXTS, max_size=4))
def test_quotes_lie_inside_their_paragraphs(paragraphs: list[str]) -> None:
    """Quotes rise without overlap, lie inside their paragraph, and hold what stands between their marks."""
    end = (-1, 0)
    for quote in quotes(paragraphs):
        assert (quote.paragraph, quote.start) >= end
        assert 0 <= quote.start <= quote.end <= len(paragraphs[quote.paragraph])
        assert quote.text in paragraphs[quote.paragraph][quote.start : quote.end]
        assert quote.is_speech == (quote.chapter is not None)
        assert quote.is_speech or quote.speaker is None
        end = (quote.paragraph, quote.end)


@given(st.lists(TEXTS, max_size=4))
def test_chapters_count_up_from_zero(paragraphs: list[str]) -> None:
    """The utterances of an article are numbered in order without a gap, and each has one speaker."""
    numbers = [quote.chapter for quote in quotes(paragraphs) if quote.chapter is not None]
    assert sorted(set(numbers)) == list(range(len(set(numbers))))
    assert numbers == sorted(numbers)
    speakers = {(quote.chapter, quote.speaker) for quote in quotes(paragraphs) if quote.is_speech}
    assert len(speakers) == len(set(numbers))


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_repeats_are_read_like_any_text(piece: str) -> None:
    """Thousands of one piece, in one paragraph and in many, are read in linear time: a quadratic rule would hang."""
    assert all(isinstance(quote, Quote) for quote in quotes([piece * 1_000]))
    assert all(isinstance(quote, Quote) for quote in quotes([piece] * 500))


def test_a_pasted_wall_of_marks_is_read() -> None:
    """Ten thousand nested marks, and tens of thousands of short quotes, do no harm."""
    assert len(quotes(["»" * 10_000])) == 0
    assert len(quotes(["»a" * 5_000 + "«" * 5_000])) == 1
    assert all(isinstance(quote, Quote) for quote in quotes(["»a« " * 20_000]))
