"""The cleaner on plain text and Markdown."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.cleaner import clean
from reader.cleaner.characters import tidy
from reader.cleaner.dates import Dateline, dateline, find_date
from reader.cleaner.furniture import is_furniture
from reader.cleaner.paragraphs import paragraph_id
from reader.cleaner.people import is_byline, people
from reader.cleaner.plain.markdown import read_markdown
from reader.cleaner.plain.text import read_text
from reader.errors import ComplexPageError, LytError, NoArticleError, UnsupportedTypeError
from reader.model import Article, Page

SEED = Path(__file__).parents[2] / "shared" / "seed"
FILLER = "Det er en ganske almindelig sætning, som fylder en linje ud."


def read(text: str, media_type: str = "text/plain") -> Article:
    return clean(Page(None, text.encode(), media_type))


def shape(article: Article) -> list[tuple[str, str]]:
    return [(paragraph.kind, paragraph.text) for paragraph in article.paragraphs]


def texts(text: str) -> list[str]:
    return [paragraph.text for paragraph in read(text).paragraphs]


def texts_of_markdown(text: str) -> list[str]:
    return [paragraph.text for paragraph in read(text, "text/markdown").paragraphs]


# Characters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  to\u00a0\u202f \t\nord ", "to ord"),
        ("sol\u00adskins\u200bdag\ufeff", "solskinsdag"),
        ("\u202eab\u202c\x07c\x00", "abc"),
        ("A\u030arhus", "Århus"),
        ("»Ja« – ‘nej’ … “måske”", "»Ja« – ‘nej’ … “måske”"),
    ],
)
def test_tidy(text: str, expected: str) -> None:
    """What nobody sees or hears goes, white space is folded, and marks that carry meaning stay."""
    assert tidy(text) == expected


def test_heaps_of_accents() -> None:
    """A letter keeps no more accents than any script has, however many stand on it."""
    assert tidy("e" + "\u0323\u0301" * 50_000 + " o") == tidy("e" + "\u0323\u0301" * 15 + " o")


@given(st.text())
def test_tidy_is_idempotent(text: str) -> None:
    """A tidy text stays as it is."""
    assert tidy(tidy(text)) == tidy(text)


# The first line of a newsroom's export


@pytest.mark.parametrize(
    ("line", "published"),
    [
        (" date 2022-08 Lyt til artiklen", "2022-08"),
        ("Lyt til artiklen | Dato: 2022-08-24", "2022-08-24"),
        ("date 2022-08-24T10:00:00+02:00", "2022-08-24T10:00:00+02:00"),
        ("Lyt til artiklen", None),
        ("24. august 2022", "2022-08-24"),
        ("Publiceret 24. aug. 2022 kl. 10.00", "2022-08-24T10:00"),
        ("Onsdag den 24. august 2022, kl. 9:05", "2022-08-24T09:05"),
        ("24/8/2022", "2022-08-24"),
    ],
)
def test_first_line_of_labels(line: str, published: str | None) -> None:
    """Labels and dates before the article are taken off, and the date keeps the precision that it has."""
    article = read(f"{line}\n\n{FILLER}\n\n{FILLER} Igen.\n")
    assert (article.published, [p.text for p in article.paragraphs]) == (published, [FILLER, f"{FILLER} Igen."])


@pytest.mark.parametrize("order", [("Lyt til artiklen", "date 2022-08"), ("date 2022-08", "Lyt til artiklen")])
def test_labels_on_lines_of_their_own(order: tuple[str, str]) -> None:
    """The labels may stand on separate lines in any order."""
    article = read("\n".join([*order, "", FILLER]))
    assert (article.published, len(article.paragraphs)) == ("2022-08", 1)


def test_published_and_updated() -> None:
    """A line that tells both dates gives both."""
    said = dateline("Publiceret 24. aug. 2022 kl. 10.00, opdateret 25. aug. 2022 kl. 8.30")
    assert said == Dateline("2022-08-24T10:00", "2022-08-25T08:30", labelled=True)


@pytest.mark.parametrize("text", ["31. februar 2022", "2022-13", "den 24. august", "Han kom i august 2022.", "2022"])
def test_no_invented_dates(text: str) -> None:
    """A date that is not in the calendar, not whole, or part of a sentence makes no line of dates."""
    assert dateline(text) is None


def test_dates_in_sentences_are_found_when_asked_for() -> None:
    """A date inside other words can be searched for, at its own precision."""
    assert find_date("Skrevet den 3. maj 2021 i Ribe") == "2021-05-03"
    assert find_date("Fra marts 2019") == "2019-03"
    assert find_date("ingen dato 99/99/2020") is None


def test_date_inside_the_article_stays() -> None:
    """A sentence about a date in the article is spoken."""
    assert texts(f"{FILLER}\n\nDet skete 24. august 2022 i Ribe.")[1] == "Det skete 24. august 2022 i Ribe."


# Headline, byline, lead, headings


def test_head_of_an_article() -> None:
    """A headline, a byline and a lead above the text are told apart."""
    article = read(
        f"Broen lukker i morgen\nAf Mette Holm og Jens Lund, Ritzau\n\n{FILLER}\n\n{FILLER} A.\n\n{FILLER} B."
    )
    assert (article.title, article.byline) == ("Broen lukker i morgen", ("Mette Holm", "Jens Lund"))
    assert [kind for kind, _ in shape(article)] == ["lead", "text", "text"]


@pytest.mark.parametrize(
    ("first", "is_title"),
    [
        ("Broen lukker", True),
        ("»Vi er glade«", True),
        ("Hvorfor lukker broen?", True),
        ("Broen lukker.", False),
        ("»Vi er glade.«", False),
        ("Han siger:", False),
        ("– Vi er glade", False),
        ("ord " * 40, False),
    ],
)
def test_headline_by_its_form(first: str, is_title: bool) -> None:
    """A short first block without a final stop is the headline; a short question may be one."""
    assert (read(f"{first}\n\n{FILLER}\n\n{FILLER}").title is not None) == is_title


def test_section_over_a_headline() -> None:
    """One or two words over a longer headline are the section, not the headline."""
    article = read(f"Politik\n\nRegeringen vil hæve afgiften på sukker\n\n{FILLER}\n\n{FILLER}")
    assert (article.section, article.title) == ("Politik", "Regeringen vil hæve afgiften på sukker")


def test_underlined_headline() -> None:
    """A line of marks parts paragraphs and is not spoken."""
    article = read(f"Broen lukker\n============\n{FILLER}\n* * *\n{FILLER} Slut.")
    assert (article.title, len(article.paragraphs)) == ("Broen lukker", 2)


def test_single_block_is_text() -> None:
    """A text of one block has no headline."""
    assert shape(read("Bare en linje uden punktum")) == [("text", "Bare en linje uden punktum")]


def test_quote_is_no_lead() -> None:
    """Speech below the headline is not its lead."""
    article = read(f"Broen lukker\n\n»Det er trist,« siger Bo Dam.\n\n{FILLER}\n\n{FILLER}")
    assert article.paragraphs[0].kind == "text"


def test_headings() -> None:
    """A short line without a stop is a heading where a longer paragraph follows, and nowhere else."""
    article = read(f"{FILLER}\n\nDen lange vej\n\n{FILLER}\n\n»Kort svar«\n\n{FILLER}\n\nTil sidst")
    assert [kind for kind, _ in shape(article)] == ["text", "heading", "text", "text", "text", "text"]


def test_questions_of_an_interview() -> None:
    """Three questions that speech answers make an interview, in which longer questions count as well."""
    asked = ["Hvorfor?", "Hvordan?", "Hvornår?", "Det er et år siden. Hvad nu?"]
    kinds = [p.kind for p in read("\n\n".join(f"{q}\n\n»Det ved jeg ikke.«" for q in [FILLER, *asked])).paragraphs]
    assert kinds == ["text", "text", *["question", "text"] * 4]


def test_one_question_is_text() -> None:
    """A single question in an article is a paragraph like others."""
    assert {kind for kind, _ in shape(read(f"{FILLER}\n\nHvorfor?\n\n»Ja,« siger Bo.\n\n{FILLER}"))} == {"text"}


# Lines and paragraphs


def test_hard_wrapped_paragraphs_are_joined() -> None:
    """Single line breaks inside a block are white space."""
    wrapped = "En sætning, der er brudt\nover flere linjer i en\nblok."
    assert texts(f"{wrapped}\n\n{FILLER}") == ["En sætning, der er brudt over flere linjer i en blok.", FILLER]


def test_lines_are_paragraphs_without_blank_lines() -> None:
    """Where no line is empty and the lines are not wrapped, each line is a paragraph."""
    long = " ".join([FILLER] * 3)
    assert texts(f"{long}\nKort.\n{long}") == [long, "Kort.", long]


def test_wrapped_text_without_blank_lines() -> None:
    """Wrapped lines without empty ones are joined, and parted where a sentence ends early."""
    line = "Dette er en linje, som er brudt ved omkring tres tegn, fordi en"
    assert texts(f"{line}\n{line}\nende.\n{line}\nende.") == [f"{line} {line} ende.", f"{line} ende."]


def test_dialogue_lines_stay_apart() -> None:
    """Lines that each open with a dash are paragraphs of their own."""
    assert texts(f"{FILLER}\n\n– Kommer du?\n– Ja, det gør jeg.") == [FILLER, "– Kommer du?", "– Ja, det gør jeg."]


@pytest.mark.parametrize("marks", [("- ", "- "), ("• ", "• "), ("1. ", "2. ")])
def test_lists(marks: tuple[str, str]) -> None:
    """Items lose their marks, and lines without a mark go on with the item before them."""
    article = read(f"{FILLER}\n\n{marks[0]}gratis bus\nfor unge\n{marks[1]}flere træer")
    assert shape(article)[1:] == [("item", "gratis bus for unge"), ("item", "flere træer")]


@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
@pytest.mark.parametrize(
    ("marks", "read_out"),
    [("1. 2.", ""), ("1) 2)", ""), ("2. 1.", "2. 1."), ("2) 1)", "2. 1."), ("• •", ""), ("- -", "")],
)
def test_numbers_of_lists(marks: str, read_out: str, media_type: str) -> None:
    """A listener hears the numbers of a list only where they tell more than the order of its items does."""
    items = "\n".join(f"{mark} {word}" for mark, word in zip(marks.split(), ("træer", "buske"), strict=True))
    heard = [f"{mark} " for mark in read_out.split()] or ["", ""]
    kinds = shape(read(f"{FILLER}\n\n{items}", media_type))
    assert kinds[1:] == [("item", f"{heard[0]}træer"), ("item", f"{heard[1]}buske")]


@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
def test_a_date_is_no_list(media_type: str) -> None:
    """A paragraph that opens with a day of the month is not the item of a list."""
    found = shape(read(f"{FILLER}\n\n1. maj holder skolen fri.", media_type))
    assert found == [("text", FILLER), ("text", "1. maj holder skolen fri.")]


def test_speech_in_markdown_is_no_list() -> None:
    """A sentence that stands alone behind a dash is speech, not the item of a list."""
    found = shape(read(f"{FILLER}\n\n- Vi er glade, siger hun.", "text/markdown"))
    assert found[1] == ("text", "- Vi er glade, siger hun.")


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\u2028", "\n"])
def test_line_endings(ending: str) -> None:
    """Every kind of line ending parts lines."""
    assert texts(ending.join([FILLER, "", "Slut."])) == [FILLER, "Slut."]


# What surrounds an article, and what only looks like it


def test_labels_of_a_review_stay() -> None:
    """A label that means other things as well counts only beside one that editorial systems alone write."""
    assert texts(f"{FILLER}\n\nTitel: Havets sang.\n\nCitat: Ja.")[1:] == ["Titel: Havets sang.", "Citat: Ja."]
    assert shape(read(f"Brødtekst: {FILLER}\n\nCitat: Ja."))[1:] == [("quote", "Ja.")]


def test_label_of_the_headline_alone() -> None:
    """The first line of a text may be labelled as its headline, though no other label stands in it."""
    assert read(f"Titel: Broen lukker\n{FILLER}\n\n{FILLER}").title == "Broen lukker"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Rettelse: Broen er fra 1956, ikke fra 1965.", [("aside", "Rettelse: Broen er fra 1956, ikke fra 1965.")]),
        ("RETTELSE: Retter stavning i 2. afsnit.", []),
        ("Rettelse: broen", []),
    ],
)
def test_correction_over_an_article(line: str, kept: list[tuple[str, str]]) -> None:
    """A correction for readers is kept as an aside over the article; one for editors is not part of it."""
    article = read(f"{line}\n\nBroen lukker\n\n{FILLER}\n\n{FILLER}\n\n{FILLER}")
    assert (article.title, shape(article)[: len(kept) + 1]) == ("Broen lukker", [*kept, ("lead", FILLER)])


def test_fact_box_ends_at_a_heading() -> None:
    """A box near the end does not reach over the next heading of the article."""
    boxed = f"# Broen\n\n{FILLER * 9}\n\n## Fakta om broen\n\nDen er lang.\n\n## Bagefter\n\n{FILLER}"
    kinds = [kind for kind, _ in shape(read(boxed, "text/markdown"))]
    assert kinds == ["text", "aside", "aside", "heading", "text"]


@pytest.mark.parametrize(
    "mark", ["Side 2 af 4", "side 2/4", "(fortsat)", "(fortsættes)", "Fortsættes på side 4", "\f2\f"]
)
def test_page_breaks(mark: str) -> None:
    """Marks between pages are not spoken, and a sentence that runs over them is whole."""
    assert texts(f"{FILLER}\n\nHan gik hen ad\n\n{mark}\n\nvejen.") == [FILLER, "Han gik hen ad vejen."]


def test_running_heads_of_pages() -> None:
    """A line that stands at the top of several pages, but for its number, is not spoken."""
    assert texts(f"Årsskrift 1\n{FILLER}\fÅrsskrift 2\n{FILLER} Slut.") == [FILLER, f"{FILLER} Slut."]


@pytest.mark.parametrize(
    "line", ["Fjordavisen, tirsdag den 3. marts 2026", "Nørreby, 3. marts 2026", "Avisen | 3.3.2026"]
)
def test_name_and_date_over_an_article(line: str) -> None:
    """The name of a newspaper or a place with a date is taken off, and the date is kept."""
    article = read(f"{line}\n\nBroen lukker\n\n{FILLER}\n\n{FILLER}")
    assert (article.title, article.published) == ("Broen lukker", "2026-03-03")


def test_two_spaces_make_no_table() -> None:
    """Two spaces after a full stop, as on a typewriter, are no columns."""
    lines = "Han kom.  Hun gik igen.\nDe så det.  De løb.\nVi venter.  Vi går hjem nu."
    assert {kind for kind, _ in shape(read(f"{FILLER}\n\n{lines}"))} == {"text"}


def test_names_before_colons_are_not_always_turns() -> None:
    """Names open the turns of a conversation only where one of them always asks."""
    told = "Ane: Jeg bliver.\n\nBo: Hvorfor?\n\nAne: Fordi.\n\nBo: Nå."
    assert {kind for kind, _ in shape(read(f"{FILLER}\n\n{told}"))} == {"text"}


def test_a_text_about_html_is_text() -> None:
    """A text that merely names a tag is not HTML."""
    assert texts(f"{FILLER}\n\nHan skrev <p> og </p>.") == [FILLER, "Han skrev <p> og </p>."]


def test_markdown_in_a_text_file() -> None:
    """A text with the headings of Markdown is read as Markdown."""
    article = read(f"# Broen\n\n{FILLER} [Se her](https://a.example).\n\n## Vejen\n\n{FILLER}")
    assert (article.title, shape(article)[1]) == ("Broen", ("heading", "Vejen"))
    assert article.paragraphs[0].text == f"{FILLER} Se her."


# Furniture


@pytest.mark.parametrize(
    "line",
    [
        *("Annonce", "ANNONCE", "Læs også: Broen lukker", "LÆS OGSÅ: Broen", "Artiklen fortsætter under annoncen"),
        *("Foto: Ida Bo/Ritzau", "Del artiklen", "(Foto: Ida Bo)", "Læsetid: 3 min.", "Les også: Brua", "* * *"),
        *("Lyt til artiklen", "Log ind", "3 min.", "© Ritzau"),
    ],
)
def test_furniture_is_dropped(line: str) -> None:
    """Labels, buttons, credits and pointers to other articles are not part of this one."""
    assert texts(f"{FILLER}\n\n{line}\n\n{FILLER} Slut.") == [FILLER, f"{FILLER} Slut."]


@pytest.mark.parametrize(
    "line",
    ["Annonce efter annonce rullede over skærmen.", "Læs også lægens råd, siger han.", "Foto af en hund.", "Del 2"],
)
def test_sentences_are_no_furniture(line: str) -> None:
    """A sentence that merely begins with such a word is spoken."""
    assert not is_furniture(line)


# Bylines


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Af Mette Holm", ("Mette Holm",)),
        ("Af Mette Holm og Jens von Lund, Ritzau", ("Mette Holm", "Jens von Lund")),
        ("Af /ritzau/", ("ritzau",)),
        ("Af Lone Bo, journalist", ("Lone Bo",)),
        ("Af Lone Bo, politisk redaktør på Fjordavisen", ("Lone Bo",)),
        ("By Ann Lee & Bo Ek", ("Ann Lee", "Bo Ek")),
    ],
)
def test_byline(line: str, names: tuple[str, ...]) -> None:
    """A byline gives its people, and a bureau only where nobody else is named."""
    assert (is_byline(line), people([line])) == (True, names)


@pytest.mark.parametrize(
    "line",
    [
        "Af de 200 ansatte er 12 tilbage",
        "Af sted",
        "Af Mette Holm fik vi et svar.",
        "Af Bo Ek, der kom, så og sejrede.",
    ],
)
def test_no_byline(line: str) -> None:
    """A sentence that begins with "Af" is no byline."""
    assert not is_byline(line)


def test_people_leaves_out_what_is_no_name() -> None:
    """Roles, e-mail and web addresses, photographers and repeats are not people of the byline."""
    line = "Mette Holm, journalist, mh@avis.example, METTE HOLM, Foto: Ida Bo"
    assert people([line, "https://a.example/b"]) == ("Mette Holm",)


# Markdown

MARKDOWN = """---
title: "Fra hovedet"
author: Mette Holm og Jens Lund
date: 2024-06-03
---
<!-- gemt
væk -->
# Fire **stemmer** afgjorde valget ##

*Det blev en lang nat, og da byen vågnede, var alt anderledes.*

Klokken var [01.42](https://a.example/x_(y)), da `kassen` kom\nind &amp; blev åbnet\\*.

![Kassen](kasse.jpg)

En overskrift
-------------

> Et citat
> på to linjer.

- **gratis** bus
  for unge
- flere _træer_

***

Læs også: [Noget andet](https://b.example)

| By | Stemmer |
|----|--------:|
| Ribe | 12 |

```
kode
```

[1]: https://c.example
Slut på snake_case_navne.[^1]
"""


def test_markdown() -> None:
    """The blocks of Markdown are typed, lose their marks, and what cannot be read aloud is dropped."""
    article = read(MARKDOWN, "text/markdown")
    assert (article.title, article.byline, article.published) == (
        "Fire stemmer afgjorde valget",
        ("Mette Holm", "Jens Lund"),
        "2024-06-03",
    )
    assert shape(article) == [
        ("lead", "Det blev en lang nat, og da byen vågnede, var alt anderledes."),
        ("text", "Klokken var 01.42, da kassen kom ind & blev åbnet*."),
        ("heading", "En overskrift"),
        ("quote", "Et citat på to linjer."),
        ("item", "gratis bus for unge"),
        ("item", "flere træer"),
        ("table", "By, Stemmer"),
        ("table", "Ribe, 12"),
        ("text", "Slut på snake_case_navne."),
    ]


def test_title_of_front_matter() -> None:
    """Without a first heading the title comes from the front matter."""
    assert read(f"---\ntitle: Broen\n---\n{FILLER}", "text/markdown").title == "Broen"


def test_unclosed_front_matter_is_text() -> None:
    """A rule at the top without a second one is no front matter."""
    assert shape(read(f"---\n{FILLER}", "text/markdown")) == [("text", FILLER)]


@pytest.mark.parametrize("matter", ['title = "Broen', "title = [[[", "title: Broen"])
def test_faulty_toml_is_read_by_its_lines(matter: str) -> None:
    """Front matter that is no valid TOML is no reason to read it aloud, or to fail."""
    article = read(f"+++\n{matter}\nauthor = Mette Holm\n+++\n{FILLER}", "text/markdown")
    assert (article.byline, shape(article)) == (("Mette Holm",), [("text", FILLER)])


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        (
            "Se [planen][p] og [kort][] og [red.].\n\n[p]: https://a.example\n[kort]: <b>",
            "Se planen og kort og [red.].",
        ),
        ("Læs på <https://a.example>.", "Læs på https://a.example."),
        ('Et ![billede](a_(b).png "T")ord.', "Et ord."),
        ("En\\\nto  \ntre.", "En to tre."),
        ("Ja.[^1]\n\n[^1]: Note\n    mere.", "Ja."),
        ("Ja {{< video 1 >}}{% nej %}nu.", "Ja nu."),
        ("Et<br>to.", "Et to."),
    ],
)
def test_marks_inside_markdown(marked: str, words: str) -> None:
    """Links keep their words, and pictures, notes, and what programs put in go."""
    assert texts_of_markdown(marked) == [words]


def test_who_said_a_block_quote() -> None:
    """Behind a dash below a block quote stands who said it, which is no part of the quote."""
    found = shape(read(f"{FILLER}\n\n> Ja\n> tak.\n> — Bo Dam, smed\n\n{FILLER}", "text/markdown"))
    assert found[1:] == [("quote", "Ja tak."), ("text", "Bo Dam, smed"), ("text", FILLER)]


def test_bold_line_stands_by_itself() -> None:
    """A line in bold above a paragraph is its heading; one that the sentence goes on from is not."""
    found = shape(read(f"{FILLER}\n\n**Vejen**\n{FILLER}\n\n**Byen ved**\nhavet sover.", "text/markdown"))
    assert found[1:] == [("heading", "Vejen"), ("text", FILLER), ("text", "Byen ved havet sover.")]


# All of it


def test_ids_name_the_words() -> None:
    """An id depends on words alone, and repeats are counted."""
    ids = [paragraph.id for paragraph in read(f"{FILLER}\n\nNej.\n\n{FILLER.upper()}").paragraphs]
    assert ids == [paragraph_id(FILLER), paragraph_id("nej."), f"{paragraph_id(FILLER)}-2"]
    assert len(ids[0]) == 12


@pytest.mark.parametrize("text", ["", " \n ", "* * *", "Annonce", "date 2022-08 Lyt til artiklen", "\u200b"])
@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
def test_nothing_to_read(text: str, media_type: str) -> None:
    """A text without anything to read aloud is an error, never an empty article."""
    with pytest.raises(NoArticleError):
        read(text, media_type)


def test_other_types_are_refused() -> None:
    """A media type that is neither page nor text is refused by name."""
    with pytest.raises(UnsupportedTypeError, match="application/pdf"):
        read("x", "application/pdf")


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(str.encode), st.sampled_from(["text/plain", "text/markdown"])
)
def test_any_bytes(body: bytes, media_type: str) -> None:
    """Any bytes give an article of tidy paragraphs or a named error."""
    try:
        article = clean(Page(None, body, media_type))
    except LytError:
        return
    assert article.paragraphs
    assert len({paragraph.id for paragraph in article.paragraphs}) == len(article.paragraphs)
    for paragraph in article.paragraphs:
        assert paragraph.text == tidy(paragraph.text)
        assert any(map(str.isalnum, paragraph.text))


@given(st.text(alphabet='#*_-`[]()!<>|~\\&;: \nab1."»–', max_size=200))
def test_any_markdown(text: str) -> None:
    """Any mixture of marks gives an article or a named error."""
    try:
        read(text, "text/markdown")
    except LytError:
        return


MARKS = [
    "*",
    "**a ",
    "[",
    "![",
    "[a](",
    "`",
    "_a ",
    "<",
    "<a ",
    "1. ",
    "- ",
    "»",
    "|",
    "> ",
    "Af A ",
    "&",
    "#  ",
    ".",
    "a?",
]


@pytest.mark.parametrize("mark", MARKS)
def test_repeated_marks_are_quick(mark: str) -> None:
    """A long run of any mark is read in linear time."""
    start = time.perf_counter()
    for tail in ("", " x"):
        text = f"{FILLER}\n\n{mark * (200_000 // len(mark))}{tail}"
        assert read_markdown(text).paragraphs
        assert read_text(text).paragraphs
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
@pytest.mark.parametrize(
    "many",
    ["\n" * 90_000, "> " * 40_000, "- " * 40_000, "<ul>" * 20_000, "*\n\n" * 20_000, "\f" * 40_000, " " * 90_000],
)
def test_heaps_of_marks_say_nothing(many: str, media_type: str) -> None:
    """However many marks stand between two paragraphs, these two are what is read."""
    assert [p.text for p in read(f"{FILLER}\n\n{many}\n\n{FILLER} Slut.", media_type).paragraphs] == [
        FILLER,
        f"{FILLER} Slut.",
    ]


def test_deep_lists() -> None:
    """Items are read in their order however deep they lie."""
    lines = "\n".join(f"{' ' * depth}- {depth}x" for depth in range(900))
    assert texts_of_markdown(f"{FILLER}\n\n{lines}")[1:] == [f"{depth}x" for depth in range(900)]


def test_more_lines_than_an_article_has() -> None:
    """A text of very many lines is refused before anything reads them."""
    for media_type in ("text/plain", "text/markdown"):
        with pytest.raises(ComplexPageError, match="lines"):
            read("a\n" * 60_000, media_type)


def test_texts_need_no_parser() -> None:
    """Reading a text imports neither a parser of web pages nor a network library."""
    code = (
        "import sys; from reader.cleaner import clean; from reader.model import Page; "
        "[clean(Page(None, b'En linje.', kind)) for kind in ('text/plain', 'text/markdown')]; "
        "sys.exit(bool({'bs4', 'lxml', 'trafilatura', 'numpy', 'httpx'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 0


@pytest.mark.skipif(not SEED.is_dir(), reason="the sample text is not beside this checkout")
def test_sample_text() -> None:
    """The sample has no headline, a month of publication, and every other line is a paragraph."""
    source = next(SEED.glob("*.txt")).read_text()
    article = read(source)
    assert (article.title, article.published) == (None, "2022-08")
    assert [p.text for p in article.paragraphs] == [line for line in source.splitlines() if line][1:]
