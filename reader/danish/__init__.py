"""How Danish is read aloud: sentences, quotes, and every number, abbreviation and name in words.

Pure, and nothing but the standard library. This package stands alone, so that others can build on it; its licence is
MIT (LICENSE beside this file), and README.md says how to use it.
"""

from reader.danish.lexicon import Entry, Lexicon, LexiconError, entries_from_toml, entries_of
from reader.danish.reading import Change, Found, Passage, Reading, Rule, apply
from reader.danish.rules import RULES, rules_with
from reader.danish.speech import Quote, quotes
from reader.danish.splitting import sentences

__all__ = [
    "RULES",
    "Change",
    "Entry",
    "Found",
    "Lexicon",
    "LexiconError",
    "Passage",
    "Quote",
    "Reading",
    "Rule",
    "apply",
    "entries_from_toml",
    "entries_of",
    "quotes",
    "read_aloud",
    "rules_with",
    "sentences",
    "spoken",
]


def spoken(text: str) -> str:
    """The words that are said for `text`: "kl. 14.30" gives "klokken fjorten tredive"."""
    return read_aloud(text).spoken


def read_aloud(text: str, lexicon: Lexicon | None = None) -> Reading:
    """As `spoken`, with each change and the rule behind it; a newsroom's own `lexicon` wins over every rule."""
    return apply(text, RULES if lexicon is None else rules_with(lexicon))
