"""The few words that a page says by itself, in the language of its article."""

from __future__ import annotations

import math

_NORWEGIANS = {"nn": "nb", "no": "nb"}
_NAMES = "listen minutes synthetic byline all source list".split()
_WORDS = {
    "da": (
        "Lyt til artiklen|min.|Syntetisk stemme|Af {byline}",
        "Alle artikler|Læs hos {site}|Artikler til at lytte til",
    ),
    "nb": ("Lytt til artikkelen|min|Syntetisk stemme|Av {byline}", "Alle artikler|Les hos {site}|Artikler å lytte til"),
    "sv": ("Lyssna på artikeln|min|Syntetisk röst|Av {byline}", "Alla artiklar|Läs hos {site}|Artiklar att lyssna på"),
    "de": ("Artikel anhören|Min.|Synthetische Stimme|Von {byline}", "Alle Artikel|Lesen bei {site}|Artikel zum Hören"),
    "en": (
        "Listen to the article|min|Synthetic voice|By {byline}",
        "All articles|Read at {site}|Articles to listen to",
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
