"""Bytes to text: one bad byte or one wrong label must not spoil a page."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.cleaner.decode import decode

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


@given(st.text())
def test_round_trip(text: str) -> None:
    """Any text in UTF-8 comes back as it was."""
    assert decode(text.encode(), "latin1", html=True) == text.removeprefix("\ufeff")
