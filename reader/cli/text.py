"""lyt text: the cleaned article."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reader.cli import options
from reader.cli.console import printable, result, result_json
from reader.model import Article
from reader.printed import printed_date

if TYPE_CHECKING:
    from reader.cleaner.verdicts import Verdict

_MARKS = {"heading": "## ", "item": "- ", "quote": "> "}


@click.command()
@click.argument("source")
@click.option("--explain", is_flag=True, help="Show each block of the page: what it is, or why it was left out.")
@click.option("--html", "as_html", is_flag=True, help="Print the article as a web page of its own.")
@options.of_source
@options.as_json
def text(source: str, config: Path | None, *, explain: bool, as_html: bool, as_json: bool, **given: Any) -> None:
    """Show the article that was found in SOURCE, and nothing but the article."""
    from reader.interchange import dump
    from reader.textside import explain_source, read_article

    settings = options.settings_from(config, **given)
    if as_html and (explain or as_json):
        raise click.UsageError("--html stands alone: it goes neither with --explain nor with --json")
    if explain:
        verdicts = explain_source(source, settings).verdicts
        result(explained(verdicts)) if not as_json else result_json([_plain(verdict) for verdict in verdicts])
        return
    article = read_article(source, settings)
    if as_html:
        from reader.publisher import article_page

        result(article_page(article).rstrip())
    else:
        result(dump(article).rstrip() if as_json else plain(article))


def plain(article: Article) -> str:
    """An article as a person reads it in a terminal."""
    when = printed_date(article.published, article.language) if article.published else ""
    head = [article.title or "", " · ".join(filter(None, (", ".join(article.byline), when)))]
    body = [_MARKS.get(paragraph.kind, "") + paragraph.text for paragraph in article.paragraphs]
    return "\n\n".join([part for part in head if part] + body)


def explained(verdicts: Sequence[Verdict]) -> str:
    """One line a block: + and its kind where it is kept, - and the reason where it is not, and how it begins."""
    return "\n".join(f"{_verdict(verdict):<34} {printable(verdict.text)}" for verdict in verdicts)


def _verdict(verdict: Verdict) -> str:
    return f"+ {verdict.kind}" if verdict.kind else f"- {verdict.why}"


def _plain(verdict: Verdict) -> dict[str, object]:
    return {"text": verdict.text, "kind": verdict.kind, "why": verdict.why or None}
