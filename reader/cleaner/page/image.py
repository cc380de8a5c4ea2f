"""The picture of an article: its address, what it shows, and who took it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from bs4 import Tag

from reader.cleaner.characters import tidy
from reader.cleaner.page import jsonld
from reader.cleaner.page.tree import View, attribute
from reader.model import Image

_CREDIT = re.compile(
    r"\s*[(\[]?\b(?:(?:arkiv|privat|presse)?foto|fotograf|photo(?:graph)?|bild)\s*[:/]\s*", re.IGNORECASE
)
# What sites put where an article has no picture of its own.
_GENERIC = re.compile(
    r"(?<![^\W_])(?:logos?|placeholder|default|fallback|avatar|favicon|blank|dummy|spacer|pixel)(?![^\W_])|\.svg$",
    re.IGNORECASE,
)
MOST_FIGURES = 20
SHORTEST_NAME = 6  # characters of a file's name that tell pictures apart


def absolute(candidate: str | None, base: str | None) -> str | None:
    """The whole http address that `candidate` means on a page at `base`, if it means one."""
    try:
        whole = urljoin(base or "", (candidate or "").strip())
        parts = urlsplit(whole)
    except ValueError:
        return None
    return whole if parts.scheme in ("http", "https") and parts.netloc else None


def lead_image(
    view: View, facts: Sequence[jsonld.Node], meta: Mapping[str, Sequence[str]], base: str | None
) -> Image | None:
    """The article's picture: of Open Graph, of the facts in JSON-LD and microdata, or the first figure.

    The site's logo is not one. What the picture shows and who took it is told by the facts of that picture, and by the
    figure on the page: the one with the same file, else the first.
    """
    listed = [item for node in facts for item in jsonld.things(node, "image")]
    figures = [tag for tag in view.named("figure")[:MOST_FIGURES] if _picture(tag)]
    told = [url for key in ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
            for url in meta.get(key, ())]  # fmt: skip
    logos = {logo for node in facts for publisher in jsonld.things(node, "publisher")
             for item in jsonld.things(publisher, "logo") if (logo := absolute(_url_of(item), base))}  # fmt: skip
    candidates = (*told, *map(_url_of, listed), *map(_source, figures))
    url = next((whole for text in candidates if (whole := absolute(text, base)) and _is_own(whole, logos)), None)
    if url is None:
        return None
    item = next((item for item in listed if _same_file(_url_of(item), url)), listed[0] if len(listed) == 1 else {})
    figure = next((tag for tag in figures if _same_file(_source(tag), url)), next(iter(figures), None))
    return _described(url, item, figure, next(iter(meta.get("og:image:alt", meta.get("twitter:image:alt", ()))), None))


def _described(url: str, item: jsonld.Node, figure: Tag | None, alt: str | None) -> Image:
    shown, taken = _caption(figure)
    below = jsonld.text(item, "caption") or jsonld.text(item, "description")
    caption, credit = split_credit(below) if below else (None, None)
    fields = ("creditText", "author", "creator", "copyrightHolder", "copyrightNotice")
    told = _first(jsonld.text(item, field) for field in fields)
    picture = _picture(figure) if figure else None
    alt = alt or (tidy(attribute(picture, "alt")) if picture else None)
    return Image(url, alt=alt or None, credit=told or credit or taken, caption=caption or shown)


def _caption(figure: Tag | None) -> tuple[str | None, str | None]:
    below = figure.find("figcaption") if figure else None
    return split_credit(tidy(below.get_text(" "))) if isinstance(below, Tag) else (None, None)


def _first(texts: Iterable[str | None]) -> str | None:
    return next((text for text in texts if text), None)


def _url_of(item: jsonld.Node) -> str | None:
    return _first(jsonld.text(item, field) for field in ("contentUrl", "url", "@id", "name"))


def _picture(figure: Tag) -> Tag | None:
    found = figure.find("img")
    return found if isinstance(found, Tag) else None


def _source(figure: Tag) -> str | None:
    """The address of a figure's picture, which pages that load late keep in other attributes."""
    picture = _picture(figure)
    values = [attribute(picture, name) for name in ("data-src", "src", "data-srcset", "srcset")] if picture else []
    return next((value.split()[0].rstrip(",") for value in values if value and not value.startswith("data:")), None)


def _is_own(url: str, logos: set[str]) -> bool:
    return url not in logos and not _GENERIC.search(urlsplit(url).path.rpartition("/")[2])


def _same_file(source: str | None, url: str) -> bool:
    """Whether two addresses end in the same file: the same picture, maybe cut to another size."""
    try:
        one, other = (urlsplit(text).path.rpartition("/")[2].rpartition(".")[0] for text in (source or "", url))
    except ValueError:
        return False
    return one == other and len(one) >= SHORTEST_NAME


def split_credit(text: str) -> tuple[str | None, str | None]:
    """A caption parted into what is seen and who took it: "Broen. Foto: Ida Bo" is ("Broen.", "Ida Bo")."""
    match = _CREDIT.search(text)
    if not match:
        return text or None, None
    return text[: match.start()].strip() or None, text[match.end() :].strip(" .()[]") or None
