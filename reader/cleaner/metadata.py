"""What a page tells of its article besides the text: JSON-LD first, then Open Graph, then meta and visible elements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bs4 import Tag

from reader.cleaner import jsonld
from reader.cleaner.characters import tidy, words_only
from reader.cleaner.dates import dateline, find_date, iso_date
from reader.cleaner.furniture import BYLINE_CLASSES
from reader.cleaner.people import is_byline, people
from reader.cleaner.tree import View, attribute, within
from reader.model import Article, Image

_SEPARATOR = re.compile(r"\s+[|–—•·»:-]\s+|\s*\|\s*")
_CREDIT = re.compile(
    r"\s*[(\[]?\b(?:(?:arkiv|privat|presse)?foto|fotograf|photo(?:graph)?|bild)\s*[:/]\s*", re.IGNORECASE
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Where the facts of a page are looked for; `meta` maps the name of each meta element to its contents."""

    view: View
    url: str | None
    node: jsonld.Node
    meta: dict[str, list[str]]

    def first(self, *keys: str) -> str | None:
        return next((value for key in keys for value in self.meta.get(key, ())), None)


def sources(view: View, url: str | None) -> Sources:
    """Gather JSON-LD and the meta elements of a page fetched from `url`."""
    meta: dict[str, list[str]] = {}
    for tag in view.soup.find_all("meta"):
        name = attribute(tag, "property") or attribute(tag, "name") or attribute(tag, "itemprop")
        content = tidy(attribute(tag, "content"))
        if name and content:
            meta.setdefault(name.strip().lower(), []).append(content)
    return Sources(view, url, jsonld.article_node(view.soup), meta)


def described(page: Sources) -> Article:
    """An article without paragraphs that holds all else the page says."""
    node = page.node
    url = address(page)
    site = page.first("og:site_name") or jsonld.text(node, "publisher") or page.first("application-name")
    return Article(
        title=title(page, site),
        paragraphs=(),
        byline=_byline(page),
        published=_published(page),
        modified=_date(jsonld.text(node, "dateModified"), page.first("article:modified_time", "og:updated_time")),
        url=url,
        site=site,
        section=jsonld.text(node, "articleSection") or page.first("article:section"),
        tags=_tags(page),
        language=_language(page),
        image=_image(page, url),
        is_free=jsonld.flag(node, "isAccessibleForFree"),
    )


def descriptions(page: Sources) -> list[str]:
    """The texts that say what the article is about; often its standfirst."""
    metas = (page.first(key) for key in ("og:description", "description", "twitter:description"))
    return [text for text in (jsonld.text(page.node, "description"), *metas) if text]


def headlines(page: Sources, site: str | None) -> list[str]:
    """What the page calls the article, without the name of the site: JSON-LD, Open Graph, the title element."""
    named = [jsonld.text(page.node, "headline"), *(page.first(key) for key in ("og:title", "twitter:title"))]
    element = page.view.soup.title
    texts = (*named, tidy(element.get_text()) if element else None)
    return [without_site(text, site) for text in texts if text]


def address(page: Sources) -> str | None:
    """The canonical address, where it is one of an article; else where the page came from."""
    link = page.view.soup.find("link", rel="canonical", href=True)
    canonical = attribute(link, "href") if isinstance(link, Tag) else None
    for candidate in (canonical, page.first("og:url")):
        whole = _absolute(candidate, page.url)
        if whole and urlsplit(whole).path.strip("/"):
            return whole
    return page.url


def _absolute(candidate: str | None, base: str | None) -> str | None:
    try:
        whole = urljoin(base or "", (candidate or "").strip())
        parts = urlsplit(whole)
    except ValueError:
        return None
    return whole if parts.scheme in ("http", "https") and parts.netloc else None


def title(page: Sources, site: str | None) -> str | None:
    """The headline without the name of the site.

    A main heading that stands on the page is what readers see, so it wins where it is the only one, or where it says
    what the page calls itself.
    """
    candidates = headlines(page, site)
    keys = {words_only(text) for text in candidates}
    headings = [leaf.text for leaf in page.view.leaves if leaf.tag.name == "h1" and leaf.text != site]
    known = next((text for text in headings if words_only(text) in keys), None)
    known = known or next(
        (c for c in candidates for text in headings if words_only(text).endswith(words_only(c))), None
    )
    alone = headings[0] if len(headings) == 1 and len(headings[0]) > len(site or "") else None
    return known or alone or next(iter(candidates), None) or next(iter(headings), None)


def without_site(text: str, site: str | None) -> str:
    """The text without a last part that is the site's name: "Broen lukker | Fjordavisen" is "Broen lukker"."""
    parts = list(_SEPARATOR.finditer(text))
    if not parts:
        return text
    head, tail = text[: parts[-1].start()], words_only(text[parts[-1].end() :])
    is_site = tail == words_only(site) if site else "|" in parts[-1].group() and tail.count(" ") < 3
    return head if head and is_site else text


def _byline(page: Sources) -> tuple[str, ...]:
    told = people(jsonld.texts(page.node, "author")) or people(
        name for key in ("author", "article:author", "byl", "dc.creator") for name in page.meta.get(key, ())
    )
    if told:
        return told
    links = page.view.soup.find_all(rel="author", limit=5)
    shown = [leaf.text for leaf in page.view.leaves if is_byline(leaf.text) and within(leaf.tag, 2, BYLINE_CLASSES)]
    return people(tidy(link.get_text(" ")) for link in links) or people(shown[:1])


def _published(page: Sources) -> str | None:
    told = _date(
        jsonld.text(page.node, "datePublished"),
        page.first("article:published_time", "datepublished", "date", "dc.date", "pubdate", "publish-date"),
    )
    if told:
        return told
    times = (attribute(tag, "datetime") for tag in page.view.soup.find_all("time", limit=3))
    lines = (said.published for leaf in page.view.leaves[:200] if (said := dateline(leaf.text)))
    return _date(*times) or next((date for date in lines if date), None)


def _date(*candidates: str | None) -> str | None:
    """The first candidate that is a date, in ISO 8601 with the time zone it came with."""
    told = (iso_date(text) or find_date(text) for text in candidates if text)
    return next((date for date in told if date), None)


def _tags(page: Sources) -> tuple[str, ...]:
    keywords = jsonld.texts(page.node, "keywords")
    listed = page.meta.get("article:tag") or keywords or page.meta.get("keywords", [])
    parts = listed if len(listed) > 1 else [part for text in listed for part in text.split(",")]
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _language(page: Sources) -> str:
    """The language's code in lower case without its country, Danish where the page does not say."""
    root = page.view.soup.html
    told = (root and attribute(root, "lang"), jsonld.text(page.node, "inLanguage"), page.first("og:locale"))
    found = next((match for text in told if text and (match := _LANGUAGE.match(text))), None)
    return found[0].lower() if found else "da"


def _image(page: Sources, base: str | None) -> Image | None:
    url = _absolute(page.first("og:image", "og:image:url", "twitter:image"), base)
    url = url or _absolute(jsonld.text(page.node, "image"), base)
    if not url:
        return None
    figure = next((tag for tag in page.view.soup.find_all("figure", limit=20) if tag.find("img")), None)
    picture = figure.find("img") if figure else None
    alt = page.first("og:image:alt") or (tidy(attribute(picture, "alt")) if isinstance(picture, Tag) else "")
    below = figure.find("figcaption") if figure else None
    caption, credit = split_credit(tidy(below.get_text(" "))) if isinstance(below, Tag) else (None, None)
    return Image(url, alt=alt or None, credit=credit, caption=caption)


def split_credit(text: str) -> tuple[str | None, str | None]:
    """A caption parted into what is seen and who took it: "Broen. Foto: Ida Bo" is ("Broen.", "Ida Bo")."""
    match = _CREDIT.search(text)
    if not match:
        return text or None, None
    return text[: match.start()].strip() or None, text[match.end() :].strip(" .()[]") or None
