"""Words in capitals: initialisms are spelled (DMI), acronyms and shouted words said (NATO, NEJ); initials (H.C.)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby

from reader.danish.lexicon import built_in
from reader.danish.reading import Found, Passage
from reader.danish.tables import lines

SHORTEST_WORD = 4  # letters: shorter ones in capitals are letters, unless they are known words
ONSETS = frozenset(
    "b bl br c ch d dr dv f fj fl fr g gl gn gr h hj hv j k kl kn kr kv l m mj n p pj pl pr ps q r s sc "
    "sch sh sj sk skr skv sl sm sn sp spl spr st str sv t th tj tr ts tv v w x z".split()
)
CODAS = frozenset(
    "b c ch ck d dt f ff ft g gl gn gs gt j k ks kst kt l ld ldt lf lg lk lks ll lm lp ls lsk lst lt m mb "
    "mp mps ms mt n nd ndt ng ngs ngst nk nkt ns nsk nst nt p ps pt r rd rdt rf rg rk rks rl rm rn rp rs "
    "rsk rst rt rts s sk sm sp ss st t ts tt v w x xt z".split()
)
LONGEST_CLUSTER = 4  # consonants within a word: "angst", "ekstra"
MOST_VOWELS = 2  # in a row
VOWELS = "aeiouyæøåéèöäü"

_CAPITALS = re.compile(r"[A-ZÆØÅÉÖÄÜ](?<![^\W_].)[A-ZÆØÅÉÖÄÜ]++(?![^\W_])")
_BETWEEN = re.compile(r"[!?:]?\s{1,2}\Z")
_INITIALS = re.compile(
    r"[A-ZÆØÅ](?<![^\W_].)(?<![^\W_]\..)(?:\.[ \u00a0]?-?[A-ZÆØÅ](?=\.))*+\.(?![^\W\d_]{2}(?<=[a-zæøå]))"
)
_PARTS = re.compile(rf"[{VOWELS}]+|[^{VOWELS}]+")


def initials(passage: Passage) -> Iterator[Found]:
    """J.P. Jacobsen: J P Jacobsen; George W. Bush: George W Bush."""
    for match in _INITIALS.finditer(passage.free):
        letters = [letter for letter in match.group() if letter.isalpha()]
        follows_name = len(letters) > 1 or not passage.ends_sentence(match.end())
        ends = "." if passage.ends_sentence(match.end()) else ""
        if follows_name:
            yield Found(match.start(), match.end(), " ".join(letters) + ends)


def capitals(passage: Passage) -> Iterator[Found]:
    """DMI: D M I; NEJ: nej; DEN STORE DAG: den store dag."""
    tokens = list(_CAPITALS.finditer(passage.free))
    for group in _neighbours(passage.free, tokens):
        is_shouted = _is_shouted([token.group() for token in group])
        for token in group:
            yield Found(
                token.start(), token.end(), token.group().lower() if is_shouted else capitals_said(token.group())
            )


def capitals_said(word: str) -> str:
    """What is said for a word in capitals that stands alone: a word where it can be one, else its letters."""
    if word.casefold() in _shouted():
        return word.lower()
    return word.capitalize() if len(word) >= SHORTEST_WORD and is_pronounceable(word) else " ".join(word)


def letters_said(run: str) -> str:
    """What is said for the letters of a code: CO is C O, COVID is Covid, iPhone is itself."""
    if len(run) == 1 or not run.isupper():
        return run
    return built_in().spoken(run) or capitals_said(run)


def is_pronounceable(word: str) -> bool:
    """Whether a Dane could say these letters as a word: it begins, ends and is joined as Danish words are."""
    parts = _PARTS.findall(word.casefold())
    vowels = [part for part in parts if part[0] in VOWELS]
    if not vowels or any(len(part) > MOST_VOWELS for part in vowels):
        return False
    first, last = parts[0], parts[-1]
    inner = parts[1:-1]
    return (
        (first in vowels or first in ONSETS)
        and (last in vowels or last in CODAS)
        and all(part in vowels or _joins(part) for part in inner)
    )


def _joins(cluster: str) -> bool:
    """Whether consonants can stand between two vowels: the end of one syllable and the beginning of the next."""
    if len(cluster) > LONGEST_CLUSTER:
        return False
    return any(
        (not cluster[:cut] or cluster[:cut] in CODAS) and (not cluster[cut:] or cluster[cut:] in ONSETS)
        for cut in range(len(cluster) + 1)
    )


@cache
def _shouted() -> frozenset[str]:
    return frozenset(lines("shouted.txt"))


def _neighbours(text: str, tokens: Sequence[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """The tokens in groups: those that stand side by side, with nothing but space or a cry's mark between them."""
    number = 0
    numbered: list[tuple[int, re.Match[str]]] = []
    for place, token in enumerate(tokens):
        if place and not _BETWEEN.match(text, tokens[place - 1].end(), token.start()):
            number += 1
        numbered.append((number, token))
    for _, group in groupby(numbered, key=lambda item: item[0]):
        yield [token for _, token in group]


def _is_shouted(words: Sequence[str]) -> bool:
    """Whether several words in capitals are a cry or a headline: one of them is a word for certain."""
    certain = [w for w in words if w.casefold() in _shouted() or (len(w) > SHORTEST_WORD and is_pronounceable(w))]
    return len(words) > 1 and bool(certain)
