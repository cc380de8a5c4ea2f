"""How Danish is read aloud: sentences, quotes, numbers, abbreviations. Pure, and nothing but the standard library.

This package stands alone, so that others can build on it; its licence is MIT (LICENSE beside this file).
"""

from reader.danish.speech import Quote, quotes
from reader.danish.reading import Change, Reading, apply
from reader.danish.rules import RULES
from reader.danish.splitting import sentences

__all__ = ["RULES", "Change", "Quote", "Reading", "quotes", "read_aloud", "sentences", "spoken"]


def spoken(text: str) -> str:
    """The words that are said for `text`: "kl. 14.30" gives "klokken fjorten tredive"."""
    return read_aloud(text).spoken


def read_aloud(text: str, lexicon: dict[str, str] | None = None) -> Reading:
    """As `spoken`, with each change and the rule behind it; a `lexicon` (written -> spoken) wins over every rule."""
    return apply(text, RULES, lexicon or {})
