"""What mail programs, bureaus and editorial systems write around an article, and the labels inside it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from reader.cleaner.characters import tidy
from reader.cleaner.dates import find_date
from reader.cleaner.furniture import AGENCIES, bare
from reader.cleaner.people import people
from reader.model import Paragraph, ParagraphKind

LONGEST_SERVICE = 160
FEWEST_FIELDS = 2
MOST_QUOTED = 4
LONGEST_FIELD = 1000
LONGEST_SIGNATURE = 20  # lines
LONGEST_MATTER = 20_000  # characters
BUREAUS = "ritzau|ritzau finans|reuters|afp|ap|dpa|ntb|tt"

_MAIL_FIELD = re.compile(
    r"(fra|from|til|to|emne|subject|dato|date|sendt|sent|cc|bcc|reply-to|svar til|message-id|mime-version|return-path"
    r"|received|content-[a-z-]{1,40}|x-[a-z-]{1,40}|vedhæftet|vedhæftede filer|attachments?|importance|prioritet)"
    r"[ \t]*:[ \t]*(.*)",
    re.IGNORECASE,
)
_SUBJECT_MARK = re.compile(r"(?:(?:re|sv|vs|fw|fwd|vb)\s*:\s*)+", re.IGNORECASE)
_GREETING = re.compile(r"(?:hej|kære|goddag|godmorgen|hi|dear)\b[^.?]{0,60}[,!:]|hej", re.IGNORECASE)
_CLOSING = re.compile(
    r"(?:(?:med )?(?:de )?(?:(?:bedste|venlige?|mange|kærlige?|gode) )*hilse(?:n|ner)|m\.?v\.?h\.?"
    r"|(?:kind|best) regards)"
    r"[,.]?(?: \S.{0,40})?",
    re.IGNORECASE,
)
_MAIL_RULE = re.compile(
    r"-{3,}\s*(?:oprindelig meddelelse|videresendt meddelelse|forwarded message|original message)\s*-{3,}"
    r"|(?:den|on) .{6,80}(?:skrev|wrote).{0,80}:",
    re.IGNORECASE,
)

# Lines over an article that are for editors. Those of one word count in capitals only.
_EDITORIAL = re.compile(
    r"(?i:(?:slug|stikord|nøgleord|prio|prioritet|ordtal|antal ord|antal tegn|tegn|embargo|klausul|klausuleret(?: til)?"
    r"|version|id|artikel-?id|status|kanal|bureau|ny version|(?:note )?til redaktionen|bemærk)\s*:.*)"
    r"|(?i:prio(?:ritet)?\.? ?\d)"
    r"|(?i:rettelse\s*:\s*(?:(?:retter|rettet|korrigerer|ændrer|ny|nyt)\b.*|.*[^.!?]))"
    rf"|(?i:rb|rz|{BUREAUS})\b[\w /.:+-]{{0,60}}\b\d{{1,2}}[.:]\d\d[\w /.:+-]{{0,60}}"
    r"|[a-zæøå\d]+(?:[-_/][a-zæøå\d]+)+"
    r"|[+*! ]*(?:HASTER|FLASH|LYN|LYNNYHED|BREAKING|OPDATERING|OPDATERET|NY VERSION|RETTELSE|RETTET"
    r"|PRESSEMEDDELELSE)[+*! ]*"
)
_SECTION_LABEL = re.compile(r"(?:kategori|sektion|stofområde|emneområde)\s*:\s*(\S.*)", re.IGNORECASE)
# Labels that editorial systems put before the parts of an article. The sure ones mean nothing else.
_TITLE, _TEXT, _BYLINE = "title", "text", "byline"
_SURE_PARTS = {
    **dict.fromkeys(("rubrik", "hovedrubrik", "webrubrik", "printrubrik"), _TITLE),
    **dict.fromkeys(("underrubrik", "manchet", "underoverskrift"), "lead"),
    **dict.fromkeys(("mellemrubrik", "mellemoverskrift"), "heading"),
    **dict.fromkeys(("billedtekst", "fototekst"), "caption"),
    "brødtekst": _TEXT,
}
_LIKELY_PARTS = {
    **dict.fromkeys(("overskrift", "titel"), _TITLE),
    **dict.fromkeys(("ingress", "resume", "resumé", "undertitel"), "lead"),
    **dict.fromkeys(("citat", "citatboks"), "quote"),
    **dict.fromkeys(("byline", "journalist", "skribent"), _BYLINE),
}
_PARTS = _SURE_PARTS | _LIKELY_PARTS
_TITLES = frozenset(name for name, part in _PARTS.items() if part == _TITLE)
_ONE_LINE = frozenset({_TITLE, "heading", _BYLINE})
_PART = re.compile(rf"({'|'.join(map(re.escape, _PARTS))})\s*:\s*", re.IGNORECASE)
_BYLINE_LABEL = re.compile(r"(?:byline|journalist|skribent)\s*:\s*", re.IGNORECASE)
_BARE_PART = re.compile(rf"(?:(?i:({'|'.join(map(re.escape, _PARTS))}))\s*:|({'|'.join(_PARTS).upper()}))")
SECTIONS = frozenset({
    *("indland", "udland", "politik", "sport", "kultur", "erhverv", "krimi", "debat", "penge", "økonomi", "samfund"),
    *("lokalt", "danmark", "verden", "viden", "videnskab", "livsstil", "navne", "112", "vejret", "finans", "klima"),
    *("sundhed", "uddannelse", "kronik", "leder", "nyheder", "christiansborg", "internationalt", "forbrug"),
})  # fmt: skip

_SERVICE = re.compile(
    r"(?i:(?:mere følger|mere på vej|følger|(?:historien|artiklen|nyheden|teksten) (?:opdateres|er opdateret)"
    r"|mere følger (?:senere|snart))[ .…]*)"
    r"|[+*=-]{2,} ?(?i:slut|endelig|ends?) ?[+*=-]{0,5}|SLUT|-30-|\(slut\)"
    r"|(?i:sendt fra min .{1,30}|get outlook for .{1,20})"
    r"|(?i:(?:kontakt|pressekontakt|kontaktoplysninger|kontaktperson|yderligere oplysninger|for yderligere oplysninger"
    r"|flere oplysninger|for yderligere information|stikord|nøgleord|emneord|søgeord|keywords"
    r"|redaktion|redaktionen|vagthavende redaktør|vagtchef)\s*:.*)"
    r"|(?i:(?:(?:tlf|telefon|mobil|mob|mail|e-mail|email|web)\.?\s*:?\s*)?"
    r"(?:\+?[\d ]{8,20}|[^\s@]{1,60}@[^\s@]{1,60}|https?://\S+|www\.\S+))"
)
_SIGNATURE = re.compile(rf"\s*(?:/(?:{BUREAUS})/|\((?:{BUREAUS})\))\.?$", re.IGNORECASE)
_WIRE_DATELINE = re.compile(
    r"(?:[A-ZÆØÅ][^\W\d_.-]{1,30}[. -]?(?: ?[A-ZÆØÅ][^\W\d_]{0,30}){0,2})?"
    r"(?:,? ?(?:(?:man|tirs|ons|tors|fre|lør|søn)dag ?)?(?:(?:den|d\.) )?\d{1,2}\. ?[^\W\d_]{3,9}\.?(?: \d{4})?)?"
    rf",? ?(?:\((?i:{BUREAUS})\)|/(?i:{BUREAUS})/)\s*[:–—-]?\s*"
)
_FIELD = re.compile(r"([A-Za-zæøåÆØÅ_-]+)\s*[:=]\s*(.*)$")
_REMARK = re.compile(r"\s+#.*$")  # of YAML
_NAMED = re.compile(r"^(?:name|navn):\s*")


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
    return Mail(_without_rules(_between_greetings(rest)), title or None, people([sender]), find_date(sent))


def _between_greetings(lines: Sequence[str]) -> list[str]:
    """The lines between "Kære redaktion," and "Med venlig hilsen", or the mark before a signature."""
    first = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    start = first + 1 if first < len(lines) and _GREETING.fullmatch(lines[first].strip()) else first
    last = max(start + 1, len(lines) - LONGEST_SIGNATURE)
    closings = (n for n, line in enumerate(lines) if n >= last and _CLOSING.fullmatch(line.strip()))
    marks = (n for n, line in enumerate(lines) if n > start and line.rstrip() == "--")
    return list(lines[start : min(next(closings, len(lines)), next(marks, len(lines)))])


def _mail_fields(lines: Sequence[str], start: int) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    name = ""
    for number in range(start, len(lines)):
        line = lines[number]
        if match := _MAIL_FIELD.fullmatch(line.strip()):
            name = match[1].lower()
            fields.setdefault(name, match[2])
        elif name and line[:1] in (" ", "\t") and line.strip():
            fields[name] = f"{fields[name]} {line.strip()}"[:LONGEST_FIELD]
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
    """The section that a line names: "Kategori: Indland", "INDLAND/KRIMI"."""
    if len(line) > LONGEST_SERVICE:
        return None
    if match := _SECTION_LABEL.fullmatch(line):
        return match[1]
    names = line.split("/")
    return names[0] if len(names) > 1 and SECTIONS.issuperset(map(str.casefold, names)) else None


def parted_by_labels(lines: Sequence[str]) -> list[str]:
    """Lines where each part that a label names ("Manchet: ...") stands by itself, its label before its first line."""
    known = _known_parts(lines)
    done: list[str] = []
    waiting = ""
    for line in lines:
        bare_label = _BARE_PART.fullmatch(line)
        name = (bare_label[1] or bare_label[2]).lower() if bare_label else ""
        if name in known or (name in _TITLES and not any(done)):
            waiting = name
            continue
        if waiting and line:
            line, waiting = f"{waiting}: {line}", ""  # noqa: PLW2901 - the label has found its line
        match = _PART.match(line)
        name = match[1].lower() if match else ""
        part = known.get(name) or (_TITLE if name in _TITLES and not any(done) else None)
        done += ["", line] if part else [line]
        done += [""] if part in _ONE_LINE else []
    return done


def _known_parts(lines: Iterable[str]) -> dict[str, str]:
    """The labels that count in a text: those that mean other things as well only beside one that does not."""
    return _PARTS if any(map(_is_sure, lines)) else _SURE_PARTS


def _is_sure(line: str) -> bool:
    """Whether the line opens with a label that only editorial systems write."""
    match = _PART.match(line)
    name = match[1] if match else line if line.isupper() else ""
    return name.lower() in _SURE_PARTS


def unlabelled(drafts: Sequence[Paragraph]) -> tuple[str | None, list[Paragraph]]:
    """The headline that a label names, and the drafts typed by their labels, which are taken off."""
    title: str | None = None
    done: list[Paragraph] = []
    known = _known_parts(draft.text for draft in drafts)
    for number, draft in enumerate(drafts):
        match = _PART.match(draft.text)
        label = match[1].lower() if match else ""
        part = known.get(label) or (_TITLE if label in _TITLES and not number else None)
        if match is None or part is None or part == _BYLINE:
            done.append(draft)
        elif part == _TITLE and title is None:
            title = draft.text[match.end() :]
        elif part != _TITLE:
            kind = draft.kind if part == _TEXT else cast("ParagraphKind", part)
            done.append(replace(draft, text=draft.text[match.end() :], kind=kind))
    return title, done


def labelled_people(line: str) -> tuple[str, ...]:
    """The people that a line names by a label: "Byline: Mette Holm"."""
    match = _BYLINE_LABEL.match(line) if len(line) <= LONGEST_SERVICE else None
    return people([line[match.end() :]]) if match else ()


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


def front_matter(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The fields between two lines of "---" or "+++" at the very start, and the lines after them."""
    if not lines or lines[0].strip() not in ("---", "+++"):
        return {}, lines
    ends = ("---", "...") if lines[0].strip() == "---" else ("+++",)
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() in ends), None)
    if end is None or sum(map(len, lines[1:end])) > LONGEST_MATTER:
        return {}, lines
    told = None if ends[0] == "---" else _toml("\n".join(lines[1:end]))
    if told is None:
        told = _yaml(lines[1:end])
    return (told, lines[end + 1 :]) if told else ({}, lines)


def first(fields: dict[str, str], *names: str) -> str:
    """The first of some fields that says anything."""
    return next((fields[name] for name in names if fields.get(name)), "")


def _toml(text: str) -> dict[str, str] | None:
    import tomllib  # noqa: PLC0415 - rare

    try:
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    tables = [table for table in told.values() if isinstance(table, dict)]
    fields = {key.lower(): _plain_value(value) for table in [*tables, told] for key, value in table.items()}
    return {key: value for key, value in fields.items() if value}


def _plain_value(value: object) -> str:
    """A value of TOML in words; a table that names somebody or something is that name."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_plain_value, value)))
    if isinstance(value, dict):
        return str(value.get("name") or value.get("navn") or "")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _yaml(lines: Sequence[str]) -> dict[str, str]:
    fields: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if match := _FIELD.match(line):
            name = match[1].lower()
            value = _REMARK.sub("", match[2])
            fields[name] = [] if value in ("|", ">", "|-", ">-", "|+", ">+") else [value.strip("\"'[]")]
        elif name and line[:1] in (" ", "\t", "-"):
            item = line.strip()
            value = _NAMED.sub("", item.removeprefix("- "))
            fields[name].append(f", {value}" if item.startswith("- ") else value)
    return {key: _field(parts) for key, parts in fields.items()}


def _field(parts: Sequence[str]) -> str:
    """A value of one or more lines, and the items of a list, without the quotes around them."""
    text = " ".join(part for part in parts if part).replace(" , ", ", ").lstrip(" ,")
    return ", ".join(part.strip(" \"'") for part in text.split(",")) if text.count('"') > 1 else text.strip("\"'")
