"""What a page says of its article in JSON-LD (schema.org)."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup

from reader.cleaner.characters import tidy

Node = dict[str, Any]
MOST_NODES = 500


def article_node(soup: BeautifulSoup) -> Node:
    """The node of the page's article; empty where there is none."""
    articles = [node for node in _nodes(soup) if any(_is_article(kind) for kind in _strings(node.get("@type")))]
    return next((node for node in articles if node.get("headline")), articles[0] if articles else {})


def _is_article(kind: str) -> bool:
    return kind.endswith("Article") or kind in ("BlogPosting", "LiveBlogPosting", "Report", "Review")


def _nodes(soup: BeautifulSoup) -> Iterator[Node]:
    for script in soup.find_all("script", type="application/ld+json"):
        try:
            waiting = [json.loads(script.get_text().strip().rstrip(";"), strict=False)]
        except (ValueError, RecursionError):
            continue
        for _ in range(MOST_NODES):
            if not waiting:
                break
            item = waiting.pop(0)
            if isinstance(item, list):
                waiting.extend(item)
            elif isinstance(item, dict):
                yield item
                waiting.extend(item[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in item)


def _strings(value: object) -> list[str]:
    """The texts in a value that may be a text, a named thing, or a list of either."""
    if isinstance(value, list):
        return [text for item in value[:MOST_NODES] if not isinstance(item, list) for text in _strings(item)]
    if isinstance(value, dict):
        return _strings(
            next((value[key] for key in ("name", "@value", "url") if isinstance(value.get(key), str)), None)
        )
    return [value] if isinstance(value, str) else []


def texts(node: Node, field: str) -> list[str]:
    """The texts of a field: of persons and things their names, of pictures their addresses."""
    unescaped = (tidy(html.unescape(text)) for text in _strings(node.get(field)))
    return [text for text in unescaped if text]


def text(node: Node, field: str) -> str | None:
    """The first text of a field."""
    return next(iter(texts(node, field)), None)


def flag(node: Node, field: str) -> bool | None:
    """A truth value, which pages write as a boolean or as a word."""
    value = node.get(field)
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else None
