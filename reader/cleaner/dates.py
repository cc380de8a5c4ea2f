"""Dates as newspapers print them, at the precision they have: a day that is not printed is never invented."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from reader.cleaner.furniture import LISTEN

# Danish, Norwegian, Swedish, English and German months: the first three letters decide.
_SHORT_MONTHS = (
    "jan",
    "feb",
    "mar mär",
    "apr",
    "maj mai may",
    "jun",
    "jul",
    "aug",
    "sep",
    "okt oct",
    "nov",
    "dec des dez",
)
_MONTHS = {name: number for number, names in enumerate(_SHORT_MONTHS, 1) for name in names.split()}
_MONTH = (
    r"(?P<month>januar[iy]?|februar[iy]?|marts|mars|march|märz|april|maj|mai|may|june|juni|july|juli|augusti?"
    r"|september|sept|oktober|october|november|december|desember|dezember"
    r"|jan|feb|mar|apr|jun|jul|aug|sep|okt|oct|nov|dec|des|dez)\b\.?"
)
_TIME = r"(?:,?\s*(?:(?:kl\.?|klokken|at|um|-|–|\|)\s*)?(?P<hour>\d{1,2})[.:](?P<minute>\d{2})(?!\d)(?:\s*uhr)?)?"
_FORMS = (
    r"(?P<iso>\d{4}-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?)(?![\d-])",
    rf"(?P<day>\d{{1,2}})\.?\s*{_MONTH},?\s*(?P<year>\d{{4}})(?!\d){_TIME}",
    rf"{_MONTH}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})(?!\d){_TIME}",
    rf"{_MONTH},?\s+(?P<year>\d{{4}})(?!\d)",
    rf"(?P<day>\d{{1,2}})[./-](?P<monthnumber>\d{{1,2}})[./ -]\s?(?P<year>\d{{4}})(?!\d){_TIME}",
)
_DATES = tuple(re.compile(form, re.IGNORECASE) for form in _FORMS)

_PUBLISHED = (
    r"(?P<published>publiceret|udgivet|offentliggjort|date|dato|published|publisert|publicerad|posted|veröffentlicht)\b"
)
_MODIFIED = (
    r"(?P<modified>(?:(?:sidst|senest|last) )?"
    r"(?:opdateret|ændret|redigeret|updated|modified|oppdatert|uppdaterad|aktualisiert))\b"
)
_LISTEN = rf"(?P<listen>{'|'.join(sorted(map(re.escape, LISTEN), key=len, reverse=True))})(?!\w)"
_FILLER = r"(?:(?:mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag|den|d\.|kl\.|og|on|am)(?!\w)|[\s,:;.|·•()/–—-]+)"
_LABEL = re.compile(f"{_PUBLISHED}|{_MODIFIED}|{_LISTEN}|{_FILLER}", re.IGNORECASE)
LONGEST_LINE = 160
# The name of a newspaper or a place before a date: "Fjordavisen, tirsdag den 3. marts 2026".
_MASTHEAD = re.compile(r"[A-ZÆØÅ][\w.-]{0,30}(?: [\w.-]{1,30}){0,3}\s*[,|·–—-]\s+(?=\S)")
_ZONE = re.compile(r"(?<=\d)\s*(?:(?P<zero>UTC|GMT|Z)|(?P<offset>[+-]\d{2}:?\d{2}))$", re.IGNORECASE)
_WEEKDAY = re.compile(r"[A-Za-z]{3}, (\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d{2}:\d{2}(?::\d{2})?)(?=[ +-]|$)")


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a line of labels and dates says; `labelled` when a label stands in it, not a date alone."""

    published: str | None = None
    modified: str | None = None
    labelled: bool = False


def dateline(text: str) -> Dateline | None:
    """What the line says if it consists of dates and labels such as "Publiceret" and "Lyt til artiklen", else None."""
    return _dateline(text) if len(text) <= LONGEST_LINE else None


def masthead(text: str) -> Dateline | None:
    """The date behind the name of a newspaper or a place, if the line is nothing but those."""
    name = _MASTHEAD.match(text) if len(text) <= LONGEST_LINE else None
    said = _dateline(text[name.end() :]) if name else None
    return said if said and said.published and not said.labelled else None


def _dateline(text: str) -> Dateline | None:
    found: dict[str, str] = {}
    role, labelled, listen, position = "published", False, False, 0
    while position < len(text):
        label = _LABEL.match(text, position)
        if label:
            role = next((name for name in ("published", "modified") if label[name]), role)
            labelled = labelled or label["published"] is not None or label["modified"] is not None
            listen = listen or label["listen"] is not None
            position = label.end()
            continue
        date, position = _date_at(text, position)
        if date is None:
            return None
        found.setdefault(role, date)
    if not found and not listen:
        return None
    return Dateline(found.get("published"), found.get("modified"), labelled or listen)


def _date_at(text: str, position: int) -> tuple[str | None, int]:
    for form in _DATES:
        match = form.match(text, position)
        date = _checked(match) if match else None
        if match and date:
            return date, match.end()
    return None, position


def find_date(text: str) -> str | None:
    """The first date in a text, in ISO 8601; None where there is none or it is not in the calendar."""
    matches = sorted((match for form in _DATES if (match := form.search(text))), key=lambda match: match.start())
    return next((date for match in matches if (date := _checked(match))), None)


def _checked(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    return iso_date(parts["iso"]) if parts.get("iso") else _assembled(parts)


def _assembled(parts: dict[str, str | None]) -> str | None:
    name = (parts.get("month") or "")[:3].lower()
    month = _MONTHS[name] if name else int(parts.get("monthnumber") or 0)
    date = f"{int(parts['year'] or 0):04}-{month:02}"
    if parts.get("day"):
        date += f"-{int(parts['day'] or 0):02}"
    if parts.get("hour"):
        date += f"T{int(parts['hour'] or 0):02}:{parts['minute']}"
    return iso_date(date)


def agreed(told: Iterable[str]) -> str | None:
    """The first of some ISO 8601 dates, told by the most exact of those that name the same day.

    A time with its zone is more exact than a time, and that more than a day. The same clock in UTC and in another zone
    is that of the other zone: programs that forget the zone write UTC.
    """
    dates = list(told)
    same = [date for date in dates if date[:10].startswith(dates[0][:10])]
    best = max(same, key=_exactness, default=None)
    if best and best.endswith("+00:00"):
        return next((date for date in same if date[:16] == best[:16] and _is_far_from_utc(date)), best)
    return best


def _is_far_from_utc(date: str) -> bool:
    return len(date) > 10 and bool(_moment(date).utcoffset())


def _exactness(date: str) -> int:
    return (len(date) >= 10) + (len(date) > 10) + (len(date) > 10 and _moment(date).tzinfo is not None)


def is_before(one: str, other: str) -> bool:
    """Whether a date is before another one for certain: by the clock where both have a zone, else by the day."""
    if len(one) > 10 and len(other) > 10 and _moment(one).tzinfo and _moment(other).tzinfo:
        return _moment(one) < _moment(other)
    shared = min(len(one), len(other), 10)
    return one[:shared] < other[:shared]


def _moment(date: str) -> dt.datetime:
    return dt.datetime.fromisoformat(date)


def machine_date(text: str) -> str | None:
    """A date as machines write it, in ISO 8601 or as in mail ("Thu, 12 Sep 2024 05:30:00 +0200"), with its zone."""
    text = _ZONE.sub(lambda match: "+00:00" if match["zero"] else match["offset"], text.strip())
    mail = _WEEKDAY.match(text)
    number = _MONTHS.get(mail[2].lower()) if mail else None
    if mail and number:
        text = f"{mail[3]}-{number:02}-{int(mail[1]):02}T{mail[4]}{text[mail.end() :].replace(' ', '')}"
    return iso_date(text)


def iso_date(text: str) -> str | None:
    """An ISO 8601 date or time as the model wants it ("T" between, "+02:00" for zones), if it is in the calendar."""
    text = text.strip()
    try:
        if len(text) == 7:
            dt.date.fromisoformat(f"{text}-01")
            return text
        if len(text) == 10:
            return dt.date.fromisoformat(text).isoformat()
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    exact = moment.replace(microsecond=0)
    return exact.isoformat(timespec="minutes" if text.count(":") == 1 and not exact.utcoffset() else "seconds")
