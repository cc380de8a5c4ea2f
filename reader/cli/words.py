"""The words that somebody gives on the command line or on standard input, and how they are read."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from reader.danish import Lexicon, Reading, read_aloud
from reader.errors import MissingSourceError

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def words(given: Sequence[str]) -> str:
    """The arguments as one text, or standard input where they are a single dash. Half characters are no text."""
    text = _standard_input() if list(given) == ["-"] else " ".join(given)
    return _HALF_CHARACTER.sub("\ufffd", text)


def readings_of(text: str, lexicon: Lexicon) -> list[Reading]:
    """The reading of each line: a line break ends a sentence, as a paragraph does."""
    return [read_aloud(line, lexicon) for line in text.splitlines() or [""]]


def _standard_input() -> str:
    from reader.cleaner.decode import decode

    try:
        if sys.stdin is None:
            raise MissingSourceError("there is no standard input to read from")
        return decode(sys.stdin.buffer.read(), None, html=False)
    except OSError as error:
        raise MissingSourceError(f"standard input cannot be read: {error.strerror}") from error
