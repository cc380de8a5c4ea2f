"""Danish number words. Numbers come in as integers or as digits, never as floats."""

from __future__ import annotations

from typing import Literal

Gender = Literal["en", "et"]

ONES = (
    "nul en to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten"
).split()
TENS = ["", "", "tyve", "tredive", "fyrre", "halvtreds", "tres", "halvfjerds", "firs", "halvfems"]
ORDINALS = (
    "nulte første anden tredje fjerde femte sjette syvende ottende niende tiende ellevte tolvte trettende fjortende "
    "femtende sekstende syttende attende nittende"
).split()
ORDINAL_TENS = (
    "_ _ tyvende tredivte fyrretyvende halvtredsindstyvende tresindstyvende halvfjerdsindstyvende firsindstyvende "
    "halvfemsindstyvende"
).split()
# What a bus, a coin, a mark or a decade is called after its number: en treer, en tier, halvtredserne.
NOUNS = {1: "etter", 2: "toer", 5: "femmer", 6: "sekser", 7: "syver", 11: "elver", 60: "tresser"}
LARGE = (
    (10**12, "billion", "billioner"),
    (10**9, "milliard", "milliarder"),
    (10**6, "million", "millioner"),
)
LONGEST = 15  # digits; above, nobody can follow a number, and it is read digit by digit


def cardinal(number: int, gender: Gender = "en") -> str:
    """The counting word: 1234 gives "et tusind to hundrede og fireogtredive"; below 10^15.

    A bare hundred or thousand goes without its number: 130 gives "hundrede og tredive", 1000 "tusind".
    """
    words = _cardinal(number, gender)
    return words.removeprefix("et ") if words.startswith("et hundrede") or 1000 <= number < 1100 else words


def ordinal(number: int, gender: Gender = "en") -> str:
    """The ordering word: 21 gives "enogtyvende", 125 "hundrede og femogtyvende"; 100 is "hundrede"; below 10^15."""
    if number == 2 and gender == "et":
        return "andet"
    if number < 20:
        return ORDINALS[number]
    if number < 100:
        ten, one = divmod(number, 10)
        return f"{ONES[one]}og{ORDINAL_TENS[ten]}" if one else ORDINAL_TENS[ten]
    rest = number % 100
    if rest:
        return f"{cardinal(number - rest)} og {ordinal(rest, gender)}"
    words = cardinal(number)
    if number % 10**6 == 0:
        return words.removeprefix("en ").removesuffix("er") + "te"
    return words + "e" if words.endswith("tusind") else words


def year(number: int) -> str:
    """A year: 1864 gives "atten hundrede og fireogtres", 2022 "to tusind og toogtyve"."""
    century, rest = divmod(number, 100)
    if not 11 <= century <= 19:
        return cardinal(number, "et")
    head = f"{ONES[century]} hundrede"
    return f"{head} og {_below_hundred(rest, 'et')}" if rest else head


def decade(number: int) -> str:
    """The years that begin with a number, as a plural: 1990 gives "nitten hundrede og halvfemserne"; tens only."""
    hundreds, tens = divmod(number, 100)
    words = f"{noun(tens)}ne" if tens else "nullerne"
    return words if number < 100 else f"{year(100 * hundreds)} og {words}"


def noun(number: int) -> str:
    """The number as a thing: 10 gives "tier", 50 "halvtredser", 3 "treer"."""
    if number in NOUNS:
        return NOUNS[number]
    words = cardinal(number, "et")
    return words + ("r" if words.endswith("e") and number != 3 else "er")


def digits(text: str) -> str:
    """Each digit by itself: "0145" gives "nul et fire fem"."""
    return " ".join("et" if digit == "1" else ONES[int(digit)] for digit in text)


def pairs(text: str) -> str:
    """Digits two by two, as telephone numbers are said: "33110522" gives "treogtredive elleve nul fem toogtyve"."""
    first = len(text) % 2
    heads = [digits(text[:first])] if first else []
    return " ".join(heads + [two_digits(text[i : i + 2]) for i in range(first, len(text), 2)])


def two_digits(text: str) -> str:
    """Two digits as one number, a leading zero said: "05" gives "nul fem"."""
    return digits(text) if text[0] == "0" else _below_hundred(int(text), "et")


def number(text: str, gender: Gender = "en") -> str:
    """A number as it is written in Danish: "1.234", "2 250", "3,5", "007"."""
    whole, _, fraction = text.partition(",")
    plain = "".join(filter(str.isdigit, whole))
    if len(plain) > LONGEST or (len(plain) > 1 and plain[0] == "0"):
        words = digits(plain)
    else:
        words = cardinal(int(plain), gender if not fraction else "en")
    return f"{words} komma {_fraction(fraction)}" if fraction else words


def _cardinal(number: int, gender: Gender) -> str:
    for size, one, many in LARGE:
        if number >= size:
            count, rest = divmod(number, size)
            head = f"{_cardinal(count, 'en')} {one if count == 1 else many}"
            return _join(head, rest, gender)
    if number >= 1000:
        count, rest = divmod(number, 1000)
        return _join(f"{_cardinal(count, 'et')} tusind", rest, gender)
    if number >= 100:
        count, rest = divmod(number, 100)
        return _join(f"{_cardinal(count, 'et')} hundrede", rest, gender)
    return _below_hundred(number, gender)


def _fraction(text: str) -> str:
    if len(text) == 1:
        return _below_hundred(int(text), "et")
    return two_digits(text) if len(text) == 2 else digits(text)


def _below_hundred(number: int, gender: Gender) -> str:
    if number == 1:
        return gender
    if number < 20:
        return ONES[number]
    ten, one = divmod(number, 10)
    return f"{ONES[one]}og{TENS[ten]}" if one else TENS[ten]


def _join(head: str, rest: int, gender: Gender) -> str:
    if rest == 0:
        return head
    return f"{head} og {_cardinal(rest, gender)}" if rest < 100 else f"{head} {_cardinal(rest, gender)}"
