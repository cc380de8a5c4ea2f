"""Bytes to text: what the bytes are counts for more than what anybody says they are.

One stray byte must not turn every æ, ø and å of a page into something else.
"""

from __future__ import annotations

import codecs
import re

WINDOWS_1252 = "windows-1252"
UTF_8 = "utf-8"

_BOMS = ((codecs.BOM_UTF8, UTF_8), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# What browsers understand by a label; Python's codec on the right. Labels that are absent here are ignored.
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
    "utf-16-le": ("utf-16", "utf-16le"),
    "utf-16-be": ("utf-16be",),
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels}

_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_WITHIN = 4096
_BAD_SHARE = 0.001

# Bytes that windows-1252 leaves undefined become the control characters of the same number, as in browsers.
_HIGH = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
_LONE_BYTES = {0xDC00 + byte: _HIGH.get(byte, chr(byte)) for byte in range(0x80, 0x100)}
_LONE = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def decode(body: bytes, charset: str | None, *, html: bool) -> str:
    """The text in `body`, without its byte order mark; never fails.

    In this order: a byte order mark; bytes that are UTF-8, or nearly; the sender's `charset`; for HTML the page's own
    meta element; windows-1252.
    """
    for bom, codec in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(codec, "replace")
    text = _utf_8(body)
    if text is not None:
        return text
    declared = (charset, _meta_charset(body) if html else None)
    codec = next((known for label in declared if (known := _codec(label))), WINDOWS_1252)
    return _windows_1252(body) if codec == WINDOWS_1252 else body.decode(codec, "replace")


def _utf_8(body: bytes) -> str | None:
    """The text if the bytes are UTF-8 but for a few, which are read as windows-1252 each by itself."""
    text = body.decode(UTF_8, "surrogateescape")
    bad = len(_LONE.findall(text))
    good = len(_BEYOND_ASCII.findall(text)) - bad
    if bad and (bad >= good or bad > max(1, len(body) * _BAD_SHARE)):
        return None
    return text.translate(_LONE_BYTES) if bad else text


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
