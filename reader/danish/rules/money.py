"""Prices: 100 kr., 3,5 mio. kr., $5 mia., 1.234,50 kr., 500,-, kr./md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from reader.danish import numbers
from reader.danish.numbers import Gender
from reader.danish.reading import Found, Passage
from reader.danish.rules.amounts import END, SPACE, Amount, amount_at, amount_words, full_stop
from reader.danish.rules.units import units


class Currency(NamedTuple):
    """What one and several are called, and what a hundredth is."""

    one: str
    many: str
    gender: Gender = "en"
    hundredth: str | None = None


KRONE = Currency("krone", "kroner", hundredth="øre")
EURO, DOLLAR, POUND = Currency("euro", "euro"), Currency("dollar", "dollar"), Currency("pund", "pund", "et")
CURRENCIES = {
    "kr": KRONE,
    "Kr": KRONE,
    "KR": KRONE,
    "DKK": KRONE,
    "kroner": KRONE,
    "krone": KRONE,
    "SEK": Currency("svensk krone", "svenske kroner"),
    "NOK": Currency("norsk krone", "norske kroner"),
    "ISK": Currency("islandsk krone", "islandske kroner"),
    "EUR": EURO,
    "€": EURO,
    "USD": DOLLAR,
    "US$": DOLLAR,
    "$": DOLLAR,
    "GBP": POUND,
    "£": POUND,
    "CHF": Currency("schweizerfranc", "schweizerfranc"),
    "JPY": Currency("yen", "yen"),
    "¥": Currency("yen", "yen"),
    "CNY": Currency("yuan", "yuan"),
    "RUB": Currency("rubel", "rubler"),
    "₽": Currency("rubel", "rubler"),
    "PLN": Currency("zloty", "zloty"),
    "₴": Currency("hryvnia", "hryvnia"),
    "₿": Currency("bitcoin", "bitcoin"),
}
# After a price they are said otherwise than as units: 200 kr./t is an hour's, and no ton's.
PER = {"md": "måned", "pers": "person", "t": "time"}
UNCHANGED = frozenset(("krone", "kroner"))
CENTS = 2  # decimals

_NAMES = "|".join(re.escape(name) for name in sorted(CURRENCIES, key=len, reverse=True))
_AFTER = re.compile(rf"{SPACE}?({_NAMES})(?![^\W_])(?:(?<=[A-Za-z])\.)?")
_BEFORE = re.compile(rf"(?<![^\W_])({_NAMES})\.?{SPACE}?\Z")
_PER = re.compile(rf"{SPACE}?/{SPACE}?([^\W\d_]+[23]?)(\.?)")
_EVEN = re.compile(rf",[-–—](?!\w)(?:{SPACE}?kr\b\.?)?")
_END = re.compile(END)
LONGEST_SIGN = 12  # characters before a number in which its currency may stand


def money(passage: Passage, at: int) -> Iterator[Found]:
    """3,5 mio. kr.: tre komma fem millioner kroner; $5 mia.: fem milliarder dollar."""
    amount = amount_at(passage, at)
    if amount is None:
        return
    after = _AFTER.match(passage.free, amount.end)
    if after is not None:
        yield from _price(passage, amount, after)
        yield from _per(passage, after.end())
        return
    even = _EVEN.match(passage.free, amount.end)
    before = _BEFORE.search(passage.free[max(0, at - LONGEST_SIGN) : at])
    if even is not None:
        start = at if before is None else at - len(before.group())
        ends = full_stop(passage, even.group(), even.end())
        yield Found(start, even.end(), _joined(passage, amount, KRONE) + ends)
    elif before is not None and _END.match(passage.free, amount.end):
        stop = full_stop(passage, passage.free[amount.end - 1], amount.end)
        words = _joined(passage, amount, CURRENCIES[before[1]])
        yield Found(at - len(before.group()), amount.end, words + stop)


def _price(passage: Passage, amount: Amount, after: re.Match[str]) -> Iterator[Found]:
    currency = CURRENCIES[after[1]]
    ends = full_stop(passage, after.group(), after.end())
    if _has_cents(amount, currency):
        yield Found(amount.start, after.end(), _with_cents(amount.first, currency) + ends)
        return
    yield from amount_words(passage, amount, currency.gender)
    if after[1] not in UNCHANGED:
        yield Found(after.start(1), after.end(), (currency.one if amount.is_singular else currency.many) + ends)


def _has_cents(amount: Amount, currency: Currency) -> bool:
    cents = amount.first.partition(",")[2]
    return bool(currency.hundredth) and len(cents) == CENTS and amount.last is None and not amount.scale


def _with_cents(text: str, currency: Currency) -> str:
    """99,95 kr.: nioghalvfems kroner og femoghalvfems øre; 0,50 kr.: halvtreds øre."""
    whole, _, cents = text.partition(",")
    parts = []
    if int(cents) == 0 or whole.strip("0"):
        parts.append(f"{numbers.number(whole, currency.gender)} {currency.one if whole == '1' else currency.many}")
    if int(cents):
        parts.append(f"{numbers.cardinal(int(cents), 'en')} {currency.hundredth}")
    return " og ".join(parts)


def _joined(passage: Passage, amount: Amount, currency: Currency) -> str:
    """The amount with its currency behind it: what is written before is said after."""
    if _has_cents(amount, currency):
        return _with_cents(amount.first, currency)
    words = " ".join(found.spoken.strip().rstrip(".") for found in amount_words(passage, amount, currency.gender))
    scale_word = passage.free[amount.start : amount.end].split()[-1] if amount.has_scale_word else ""
    name = currency.one if amount.is_singular else currency.many
    return " ".join(part for part in (words, scale_word, name) if part)


def _per(passage: Passage, place: int) -> Iterator[Found]:
    """35.000 kr./md.: per måned; 12 kr./kg: per kilo; a word stays what it is."""
    match = _PER.match(passage.free, place)
    if match is None:
        return
    word = match[1]
    unit = units().get(word)
    said = PER.get(word.casefold()) or (unit.one if unit else word)
    end = match.end() if said != word else match.end(1)
    yield Found(match.start(), end, f" per {said}{full_stop(passage, match[2], end) if said != word else ''}")
