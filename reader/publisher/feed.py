"""A show as RSS 2.0, with what podcast clients know beyond it: iTunes, Podcasting 2.0, Podlove chapters, archives.

Pure: the same show and the same episodes make the same bytes, on any day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from reader.model import Article, one_line, shortened
from reader.publisher.categories import category_of
from reader.publisher.listing import ListedChapter, Listing
from reader.publisher.markup import branch, holdable, leaf
from reader.publisher.moments import moment_of, rfc2822
from reader.publisher.show import LONGEST_DESCRIPTION, LONGEST_TITLE, Show, guid_of
from reader.publisher.wording import words_of
from reader.slugs import revised

GENERATOR = "Lyt til artiklen"
LONGEST_PERSON = 128  # characters
PARAGRAPHS, CHARACTERS = 3, 1200  # of an article that its episode shows, at most
LEAST_TIMES = 3  # chapters, before their times stand in a description
SHORTEST_BITE, LONGEST_BITE, BITES = 15, 120, 2  # seconds, and how many

_NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "fh": "http://purl.org/syndication/history/1.0",
}
_TYPES = {".vtt": "text/vtt", ".srt": "application/x-subrip", ".txt": "text/plain"}
_IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=~"
_QUOTE = re.compile('[»“„«"][^»«“”„"]+[«”“»"]')


@dataclass(frozen=True, slots=True)
class Entry:
    """An episode as it stands in a show: under a title that no other has, and with its moment, if one is known.

    `has_page` says whether its own page stands beside it.
    """

    listing: Listing
    title: str
    moment: dt.datetime | None
    has_page: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Which document of a feed it is: `file`, and those that hold older and newer episodes. "" is the feed itself."""

    file: str = ""
    older: str = ""
    newer: str = ""


def feed_xml(show: Show, entries: Iterable[Entry], place: Place, language: str) -> Iterator[str]:
    """The lines of a document of a feed, newest episode first, each with its line end.

    The show must be without `faults`. `language` is the feed's.
    """
    declared = "".join(f' xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"{declared}>\n<channel>\n'
    entries = list(entries)
    yield from (f"{line}\n" for line in _channel(show, entries, place, language))
    yield from (f"{_item(show, entry)}\n" for entry in entries)
    yield "</channel>\n</rss>\n"


def is_ours(document: str) -> bool:
    """Whether a feed was written here."""
    return leaf("generator", GENERATOR) in document


def _channel(show: Show, entries: Sequence[Entry], place: Place, language: str) -> Iterator[str]:
    link = show.link or show.base_url
    yield leaf("title", show.title)
    yield leaf("link", link)
    yield leaf("description", show.description)
    yield leaf("language", language)
    yield from _links(show, place)
    if show.copyright:
        yield leaf("copyright", show.copyright)
    changed = max(filter(None, map(_changed, entries)), default=None)
    if changed:
        yield leaf("lastBuildDate", rfc2822(changed))
    yield leaf("generator", GENERATOR)
    picture = show.base_url + show.picture
    yield branch("image", [leaf("url", picture), leaf("title", show.title), leaf("link", link)])
    yield from _for_itunes(show, picture)
    yield from _for_podcasting(show)


def _links(show: Show, place: Place) -> Iterator[str]:
    """Where this document is, and the others of the feed (RFC 5005)."""
    named = {"self": place.file or show.file, "prev-archive": place.older, "next-archive": place.newer}
    if place.file:
        yield leaf("fh:archive")
        named["current"] = show.file
    for rel, file in named.items():
        if file:
            yield leaf("atom:link", href=show.base_url + file, rel=rel, type_="application/rss+xml")


def _for_itunes(show: Show, picture: str) -> Iterator[str]:
    above, below = category_of(show.category) or ("", "")
    yield leaf("itunes:author", show.author or show.title)
    yield branch("itunes:category", [leaf("itunes:category", text=below)], text=above) if below else _category(above)
    yield leaf("itunes:explicit", _yes(show.explicit))
    yield leaf("itunes:image", href=picture)
    if show.email:
        owner = show.owner or show.author or show.title
        yield branch("itunes:owner", [leaf("itunes:name", owner), leaf("itunes:email", show.email)])
    yield leaf("itunes:type", "episodic")
    if show.private:
        yield leaf("itunes:block", "Yes")


def _category(name: str) -> str:
    return f'<itunes:category text="{escape(name)}"/>'


def _for_podcasting(show: Show) -> Iterator[str]:
    yield leaf("podcast:guid", show.guid or guid_of(show.address))
    if show.email:
        yield leaf("podcast:locked", "yes" if show.locked else "no", owner=show.email)
    yield leaf("podcast:medium", show.medium)
    yield leaf("podcast:txt", "true", purpose="ai-content")
    if show.apple_code:
        yield leaf("podcast:txt", show.apple_code, purpose="applepodcastsverify")
    if show.private:
        yield leaf("podcast:block", "yes")


def _yes(truth: bool) -> str:
    return "true" if truth else "false"


def _changed(entry: Entry) -> dt.datetime | None:
    """When an episode last became another one; that it was corrected before it came out is no news."""
    moments = [entry.moment, moment_of(entry.listing.article.modified)] if entry.moment else []
    return max(filter(None, moments), default=None)


def _item(show: Show, entry: Entry) -> str:
    listing = entry.listing
    folder = f"{show.base_url}{quote(listing.slug)}/"
    text, html = _descriptions(entry)
    people, chapters = _shown(listing.article.byline), [_chapter(listing, chapter) for chapter in listing.chapters]
    parts = [
        leaf("title", entry.title),
        *_addressed(entry, folder),
        leaf("guid", listing.id, isPermaLink="false"),
        leaf("pubDate", rfc2822(entry.moment)) if entry.moment else "",
        leaf("description", text),
        leaf("content:encoded", html),
        leaf("enclosure", url=folder + quote(listing.audio), length=str(listing.bytes), type_="audio/mpeg"),
        leaf("itunes:duration", str(max(1, round(listing.duration)))),
        leaf("itunes:explicit", _yes(show.explicit)),
        leaf("itunes:episodeType", "full"),
        leaf("itunes:author", ", ".join(people)) if people else "",
        leaf("itunes:image", href=folder + quote(listing.cover)) if listing.cover else "",
        *(leaf("category", name) for name in _shown([listing.article.section or ""])),
        *(leaf("podcast:person", shortened(name, LONGEST_PERSON), role="author", group="writing") for name in people),
        *_documents(listing, folder),
        *map(_soundbite, bites(listing)),
        leaf("podcast:txt", "true", purpose="ai-content"),
        branch("psc:chapters", chapters, version="1.2") if chapters else "",
    ]
    return branch("item", parts)


def _addressed(entry: Entry, folder: str) -> Iterator[str]:
    """The article's own page, or else the one beside its sound."""
    url = _address(entry.listing.article) or (folder if entry.has_page else "")
    if url:
        yield leaf("link", url)


def _address(article: Article) -> str:
    """Where an article stands, in ASCII; "" where that is no web address."""
    url = article.url or ""
    is_of_web = url.lower().startswith(("https://", "http://"))
    return quote(url, safe=_IN_ADDRESSES, errors="ignore") if is_of_web else ""


def _shown(texts: Iterable[str]) -> list[str]:
    """Texts in one line each, without those that show nothing."""
    return list(filter(None, (one_line(holdable(text)) for text in texts)))


def _documents(listing: Listing, folder: str) -> Iterator[str]:
    """Chapters and transcripts, under the names of this revision: those of an earlier one go with its sound."""
    chapters = revised("chapters.json", listing.revision)
    yield leaf("podcast:chapters", url=folder + chapters, type_="application/json+chapters")
    for name in listing.transcripts:
        url, kind = folder + quote(revised(name, listing.revision)), _TYPES.get(name[name.rfind(".") :], "text/plain")
        yield leaf("podcast:transcript", url=url, type_=kind, language=listing.article.language)


def bites(listing: Listing) -> list[ListedChapter]:
    """The chapters that make the best short excerpts, in their order: whole quotes, of those who say most."""
    quotes = [c for c in listing.chapters if c.speaker and SHORTEST_BITE <= round(c.end - c.start, 3) <= LONGEST_BITE]
    best = sorted(quotes, key=lambda chapter: (-_said(listing.article, chapter), chapter.start))[:BITES]
    return sorted(best, key=lambda chapter: chapter.start)


def _said(article: Article, chapter: ListedChapter) -> int:
    """How many characters of a chapter's paragraph stand in quotation marks."""
    if chapter.paragraph is None or chapter.paragraph >= len(article.paragraphs):
        return 0
    return sum(map(len, _QUOTE.findall(article.paragraphs[chapter.paragraph].text)))


def _soundbite(chapter: ListedChapter) -> str:
    start, length = f"{chapter.start:.3f}", f"{chapter.end - chapter.start:.3f}"
    return leaf("podcast:soundbite", shortened(chapter.title, LONGEST_PERSON), startTime=start, duration=length)


def _chapter(listing: Listing, chapter: ListedChapter) -> str:
    url = _address(listing.article)
    link = {"href": f"{url.partition('#')[0]}#{chapter.id}"} if url else {}
    return leaf(
        "psc:chapter", start=f"{_clock(chapter.start)}.{_thousandths(chapter.start)}", title=chapter.title, **link
    )


def _clock(seconds: float) -> str:
    whole = _milliseconds(seconds) // 1000
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _thousandths(seconds: float) -> str:
    return f"{_milliseconds(seconds) % 1000:03}"


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _descriptions(entry: Entry) -> tuple[str, str]:
    """What an episode is about, as HTML twice: in lines for those who show it plain, and with its structure."""
    listing, words = entry.listing, words_of(entry.listing.article.language)
    paragraphs, times, note = list(_opening(listing)), list(_times(listing)), f"{words['synthetic']}."
    html = [f"<p>{_escaped(text)}</p>" for text in paragraphs]
    url = _address(listing.article)
    if url:
        site = words["source"].format(site=listing.article.site or url.split("/")[2])
        html.append(f'<p><a href="{escape(url)}">{_escaped(site)}</a></p>')
    html += [f"<p>{'<br>'.join(map(_escaped, times))}</p>"] if times else []
    html.append(f"<p>{_escaped(note)}</p>")
    return _fitting(paragraphs, times, note), "\n".join(html)


def _escaped(text: str) -> str:
    return escape(holdable(text), quote=False)


def _opening(listing: Listing) -> Iterator[str]:
    """The first paragraphs of an article, without those that are only its headline again."""
    texts = [one.text for one in listing.article.paragraphs if one.kind not in ("heading", "caption", "table", "aside")]
    room = CHARACTERS
    for text in [text for text in texts if text != listing.title][:PARAGRAPHS] or [listing.title]:
        if room <= 0:
            return
        shown = shortened(text, max(room, 80))
        room -= len(shown)
        yield shown


def _times(listing: Listing) -> Iterator[str]:
    if len(listing.chapters) >= LEAST_TIMES:
        yield from (f"{_clock(chapter.start)} {chapter.title}" for chapter in listing.chapters)


def _fitting(paragraphs: Sequence[str], times: Sequence[str], note: str) -> str:
    """Lines that may be taken for HTML, within the bytes that a description may have.

    The times are all there or not at all; then paragraphs are shortened.
    """
    for lines in ([*paragraphs, *times, note], [*paragraphs, note]):
        text = "\n".join(map(_escaped, lines))
        if len(text.encode("utf-8", "replace")) <= LONGEST_DESCRIPTION:
            return text
    longest = max(map(len, paragraphs)) * 3 // 4
    return _fitting([shortened(text, longest) for text in paragraphs], times, note)


def distinct_titles(titles: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Titles, the oldest first, of which no two are alike: clients take two episodes of one title for one.

    Each comes with its day, "" where none is known: the later of two gets it, or else a number. None is blank, or
    longer than clients allow.
    """
    taken: set[str] = set()
    numbers: Counter[str] = Counter()
    for text, day in titles:
        title = shortened(holdable(text), LONGEST_TITLE - 30) or "–"
        chosen = f"{title} ({day})" if title in taken and day else title
        while chosen in taken:
            numbers[title] += 1
            chosen = f"{title} ({numbers[title] + 1})"
        taken.add(chosen)
        yield chosen
