"""What is said around the article, in its own language: who wrote it, what comes now, and who read it aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reader.model import Article, ParagraphKind, shortened
from reader.printed import printed_date


@dataclass(frozen=True, slots=True)
class Extras:
    """What is said beside the story: `fact_boxes` and `tables`, each announced, and either read or left out.

    `lists` says that a list comes, and how long it is; `pictures` what the lead picture and each caption say; `cue`
    where a quote begins and where it ends. `opening` follows the headline: "" is the standard wording, None leaves it
    out, and any other is a wording of one's own with {title}, {byline}, {site} and {date}.
    """

    fact_boxes: bool = True
    tables: bool = False
    cue: bool = False
    lists: bool = False
    pictures: bool = False
    opening: str | None = None


USUAL = Extras()
NOTICES = {
    "da": "Artiklen er læst op af en syntetisk stemme.",
    "nb": "Artikkelen er lest opp av en syntetisk stemme.",
    "nn": "Artikkelen er lesen opp av ei syntetisk røyst.",
    "no": "Artikkelen er lest opp av en syntetisk stemme.",
    "sv": "Artikeln är uppläst av en syntetisk röst.",
    "de": "Dieser Artikel wurde von einer synthetischen Stimme gelesen.",
    "en": "This article was read aloud by a synthetic voice.",
}
OPENINGS = {
    "da": "Af {byline}. Fra {site}. {date}.",
    "nb": "Av {byline}. Fra {site}. {date}.",
    "nn": "Av {byline}. Frå {site}. {date}.",
    "no": "Av {byline}. Fra {site}. {date}.",
    "sv": "Av {byline}. Från {site}. {date}.",
    "de": "Von {byline}. Aus {site}. {date}.",
    "en": "By {byline}. From {site}. {date}.",
}
ANDS = {"da": "og", "nb": "og", "nn": "og", "no": "og", "sv": "och", "de": "und", "en": "and"}
BOXES = {
    "da": "Faktaboks.",
    "nb": "Faktaboks.",
    "nn": "Faktaboks.",
    "no": "Faktaboks.",
    "sv": "Faktaruta.",
    "de": "Infokasten.",
    "en": "Fact box.",
}
TABLES = {
    "da": "Tabel.",
    "nb": "Tabell.",
    "nn": "Tabell.",
    "no": "Tabell.",
    "sv": "Tabell.",
    "de": "Tabelle.",
    "en": "Table.",
}
TABLES_LEFT_OUT = {
    "da": "Her står en tabel, som ikke læses op.",
    "nb": "Her står en tabell som ikke leses opp.",
    "nn": "Her står ein tabell som ikkje blir lesen opp.",
    "no": "Her står en tabell som ikke leses opp.",
    "sv": "Här står en tabell som inte läses upp.",
    "de": "Hier steht eine Tabelle, die nicht vorgelesen wird.",
    "en": "There is a table here that is not read aloud.",
}
LISTS = {
    "da": "Liste med {count} punkter.",
    "nb": "Liste med {count} punkter.",
    "nn": "Liste med {count} punkt.",
    "no": "Liste med {count} punkter.",
    "sv": "Lista med {count} punkter.",
    "de": "Liste mit {count} Punkten.",
    "en": "A list of {count} items.",
}
PICTURES = {
    "da": "Billede: {shown}",
    "nb": "Bilde: {shown}",
    "nn": "Bilete: {shown}",
    "no": "Bilde: {shown}",
    "sv": "Bild: {shown}",
    "de": "Bild: {shown}",
    "en": "Picture: {shown}",
}
CAPTIONS = {
    "da": "Billedtekst.",
    "nb": "Bildetekst.",
    "nn": "Bilettekst.",
    "no": "Bildetekst.",
    "sv": "Bildtext.",
    "de": "Bildunterschrift.",
    "en": "Caption.",
}
# What already says of itself what it is, by its first word.
SAYING_WHAT_THEY_ARE = (
    "fakta",
    "rettelse",
    "rättelse",
    "redaktionel note",
    "redaktionell",
)
SHORTEST_LIST = 2
LONGEST_DESCRIPTION = 400  # characters of what a picture shows

_FIELD = re.compile(r"\{(title|byline|site|date)\}")
_SENTENCE = re.compile(r"[^.!?]*[.!?]*\s*")


def notice_text(article: Article, notice: str | None) -> str | None:
    """The last line, which says that the voice is synthetic: "" is the standard wording, None leaves it out."""
    return said(NOTICES, article.language) if notice == "" else notice


def opening_text(article: Article, wording: str | None) -> str | None:
    """What follows the headline. A sentence with something that the article does not tell is left out.

    None where nothing is left of it.
    """
    if wording is None:
        return None
    known = {
        "title": article.title or "",
        "byline": _enumerated(article.byline, said(ANDS, article.language)),
        "site": article.site or "",
        "date": printed_date((article.published or "").partition("T")[0], article.language),
    }
    kept = "".join(
        _filled(sentence, known) for sentence in _SENTENCE.findall(wording or said(OPENINGS, article.language))
    )
    return " ".join(kept.split()) or None


def announcement(kind: ParagraphKind, language: str, count: int, extras: Extras) -> str | None:
    """What is said before paragraphs of a kind, of which `count` follow each other."""
    if kind == "aside":
        return said(BOXES, language) if extras.fact_boxes else None
    if kind == "table":
        return said(TABLES if extras.tables else TABLES_LEFT_OUT, language)
    if kind == "caption":
        return said(CAPTIONS, language) if extras.pictures else None
    if kind == "item" and extras.lists and count >= SHORTEST_LIST:
        return said(LISTS, language).format(count=count)
    return None


def picture_text(article: Article, extras: Extras) -> str | None:
    """What the lead picture shows, by the words that its page has for those who do not see it."""
    shown = shortened(article.image.alt or "", LONGEST_DESCRIPTION) if article.image else ""
    if not extras.pictures or not shown:
        return None
    return said(PICTURES, article.language).format(shown=shown if shown[-1] in ".!?…" else f"{shown}.")


def said(wordings: Mapping[str, str], language: str) -> str:
    """A wording in a language, or in English."""
    return wordings.get(language[:2], wordings["en"])


def _enumerated(names: tuple[str, ...], last: str) -> str:
    return f" {last} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _filled(sentence: str, known: Mapping[str, str]) -> str:
    is_known = all(known[field] for field in _FIELD.findall(sentence))
    return _FIELD.sub(lambda match: known[match[1]], sentence) if is_known else ""
