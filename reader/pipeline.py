"""The stages in their order: from the address, file or text of an article to the files of an episode."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from reader import library, publisher
from reader.assembler import assemble, sound_folder
from reader.cachefolder import CacheFolder
from reader.casting import choose_voices
from reader.cleaner import HTML_TYPES, Explanation, Leniency, clean, explain
from reader.cleaner.characters import words_only
from reader.cleaner.walls import is_locked
from reader.config import Settings
from reader.danish import Lexicon
from reader.errors import (
    LanguageError,
    NoArticleError,
    NotAnArticleError,
    ReservedError,
    SourceError,
    TeaserError,
)
from reader.files import Staging
from reader.interchange import script_to_json
from reader.lexicon import load_lexicon
from reader.model import Article, Clip, Episode, Handover, Page, Script, shown_title
from reader.sandbox import clean_apart, explain_apart
from reader.scraper import DEFAULT_LIMITS, canonical, other_versions, scrape, site_reserves
from reader.scriptwriter import Extras, write_script
from reader.slugs import slug
from reader.synthesizer import ClipCache, Ensemble, clip_folder, synthesize

FIRST_REVISION = 1
MEGABYTE = 1_000_000
# The folders in the cache: for pages that were fetched, sentences that were spoken, and stretches that were encoded.
PAGES, CLIPS, SOUND = "pages", "clips", "sound"
LONGEST_DETOUR = 3.0  # seconds that another version of a page may take
SHORT = 400  # characters of an article that may be but a part of it: then other versions of its page are looked at

_VOICE_LANGUAGE = re.compile(r"[a-z0-9_-]+:([a-z]{2})(?![a-z])")
_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: `done` of `total` lines have sound, `cached` of them from an earlier run."""

    done: int
    total: int
    cached: int = 0


Watcher = Callable[[Progress], None]


def narrate(
    source: str,
    target: str | Path = "output",
    *,
    voice: str | None = None,
    quote_voice: str | None = None,
    settings: Settings | None = None,
    watch: Watcher | None = None,
) -> Episode:
    """Turn an article into an episode: a folder of its own inside `target`, with an MP3 and all that goes with it.

    `source` is an address, a path, or "-" for standard input. `voice` and `quote_voice` win over the settings. `watch`
    is told of every line that has sound. Raises LytError; then nothing is left behind, and nothing that was there is
    changed.
    """
    settings = settings or Settings()
    settings = replace(settings, voice=voice or settings.voice, quote_voice=quote_voice or settings.quote_voice)
    voices = choose_voices(settings)
    lexicon = load_lexicon(settings.lexicon)
    article = read_article(source, settings)
    if not settings.anyway:
        check_language(article, voices[0])
    script = script_of(article, lexicon, settings)
    name = identity(source, article, settings)
    return record(script, Path(target), voices, name, kept=kept_by(settings), watch=watch)


def read_article(source: str, settings: Settings) -> Article:
    """The article of a source, under the title that the settings give it, if they do."""
    article = _at_its_best(_scraped(source, settings), settings)
    return replace(article, title=settings.title) if settings.title else article


def explain_source(source: str, settings: Settings) -> Explanation:
    """Why each visible block of a source is part of its article, or is not."""
    page = _scraped(source, settings)
    return explain_apart(page, _leniency(settings)) if _is_web_page(page) else explain(page)


def _scraped(source: str, settings: Settings) -> Page:
    """The page of a source; unattended, one that its server does not reserve."""
    cache = Path(settings.cache, PAGES) if settings.cache else None
    limits = replace(DEFAULT_LIMITS, timeout=settings.timeout)
    private = settings.allow_private
    page = scrape(source, limits=limits, offline=settings.offline, allow_private=private, cache=cache)
    if settings.unattended and page.url and page.reserved is None:
        page = replace(page, reserved=site_reserves(page.url, limits=limits, allow_private=private))
    _check_reservation(page, page.reserved, settings)
    return page


def _cleaned(page: Page, settings: Settings) -> Article:
    """The article of a page; unattended, one that the page does not reserve."""
    # Web pages are read apart, within limits; a text goes through simple code of our own.
    article = clean_apart(page, _leniency(settings)) if _is_web_page(page) else clean(page)
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
    for address in () if settings.allow_teaser or is_locked(page) else other_versions(page):
        is_near = urlsplit(address).netloc == urlsplit(page.url or "").netloc
        detour = replace(settings, allow_private=settings.allow_private and is_near, timeout=timeout)
        with suppress(SourceError):
            version = _scraped(address, detour)
            fuller = _cleaned(version, settings)
            is_open = fuller.is_free is not False and not is_locked(version)
            if is_open and _is_same_story(page, article, fuller) and _length(fuller) > _length(article):
                own = article or replace(fuller, url=canonical(page) or page.url)
                reserved = own.reserved or fuller.reserved
                return replace(own, paragraphs=fuller.paragraphs, language=fuller.language, reserved=reserved)
    return None


def _is_same_story(page: Page, article: Article | None, other: Article) -> bool:
    """Whether another version names the page as its original, or has the headline of the page's article."""
    if article and article.title and other.title and words_only(article.title) == words_only(other.title):
        return True
    own = [page.url, canonical(page), article.url if article else None]
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
        extras=Extras(settings.fact_boxes, settings.tables, settings.cue),
    )


def check_language(article: Article, voices: Ensemble) -> None:
    """Raise LanguageError where the story's voice is one of another language than the article's."""
    voice = voices.body.voice.id
    told = _VOICE_LANGUAGE.match(voice)
    if told and _plain_language(told[1]) != _plain_language(article.language):
        raise LanguageError(
            f"the article is in another language ({article.language}) than the voice {voice} speaks: choose a "
            "voice of its language with --voice, or read it all the same with --anyway"
        )


def _plain_language(code: str) -> str:
    """The two Norwegians are read by one voice."""
    return {"nb": "no", "nn": "no"}.get(code, code)


def record(
    script: Script,
    output: Path,
    voices: Sequence[Ensemble],
    episode_id: str,
    *,
    kept: Kept | None = None,
    watch: Watcher | None = None,
) -> Episode:
    """Speak a script and write the files of its episode, all or none."""
    name = library.slug_for(output, episode_id, episode_slug(script))
    handovers: list[Handover] = []
    spoken_by: list[str] = []
    with Staging(output / name, owner=episode_id) as stage:
        mp3 = f"{name}.mp3"
        casts = [ensemble.cast(script) for ensemble in voices]
        clips = synthesize(script, casts, kept.clips if kept else None, handovers.append)
        watched = _watched(clips, len(script.lines), spoken_by, watch)
        recording = assemble(script, watched, stage.path(mp3), name=mp3, cache=kept.sound if kept else None)
        heard = tuple(dict.fromkeys(spoken_by))
        episode = Episode(episode_id, name, FIRST_REVISION, "draft", script, recording, heard, tuple(handovers))
        stage.write("script.json", script_to_json(script, episode_id))
        for document, text in publisher.documents(episode).items():
            stage.write(document, text)
    if kept:
        kept.shrink()
    return episode


@dataclass(frozen=True, slots=True)
class Kept:
    """What earlier runs made, and this one need not make again."""

    clips: ClipCache
    sound: CacheFolder

    def shrink(self) -> None:
        """Keep both within their bounds."""
        self.clips.folder.shrink()
        self.sound.shrink()


def kept_by(settings: Settings) -> Kept | None:
    """What the settings keep from run to run; None where they keep nothing."""
    if not settings.cache:
        return None
    folder, most = Path(settings.cache), settings.cache_size * MEGABYTE
    return Kept(ClipCache(clip_folder(folder / CLIPS, most)), sound_folder(folder / SOUND, most // 4))


def episode_slug(script: Script) -> str:
    """The date, as far as it is known, and the title."""
    day = _DAY.match(script.article.published or "")
    title = slug(shown_title(script))
    return f"{day.group()}-{title}" if day else title


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


def _watched(clips: Iterable[Clip], total: int, voices: list[str], watch: Watcher | None) -> Iterator[Clip]:
    """Pass clips on, and note who speaks them."""
    cached = 0
    for clip in clips:
        yield clip
        voices.append(clip.voice)
        cached += clip.cached
        if watch is not None:
            watch(Progress(clip.line + 1, total, cached))
