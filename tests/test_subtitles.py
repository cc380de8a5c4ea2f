"""The transcripts that are written on request: SubRip for those who know no WebVTT, and plain text to read."""

import json
import re
from itertools import pairwise
from typing import NamedTuple

import pytest
from conftest import script_of

from reader import publisher
from reader.model import Article, Cue, Episode, Line, Paragraph, Recording, Script, Skip, Span, WordCue

LONG = (
    "Kommunen regner med, at Sund-broen over fjorden kan åbne igen efter sommerferien, og at hurtigfærgen sejler "
    "indtil da."
)
ENDLESS = "speciallægepraksisplanlægningsstabiliseringsperiodernes"
PAUSE, WORD = 0.4, 0.25  # seconds, of which every word takes one and every line begins with the other
BLOCK = re.compile(r"(\d+)\n(\d\d:\d\d:\d\d,\d{3}) --> (\d\d:\d\d:\d\d,\d{3})\n((?:.+\n)+)")


class Subtitle(NamedTuple):
    """One of SubRip's, its times in milliseconds."""

    number: int
    start: int
    end: int
    rows: list[str]


def subtitles(episode: Episode) -> list[Subtitle]:
    """The subtitles of an episode, after checking their form."""
    text = publisher.transcript_srt(episode)
    found = [BLOCK.fullmatch(f"{block}\n") for block in text.removesuffix("\n").split("\n\n")]
    assert all(found), text
    return [
        Subtitle(int(match[1]), milliseconds(match[2]), milliseconds(match[3]), match[4].splitlines())
        for match in found
        if match
    ]


def milliseconds(stamp: str) -> int:
    hours, minutes, seconds, rest = map(int, re.split("[:,]", stamp))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def spoken_at(script: Script, begin: float = 0.0) -> tuple[Cue, ...]:
    """When the lines of a script sound, if a word takes as long as every other."""
    cues = []
    for number, line in enumerate(script.lines):
        words = [(match.start(), match.end()) for match in re.finditer(r"\S+", line.written)]
        start = round(begin + PAUSE, 3)
        times = [round(start + WORD * place, 3) for place in range(len(words) + 1)]
        begin = times[-1] if words else start + WORD
        timed = zip(times, times[1:], words, strict=False)
        cues.append(Cue(number, start, begin, tuple(WordCue(s, e, *place) for s, e, place in timed), "tone:low@1"))
    return tuple(cues)


def episode_of(script: Script, cues: tuple[Cue, ...] | None = None) -> Episode:
    cues = spoken_at(script) if cues is None else cues
    recording = Recording("broen.mp3", cues[-1].end + 0.5, cues, 1, "0")
    return Episode("https://avis.example/a", "broen", 1, "draft", script, recording, ("tone:low@1",))


def mark(spoken: str, paragraph: int, sentence: int) -> Line:
    """A spoken mark for which nothing is printed."""
    return Line(paragraph, sentence, "frame", "", spoken, (Span(0, 0, 0, len(spoken), "cue"),), "Ida Ravn")


def by_hand() -> Script:
    """A script with everything in it: frames, a heading, a quote with its marks, a number, and a table left out."""
    paragraphs = (
        Paragraph(LONG, "lead"),
        Paragraph("Færgen", "heading"),
        Paragraph("»Vi bygger & graver <nu>,« siger Ida Ravn. Så gik de 2.200."),
        Paragraph("2024, 11", "table"),
        Paragraph("Broen er lang.", "aside"),
    )
    lines = (
        Line(None, 0, "title", "Broen åbner", "Broen åbner"),
        Line(None, 1, "frame", "Af Ida Ravn.", "Af Ida Ravn."),
        Line(0, 2, "lead", LONG, LONG),
        Line(1, 3, "heading", "Færgen", "Færgen"),
        mark("Citat:", 2, 4),
        Line(2, 4, "quote", "»Vi bygger & graver <nu>,« ", "»Vi bygger & graver <nu>,« ", speaker="Ida Ravn"),
        mark("citat slut,", 2, 4),
        Line(2, 4, "body", "siger Ida Ravn. ", "siger Ida Ravn. "),
        Line(2, 5, "body", "Så gik de 2.200.", "Så gik de to tusind.", (Span(10, 15, 10, 19, "number"),)),
        Line(None, 6, "frame", "Faktaboks.", "Faktaboks."),
        Line(4, 7, "body", "Broen er lang.", "Broen er lang."),
        Line(None, 8, "frame", "Artiklen er læst op af en maskine.", "Artiklen er læst op af en maskine."),
    )
    return Script(Article("Broen åbner", paragraphs), lines, (Skip(3, 0, 8, "a table"),))


@pytest.fixture
def episode() -> Episode:
    return episode_of(by_hand())


# SubRip


def test_subtitles_are_numbered_from_one(episode: Episode) -> None:
    """The first subtitle is number 1, and every other one more than the one before it."""
    numbers = [subtitle.number for subtitle in subtitles(episode)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > len(episode.script.lines)


def test_a_subtitle_is_two_short_lines(episode: Episode) -> None:
    """A subtitle has one or two lines of 32 characters at most, and long sentences fill both."""
    shown = subtitles(episode)
    assert all(1 <= len(subtitle.rows) <= 2 for subtitle in shown)
    assert max(len(row) for subtitle in shown for row in subtitle.rows) in range(28, 33)
    assert max(len(subtitle.rows) for subtitle in shown) == 2


def test_subtitles_rise_and_lie_inside_the_sound(episode: Episode) -> None:
    """Every subtitle has a duration, none begins before the one before it ends, and none outlives the sound."""
    shown = subtitles(episode)
    assert all(subtitle.start < subtitle.end for subtitle in shown)
    assert all(before.end <= after.start for before, after in pairwise(shown))
    assert shown[-1].end <= 1000 * episode.recording.duration


def test_every_word_is_shown_once_and_in_order(episode: Episode) -> None:
    """The subtitles, read one after the other, are the printed words, and of unprinted marks what is said."""
    said = " ".join(line.written or line.spoken for line in episode.script.lines).split()
    assert " ".join(row for subtitle in subtitles(episode) for row in subtitle.rows).split() == said


def test_a_subtitle_is_shown_when_its_words_are_heard(episode: Episode) -> None:
    """A line of several subtitles changes from one to the next at the word with which the next begins."""
    cue = episode.recording.cues[2]
    parts = [subtitle for subtitle in subtitles(episode) if " ".join(subtitle.rows) in LONG]
    assert len(parts) > 1
    counts = [sum(len(row.split()) for row in part.rows) for part in parts]
    firsts = [sum(counts[:place]) for place in range(len(parts))]
    assert [part.start for part in parts] == [round(1000 * cue.words[first].start) for first in firsts]
    assert [part.end for part in parts] == [*(part.start for part in parts[1:]), round(1000 * cue.end)]


def test_a_line_that_fits_is_shown_from_its_first_word_to_its_last(episode: Episode) -> None:
    """A short line is one subtitle, which comes and goes with the sound of the line."""
    shown = next(subtitle for subtitle in subtitles(episode) if subtitle.rows == ["Færgen"])
    cue = episode.recording.cues[3]
    assert (shown.start, shown.end) == (round(1000 * cue.start), round(1000 * cue.end))


def test_subtitles_show_what_is_printed(episode: Episode) -> None:
    """Signs stand as they are printed, numbers in figures, and nothing is added that says who speaks."""
    text = publisher.transcript_srt(episode)
    assert "»Vi bygger & graver <nu>,«" in text
    assert "2.200" in text
    assert "<v" not in text
    assert "Citat:\n" in text
    assert "WEBVTT" not in text


def test_a_word_without_end_is_broken() -> None:
    """A word longer than a line is shown in pieces, and no letter of it is lost."""
    shown = subtitles(episode_of(script_of(f"De nye {ENDLESS} mål.", "Så gik de.")))
    assert max(len(row) for subtitle in shown for row in subtitle.rows) == 32
    assert "".join("".join(row.split()) for subtitle in shown for row in subtitle.rows) == f"Denye{ENDLESS}mål.Sågikde."
    assert all(before.end <= after.start for before, after in pairwise(shown))


def test_times_that_run_backwards_are_mended() -> None:
    """Where the times of two lines touch or overlap, each subtitle still has its moment, one after the other."""
    script = script_of("Broen åbner.", "Færgen sejler.", "Så gik de.")
    cues = (Cue(0, 1.0, 1.0), Cue(1, 0.5, 2.0), Cue(2, 1.5, 3.0))
    assert [(shown.start, shown.end) for shown in subtitles(episode_of(script, cues))] == [
        (1000, 1001),
        (1001, 2000),
        (2000, 3000),
    ]


def test_a_subtitle_after_an_hour_says_so() -> None:
    """The hours of a long programme are counted, and the thousandths stand behind a comma."""
    script = script_of("Broen åbner.")
    text = publisher.transcript_srt(episode_of(script, (Cue(0, 3723.004, 3724.05),)))
    assert text == "1\n01:02:03,004 --> 01:02:04,050\nBroen åbner.\n"


def test_no_line_breaks_a_subtitle() -> None:
    """Line breaks and arrows in a headline stay text, and end no subtitle and begin none."""
    shown = subtitles(episode_of(script_of("Broen åbner.", title="Nyt\n\n7\n00:00:00,000 --> 00:00:09,000\nFalsk")))
    assert [subtitle.number for subtitle in shown] == list(range(1, len(shown) + 1))
    assert shown[-1].rows == ["Broen åbner."]


# plain text


def test_the_text_has_a_paragraph_for_each_paragraph(episode: Episode) -> None:
    """The plain transcript is what is heard, as printed: a line for each paragraph and frame, empty lines between."""
    assert publisher.transcript_txt(episode).split("\n\n") == [
        "Broen åbner",
        "Af Ida Ravn.",
        LONG,
        "Færgen",
        "Citat: »Vi bygger & graver <nu>,« citat slut, siger Ida Ravn. Så gik de 2.200.",
        "Faktaboks.",
        "Broen er lang.",
        "Artiklen er læst op af en maskine.\n",
    ]


def test_the_text_is_in_plain_lines() -> None:
    """White space within a paragraph is one space, and a paragraph is one line, however it was printed."""
    script = script_of("Broen  åbner\ti morgen.\nFærgen sejler.", "Så gik de. ", title="Nyt\nom broen")
    text = publisher.transcript_txt(episode_of(script))
    assert text == "Nyt om broen\n\nBroen åbner i morgen. Færgen sejler.\n\nSå gik de.\n"


def test_paragraphs_that_read_alike_stay_two() -> None:
    """Two paragraphs of the same words are two in the transcript."""
    assert publisher.transcript_txt(episode_of(script_of("Vi venter.", "Vi venter."))) == "Vi venter.\n\nVi venter.\n"


def test_frames_that_follow_each_other_stay_apart() -> None:
    """Two frames in a row, such as a table that is left out before a fact box, are told apart in the transcript."""
    said = ("Her står en tabel, som ikke læses op.", "Faktaboks.")
    frames = tuple(Line(None, 1 + place, "frame", text, text) for place, text in enumerate(said))
    lines = (Line(0, 0, "body", "Broen åbner.", "Broen åbner."), *frames, Line(2, 3, "body", "Lang.", "Lang."))
    paragraphs = (Paragraph("Broen åbner."), Paragraph("2024, 11", "table"), Paragraph("Lang.", "aside"))
    script = Script(Article(None, paragraphs), lines, (Skip(1, 0, 8, "a table"),))
    assert publisher.transcript_txt(episode_of(script)).split() == " ".join(["Broen åbner.", *said, "Lang."]).split()


# which files there are

USUAL = ["transcript.vtt", "sentences.vtt", "chapters.vtt", "chapters.json", "episode.json"]


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        ((), []),
        (("srt",), ["transcript.srt"]),
        (("txt",), ["transcript.txt"]),
        (("srt", "txt"), ["transcript.srt", "transcript.txt"]),
        (("txt", "srt"), ["transcript.srt", "transcript.txt"]),
    ],
)
def test_further_transcripts_are_written_when_they_are_wanted(
    episode: Episode, wanted: tuple[str, ...], more: list[str]
) -> None:
    """SubRip and plain text stand beside the usual files only where asked for; episode.json is last and names them."""
    files = publisher.documents(episode, wanted)
    assert sorted(files) == sorted([*USUAL, *more])
    assert list(files)[-1] == "episode.json"
    sidecar = json.loads(files["episode.json"])
    assert sidecar.pop("transcripts", ["transcript.vtt"]) == ["transcript.vtt", *more]
    usual = publisher.documents(episode)
    assert sidecar == json.loads(usual.pop("episode.json"))
    assert {name: files[name] for name in usual} == usual


def test_the_files_hold_their_transcripts(episode: Episode) -> None:
    """Each file on request holds the transcript of its name, and its name is among those that only some have."""
    files = publisher.documents(episode, ("srt", "txt"))
    assert files["transcript.srt"] == publisher.transcript_srt(episode)
    assert files["transcript.txt"] == publisher.transcript_txt(episode)
    assert publisher.names_on_request() == ("transcript.srt", "transcript.txt")
