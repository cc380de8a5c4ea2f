"""A show: what a feed says of itself, and which articles it carries."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from reader.model import one_line
from reader.publisher.categories import CATEGORIES, all_categories, category_of
from reader.publisher.languages import is_language
from reader.publisher.markup import holdable

TAKEN = ("sitemap",)  # a file of the site around the feeds
FEED = "feed"  # the name of the show where there is but one
AGENCIES = ("AFP", "AP", "Bloomberg", "dpa", "NTB", "Reuters", "Ritzau", "TT")
Medium = Literal["podcast", "newsletter", "audiobook"]
LONGEST_DESCRIPTION = 4000  # bytes, as Apple counts them
LONGEST_TITLE = 255

_GUID_SPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # Podcasting 2.0's own
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]+|localhost")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,}")
_EMAIL = re.compile(r"[^@\s<>()]+@[^@\s<>()]+\.[^@\s<>()]+")


@dataclass(frozen=True, slots=True)
class Show:
    """What a feed says of itself, and which articles it carries. Its file is `<name>.xml`.

    `base_url` is where the output folder is served, with a final slash. `link` is the show's own site, "" for that
    address. `author` is "" for the title, `language` "" for that of most articles, `cover` a file, or "" for one that
    is drawn. `owner` and `email` are for the directories that list podcasts; `locked` forbids others to take the feed
    over. `guid` is "" for the one that follows from the address. `apple_code` claims the show at Apple.

    It carries the articles of its `sites` (a host, with all below it), and of these those in one of its `sections`, by
    one of its `authors` or with one of its `tags`, where any are given; none with a byline of `agencies`, and none that
    is not free unless it is `paid`. A `private` show carries whatever is in its folder, and asks directories to leave
    it. The newest `episodes` stand in the feed itself, the others in its archive.
    """

    name: str = FEED
    title: str = ""
    description: str = ""
    author: str = ""
    owner: str = ""
    email: str = ""
    language: str = ""
    category: str = "News"
    explicit: bool = False
    cover: str = ""
    link: str = ""
    copyright: str = ""
    medium: Medium = "podcast"
    locked: bool = True
    guid: str = ""
    apple_code: str = ""
    base_url: str = ""
    sites: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    agencies: tuple[str, ...] = AGENCIES
    paid: bool = False
    private: bool = False
    episodes: int = 100

    @property
    def file(self) -> str:
        """The name of its feed."""
        return f"{self.name}.xml"

    @property
    def picture(self) -> str:
        """The name of its cover."""
        return f"{self.name}.jpg"

    @property
    def address(self) -> str:
        """Where its feed is served."""
        return self.base_url + self.file


def guid_of(address: str) -> str:
    """The guid that Podcasting 2.0 derives from the address of a feed."""
    return str(uuid.uuid5(_GUID_SPACE, address.partition("://")[2].rstrip("/")))


def faults(show: Show) -> Iterator[str]:
    """What a show lacks, or says wrong, before its feed can stand with Apple and by PSP-1; with the option to mend it.

    Each fault is half a sentence.
    """
    if not is_name(show.name):
        yield f"its name {show.name!r} is taken, or has something else than a-z, 0-9 and hyphens"
    yield from _address_faults(show)
    yield from _text_faults("title", show.title, LONGEST_TITLE)
    yield from _text_faults("description", show.description, LONGEST_DESCRIPTION)
    yield from _access_faults(show)
    if category_of(show.category) is None:
        near = get_close_matches(show.category.rpartition(">")[2].strip(), all_categories(), 3, 0.3)
        known = f"the nearest are {', '.join(near)}" if near else f"there are {', '.join(CATEGORIES)}"
        yield f"there is no category {show.category!r}: {known} (--category)"
    checks = {
        "email": (_EMAIL.fullmatch(show.email or "a@b.example"), "an e-mail address"),
        "language": (is_language(show.language or "da"), "a code of a language, such as da"),
        "guid": (_is_guid(show.guid or guid_of("")), "a UUID"),
        "medium": (show.medium in get_args(Medium), f"one of {', '.join(get_args(Medium))}"),
        "episodes": (show.episodes > 0, "a number of episodes"),
    }
    for name, (is_well, kind) in checks.items():
        if not is_well:
            yield f"{getattr(show, name)!r} is not {kind} (--{name})"


def _access_faults(show: Show) -> Iterator[str]:
    """Whether it is clear for whom a show is: all, and then whose articles it may carry; or its owner alone."""
    if show.private and not is_token(show.base_url.rstrip("/").rpartition("/")[2]):
        yield "one that is private must lie in a folder with a name that nobody guesses (lyt add makes one)"
    if not (show.private or show.sites):
        yield "whose articles it may carry is not said (--site avis.example)"
    for site in show.sites:
        if not _HOST.fullmatch(site.lower()):
            yield f"{site!r} is no host, such as avis.example (--site)"


def is_name(name: str) -> bool:
    """Whether a show may be called that: its files are."""
    return _NAME.fullmatch(name) is not None and name not in TAKEN


def is_token(name: str) -> bool:
    """Whether the name of a folder is one that nobody guesses: long, and no words."""
    kinds = (str.isupper, str.islower, str.isdigit)
    return _TOKEN.fullmatch(name) is not None and all(any(map(kind, name)) for kind in kinds)


def _text_faults(name: str, text: str, longest: int) -> Iterator[str]:
    if not one_line(holdable(text)):
        yield f"a {name} is missing (--{name})"
    elif len(text.encode("utf-8", "replace")) > longest:
        yield f"the {name} is longer than {longest} bytes (--{name})"
    elif holdable(text) != text:
        yield f"the {name} has characters that no feed can hold (--{name})"


def _address_faults(show: Show) -> Iterator[str]:
    if not show.base_url:
        yield "where the folder is served is missing (--base-url https://lyd.avis.example/)"
    elif not is_web_address(show.base_url):
        yield f"{show.base_url!r} is no web address of a folder (--base-url)"
    if show.link and not is_web_address(show.link.partition("?")[0]):
        yield f"{show.link!r} is no web address (--link)"
    elif show.link and show.link == show.address:
        yield "the link of a show is its site, not its feed (--link)"


def is_web_address(text: str) -> bool:
    """Whether it is a whole http or https address in plain ASCII, without user, query and fragment."""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and not any(mark in text for mark in ' <>"?#@\\')
    return whole and plain


def _is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def reason_against(show: Show, article: Mapping[str, Any]) -> str | None:
    """Why a show leaves an article out; None if it carries it. `article` is the plain value of an episode.json."""
    if show.private:
        return None
    if not _is_own(show, article.get("url")):
        return "of another site"
    if article.get("is_free") is False and not show.paid:
        return "not free"
    if any(_names(agency, byline) for agency in show.agencies for byline in _texts(article, "byline")):
        return "by a news agency"
    chosen = (
        (show.sections, _texts(article, "section")),
        (show.authors, _texts(article, "byline")),
        (show.tags, _texts(article, "tags")),
    )
    if all(_meet(wanted, given) for wanted, given in chosen if wanted):
        return None
    return "of another section, author or tag"


def _is_own(show: Show, url: object) -> bool:
    """Whether an article is of one of the show's sites; one without an address is nobody else's."""
    if not url:
        return True
    try:
        host = "" if "\\" in str(url) else _ascii(urlsplit(str(url)).hostname or "")  # browsers take \\ for a slash
    except ValueError:
        return False
    sites = (_ascii(site).removeprefix("www.") for site in show.sites)
    return any(host == site or host.endswith(f".{site}") for site in sites)


def _ascii(host: str) -> str:
    """A host as the net knows it: of ærø.dk there are two spellings."""
    try:
        return host.lower().encode("idna").decode()
    except UnicodeError:
        return host.lower()


def _names(agency: str, byline: str) -> bool:
    """Whether a byline names an agency, as a word of its own: "/ritzau/", "Reuters, København", "Ritzaus Bureau".

    One in capitals may be a common word in small letters, but not where it stands alone: "/afp/".
    """
    word = rf"(?<!\w){re.escape(agency)}s?(?!\w)"
    is_alone = byline.strip(" /.,;:()").casefold() == agency.casefold()
    return is_alone or re.search(word, byline, 0 if agency.isupper() else re.IGNORECASE) is not None


def _texts(article: Mapping[str, Any], name: str) -> list[str]:
    value = article.get(name)
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def _meet(wanted: tuple[str, ...], given: list[str]) -> bool:
    return not {text.casefold() for text in wanted}.isdisjoint(text.casefold() for text in given)
