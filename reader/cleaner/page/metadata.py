"""What a page tells of its article besides the text: in JSON-LD, microdata, Open Graph, meta and visible elements.

The sources are asked in this order, and agree on what one alone tells badly: see `title` and `dates.agreed`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import Tag

from reader.cleaner.characters import compact, tidy, words_only
from reader.cleaner.dates import agreed, dateline, find_date, is_before, machine_date
from reader.cleaner.furniture import AGENCIES, BYLINE_CLASSES
from reader.cleaner.page import jsonld, microdata
from reader.cleaner.page.image import absolute, lead_image, split_credit
from reader.cleaner.page.leaves import Leaf
from reader.cleaner.page.tree import View, around, attribute, descendants, names, within
from reader.cleaner.people import is_byline, people, signed
from reader.model import Article

__all__ = ["Sources", "described", "descriptions", "headlines", "sources", "split_credit", "title", "without_site"]

_SEPARATOR = re.compile(r"\s+[|–—•·»:-]\s+|\s*\|\s*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?![a-z])", re.IGNORECASE)
_DATE_CLASSES = frozenset({
    *("date", "dato", "datetime", "time", "timestamp", "tidspunkt", "published", "publiceret", "pubdate", "dateline"),
})  # fmt: skip
_AUTHOR_KEYS = (
    *("author", "article:author", "og:article:author", "byl", "dc.creator", "dcterms.creator", "creator"),
    *("parsely-author", "sailthru.author"),
)
_PUBLISHED_KEYS = (
    *("article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued"),
    *("dcterms.created", "pubdate", "publish-date", "parsely-pub-date", "sailthru.date"),
)
_MODIFIED_KEYS = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified")
NEAR = 25  # blocks after the headline


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Where the facts of a page are looked for.

    `node` is the article in JSON-LD, `item` in microdata; `meta` maps the name of each meta element to its contents.
    """

    view: View
    url: str | None
    node: jsonld.Node
    item: jsonld.Node
    meta: dict[str, list[str]]

    def first(self, *keys: str) -> str | None:
        return next(iter(self.all(*keys)), None)

    def all(self, *keys: str) -> list[str]:
        return [value for key in keys for value in self.meta.get(key, ())]

    def said(self, field: str) -> str | None:
        """What JSON-LD says in a field, or else microdata."""
        return jsonld.text(self.node, field) or jsonld.text(self.item, field)

    def facts(self) -> jsonld.Node:
        """The article in JSON-LD, with what only microdata says of it."""
        return {**self.item, **self.node}


def sources(view: View, url: str | None) -> Sources:
    """Gather JSON-LD, microdata and the meta elements of a page fetched from `url`."""
    meta: dict[str, list[str]] = {}
    for tag in view.named("meta"):
        name = next((attribute(tag, key) for key in ("property", "name", "itemprop", "http-equiv") if tag.get(key)), "")
        content = tidy(attribute(tag, "content"))
        if name and content:
            meta.setdefault(name.strip().lower(), []).append(content)
    bare = Sources(view, url, {}, {}, meta)
    shown = [leaf.text for leaf in view.leaves if leaf.tag.name == "h1"]
    titles, urls = [*shown, *headlines(bare, None)], [place for place in (address(bare), url) if place]
    things = microdata.nodes(descendants(view.soup))
    item = jsonld.article_node(things, titles, urls) or things[-1]
    return Sources(view, url, jsonld.article_node(jsonld.nodes(view.named("script")), titles, urls), item, meta)


def described(page: Sources) -> Article:
    """An article without paragraphs that holds all else the page says."""
    url = address(page)
    site = page.first("og:site_name") or page.said("publisher") or page.first("application-name")
    published, modified = _dates(page)
    return Article(
        title=title(page, site),
        paragraphs=(),
        byline=_byline(page, site),
        published=published,
        modified=modified,
        url=url,
        site=site,
        section=page.said("articleSection") or page.first("article:section"),
        tags=_tags(page),
        language=_language(page),
        image=lead_image(page.view, (page.node, page.item), page.meta, page.url or url),
        is_free=jsonld.flag(page.facts(), "isAccessibleForFree"),
    )


def _leads_to(link: Tag, relation: str) -> bool:
    return "href" in link.attrs and relation in attribute(link, "rel").lower().split()


def descriptions(page: Sources) -> list[str]:
    """The texts that say what the article is about; often its standfirst."""
    metas = (page.first(key) for key in ("og:description", "description", "twitter:description"))
    return [text for text in (page.said("description"), *metas) if text]


def headlines(page: Sources, site: str | None) -> list[str]:
    """What the page calls the article, without the name of the site: JSON-LD, Open Graph, the title element."""
    named = [page.said("headline"), *(page.first(key) for key in ("og:title", "twitter:title"))]
    texts = (*named, *(tidy(element.get_text()) for element in page.view.named("title")[:1]))
    return [without_site(text, site) for text in texts if text]


def address(page: Sources) -> str | None:
    """The canonical address, where it is one of an article; else where the page came from."""
    canonical = [attribute(link, "href") for link in page.view.named("link") if _leads_to(link, "canonical")]
    for candidate in (*canonical[:1], page.first("og:url")):
        whole = absolute(candidate, page.url)
        if whole and urlsplit(whole).path.strip("/"):
            return whole
    return page.url


def title(page: Sources, site: str | None) -> str | None:
    """The headline without the name of the site.

    A main heading that stands on the page is what readers see, so it wins where it is the only one, or where it says
    what the page calls itself. A kicker is part of the headline where most sources say so, and none where none does.
    """
    candidates = headlines(page, site)
    keys = {words_only(text) for text in candidates}
    headings = [leaf for leaf in page.view.leaves if leaf.tag.name == "h1" and leaf.text != site]
    known = next((leaf.text for leaf in headings if leaf.key in keys), None)
    known = known or _same_letters(candidates, headings)
    known = known or _with_kicker(candidates, headings) or _without_kicker(candidates, headings)
    alone = headings[0].text if len(headings) == 1 and len(headings[0].text) > len(site or "") else None
    return known or alone or _most_told(candidates) or next((leaf.text for leaf in headings), None)


def _same_letters(candidates: Sequence[str], headings: Sequence[Leaf]) -> str | None:
    """What the page calls the article, where its main heading differs in spaces alone: a kicker in a box of its own."""
    shown = {compact(leaf.key) for leaf in headings}
    return next((text for text in candidates if compact(words_only(text)) in shown), None)


def _with_kicker(candidates: Sequence[str], headings: Sequence[Leaf]) -> str | None:
    """What two sources or more call the article, where that ends in its main heading."""
    counts = Counter(map(words_only, candidates))
    longer = (text for text in candidates for leaf in headings if words_only(text).endswith(f" {leaf.key}"))
    return next((text for text in longer if counts[words_only(text)] > 1), None)


def _without_kicker(candidates: Sequence[str], headings: Sequence[Leaf]) -> str | None:
    """What the page calls the article where its main heading ends so, or the part of the heading that it ends in."""
    keys = {words_only(text): text for text in candidates}
    for leaf in headings:
        whole = next((text for key, text in keys.items() if key and leaf.key.endswith(key)), None)
        parts = (tidy(tag.get_text(" ")) for tag in leaf.tag.find_all(recursive=False, limit=9))
        ends = [part for part in parts if (key := words_only(part)) and leaf.key.endswith(f" {key}") and " " in key]
        part = next((part for part in ends if any(key.endswith(f" {words_only(part)}") for key in keys)), None)
        if whole or part:
            return whole or part
    return None


def _most_told(candidates: Sequence[str]) -> str | None:
    """The text that most sources have, and of those with as many the first."""
    counts = Counter(map(words_only, candidates))
    return max(candidates, key=lambda text: counts[words_only(text)], default=None)


def without_site(text: str, site: str | None) -> str:
    """The text without a last part that is the site's name: "Broen lukker | Fjordavisen" is "Broen lukker"."""
    parts = list(_SEPARATOR.finditer(text))
    if not parts:
        return text
    head, tail = text[: parts[-1].start()], words_only(text[parts[-1].end() :])
    is_site = tail == words_only(site) if site else "|" in parts[-1].group() and tail.count(" ") < 3
    return head if head and is_site else text


def _byline(page: Sources, site: str | None) -> tuple[str, ...]:
    """The people whom the first source names that names any; the site or a bureau only where no source does."""
    told = (
        *(jsonld.texts(node, field) for node in (page.node, page.item) for field in ("author", "creator")),
        page.all(*_AUTHOR_KEYS),
    )
    links = [tidy(link.get_text(" ")) for link in page.view.named("a", "link") if _leads_to(link, "author")][:5]
    named = [*map(people, told), _signed(page), people(links)]
    houses = {words_only(name) for name in (site, page.said("publisher"), page.first("publisher")) if name}
    host = words_only(urlsplit(page.url or "").netloc).split()
    houses |= {*host, "".join(host[-2:]), " ".join(host[-2:])} | {words_only(agency) for agency in AGENCIES}
    persons = next((names for names in named if any(words_only(name) not in houses for name in names)), ())
    others = next((names for names in named if names), ()) or people(_shown(page)[:1])
    return tuple(name for name in persons if words_only(name) not in houses) or others


def _signed(page: Sources) -> tuple[str, ...]:
    """The people in the first byline near the headline; its names may stand in blocks of their own."""
    found: list[str] = []
    for leaf in _near(page):
        is_called = within(leaf.tag, 2, BYLINE_CLASSES)
        names = [name for part in _parts(leaf) for name in signed(part, is_called_byline=is_called)]
        if not names and found:
            break
        found.extend(names)
    return people(found)


def _parts(leaf: Leaf) -> list[str]:
    """What stands in one line, parted by bars: "2. februar 2026 | Tekst: Ida Bo | Foto: Bo Ek"."""
    return leaf.text.split(" | ")


def _shown(page: Sources) -> list[str]:
    inline = (tag for tag in page.view.named("span") if not names(tag).isdisjoint(BYLINE_CLASSES))
    texts = [
        leaf.text
        for leaf in page.view.leaves
        if within(leaf.tag, 2, BYLINE_CLASSES) and around(leaf.tag, ("a",)) is None  # there it is a teaser's
    ]
    return [text for text in (*texts, *(tidy(tag.get_text(" ")) for tag in inline)) if is_byline(text)]


def _near(page: Sources) -> Sequence[Leaf]:
    """The blocks that follow the headline, those at the start of the page where it has none."""
    leaves = page.view.leaves
    keys = {words_only(text) for text in headlines(page, page.first("og:site_name"))}
    main = next((n for n, leaf in enumerate(leaves) if leaf.tag.name == "h1"), None)
    start = next((n for n, leaf in enumerate(leaves) if leaf.key in keys), -1) if main is None else main
    return leaves[start + 1 : start + 1 + NEAR]


def _dates(page: Sources) -> tuple[str | None, str | None]:
    """When the article was published and changed; a change before that is none."""
    told = (*jsonld.texts(page.node, "datePublished"), *jsonld.texts(page.item, "datePublished"))
    dates = _read((*told, *page.all(*_PUBLISHED_KEYS))) or _shown_dates(page)
    changed = (*jsonld.texts(page.node, "dateModified"), *jsonld.texts(page.item, "dateModified"))
    modified = agreed(_read((*changed, *page.all(*_MODIFIED_KEYS))))
    published = agreed(dates)
    if published and modified and is_before(modified, published):
        earlier = agreed([date for date in dates if not is_before(modified, date)])
        return (earlier, modified) if earlier else (published, None)
    return published, modified


def _shown_dates(page: Sources) -> list[str]:
    """The dates that readers see: elements of time, lines of nothing but dates, and what the page calls a date."""
    near = _near(page)
    leaves = (*near, *page.view.leaves[:200])
    times = [attribute(leaf.tag, "datetime") for leaf in near if leaf.tag.name == "time"]
    tags = page.view.named("time")[:3]
    lines = [said.published for leaf in leaves for part in _parts(leaf) if (said := dateline(part)) and said.published]
    called = [leaf.text for leaf in near if within(leaf.tag, 0, _DATE_CLASSES)]
    return _read((*times, *(attribute(tag, "datetime") for tag in tags), *lines[:1], *called[:1]))


def _read(texts: Sequence[str]) -> list[str]:
    told = (machine_date(text) or find_date(text) for text in texts if text)
    return [date for date in told if date]


def _tags(page: Sources) -> tuple[str, ...]:
    keywords = jsonld.texts(page.node, "keywords") or jsonld.texts(page.item, "keywords")
    listed = page.meta.get("article:tag") or keywords or page.meta.get("keywords", [])
    parts = listed if len(listed) > 1 else [part for text in listed for part in text.split(",")]
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _language(page: Sources) -> str:
    """The code of the language that the page names, in lower case without its country; Danish where it names none."""
    roots = [attribute(root, "lang") for root in page.view.named("html")]
    claims = (*roots[:1], page.said("inLanguage"), *page.all("og:locale", "content-language"))
    return next((match[0].lower() for text in claims if text and (match := _LANGUAGE.match(text))), "da")
