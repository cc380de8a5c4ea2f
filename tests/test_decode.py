"""Bytes to text: one bad byte or one wrong label must not spoil a page."""

from __future__ import annotations

import codecs
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.cleaner.decode import decode, once_encoded

DANISH = "»Blåbærgrød på Ærø – 100 €,« siger Åse."


@pytest.mark.parametrize("charset", [None, "utf-8", "iso-8859-1", "utf-7", "klingon", ""])
def test_valid_utf_8_is_utf_8(charset: str | None) -> None:
    """Bytes that are UTF-8 are read as that, whatever the label says."""
    assert decode(DANISH.encode(), charset, html=True) == DANISH


@pytest.mark.parametrize(
    ("mark", "codec"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_byte_order_mark_wins(mark: bytes, codec: str) -> None:
    """A byte order mark wins over the label, and is not part of the text."""
    assert decode(mark + DANISH.encode(codec), "iso-8859-1", html=False) == DANISH


def test_one_bad_byte_spoils_only_itself() -> None:
    """A lone bad byte in a UTF-8 page is read as windows-1252, and all else stays as it is."""
    body = (DANISH * 50).encode() + b"caf\xe9" + (DANISH * 50).encode()
    assert decode(body, "utf-8", html=True) == DANISH * 50 + "café" + DANISH * 50


def test_cut_end() -> None:
    """A page cut in the middle of a letter keeps all the others."""
    assert decode((DANISH * 50 + "æ").encode()[:-1], None, html=True).startswith(DANISH * 50)


def test_large_page_with_few_danish_letters() -> None:
    """Where more bytes are bad than letters are good it is no UTF-8, however small their share."""
    body = b"word " * 10_000 + "blå øl".encode("cp1252")
    assert decode(body, None, html=True).endswith("blå øl")


@pytest.mark.parametrize("label", ["iso-8859-1", "ISO-8859-1", "latin1", " windows-1252 ", '"us-ascii"', None, "utf-7"])
def test_latin_labels_mean_windows_1252(label: str | None) -> None:
    """Latin-1 means windows-1252, as in browsers, and so does no label or one that nobody knows."""
    assert decode(DANISH.encode("cp1252"), label, html=False) == DANISH


def test_meta_charset_of_a_page() -> None:
    """A page's own meta element counts where the sender says nothing, and in texts it does not."""
    body = b"<meta charset='iso-8859-15'><p>\xa4"
    assert decode(body, None, html=True).endswith("€")
    assert decode(body, None, html=False).endswith("¤")
    assert decode(body, "windows-1252", html=True).endswith("¤")


def test_meta_in_the_old_form() -> None:
    """The charset inside a content attribute counts as well, within the first four kilobytes."""
    meta = b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'
    assert decode(meta + b"\xcf", None, html=True).endswith("П")
    assert decode(b" " * 5000 + meta + b"\xcf", None, html=True).endswith("Ï")


def test_meta_cannot_claim_utf_16() -> None:
    """A meta element that could be read as ASCII does not make the page UTF-16."""
    assert decode(b"<meta charset=utf-16><p>bl\xe5", None, html=True).endswith("blå")


@given(
    st.binary(max_size=400),
    st.none() | st.sampled_from(["utf-8", "latin1", "utf-16", "gbk", "shift_jis", "x"]),
    st.booleans(),
)
def test_never_fails(body: bytes, charset: str | None, html: bool) -> None:
    """Any bytes decode to a text that UTF-8 can hold."""
    decode(body, charset, html=html).encode()


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_round_trip(text: str) -> None:
    """Any text in UTF-8 comes back as it was, unless it was encoded twice."""
    assert decode(text.encode(), "latin1", html=True) == once_encoded(text.removeprefix("\ufeff"))


LETTERS = frozenset("æøåÆØÅ")
STORY = "Færgen fra Ærøskøbing når ikke frem før påske – »det ærgrer øboerne på Ærø,« siger Åse Bøgh. " * 4


@pytest.mark.parametrize("length", [60, len(STORY)])
def test_a_stray_byte_anywhere_changes_no_other_letter(length: int) -> None:
    """One byte put in or replaced at any place changes at most the letter that it falls into."""
    chance = random.Random(7)
    body = STORY[:length].encode()
    expected = [letter for letter in body.decode() if letter in LETTERS]
    for _ in range(200):
        place, stray = chance.randrange(len(body)), bytes([chance.randrange(0x80, 0x100)])
        for width in (0, 1):
            text = decode(body[:place] + stray + body[place + width :], None, html=False)
            around = len((body[:place] + body[place + width :]).decode("utf-8", "ignore"))
            got = [letter for letter in text if letter in LETTERS]
            assert abs(len(got) - len(expected)) <= 1
            assert common(got, expected) >= len(expected) - 1
            assert len(text) - around <= 4


def common(got: list[str], expected: list[str]) -> int:
    """How many letters the two have in common at their beginning and at their end, together."""
    most = min(len(got), len(expected))
    before = next((n for n in range(most) if got[n] != expected[n]), most)
    after = next((n for n in range(most - before) if got[-1 - n] != expected[-1 - n]), most - before)
    return before + after


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_without_a_mark(codec: str) -> None:
    """UTF-16 and UTF-32 show by their zeros, whatever the label says."""
    assert decode(DANISH.encode(codec), "utf-8", html=False) == DANISH


@pytest.mark.parametrize(("mark", "codec"), [(codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be")])
def test_mark_of_utf_32(mark: bytes, codec: str) -> None:
    """The mark of UTF-32 is not taken for that of UTF-16, with which it begins."""
    assert decode(mark + DANISH.encode(codec), None, html=False) == DANISH


@pytest.mark.parametrize("end", [b"\xc3", b"\xe2", b"\xe2\x80", b"\xf0\x9f\x9a"])
def test_a_letter_cut_by_the_end_is_dropped(end: bytes) -> None:
    """A letter that is cut at the end of the file leaves nothing behind."""
    assert decode(DANISH.encode() + end, None, html=False) == DANISH


def test_last_letter_in_windows_1252() -> None:
    """A text in windows-1252 that ends in a Danish letter keeps it."""
    assert decode("Bølgen blå".encode("cp1252"), None, html=False) == "Bølgen blå"


def test_zeros_are_taken_out() -> None:
    """Zeros inside words are no part of them."""
    assert decode("Blå\0bær\0".encode(), None, html=False) == "Blåbær"


@pytest.mark.parametrize("text", [DANISH, "“Ja” – Århus, Øster Å 5 €, naïve Åse…", "à la carte på Ærø"])
def test_text_encoded_twice_is_repaired(text: str) -> None:
    """UTF-8 that somebody read as windows-1252 and encoded again comes back."""
    twice = decode(text.encode(), None, html=False).encode()
    broken = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in twice)
    assert broken != text
    assert decode(broken.encode(), None, html=False) == text


@pytest.mark.parametrize("text", ["Tegnet æ blev til Ã¦ på skærmen.", "São Paulo, SÃO", "Ã"])
def test_text_that_only_looks_encoded_twice_stays(text: str) -> None:
    """Where Danish letters are whole, or none is broken, nothing is repaired."""
    assert decode(text.encode(), None, html=False) == text


@pytest.mark.parametrize(
    ("label", "codec"),
    [("cp865", "cp865"), ("IBM850", "cp850"), ("macintosh", "mac-roman"), ("x-mac-roman", "mac-roman")],
)
def test_old_charsets_when_declared(label: str, codec: str) -> None:
    """The charsets of DOS and of old Macs are read where they are declared."""
    assert decode("Blåbærgrød på Ærø".encode(codec), label, html=False) == "Blåbærgrød på Ærø"


@pytest.mark.parametrize("label", ["utf-16", "utf-16le", "utf-16be", "utf-32"])
def test_a_wide_label_without_zeros_is_ignored(label: str) -> None:
    """A sender who claims UTF-16 of bytes without zeros is wrong."""
    assert decode("Blåbærgrød".encode("cp1252"), label, html=False) == "Blåbærgrød"


@pytest.mark.parametrize("unit", [b"\xc3", b"\xe5", b"\0", b"\x80", "Ã¦".encode(), b"<meta ", b"a\0"])
def test_a_million_of_anything_is_quick(unit: bytes) -> None:
    """A megabyte of any byte is decoded in linear time."""
    start = time.perf_counter()
    decode(unit * (1_000_000 // len(unit)), None, html=True)
    assert time.perf_counter() - start < 5
