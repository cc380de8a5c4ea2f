"""What is said around the story: who wrote it, what comes now, who read it aloud; and the pauses in between."""

from dataclasses import replace

import pytest
from conftest import article_of, script_of

from reader.model import Article, Image, Paragraph, Script
from reader.scriptwriter import Extras, write_script

ARTICLE = Article(
    "Broen åbner igen",
    (Paragraph("Trafikken over fjorden kører igen fra i morgen."),),
    byline=("Ida Ravn",),
    published="2026-03-20T05:02:00+01:00",
    site="Fjordavisen",
)
PICTURE = Image("https://fjordavisen.example/bro.jpg", alt="En bro i tåge", caption="Broen er lukket.")
ILLUSTRATED = replace(
    ARTICLE,
    paragraphs=(
        Paragraph("Broen åbner i morgen."),
        Paragraph("Broen set fra vest.", "caption"),
        Paragraph("Arkivfoto: Åse Ørn", "caption"),
        Paragraph("Færgen sejler til påske."),
        Paragraph("Færgen ved kajen.", "caption"),
    ),
    image=PICTURE,
)
SHOPPING = (
    Paragraph("Tag dette med:"),
    Paragraph("Brød og ost.", "item"),
    Paragraph("Mælk.", "item"),
    Paragraph("Lad dette blive hjemme:"),
    Paragraph("Hunden.", "item"),
    Paragraph("Husk til sidst:"),
    Paragraph("Kort.", "item"),
    Paragraph("Kompas.", "item"),
    Paragraph("Kaffe.", "item"),
)


def frames(article: Article, extras: Extras) -> list[str]:
    """What is printed of the frames of an article, without the last line about the voice."""
    return framed(write_script(article, notice=None, extras=extras))


def framed(script: Script) -> list[str]:
    return [line.written for line in script.lines if line.role == "frame"]


def opening(article: Article, wording: str = "") -> str | None:
    """What is said after the headline."""
    said = frames(article, Extras(opening=wording))
    assert len(said) <= 1
    return said[0] if said else None


# the opening


@pytest.mark.parametrize(
    ("byline", "said"),
    [
        (("Ida Ravn",), "Af Ida Ravn. Fra Fjordavisen. 20. marts 2026."),
        (("Ida Ravn", "Bo Holm"), "Af Ida Ravn og Bo Holm. Fra Fjordavisen. 20. marts 2026."),
        (("Ida Ravn", "Bo Holm", "Åse Ørn"), "Af Ida Ravn, Bo Holm og Åse Ørn. Fra Fjordavisen. 20. marts 2026."),
    ],
)
def test_the_opening_says_by_whom_from_where_and_when(byline: tuple[str, ...], said: str) -> None:
    """The standard opening names everybody who wrote the article, the newspaper, and the day without its hour."""
    assert opening(replace(ARTICLE, byline=byline)) == said


def test_the_opening_is_said_in_words() -> None:
    """The opening is read as the story is, so that no voice has to know how a date is said."""
    line = write_script(ARTICLE, extras=Extras(opening="")).lines[1]
    assert line.spoken == "Af Ida Ravn. Fra Fjordavisen. tyvende marts to tusind og seksogtyve."


@pytest.mark.parametrize(
    ("published", "said"),
    [("2026-03", "marts 2026."), ("2026", "2026."), ("2026-03-01", "1. marts 2026.")],
)
def test_a_date_is_said_as_far_as_it_is_known(published: str, said: str) -> None:
    """Where only the month or the year of an article is known, the opening says that much and makes up no day."""
    assert opening(replace(ARTICLE, published=published)) == f"Af Ida Ravn. Fra Fjordavisen. {said}"


@pytest.mark.parametrize(
    ("article", "said"),
    [
        (replace(ARTICLE, byline=()), "Fra Fjordavisen. 20. marts 2026."),
        (replace(ARTICLE, site=None), "Af Ida Ravn. 20. marts 2026."),
        (replace(ARTICLE, published=None), "Af Ida Ravn. Fra Fjordavisen."),
        (replace(ARTICLE, byline=(), site=None), "20. marts 2026."),
    ],
)
def test_what_is_not_known_is_not_said(article: Article, said: str) -> None:
    """A sentence of the opening with something that the article does not tell is left out, and only that one."""
    assert opening(article) == said


def test_an_opening_of_which_nothing_is_known_is_no_line() -> None:
    """Where the article tells neither by whom, nor from where, nor when, the story follows its headline."""
    article = replace(ARTICLE, byline=(), site=None, published=None)
    script = write_script(article, notice=None, extras=Extras(opening=""))
    assert [line.role for line in script.lines] == ["title", "body"]


def test_there_is_no_opening_unless_it_is_asked_for() -> None:
    """Without being asked, the reader says nothing between headline and story, however much is known."""
    assert frames(ILLUSTRATED, Extras()) == []


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        (
            "Du lytter til {title}, skrevet af {byline}! Læst op for {site} den {date}.",
            "Du lytter til Broen åbner igen, skrevet af Ida Ravn! Læst op for Fjordavisen den 20. marts 2026.",
        ),
        ("Velkommen til Fjordavisens oplæsning.", "Velkommen til Fjordavisens oplæsning."),
        ("{site}", "Fjordavisen"),
        ("Godmorgen.  {site}.", "Godmorgen. Fjordavisen."),
        ("Fra {avis} i dag.", "Fra {avis} i dag."),
    ],
)
def test_an_opening_of_ones_own(wording: str, said: str) -> None:
    """A newsroom's own wording is said with what the article tells in place of its fields, and else as it stands."""
    assert opening(ARTICLE, wording) == said


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        ("Hej! Skrevet af {byline}! Fra {site}.", "Hej! Fra Fjordavisen."),
        ("Hej. Hvem skrev? Det gjorde {byline}? Fra {site}.", "Hej. Hvem skrev? Fra Fjordavisen."),
        ("Af {byline} for {site}.", None),
        ("Fra {site}. Af {byline}", "Fra Fjordavisen."),
    ],
)
def test_an_own_opening_leaves_out_what_is_not_known(wording: str, said: str | None) -> None:
    """In one's own wording too a sentence with an unknown field is left out, whatever mark it ends with."""
    assert opening(replace(ARTICLE, byline=()), wording) == said


def test_a_headline_with_braces_is_only_a_headline() -> None:
    """What the article says is never taken for a field of the wording."""
    assert opening(replace(ARTICLE, title="Sådan skrives {site}"), "Hør {title}.") == "Hør Sådan skrives {site}."


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("da", "Af Ida Ravn, Bo Holm og Åse Ørn. Fra Fjordavisen. 20. marts 2026."),
        ("nb", "Av Ida Ravn, Bo Holm og Åse Ørn. Fra Fjordavisen. 20. mars 2026."),
        ("nn", "Av Ida Ravn, Bo Holm og Åse Ørn. Frå Fjordavisen. 20. mars 2026."),
        ("no", "Av Ida Ravn, Bo Holm og Åse Ørn. Fra Fjordavisen. 20. mars 2026."),
        ("sv", "Av Ida Ravn, Bo Holm och Åse Ørn. Från Fjordavisen. 20 mars 2026."),
        ("de", "Von Ida Ravn, Bo Holm und Åse Ørn. Aus Fjordavisen. 20. März 2026."),
        ("en", "By Ida Ravn, Bo Holm and Åse Ørn. From Fjordavisen. 20 March 2026."),
        ("fi", "By Ida Ravn, Bo Holm and Åse Ørn. From Fjordavisen. 2026-03-20."),
    ],
)
def test_the_opening_is_in_the_language_of_the_article(language: str, said: str) -> None:
    """The opening is in the article's own language, and in English where there is no wording for that."""
    assert opening(replace(ARTICLE, byline=("Ida Ravn", "Bo Holm", "Åse Ørn"), language=language)) == said


def test_the_opening_follows_the_headline() -> None:
    """The opening is a sentence of its own between headline and story, and belongs to no paragraph."""
    script = write_script(ARTICLE, extras=Extras(opening=""))
    assert [line.role for line in script.lines] == ["title", "frame", "body", "frame"]
    assert [line.sentence for line in script.lines] == [0, 1, 2, 3]
    assert [line.paragraph for line in script.lines] == [None, None, 0, None]
    assert [chapter.title for chapter in script.chapters] == ["Broen åbner igen"]


def test_without_a_headline_the_opening_comes_first() -> None:
    """A text without a headline begins with its opening, and that is where the first chapter stands."""
    script = write_script(replace(ARTICLE, title=None), notice=None, extras=Extras(opening=""))
    assert [line.role for line in script.lines] == ["frame", "body"]
    assert [(chapter.line, chapter.title) for chapter in script.chapters] == [(0, "Indledning")]


# lists


def test_a_list_is_announced_with_its_length() -> None:
    """Before two items or more the listener hears, once, how many follow; one item alone is no list."""
    script = write_script(replace(ARTICLE, paragraphs=SHOPPING), notice=None, extras=Extras(lists=True))
    assert [line.spoken for line in script.lines] == [
        "Broen åbner igen",
        "Tag dette med:",
        "Liste med to punkter.",
        "Brød og ost.",
        "Mælk.",
        "Lad dette blive hjemme:",
        "Hunden.",
        "Husk til sidst:",
        "Liste med tre punkter.",
        "Kort.",
        "Kompas.",
        "Kaffe.",
    ]
    assert framed(script) == ["Liste med 2 punkter.", "Liste med 3 punkter."]


def test_lists_are_not_announced_unless_it_is_asked_for() -> None:
    """Without being asked, the items of a list are read like any paragraphs."""
    script = write_script(replace(ARTICLE, paragraphs=SHOPPING), notice=None)
    assert [line.written for line in script.lines[1:]] == [paragraph.text for paragraph in SHOPPING]


def test_a_list_may_open_the_article() -> None:
    """A list that comes right after the headline is announced too."""
    article = replace(ARTICLE, paragraphs=SHOPPING[1:3])
    script = write_script(article, notice=None, extras=Extras(lists=True))
    assert [line.role for line in script.lines] == ["title", "frame", "body", "body"]


# pictures


def test_pictures_are_said_by_choice() -> None:
    """By choice the lead picture is described after the opening, and captions are read, announced once for each run."""
    script = write_script(ILLUSTRATED, notice=None, extras=Extras(opening="{site}.", pictures=True))
    assert [(line.role, line.paragraph, line.written) for line in script.lines] == [
        ("title", None, "Broen åbner igen"),
        ("frame", None, "Fjordavisen."),
        ("frame", None, "Billede: En bro i tåge."),
        ("body", 0, "Broen åbner i morgen."),
        ("frame", None, "Billedtekst."),
        ("body", 1, "Broen set fra vest."),
        ("body", 2, "Arkivfoto: Åse Ørn"),
        ("body", 3, "Færgen sejler til påske."),
        ("frame", None, "Billedtekst."),
        ("body", 4, "Færgen ved kajen."),
    ]
    assert script.skipped == ()
    sentences = [line.sentence for line in script.lines]
    assert sentences == sorted(set(sentences))


def test_pictures_are_left_out_unless_they_are_asked_for() -> None:
    """Without being asked, captions are skipped as captions and in silence, and the lead picture is not described."""
    script = write_script(ILLUSTRATED, notice=None)
    assert [line.role for line in script.lines] == ["title", "body", "body"]
    assert [(skip.paragraph, skip.reason) for skip in script.skipped] == [
        (1, "a caption"),
        (2, "a caption"),
        (4, "a caption"),
    ]


@pytest.mark.parametrize(
    ("alt", "said"),
    [
        ("En bro i tåge", "Billede: En bro i tåge."),
        ("  En bro i tåge. ", "Billede: En bro i tåge."),
        ("Kommer færgen?", "Billede: Kommer færgen?"),
        ("Endelig fri!", "Billede: Endelig fri!"),
        ("En bro …", "Billede: En bro …"),
        ("Broen {shown} i tåge", "Billede: Broen {shown} i tåge."),
    ],
)
def test_a_picture_is_described_in_the_words_of_its_page(alt: str, said: str) -> None:
    """What the page says of its picture is said as it stands, with a full stop where it ends in no mark."""
    article = replace(ARTICLE, image=replace(PICTURE, alt=alt))
    assert frames(article, Extras(pictures=True)) == [said]


@pytest.mark.parametrize("image", [None, *(replace(PICTURE, alt=alt) for alt in (None, "", " "))])
def test_a_picture_without_a_description_is_not_mentioned(image: Image | None) -> None:
    """Where the page does not tell what its picture shows, nobody says that there is one."""
    assert frames(replace(ARTICLE, image=image), Extras(pictures=True)) == []


def test_a_picture_never_stops_an_article() -> None:
    """However much a page says of its picture, the article is read."""
    article = replace(ARTICLE, image=replace(PICTURE, alt="En bro i tåge. " * 1000))
    assert write_script(article, extras=Extras(pictures=True)).lines[-2].spoken == ARTICLE.paragraphs[0].text


# boxes, tables and the language of them all


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("da", ["Billede: Kort.", "Liste med 2 punkter.", "Tabel.", "Billedtekst.", "Faktaboks."]),
        ("nb", ["Bilde: Kort.", "Liste med 2 punkter.", "Tabell.", "Bildetekst.", "Faktaboks."]),
        ("nn", ["Bilete: Kort.", "Liste med 2 punkt.", "Tabell.", "Bilettekst.", "Faktaboks."]),
        ("no", ["Bilde: Kort.", "Liste med 2 punkter.", "Tabell.", "Bildetekst.", "Faktaboks."]),
        ("sv", ["Bild: Kort.", "Lista med 2 punkter.", "Tabell.", "Bildtext.", "Faktaruta."]),
        ("de", ["Bild: Kort.", "Liste mit 2 Punkten.", "Tabelle.", "Bildunterschrift.", "Infokasten."]),
        ("en", ["Picture: Kort.", "A list of 2 items.", "Table.", "Caption.", "Fact box."]),
        ("fi", ["Picture: Kort.", "A list of 2 items.", "Table.", "Caption.", "Fact box."]),
    ],
)
def test_what_comes_is_said_in_the_language_of_the_article(language: str, said: list[str]) -> None:
    """Picture, list, table, caption and fact box are announced in the article's own language, or else in English."""
    paragraphs = (
        Paragraph("Kort.", "item"),
        Paragraph("Kompas.", "item"),
        Paragraph("2025, 12", "table"),
        Paragraph("Øen set fra syd.", "caption"),
        Paragraph("Øen er lang.", "aside"),
    )
    article = replace(ARTICLE, paragraphs=paragraphs, language=language, image=replace(PICTURE, alt="Kort."))
    assert frames(article, Extras(tables=True, lists=True, pictures=True)) == said


@pytest.mark.parametrize(
    ("extras", "said", "skipped"),
    [
        (Extras(), ["Her står en tabel, som ikke læses op.", "Faktaboks."], [(1, "a table"), (2, "a table")]),
        (Extras(tables=True), ["Tabel.", "Faktaboks."], []),
        (
            Extras(fact_boxes=False),
            ["Her står en tabel, som ikke læses op."],
            [(1, "a table"), (2, "a table"), (3, "a fact box"), (4, "a fact box")],
        ),
    ],
)
def test_tables_and_fact_boxes_are_read_or_skipped(
    extras: Extras, said: list[str], skipped: list[tuple[int, str]]
) -> None:
    """A table is announced whether it is read or not, a fact box only where it is read, and each of them once."""
    paragraphs = (
        Paragraph("Broen åbner i morgen."),
        Paragraph("2024, 11", "table"),
        Paragraph("2025, 12", "table"),
        Paragraph("Sådan er broen", "aside"),
        Paragraph("Broen er lang.", "aside"),
    )
    script = write_script(replace(ARTICLE, paragraphs=paragraphs), notice=None, extras=extras)
    assert framed(script) == said
    assert [(skip.paragraph, skip.reason) for skip in script.skipped] == skipped


# the last line


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("da", "Artiklen er læst op af en syntetisk stemme."),
        ("nb", "Artikkelen er lest opp av en syntetisk stemme."),
        ("nn", "Artikkelen er lesen opp av ei syntetisk røyst."),
        ("no", "Artikkelen er lest opp av en syntetisk stemme."),
        ("sv", "Artikeln är uppläst av en syntetisk röst."),
        ("de", "Dieser Artikel wurde von einer synthetischen Stimme gelesen."),
        ("en", "This article was read aloud by a synthetic voice."),
        ("fi", "This article was read aloud by a synthetic voice."),
    ],
)
def test_the_notice_is_in_the_language_of_the_article(language: str, said: str) -> None:
    """If not told otherwise, the last line says in the article's own language that the voice is synthetic."""
    assert framed(write_script(replace(ARTICLE, language=language)))[-1] == said


def test_a_notice_of_ones_own() -> None:
    """One's own notice is said instead of the standard one, and last."""
    script = write_script(ARTICLE, notice="Oplæst af Fjordavisens maskine.")
    assert framed(script) == ["Oplæst af Fjordavisens maskine."]
    assert (script.lines[-1].role, script.lines[-1].paragraph) == ("frame", None)


def test_without_a_notice_the_story_ends_the_recording() -> None:
    """Where the notice is turned off, nothing is said after the story."""
    assert write_script(ARTICLE, notice=None).lines[-1].written == ARTICLE.paragraphs[0].text


# pauses


def pauses(text: str) -> list[int]:
    """The pauses before each line of one paragraph but its first."""
    return [line.pause_ms for line in script_of(text).lines[1:]]


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("Broen åbner i morgen. Ida Ravn glæder sig.", 350),
        ("Broen åbner i morgen! Ida Ravn glæder sig.", 350),
        ("Hvornår åbner broen? Ida Ravn ved det ikke.", 450),
        ("Broen åbner måske … Ida Ravn ved det ikke.", 600),
    ],
)
def test_a_question_is_given_time(text: str, pause: int) -> None:
    """After a question a listener has a moment to think, and a longer one after a sentence that trails off."""
    assert pauses(text) == [pause]


@pytest.mark.parametrize(("mark", "pause"), [("?", 450), (" …", 600), (".", 350)])
def test_a_mark_is_seen_within_quotation_marks(mark: str, pause: int) -> None:
    """The mark that ends a quoted sentence counts, although a quotation mark stands behind it."""
    assert pauses(f"Bo Holm spurgte: »Åbner broen nu{mark}« Så gik han.")[-1] == pause


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("Det er »et vildt år«, vurderer Ida Ravn.", 180),
        ("Ida Ravn siger: »det er et vildt år«.", 180),
        ("Ida Ravn siger – »det er et vildt år«.", 180),
        ("Ida Ravn siger — »det er et vildt år«.", 180),
        ("Ida Ravn siger, »det er et vildt år«.", 180),
        ("Det er »et vildt år« vurderer Ida Ravn.", 120),
    ],
)
def test_a_clause_is_heard(text: str, pause: int) -> None:
    """Within a sentence one breathes longer after a mark that ends a clause than where there is none."""
    assert pauses(text)[-1] == pause


@pytest.mark.parametrize(("mark", "pause"), [(", ", 180), ("; ", 180), (": ", 180), (" – ", 180), (" ", 120)])
def test_a_long_sentence_breathes_at_its_clauses(mark: str, pause: int) -> None:
    """Where a sentence is too long for one breath, that breath is longer after the mark of a clause."""
    text = f"Broen er {'meget ' * 94}lang{mark}{'ret bred ' * 10}og smal."
    assert pauses(text) == [pause]


def test_after_somebodys_words_the_pause_is_the_quotes() -> None:
    """After whole sentences that somebody says the pause is the one of a quote, whatever mark they end with."""
    assert pauses("»Vi åbner broen,« siger Ida Ravn.") == [250]
    assert pauses("»Åbner broen nu?« spørger Bo Holm.") == [250]


def test_frames_stand_apart() -> None:
    """Before everything that is no part of the story there is a pause longer than any within it."""
    script = write_script(ILLUSTRATED, extras=Extras(opening="", pictures=True))
    within = max(line.pause_ms for line in script.lines if line.role != "frame")
    assert {line.pause_ms for line in script.lines if line.role == "frame"} == {1200}
    assert within < 1200


def test_an_announced_quote_is_still_a_quote() -> None:
    """Frames before a quote change neither who speaks nor where its chapter stands."""
    texts = ("Broen åbner.", "»Vi åbner broen,« siger Ida Ravn.")
    plain = write_script(article_of(*texts, title="Broen", site="Fjordavisen"))
    script = write_script(article_of(*texts, title="Broen", site="Fjordavisen"), extras=Extras(opening=""))
    assert [line.role for line in script.lines] == ["title", "frame", "body", "quote", "body", "frame"]
    assert [chapter.line for chapter in script.chapters] == [0, 3]
    assert [chapter.title for chapter in script.chapters] == [chapter.title for chapter in plain.chapters]


def test_a_list_that_begins_like_a_box_is_announced_all_the_same() -> None:
    """Only a fact box says by its first word what it is; a list that begins with the same word is announced."""
    items = tuple(Paragraph(text, "item") for text in ("Fakta tæller for læserne.", "Kilder gør det også."))
    script = write_script(Article(None, (Paragraph("Sådan arbejder vi."), *items)), extras=Extras(lists=True))
    assert "Liste med 2 punkter." in [line.written for line in script.lines if line.role == "frame"]


def test_three_dots_trail_off_like_an_ellipsis() -> None:
    """A sentence that ends in three dots gets the pause of one that ends in an ellipsis."""
    pauses = [
        write_script(Article(None, (Paragraph(f"Nej{dots} Vi går hjem nu."),)), notice=None).lines[1].pause_ms
        for dots in ("…", "...")
    ]
    assert pauses == [600, 600]
