"""The blocks of an article's body: proposed by trafilatura, completed and sifted here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bs4 import Tag

from reader.cleaner.characters import compact, speakable, tidy, words_only
from reader.cleaner.dates import dateline
from reader.cleaner.furniture import (
    AROUND_CLASSES,
    ASIDE_CLASSES,
    BYLINE_CLASSES,
    CAPTION_CLASSES,
    PULL_CLASSES,
    is_furniture,
    without_hints,
)
from reader.cleaner.page.access import asks_to_log_in
from reader.cleaner.page.anchors import Block, Role, anchored, dropped, role
from reader.cleaner.page.leaves import LONGEST_BOLD_LINE, Leaf
from reader.cleaner.page.proposals import proposals
from reader.cleaner.page.tree import View, around, attribute, lineage, names, within
from reader.cleaner.people import is_byline
from reader.cleaner.shape import ends_sentence
from reader.model import Paragraph

SHRED = 100  # characters
FAILED_SHARE = 4  # times as much must be visible
OPENING = 4  # how many blocks may repeat what stands over the article: headline, byline, dates
FEWEST_WORDS_REPEATED = 4
SHORTEST_REPEATED = 120
LONGEST_CREDIT = 300
SHORTEST_RESCUED = 40
FEWEST_OF_A_ROLE = 2
MOST_LINKED = 0.5  # share of the characters of a rescued paragraph or a list
ALL_LINKED = 0.8
LEADING_ON = 0.3  # the same of a line at the end
HOLDING = 0.65  # share of the text that the element around the article must hold
AROUND_STEPS = 6
LISTS = ("ul", "ol")
LARGEST_BOX = 0.3  # share of the text


def fallback(view: View) -> list[Paragraph]:
    """All visible paragraphs of the article or main element, else of the page."""
    leaves = [leaf for leaf in view.leaves if leaf.tag.name == "p"]
    inside = [leaf for leaf in leaves if around(leaf.tag, ("article", "main")) is not None]
    return [Paragraph(leaf.text) for leaf in inside or leaves]


def chosen(proposal: list[Paragraph], visible: list[Paragraph]) -> list[Paragraph]:
    """The proposal, unless it is a shred while whole paragraphs are visible: so trafilatura fails on deep pages."""
    got, shown = (sum(len(draft.text) for draft in drafts) for drafts in (proposal, visible))
    return visible if got < SHRED and shown > FAILED_SHARE * got else proposal


def judged(view: View, headlines: Sequence[str]) -> list[Block]:
    """Every block that may be of the article, in order; those that are not say why."""
    lenient, strict = proposals(view.root)
    drafts = _tidied(chosen(lenient, fallback(view)))
    agreed = {compact(words_only(draft.text)) for draft in _tidied(strict)} if drafts and strict else set()
    blocks = anchored(drafts, view.leaves, [words_only(draft.text) for draft in drafts])
    blocks = [_typed(block, view) for block in blocks]
    blocks = _without_disputed(blocks, view, agreed)
    blocks = _with_siblings(blocks, view)
    blocks = _one_article(blocks, view, headlines)
    blocks = [dropped(block, "furniture") if _is_labelled(block.text) else block for block in blocks]
    blocks = [dropped(block, "login") if asks_to_log_in(block.text) else block for block in blocks]
    blocks = _without_boxes(blocks, view)
    keys = [words_only(text) for text in headlines]
    blocks = _without_strays(blocks, view, keys)
    blocks = _without_opening(blocks, view, keys)
    return _without_loose_ends(_without_pull_quotes(_without_repeats(blocks, view), view), view)


def _tidied(drafts: Iterable[Paragraph]) -> list[Paragraph]:
    return [replace(draft, text=text) for draft in drafts if speakable(text := without_hints(tidy(draft.text)))]


def _typed(block: Block, view: View) -> Block:
    """Preformatted text is proposed as a quote, but nobody says it; a short bold line of its own is a heading."""
    leaf = _leaf(block, view)
    if leaf is None:
        return block
    if block.kind == "quote" and _is_inside(leaf.tag, "pre"):
        return replace(block, kind="text")
    if block.kind != "text" or len(block.text) > LONGEST_BOLD_LINE or ends_sentence(block.text):
        return block
    return replace(block, kind="heading") if leaf.is_bold else block


def _leaf(block: Block, view: View) -> Leaf | None:
    return None if block.leaf is None else view.leaves[block.leaf]


def _is_inside(tag: Tag, name: str) -> bool:
    """Whether a tag is an element of this name, or inside one."""
    return tag.name == name or around(tag, (name,)) is not None


def kept(blocks: Iterable[Block]) -> list[Block]:
    """The blocks that no reason speaks against."""
    return [block for block in blocks if not block.why]


def _roles(blocks: Iterable[Block], view: View) -> Counter[Role]:
    """How many paragraphs of prose stand in each role."""
    leaves = (_leaf(block, view) for block in kept(blocks) if block.kind in ("text", "lead"))
    return Counter(role(leaf.tag) for leaf in leaves if leaf is not None and len(leaf.text) >= SHORTEST_RESCUED)


def _without_disputed(blocks: list[Block], view: View, agreed: set[str]) -> list[Block]:
    """Only one mode found it, and nothing that both found stands in the same role: it is dropped."""
    sure = [block for block in blocks if compact(words_only(block.text)) in agreed]
    if 2 * _size(sure) < _size(blocks):
        return blocks
    roles = set(_roles(sure, view))
    places = [block.leaf for block in sure if block.leaf is not None] or [0]
    between = range(places[0], places[-1] + 1)

    def doubtful(block: Block) -> bool:
        leaf = _leaf(block, view)
        if compact(words_only(block.text)) in agreed:
            return False
        if leaf is not None and block.kind in ("heading", "quote") and block.leaf in between:
            return leaf.linked > ALL_LINKED
        return leaf is None or role(leaf.tag) not in roles

    return [dropped(block, "disputed") if doubtful(block) else block for block in blocks]


def _size(blocks: Iterable[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _with_siblings(blocks: list[Block], view: View) -> list[Block]:
    """The blocks with the paragraphs that stand in the same role as theirs, in the order of the page."""
    roles = {role for role, count in _roles(blocks, view).items() if count >= FEWEST_OF_A_ROLE}
    if not roles:
        return blocks
    taken = {block.leaf for block in blocks}
    known = {compact(words_only(block.text)) for block in blocks}
    articles = {id(around(leaf.tag, ("article",))) for block in blocks if (leaf := _leaf(block, view)) is not None}
    found = [
        Block(leaf.text, "text", number)
        for number, leaf in enumerate(view.leaves)
        if number not in taken
        and len(leaf.text) >= SHORTEST_RESCUED
        and role(leaf.tag) in roles
        and compact(leaf.key) not in known
        and id(around(leaf.tag, ("article",))) in articles
        and leaf.linked <= MOST_LINKED
    ]
    return _merged(blocks, found) if found else blocks


def _merged(blocks: list[Block], found: list[Block]) -> list[Block]:
    """Two runs of blocks as one in the order of their leaves; what has no leaf stays behind its neighbour."""
    placed = []
    last = -1
    for block in blocks:
        last = last if block.leaf is None else block.leaf
        placed.append((last, block))
    placed.extend((block.leaf or 0, block) for block in found)
    return [block for _, block in sorted(placed, key=lambda pair: pair[0])]


def _one_article(blocks: list[Block], view: View, headlines: Sequence[str]) -> list[Block]:
    """On an endless page the next article begins at its own main heading."""
    keys = [words_only(text) for text in headlines]
    first = min((block.leaf for block in kept(blocks) if block.leaf is not None), default=0)
    heads = [n for n, leaf in enumerate(view.leaves) if leaf.tag.name == "h1" and n > first]
    parents = {id(leaf.tag.parent) for block in kept(blocks) if (leaf := _leaf(block, view)) and block.kind == "text"}
    heads = [n for n in heads if id(view.leaves[n].tag.parent) not in parents]  # there it is a sub-heading
    end = next((n for n in heads if view.leaves[n].key not in keys), None)
    if end is None:
        return blocks
    before = [block for block in kept(blocks) if block.leaf is None or block.leaf < end]
    if 4 * _size(before) < _size(kept(blocks)):
        return blocks  # what came first was not the article
    return [
        dropped(block, "next article") if block.leaf is not None and block.leaf >= end else block for block in blocks
    ]


def _is_labelled(text: str) -> bool:
    said = dateline(text)
    return is_furniture(text) or (said is not None and said.labelled)


def _without_boxes(blocks: list[Block], view: View) -> list[Block]:
    """The blocks outside captions, bylines, boxes and lists of other articles.

    A class name that would take half of the text stands around the article itself, so then none is believed.
    """
    holding = _too_large(blocks, view)
    link_lists = _link_lists(view.leaves)
    boxed = [dropped(block, why) if (why := _box(block, view, holding, link_lists)) else block for block in blocks]
    return boxed if 2 * _size(kept(boxed)) > _size(kept(blocks)) else blocks


def _too_large(blocks: list[Block], view: View) -> frozenset[int]:
    """The elements that hold so much of the text that they are no boxes in it, whatever their names are."""
    weights: Counter[int] = Counter()
    for block in kept(blocks):
        leaf = _leaf(block, view)
        for tag in () if leaf is None else lineage(leaf.tag, AROUND_STEPS):
            weights[id(tag)] += len(block.text)
    most = LARGEST_BOX * _size(kept(blocks))
    return frozenset(name for name, weight in weights.items() if weight > most)


def _link_lists(leaves: Iterable[Leaf]) -> frozenset[int]:
    """The lists whose text is mostly links."""
    balance: Counter[int] = Counter()
    for leaf in leaves:
        if (listed := around(leaf.tag, LISTS)) is not None:
            balance[id(listed)] += round(len(leaf.text) * (leaf.linked - MOST_LINKED) * 100)
    return frozenset(name for name, more in balance.items() if more > 0)


def _box(block: Block, view: View, holding: frozenset[int], link_lists: frozenset[int]) -> str:
    """The name of the box around a block; empty where there is none."""
    leaf = _leaf(block, view)
    return "" if leaf is None else next(_boxes(block, leaf, holding, link_lists), "")


def _boxes(block: Block, leaf: Leaf, holding: frozenset[int], link_lists: frozenset[int]) -> Iterator[str]:
    if leaf.tag.name == "figcaption" or around(leaf.tag, ("figcaption", "nav", "form")):
        yield "caption or form"
    if len(block.text) <= LONGEST_CREDIT and within(leaf.tag, 1, BYLINE_CLASSES | CAPTION_CLASSES):
        yield "byline or caption"
    is_loose = block.kind != "heading" and not ends_sentence(block.text)
    if _is_in_link(leaf.tag) or (is_loose and leaf.linked > ALL_LINKED):
        yield "link"
    if block.kind == "item" and id(around(leaf.tag, LISTS)) in link_lists:
        yield "list of links"
    steps = (tag for tag in lineage(leaf.tag, AROUND_STEPS) if id(tag) not in holding)
    if any(not names(step).isdisjoint(AROUND_CLASSES | ASIDE_CLASSES) for step in steps):
        yield "box"


def _is_in_link(tag: Tag) -> bool:
    """Whether the block stands in a link that leads elsewhere, as all of a teaser does."""
    link = around(tag, ("a",))
    return link is not None and not attribute(link, "href").startswith("#")


def _without_strays(blocks: list[Block], view: View, headlines: Sequence[str]) -> list[Block]:
    """What stands outside the element that holds the article, below it or over its headline, belongs to the site."""
    holder = _holder(blocks, view)
    if holder is None:
        return blocks
    inside = [n for n, leaf in enumerate(view.leaves) if _holds(holder, leaf.tag)]
    within_it = range(inside[0], inside[-1] + 1)
    roles = {role for role in _roles([block for block in blocks if block.leaf in within_it], view) if _is_named(role)}
    top = next((n for n, leaf in enumerate(view.leaves[: inside[0]]) if leaf.key in headlines), inside[0])

    def is_stray(block: Block) -> bool:
        leaf = _leaf(block, view)
        if leaf is None or block.leaf is None or block.leaf in within_it:
            return False
        return (block.leaf > inside[-1] or block.leaf < top) and role(leaf.tag) not in roles

    return [dropped(block, "outside the article") if is_stray(block) else block for block in blocks]


def _holds(holder: Tag, tag: Tag) -> bool:
    """Whether it is the tag or around it: itself, since two tags of equal content count as equal."""
    return tag is holder or any(step is holder for step in tag.parents)


def _is_named(role: Role) -> bool:
    """Whether classes tell it from the other roles of the page."""
    return any(not step.endswith(".") for step in role)


def _holder(blocks: list[Block], view: View) -> Tag | None:
    """The smallest element that holds most of the text."""
    weights: Counter[int] = Counter()
    tags: dict[int, Tag] = {}
    total = 0
    for block in kept(blocks):
        leaf = _leaf(block, view)
        if leaf is None:
            continue
        total += len(block.text)
        for tag in leaf.tag.parents:
            weights[id(tag)] += len(block.text)
            tags[id(tag)] = tag
    # of two that hold the same, the one that came first is the inner one
    holding = [name for name, weight in weights.items() if weight >= HOLDING * total]
    return tags[min(holding, key=lambda name: weights[name])] if holding else None


def _without_opening(blocks: list[Block], view: View, headlines: Sequence[str]) -> list[Block]:
    opening = {id(block) for block in kept(blocks)[:OPENING] if _is_opening(block, view, headlines)}
    return [dropped(block, "headline, byline or date") if id(block) in opening else block for block in blocks]


def _is_opening(block: Block, view: View, headlines: Sequence[str]) -> bool:
    """Whether a first block repeats the headline, with or without a kicker, or is the byline or the dates."""
    key = words_only(block.text)
    if key in headlines or dateline(block.text) is not None or is_byline(block.text):
        return True
    leaf = _leaf(block, view)
    is_main = leaf is not None and leaf.tag.name == "h1"
    return block.kind == "heading" and (is_main or any(key.endswith(text) for text in headlines if text))


def _without_loose_ends(blocks: list[Block], view: View) -> list[Block]:
    """At the very end, headings stand over something that is gone, and short lines of links lead elsewhere."""
    result = list(blocks)
    for number in range(len(result) - 1, -1, -1):
        block = result[number]
        if block.why:
            continue
        leaf = _leaf(block, view)
        leads_on = leaf is not None and len(block.text) <= LONGEST_CREDIT and leaf.linked > LEADING_ON
        if block.kind != "heading" and not leads_on:
            break
        result[number] = dropped(block, "heading over nothing" if block.kind == "heading" else "leads elsewhere")
    return result


def _without_repeats(blocks: list[Block], view: View) -> list[Block]:
    """A long paragraph that stands on the page twice, in two roles, is read once."""
    seen: dict[str, Role] = {}
    result = []
    for block in blocks:
        leaf = _leaf(block, view)
        here = role(leaf.tag) if leaf is not None else ()
        key = compact(words_only(block.text))
        is_repeat = not block.why and len(block.text) >= SHORTEST_REPEATED and seen.setdefault(key, here) != here
        result.append(dropped(block, "repeated") if is_repeat else block)
    return result


def _without_pull_quotes(blocks: list[Block], view: View) -> list[Block]:
    """The blocks without block quotes whose words stand in another paragraph as well: those are decoration."""
    set_off = {id(block) for block in kept(blocks) if block.kind == "quote" or _is_set_off(_leaf(block, view))}
    if not set_off:
        return blocks
    running = "\n".join(f" {words_only(block.text)} " for block in kept(blocks) if id(block) not in set_off)
    result: list[Block] = []
    for block in blocks:
        is_decoration = id(block) in set_off and _is_repeated(block.text, running)
        is_decoration = is_decoration or (bool(result) and _names_speaker(block, result[-1], view))
        result.append(dropped(block, "pull quote") if is_decoration else block)
    return result


def _names_speaker(block: Block, before: Block, view: View) -> bool:
    """Whether a block is the name below a pull quote, in the same box."""
    leaf, quote = _leaf(block, view), _leaf(before, view)
    if leaf is None or quote is None or before.why != "pull quote":
        return False
    return (
        leaf.tag.parent is quote.tag.parent and len(block.text) <= LONGEST_BOLD_LINE and not ends_sentence(block.text)
    )


def _is_set_off(leaf: Leaf | None) -> bool:
    return leaf is not None and within(leaf.tag, 2, PULL_CLASSES)


def _is_repeated(text: str, running: str) -> bool:
    words = words_only(text)
    return words.count(" ") + 1 >= FEWEST_WORDS_REPEATED and f" {words} " in running
