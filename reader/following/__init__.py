"""Follow newsrooms: read their feeds, convert what is new, and keep up with what is corrected."""

from __future__ import annotations

from reader.following.articles import Event
from reader.following.entries import Entry, Found, entries_of
from reader.following.rounds import Means, Outcome, Plan, check_online, follow_once

__all__ = ["Entry", "Event", "Found", "Means", "Outcome", "Plan", "check_online", "entries_of", "follow_once"]
