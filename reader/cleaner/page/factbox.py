"""Fact boxes: what a newsroom puts beside the story, and a listener wants to hear after it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from bs4 import Tag

from reader.cleaner.furniture import ASIDE_CLASSES, is_furniture
from reader.cleaner.page.blocks import Block, dropped
from reader.cleaner.page.leaves import Leaf
from reader.cleaner.page.tree import View, around, names

SHORTEST_BOX = 40  # characters
LARGEST_BOX = 6000
LONGEST_HEADING = 100

_HEADING = re.compile(r"(?:fakta(?:boks|ruta|rute)?|faktaboks|fakta om|blå bog|facts|fact box)\b", re.IGNORECASE)
_HOLDERS = ("aside", "section", "div", "details", "figure", "table", "dl")


def fact_boxes(blocks: Sequence[Block], view: View) -> list[Block]:
    """The blocks of the fact boxes that stand among the article's own, in the order of the page."""
    places = [block.leaf for block in blocks if block.leaf is not None and not block.why]
    if not places:
        return []
    story = _story(view.leaves[places[0]].tag)
    boxes = {id(box) for number in range(len(view.leaves)) if (box := _opened_box(number, view.leaves)) is not None}
    named: dict[int, bool] = {}
    found = [
        Block(leaf.text, "aside", number)
        for number, leaf in enumerate(view.leaves)
        if _is_boxed(leaf.tag, story, boxes, named)
        and leaf.tag.name not in ("figcaption", "time")
        and not is_furniture(leaf.text)
    ]
    length = sum(len(block.text) for block in found)
    return found if SHORTEST_BOX <= length <= LARGEST_BOX else []


def _story(tag: Tag) -> Tag | None:
    """The article or main element around the story; a box elsewhere on the page belongs to something else."""
    return around(tag, ("article",)) or around(tag, ("main",))


def _opened_box(number: int, leaves: Sequence[Leaf]) -> Tag | None:
    """The largest element that begins with this leaf, where it says that a fact box begins; it holds more than that."""
    leaf = leaves[number]
    if len(leaf.text) > LONGEST_HEADING or not _HEADING.match(leaf.text):
        return None
    before = set(map(id, leaves[number - 1].tag.parents)) | {id(leaves[number - 1].tag)} if number else set()
    box = None
    for tag in leaf.tag.parents:
        if id(tag) in before or tag.name in ("article", "main", "body"):
            break
        box = tag
    return box if box is not None and SHORTEST_BOX <= len(box.get_text()) <= LARGEST_BOX else None


def _is_boxed(tag: Tag, story: Tag | None, boxes: Collection[int], named: dict[int, bool]) -> bool:
    """Whether a tag stands in a fact box within the story; what is known of the names of tags is kept in `named`."""
    is_inside = False
    for step in (tag, *tag.parents):
        if step is story or step.name in ("article", "main", "body"):
            return is_inside and (story is None or step is story)
        if id(step) not in named:
            named[id(step)] = step.name in _HOLDERS and not names(step).isdisjoint(ASIDE_CLASSES)
        is_inside = is_inside or named[id(step)] or id(step) in boxes
    return is_inside


def without(blocks: Iterable[Block], boxes: Sequence[Block]) -> list[Block]:
    """The blocks of the story without those that stand in a fact box."""
    inside = {box.leaf for box in boxes}
    return [dropped(block, "in a fact box") if block.leaf in inside else block for block in blocks]
