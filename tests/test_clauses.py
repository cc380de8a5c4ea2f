"""Where a text is cut for a voice that can speak only so much at a time."""

from __future__ import annotations

from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voices.online import clauses

WORDS = st.sampled_from(
    [
        "og",
        "Hansen",
        "3,5",
        "mio.",
        "kl.",
        "14.30",
        "regnen,",
        "falder.",
        "–",
        "»vi",
        "år«",
        "hus",
        "1",
        "234",
        "x" * 41,
    ]
)
TEXTS = st.text(max_size=300) | st.lists(WORDS, max_size=80).map(" ".join)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(text=TEXTS, limit=st.integers(10, 100))
def test_every_piece_can_be_spoken(text: str, limit: int) -> None:
    """Every piece is within the limit, has no white space around it, and holds a letter or digit."""
    for piece in clauses.split(text, limit):
        assert len(piece) <= limit
        assert piece == piece.strip()
        assert any(map(str.isalnum, piece))


@given(text=TEXTS, limit=st.integers(10, 100))
def test_nothing_to_say_is_lost(text: str, limit: int) -> None:
    """Joined, the pieces are the text again but for white space, and for marks where no piece has room for them."""
    pieces = clauses.split(text, limit)
    assert [c for piece in pieces for c in piece if c.isalnum()] == [c for c in text if c.isalnum()]
    if any(map(str.isalnum, text)) and all(map(str.isalnum, squeezed(text))):
        assert squeezed("".join(pieces)) == squeezed(text)


@given(words=st.lists(st.from_regex(r"[a-zæøå]{1,12}[,.]?", fullmatch=True), min_size=1, max_size=60))
def test_pieces_join_again(words: list[str]) -> None:
    """Pieces of ordinary words, joined by spaces, are the text again: no word is cut and no mark is dropped."""
    assert " ".join(clauses.split(" ".join(words), 40)) == " ".join(words)


@given(words=st.lists(st.from_regex(r"b{1,12}", fullmatch=True), min_size=1, max_size=60))
def test_fewest_pieces(words: list[str]) -> None:
    """Where all cuts are alike, there are as few as can be: as many words go into each piece as fit."""
    expected = [""]
    for word in words:
        if expected[-1] and len(expected[-1]) + 1 + len(word) > 20:
            expected.append("")
        expected[-1] = f"{expected[-1]} {word}".strip()
    assert clauses.split(" ".join(words), 20) == expected


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("Det regner. Det blæser, siger hun.", 100, ["Det regner. Det blæser, siger hun."]),
        ("Det regner, og det blæser. Solen skinner ikke.", 30, ["Det regner, og det blæser.", "Solen skinner ikke."]),
        ("Det regner, det blæser, solen skinner ikke.", 30, ["Det regner, det blæser,", "solen skinner ikke."]),
        ("Det regner – og solen skinner ikke.", 25, ["Det regner –", "og solen skinner ikke."]),
        ("»Vi har ventet,« siger hun til avisen.", 25, ["»Vi har ventet,«", "siger hun til avisen."]),
        ("Det regner i dag og det blæser også i dag.", 30, ["Det regner i dag", "og det blæser også i dag."]),
        ("Det regner i dag hele dagen overalt.", 25, ["Det regner i dag hele", "dagen overalt."]),
        ("  Det regner. \n", 100, ["Det regner."]),
        ("", 100, []),
        (" … – »« ", 100, []),
    ],
)
def test_best_place(text: str, limit: int, pieces: list[str]) -> None:
    """A cut is at a sentence end, else at the last clause mark, else before a conjunction, else at a space."""
    assert clauses.split(text, limit) == pieces


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("Aftalen koster hele 3,5 mio. kroner i alt", 24, "3,5 mio."),
        ("Der er i alt omtrent 1 234 sider at læse", 24, "1 234 sider"),
        ("Mødet begynder i dag kl. 14.30 i salen", 24, "kl. 14.30"),
        ("Det fremgår af lovens § 119 om straf", 24, "§ 119"),
        ("Det bliver nok omkring 10 – 12 grader varmt", 25, "10 – 12 grader"),
        ("Han kom til verden den 24. august i Aarhus", 25, "24. august"),
        ("Det koster næsten halvtreds millioner kroner i dag", 38, "halvtreds millioner kroner"),
        ("Tallet er vist nok to hundrede og femten hos os", 34, "to hundrede og femten"),
        ("Vi har talt længe med Claus Mathiesen i dag", 27, "Claus Mathiesen"),
        ("Nu taler vi igen med dr. Hansen om det", 24, "dr. Hansen"),
        ("Nu taler vi igen med J.P. Hansen om det", 26, "J.P. Hansen"),
        ("Vi gik hele vejen hjem i 5\u00a0Timer og sov", 26, "5\u00a0Timer"),
    ],
)
def test_kept_together(text: str, limit: int, kept: str) -> None:
    """A number, its unit, what leads up to it, and a full name are not torn apart, though a later cut would fit."""
    pieces = clauses.split(text, limit)
    assert len(pieces) > 1
    assert any(kept in piece for piece in pieces)


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("Først regner det, og så skinner solen igen hele dagen her.", 40, 2),
        ("Han hedder Claus Mathiesen, siger man hjemme hos os andre.", 40, 2),
    ],
)
def test_fewer_pieces_before_better_places(text: str, limit: int, pieces: int) -> None:
    """Where a text fits into two pieces it is cut at a space rather than at the clause that would leave three."""
    assert len(clauses.split(text, limit)) == pieces


def test_fewest_pieces_though_a_clause_is_torn() -> None:
    """Two pieces with a cut between two words are better than three with cuts at clauses: each may be a request."""
    text = "Det regner lidt, og solen skinner hele dagen, siger man."
    assert clauses.split(text, 30) == ["Det regner lidt, og solen", "skinner hele dagen, siger man."]


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("Det siger Claus Mathiesen om sagen", 17, ["Det siger", "Claus Mathiesen", "om sagen"]),
        ("Der er nok 250 kilometer derfra nu", 18, ["Der er nok", "250 kilometer", "derfra nu"]),
    ],
)
def test_rather_a_piece_more_than_a_torn_name(text: str, limit: int, pieces: list[str]) -> None:
    """A name, and a number with its unit, stay whole even where that takes a piece more."""
    assert clauses.split(text, limit) == pieces


def test_no_breath_after_a_word_that_leans() -> None:
    """Where only spaces are left, the cut is not between an article or a preposition and what it belongs to."""
    assert clauses.split("Solen skinner hele dagen i det nordlige Jylland", 32) == [
        "Solen skinner hele dagen",
        "i det nordlige Jylland",
    ]


@given(text=TEXTS, limit=st.integers(10, 100))
def test_where_the_pieces_are(text: str, limit: int) -> None:
    """The places of the pieces rise without overlap, and what stands there are the pieces."""
    places = clauses.pieces(text, limit)
    assert [text[start:end] for start, end in places] == clauses.split(text, limit)
    assert all(before <= start < end for (_, before), (start, end) in pairwise([(0, 0), *places]))


@pytest.mark.parametrize("text", ["Det er bl.a. Hansen", "Det er J.P. Hansen", "Den 3. Maj", "Vi ses ved Skt. Hans"])
def test_abbreviation_ends_no_sentence(text: str) -> None:
    """A full stop that belongs to an abbreviation, initials or an ordinal is no sentence end."""
    assert clauses.split(f"{text} siger noget", len(text) + 3) == [text, "siger noget"]


def test_long_word_is_cut_hard() -> None:
    """A word that is longer than the limit is cut at the limit; the words around it stay whole."""
    assert clauses.split("Se " + "x" * 25 + " nu.", 10) == ["Se xxxxxxx", "x" * 10, "xxxxxxxx", "nu."]


def test_marks_without_room() -> None:
    """Marks that fill more than a piece are left out, as nobody can speak them; those that fit stay."""
    assert clauses.split("hej" + "!" * 50 + "du", 10) == ["hej!!!!!!!", "!!!du"]


def test_no_room() -> None:
    """A limit below one character is refused, for no text could ever be cut to it."""
    with pytest.raises(ValueError, match="one character"):
        clauses.split("hej", 0)


def test_linear_time() -> None:
    """Ten times the text takes about ten times as long."""
    text = "Det regner, og det blæser i dag, siger Claus Mathiesen til avisen klokken 14. "

    def seconds(times: int) -> float:
        start = perf_counter()
        clauses.split(text * times)
        return perf_counter() - start

    small = min(seconds(100) for _ in range(3))
    assert min(seconds(1000) for _ in range(2)) < 30 * small
