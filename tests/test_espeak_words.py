"""Danish number words as eSpeak NG says them: corrected by phonemes, marked as words, never commanded by the text."""

import ctypes
import re
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voices
import voices.espeak as espeak_module
from reader.danish import numbers
from voices import Utterance
from voices.espeak import server, words

TABLE = Path(__file__).parent / "danish" / "espeak_words.tsv"
IPA, MNEMONICS = 2, 0
Say = Callable[..., str]


@pytest.fixture(scope="module")
def say() -> Say:
    """The library's translation of a text, in which it reads [[phonemes]], as the voice makes it do."""
    library = server.open_library(*espeak_module._paths())
    server.speak(library, {"text": "nul", "phonemes": True, "voice": "da", "rate": 175, "pitch": 50})
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p

    def translate(text: str, alphabet: int = IPA) -> str:
        rest = ctypes.c_char_p(text.encode())
        clauses = []
        while rest.value is not None:
            clauses.append(library.espeak_TextToPhonemes(ctypes.byref(rest), server.UTF8_TEXT, alphabet).decode())
        return " | ".join(clauses)

    return translate


def prepared(text: str) -> str:
    return words.prepare(text, words.danish()).text


def listed() -> dict[str, str]:
    rows = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {word: ipa for word, ipa in rows}  # noqa: C416  two columns, or it fails


def test_every_number_word_sounds_as_listed(say: Say) -> None:
    """The list in tests/danish/espeak_words.tsv is what a listener hears."""
    assert {word: say(prepared(word)) for word in listed()} == listed()


def test_every_number_word_is_listed() -> None:
    """No number from 0 to 99, counting or ordering, and no decade is missing from the list."""
    counting = {numbers.cardinal(number, gender) for number in range(100) for gender in ("en", "et")}
    ordering = {numbers.ordinal(number, gender) for number in range(1, 100) for gender in ("en", "et")}
    decades = {numbers.decade(ten) for ten in range(0, 100, 10)}
    assert counting | ordering | decades <= set(listed())


def test_no_letter_is_said_that_a_dane_leaves_out() -> None:
    """The d of halvtreds and halvfjerds is silent, the g of an inner og too, and the d of -del is not a soft one."""
    for word, ipa in listed().items():
        assert not re.search("ðs|ɐ̯ds|ɡ|ɒw", ipa), word
        assert not re.search("del(s|e|en)?$", word) or re.search("dˌʔ?el", ipa), word


@pytest.mark.parametrize("part", words.danish())
def test_every_row_is_phonemes_of_the_library(say: Say, part: str) -> None:
    """What the table gives for a word, the library reads to its last sign, as one word."""
    said = words.danish()[part]
    assert say(f"[[{said}]]", MNEMONICS) == said
    assert said.split() == [said]


@pytest.mark.parametrize("wrong", ["h?&ltR'?Es9", "xQ~", "''h", "tRé"])
def test_a_row_with_a_slip_would_be_noticed(say: Say, wrong: str) -> None:
    """Signs that the library does not know are lost, and so they fail the test of the rows."""
    assert say(f"[[{wrong}]]", MNEMONICS) != wrong


def test_no_row_is_idle(say: Say) -> None:
    """Each word in the table is one that the library says otherwise by itself."""
    own = {word: say(word) for word in words.danish() if "-" not in word}
    assert [word for word in own if say(prepared(word)) == own[word]] == []


@pytest.mark.parametrize(
    "text", ["Halvtreds.", "HALVTREDS", "»halvtreds«", "(halvtreds)", "to\u00a0halvtreds", "–halvtreds…"]
)
def test_a_word_is_found_wherever_it_stands(say: Say, text: str) -> None:
    """Capitals, quotation marks, brackets and unbroken spaces around a word do not hide or swallow it."""
    assert "haltʁˈεs" in say(prepared(text))


@pytest.mark.parametrize(
    "word", ["halvtredsårige", "halvtreds-årig", "femoghalvtredsårig", "halvtreds-tallet", "halvtredseren"]
)
def test_a_word_before_an_ending_is_found(say: Say, word: str) -> None:
    """A number with an ending or a hyphen after it sounds like the number by itself."""
    assert "haltʁˈεs" in say(prepared(word))


@pytest.mark.parametrize(
    "word", ["tres", "tresidet", "ottekant", "seksualitet", "og", "tohundreds", "enog", "årig", "x" * 9_000]
)
def test_other_words_are_left_alone(word: str) -> None:
    """Words that only begin like a number, and parts of words, go to the library as they are."""
    assert words.prepare(word, words.danish()) == words.Prepared(word)


def test_a_pause_follows_a_mark_after_a_word() -> None:
    """Comma and full stop after a corrected word are heard as they are after any word."""
    voice = voices.load("espeak:da")

    def start_of_last_word(text: str) -> int:
        return voice.speak(Utterance(text)).marks[-1].frame

    plain, comma, stop = (start_of_last_word(f"Hun er halvtreds{mark} Her") for mark in ("", ",", "."))
    assert comma > plain + 2_000
    assert stop > comma + 2_000


@pytest.mark.parametrize(
    "text",
    [
        "»Halvtreds,« siger hun – femoghalvtreds (otte) år.",
        "Otte seks halvtreds; to\u00a0hundrede, halvtreds",
        "I en - halvtreds her, 'otte' \"otte\" ’otte’ „otte“ her.",
        "Halvtreds",
    ],
)
def test_marks_stay_on_the_words_of_the_text(text: str) -> None:
    """Every word has its mark, at the word's place in the text that was given, in rising time."""
    speech = voices.load("espeak:da").speak(Utterance(text))
    assert [(mark.start, mark.end) for mark in speech.marks] == [m.span() for m in re.finditer(r"\w+", text)]
    assert all(before.frame < after.frame for before, after in pairwise(speech.marks))


PIECES = st.sampled_from(
    ["halvtreds", "Otte", "og", " ", ", ", ". Så ", "[[", "]]", "-", "å", "\0", "«", "\u00a0", "enogtyve"]
)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_places_lead_back_to_the_text(text: str) -> None:
    """Every place of the prepared text leads to its own character, or to the beginning of the replaced word."""
    result = words.prepare(text, words.danish())
    plain = words.prepare(text, {})
    assert (len(plain.text), plain.stretches) == (len(text), ())
    inside = {place: stretch for stretch in result.stretches for place in range(stretch.start, stretch.end)}
    for place, character in enumerate(result.text):
        if place in inside:
            assert result.original(place) == inside[place].instead_of
        else:
            assert plain.text[result.original(place)] == character
    assert result.original(len(result.text)) in (len(text), *(s.instead_of for s in result.stretches))


@given(st.text() | st.lists(PIECES, max_size=20).map("".join))
def test_brackets_of_the_text_never_reach_the_library(text: str) -> None:
    """Whatever the text holds, the only brackets and controls in what the library reads are our own."""
    said = re.sub(r"\[\[[^][]*\]\]", "", prepared(text))
    assert not re.search(r"[][\0-\x08\x0e-\x1f\x7f-\x9f]", said)


def test_a_text_cannot_give_commands(say: Say) -> None:
    """Brackets, tags and control characters of a text are read or dropped, also beside a corrected word."""
    assert say("[[h'aj]] halvtreds") != say(prepared("[[h'aj]]") + " halvtreds")
    for name in ("espeak:da", "espeak:sv"):
        voice = voices.load(name)
        for obeyed, read in (("[[h'aj]]", "((h'aj))"), ("\x01Ven her", " Ven her"), ("\x01900S her", " 900S her")):
            assert (
                voice.speak(Utterance(f"Otte {obeyed} otte.")).pcm == voice.speak(Utterance(f"Otte {read} otte.")).pcm
            )
        tag = voice.speak(Utterance("Otte <break time='9s'/> otte."))
        assert len(tag.pcm) // 2 < 8 * voice.format.rate


@pytest.mark.parametrize("filler", range(0, 16, 3))
def test_a_clause_that_the_library_cuts_is_not_cut_in_the_phonemes(say: Say, filler: int) -> None:
    """In a clause longer than the library's buffer every word is still said, though the last ones by its own rules."""
    said = say(prepared("x" * filler + " halvtreds" * 200))
    assert said.count("haltʁˈεs") > 40
    assert said.count("haltʁˈεs") + said.count("hˈaltʁɛðs") == 200


def test_five_thousand_number_words_are_prepared_in_no_time() -> None:
    """Preparing a long text, and leading its places back, takes time in proportion to its length."""
    text = "Der kom femoghalvtreds, så otte. " * 2_500
    begun = time.perf_counter()
    result = words.prepare(text, words.danish())
    places = [result.original(stretch.end) for stretch in result.stretches]
    words.prepare("a" * 1_000_000 + "halvtreds-" * 5_000, words.danish())
    assert time.perf_counter() - begun < 3
    assert len(places) == 5_000
    assert places == [stretch.until for stretch in result.stretches]


def test_the_voice_is_called_otherwise_when_its_table_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """The id of a Danish voice changes with the pronunciations; in another language it has none."""
    before = voices.load("espeak:da+f1").id
    assert words.revision() in before
    assert words.revision() not in voices.load("espeak:sv").id
    words.revision.cache_clear()
    monkeypatch.setattr(words, "_table", lambda: "otte\t'O:d@\n")
    assert voices.load("espeak:da+f1").id != before
    words.revision.cache_clear()


def test_only_danish_is_corrected() -> None:
    """The same letters in another language are not Danish: nothing in them is replaced, with or without a variant."""
    table = {name: voices.load(name)._parts for name in ("espeak:da", "espeak:da+f1", "espeak:sv", "espeak:sv+f1")}  # type: ignore[attr-defined]
    assert {name for name, parts in table.items() if parts} == {"espeak:da", "espeak:da+f1"}
    assert words.prepare("tretten seks otte", table["espeak:sv"]).stretches == ()
