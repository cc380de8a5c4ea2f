"""The sound side: from a script to the files of its episode."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from reader import library, publisher
from reader.cachefolder import CacheFolder
from reader.config import ASKED, Settings
from reader.errors import LanguageError, LytError, MissingSourceError, ScriptError
from reader.files import Staging, writing
from reader.interchange import script_to_json
from reader.model import Article, Clip, Episode, Handover, Script, shown_title
from reader.prepared import Prepared
from reader.rendering import Rendering, rendering_to_json
from reader.slugs import slug
from reader.synthesizer import Cast, ClipCache, Ensemble, clip_folder, synthesize

FIRST_REVISION = 1
RECIPE = 1  # raised when the assembler makes another sound of the same clips
MEGABYTE = 1_000_000
OUR_COVERS = (None, "", "drawn")  # any other is a file
RECORDING = "recording.mp3"  # what it is called while nobody knows yet what it will be called
CLIPS, SOUND = "clips", "sound"  # folders in the cache: for sentences that were spoken, and stretches that were encoded

_VOICE_LANGUAGE = re.compile(r"[a-z0-9_-]+:([a-z]{2})(?![a-z])")
_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: of `total` units of one `stage` so many are `done`.

    Speaking counts lines, of which `cached` had been spoken in an earlier run; encoding counts samples.
    """

    stage: str
    done: int
    total: int
    cached: int = 0


Watcher = Callable[[Progress], None]


def perform(
    prepared: Prepared, voices: Sequence[Ensemble], settings: Settings, *, watch: Watcher | None = None
) -> Episode:
    """Speak what was prepared, unless it is in another language than the voices. Raises LytError."""
    if not settings.anyway:
        check_language(prepared.script.article, voices[0])
    return record(prepared, voices, settings, watch=watch)


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
    prepared: Prepared, voices: Sequence[Ensemble], settings: Settings, *, watch: Watcher | None = None
) -> Episode:
    """Speak a script and write the files of its episode, all or none: one that cannot be proved leaves what was there.

    Raises LytError.
    """
    script, output, kept = prepared.script, Path(settings.output), kept_by(settings)
    name = library.slug_for(output, prepared.id, episode_slug(script))
    handovers: list[Handover] = []
    watch = watch or _unwatched
    jingles = _jingles(settings)
    before, revision_of = _before(output / name), _revision_of(output / name)
    with _thread("cover") as beside, Staging(output / name, prepared.id) as stage:
        cover = beside.submit(_cover_of, prepared, settings, before)
        if settings.cover not in OUR_COVERS:
            cover.result()  # what is wrong with it is said before a voice is asked that may cost money
        casts = casts_of(script, voices)
        clips = _begun(synthesize(script, casts, kept.clips if kept else None, handovers.append))
        from reader.assembler import Mastering, assemble, load  # noqa: PLC0415  the voices speak meanwhile

        load()
        recording = assemble(
            script,
            _watched(clips, len(script.lines), watch),
            stage.path(RECORDING),
            cache=kept.sound if kept else None,
            mastering=Mastering(settings.loudness, settings.quality, *jingles, cover.result, settings.verify),
            watch=lambda stage, done, total: watch(Progress(stage, done, total)),
        )
        revision = revision_of(recording.sha256)
        recording = replace(recording, path=library.recording_name(name, revision))
        stage.rename(RECORDING, recording.path)
        heard = tuple(dict.fromkeys(cue.voice for cue in recording.cues))
        picture = library.COVER if cover.result() else None
        episode = Episode(
            prepared.id, name, revision, "draft", script, recording, heard, tuple(handovers), cover=picture
        )
        rendering = Rendering(
            prepared.source,
            prepared.is_edited,
            {name: getattr(settings, name) for name in ASKED if name in settings.given},
            recipe(script, casts[0], settings),
            settings.loudness,
            recording.cues,
            *_entries(kept, before),
        )
        page = _page_of(output / name, episode, before)
        if page:
            stage.write(library.PAGE, page)
        _write(stage, episode, cover.result(), rendering, settings)
    _tidy_pages(output / name, page)
    if kept:
        kept.shrink()
    return episode


@contextmanager
def _thread(name: str) -> Iterator[ThreadPoolExecutor]:
    """A thread beside this one. Whoever leaves by an error or an interrupt does not wait for what it still does.

    An interrupt amid an import may leave a lock behind, for which it would wait without end.
    """
    executor = ThreadPoolExecutor(1, thread_name_prefix=name)
    try:
        yield executor
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _revision_of(folder: Path) -> Callable[[str], int]:
    """Tells by its SHA-256 which revision a new recording is: that of the one that is there, if it is the same.

    Or if no listener may know that one. They may know what stands in a feed, and what was withdrawn: a cache could
    still hold either under its name. Raises ConfigError where it cannot be told which feeds there are.
    """
    try:
        plain = library.sidecar(folder)
        before = int(plain.get("revision", FIRST_REVISION))
        if plain.get("status") == library.WITHDRAWN:
            return lambda _sha256: before + 1
        path, known = plain["recording"]["path"], plain["recording"]["sha256"]
    except (MissingSourceError, ScriptError, LookupError, TypeError, ValueError):
        return lambda _sha256: FIRST_REVISION
    from reader.shows import listed_sounds  # noqa: PLC0415  few articles are rendered again

    is_listed = f"{folder.name}/{path}" in listed_sounds(folder.parent)
    return lambda sha256: before + (is_listed and sha256 != known)


def _before(folder: Path) -> library.Stored | None:
    """The episode that a new rendering will replace."""
    try:
        return library.stored(folder)
    except LytError:
        return None


def _entries(kept: Kept | None, before: library.Stored | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of the cache entries that hold clips and sound of an episode; those of its last rendering among them."""
    clips, sound = (kept.clips.folder.used, kept.sound.used) if kept else (set[str](), set[str]())
    if before:
        clips, sound = clips.union(before.rendering.clips), sound.union(before.rendering.sound)
    return tuple(sorted(clips)), tuple(sorted(sound))


def _write(stage: Staging, episode: Episode, cover: bytes | None, rendering: Rendering, settings: Settings) -> None:
    """All files of an episode but its MP3. The last one points to all others."""
    stage.write("script.json", script_to_json(episode.script, episode.id))
    stage.write("render.json", rendering_to_json(rendering))
    if cover:
        stage.write_bytes(library.COVER, cover)
    for document, text in publisher.documents(episode, settings.transcripts).items():
        stage.write(document, text)


def _page_of(folder: Path, episode: Episode, before: library.Stored | None) -> str | None:
    """The page that goes with a new rendering: there was one, and its article has not begun to cost money since."""
    article = episode.script.article
    was_paid = before is not None and before.episode.script.article.is_free is False
    if not (folder / library.PAGE).is_file() or (article.is_free is False and not was_paid):
        return None
    from reader.pages import page_of  # noqa: PLC0415  few episodes have a page
    from reader.publisher.listing import listing_from  # noqa: PLC0415

    return page_of(folder, listing_from(json.loads(publisher.sidecar_json(episode))))


def _tidy_pages(folder: Path, page: str | None) -> None:
    """Where there is a page: take it away if it is no longer wanted, and have the list of all agree with it."""
    file = folder / library.PAGE
    if not file.is_file():
        return
    if page is None:
        with writing(file):
            file.unlink()
    from reader.pages import renew_list  # noqa: PLC0415  few episodes have a page

    renew_list(folder.parent)


def _begun(clips: Iterator[Clip]) -> Iterator[Clip]:
    """Have the first clip spoken. The voices go on with some more."""
    return chain((next(clips),), clips)


def _jingles(settings: Settings) -> tuple[bytes, bytes]:
    """The sound before and after the article. Raises ConfigError where it cannot be used."""
    if not settings.intro and not settings.outro:
        return b"", b""
    from reader.assembler import jingle  # noqa: PLC0415  few runs have one

    intro, outro = (jingle(Path(path)) if path else b"" for path in (settings.intro, settings.outro))
    return intro, outro


def casts_of(script: Script, voices: Sequence[Ensemble]) -> list[Cast]:
    """Who speaks a script, and who would if they failed."""
    return [ensemble.cast(script) for ensemble in voices]


def recipe(script: Script, cast: Cast, settings: Settings) -> str:
    """A digest of all beside the script itself that the sound of an episode and its files depend on."""
    parts = [(part.voice.id, part.rate, part.pitch) for part in map(cast.part_of, script.lines)]
    jingles = [_digest_of(path) for path in (settings.intro, settings.outro, settings.cover)]
    finish = [settings.loudness, settings.quality, sorted(settings.transcripts), *jingles]
    return hashlib.sha256(repr((RECIPE, parts, finish)).encode()).hexdigest()


def _digest_of(path: str | None) -> str:
    """Of a file's bytes; of a name that is none, the name."""
    file = Path(path or "")
    return hashlib.sha256(file.read_bytes()).hexdigest() if path and file.is_file() else str(path)


def _cover_of(prepared: Prepared, settings: Settings, before: library.Stored | None) -> bytes | None:
    if settings.cover is None:
        return None
    from reader.cover import cover_from_file, drawn_cover, picture_cover  # noqa: PLC0415  its library is a heavy one

    if settings.cover not in OUR_COVERS:
        return cover_from_file(Path(settings.cover))
    picture = picture_cover(prepared.picture) if prepared.picture and settings.cover == "" else None
    if picture is None and before and settings.cover == "":
        picture = _earlier_picture(before)
    return picture or drawn_cover(*_on_cover(prepared.script))


def _earlier_picture(before: library.Stored) -> bytes | None:
    """The picture that was the cover of the last rendering: this time nobody may have fetched it."""
    from reader.cover import drawn_cover  # noqa: PLC0415

    file = before.folder / library.COVER
    cover = file.read_bytes() if before.episode.cover and file.is_file() else None
    return None if cover == drawn_cover(*_on_cover(before.episode.script)) else cover


def _on_cover(script: Script) -> tuple[str, str | None, str]:
    return shown_title(script), script.article.site, script.article.language


def sound_folder(path: Path, most: int) -> CacheFolder:
    """The folder of a cache of encoded stretches."""
    return CacheFolder(path, ".mp3part", most)


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


def _watched(clips: Iterable[Clip], total: int, watch: Watcher) -> Iterator[Clip]:
    """Pass clips on, and tell of them."""
    cached = 0
    for clip in clips:
        yield clip
        cached += clip.cached
        watch(Progress("speaking", clip.line + 1, total, cached))


def _unwatched(_progress: Progress) -> None:
    return None
