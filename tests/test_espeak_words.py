"""Words as eSpeak NG says them: corrected by phonemes or told in IPA, marked as words, never commanded by the text."""

import ctypes
import json
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
from reader.danish.lexicon import built_in
from voices import Span, Utterance
from voices.espeak import danish_ipa, ipa, ipa_of, library_ipa, mnemonics_of, server, words
from voices.testing import check_speech

pytestmark = pytest.mark.whole

ARTICLES = Path(__file__).parent / "articles"
TABLE = Path(__file__).parent / "danish" / "espeak_words.tsv"
IPA, MNEMONICS = 2, 0
Say = Callable[..., str]


@pytest.fixture(scope="module")
def say() -> Say:
    """The library's translation of a text, in which it reads [[phonemes]], as the voice makes it do."""
    library = server.open_library(*espeak_module._paths())
    server.speak(library, espeak_module.packed("nul", "da", 175, 50, has_phonemes=True))
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
    return {word: sound for word, sound in rows}  # noqa: C416  two columns, or it fails


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
    for word, sound in listed().items():
        assert not re.search("ðs|ɐ̯ds|ɡ|ɒw", sound), word
        assert not re.search("del(s|e|en)?$", word) or re.search("dˌʔ?el", sound), word


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
    with monkeypatch.context() as patch:
        patch.setattr(words, "_table", lambda: "otte\t'O:d@\n")
        assert voices.load("espeak:da+f1").id != before
    words.revision.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(ipa, "table", lambda: "i\ti\ti\n")
        assert voices.load("espeak:da+f1").id != before
    words.revision.cache_clear()


def test_only_danish_is_corrected() -> None:
    """The same letters in another language are not Danish: nothing in them is replaced, with or without a variant."""
    table = {name: voices.load(name)._parts for name in ("espeak:da", "espeak:da+f1", "espeak:sv", "espeak:sv+f1")}  # type: ignore[attr-defined]
    assert {name for name, parts in table.items() if parts} == {"espeak:da", "espeak:da+f1"}
    assert words.prepare("tretten seks otte", table["espeak:sv"]).stretches == ()


def span(text: str, word: str, sound: str) -> Span:
    """What the lexicon says of a word, found in a text that nothing else has changed."""
    start = text.index(word)
    return Span(start, start + len(word), start, start + len(word), "lexicon", sound)


def told(text: str, word: str, sound: str) -> words.Prepared:
    return words.prepare(text, words.danish(), [span(text, word, sound)])


def lexicon_sounds() -> dict[str, str]:
    return {entry.spoken: entry.ipa for entry in built_in().entries if entry.ipa}


def test_every_sound_of_the_lexicon_is_phonemes_of_the_library(say: Say) -> None:
    """The library reads what becomes of each IPA in the lexicon to its last sign, and writes it as we foresee."""
    for word, sound in lexicon_sounds().items():
        said = mnemonics_of(sound)
        assert said is not None, word
        assert say(f"[[{said}]]", MNEMONICS).replace("@_!", "@-") == said, word
        assert say(f"[[{said}]]") == library_ipa(sound), word
        assert said.count("'") >= 1, word


def test_every_word_of_the_lexicon_is_heard() -> None:
    """Told by its sound, a word of the lexicon is neither silent nor spelled, and every word keeps its mark."""
    voice = voices.load("espeak:da")
    for word, sound in list(lexicon_sounds().items())[::7]:
        text = f"Her er {word}, siger hun."
        utterance = Utterance(text, spans=(span(text, word, sound),))
        speech, plain = voice.speak(utterance), voice.speak(Utterance(text))
        check_speech(voice, utterance, speech)
        assert 0.6 < len(speech.pcm) / len(plain.pcm) < 1.5, word
        assert speech.marks[-1].frame < len(speech.pcm) // 2 - 2_000
        if len(word.split()) == len(sound.split()):
            assert [mark.start for mark in speech.marks] == [mark.start for mark in plain.marks], word


@pytest.mark.parametrize("row", ipa.sounds(), ids=lambda row: row.mnemonics)
def test_every_row_of_sounds_is_what_the_library_writes(say: Say, row: ipa.Sound) -> None:
    """The mnemonics of a row are known to the library, which writes them in IPA as the row says."""
    word = f"h'?ed{row.mnemonics}"
    assert say(f"[[{word}]]", MNEMONICS).startswith(word)
    assert say(f"[[{word}]]") == ipa_of(word)


def test_no_sign_stands_in_two_rows() -> None:
    """What a sign is spoken by is said once."""
    signs = [sign for row in ipa.sounds() for sign in row.signs]
    assert len(signs) == len(set(signs))
    assert len({row.mnemonics for row in ipa.sounds()}) == len(ipa.sounds())


def test_what_the_library_writes_is_spoken_back(say: Say) -> None:
    """The library's IPA for the words of articles, spoken by phonemes, has the same phonemes again.

    Only its signs for a vowel that is always short and for a border may come or go: IPA lacks them.
    """
    scripts = [json.loads((ARTICLES / name / "script.json").read_text("utf-8")) for name in ("eksempel", "notits")]
    lines = [line for script in scripts for line in script["lines"]]
    known = {word: say(word) for line in lines for word in re.findall(r"[^\W\d_]+", line["spoken"])}
    stressed = {word: sound for word, sound in known.items() if "ˈ" in sound and "(" not in sound}
    assert len(stressed) > 100
    for word, sound in stressed.items():
        again = say(f"[[{mnemonics_of(sound)}]]")
        plain = [re.sub("[ʔ?-]", "", written).replace("ε", "ɛ") for written in (sound, again)]
        assert plain[0] == plain[1], word


@pytest.mark.parametrize(
    ("sound", "said"),
    [
        ("ˈputin", "p'?ut?in"),
        ("bʁiks", "bR'?iks"),
        ("ˈklitɕko", "kl'?itSk?o"),
        ("mæɐsk", "m'?E3-sk"),
        ("maˈkʁɔŋ", "m?&kR'?0N"),
        ("bɛk ˈbʁuːn", "b?Ek bR'u:n"),
        ("ˈkansəl ˌkʌltɕɐ", "k'?&ns@-l k,?VltS?V"),
        ("ˌalfa", "'?&lf?&"),
        ("t͡ɕɛk", "tS'?Ek"),
        ("hunˀ", "h'?un"),
        ("ˈd̥ɑb̥ɐ", "d'?Ab?V"),
        ("bɔ̃ˈʒuːʁ", "b?ONS'u:R"),
        ("ˈθɹɪlər", "tR'Il@-R"),
        ("ɡøːˈtə", None),  # no full vowel after the stress
        ("ˈʘa", None),
        ("[[h'aj]]", None),
        ("ˈpʁ", None),
        ("pst", None),
        ("", None),
    ],
)
def test_ipa_becomes_mnemonics(sound: str, said: str | None) -> None:
    """The longest signs go first, stress before its vowel, foreign sounds to the nearest, unknown ones nowhere."""
    assert mnemonics_of(sound) == said


@given(st.text() | st.text("ˈˌaːə ʔtsɕ?'[]_^").map(str))
def test_any_text_as_ipa_is_phonemes_or_nothing(sound: str) -> None:
    """Whatever stands in a lexicon, what becomes of it has no bracket and none of the library's commands."""
    said = mnemonics_of(sound)
    assert said is None or (re.fullmatch(r"[^][_^]*", said) and ipa_of(said) is not None)
    assert said is None or re.search(r"'[?&0AEIOVWYaeiouy]", said)


def test_the_sound_that_is_told_goes_before_the_table() -> None:
    """A lexicon's IPA is said instead of the library's reading, and instead of our own table."""
    assert told("Her er otte.", "otte", "ˈnul").text == "Her er [[n'?ul]]."
    assert told("»Putin«", "Putin", "ˈputin").text == "» [[p'?ut?in]]«"
    assert told("Trump-lejren", "Trump", "tʁʌmp").text == "[[tR'?Vmp]]-lejren"


def test_each_word_of_a_name_is_said_and_marked_by_itself() -> None:
    """Where the IPA has as many words as the name, each is said in its own place; else all in the place of all."""
    two = told("Så Danske Commodities, ja", "Danske Commodities", "ˈdanskə koˈmʌditis")
    assert two.text == "Så [[d'?&nsk@-]] [[k?om'?Vd?it?is]], ja"
    assert [(s.instead_of, s.until) for s in two.stretches] == [(3, 9), (10, 21)]
    one = told("Så Chat G P T, ja", "Chat G P T", "ˈtɕat geːpeːˈteː")
    assert [(s.instead_of, s.until) for s in one.stretches] == [(3, 13)]


@pytest.mark.parametrize("sound", ["ˈʘtin", "[[p]]", "'", "pst"])
def test_a_sound_that_cannot_be_said_leaves_the_word_to_the_library(sound: str) -> None:
    """An IPA with an unknown sign is never heard as a bracket, a spelling or a silence: the word is read as ever."""
    assert told("Her er Putin og otte.", "Putin", sound) == words.prepare("Her er Putin og otte.", words.danish())


def test_a_span_that_ends_within_a_word_is_no_word() -> None:
    """A span that covers only a part of a word, no word at all or another's place is not said by phonemes."""
    for start, end in ((0, 3), (2, 5), (5, 6), (3, 3), (90, 99)):
        only = Span(start, end, start, end, "lexicon", "ˈputin")
        assert words.prepare("Putin her", {}, [only]).stretches == ()
    twice = [span("Putin her", "Putin her", "ˈputin hɛɐ"), span("Putin her", "her", "hɛɐ")]
    assert len(words.prepare("Putin her", {}, twice).stretches) == 2


def test_a_span_without_sound_or_of_another_language_changes_nothing() -> None:
    """A language without IPA is left to the library, and Danish sounds are not said in Swedish."""
    foreign = Span(0, 5, 0, 5, "lexicon", None, "ru")
    assert words.prepare("Putin her", words.danish(), [foreign]).stretches == ()
    swedish = voices.load("espeak:sv")
    plain = swedish.speak(Utterance("Putin her"))
    assert swedish.speak(Utterance("Putin her", spans=(span("Putin her", "Putin", "ˈputin"),))) == plain


def test_the_ipa_of_a_word_is_what_a_listener_hears() -> None:
    """The IPA that we give other voices for a word is the one of the list; None for words the library says well."""
    given_ones = {word: sound for word, sound in listed().items() if danish_ipa(word.capitalize()) is not None}
    assert given_ones == {word: danish_ipa(word) for word in given_ones}
    assert set(given_ones) == {word for word in listed() if words.phonemes(word, words.danish())}
    assert len(given_ones) > 200


def test_the_sounds_of_other_voices_are_called_as_the_library_calls_them() -> None:
    """A lexicon's IPA is put into the library's own, which voices know that learnt from it."""
    assert library_ipa("ˈputin") == "pˈʔutʔin"
    assert library_ipa("ˈʘ") is None
    assert ipa_of("nøn-sense") is None
    assert danish_ipa("regn") is None
