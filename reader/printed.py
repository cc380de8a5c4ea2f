"""Dates as newspapers print them, in the article's language."""

from __future__ import annotations

import datetime as dt
import re

_MONTHS = {
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
}
_NORWEGIANS = {"nb": "no", "nn": "no"}
_DOTTED = frozenset({"da", "no", "de"})  # where a day's number has a full stop
_TIMES = {
    "da": " kl. {clock:%H.%M}",
    "no": " kl. {clock:%H.%M}",
    "sv": " kl. {clock:%H.%M}",
    "de": ", {clock:%H.%M} Uhr",
}


_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def printed_date(moment: str, language: str) -> str:
    """An ISO date, with or without a time, as it is printed: "20. marts 2026 kl. 05.02".

    The clock is the one of the article's own time zone. A date of which only the month is known is printed as that:
    "marts 2026". What is no date, and every date in a language without a table, stays as it is.
    """
    language = _NORWEGIANS.get(language, language)
    month_alone = _MONTH.fullmatch(moment)
    if month_alone and language in _MONTHS:
        return f"{_MONTHS[language].split()[int(month_alone[2]) - 1]} {month_alone[1]}"
    try:
        clock = dt.datetime.fromisoformat(moment)
    except ValueError:
        return moment
    if language not in _MONTHS:
        return moment
    month = _MONTHS[language].split()[clock.month - 1]
    day = f"{clock.day}{'.' if language in _DOTTED else ''} {month} {clock.year}"
    return day + _TIMES.get(language, ", {clock:%H:%M}").format(clock=clock) if "T" in moment else day
