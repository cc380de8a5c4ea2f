"""The rules of reading aloud, by name and in order. What one has read, no later one touches.

Each rule is one small function in the module of its concern; its docstring says what it turns into what. The names
stand in every script, so that a wrong reading leads to its rule.
"""

from __future__ import annotations

from reader.danish.lexicon import Lexicon, built_in
from reader.danish.reading import Found, NumberReader, Passage, Rule, at_numbers
from reader.danish.rules import (
    abbreviations,
    clock,
    codes,
    dates,
    fractions,
    initialisms,
    law,
    money,
    net,
    ordinals,
    phones,
    plain,
    ranges,
    regnal,
    symbols,
    units,
    years,
)

__all__ = ["MARKS", "RULES", "rules_with"]

DIGITS = frozenset("0123456789")
SPACES = " \u00a0\u202f\u2009"
DASHES = "-–—−"
APOSTROPHES = "'’‘"


def _of_numbers(name: str, read: NumberReader, after: str = "") -> Rule:
    return Rule(name, at_numbers(read, after), DIGITS)


def _names(passage: Passage) -> list[Found]:
    return list(built_in().find(passage))


INVISIBLE = Rule("invisible", symbols.invisible, symbols.INVISIBLE)
FOOTNOTE = Rule("footnote", symbols.footnote, frozenset("[*†‡"))
MARK = Rule("mark", symbols.mark, frozenset(symbols.MARKS))
EDGE = Rule("edge", symbols.edge)

RULES: tuple[Rule, ...] = (
    INVISIBLE,
    FOOTNOTE,
    Rule("mail", net.mail, frozenset("@")),
    Rule("address", net.address, frozenset(".")),
    Rule("handle", net.handle, frozenset("@#")),
    _of_numbers("home", ordinals.home, "."),
    Rule("lexicon", _names),
    Rule("paragraph", law.paragraph, frozenset("§")),
    _of_numbers("sentence of law", law.sentence_of_law, "."),
    _of_numbers("numeric date", dates.numeric_date, "-./"),
    _of_numbers("date", dates.named_date, "." + DASHES + SPACES),
    _of_numbers("clock", clock.called_time),
    _of_numbers("phone", phones.phone),
    _of_numbers("short number", phones.short_number),
    _of_numbers("label", law.labelled),
    _of_numbers("ruler", regnal.numbered_ruler, "."),
    Rule("roman", regnal.roman, frozenset("IVX")),
    _of_numbers("times", units.times, "x×*.," + SPACES),
    _of_numbers("money", money.money),
    _of_numbers("measure", units.measure),
    _of_numbers("school year", ordinals.school_year, "."),
    _of_numbers("place", ordinals.place, "."),
    _of_numbers("ordinal", ordinals.ordinal, "." + DASHES + SPACES),
    _of_numbers("list item", ordinals.list_item, ".)"),
    _of_numbers("decade", years.decade, "-e" + APOSTROPHES),
    Rule("short year", years.short_year, frozenset("'’‘")),
    _of_numbers("season", years.season, "/"),
    _of_numbers("century", years.century, "-t"),
    _of_numbers("fraction", fractions.fraction, "/" + "".join(fractions.SIGNS) + SPACES),
    _of_numbers("age", ranges.age, "," + DASHES + SPACES),
    Rule("code", codes.code, DIGITS | frozenset("₀₁₂₃₄₅₆₇₈₉")),
    _of_numbers("range", ranges.number_range, ".," + DASHES + SPACES),
    _of_numbers("thing", ranges.thing, "e" + APOSTROPHES),
    _of_numbers("compound", ranges.compound, "-.v"),
    Rule("fraction sign", fractions.fraction_sign, frozenset(fractions.SIGNS)),
    _of_numbers("model", codes.model),
    _of_numbers("scale", fractions.scale, ":"),
    _of_numbers("time", clock.plain_time, ".:"),
    _of_numbers("dotted", law.dotted, "."),
    _of_numbers("ratio", fractions.ratio, ":"),
    _of_numbers("year", years.year),
    _of_numbers("number", plain.number),
    Rule("unit", units.standing_unit),
    Rule("abbreviation", abbreviations.abbreviation),
    Rule("initials", initialisms.initials, frozenset(".")),
    Rule("capitals", initialisms.capitals),
    Rule("span", dates.span_of_days, frozenset("-–—")),
    Rule("slash", symbols.slash, frozenset("/")),
    MARK,
    Rule("digits", plain.stray_digits, DIGITS),
    Rule("numeral sign", plain.numeral_sign),
    EDGE,
    Rule("sign", symbols.sign),
)

# What every language shares.
MARKS: tuple[Rule, ...] = (INVISIBLE, FOOTNOTE, MARK, EDGE)


def rules_with(lexicon: Lexicon, rules: tuple[Rule, ...] = RULES) -> tuple[Rule, ...]:
    """The rules, with a newsroom's own lexicon before all others."""
    return (Rule("newsroom", lexicon.find), *rules)
