"""The few words that a page says by itself, in the language of its article."""

from __future__ import annotations

import math

_NORWEGIANS = {"nn": "nb", "no": "nb"}
_NAMES = "listen minutes synthetic byline all source list missing saved saved_about".split()
_WORDS = {
    "da": (
        "Lyt til artiklen|min.|Syntetisk stemme|Af {byline}",
        "Alle artikler|Læs hos {site}|Artikler til at lytte til|Siden findes ikke",
        "Min læseliste|Artikler, jeg har gemt for at høre dem.",
    ),
    "nb": (
        "Lytt til artikkelen|min|Syntetisk stemme|Av {byline}",
        "Alle artikler|Les hos {site}|Artikler å lytte til|Siden finnes ikke",
        "Min leseliste|Artikler jeg har lagret for å høre dem.",
    ),
    "sv": (
        "Lyssna på artikeln|min|Syntetisk röst|Av {byline}",
        "Alla artiklar|Läs hos {site}|Artiklar att lyssna på|Sidan finns inte",
        "Min läslista|Artiklar som jag har sparat för att lyssna på.",
    ),
    "de": (
        "Artikel anhören|Min.|Synthetische Stimme|Von {byline}",
        "Alle Artikel|Lesen bei {site}|Artikel zum Hören|Die Seite gibt es nicht",
        "Meine Leseliste|Artikel, die ich mir zum Hören gemerkt habe.",
    ),
    "en": (
        "Listen to the article|min|Synthetic voice|By {byline}",
        "All articles|Read at {site}|Articles to listen to|There is no such page",
        "My reading list|Articles that I saved to hear them.",
    ),
}


def words_of(language: str) -> dict[str, str]:
    """All words by name; in English where there are none in the language."""
    code = language.partition("-")[0].lower()
    texts = _WORDS.get(_NORWEGIANS.get(code, code), _WORDS["en"])
    return dict(zip(_NAMES, "|".join(texts).split("|"), strict=True))


def label_of(language: str, seconds: float) -> str:
    """What the player's button says before it is there: "Lyt til artiklen (4 min.)"."""
    words = words_of(language)
    return f"{words['listen']} ({max(1, math.floor(seconds / 60 + 0.5))} {words['minutes']})"
