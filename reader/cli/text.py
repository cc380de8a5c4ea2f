"""lyt text: the cleaned article."""

from __future__ import annotations

from pathlib import Path

import click

from reader.cli import options
from reader.cli.console import result
from reader.model import Article


@click.command()
@click.argument("source")
@options.offline
@options.config
@options.as_json
def text(source: str, config: Path | None, *, offline: bool, as_json: bool) -> None:
    """Show the article that was found in SOURCE, and nothing but the article."""
    from reader.cleaner import clean
    from reader.interchange import dump
    from reader.scraper import scrape

    settings = options.settings_from(config, offline=offline)
    article = clean(scrape(source, offline=settings.offline))
    result(dump(article).rstrip() if as_json else plain(article))


def plain(article: Article) -> str:
    """An article as a person reads it in a terminal."""
    head = [article.title or "", " · ".join(filter(None, (", ".join(article.byline), article.published or "")))]
    marks = {"heading": "## ", "item": "- ", "quote": "> "}
    body = [marks.get(paragraph.kind, "") + paragraph.text for paragraph in article.paragraphs]
    return "\n\n".join([part for part in head if part] + body)
