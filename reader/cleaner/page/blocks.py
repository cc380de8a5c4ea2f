"""A block of the page that may be a paragraph, and what is asked of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from bs4 import Tag

from reader.cleaner.page.leaves import Leaf
from reader.cleaner.page.tree import View, attribute
from reader.model import ParagraphKind

SHORTEST_PROSE = 40  # characters of a paragraph that tells where prose stands

_NUMBER = re.compile(r"\d+")

Role = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A piece of the page that may be a paragraph: at `leaf`, the number of its leaf, and unanchored where None.

    `why` says why it is dropped; it is empty for what is kept.
    """

    text: str
    kind: ParagraphKind
    leaf: int | None = None
    why: str = ""


def leaf_of(block: Block, view: View) -> Leaf | None:
    """The leaf at which a block stands; None for one that was not found in the page."""
    return None if block.leaf is None else view.leaves[block.leaf]


def kept(blocks: Iterable[Block]) -> list[Block]:
    """The blocks that no reason speaks against."""
    return [block for block in blocks if not block.why]


def dropped(block: Block, why: str) -> Block:
    """The block with the reason why it goes; the first one stands."""
    return block if block.why else replace(block, why=why)


def role(tag: Tag) -> Role:
    """What a tag is on its page: its name and classes, and those of all around it; numbers in them do not count."""
    steps = []
    here: Tag | None = tag
    while here is not None and here.name not in ("body", "html", "[document]"):
        steps.append(_step(here.name, attribute(here, "class")))
        here = here.parent
    return tuple(steps)


@lru_cache(maxsize=4096)
def _step(name: str, classes: str) -> str:
    return _NUMBER.sub("#", f"{name}.{classes}")


def roles_of(blocks: Iterable[Block], view: View) -> Counter[Role]:
    """How many paragraphs of prose stand in each role."""
    leaves = (leaf_of(block, view) for block in kept(blocks) if block.kind in ("text", "lead"))
    return Counter(role(leaf.tag) for leaf in leaves if leaf is not None and len(leaf.text) >= SHORTEST_PROSE)


def size_of(blocks: Iterable[Block]) -> int:
    """Characters of all blocks together."""
    return sum(len(block.text) for block in blocks)
