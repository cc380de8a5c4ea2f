"""When something is done again: after a failure, and to see whether an article was corrected. Seconds everywhere.

The clock of a machine may be set back or forward at any time: a wait holds only while its beginning lies behind us, and
no wait is longer than a day.
"""

from __future__ import annotations

FIRST_WAIT = 300.0
LONGEST_WAIT = 86_400.0
MOST_TRIES = 8  # of an article; a feed is tried for as long as somebody follows it
SOONEST_LOOK = 900.0
LAST_LOOK = 7 * 86_400.0  # an article this old is looked at no more

_MOST_DOUBLINGS = 12


def back_off(tries: int, asked: float | None = None) -> float:
    """How long to wait after so many failures, at least as long as a server asked for, and a day at most."""
    doubled = FIRST_WAIT * 2.0 ** min(max(tries - 1, 0), _MOST_DOUBLINGS)
    return min(max(doubled, asked or 0.0), LONGEST_WAIT)


def time_left(at: float, wait: float, now: float) -> float:
    """How much of a wait that began `at` is left; 0 where it is over, or where the clock went back behind it."""
    passed = now - at
    return max(0.0, min(wait, LONGEST_WAIT) - passed) if passed >= 0 else 0.0


def is_look_due(born: float, looked: float, now: float) -> bool:
    """Whether an article from `born` is looked at again: ever more rarely, and in the end no more."""
    age = now - born
    passed = now - looked
    return age < LAST_LOOK and (passed < 0 or passed >= max(SOONEST_LOOK, age / 2))
