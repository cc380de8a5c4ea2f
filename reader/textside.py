"""The text side: from the address, file or text of an article to its script. Nothing sounds yet."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from reader import sandbox, scraper
from reader.cleaner import HTML_TYPES, Explanation, Leniency, clean, explain
from reader.cleaner.characters import words_only
from reader.cleaner.walls import is_locked
from reader.config import Settings
from reader.danish import Lexicon
from reader.errors import (
    NoArticleError,
    NotAnArticleError,
    ReservedError,
    SourceError,
    TeaserError,
)
from reader.lexicon import load_lexicon
from reader.model import Article, Page, Script
from reader.prepared import Prepared
from reader.scraper import DEFAULT_LIMITS, is_address, scrape
from reader.scriptwriter import Extras, write_script

PAGES = "pages"  # the folder in the cache
LONGEST_DETOUR = 3.0  # seconds that another version of a page, or its picture, may take
SHORT = 400  # characters of an article that may be but a part of it: then other versions of its page are looked at


def prepare(source: str, settings: Settings) -> Prepared:
    """The script of a source as the settings want it. Raises LytError."""
    lexicon = load_lexicon(settings.lexicon)
    article = read_article(source, settings)
    address = source.strip() if is_address(source) else None
    with ThreadPoolExecutor(1, thread_name_prefix="picture") as beside:
        picture = beside.submit(_picture_of, article, address, settings) if address else None
        script = script_of(article, lexicon, settings)
        found = picture.result() if picture else None
    return Prepared(script, identity(source, article, settings), address, found)


def _picture_of(article: Article, address: str, settings: Settings) -> bytes | None:
    """The bytes of the article's lead picture: a cover is made of them. None where it cannot be had.

    Whoever lets a page be fetched from a host that is not public means that host and no other.
    """
    if article.image is None or settings.cover != "" or settings.offline:
        return None
    is_near = urlsplit(article.image.url).netloc == urlsplit(address).netloc
    limits = replace(DEFAULT_LIMITS, timeout=min(settings.timeout, LONGEST_DETOUR))
    with suppress(SourceError):
        return scraper.fetch_picture(article.image.url, limits=limits, allow_private=settings.allow_private and is_near)
    return None


def read_article(source: str, settings: Settings) -> Article:
    """The article of a source, under the title that the settings give it, if they do."""
    article = _at_its_best(_scraped(source, settings), settings)
    return replace(article, title=settings.title) if settings.title else article


def forget(address: str, settings: Settings) -> None:
    """Keep nothing of an address."""
    if settings.cache:
        scraper.forget(Path(settings.cache, PAGES), str(scraper.parsed(address, allow_private=True)))


def explain_source(source: str, settings: Settings) -> Explanation:
    """Why each visible block of a source is part of its article, or is not."""
    page = _scraped(source, settings)
    return sandbox.explain_apart(page, _leniency(settings)) if _is_web_page(page) else explain(page)


def _scraped(source: str, settings: Settings) -> Page:
    """The page of a source; unattended, one that its server does not reserve."""
    cache = Path(settings.cache, PAGES) if settings.cache else None
    limits = replace(DEFAULT_LIMITS, timeout=settings.timeout)
    private = settings.allow_private
    page = scrape(source, limits=limits, offline=settings.offline, allow_private=private, cache=cache)
    if settings.unattended and page.url and page.reserved is None:
        page = replace(page, reserved=scraper.site_reserves(page.url, limits=limits, allow_private=private))
    _check_reservation(page, page.reserved, settings)
    return page


def _cleaned(page: Page, settings: Settings) -> Article:
    """The article of a page; unattended, one that the page does not reserve."""
    # Web pages are read apart, within limits; a text goes through simple code of our own.
    article = sandbox.clean_apart(page, _leniency(settings)) if _is_web_page(page) else clean(page)
    _check_reservation(page, article.reserved, settings)
    return replace(article, reserved=True) if page.reserved else article


def _check_reservation(page: Page, reserved: bool | None, settings: Settings) -> None:
    if reserved and settings.unattended:
        name = page.url or "the page"
        raise ReservedError(f"{name} is reserved against text and data mining: read it by hand, or not at all")


def _at_its_best(page: Page, settings: Settings) -> Article:
    """The article of a page or, where the page itself shows little or nothing of it, of its AMP or print version.

    What is only the opening of an article, or no article by its shape, stays that.
    """
    try:
        article = _cleaned(page, settings)
    except (TeaserError, NotAnArticleError):
        raise
    except NoArticleError:
        fuller = _fuller_version(page, None, settings)
        if fuller is None:
            raise
        return fuller
    is_short = _length(article) < SHORT
    return (is_short and _fuller_version(page, article, settings)) or article


def _fuller_version(page: Page, article: Article | None, settings: Settings) -> Article | None:
    """The same article from another version of its page, if one has more of it, under the page's own address.

    Whoever asked for openings gets the opening: no version may lead around a wall.
    """
    timeout = min(settings.timeout, LONGEST_DETOUR)
    for address in () if settings.allow_teaser or is_locked(page) else scraper.other_versions(page):
        is_near = urlsplit(address).netloc == urlsplit(page.url or "").netloc
        detour = replace(settings, allow_private=settings.allow_private and is_near, timeout=timeout)
        with suppress(SourceError):
            version = _scraped(address, detour)
            fuller = _cleaned(version, settings)
            is_open = fuller.is_free is not False and not is_locked(version)
            if is_open and _is_same_story(page, article, fuller) and _length(fuller) > _length(article):
                own = article or replace(fuller, url=scraper.canonical(page) or page.url)
                reserved = own.reserved or fuller.reserved
                return replace(own, paragraphs=fuller.paragraphs, language=fuller.language, reserved=reserved)
    return None


def _is_same_story(page: Page, article: Article | None, other: Article) -> bool:
    """Whether another version names the page as its original, or has the headline of the page's article."""
    if article and article.title and other.title and words_only(article.title) == words_only(other.title):
        return True
    own = [page.url, scraper.canonical(page), article.url if article else None]
    return _place(other.url) in [_place(address) for address in own if address]


def _place(address: str | None) -> str:
    """An address without what two spellings of it may differ in: scheme, last slash, fragment."""
    return (address or "").partition("#")[0].partition("://")[2].removesuffix("/")


def _length(article: Article | None) -> int:
    """Characters of its paragraphs."""
    return sum(len(paragraph.text) for paragraph in article.paragraphs) if article else 0


def _leniency(settings: Settings) -> Leniency:
    return Leniency(teaser=settings.allow_teaser, any_shape=settings.anyway)


def _is_web_page(page: Page) -> bool:
    return page.media_type.strip().lower() in HTML_TYPES


def script_of(article: Article, lexicon: Lexicon, settings: Settings) -> Script:
    """The script of an article as the settings want it."""
    return write_script(
        article,
        lexicon=lexicon,
        chapters=settings.chapters,
        notice=settings.notice,
        extras=Extras(
            fact_boxes=settings.fact_boxes,
            tables=settings.tables,
            cue=settings.cue,
            lists=settings.lists,
            pictures=settings.pictures,
            opening=settings.opening,
        ),
    )


def identity(source: str, article: Article, settings: Settings) -> str:
    """What makes an article the same one again: the given id, its address, its file's place, or else its text.

    The place is hashed: two files called article.txt are two articles, and nobody learns whose folders they lie in.
    """
    if settings.id or article.url:
        return settings.id or article.url or ""
    if source != "-":
        return f"file:{_digest(str(Path(source).resolve()))}"
    return f"text:{_digest(' '.join(paragraph.text for paragraph in article.paragraphs))}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
