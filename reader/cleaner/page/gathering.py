"""The blocks that may be the article's: proposed by trafilatura, found again in the page, and completed from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from bs4 import Tag

from reader.cleaner.characters import compact, speakable, tidy, words_only
from reader.cleaner.furniture import without_hints
from reader.cleaner.page.anchors import anchored
from reader.cleaner.page.blocks import SHORTEST_PROSE, Block, dropped, kept, leaf_of, role, roles_of, size_of
from reader.cleaner.page.leaves import LONGEST_BOLD_LINE, Leaf
from reader.cleaner.page.proposals import proposals
from reader.cleaner.page.tree import View, around
from reader.cleaner.shape import ends_sentence
from reader.model import Paragraph, ParagraphKind

SHRED = 100  # characters
FAILED_SHARE = 4  # times as much must be visible
FEWEST_OF_A_ROLE = 2
MOST_LINKED = 0.5  # share of the characters of what is added
ALL_LINKED = 0.8
LISTS = ("ul", "ol")


def gathered(view: View) -> list[Block]:
    """Every block that may be of the article, in the order of the page; what the modes dispute says so."""
    lenient, strict = proposals(view.root)
    drafts = _tidied(chosen(lenient, fallback(view)))
    agreed = {compact(words_only(draft.text)) for draft in _tidied(strict)} if drafts and strict else set()
    blocks = anchored(drafts, view.leaves, [words_only(draft.text) for draft in drafts])
    blocks = _without_disputed([_typed(block, view) for block in blocks], view, agreed)
    return _with_inserts(_with_siblings(blocks, view), view)


def fallback(view: View) -> list[Paragraph]:
    """All visible paragraphs of the article or main element, else of the page."""
    leaves = [leaf for leaf in view.leaves if leaf.tag.name == "p"]
    inside = [leaf for leaf in leaves if around(leaf.tag, ("article", "main")) is not None]
    return [Paragraph(leaf.text) for leaf in inside or leaves]


def chosen(proposal: list[Paragraph], visible: list[Paragraph]) -> list[Paragraph]:
    """The proposal, unless it is a shred while whole paragraphs are visible: so trafilatura fails on deep pages."""
    got, shown = (sum(len(draft.text) for draft in drafts) for drafts in (proposal, visible))
    return visible if got < SHRED and shown > FAILED_SHARE * got else proposal


def _tidied(drafts: Iterable[Paragraph]) -> list[Paragraph]:
    return [replace(draft, text=text) for draft in drafts if speakable(text := without_hints(tidy(draft.text)))]


def _typed(block: Block, view: View) -> Block:
    """Preformatted text is proposed as a quote, but nobody says it; a short bold line of its own is a heading."""
    leaf = leaf_of(block, view)
    if leaf is None:
        return block
    if block.kind == "quote" and _is_inside(leaf.tag, "pre"):
        return replace(block, kind="text")
    if block.kind != "text" or len(block.text) > LONGEST_BOLD_LINE or ends_sentence(block.text):
        return block
    return replace(block, kind="heading") if leaf.is_bold else block


def _is_inside(tag: Tag, name: str) -> bool:
    """Whether a tag is an element of this name, or inside one."""
    return tag.name == name or around(tag, (name,)) is not None


def _without_disputed(blocks: list[Block], view: View, agreed: set[str]) -> list[Block]:
    """Only one mode found it, and nothing that both found stands in the same role: it is dropped."""
    sure = [block for block in blocks if compact(words_only(block.text)) in agreed]
    if 2 * size_of(sure) < size_of(blocks):
        return blocks
    roles = set(roles_of(sure, view))
    places = [block.leaf for block in sure if block.leaf is not None] or [0]
    between = range(places[0], places[-1] + 1)

    def doubtful(block: Block) -> bool:
        leaf = leaf_of(block, view)
        if compact(words_only(block.text)) in agreed:
            return False
        if leaf is not None and block.kind in ("heading", "quote") and block.leaf in between:
            return leaf.linked > ALL_LINKED
        return leaf is None or role(leaf.tag) not in roles

    return [dropped(block, "disputed") if doubtful(block) else block for block in blocks]


def _with_siblings(blocks: list[Block], view: View) -> list[Block]:
    """The blocks with the paragraphs that stand in the same role as theirs, in the order of the page."""
    roles = {role for role, count in roles_of(blocks, view).items() if count >= FEWEST_OF_A_ROLE}
    if not roles:
        return blocks
    taken = {block.leaf for block in blocks}
    known = {compact(words_only(block.text)) for block in blocks}
    articles = {id(around(leaf.tag, ("article",))) for block in blocks if (leaf := leaf_of(block, view)) is not None}
    found = [
        Block(leaf.text, "text", number)
        for number, leaf in enumerate(view.leaves)
        if number not in taken
        and len(leaf.text) >= SHORTEST_PROSE
        and role(leaf.tag) in roles
        and compact(leaf.key) not in known
        and id(around(leaf.tag, ("article",))) in articles
        and leaf.linked <= MOST_LINKED
    ]
    return _merged(blocks, found) if found else blocks


def _with_inserts(blocks: list[Block], view: View) -> list[Block]:
    """The blocks with the headings, lists and quotes that stand among their paragraphs, in the same element.

    On a page without an article element trafilatura takes nothing but paragraphs.
    """
    texts = [(block, leaf) for block in kept(blocks) if block.kind == "text" and (leaf := leaf_of(block, view))]
    parents = Counter(id(leaf.tag.parent) for _, leaf in texts if leaf.tag.name == "p")
    places = [block.leaf for block, _ in texts if block.leaf is not None]
    taken = {block.leaf for block in blocks}
    found = [
        Block(leaf.text, kind, number)
        for number in (range(places[0], places[-1]) if places else ())
        for leaf in view.leaves[number : number + 1]
        if number not in taken
        and (kind := _kind_of_insert(leaf)) is not None
        and parents[id(_outermost(leaf.tag).parent)] >= FEWEST_OF_A_ROLE
        and leaf.linked <= MOST_LINKED
    ]
    return _merged(blocks, found) if found else blocks


def _kind_of_insert(leaf: Leaf) -> ParagraphKind | None:
    """What a block among paragraphs is; a short line in a quote is the name of who said it."""
    if leaf.tag.name in ("h2", "h3", "h4"):
        return "heading"
    if _is_inside(leaf.tag, "li"):
        return "item"
    return "quote" if _is_inside(leaf.tag, "blockquote") and len(leaf.text) >= SHORTEST_PROSE else None


def _outermost(tag: Tag) -> Tag:
    """The list or quote around a block of one, else the block itself."""
    return around(tag, (*LISTS, "blockquote")) or tag


def _merged(blocks: list[Block], found: list[Block]) -> list[Block]:
    """Two runs of blocks as one in the order of their leaves; what has no leaf stays behind its neighbour."""
    placed = []
    last = -1
    for block in blocks:
        last = last if block.leaf is None else block.leaf
        placed.append((last, block))
    placed.extend((block.leaf or 0, block) for block in found)
    return [block for _, block in sorted(placed, key=lambda pair: pair[0])]
