"""What mail programs, bureaus and editorial systems write around an article, and the labels inside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reader.cleaner.characters import tidy
from reader.cleaner.dates import find_date
from reader.cleaner.furniture import AGENCIES, bare
from reader.cleaner.people import people

LONGEST_SERVICE = 160
FEWEST_FIELDS = 2
MOST_QUOTED = 4
BUREAUS = "ritzau|ritzau finans|reuters|afp|ap|dpa|ntb|tt"

_MAIL_FIELD = re.compile(
    r"(fra|from|til|to|emne|subject|dato|date|sendt|sent|cc|bcc|reply-to|svar til|message-id|mime-version|return-path"
    r"|received|content-[a-z-]{1,40}|x-[a-z-]{1,40}|vedhæftet|vedhæftede filer|attachments?|importance|prioritet)"
    r"[ \t]*:[ \t]*(.*)",
    re.IGNORECASE,
)
_SUBJECT_MARK = re.compile(r"(?:(?:re|sv|vs|fw|fwd|vb)\s*:\s*)+", re.IGNORECASE)
_MAIL_RULE = re.compile(
    r"-{3,}\s*(?:oprindelig meddelelse|videresendt meddelelse|forwarded message|original message)\s*-{3,}"
    r"|(?:den|on) .{6,80}(?:skrev|wrote).{0,80}:",
    re.IGNORECASE,
)

# Lines over an article that are for editors. Those of one word count in capitals only.
_EDITORIAL = re.compile(
    r"(?i:(?:slug|stikord|nøgleord|prio|prioritet|ordtal|antal ord|antal tegn|tegn|embargo|klausul|klausuleret(?: til)?"
    r"|version|id|artikel-?id|status|kanal|bureau|rettelse|ny version|(?:note )?til redaktionen|bemærk)\s*:.*)"
    r"|(?i:prio(?:ritet)?\.? ?\d)"
    rf"|(?i:rb|rz|{BUREAUS})\b[\w /.:+-]{{0,60}}\b\d{{1,2}}[.:]\d\d[\w /.:+-]{{0,60}}"
    r"|[a-zæøå\d]+(?:[-_/][a-zæøå\d]+)+"
    r"|[+*! ]*(?:HASTER|FLASH|LYN|LYNNYHED|BREAKING|OPDATERING|OPDATERET|NY VERSION|RETTELSE|RETTET)[+*! ]*"
)
_SECTION_LABEL = re.compile(r"(?:kategori|sektion|stofområde|emneområde)\s*:\s*(\S.*)", re.IGNORECASE)
_PART_LABEL = re.compile(
    r"(?:rubrik|overskrift|titel|underrubrik|manchet|underoverskrift|brødtekst|mellemrubrik)\s*:\s*", re.IGNORECASE
)
SECTIONS = frozenset({
    *("indland", "udland", "politik", "sport", "kultur", "erhverv", "krimi", "debat", "penge", "økonomi", "samfund"),
    *("lokalt", "danmark", "verden", "viden", "videnskab", "livsstil", "navne", "112", "vejret", "finans", "klima"),
    *("sundhed", "uddannelse", "kronik", "leder", "nyheder", "christiansborg", "internationalt", "forbrug"),
})  # fmt: skip

_SERVICE = re.compile(
    r"(?i:(?:mere følger|mere på vej|følger|(?:historien|artiklen|nyheden|teksten) (?:opdateres|er opdateret)"
    r"|mere følger (?:senere|snart))[ .…]*)"
    r"|[+*=-]{2,} ?(?i:slut|endelig|ends?) ?[+*=-]{0,5}|SLUT|-30-|\(slut\)"
    r"|(?i:(?:kontakt|pressekontakt|kontaktoplysninger|kontaktperson|yderligere oplysninger|for yderligere oplysninger"
    r"|flere oplysninger|for yderligere information|redaktion|redaktionen|vagthavende redaktør|vagtchef)\s*:.*)"
    r"|(?i:(?:(?:tlf|telefon|mobil|mob|mail|e-mail|email|web)\.?\s*:?\s*)?"
    r"(?:\+?[\d ]{8,20}|[^\s@]{1,60}@[^\s@]{1,60}|https?://\S+|www\.\S+))"
)
_SIGNATURE = re.compile(rf"\s*(?:/(?:{BUREAUS})/|\((?:{BUREAUS})\))\.?$", re.IGNORECASE)
_WIRE_DATELINE = re.compile(
    r"(?:[A-ZÆØÅ][^\W\d_.-]{1,30}[. -]?(?: ?[A-ZÆØÅ][^\W\d_]{0,30}){0,2})?"
    r"(?:,? ?(?:(?:man|tirs|ons|tors|fre|lør|søn)dag ?)?(?:(?:den|d\.) )?\d{1,2}\. ?[^\W\d_]{3,9}\.?(?: \d{4})?)?"
    rf",? ?(?:\((?i:{BUREAUS})\)|/(?i:{BUREAUS})/)\s*[:–—-]?\s*"
)


@dataclass(frozen=True, slots=True)
class Mail:
    """The lines of a mail's text, and what its headers say; of a text that is no mail, just its lines."""

    lines: list[str]
    title: str | None = None
    sender: tuple[str, ...] = ()
    sent: str | None = None


def unmailed(lines: Sequence[str]) -> Mail:
    """Take the headers, the marks of a quoted mail and the sender's signature off."""
    unquoted = _unquoted(lines)
    start = next((n for n, line in enumerate(unquoted) if line.strip() and not _MAIL_RULE.fullmatch(line.strip())), 0)
    fields, end = _mail_fields(unquoted, start)
    if len(fields) < FEWEST_FIELDS:
        return Mail(_without_rules(unquoted))
    title = _SUBJECT_MARK.sub("", tidy(fields.get("emne") or fields.get("subject", "")))
    sender = tidy(re.sub(r"<[^<>]*>|\"", "", fields.get("fra") or fields.get("from", "")))
    sent = next((fields[name] for name in ("dato", "date", "sendt", "sent") if fields.get(name)), "")
    rest = _unquoted(unquoted[end:])
    cut = next((n for n, line in enumerate(rest) if n and line.rstrip() == "--"), len(rest))
    return Mail(_without_rules(rest[:cut]), title or None, people([sender]), find_date(sent))


def _mail_fields(lines: Sequence[str], start: int) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    name = ""
    for number in range(start, len(lines)):
        line = lines[number]
        if match := _MAIL_FIELD.fullmatch(line.strip()):
            name = match[1].lower()
            fields.setdefault(name, match[2])
        elif name and line[:1] in (" ", "\t") and line.strip():
            fields[name] += f" {line.strip()}"
        else:
            return fields, number
    return fields, len(lines)


def _unquoted(lines: Sequence[str]) -> list[str]:
    """The lines without the ">" of a mail, where nearly all of them have it."""
    kept = list(lines)
    for _ in range(MOST_QUOTED):
        spoken = [line for line in kept if line.strip()]
        marked = [line for line in spoken if line.startswith(">")]
        if not marked or 5 * len(marked) < 4 * len(spoken):
            break
        kept = [line[1:].removeprefix(" ") if line.startswith(">") else line for line in kept]
    return kept


def _without_rules(lines: Sequence[str]) -> list[str]:
    return ["" if len(line) <= LONGEST_SERVICE and _MAIL_RULE.fullmatch(line.strip()) else line for line in lines]


def is_editorial(line: str) -> bool:
    """Whether a line over the article is for editors: slug, priority, length, embargo, the bureau's own heading."""
    return len(line) <= LONGEST_SERVICE and _EDITORIAL.fullmatch(line) is not None


def labelled_section(line: str) -> str | None:
    """The section that a line names: "Kategori: Indland"."""
    match = _SECTION_LABEL.fullmatch(line) if len(line) <= LONGEST_SERVICE else None
    return match[1] if match else None


def part_label_off(line: str) -> str:
    """The line without the label of an editorial system: "Rubrik: Broen lukker" is "Broen lukker"."""
    match = _PART_LABEL.match(line)
    return line[match.end() :] if match else line


def is_service(text: str) -> bool:
    """Whether the block is no part of the article: contact, end mark, "Mere følger", a bureau's signature."""
    if len(text) > LONGEST_SERVICE:
        return False
    return bare(text) in AGENCIES or _SERVICE.fullmatch(text) is not None


def signature_off(text: str) -> tuple[str, str | None]:
    """The text without the bureau's signature at its end, and the bureau."""
    tail = _SIGNATURE.search(text, max(0, len(text) - 40))
    bureau = tail[0].strip(" /().") if tail else None
    return (text[: tail.start()] if tail else text), bureau and bureau[0].upper() + bureau[1:]


def wire_dateline_off(text: str) -> str:
    """The text without a bureau's opening: "København, den 3. marts (Ritzau) - "."""
    match = _WIRE_DATELINE.match(text)
    return text[match.end() :] if match else text
