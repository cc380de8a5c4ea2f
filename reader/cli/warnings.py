"""Warnings of the rooms, told to the person at the terminal."""

from __future__ import annotations

import logging

from reader.cli.console import printable, tell

ROOMS = ("reader", "voices")


class Teller(logging.Handler):
    """Tells each record in one line on stderr."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell one record."""
        tell(f"lyt: {printable(record.getMessage())}")


def listen() -> None:
    """Have warnings told, once each, and nothing that is less."""
    for room in ROOMS:
        logger = logging.getLogger(room)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        logger.handlers = [Teller()]
