"""Where `lyt` begins: what can be begun before anything else is, and then the command line."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

OBJECTS_UNTIL_COLLECTION = 100_000


def main() -> NoReturn:
    """Run the command line and exit with the code of the design."""
    gc.set_threshold(OBJECTS_UNTIL_COLLECTION)  # a short life makes little garbage
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy needs no threads of its own here
    if sys.argv[1:2] == ["read"]:
        from reader.ahead import TEXT_SIDE  # noqa: PLC0415

        TEXT_SIDE.start()
    from reader.cli import main as run_and_exit  # noqa: PLC0415

    run_and_exit()
