"""How Danish is read: sentences, quotes, numbers, and the promise that nothing is lost."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import danish
from reader.danish import numbers

DATA = Path(__file__).parent / "danish"
PIECES = (
    "»Vi bygger,« siger Mette Holm. |Det er »et vildt år«, vurderer hun. |kl. 14.30 |ca. 3,5 mio. kr. |den 24. maj |"
    "– Nej, siger han. |1.234 |10-15 pct. |(S) |... |»|«|”|’|'|\"| |.|?|å |[1] |§ 14, stk. 2 |www.dr.dk |1990'erne |"
    "5 %|\n"
).split("|")
NEWS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
TEXTS = st.one_of(NEWS, st.text(max_size=80))


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize("row", rows("sentences.jsonl"), ids=lambda row: row["text"][:30])
def test_sentences_end_where_a_dane_would_end_them(row: dict[str, Any]) -> None:
    """Abbreviations, ordinals, initials, ellipses and quotes end no sentence unless they do."""
    assert [sentence.strip() for sentence in danish.sentences(row["text"])] == row["sentences"]


@pytest.mark.parametrize("row", rows("quotes.jsonl"), ids=lambda row: row["style"])
def test_quotes_are_found_with_their_speakers(row: dict[str, Any]) -> None:
    """Each quote is found with its place, whether it is speech, who speaks, and which utterance it belongs to."""
    found = [
        {
            "paragraph": quote.paragraph,
            "start": quote.start,
            "quote": quote.text,
            "is_speech": quote.is_speech,
            "speaker": quote.speaker,
            "chapter": quote.chapter,
        }
        for quote in danish.quotes(row["paragraphs"])
    ]
    assert found == row["expected"]


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
    (quote,) = danish.quotes([text])
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
    assert not [quote for quote in danish.quotes([text]) if quote.is_speech]


def test_an_apostrophe_opens_no_quote() -> None:
    """The apostrophe of a year or a genitive is no quotation mark, and hides none either."""
    text = "Siden '98 har Lars' film 'Natten' og '99-filmen ligget stille."
    assert [quote.text for quote in danish.quotes([text])] == ["Natten"]


def test_an_utterance_over_paragraphs_is_one() -> None:
    """A quote that reopens its mark in the next paragraph and closes once is one utterance of one speaker."""
    found = danish.quotes(["»Det begyndte i marts.", "»Og det blev ved,« siger Ida Ravn."])
    assert [(quote.speaker, quote.chapter) for quote in found] == [("Ida Ravn", 0), ("Ida Ravn", 0)]


@given(TEXTS)
def test_sentences_rejoin(text: str) -> None:
    """Joined, the sentences are the text again, whatever the text."""
    assert "".join(danish.sentences(text)) == text


@given(st.lists(TEXTS, max_size=3))
def test_quotes_lie_inside_their_paragraphs(paragraphs: list[str]) -> None:
    """Quotes rise without overlap, lie inside their paragraph, and hold what stands between their marks."""
    end = (-1, 0)
    for quote in danish.quotes(paragraphs):
        assert (quote.paragraph, quote.start) >= end
        assert 0 <= quote.start <= quote.end <= len(paragraphs[quote.paragraph])
        assert quote.text in paragraphs[quote.paragraph][quote.start : quote.end]
        assert quote.is_speech == (quote.chapter is not None)
        end = (quote.paragraph, quote.end)


@given(TEXTS)
def test_nothing_is_lost_between_changes(text: str) -> None:
    """Outside the changes the spoken text is the written one, and every change lies inside the text, in order."""
    reading = danish.read_aloud(text)
    position, spoken = 0, ""
    for change in reading.changes:
        assert position <= change.start < change.end <= len(text)
        spoken += text[position : change.start] + change.spoken
        position = change.end
    assert spoken + text[position:] == reading.spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("0", "nul"),
        ("1", "en"),
        ("21", "enogtyve"),
        ("60", "tres"),
        ("100", "hundrede"),
        ("130", "hundrede og tredive"),
        ("1.130", "et tusind et hundrede og tredive"),
        ("1.234", "et tusind to hundrede og fireogtredive"),
        ("1 000 000", "en million"),
        ("2.000.001", "to millioner og en"),
        ("3,5", "tre komma fem"),
        ("2,05", "to komma nul fem"),
        ("9,58", "ni komma otteoghalvtreds"),
        ("0,004", "nul komma nul nul fire"),
        ("007", "nul nul syv"),
        ("1" * 20, " ".join(["en"] * 20)),
    ],
)
def test_numbers_are_spelled(written: str, spoken: str) -> None:
    """Numbers are said as Danes say them: tres for 60, komma for the decimals, og before the last part."""
    assert numbers.number(written) == spoken


@pytest.mark.parametrize(
    ("value", "spoken"),
    [
        (1, "første"),
        (2, "anden"),
        (30, "tredivte"),
        (40, "fyrretyvende"),
        (67, "syvogtresindstyvende"),
        (100, "hundrede"),
        (125, "hundrede og femogtyvende"),
    ],
)
def test_ordinals_are_spelled(value: int, spoken: str) -> None:
    """Ordinals keep the old twenties, and the hundredth is hundrede."""
    assert numbers.ordinal(value) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Mødet er kl. 14.30.", "Mødet er klokken fjorten tredive."),
        ("Prisen er 1.234 kr. Det er dyrt.", "Prisen er et tusind to hundrede og fireogtredive kroner. Det er dyrt."),
        ("den 24. februar 2022", "den fireogtyvende februar to tusind og toogtyve"),
        ("i 1864", "i atten hundrede og fireogtres"),
        ("10-15 personer", "ti til femten personer"),
        ("50 % eller 50%", "halvtreds procent eller halvtreds procent"),
        ("»Nej,« siger hun.", "Nej, siger hun."),
        ("– Nej, siger hun.", "Nej, siger hun."),
        ("Det er bl.a. sandt.", "Det er blandt andet sandt."),
        ("Han boede i nr. 7.", "Han boede i nummer syv."),
        ("Skriv til navn@avis.dk.", "Skriv til navn snabel-a avis punktum dk."),
        ("Frederik var 12 år i år.", "Frederik var tolv år i år."),
    ],
)
def test_printed_signs_become_words(written: str, spoken: str) -> None:
    """What a listener hears is words: no digits, no abbreviations, no signs."""
    assert danish.spoken(written) == spoken


def test_the_lexicon_wins() -> None:
    """A newsroom's own reading of a word wins over every rule."""
    reading = danish.read_aloud("kr. og DIIS", {"DIIS": "diis", "kr.": "kroner og ører"})
    assert reading.spoken == "kroner og ører og diis"
    assert {change.rule for change in reading.changes} == {"lexicon"}


@pytest.mark.parametrize(
    "text",
    [
        "»" * 20_000,
        "»a« " * 5_000,
        "1" * 50_000,
        "f.eks. " * 5_000,
        "." * 50_000,
        "A. " * 10_000,
        "’" * 20_000,
        "a" + " " * 50_000 + "b",
        "a@" * 20_000,
        "www." * 10_000,
        "»Ja,« siger han. Bo Ek. " * 3_000,
        "-" * 50_000,
        "»’" * 9_000,
    ],
    ids=[
        "open",
        "pairs",
        "digits",
        "abbreviations",
        "dots",
        "initials",
        "apostrophes",
        "spaces",
        "mails",
        "addresses",
        "pronouns",
        "hyphens",
        "mixed",
    ],
)
def test_hostile_repeats_are_read_like_any_text(text: str) -> None:
    """Tens of thousands of one mark are read in linear time (a quadratic rule would hang here) and lose nothing."""
    assert "".join(danish.sentences(text)) == text
    assert len(danish.quotes([text])) <= len(text)
    assert isinstance(danish.spoken(text), str)
