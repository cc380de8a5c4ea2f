"""trafilatura as it comes, in the form that the scorer of article extraction wants: what ours is measured against."""

import trafilatura


def extract(html: bytes, url: str) -> list[tuple[str, str]]:
    """The lines of its plain text as blocks; it has no kinds."""
    text = trafilatura.extract(html, url=url, include_comments=False) or ""
    return [("text", line.removeprefix("- ")) for line in text.splitlines() if line.strip()]
