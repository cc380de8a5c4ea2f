"""Blocks that were proposed by their text alone, found again in the page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from reader.cleaner.characters import compact
from reader.cleaner.page.blocks import Block
from reader.cleaner.page.leaves import Leaf
from reader.model import Paragraph, ParagraphKind

SHORTEST_PART = 20  # characters; less than that is a drop cap or a word in a box of its own
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LONGEST_PIECE = 400  # characters of a text that is worth looking for piece by piece
SHORTEST_RUN = 24  # letters that may be found inside a leaf; shorter texts must be one


class Anchors:
    """The leaves of a page as one string, in which texts are looked up from where the last one was found."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        self._leaves = leaves
        keys = [compact(leaf.key) for leaf in leaves]
        self._running = "".join(keys)
        self._starts = list(accumulate(map(len, keys), initial=0))
        self._whole: dict[str, list[int]] = {}
        for number, key in enumerate(keys):
            self._whole.setdefault(key, []).append(number)

    def find(self, key: str, after: int) -> range:
        """The numbers of the leaves that hold the text of this compact key, at or after a leaf if possible."""
        places = self._whole.get(key)
        if places:
            number = next((place for place in places if place >= after), places[-1])
            return range(number, number + 1)
        if len(key) < SHORTEST_RUN:
            return range(0)
        at = self._running.find(key, self._starts[min(after, len(self._leaves))])
        at = self._running.find(key) if at < 0 else at
        if at < 0:
            return range(0)
        return range(bisect_right(self._starts, at) - 1, bisect_right(self._starts, at + len(key) - 1))

    def is_whole(self, key: str, found: range) -> bool:
        """Whether the text fills the leaves in which it was found."""
        return bool(found) and len(key) == self._starts[found[-1] + 1] - self._starts[found[0]]


def anchored(drafts: Iterable[Paragraph], leaves: Sequence[Leaf], keys: Iterable[str]) -> list[Block]:
    """The drafts as blocks at their leaves, in the words of the page where they fill those; `keys` are the drafts'."""
    anchors = Anchors(leaves)
    blocks: list[Block] = []
    cursor = 0
    for draft, key in zip(drafts, map(compact, keys), strict=True):
        found = anchors.find(key, cursor)
        if not found:
            blocks.extend(_scattered(draft, key, leaves))
            continue
        cursor = max(cursor, found[-1]) if found[0] >= cursor else cursor
        if anchors.is_whole(key, found) and _are_blocks([leaves[number] for number in found], draft.kind):
            blocks.extend(Block(leaves[number].text, draft.kind, number) for number in found)
        else:
            blocks.append(Block(draft.text, draft.kind, found[0]))
    return blocks


def _are_blocks(parts: Sequence[Leaf], kind: ParagraphKind) -> bool:
    """Whether the leaves of a draft are paragraphs of their own: a drop cap is none, nor is the cell of a row."""
    is_joined = kind == "table" or not any(leaf.tag.name in HEADINGS for leaf in parts)
    return len(parts) == 1 or not is_joined or min(len(leaf.text) for leaf in parts) >= SHORTEST_PART


def _scattered(draft: Paragraph, key: str, leaves: Sequence[Leaf]) -> list[Block]:
    """A long text that stands nowhere in one piece, as the leaves of which it was put together."""
    if len(draft.text) >= LONGEST_PIECE:
        parts = [
            (n, leaf) for n, leaf in enumerate(leaves) if len(leaf.text) >= SHORTEST_PART and compact(leaf.key) in key
        ]
        if 2 * sum(len(leaf.text) for _, leaf in parts) > len(draft.text):
            return [Block(leaf.text, draft.kind, number) for number, leaf in parts]
    return [Block(draft.text, draft.kind)]
