"""`python -m reader.cli` is lyt."""

from reader.start import main

main()
