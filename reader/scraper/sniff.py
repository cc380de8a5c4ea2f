"""What kind of thing some bytes are, judged by themselves first and by their name second."""

from __future__ import annotations

import json
import re

from reader.errors import UnsupportedTypeError

HTML = "text/html"
XHTML = "application/xhtml+xml"
MARKDOWN = "text/markdown"
PLAIN = "text/plain"

SUFFIXES = {
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": XHTML,
    ".xht": XHTML,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".txt": PLAIN,
    ".text": PLAIN,
}

# (offset, first bytes, what it is)
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF87a", "a GIF image"),
    (0, b"GIF89a", "a GIF image"),
    (8, b"WEBP", "a WebP image"),
    (0, b"II*\x00", "a TIFF image"),
    (0, b"MM\x00*", "a TIFF image"),
    (8, b"WAVE", "a WAV recording"),
    (0, b"ID3", "an MP3 recording"),
    (0, b"OggS", "an Ogg recording"),
    (0, b"fLaC", "a FLAC recording"),
    (4, b"ftyp", "an MP4 recording"),
    (0, b"\x1aE\xdf\xa3", "a Matroska film"),
    (0, b"PK\x03\x04", "a zip archive or an office document"),
    (0, b"PK\x05\x06", "an empty zip archive"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (0, b"{\\rtf", "an RTF document"),
    (0, b"%!PS", "a PostScript document"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ\x00", "an xz archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (0, b"\x7fELF", "a program"),
    (0, b"\xca\xfe\xba\xbe", "a program"),
    (0, b"\xcf\xfa\xed\xfe", "a program"),
    (0, b"SQLite format 3\x00", "an SQLite database"),
    (0, b"wOFF", "a font"),
    (0, b"wOF2", "a font"),
)

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_SAMPLE = 8192
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_PAGE_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_FEED_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+<(?:rss|feed|rdf:rdf|urlset|sitemapindex)\b", re.IGNORECASE | re.DOTALL
)
_BLOCK_START = re.compile(
    r"\s*(?><!--.*?-->\s*)*+<(?:p|div|h[1-6]|article|section|header|main|body|figure|ul|ol)(?:\s[^<>]*)?>",
    re.IGNORECASE | re.DOTALL,
)
_BLOCK_END = re.compile(r"</(?:p|div|h[1-6]|li|article|section)>", re.IGNORECASE)
_FEWEST_BLOCKS = 3
_PAGE_TAG = re.compile(
    r"<(?:p|div|article|main|head|body|title|meta|h[1-6]|section|blockquote)(?:\s[^<>]*)?>", re.IGNORECASE
)


def foreign_kind(body: bytes) -> str | None:
    """What the bytes are if nobody could read them out: "a PDF", "a feed of articles", "binary data".

    None for pages and for text in any encoding.
    """
    if b"%PDF-" in body[:1024] and not starts_as_page(body):
        return "a PDF"
    for offset, magic, name in _MAGIC:
        if body.startswith(magic, offset):
            return name
    if len(body) > 1 and body[0] == 0xFF and body[1] in (0xFB, 0xFA, 0xF3, 0xF2):
        return "an MP3 recording"
    if _FEED_START.match(_opening(body)):
        return "a feed or a map of a site"
    if _is_json(body):
        return "JSON data"
    return "binary data" if _has_many_controls(body) else None


def _is_json(body: bytes) -> bool:
    """Whether it is an object or a list, whole: a text in brackets is none."""
    text = body.strip()
    if text[:1] + text[-1:] not in (b"{}", b"[]"):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _has_many_controls(body: bytes) -> bool:
    if body.startswith(_BOMS):
        return False
    sample = body[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > max(4, len(sample) // 100)


def starts_as_page(body: bytes) -> bool:
    """Whether a doctype of HTML or an <html> tag comes first."""
    return _PAGE_START.match(_opening(body)) is not None


def looks_like_page(body: bytes) -> bool:
    """Whether the first kilobyte opens as HTML or holds its tags."""
    return starts_as_page(body) or len(_PAGE_TAG.findall(_opening(body))) > 1


def is_marked_up(body: bytes) -> bool:
    """Whether a text is HTML, whatever its name: it opens with a block element, or soon holds several whole ones."""
    sample = body[:_SAMPLE].replace(b"\x00", b"").decode("latin-1").removeprefix("ï»¿").lstrip("ÿþ")
    return _BLOCK_START.match(sample) is not None or len(_BLOCK_END.findall(sample)) >= _FEWEST_BLOCKS


def _opening(body: bytes) -> str:
    charset = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(body[:2], "latin-1")
    return body[:1024].decode(charset, "replace").removeprefix("\ufeff").removeprefix("ï»¿")


def media_type(body: bytes, suffix: str = "") -> str:
    """The media type by suffix (".md"), else by content. A page saved under the name of a text is still a page."""
    named = SUFFIXES.get(suffix.lower())
    if named not in (PLAIN, None):
        return named
    is_page = starts_as_page(body) or is_marked_up(body) or (named is None and looks_like_page(body))
    return HTML if is_page else PLAIN


def refuse_foreign(body: bytes, name: str, wanted: str = "a web page or text") -> None:
    """Raise UnsupportedTypeError, naming what the bytes look like, unless they are a page or text."""
    kind = foreign_kind(body)
    if kind:
        raise UnsupportedTypeError(f"{name} is {kind}, not {wanted}: save the article as HTML or text")
