"""The text side in a process of its own, which loads while this one still reads its options and gets ready to speak."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from reader.aside import Aside
from reader.errors import LytError

if TYPE_CHECKING:
    from reader.config import Settings
    from reader.prepared import Prepared


class Written(NamedTuple):
    """What came of a source: what was prepared, or why it was not; and the warnings on the way (logger, message)."""

    prepared: Prepared | None
    error: LytError | None
    warnings: tuple[tuple[str, str], ...]

    def told(self) -> Prepared:
        """What was prepared, after its warnings were logged here. Raises LytError."""
        import logging  # noqa: PLC0415  this module is imported before anything else is

        for name, message in self.warnings:
            logging.getLogger(name).warning("%s", message)
        if self.prepared is None:
            raise self.error or LytError("nothing was prepared")
        return self.prepared


def _load() -> Callable[[tuple[str, Settings]], Written]:
    import logging  # noqa: PLC0415  these imports are what the process is for

    from reader.textside import prepare  # noqa: PLC0415

    class Collector(logging.Handler):
        """Keeps warnings for whoever asked: this process may not speak to a person."""

        def __init__(self) -> None:
            super().__init__(logging.WARNING)
            self.kept: list[tuple[str, str]] = []

        def emit(self, record: logging.LogRecord) -> None:
            self.kept.append((record.name, record.getMessage()))

    def do(errand: tuple[str, Settings]) -> Written:
        logger, collector = logging.getLogger("reader"), Collector()
        handlers, logger.handlers = logger.handlers, [collector]
        try:
            return Written(prepare(*errand), None, tuple(collector.kept))
        except LytError as error:
            return Written(None, error, tuple(collector.kept))
        finally:
            logger.handlers = handlers

    return do


TEXT_SIDE: Aside[tuple[str, Settings], Written] = Aside(_load)
