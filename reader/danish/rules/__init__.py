"""The rules of reading aloud, by name and in order. Each yields (start, end, spoken) and changes nothing itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.danish import abbreviations, numbers
from reader.danish.reading import Rule
from reader.danish.splitting import MONTHS

Found = Iterator[tuple[int, int, str]]

_NUMBER = r"\d{1,3}(?:[. ]\d{3})+(?:,\d+)?|\d+(?:,\d+)?"
_ADDRESS = re.compile(r"(?<!\w)(?:https?://|www\.)[^\s»«”\"]+[\w/]|(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_ISO_DATE = re.compile(r"(?<![\d-])(\d{4})-(\d\d)-(\d\d)(?![\d-])")
_DAY = re.compile(rf"(?<![\w.,])(\d{{1,2}})\.(?=\s(?:{'|'.join(MONTHS)})\b)", re.IGNORECASE)
_CLOCK = re.compile(r"(?<!\w)kl\.\s?(\d{1,2})(?:[.:](\d\d))?(?![\w.:,]*\d)", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<![\w.,])(\d{1,3})\.(?=\s[a-zæøå])")
_DECADE = re.compile(r"(?<![\w.,])(\d{2,4})['’]?ern(e|es)\b")
_YEAR = re.compile(r"(?<![\w.,–-])(1[1-9]\d\d)(?![\w]|[.,]\d|[ ]\d{3}(?!\d))")
_RANGE = re.compile(rf"(?<![\w.,–-])({_NUMBER})\s?[-–]\s?({_NUMBER})(?![\w–-]|[.,]\d)")
_PLAIN = re.compile(rf"(?<![\w.,])([-−]?)({_NUMBER})(?!\w|[.,]\d)")
_NEUTER = re.compile(r"\s(?:år|barn|kilo|kilogram|minut|sekund|mål|mandat|parti|land|hus|medlem|sted|ton|døgn|point)\b")
_SIGNS = {"%": "procent", "‰": "promille", "&": "og", "§": "paragraf", "+": "plus", "=": "er lig med", "€": "euro"}
_SIGN = re.compile(r"\s?[%‰]|(?<=\s)[&+=](?=\s)|§|€")
_MARK = re.compile(r"[»«„“”\"‹›]|(?<!\w)['‘’](?=\w)|(?<=[\w.,!?…])['’](?!\w)|\[\d+\]")

_EDGE = re.compile(r"\A\s*(?:[–—•*-]\s+)?(?=\S)|(?<=\S)\s+\Z")


def address(text: str) -> Found:
    """www.dr.dk: www punktum dr punktum dk."""
    for match in _ADDRESS.finditer(text):
        words = re.sub(r"^https?://", "", match.group()).replace("@", " snabel-a ").replace(".", " punktum ")
        yield match.start(), match.end(), " ".join(words.replace("/", " skråstreg ").split())


def date(text: str) -> Found:
    """2022-08-24: fireogtyvende august to tusind og toogtyve; 24. august: fireogtyvende august."""
    for match in _ISO_DATE.finditer(text):
        number, month, day = (int(part) for part in match.groups())
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield match.start(), match.end(), f"{numbers.ordinal(day)} {MONTHS[month - 1]} {numbers.year(number)}"
    for match in _DAY.finditer(text):
        yield match.start(), match.end(), numbers.ordinal(int(match[1]))


def clock(text: str) -> Found:
    """kl. 14.30: klokken fjorten tredive; kl. 9: klokken ni."""
    for match in _CLOCK.finditer(text):
        hour, minutes = numbers.cardinal(int(match[1]), "et"), match[2]
        if minutes in (None, "00"):
            yield match.start(), match.end(), f"klokken {hour}"
        else:
            spoken = numbers.digits(minutes) if minutes[0] == "0" else numbers.cardinal(int(minutes), "et")
            yield match.start(), match.end(), f"klokken {hour} {spoken}"


def decade(text: str) -> Found:
    """1990'erne: nitten hundrede og halvfemserne."""
    for match in _DECADE.finditer(text):
        value = int(match[1])
        if value % 10 == 0 and value % 100:
            words = numbers.year(value)
            ending = "ern" if words.endswith(("e", "ti")) else "sern"
            yield match.start(), match.end(), f"{words.removesuffix('e').removesuffix('s')}{ending}{match[2]}"


def ordinal(text: str) -> Found:
    """den 3. plads: den tredje plads."""
    for match in _ORDINAL.finditer(text):
        yield match.start(), match.end(), numbers.ordinal(int(match[1]))


def number_range(text: str) -> Found:
    """10-15 personer: ti til femten personer."""
    for match in _RANGE.finditer(text):
        first, last = (_years_or_number(part) for part in match.groups())
        yield match.start(), match.end(), f"{first} til {last}"


def year(text: str) -> Found:
    """1864: atten hundrede og fireogtres."""
    for match in _YEAR.finditer(text):
        yield match.start(), match.end(), numbers.year(int(match[1]))


def number(text: str) -> Found:
    """1.234: et tusind to hundrede og fireogtredive; -3,5: minus tre komma fem; 1 år: et år."""
    for match in _PLAIN.finditer(text):
        gender: numbers.Gender = "et" if _NEUTER.match(text, match.end()) else "en"
        spoken = numbers.number(match[2], gender)
        yield match.start(), match.end(), f"minus {spoken}" if match[1] else spoken


def abbreviation(text: str) -> Found:
    """bl.a.: blandt andet. A full stop that also ends the sentence stays."""
    table = abbreviations.table()
    for match in abbreviations.pattern().finditer(text):
        spoken = table["".join(match.group().casefold().split())].spoken
        ends = re.match(r"[»«”\")\]]*(?:\s+[A-ZÆØÅ»]|\s*$)", text[match.end() : match.end() + 40])
        yield match.start(), match.end(), spoken + "." if ends and match.start() > 0 else spoken


def sign(text: str) -> Found:
    """50 %: halvtreds procent."""
    for match in _SIGN.finditer(text):
        word = _SIGNS[match.group().strip()]
        joined = match.start() > 0 and not text[match.start() - 1].isspace()
        yield match.start(), match.end(), f" {word}" if joined else word


def mark(text: str) -> Found:
    """Quotation marks and footnote numbers are seen, not heard."""
    for match in _MARK.finditer(text):
        yield match.start(), match.end(), ""


def edge(text: str) -> Found:
    """White space around a line, and the dash that opens a line of dialogue, are not said."""
    for match in _EDGE.finditer(text):
        if match.group():
            yield match.start(), match.end(), ""


def _years_or_number(text: str) -> str:
    return numbers.year(int(text)) if re.fullmatch(r"1[1-9]\d\d", text) else numbers.number(text)


RULES: list[tuple[str, Rule]] = [
    ("mark", mark),
    ("address", address),
    ("date", date),
    ("clock", clock),
    ("decade", decade),
    ("ordinal", ordinal),
    ("range", number_range),
    ("year", year),
    ("number", number),
    ("abbreviation", abbreviation),
    ("sign", sign),
    ("edge", edge),
]
