"""The voices of eSpeak NG: their processes and marks, what they make of rate and pitch, and how they differ."""

import os
import signal
import time
from array import array
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from operator import mul
from pathlib import Path
from statistics import median
from threading import Barrier

import pytest

import voices
import voices.espeak as espeak_module
from voices import Sibling, Utterance, Voice, VoiceError
from voices.espeak import processes, server, word_marks
from voices.espeak.processes import Server, Servers
from voices.testing import check_voice

pytestmark = pytest.mark.whole

SENTENCE = "Det blæser, og regnen falder over Aarhus, siger hun."
SIBLINGS = voices.siblings("espeak:da")


@pytest.fixture
def espeak() -> Voice:
    return voices.load("espeak")


@pytest.fixture
def servers() -> Iterator[Servers]:
    own = Servers(*espeak_module._paths(), 2)
    yield own
    own.close()


@pytest.fixture
def one_server() -> Iterator[Servers]:
    own = Servers(*espeak_module._paths(), 1)
    yield own
    own.close()


def variants() -> list[str]:
    names = sorted(path.name for path in (Path(espeak_module._paths()[1]) / "voices" / "!v").iterdir())
    return [name for name in names if espeak_module._OPTION.fullmatch(f"da+{name}")]


def hertz(voice: Voice) -> float:
    """The fundamental frequency of a voice: how often its loud stretches are most like themselves."""
    text = "Vi har ventet i årevis, og nu er det endelig vores tur, siger borgmesteren."
    samples = array("h", voice.speak(Utterance(text)).pcm)[::2]
    rate, length = voice.format.rate / 2, 400
    starts = range(0, len(samples) - 2 * length, length)
    energies = {start: sum(map(mul, stretch := samples[start : start + length], stretch)) for start in starts}
    loudest = sorted(starts, key=lambda start: -energies[start])[:24]
    return median(rate / period(samples[start : start + 2 * length], length) for start in loudest)


def period(samples: Sequence[int], length: int) -> int:
    """The shortest shift by which the samples are nearly as much alike as by any."""
    alike = {}
    for shift in range(36, 180):
        one, other = samples[:length], samples[shift : shift + length]
        alike[shift] = sum(map(mul, one, other)) / (1 + sum(map(mul, one, one)) * sum(map(mul, other, other))) ** 0.5
    best = max(alike.values())
    near = [shift for shift, value in alike.items() if value > 0.9 * best]
    return max((shift for shift in near if shift < 1.3 * near[0]), key=alike.__getitem__)


def test_every_word_is_marked(espeak: Voice) -> None:
    """Every word of a plain sentence has a mark at its own place, also between marks and after emoji."""
    text = "»Ærø er 😀 dejlig,« siger hun."
    speech = espeak.speak(Utterance(text))
    assert [text[mark.start : mark.end] for mark in speech.marks] == ["Ærø", "er", "dejlig", "siger", "hun"]


def test_rate_is_heeded(espeak: Voice) -> None:
    """A factor of rate makes a speech as much shorter, within what the library can do."""
    rates = (0.1, 0.46, 0.6, 0.8, 0.95, 1.0, 1.05, 1.2, 1.5, 2.0)
    lengths = [len(espeak.speak(Utterance(SENTENCE, rate=rate)).pcm) for rate in rates]
    assert lengths[0] == lengths[1]
    assert all(longer > shorter for longer, shorter in pairwise(lengths[1:]))
    for rate, length in zip(rates[1:], lengths[1:], strict=True):
        assert lengths[5] / length == pytest.approx(rate, rel=0.1)


def test_pitch_is_heeded(espeak: Voice) -> None:
    """A factor of pitch raises a voice by as much, within what the library can do, and nothing else."""

    class Raised:
        id, format, concurrency = espeak.id, espeak.format, 1

        def __init__(self, pitch: float) -> None:
            self.pitch = pitch

        def speak(self, utterance: Utterance, /) -> voices.Speech:
            return espeak.speak(Utterance(utterance.text, pitch=self.pitch))

    plain = hertz(espeak)
    for pitch in (0.8, 0.9, 1.2, 1.5):
        assert hertz(Raised(pitch)) / plain == pytest.approx(pitch, rel=0.06)
    low, middle, high = (len(espeak.speak(Utterance(SENTENCE, pitch=pitch)).pcm) for pitch in (0.6, 1.0, 1.7))
    assert low == pytest.approx(middle, rel=0.05)
    assert high == pytest.approx(middle, rel=0.05)


@pytest.mark.parametrize("factor", [0.0, -1.0, 1e-9, 1e9])
def test_no_factor_is_too_odd(espeak: Voice, factor: float) -> None:
    """Factors of rate and pitch beyond all reason are taken as the least or the most that can be done."""
    numbers = [espeak_module.pitch_number(factor), espeak_module.words_per_minute(factor)]
    assert numbers in ([0, espeak_module.SLOWEST], [espeak_module.HIGHEST_PITCH, espeak_module.FASTEST])
    assert espeak.speak(Utterance("Hej.", rate=factor, pitch=factor)).pcm


def test_pitch_rises_with_its_factor() -> None:
    """No factor of pitch gives a lower number than a smaller one, and 1 gives the voice's own."""
    numbers = [espeak_module.pitch_number(hundredths / 100) for hundredths in range(300)]
    assert numbers == sorted(numbers)
    assert espeak_module.pitch_number(1.0) == espeak_module.MIDDLE_PITCH


@pytest.mark.parametrize("sibling", SIBLINGS, ids=lambda sibling: sibling.option)
def test_the_voices_of_quotes_keep_the_contract(sibling: Sibling) -> None:
    """Every voice that is offered for quotes passes the contract."""
    check_voice(voices.load(sibling.option))


def test_the_voices_of_quotes_are_far_apart() -> None:
    """There are two women and two men; women speak above 165 Hz, men below 155, and no two alike."""
    assert [sibling.kind for sibling in SIBLINGS] == ["woman", "man", "woman", "man"]
    pitches = {sibling.option: hertz(voices.load(sibling.option)) for sibling in SIBLINGS}
    women = sorted(pitches[sibling.option] for sibling in SIBLINGS if sibling.kind == "woman")
    men = sorted(pitches[sibling.option] for sibling in SIBLINGS if sibling.kind == "man")
    assert min(women) > 165
    assert max(men) < 155
    assert women[1] / women[0] > 1.2
    assert men[1] / men[0] > 1.2


def test_a_variant_is_no_sibling_of_itself() -> None:
    """Beside a variant the plain voice speaks the last of the quotes, and never the variant itself."""
    options = [sibling.option for sibling in voices.siblings("espeak:da+f1")]
    assert "espeak:da+f1" not in options
    assert options[-1] == "espeak:da"
    assert len(options) == 4


def test_every_variant_speaks_alike_at_another_time() -> None:
    """No variant of the library depends on when its process started, not even those that breathe with noise."""

    def spoken() -> dict[str, bytes]:
        own = Servers(*espeak_module._paths(), 1)
        request = (
            espeak_module.packed("Så falder regnen.", f"da+{name}", 175, 50, has_phonemes=False) for name in names
        )
        answers = dict(zip(names, map(own.ask, request), strict=True))
        own.close()
        return answers

    names = variants()
    assert len(names) > 90
    before, second = spoken(), int(time.time())
    while int(time.time()) == second:  # the library would be seeded by the second
        time.sleep(0.02)
    assert [name for name, answer in spoken().items() if answer != before[name]] == []
    assert len(set(before.values())) > len(names) - 3


def test_a_voice_speaks_alike_whatever_was_spoken_before(one_server: Servers) -> None:
    """One process speaks a sentence in the same way before and after other voices and sentences."""
    voice, *others = (espeak_module.EspeakVoice(option, one_server) for option in ("da", "da+f5", "sv", "da+belinda"))
    before = voice.speak(Utterance(SENTENCE))
    for other in others:
        other.speak(Utterance(SENTENCE, rate=0.7, pitch=1.4))
    assert voice.speak(Utterance(SENTENCE)) == before
    assert len(one_server._all) == 1


def test_processes_start_when_they_are_needed() -> None:
    """Two processes start at once; for more sentences at a time another starts, and no more than allowed."""
    servers = Servers(*espeak_module._paths(), 3)
    voice = espeak_module.EspeakVoice("da", servers)
    speeches = {voice.speak(Utterance(SENTENCE)).pcm for _ in range(3)}
    assert len(servers._all) == 2
    together = Barrier(4)

    def speak() -> bytes:
        together.wait(20)
        return voice.speak(Utterance(SENTENCE)).pcm

    with ThreadPoolExecutor(4) as executor:
        answers = [executor.submit(speak) for _ in range(4)]
        assert {answer.result(20) for answer in answers} == speeches
    assert len(speeches) == 1
    assert len(servers._all) == voice.concurrency == 3
    servers.close()


def test_a_refusal_of_the_library_is_one_line(one_server: Servers) -> None:
    """What the library cannot do is a VoiceError with its reason, and the process lives on."""
    with pytest.raises(VoiceError, match="no voice called 'xx'"):
        one_server.ask(espeak_module.packed("hej", "xx", 175, 50, has_phonemes=False))
    assert one_server.ask(espeak_module.packed("hej", "da", 175, 50, has_phonemes=False))
    assert len(one_server._all) == 1


def test_a_library_without_data_says_so(tmp_path: Path) -> None:
    """A process that cannot set its library up greets with the reason."""
    with pytest.raises(OSError, match="cannot be read in"):
        server.open_library(espeak_module._paths()[0], str(tmp_path))
    own = Servers(espeak_module._paths()[0], str(tmp_path), 1)
    with pytest.raises(VoiceError, match="cannot be read in"):
        own.version()
    own.close()


def test_a_process_that_cannot_start_is_a_voice_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system starts no more processes, that is told in one line."""

    def refuse(*_args: object, **_options: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr("subprocess.Popen", refuse)
    with pytest.raises(VoiceError, match="cannot be started: no more processes"):
        Server("library", "data")


@pytest.mark.skipif(os.name == "nt", reason="no signals there")
def test_a_dead_process_is_an_error_and_is_replaced(one_server: Servers) -> None:
    """When a speaking process dies, that line is a VoiceError, and the next one is spoken again."""
    voice = espeak_module.EspeakVoice("da", one_server)
    speech = voice.speak(Utterance(SENTENCE))
    (dead,) = one_server._all
    os.kill(dead._process.pid, signal.SIGKILL)
    dead._process.wait()
    with pytest.raises(VoiceError, match="stopped in the middle"):
        voice.speak(Utterance(SENTENCE))
    assert voice.speak(Utterance(SENTENCE)) == speech
    assert dead not in one_server._all


def test_a_voice_may_be_named_while_it_begins_to_speak(monkeypatch: pytest.MonkeyPatch, servers: Servers) -> None:
    """Whoever asks for the version of a process that is still starting takes no answer from another thread."""
    read = Server._receive

    def slow(self: Server) -> bytes:
        time.sleep(0.05)  # as on a machine that is busy
        return read(self)

    monkeypatch.setattr(Server, "_receive", slow)
    monkeypatch.setattr(processes, "DEADLINE_SECONDS", 5.0)
    voice = espeak_module.EspeakVoice("da", servers)
    with ThreadPoolExecutor(3) as executor:
        names = [executor.submit(lambda: voice.id) for _ in range(2)]
        speech = executor.submit(voice.speak, Utterance(SENTENCE)).result(20)
        assert {name.result(20) for name in names} == {voice.id}
    assert speech.marks


def test_an_utterance_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, servers: Servers) -> None:
    """A speaking process that does not end is killed with its child, and the line is a VoiceError."""
    voice = espeak_module.EspeakVoice("da", servers)
    with monkeypatch.context() as patch:
        patch.setattr(processes, "DEADLINE_SECONDS", 0.3)
        with pytest.raises(VoiceError):
            voice.speak(Utterance("Det regner i dag. " * 20_000))
    assert voice.speak(Utterance(SENTENCE)).pcm


@pytest.mark.parametrize(
    ("events", "marks"),
    [
        ([(0, 0), (4, 10), (8, 20)], ["et:0", "to:10", "tre:20"]),
        ([(0, 0), (3, 5), (4, 10)], ["et:0", "to:5"]),
        ([(0, 0), (8, 20)], ["et:0", "tre:20"]),
        ([(0, 0), (4, 900)], ["et:0", "to:100"]),
        ([(0, 50), (4, 10)], ["et:50"]),
        ([(40, 10)], []),
    ],
)
def test_events_become_marks_of_whole_words(events: list[tuple[int, int]], marks: list[str]) -> None:
    """Pieces of a word, lost words, and times that run backwards or out of the sound are put in order."""
    text = "et, to: tre"
    assert [f"{text[m.start : m.end]}:{m.frame}" for m in word_marks(text, events, 100)] == marks
