"""Who asks: the name under which servers, and their rules for robots, know this program."""

from __future__ import annotations

from reader.version import __version__

PRODUCT = "lyt-til-artiklen"
USER_AGENT = f"{PRODUCT}/{__version__} (reads articles aloud; contact: the makers of Lyt til artiklen)"
