"""When an article came out, as feeds and lists need it: a moment, whatever precision its date has."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import format_datetime

_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
_WINTER, _SUMMER = dt.timezone(dt.timedelta(hours=1)), dt.timezone(dt.timedelta(hours=2))


def moment_of(date: str | None) -> dt.datetime | None:
    """The first moment of an ISO date; None for none.

    A time without a zone is Central European: that of the newspapers that are read here. A day, or a month, begins at
    midnight UTC, so that it is the same day all over Europe.
    """
    try:
        moment = dt.datetime.fromisoformat(f"{date}-01" if _MONTH.fullmatch(date or "") else date or "")
    except ValueError:
        return None
    if _DAY.fullmatch(date or ""):
        return moment.replace(tzinfo=dt.UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=_zone(moment))


def day_of(date: str | None) -> str | None:
    """The day of an ISO date, or the month where no day is known; None for none."""
    is_known = date is not None and moment_of(date) is not None
    return (_DAY.match(date or "") or [None])[0] if is_known else None


def short_day(date: str | None) -> str:
    """The day in numbers: "05.03.2024", or "03.2024" where only the month is known; "" for none."""
    return ".".join(reversed((day_of(date) or "").split("-")))


def rfc2822(moment: dt.datetime) -> str:
    """A moment as RSS wants it: English names, a numeric zone."""
    return format_datetime(moment)


def _zone(moment: dt.datetime) -> dt.timezone:
    """Summer lasts from the last Sunday of March to that of October, at one o'clock UTC; the hour itself is blurred."""
    begins, ends = (_last_sunday(moment.year, month) for month in (3, 10))
    is_summer = begins + dt.timedelta(hours=2) <= moment < ends + dt.timedelta(hours=3)
    return _SUMMER if is_summer else _WINTER


def _last_sunday(year: int, month: int) -> dt.datetime:
    last = dt.datetime(year, month, 31)  # noqa: DTZ001  on the clocks there
    return last - dt.timedelta(days=(last.weekday() + 1) % 7)
