"""An ID3v2.3 tag with chapters, written byte for byte the same for the same episode.

After the ID3v2.3 standard and its Chapter Frame Addendum: one ordered top-level table of contents, the chapters in
the order of time, each with its title and its place on the article's page.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence

from reader.model import Article, Script, one_line, shown_title
from reader.timeline import ChapterTime

TABLE_ID = b"toc\0"
TOP_LEVEL_AND_ORDERED = 3
NO_OFFSET = 0xFFFF_FFFF
FRONT_COVER = 3
LONGEST_TEXT = 255
LANGUAGES = {"da": "dan", "de": "deu", "en": "eng", "nb": "nor", "nn": "nor", "no": "nor", "sv": "swe", "fr": "fra"}
SHOW = "Lyt til artiklen"
GENRE = "Podcast"
SYNTHETIC_SPEECH = "SYNTHETIC_SPEECH"

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d))?)?)?")


def tag(script: Script, chapters: Sequence[ChapterTime], voices: Sequence[str], cover: bytes | None = None) -> bytes:
    """The whole tag, to stand before the first frame of the MP3; `cover` is a JPEG."""
    article = script.article
    frames = _text("TIT2", shown_title(script)[:LONGEST_TEXT])
    frames += _text("TPE1", ", ".join(article.byline) or article.site or "")
    frames += _text("TALB", article.site or SHOW)
    frames += _text("TLAN", LANGUAGES.get(article.language[:2], "und"))
    frames += _text("TCON", GENRE)
    frames += _text("TPUB", article.site or "")
    frames += _dates(article)
    frames += _address("WOAF", article.url)
    frames += _described_text(SYNTHETIC_SPEECH, ", ".join(voices))
    if chapters:
        frames += _table(chapters)
        frames += b"".join(_chapter(time, article.url) for time in chapters)
    if cover:
        frames += _frame("APIC", b"\0image/jpeg\0" + bytes((FRONT_COVER,)) + b"\0" + cover)
    return b"ID3\x03\x00\x00" + _synchsafe(len(frames)) + frames


def _table(chapters: Sequence[ChapterTime]) -> bytes:
    children = b"".join(_element_id(time) for time in chapters)
    head = TABLE_ID + bytes((TOP_LEVEL_AND_ORDERED, len(chapters)))
    return _frame("CTOC", head + children + _text("TIT2", "Kapitler"))


def _chapter(time: ChapterTime, url: str | None) -> bytes:
    times = struct.pack(">IIII", time.start_ms, time.end_ms, NO_OFFSET, NO_OFFSET)
    link = _link(f"{url.partition('#')[0]}#{time.chapter.id}") if url and _is_plain(url) else b""
    return _frame("CHAP", _element_id(time) + times + _text("TIT2", time.chapter.title) + link)


def _element_id(time: ChapterTime) -> bytes:
    return time.chapter.id.encode("ascii") + b"\0"


def _dates(article: Article) -> bytes:
    match = _DATE.match(article.published or "")
    if match is None:
        return b""
    year, month, day, hour, minute = match.groups()
    frames = _text("TYER", year)
    if day:
        frames += _text("TDAT", day + month)
    if hour:
        frames += _text("TIME", hour + minute)
    return frames


def _text(name: str, text: str) -> bytes:
    return _frame(name, _encoded(one_line(text))) if text else b""


def _described_text(description: str, text: str) -> bytes:
    body = b"\x01" + _utf16(description) + b"\0\0" + _utf16(one_line(text))
    return _frame("TXXX", body) if text else b""


def _address(name: str, url: str | None) -> bytes:
    return _frame(name, url.encode("ascii")) if url and _is_plain(url) else b""


def _is_plain(url: str) -> bool:
    """Whether readers of tags, which know no other characters, take an address as it is."""
    return url.isascii() and url.isprintable()


def _link(address: str) -> bytes:
    return _frame("WXXX", b"\0\0" + address.encode("ascii"))


def _frame(name: str, body: bytes) -> bytes:
    return name.encode("ascii") + struct.pack(">IH", len(body), 0) + body


def _encoded(text: str) -> bytes:
    return b"\0" + text.encode("ascii") if text.isascii() else b"\x01" + _utf16(text)


def _utf16(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le", "replace")


def _synchsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
