"""Whether a sound can be all of its words, by how long it is and how it ends."""

from __future__ import annotations

import pytest

from voices.online.lengths import ENOUGH, Expectation, Heard, fewest_letters, most_letters
from voices.online.remote import PassingFaultError

TEXT = "Det regner over hele landet, og det bliver det ved med."  # 43 letters
PACE = 65


def heard(milliseconds: float, *, ends: bool = True, speed: float = 1.0) -> Heard:
    return Heard(milliseconds, ends, speed)


def whole(text: str = TEXT, times: float = 1.0) -> float:
    return PACE * fewest_letters(text) * times


def familiar() -> Expectation:
    """What is expected of a voice that has spoken some pieces, as uneven as people speak."""
    expectation = Expectation("it")
    for times in (0.8, 1.2, 1.0, 0.9, 1.1):
        expectation.check(TEXT, heard(whole(times=times)))
    return expectation


def is_believed(expectation: Expectation, text: str, sound: Heard) -> bool:
    try:
        expectation.check(text, sound)
    except PassingFaultError:
        return False
    return True


@pytest.mark.parametrize(
    ("times", "ends", "believed"),
    [(0.35, True, False), (0.45, True, True), (0.7, False, False), (0.85, False, True), (2, True, True)],
)
def test_stranger(times: float, ends: bool, believed: bool) -> None:
    """Of a voice never heard, little is known; but a sound that breaks off must be longer to be believed."""
    assert is_believed(Expectation("it"), TEXT, heard(whole(times=times), ends=ends)) is believed


@pytest.mark.parametrize(
    ("times", "ends", "believed"),
    [
        (0.5, True, False),
        (0.65, True, True),
        (0.8, False, False),
        (0.9, False, True),
        (1.3, True, True),
        (1.9, True, False),
    ],
)
def test_familiar_voice(times: float, ends: bool, believed: bool) -> None:
    """Of a voice that was heard before, a third less, or the double, is not believed; what people do is."""
    assert is_believed(familiar(), TEXT, heard(whole(times=times), ends=ends)) is believed


def test_silence_at_the_end_is_no_duty() -> None:
    """A voice that does not always end in silence is not held to it."""
    expectation = familiar()
    expectation.check(TEXT, heard(whole(), ends=False))
    assert is_believed(expectation, TEXT, heard(whole(times=0.78), ends=False))


def test_what_is_not_believed_teaches_nothing() -> None:
    """However often a sound too long is refused, it does not become what is expected."""
    expectation = familiar()
    for _ in range(50):
        assert not is_believed(expectation, TEXT, heard(whole(times=2.2)))
    assert is_believed(expectation, TEXT, heard(whole()))


def test_odd_pieces_do_not_move_the_median() -> None:
    """A few pieces that were wrongly believed at first do not keep right ones from being believed."""
    expectation = Expectation("it")
    for times in (2, 1, 1, 1, 2):
        assert is_believed(expectation, TEXT, heard(whole(times=times))) or times == 2
    assert is_believed(expectation, TEXT, heard(whole(times=0.8)))
    assert not is_believed(expectation, TEXT, heard(whole(times=2)))


@pytest.mark.parametrize("text", ["Ja.", "I 1989 kom 12.345.678 af 20.000.000.", "DSB, TDC, DR og FCK.", "5 % = 3 §"])
def test_what_is_longer_spoken_than_written(text: str) -> None:
    """Numbers, signs and spelled words may be spoken as long as they are, and as short as they look."""
    expectation = familiar()
    assert is_believed(expectation, text, heard(PACE * most_letters(text)))
    assert is_believed(expectation, text, heard(whole(text)))


def test_breaths_are_no_words() -> None:
    """A text of many short sentences may take as long as its pauses make it."""
    text = "Ja. Nej. Måske. Nu? Så kom! Gå. Stå. Løb. Hej. Vent. Nej. Jo. Nå. Hvad? Hvem? Vi."
    assert is_believed(familiar(), text, heard(whole(text) + 16 * 450))


def test_speed_is_reckoned_with() -> None:
    """Half the speed may be twice as long, or as long as ever where the service heeds none; but not twice that."""
    for times in (1, 2):
        assert is_believed(familiar(), TEXT, heard(whole(times=times), speed=0.5))
    assert not is_believed(familiar(), TEXT, heard(whole(times=4), speed=0.5))
    assert is_believed(familiar(), TEXT, heard(whole(times=0.5), speed=2))
    assert not is_believed(familiar(), TEXT, heard(whole(times=0.25), speed=2))


def test_few_pieces_are_not_enough() -> None:
    """Until some pieces were heard nothing is concluded from them."""
    expectation = Expectation("it")
    for _ in range(ENOUGH - 1):
        expectation.check(TEXT, heard(whole()))
    assert is_believed(expectation, TEXT, heard(whole(times=2)))


@pytest.mark.parametrize(("text", "least", "most"), [("Hej!", 3, 3), ("4 %", 1, 16), ("EU", 2, 6), ("今日は", 3, 12)])
def test_letters(text: str, least: int, most: int) -> None:
    """A text has as many letters as it shows, at least; digits, signs, capitals and wide characters may be more."""
    assert (fewest_letters(text), most_letters(text)) == (least, most)
