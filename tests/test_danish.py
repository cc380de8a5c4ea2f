"""How Danish is read: sentences, words for everything that is printed, and the promise that nothing is lost."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import canon
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import danish
from reader.danish import abbreviations, numbers
from reader.danish.gender import is_neuter
from reader.danish.lexicon import built_in
from reader.danish.rules.units import units

DATA = Path(__file__).parent / "danish"
GOLD = canon.load(DATA / "gold.tsv")
PIECES = (
    "»Vi bygger,« siger Mette Holm. |Det er »et vildt år«, vurderer hun. |kl. 14.30 |ca. 3,5 mio. kr. |den 24. maj |"
    "– Nej, siger han. |1.234 |10-15 pct. |(S) |... |»|«|”|’|'|\"| |.|?|å |[1] |§ 14, stk. 2 |www.dr.dk |1990'erne |"
    "5 %|\n|DR1 |EU's |F-16|2-1|½|$5 mia. |Frederik X |#MeToo |a@b.dk |\u00ad|a\u030a|🎉|CO₂ |25 °C |3/4 |1:50 |x² |NEJ"
    " |-5 "
).split("|")
NEWS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
TEXTS = st.one_of(NEWS, st.text(max_size=80))


class Example(NamedTuple):
    """A case of a prose fixture: what is printed, and what is said."""

    rule: str
    title: str
    written: str
    spoken: str


def examples() -> list[Example]:
    """Every case of tests/danish/reading/: one file for each rule, its blocks split by blank lines."""
    found = []
    for path in sorted((DATA / "reading").glob("*.txt")):
        for block in path.read_text("utf-8").strip().split("\n\n"):
            title, written, spoken = block.split("\n")
            found.append(Example(path.stem.replace("_", " "), title[2:], written, spoken.removeprefix("-> ")))
    return found


EXAMPLES = examples()


def sentence_cases() -> list[tuple[str, list[str]]]:
    """The gold cases, and our own: texts with their sentences."""
    gold = [json.loads(line) for line in (DATA / "sentences.jsonl").read_text("utf-8").splitlines()]
    own = [line for line in (DATA / "sentences.txt").read_text("utf-8").splitlines() if line[0] != "#"]
    return [(row["text"], row["sentences"]) for row in gold] + [(s.replace(" | ", " "), s.split(" | ")) for s in own]


@pytest.mark.parametrize(("text", "expected"), sentence_cases(), ids=lambda value: str(value)[:30])
def test_sentences_end_where_a_dane_would_end_them(text: str, expected: list[str]) -> None:
    """Abbreviations, ordinals, initials, ellipses and quotes end no sentence unless they do."""
    assert [sentence.strip() for sentence in danish.sentences(text)] == expected


@pytest.mark.parametrize("row", GOLD, ids=lambda row: f"{row.category}: {row.text[:30]}")
def test_gold_rows_are_read_right(row: canon.Row) -> None:
    """Each row of the gold set is read in one of the ways in which a Dane would read it."""
    assert canon.is_right(danish.spoken(row.text), row), danish.spoken(row.text)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.rule}: {example.title}")
def test_printed_signs_become_words(example: Example) -> None:
    """Each rule reads its examples as they stand in its file, and leaves alone what the file says it does not read."""
    reading = danish.read_aloud(example.written)
    assert reading.spoken == example.spoken
    used = {change.rule for change in reading.changes}
    assert (example.rule in used) != example.title.startswith("Not:")


def test_every_rule_has_its_examples() -> None:
    """For each rule there is a file of examples, and for each file a rule; no two rules share a name."""
    names = [rule.name for rule in danish.RULES]
    assert sorted(names) == sorted({example.rule for example in EXAMPLES})


@pytest.mark.parametrize("text", [example.spoken for example in EXAMPLES], ids=lambda text: text[:30])
def test_what_is_said_is_said_the_same_again(text: str) -> None:
    """Words are words: reading what was read changes nothing."""
    assert danish.spoken(text) == text


@given(TEXTS)
def test_sentences_rejoin(text: str) -> None:
    """Joined, the sentences are the text again, whatever the text."""
    assert "".join(danish.sentences(text)) == text


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


@given(TEXTS)
def test_what_is_said_is_words(text: str) -> None:
    """No digit and no sign is left in what a voice is given: nothing but letters, space and marks of a pause."""
    spoken = danish.spoken(text)
    assert not any(character.isdecimal() for character in spoken)
    assert not re.search(r"[^\w\s.,:;!?()…–—‒―'’-]|_", spoken)


@given(TEXTS)
def test_every_word_is_said(text: str) -> None:
    """A run of letters is either said or under a change that says something; only what is invisible goes unsaid."""
    reading = danish.read_aloud(text)
    for change in reading.changes:
        printed = text[change.start : change.end]
        assert (
            change.spoken.strip()
            or not any(c.isalnum() for c in printed if c.isprintable())
            or change.rule == "footnote"
        )


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("0", "nul"),
        ("1", "en"),
        ("21", "enogtyve"),
        ("60", "tres"),
        ("100", "hundrede"),
        ("130", "hundrede og tredive"),
        ("1.000", "tusind"),
        ("1.130", "et tusind et hundrede og tredive"),
        ("1.234", "et tusind to hundrede og fireogtredive"),
        ("100.000", "hundrede tusind"),
        ("1 000 000", "en million"),
        ("2.000.001", "to millioner og en"),
        ("3.000.000.000", "tre milliarder"),
        ("3,5", "tre komma fem"),
        ("3,1", "tre komma et"),
        ("2,05", "to komma nul fem"),
        ("9,58", "ni komma otteoghalvtreds"),
        ("0,004", "nul komma nul nul fire"),
        ("007", "nul nul syv"),
        ("1" * 20, " ".join(["et"] * 20)),
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
        (1000, "tusinde"),
        (100_000, "hundrede tusinde"),
        (1_000_000, "millionte"),
    ],
)
def test_ordinals_are_spelled(value: int, spoken: str) -> None:
    """Ordinals keep the old twenties, and the hundredth is hundrede."""
    assert numbers.ordinal(value) == spoken


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("år", True),
        ("rækkehus", True),
        ("års", True),
        ("mand", False),
        ("fjord", False),
        ("rekord", False),
        ("å", False),
    ],
)
def test_nouns_have_a_gender(noun: str, expected: bool) -> None:
    """A compound has the gender of its last part, and a few words only look as if they had it."""
    assert is_neuter(noun) is expected


@pytest.mark.parametrize("rows", abbreviations.table().values(), ids=lambda rows: rows[0].written)
def test_each_abbreviation_is_read(rows: tuple[abbreviations.Abbreviation, ...]) -> None:
    """Every row of the table is read in the company that it asks for, and never ends in a second abbreviation."""
    company = {"": "", "year": " 1972", "number": " 7", "name": " Nebel", "word": " noget", "lower": ""}
    for row in rows:
        written = row.written.capitalize() if row.before == "name" else row.written
        spoken = danish.spoken(f"Ja, {written}{company[row.before]} er")
        assert row.spoken.casefold() in spoken.casefold()
        assert danish.spoken(row.spoken) == row.spoken


@pytest.mark.parametrize("written", units())
def test_each_unit_is_read(written: str) -> None:
    """Every unit of the table is read after a number, in the plural."""
    assert danish.spoken(f"Ca. 7 {written} er").casefold() == f"cirka syv {units()[written].many} er".casefold()


def test_each_entry_of_the_lexicon_is_read() -> None:
    """Every shipped entry is said as its row says, by itself and in a genitive, and what it says is not read again."""
    wrong = []
    for entry in built_in().entries:
        written = f"{entry.written}noget" if entry.written.endswith("-") else entry.written
        expected = f"{entry.spoken}noget" if entry.written.endswith("-") else entry.spoken
        if danish.spoken(f"Ja, {written} og") != f"Ja, {expected} og":
            wrong.append(entry.written)
        if danish.spoken(f"Ja, {entry.spoken} og") != f"Ja, {entry.spoken} og":
            wrong.append(f"{entry.written}: {entry.spoken}")
    assert wrong == []
    assert len({entry.written for entry in built_in().entries}) == len(built_in().entries)


def test_words_of_another_language_are_marked() -> None:
    """A foreign name keeps its spelling and is marked with its language and sound, also in the genitive."""
    reading = danish.read_aloud("Macrons tale i Washington.")
    marked = [(change.spoken, change.language, bool(change.ipa)) for change in reading.changes]
    assert marked == [("Macrons", "fr", True), ("Washington", "en", True)]
    assert reading.spoken == reading.written


def test_a_genitive_is_heard() -> None:
    """A genitive's sound has its s, unless the name's own sound ends in one: two are heard as one."""
    lexicon = danish.Lexicon(
        [danish.Entry("Sjoe", "Sjoe", ipa="ʃuː"), danish.Entry("Bordeaux", "Bordeaux", ipa="bɔɐ̯doːs")]
    )
    reading = danish.read_aloud("Sjoe, Sjoes og Bordeaux's vin", lexicon)
    assert [change.ipa for change in reading.changes] == ["ʃuː", "ʃuːs", "bɔɐ̯doːs"]


def test_the_newsroom_wins() -> None:
    """A newsroom's own reading of a word wins over every rule, and over the lexicon that ships."""
    lexicon = danish.Lexicon(danish.entries_of({"DIIS": "dis", "kr.": "kroner og ører", "14.30": "halv tre"}))
    reading = danish.read_aloud("kr. og DIIS' folk kl. 14.30", lexicon)
    assert reading.spoken == "kroner og ører og dis folk klokken halv tre"
    assert [change.rule for change in reading.changes if change.spoken == "dis"] == ["newsroom"]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Nordea", "nordéa"),
        ("Nordeas", "nordéas"),
        ("Nordea's", "nordéa's"),
        ("Nordea-chefen", "nordéa-chefen"),
        ("(Nordea)", "(nordéa)"),
        ("Nordeabank", "Nordeabank"),
        ("info@Nordea.dk", "info snabel-a Nordea punktum D K"),
    ],
)
def test_an_entry_matches_whole_words(text: str, spoken: str) -> None:
    """An entry reads its word, its genitive and its compounds, but no part of another word."""
    assert danish.read_aloud(text, danish.Lexicon([danish.Entry("Nordea", "nordéa")])).spoken == spoken


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("= 3", "TOML"),
        ("DIIS = 3", "DIIS"),
        ('DIIS = "3 dis"', "DIIS"),
        ('DIIS = { spoke = "dis" }', "spoke"),
        ('DIIS = { source = "mig" }', "DIIS"),
        ('DIIS = { language = "dansk!" }', "DIIS"),
        ('"-" = "dis"', "-"),
        ('DIIS = "dis\\u0007"', "DIIS"),
    ],
)
def test_a_broken_lexicon_is_refused_by_name(text: str, fault: str) -> None:
    """Whatever is wrong with a newsroom's file, the message names the entry."""
    with pytest.raises(danish.LexiconError, match=fault):
        danish.entries_from_toml(text)


def test_a_lexicon_file_may_hold_words_alone_or_everything() -> None:
    """An entry is a string, or a table with spoken, ipa, language and source."""
    text = 'DIIS = "dis"\n[Macron]\nipa = "maˈkʁʌŋ"\nlanguage = "fr"\nsource = "sprogredaktionen"\n'
    assert danish.entries_from_toml(text) == (
        danish.Entry("DIIS", "dis"),
        danish.Entry("Macron", "Macron", "maˈkʁʌŋ", "fr", "sprogredaktionen"),
    )


HOSTILE = (
    "1|.|f.eks. | |a@|www.|»|»a« |-|111 |111.|1-|1x|1 x |1/|1:|A. |AA |A|NEJ! |5 kr. |$5 |5 m/m/|5. |5., |"
    "111.111. |5. og |den 5. |2022-08-24-|5/5/|kl. 5-|kl. 5 og |11 |+4|§ 5-| I|Karl V |A1|a-|1a-|#|"
    "http://a|a\u0300|\u00ad|🎉|'9|½|[|a/b/|New York |7-8.000 |1,|5 % - |1.11-|\uffff|mandag-|x²|"
    "ring på 112 |’|»’|J.-|aa.dk "
).split("|")


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_hostile_repeats_are_read_like_any_text(piece: str) -> None:
    """Tens of thousands of one mark are read in linear time (a quadratic rule would hang here) and lose nothing."""
    text = piece * (10_000 // len(piece))
    assert "".join(danish.sentences(text)) == text
    assert isinstance(danish.spoken(text), str)


def test_a_million_digits_are_read() -> None:
    """A number of a million digits, and a word of a million letters, are read as fast as any text."""
    assert danish.spoken("1" * 1_000_000).count("et") == 1_000_000
    assert danish.spoken("a" * 1_000_000) == "a" * 1_000_000
