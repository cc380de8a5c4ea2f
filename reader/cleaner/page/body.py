"""The blocks of an article's body: those that were gathered, sifted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bs4 import Tag

from reader.cleaner.characters import compact, words_only
from reader.cleaner.dates import dateline
from reader.cleaner.furniture import (
    AROUND_CLASSES,
    ASIDE_CLASSES,
    BYLINE_CLASSES,
    CAPTION_CLASSES,
    PULL_CLASSES,
    is_furniture,
)
from reader.cleaner.page.blocks import Block, Role, dropped, kept, leaf_of, role, roles_of, size_of
from reader.cleaner.page.gathering import ALL_LINKED, LISTS, MOST_LINKED, gathered
from reader.cleaner.page.leaves import LONGEST_BOLD_LINE, Leaf
from reader.cleaner.page.tree import View, around, attribute, lineage, names, within
from reader.cleaner.people import is_byline
from reader.cleaner.shape import ends_sentence
from reader.cleaner.walls import asks_to_log_in

OPENING = 4  # how many blocks may repeat what stands over the article: headline, byline, dates
FEWEST_WORDS_REPEATED = 4
SHORTEST_REPEATED = 120
LONGEST_CREDIT = 300
LEADING_ON = 0.3  # the same of a line at the end
HOLDING = 0.65  # share of the text that the element around the article must hold
AROUND_STEPS = 6
LARGEST_BOX = 0.3  # share of the text


def judged(view: View, headlines: Sequence[str]) -> list[Block]:
    """Every block that may be of the article, in order; those that are not say why."""
    blocks = _one_article(gathered(view), view, headlines)
    blocks = [dropped(block, "furniture") if _is_labelled(block.text) else block for block in blocks]
    blocks = [dropped(block, "login") if asks_to_log_in(block.text) else block for block in blocks]
    blocks = _without_boxes(blocks, view)
    keys = [words_only(text) for text in headlines]
    blocks = _without_strays(blocks, view, keys)
    blocks = _without_opening(blocks, view, keys)
    return _without_loose_ends(_without_pull_quotes(_without_repeats(blocks, view), view), view)


def _one_article(blocks: list[Block], view: View, headlines: Sequence[str]) -> list[Block]:
    """On an endless page the next article begins at its own main heading."""
    keys = [words_only(text) for text in headlines]
    first = min((block.leaf for block in kept(blocks) if block.leaf is not None), default=0)
    heads = [n for n, leaf in enumerate(view.leaves) if leaf.tag.name == "h1" and n > first]
    parents = {id(leaf.tag.parent) for block in kept(blocks) if (leaf := leaf_of(block, view)) and block.kind == "text"}
    heads = [n for n in heads if id(view.leaves[n].tag.parent) not in parents]  # there it is a sub-heading
    end = next((n for n in heads if view.leaves[n].key not in keys), None)
    if end is None:
        return blocks
    before = [block for block in kept(blocks) if block.leaf is None or block.leaf < end]
    if 4 * size_of(before) < size_of(kept(blocks)):
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
    return boxed if 2 * size_of(kept(boxed)) > size_of(kept(blocks)) else blocks


def _too_large(blocks: list[Block], view: View) -> frozenset[int]:
    """The elements that hold so much of the text that they are no boxes in it, whatever their names are."""
    weights: Counter[int] = Counter()
    for block in kept(blocks):
        leaf = leaf_of(block, view)
        for tag in () if leaf is None else lineage(leaf.tag, AROUND_STEPS):
            weights[id(tag)] += len(block.text)
    most = LARGEST_BOX * size_of(kept(blocks))
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
    leaf = leaf_of(block, view)
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
    roles = {role for role in roles_of([block for block in blocks if block.leaf in within_it], view) if _is_named(role)}
    top = next((n for n, leaf in enumerate(view.leaves[: inside[0]]) if leaf.key in headlines), inside[0])

    def is_stray(block: Block) -> bool:
        leaf = leaf_of(block, view)
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
        leaf = leaf_of(block, view)
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
    leaf = leaf_of(block, view)
    is_main = leaf is not None and leaf.tag.name == "h1"
    return block.kind == "heading" and (is_main or any(key.endswith(text) for text in headlines if text))


def _without_loose_ends(blocks: list[Block], view: View) -> list[Block]:
    """At the very end, headings stand over something that is gone, and short lines of links lead elsewhere."""
    result = list(blocks)
    for number in range(len(result) - 1, -1, -1):
        block = result[number]
        if block.why:
            continue
        leaf = leaf_of(block, view)
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
        leaf = leaf_of(block, view)
        here = role(leaf.tag) if leaf is not None else ()
        key = compact(words_only(block.text))
        is_repeat = not block.why and len(block.text) >= SHORTEST_REPEATED and seen.setdefault(key, here) != here
        result.append(dropped(block, "repeated") if is_repeat else block)
    return result


def _without_pull_quotes(blocks: list[Block], view: View) -> list[Block]:
    """The blocks without block quotes whose words stand in another paragraph as well: those are decoration."""
    set_off = {id(block) for block in kept(blocks) if block.kind == "quote" or _is_set_off(leaf_of(block, view))}
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
    leaf, quote = leaf_of(block, view), leaf_of(before, view)
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
