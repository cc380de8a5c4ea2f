"""The dates of feeds: RFC 822 as RSS has them, ISO 8601 as all others do, and what is made of both in practice."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_YEAR = 1990  # a year before it is a date that nobody set

_LONGEST = 100
_YEAR_OR_MONTH = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")
_SPACED_ZONE = re.compile(r"(?<=[0-9])\s+(?=(?:[+-][0-9]{2}:?[0-9]{2}|Z)$)")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}")
_ZONES = {"CET": "+0100", "MET": "+0100", "CEST": "+0200", "MEST": "+0200", "EET": "+0200", "EEST": "+0300"} | {
    "BST": "+0100",
    "WET": "+0000",
    "WEST": "+0100",
}
_ZONE = re.compile(rf"\s+({'|'.join(_ZONES)})$")
_GMT_OFFSET = re.compile(r"(?:GMT|UTC)\s*([+-])([0-9]{1,2}):?([0-9]{2})?$")
_MONTHS = {"maj": "May", "mai": "May", "okt": "Oct", "des": "Dec", "marts": "Mar", "juni": "Jun", "juli": "Jul"}
_MONTH = re.compile(rf"(?<=[0-9] )({'|'.join(_MONTHS)})\b\.?", re.IGNORECASE)


def moment(text: str | None) -> datetime | None:
    """The time that a text says, in UTC; None where it says none. Without a zone it is taken for UTC."""
    said = " ".join((text or "").split())
    if not said or len(said) > _LONGEST:
        return None
    said = _ZONE.sub(lambda zone: f" {_ZONES[zone[1]]}", said)
    try:
        found = _iso(said) if _ISO.match(said) or _YEAR_OR_MONTH.fullmatch(said) else _mail(said)
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        in_utc = aware.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return in_utc if in_utc.year >= FIRST_YEAR else None


def _iso(said: str) -> datetime:
    if _YEAR_OR_MONTH.fullmatch(said):
        return datetime.fromisoformat(f"{said}-01-01"[:10])
    return datetime.fromisoformat(_SPACED_ZONE.sub("", said))


def _mail(said: str) -> datetime:
    english = _MONTH.sub(lambda month: _MONTHS[month[1].lower()], said)
    return parsedate_to_datetime(_GMT_OFFSET.sub(_as_offset, english))


def _as_offset(zone: re.Match[str]) -> str:
    return f"{zone[1]}{int(zone[2]):02}{zone[3] or '00'}"
