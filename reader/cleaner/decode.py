"""Bytes to text: what the bytes are counts for more than what anybody says they are.

One stray byte must not turn every æ, ø and å of a page into something else.
"""

from __future__ import annotations

import codecs
import re

WINDOWS_1252 = "windows-1252"
UTF_8 = "utf-8"

_BOMS = (  # that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# What browsers understand by a label; Python's codec on the right. Labels that are absent here are ignored;
# the three of DOS, which browsers do not know, stand in old archives. UTF-16 shows by its zeros, never by a label.
_LABELS: dict[str, tuple[str, ...]] = {
    UTF_8: ("utf-8", "utf8", "unicode-1-1-utf-8", "x-unicode20utf8"),
    WINDOWS_1252: (
        *("windows-1252", "cp1252", "x-cp1252", "ascii", "us-ascii", "ansi_x3.4-1968", "latin1", "l1", "csisolatin1"),
        *("iso-8859-1", "iso8859-1", "iso88591", "iso_8859-1", "iso-ir-100", "ibm819", "cp819"),
    ),
    "iso8859-15": ("iso-8859-15", "iso8859-15", "iso885915", "iso_8859-15", "latin9", "l9"),
    "iso8859-2": ("iso-8859-2", "iso8859-2", "iso88592", "iso_8859-2", "latin2", "l2"),
    "iso8859-4": ("iso-8859-4", "iso8859-4", "iso_8859-4", "latin4", "l4"),
    "iso8859-5": ("iso-8859-5", "iso8859-5", "iso_8859-5", "cyrillic"),
    "iso8859-7": ("iso-8859-7", "iso8859-7", "iso_8859-7", "greek"),
    "iso8859-10": ("iso-8859-10", "iso8859-10", "latin6", "l6"),
    "iso8859-13": ("iso-8859-13", "iso8859-13"),
    "cp1250": ("windows-1250", "cp1250", "x-cp1250"),
    "cp1251": ("windows-1251", "cp1251", "x-cp1251"),
    "cp1253": ("windows-1253", "cp1253"),
    "cp1254": ("windows-1254", "cp1254", "iso-8859-9", "iso8859-9", "latin5", "l5"),
    "cp1255": ("windows-1255", "cp1255"),
    "cp1256": ("windows-1256", "cp1256"),
    "cp1257": ("windows-1257", "cp1257"),
    "koi8-r": ("koi8-r", "koi8", "koi8_r"),
    "mac-roman": ("macintosh", "mac", "x-mac-roman"),
    "gb18030": ("gb18030", "gbk", "gb2312", "x-gbk"),
    "big5": ("big5", "big5-hkscs"),
    "cp932": ("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j"),
    "euc-jp": ("euc-jp", "x-euc-jp"),
    "cp949": ("euc-kr", "ks_c_5601-1987", "windows-949"),
    "cp865": ("ibm865", "cp865", "865"),
    "cp850": ("ibm850", "cp850", "850"),
    "cp437": ("ibm437", "cp437", "437"),
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels}

_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_WITHIN = 4096
_BAD_SHARE = 0.001
_BAD_ALLOWED = 5  # one stray byte inside a letter of four bytes
_SAMPLE = 4096
_FEWEST_ZEROS = 4

# Bytes that windows-1252 leaves undefined become the control characters of the same number, as in browsers.
_HIGH = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
_LONE_BYTES = {0xDC00 + byte: _HIGH.get(byte, chr(byte)) for byte in range(0x80, 0x100)}
_LONE = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_CUT_LETTER = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")

# UTF-8 that was read as windows-1252 and written as UTF-8 again: "Ã¦" for "æ", "â€“" for a dash.
_AS_BYTES = {ord(character): byte for byte, character in _HIGH.items()}
_LATER = "[\u0080-\u00bf" + re.escape("".join(character for character in _HIGH.values() if character > "\xff")) + "]"
_TWICE = re.compile(f"[\u00c2-\u00c5]{_LATER}|[\u00e2\u00ef]{_LATER}{{2}}")
_TWICE_DANISH = re.compile("\u00c3(?:[\u00a5\u00a6\u00b8\u0085\u0086\u0098]|[\u2026\u2020\u02dc])")
_DANISH = re.compile("[æøåÆØÅ]")


def decode(body: bytes, charset: str | None, *, html: bool) -> str:
    """The text in `body`, without its byte order mark; never fails.

    In this order: a byte order mark; zeros that show UTF-16 or UTF-32; bytes that are UTF-8, or nearly; the sender's
    `charset`; for HTML the page's own meta element; windows-1252. Text that was encoded twice is repaired, and zeros,
    which no text has, are taken out.
    """
    return once_encoded(_decoded(body, charset, html=html).replace("\x00", ""))


def _decoded(body: bytes, charset: str | None, *, html: bool) -> str:
    for bom, codec in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(codec, "replace")
    wide = _wide_codec(body[:_SAMPLE])
    if wide:
        return body.decode(wide, "replace")
    text = _utf_8(body)
    if text is not None:
        return text
    declared = (charset, _meta_charset(body) if html else None)
    codec = next((known for label in declared if (known := _codec(label))), WINDOWS_1252)
    return _windows_1252(body) if codec == WINDOWS_1252 else body.decode(codec, "replace")


def once_encoded(text: str) -> str:
    """The text, repaired if it was encoded twice: all its Danish letters have become "Ã¦" and the like."""
    if _TWICE_DANISH.search(text) is None or _DANISH.search(text):
        return text
    return _TWICE.sub(_repaired, text)


def _repaired(match: re.Match[str]) -> str:
    body = bytes(_AS_BYTES.get(ord(character), ord(character)) for character in match[0])
    try:
        return body.decode(UTF_8)
    except UnicodeDecodeError:
        return match[0]


def _wide_codec(sample: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: the zeros of its Latin letters stand at every second byte, or at three of four.

    More than half of those places hold zeros then, and hardly any of the others.
    """
    if sample.count(0) < _FEWEST_ZEROS:
        return None
    quarters = [2 * sample[place::4].count(0) > len(sample) // 4 for place in range(4)]
    codecs_by_zeros = {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }
    return codecs_by_zeros.get(tuple(quarters))  # type: ignore[arg-type]


def _utf_8(body: bytes) -> str | None:
    """The text if the bytes are UTF-8 but for a few, which are read as windows-1252 each by itself.

    A letter that the end of the file cuts in two is dropped.
    """
    if body.isascii():
        return body.decode("ascii")
    cut = _CUT_LETTER.search(body, max(0, len(body) - 3))
    text = _nearly_utf_8(body[: cut.start()]) if cut else None
    return text if text and _BEYOND_ASCII.search(text) else _nearly_utf_8(body)


def _nearly_utf_8(body: bytes) -> str | None:
    try:
        return body.decode(UTF_8)
    except UnicodeDecodeError:
        text = body.decode(UTF_8, "surrogateescape")
    bad = len(_LONE.findall(text))
    good = len(_BEYOND_ASCII.findall(text)) - bad
    if bad >= good or bad > max(_BAD_ALLOWED, len(body) * _BAD_SHARE):
        return None
    return text.translate(_LONE_BYTES)


def _windows_1252(body: bytes) -> str:
    return body.decode("latin-1").translate(_HIGH)


def _codec(label: str | None) -> str | None:
    """The codec of a label; UTF-8 itself is not offered, because the bytes have shown that they are none."""
    codec = _CODECS.get((label or "").strip().strip("\"'").lower())
    return None if codec == UTF_8 else codec


def _meta_charset(body: bytes) -> str | None:
    """The charset in the first 4 kB; one that claims UTF-16 is wrong, for it was read as ASCII."""
    found = _META.search(body[:_META_WITHIN])
    label = found[1].decode("ascii", "ignore") if found else None
    return None if label and label.lower().startswith("utf-16") else label
