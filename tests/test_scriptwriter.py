"""From an article to lines and chapters."""

from dataclasses import replace

import pytest
from conftest import article_of, script_of
from hypothesis import given
from hypothesis import strategies as st

from reader.danish import Lexicon, entries_of
from reader.errors import ScriptError
from reader.model import Article, ChapterMode, Paragraph, Script, rejoin
from reader.scriptwriter import Extras, write_script
from reader.scriptwriter.lines import LONGEST_LINE

SPOKEN_BY = "»Vi bygger,« siger Ida Ravn."
FRAGMENTS = st.sampled_from(
    [
        *"»«”\"'.,–-?!:;… ",
        "Ord ",
        "ord",
        " siger Ida Ravn",
        "Nej.",
        "»Ja,« siger hun. ",
        "1.234 kr. ",
        "[1]",
        "– Nej, siger han. ",
    ]
)
TEXTS = st.one_of(st.lists(FRAGMENTS, max_size=25).map("".join), st.text(max_size=60))


def titles(script: Script) -> list[str]:
    return [chapter.title for chapter in script.chapters]


def places(script: Script) -> list[int]:
    return [chapter.line for chapter in script.chapters]


@given(st.lists(TEXTS, max_size=4), st.one_of(st.none(), st.text(max_size=20)))
def test_any_text_rejoins(texts: list[str], title: str | None) -> None:
    """Whatever an article holds, its lines and skips rejoin to it, or it is refused by name."""
    try:
        script = write_script(article_of(*texts, title=title))
    except ScriptError:
        return
    for number, text in enumerate(texts):
        written = [line.written for line in script.lines if line.paragraph == number]
        assert rejoin(text, written, [skip for skip in script.skipped if skip.paragraph == number]) == text


def test_lines_are_cut_at_sentences_and_speech() -> None:
    """A paragraph is cut where a sentence ends and where speech begins or ends; its marks are seen but not said."""
    script = script_of("Det regner. »Vi går nu,« siger Ida Ravn. Så gik de.")
    assert [(line.role, line.written, line.spoken) for line in script.lines] == [
        ("body", "Det regner. ", "Det regner."),
        ("quote", "»Vi går nu,« ", "Vi går nu,"),
        ("body", "siger Ida Ravn. ", "siger Ida Ravn."),
        ("body", "Så gik de.", "Så gik de."),
    ]
    assert [line.sentence for line in script.lines] == [0, 1, 1, 2]
    assert [line.speaker for line in script.lines] == [None, "Ida Ravn", None, None]


def test_no_line_begins_with_punctuation() -> None:
    """The comma after a closing mark belongs to the quote, so that no line begins with one."""
    script = script_of("Det er »et vildt år«, vurderer Ida Ravn.")
    assert [line.written for line in script.lines] == ["Det er ", "»et vildt år«, ", "vurderer Ida Ravn."]


def test_a_line_is_never_longer_than_a_breath() -> None:
    """A sentence without end is cut at clauses, else at spaces, else hard, and is still one sentence."""
    for text in ("ord " * 1000, "ord, " * 1000, "x" * 5000):
        script = script_of(text.strip())
        assert max(len(line.written) for line in script.lines) <= LONGEST_LINE
        assert {line.sentence for line in script.lines} == {0}


def test_a_long_stretch_of_marks_is_skipped() -> None:
    """Short marks join their neighbours; a long row of them is skipped, and the words around it are spoken."""
    script = script_of("Det regner. " + "." * 50_000 + " Solen skinner.")
    assert script.lines[0].spoken.strip(" .") == "Det regner"
    assert "Solen skinner." in script.lines[-1].spoken
    assert {skip.reason for skip in script.skipped} == {"nothing to say"}


def test_kinds_become_roles() -> None:
    """Headline, lead, heading, body and block quote each have a role; captions and tables are skipped with a reason."""
    paragraphs = (
        Paragraph("Det sker nu.", "lead"),
        Paragraph("Baggrund", "heading"),
        Paragraph("Det skete før.", "text"),
        Paragraph("Vi beklager dybt.", "quote"),
        Paragraph("Broen set fra vest.", "caption"),
        Paragraph("1, 2, 3", "table"),
    )
    script = write_script(Article("Nyt", paragraphs), notice=None)
    assert [line.role for line in script.lines] == ["title", "lead", "heading", "body", "quote", "frame"]
    assert [(skip.paragraph, skip.reason) for skip in script.skipped] == [(4, "a caption"), (5, "a table")]


BOXED = Article(
    "Nyt",
    (
        Paragraph("Broen lukker.", "text"),
        Paragraph("2024, 11", "table"),
        Paragraph("2025, 12", "table"),
        Paragraph("Sådan er broen", "aside"),
        Paragraph("Broen er lang.", "aside"),
    ),
)


def test_fact_boxes_and_tables_are_announced() -> None:
    """A frame says once that a fact box follows, and that a table is left out, in the article's language."""
    script = write_script(BOXED, notice=None)
    spoken = ["Nyt", "Broen lukker.", "Her står en tabel, som ikke læses op.", "Faktaboks."]
    assert [line.spoken for line in script.lines] == [*spoken, "Sådan er broen", "Broen er lang."]
    assert [line.role for line in script.lines[2:4]] == ["frame", "frame"]
    assert [skip.paragraph for skip in script.skipped] == [1, 2]
    swedish = write_script(replace(BOXED, language="sv"), notice=None)
    assert [line.spoken for line in swedish.lines[2:4]] == ["Här står en tabell som inte läses upp.", "Faktaruta."]


@pytest.mark.parametrize("opening", ["Fakta om broen", "Rettelse: Broen er lang.", "Redaktionel note: Nyt."])
def test_a_box_that_says_what_it_is_is_not_announced(opening: str) -> None:
    """No frame comes before a fact box or a correction that names itself."""
    article = Article("Nyt", (Paragraph("Broen lukker.", "text"), Paragraph(opening, "aside")))
    assert [line.role for line in write_script(article, notice=None).lines][:2] == ["title", "body"]
    assert "frame" not in [line.role for line in write_script(article, notice=None).lines]


def test_fact_boxes_and_tables_are_read_by_choice() -> None:
    """By choice a table is read row by row after its announcement, and a fact box is left out in silence."""
    script = write_script(BOXED, notice=None, extras=Extras(fact_boxes=False, tables=True))
    assert [line.written for line in script.lines] == ["Nyt", "Broen lukker.", "Tabel.", "2024, 11", "2025, 12"]
    assert [(skip.paragraph, skip.reason) for skip in script.skipped] == [(3, "a fact box"), (4, "a fact box")]


def test_the_last_line_says_that_the_voice_is_synthetic() -> None:
    """Every script ends with a line about the voice, in the article's language, unless it is turned off or reworded."""
    assert write_script(article_of("Det regner.")).lines[-1].spoken == "Artiklen er læst op af en syntetisk stemme."
    assert "synthetic" in write_script(article_of("It rains.", language="en")).lines[-1].spoken
    assert write_script(article_of("Det regner."), notice="Oplæst af en maskine.").lines[-1].role == "frame"
    assert len(write_script(article_of("Det regner."), notice=None).lines) == 1


def test_an_article_without_words_is_refused() -> None:
    """An article in which nothing can be said is a ScriptError, and no silent recording."""
    for article in (article_of(), article_of("* * *"), article_of("", title="Kun en titel"), article_of("[1]")):
        with pytest.raises(ScriptError):
            write_script(article)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Intro her. »Vi bygger,« siger Ida Ravn.", 1),
        ("Intro her. Ida Ravn siger: »Vi bygger.«", 2),
        ("Intro her. Det er »et vildt år«, vurderer Ida Ravn.", 1),
        ("Intro her. »Er det nu?« spørger Ida Ravn.", 1),
    ],
)
def test_a_chapter_stands_where_speech_begins(text: str, line: int) -> None:
    """Whole sentences of speech: at the quote. A part of a sentence: where that sentence starts."""
    assert places(script_of(text)) == [0, line]


def test_chapters_are_called_after_who_speaks() -> None:
    """A chapter is called "Speaker: first words", cut at a word; the opening after the headline, or Indledning."""
    long = "»Vi bygger en meget lang bro, som ingen af os har set magen til før i hele verden,« siger Ida Ravn."
    script = script_of("Det regner.", long, title="Broen")
    assert titles(script) == ["Broen", "Ida Ravn: Vi bygger en meget lang bro, som ingen af os har set magen …"]
    assert titles(script_of("Det regner.", SPOKEN_BY))[0] == "Indledning"
    assert titles(script_of("Det regner.", "»Nu er det slut!«"))[1] == "»Nu er det slut!«"


def test_one_utterance_is_one_chapter() -> None:
    """A quote split by its own attribution, or running over paragraphs, is one chapter."""
    assert len(script_of("Det regner.", "»Vi er,« siger Ida Ravn, »meget glade.«").chapters) == 2
    assert len(script_of("Det regner.", "»Vi er glade.« siger Ida Ravn. »Meget endda.«").chapters) == 2
    assert len(script_of("Det regner.", "»Det begyndte i marts.", "»Og blev ved,« siger Ida Ravn.").chapters) == 2
    assert len(script_of("Det regner.", SPOKEN_BY, SPOKEN_BY).chapters) == 3


def test_a_quote_that_opens_the_article_merges_with_the_opening() -> None:
    """When the article begins with a quote, the opening is its chapter."""
    assert places(script_of(SPOKEN_BY, "Det regner.")) == [0]
    assert places(script_of(SPOKEN_BY, "Det regner.", title="Broen")) == [0]


def test_labels_open_no_chapter() -> None:
    """Scare quotes, titles and single letters open no chapter."""
    script = script_of("Det regner.", "Filmen »Natten« er et såkaldt »kup«, og bilen bar et 'Z'.")
    assert places(script) == [0]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("speech", [0, 3, 5]), ("every-quote", [0, 3, 5]), ("headings", [0, 2]), ("none", [])],
)
def test_chapters_follow_the_mode(mode: ChapterMode, expected: list[int]) -> None:
    """Chapters stand at speech, at every quote, at headings, or nowhere, as one wishes."""
    texts = (
        Paragraph("Det regner.", "lead"),
        Paragraph("Baggrund", "heading"),
        Paragraph(SPOKEN_BY),
        Paragraph(SPOKEN_BY),
    )
    assert places(write_script(Article("Broen", texts), chapters=mode)) == expected


def test_an_article_without_speech_falls_back_to_its_headings() -> None:
    """Without quotes, chapters stand at the headings."""
    texts = (Paragraph("Det regner.", "lead"), Paragraph("Baggrund", "heading"), Paragraph("Det har regnet længe."))
    assert titles(write_script(Article("Broen", texts))) == ["Broen", "Baggrund"]


def test_there_are_never_more_than_255_chapters() -> None:
    """The table of contents counts in one byte: beyond 255, the shortest chapters merge into those before them."""
    long = "»Vi bygger en lang bro over det vilde vand,« siger Ida Ravn."
    script = script_of("Det regner.", *[SPOKEN_BY, long] * 200)
    assert len(script.chapters) == 255
    kept = [script.lines[chapter.line].written for chapter in script.chapters[1:]]
    assert sum("lang bro" in line for line in kept) == 200


def test_chapter_ids_are_ascii_and_distinct() -> None:
    """A chapter's id is an anchor: ASCII, and its own even where two chapters are called alike."""
    script = script_of("Det regner.", "»Ærøs øl,« siger Åse Ørn.", "»Ærøs øl,« siger Åse Ørn.", title="Æblet")
    ids = [chapter.id for chapter in script.chapters]
    assert ids == ["aeblet", "aase-oern-aeroes-oel", "aase-oern-aeroes-oel-2"]


def test_pauses_tell_the_structure() -> None:
    """A listener hears by the pause what follows: a sentence, a paragraph, a quote, a heading."""
    texts = (Paragraph("Det regner. Solen skinner."), Paragraph("Baggrund", "heading"), Paragraph(SPOKEN_BY))
    script = write_script(Article("Broen", texts), notice=None)
    pauses = dict(zip([line.written for line in script.lines], [line.pause_ms for line in script.lines], strict=True))
    assert pauses["Solen skinner."] < pauses["Det regner. "] < pauses["Baggrund"]
    assert 0 < pauses["siger Ida Ravn."] < pauses["Solen skinner."]
    assert script.lines[0].pause_ms > 0


def test_the_lexicon_reaches_the_lines() -> None:
    """A newsroom's own reading of a word is what is spoken, and the printed word stays."""
    (line,) = write_script(article_of("DIIS mener."), lexicon=Lexicon(entries_of({"DIIS": "dis"})), notice=None).lines
    assert (line.written, line.spoken, line.spans[0].rule) == ("DIIS mener.", "dis mener.", "newsroom")
