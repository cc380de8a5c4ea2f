"""What a page says of its article in JSON-LD (schema.org)."""

from __future__ import annotations

import html
import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from bs4 import Tag

from reader.cleaner.characters import tidy, words_only

Node = dict[str, Any]
MOST_NODES = 500
_PAGE_FIELDS = ("isAccessibleForFree", "hasPart", "inLanguage")


def nodes(scripts: Iterable[Tag]) -> list[Node]:
    """All things that the scripts of a page describe, those that name another by its "@id" filled from it."""
    found = list(_nodes(scripts))
    known = {node["@id"]: node for node in found if isinstance(node.get("@id"), str) and len(node) > 1}
    return [{field: _filled(value, known) for field, value in node.items()} for node in found]


def _filled(value: object, known: dict[str, Node]) -> object:
    if isinstance(value, list):
        return [_filled(item, known) for item in value[:MOST_NODES] if not isinstance(item, list)]
    if isinstance(value, dict) and isinstance(value.get("@id"), str):
        return {**known.get(value["@id"], {}), **value}
    return value


def article_node(found: Iterable[Node], headlines: Collection[str] = (), urls: Collection[str] = ()) -> Node:
    """The node of the page's article; empty where there is none.

    Of several, it is the one with the page's headline or address: pages describe related articles as well.
    """
    found = list(found)
    keys = {words_only(text) for text in headlines}
    articles = [node for node in found if any(_is_article(kind) for kind in _strings(node.get("@type")))]

    def fitness(node: Node) -> int:
        named = words_only(text(node, "headline") or text(node, "name") or "") in keys
        placed = any(url in urls for field in ("url", "@id", "mainEntityOfPage") for url in _addresses(node, field))
        return 4 * placed + 2 * named + bool(node.get("headline"))

    chosen = max(articles, key=fitness, default={})
    page: Node = next((node for node in found if "WebPage" in _strings(node.get("@type"))), {}) if chosen else {}
    return {**{field: page[field] for field in _PAGE_FIELDS if field in page}, **chosen}


def _is_article(kind: str) -> bool:
    return kind.endswith("Article") or kind in ("BlogPosting", "LiveBlogPosting", "Report", "Review")


def _addresses(node: Node, field: str) -> list[str]:
    """The addresses of a field, which are texts or the "@id" of things, without what follows a number sign."""
    values = [value.get("@id") if isinstance(value, dict) else value for value in _listed(node.get(field))]
    return [value.partition("#")[0] for value in values if isinstance(value, str)]


def _nodes(scripts: Iterable[Tag]) -> Iterator[Node]:
    for script in scripts:
        try:
            waiting = [json.loads((script.string or "").strip().rstrip(";"), strict=False)]
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


def _listed(value: object) -> list[object]:
    return value[:MOST_NODES] if isinstance(value, list) else [value]


def _strings(value: object) -> list[str]:
    """The texts in a value that may be a text, a named thing, or a list of either."""
    if isinstance(value, list):
        return [text for item in value[:MOST_NODES] if not isinstance(item, list) for text in _strings(item)]
    if isinstance(value, dict):
        names = (value[key] for key in ("name", "@value", "url") if value.get(key))
        return [text for text in _flat(next(names, None)) if isinstance(text, str)]
    return [value] if isinstance(value, str) else []


def _flat(value: object) -> list[object]:
    return [item["@value"] if isinstance(item, dict) and "@value" in item else item for item in _listed(value)]


def things(node: Node, field: str) -> list[Node]:
    """The things of a field; a mere text is a thing with that name."""
    values = (value for value in _listed(node.get(field)) if value)
    return [value if isinstance(value, dict) else {"name": value} for value in values if isinstance(value, (dict, str))]


def texts(node: Node, field: str) -> list[str]:
    """The texts of a field: of persons and things their names, of pictures their addresses."""
    unescaped = (tidy(html.unescape(text)) for text in _strings(node.get(field)))
    return [text for text in unescaped if text]


def text(node: Node, field: str) -> str | None:
    """The first text of a field."""
    return next(iter(texts(node, field)), None)


def flag(node: Node, field: str) -> bool | None:
    """A truth value, which pages write as a boolean or as a word, bare or as the end of an address."""
    value = next(iter(_listed(node.get(field))), None)
    if isinstance(value, bool):
        return value
    word = value.strip().lower().rpartition("/")[2] if isinstance(value, str) else ""
    return {"true": True, "false": False}.get(word)
