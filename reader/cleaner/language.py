"""The language of a text, told from the small words that it is full of."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_COMMON = {
    "da": (
        "og i at det er en til på som den de med for der han af ikke et har var jeg fra vi men man så kan om "
        "hun blev være efter sig ved eller også nu over skal kommer hvad mellem bliver havde sagt noget alle "
        "mange lige dem"
    ),
    "nb": (
        "og i at det er en til på som den de med for der han av ikke et har var jeg fra vi men man så kan om "
        "hun ble være etter seg ved eller også nå over skal kommer hva mellom blir hadde sagt noe alle mange "
        "like dem"
    ),
    "sv": (
        "och i att det är en till på som den de med för där han av inte ett har var jag från vi men man så "
        "kan om hon blev vara efter sig vid eller också nu över ska kommer vad mellan blir hade sagt något "
        "alla många dem"
    ),
    "en": (
        "the of and to in a is that for it was on with as he be at by this had not are but from or have an "
        "they which you his were her all she there would their we him been has when who will more if out so "
        "said what about"
    ),
    "de": (
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden "
        "aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur "
        "oder aber vor zur"
    ),
}
COMMON = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_OWN = {
    language: words.difference(*(other for name, other in COMMON.items() if name != language))
    for language, words in COMMON.items()
}
MOST_WORDS = 3000
FEWEST_WORDS = 25
SHARE = 0.2  # of running words: a language that is not in the table stays below
FEWEST_OWN = 3
MARGIN = 3


def language_of(text: str) -> str | None:
    """The code of the text's language (da, nb, sv, en or de), None where it is short, mixed or another language."""
    words = [match[0].casefold() for match, _ in zip(_WORD.finditer(text), range(MOST_WORDS), strict=False)]
    votes = sorted(((sum(word in own for word in words), name) for name, own in _OWN.items()), reverse=True)
    (most, winner), (next_most, _) = votes[:2]
    common = sum(word in COMMON[winner] for word in words)
    is_clear = most >= max(FEWEST_OWN, MARGIN * next_most) and common >= SHARE * len(words)
    return winner if is_clear and len(words) >= FEWEST_WORDS else None
