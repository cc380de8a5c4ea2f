"""`python -m reader.cli` is `lyt`."""

from reader.cli import main

main()
