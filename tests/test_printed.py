"""Dates as they are printed for readers."""

import pytest

from reader.printed import printed_date


@pytest.mark.parametrize(
    ("moment", "language", "printed"),
    [
        ("2026-03-20T05:02:00+01:00", "da", "20. marts 2026 kl. 05.02"),
        ("2026-03-20", "da", "20. marts 2026"),
        ("2026-05-01T14:30:00", "nb", "1. mai 2026 kl. 14.30"),
        ("2026-05-01T14:30:00Z", "sv", "1 maj 2026 kl. 14.30"),
        ("2026-05-01T14:30:00", "en", "1 May 2026, 14:30"),
        ("2026-05-01T14:30:00", "de", "1. Mai 2026, 14.30 Uhr"),
    ],
)
def test_a_date_is_printed_in_the_language_of_the_article(moment: str, language: str, printed: str) -> None:
    """An ISO date becomes the newspaper date of its language, on the clock of its own zone."""
    assert printed_date(moment, language) == printed


@pytest.mark.parametrize(("moment", "language"), [("2026", "da"), ("i går", "da"), ("2026-03-20", "fi"), ("", "da")])
def test_what_is_no_whole_date_stays(moment: str, language: str) -> None:
    """A part of a date, and a date in a language without names for its months, are printed as they are."""
    assert printed_date(moment, language) == moment
