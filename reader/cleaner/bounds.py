"""What is too much: for the parsers of a page before they see it, and for a voice in what they found.

An ordinary page passes unchanged. Everything here takes time in proportion to the length of the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate, islice, pairwise
from operator import sub

from reader.cleaner.paragraphs import finished
from reader.errors import ComplexPageError, NoArticleError
from reader.model import Article

MOST_TAGS = 100_000
DEEPEST = 200  # levels; lxml drops what lies below 256, and trafilatura gives up without a word at 500
MOST_ATTRIBUTES = 100
BALLAST = 100_000  # characters of one comment, script or style sheet
LARGEST_DATA = 1_000_000  # characters of one piece of JSON-LD
LONGEST_ARTICLE = 600_000  # characters: ten hours of speech, a whole book
LONGEST_TEXT = 1_000_000  # of a text with all that an article in it leaves out
LONGEST_WORD = 500

# Elements without content, and those that cannot lie in their like: the parsers end these by themselves.
_FLAT = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd option optgroup "
    "tr td th thead tbody tfoot colgroup caption html head body h1 h2 h3 h4 h5 h6 a title path".split()
)
_LEVELS = {"table": 4, "ul": 2, "ol": 2, "dl": 2}  # with the row, cell or item that must lie in them
_ENDS = {"script": re.compile("</script", re.IGNORECASE), "style": re.compile("</style", re.IGNORECASE)}
_COMMENT_END = re.compile("-->")
_OPENING = re.compile(r"<(?:(!--)|(/?)(?!(?:p|a|br|li|img|td|tr|path|meta|link)\b)([a-zA-Z][^\s/<>]*))")
_REST = re.compile(r"[^<>]*+>?")
_STEP = re.compile(r"<(/?)(?!(?:p|br|img|input|meta|link|source|hr|wbr)\b)[a-zA-Z]")
_BALLAST_OPENING = re.compile("<(!--|script|style)", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z]")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{1000,}+>?")
_ATTRIBUTE = re.compile(r"""[^\s"'=<>]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>]++))?""")


def bounded_page(text: str) -> str:
    """A page without large ballast, below `DEEPEST` levels without tags that nest, and with few attributes each.

    `text` itself where that changes nothing. Raises ComplexPageError for a page of more than `MOST_TAGS` tags.
    """
    cuts = list(_Scan(text).cuts()) if _may_be_deep(text) or _may_have_ballast(text) else []
    if cuts:
        ends = [0, *(end for _, end in cuts)]
        starts = [*(start for start, _ in cuts), len(text)]
        text = "".join(text[start:end] for start, end in zip(ends, starts, strict=True))
    if text.count("<") > MOST_TAGS and sum(1 for _ in _TAG.finditer(text)) > MOST_TAGS:
        raise ComplexPageError(
            f"the page is too complex to be read: more than {MOST_TAGS} tags; save the article's text in a file"
        )
    return _LONG_TAG.sub(_with_few_attributes, text)


def _may_be_deep(text: str) -> bool:
    """A quick look at the tags, whatever their names, which spares most pages the slow one."""
    steps = map({"": 1, "/": -1}.__getitem__, _STEP.findall(text))
    heights = list(accumulate(steps, initial=0))
    deepest: int = max(map(sub, heights, accumulate(heights, min)))
    return deepest > DEEPEST // 2


def _may_have_ballast(text: str) -> bool:
    """Whether a comment, script or style sheet is large; one that never ends counts as such."""
    found = [(match.end(), match[1].lower()) for match in _BALLAST_OPENING.finditer(text)]
    large = ((start, name) for (start, name), (end, _) in pairwise([*found, (len(text), "")]) if end - start > BALLAST)
    ends = (_ENDS.get(name, _COMMENT_END).search(text, start, start + BALLAST) for start, name in islice(large, 100))
    return any(end is None for end in ends)


def _with_few_attributes(tag: re.Match[str]) -> str:
    whole = tag.group()
    name_and_more = _ATTRIBUTE.finditer(whole, 1)
    beyond = next(islice(name_and_more, MOST_ATTRIBUTES + 1, None), None)
    return whole if beyond is None else f"{whole[: beyond.start()]}>"


@dataclass(slots=True)
class _Scan:
    """One walk over the tags of a page. `open` are the names of the open elements, and whether their tags are cut."""

    text: str
    open: list[tuple[str, bool]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    depth: int = 0
    unclosed: set[str] = field(default_factory=set)

    def cuts(self) -> Iterator[tuple[int, int]]:
        """The stretches to be left out, in their order."""
        search = _OPENING.search
        found = search(self.text)
        while found:
            comment, slash, name = found.groups()
            end = found.end()
            if name:
                name = name.lower()
            if comment or (name in _ENDS and not slash):
                inside = end
                end = self._end_of(name or "", inside)
                if self._is_ballast(name, inside, end):
                    yield found.start() if comment else self._rest(inside), end
            elif name not in _FLAT and (self._close(name) if slash else self._is_deep(name)):
                end = self._rest(end)
                yield found.start(), end
            found = search(self.text, end)

    def _rest(self, position: int) -> int:
        rest = _REST.match(self.text, position)
        return rest.end() if rest else position

    def _end_of(self, name: str, start: int) -> int:
        """Where the comment, script or style that is open at `start` ends; `start` itself if it never does."""
        if name in self.unclosed:
            return start
        found = _ENDS.get(name, _COMMENT_END).search(self.text, start)
        if found is None:
            self.unclosed.add(name)  # nor will a later one: the rest of the page is looked through once only
            return start
        return found.start() if name else found.end()

    def _is_ballast(self, name: str | None, start: int, end: int) -> bool:
        if end - start <= BALLAST:
            return False
        is_data = name == "script" and "ld+json" in self.text[start : self._rest(start)]
        return not is_data or end - start > LARGEST_DATA

    def _is_deep(self, name: str) -> bool:
        """Open an element; say whether that is a level too many."""
        levels = _LEVELS.get(name, 1)
        is_deep = self.depth + levels > DEEPEST
        self.open.append((name, is_deep))
        self.counts[name] += 1
        if not is_deep:
            self.depth += levels
        return is_deep

    def _close(self, name: str) -> bool:
        """Close the element of this name, and all that is open in it; say whether its first tag was cut."""
        if not self.counts[name]:
            return False
        while True:
            last, was_cut = self.open.pop()
            self.counts[last] -= 1
            if not was_cut:
                self.depth -= _LEVELS.get(last, 1)
            if last == name:
                return was_cut


def bounded_article(article: Article) -> Article:
    """An article without words that nobody can say. Raises ComplexPageError for a text that is no article's length."""
    if any(len(paragraph.text) > LONGEST_WORD for paragraph in article.paragraphs):
        article = _without_monsters(article)
    if sum(len(paragraph.text) for paragraph in article.paragraphs) > LONGEST_ARTICLE:
        raise ComplexPageError(
            f"the article is longer than {LONGEST_ARTICLE} characters: cut its text into several files"
        )
    return article


def bounded_text(text: str) -> str:
    """The text itself; a source of plain text that is many articles long is refused before anything reads it."""
    if len(text) > LONGEST_TEXT:
        raise ComplexPageError(
            f"the text is longer than {LONGEST_TEXT} characters: cut it into several files, one for each article"
        )
    return text


def _without_monsters(article: Article) -> Article:
    drafts = tuple(replace(paragraph, text=_sayable(paragraph.text)) for paragraph in article.paragraphs)
    if all(draft.text == paragraph.text for draft, paragraph in zip(drafts, article.paragraphs, strict=True)):
        return article
    paragraphs = finished(drafts)
    if not paragraphs:
        raise NoArticleError(f"the source holds nothing but words of more than {LONGEST_WORD} characters")
    return replace(article, paragraphs=paragraphs)


def _sayable(text: str) -> str:
    return " ".join(word for word in text.split(" ") if len(word) <= LONGEST_WORD)
