"""The cleaner in the form that the scorer of article extraction wants."""

from reader.cleaner import Leniency, clean
from reader.errors import LytError
from reader.model import Page


def extract(html: bytes, url: str) -> list[tuple[str, str]]:
    """The blocks of a page as (kind, text), of whatever shape it is; none where no article is found."""
    try:
        article = clean(Page(url, html, "text/html"), Leniency(teaser=True, any_shape=True))
    except LytError:
        return []
    return [(paragraph.kind, paragraph.text) for paragraph in article.paragraphs]
