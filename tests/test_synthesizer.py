"""Lines to clips: in order, as many at once as the voice allows, cut apart where one line ends."""

import threading
import time
from collections.abc import Iterator

import pytest
from conftest import script_of

import voices
from reader.errors import VoiceError
from reader.model import Article, Clip, Line, Mark, Paragraph, Script, Span
from reader.synthesizer import alone, synthesize
from reader.synthesizer.cutting import cut_at_marks
from voices import AudioFormat, Speech, Utterance, Voice
from voices.tone import ToneVoice

SCRIPT = script_of("Det regner. Solen skinner.", "»Vi bygger nu,« siger Ida Ravn. Så gik de.", title="Vejret")


class Recorder:
    """A tone voice that remembers what it was given, and how many threads were in it at once."""

    format = AudioFormat(22_050)

    def __init__(self, name: str = "one", concurrency: int = 3, *, gives_marks: bool = True) -> None:
        self.id = f"recorder:{name}@1"
        self.concurrency = concurrency
        self.gives_marks = gives_marks
        self.texts: list[str] = []
        self.most = self.now = 0
        self._lock = threading.Lock()
        self._tone = ToneVoice("low")

    def speak(self, utterance: Utterance, /) -> Speech:
        with self._lock:
            self.texts.append(utterance.text)
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.002 * (len(self.texts) % 3))
        speech = self._tone.speak(utterance)
        with self._lock:
            self.now -= 1
        return speech if self.gives_marks else Speech(speech.pcm)


def clips_of(script: Script, body: Voice, quote: Voice | None = None) -> list[Clip]:
    return list(synthesize(script, alone(body, quote)))


def test_there_is_one_clip_for_each_line_in_order() -> None:
    """However many lines are spoken at once, the clips come in the order of the lines."""
    clips = clips_of(SCRIPT, Recorder())
    assert [clip.line for clip in clips] == list(range(len(SCRIPT.lines)))
    assert all(clip.pcm and clip.rate == 22_050 for clip in clips)


def test_one_voice_speaks_a_sentence_in_one_breath() -> None:
    """Lines of one sentence that the same voice speaks are one utterance, so that the attribution is no orphan."""
    voice = Recorder(concurrency=1)
    clips = clips_of(SCRIPT, voice)
    assert "Vi bygger nu, siger Ida Ravn." in voice.texts
    spoken = [SCRIPT.lines[clip.line].spoken for clip in clips]
    marked = [[SCRIPT.lines[c.line].spoken[m.start : m.end] for m in c.marks] for c in clips]
    assert [len(words) for words in marked] == [len(text.split()) for text in spoken]
    assert marked[spoken.index("siger Ida Ravn.")] == ["siger", "Ida", "Ravn"]


def test_quotes_have_their_own_voice() -> None:
    """The quote's voice speaks the quotes and nothing else."""
    body, quote = Recorder("body"), Recorder("quote")
    clips = clips_of(SCRIPT, body, quote)
    assert quote.texts == ["Vi bygger nu,"]
    roles = {clip.voice: SCRIPT.lines[clip.line].role for clip in clips}
    assert roles["recorder:quote@1"] == "quote"
    assert "siger Ida Ravn." in body.texts


class Listener(Recorder):
    """A recorder that keeps the whole utterances."""

    def __init__(self) -> None:
        super().__init__(concurrency=1)
        self.utterances: list[Utterance] = []

    def speak(self, utterance: Utterance, /) -> Speech:
        self.utterances.append(utterance)
        return super().speak(utterance)


def test_lines_in_one_breath_keep_all_their_spans() -> None:
    """The spans of joined lines are given to the voice at their places in the joined text."""
    first = Line(0, 0, "body", "5 ", "fem", (Span(0, 2, 0, 3, "number"),))
    second = Line(0, 0, "body", "og 6", "og seks", (Span(3, 4, 3, 7, "number", ipa="sɛks"),))
    voice = Listener()
    clips_of(Script(Article(None, (Paragraph("5 og 6"),)), (first, second)), voice)
    (utterance,) = voice.utterances
    assert utterance.text == "fem og seks"
    assert [utterance.text[span.spoken_start : span.spoken_end] for span in utterance.spans] == ["fem", "seks"]
    written = f"{first.written} {second.written}"
    assert [written[span.written_start : span.written_end] for span in utterance.spans] == ["5 ", "6"]
    assert [span.ipa for span in utterance.spans] == [None, "sɛks"]


def test_a_voice_is_told_the_language_of_its_words() -> None:
    """Lines of one sentence in two languages are two utterances, each with its own language."""
    words = ("Han sagde ", "da"), ("good night ", "en"), ("og gik.", "da")
    lines = tuple(Line(0, 0, "body", text, text, language=language) for text, language in words)
    voice = Listener()
    clips = clips_of(Script(Article(None, (Paragraph("Han sagde good night og gik."),)), lines), voice)
    assert [(utterance.text, utterance.language) for utterance in voice.utterances] == list(words)
    assert [clip.line for clip in clips] == [0, 1, 2]


def test_a_voice_without_marks_speaks_a_sentence_whole() -> None:
    """Where no voice tells when a word begins, the lines of a sentence are cut apart by estimate, and say so."""
    voice = Recorder(concurrency=1, gives_marks=False)
    clips = clips_of(SCRIPT, voice)
    assert "Vi bygger nu, siger Ida Ravn." in voice.texts
    assert [clip.line for clip in clips] == list(range(len(SCRIPT.lines)))
    assert all(mark.estimated for clip in clips for mark in clip.marks)
    assert all(len(clip.marks) == len(SCRIPT.lines[clip.line].spoken.split()) for clip in clips)


def test_a_chapter_begins_with_an_utterance_where_marks_are_estimated() -> None:
    """The time of a chapter is never estimated: a voice without marks begins anew where one stands."""
    script = script_of("Det regner i dag.", "Ida Ravn siger: »Vi bygger nu.«")
    assert [chapter.line for chapter in script.chapters] == [0, 2]
    assert script.lines[1].sentence == script.lines[2].sentence
    told, untold = Recorder(concurrency=1), Recorder(concurrency=1, gives_marks=False)
    clips_of(script, told)
    clips_of(script, untold)
    assert told.texts[-1] == "Ida Ravn siger: Vi bygger nu."
    assert untold.texts[-2:] == ["Ida Ravn siger:", "Vi bygger nu."]


def test_a_lost_mark_is_no_lost_word() -> None:
    """If the mark at a cut is missing, the lines are spoken one by one instead."""

    class Forgetful(Recorder):
        def speak(self, utterance: Utterance, /) -> Speech:
            speech = super().speak(utterance)
            return Speech(speech.pcm, tuple(m for m in speech.marks if utterance.text[m.start : m.end] != "siger"))

    voice = Forgetful(concurrency=1)
    clips = clips_of(script_of("Det regner.", "»Vi bygger nu,« siger Ida Ravn."), voice)
    assert len(clips) == 3
    assert voice.texts[-2:] == ["Vi bygger nu,", "siger Ida Ravn."]


def test_no_more_threads_than_the_voice_allows() -> None:
    """A voice is never asked for more utterances at once than it says it can speak."""
    voice = Recorder(concurrency=2)
    clips_of(script_of("Det regner i dag. " * 30), voice)
    assert voice.most <= 2


def test_clips_are_made_as_they_are_asked_for() -> None:
    """The synthesizer runs only a few lines ahead of whoever takes the clips, however long the script."""
    voice = Recorder(concurrency=2)
    clips = synthesize(script_of("Det regner i dag. " * 200), alone(voice, voice))
    assert isinstance(clips, Iterator)
    assert voice.texts == []
    next(clips)
    time.sleep(0.1)
    assert len(voice.texts) <= 6
    clips.close()  # type: ignore[attr-defined]


def test_a_failing_voice_names_the_line() -> None:
    """When a voice fails, the error says on which line, and the threads end."""

    class Failing(Recorder):
        def speak(self, utterance: Utterance, /) -> Speech:
            if "Solen" in utterance.text:
                raise VoiceError("the service is gone")
            return super().speak(utterance)

    with pytest.raises(VoiceError, match="line 3 could not be spoken: the service is gone"):
        clips_of(SCRIPT, Failing())
    for thread in [thread for thread in threading.enumerate() if thread.name.startswith("voice")]:
        thread.join(5)
        assert not thread.is_alive()


def test_too_little_sound_is_an_error() -> None:
    """A voice that gives a fraction of the sound that the words need has swallowed words, and fails."""

    class Swallowing(Recorder):
        def speak(self, utterance: Utterance, /) -> Speech:
            return Speech(super().speak(utterance).pcm[:400])

    with pytest.raises(VoiceError, match="ms of sound"):
        clips_of(SCRIPT, Swallowing(gives_marks=False))


def test_cuts_lose_no_frame() -> None:
    """The parts of a cut speech, joined, are the speech again, and their marks begin anew."""
    speech = Speech(bytes(range(200)), (Mark(0, 2, 0), Mark(3, 5, 30), Mark(6, 9, 60)))
    parts = cut_at_marks(speech, ["et", "to tre"])
    assert parts is not None
    assert b"".join(part.pcm for part in parts) == speech.pcm
    assert parts[1].marks == (Mark(0, 2, 0), Mark(3, 6, 30))
    assert cut_at_marks(Speech(bytes(200)), ["et", "to"]) is None


def test_the_tone_voice_can_be_loaded_by_name() -> None:
    """The test voice is registered like every other."""
    assert voices.load("tone").id == "tone:low@1"


def test_no_voice_is_asked_for_more_at_once_than_it_can() -> None:
    """A voice that speaks one utterance at a time is given one, also beside a voice that speaks many."""
    quiet, busy = Recorder("body", concurrency=1), Recorder("quote", concurrency=4)
    clips_of(script_of(*["Det regner. »Vi bygger nu,« siger Ida Ravn. Så gik de."] * 12), quiet, busy)
    assert quiet.most == 1
    assert busy.most <= 4


def test_a_plug_in_that_breaks_its_word_is_a_voice_error() -> None:
    """Whatever a voice raises, the run ends in one line that names the line of the article."""

    class Careless(Recorder):
        def speak(self, utterance: Utterance, /) -> Speech:
            raise RuntimeError("no\nidea")

    with pytest.raises(VoiceError, match="line 1 could not be spoken: the voice is broken: RuntimeError: no idea"):
        clips_of(SCRIPT, Careless())
