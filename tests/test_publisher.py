"""The texts beside the sound: transcript, sentences, chapters, sidecar. All from the same cues."""

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import article_of, script_of

import voices
from reader import publisher
from reader.assembler import assemble
from reader.model import Cue, Episode, Recording, Script, WordCue
from reader.publisher.webvtt import VttCue, document, timestamp
from reader.scriptwriter import write_script
from reader.synthesizer import alone, synthesize
from reader.timeline import chapter_times

LONG = (
    "Det er en meget lang sætning, som bliver ved og ved, for at den skal fylde mere end to linjer i en afspiller, "
    "der kun viser femogtres tegn ad gangen, og så lidt til."
)
CUE = re.compile(r"(?:(?P<name>\S+)\n)?(?P<start>[\d:.]+) --> (?P<end>[\d:.]+)\n(?P<payload>(?:.+\n?)+)")


def episode_of(script: Script, path: Path) -> Episode:
    voice = voices.load("tone")
    recording = assemble(script, synthesize(script, alone(voice, voice)), path)
    return Episode("https://avis.example/a", "broen", 1, "draft", script, recording, (voice.id,))


@pytest.fixture(scope="module")
def episode(tmp_path_factory: pytest.TempPathFactory) -> Episode:
    article = article_of(
        LONG, "»Vi bygger & graver <nu>,« siger Ida Ravn. Så gik de.", title="Broen", url="https://avis.example/a#top"
    )
    return episode_of(write_script(article), tmp_path_factory.mktemp("made") / "broen.mp3")


def cues_of(text: str) -> list[dict[str, str]]:
    """The cues of a WebVTT text, after checking its form."""
    assert text.startswith("WEBVTT\n\n")
    assert text.endswith("\n")
    blocks = text.removeprefix("WEBVTT\n\n").rstrip("\n").split("\n\n")
    matches = [CUE.fullmatch(block) for block in blocks if block]
    assert all(matches), text
    return [match.groupdict() for match in matches if match]


def seconds(stamp: str) -> float:
    hours, minutes, rest = stamp.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(rest)


@pytest.mark.parametrize("name", ["transcript.vtt", "sentences.vtt", "chapters.vtt"])
def test_cues_rise_and_lie_inside_the_sound(episode: Episode, name: str) -> None:
    """In every WebVTT file cues have a duration, rise without overlap, and end with the sound or before."""
    end = 0.0
    for cue in cues_of(publisher.documents(episode)[name]):
        assert end <= seconds(cue["start"]) < seconds(cue["end"]) <= episode.recording.duration + 0.001
        end = seconds(cue["end"])


def test_the_transcript_is_made_for_small_screens(episode: Episode) -> None:
    """A cue of the transcript has two lines of 65 characters at most, and a quote says who speaks."""
    cues = cues_of(publisher.transcript_vtt(episode))
    for cue in cues:
        rows = [html.unescape(re.sub(r"<v [^>]*>", "", row)) for row in cue["payload"].splitlines()]
        assert len(rows) <= 2
        assert max(map(len, rows)) <= 65
    assert sum("<v Ida Ravn>" in cue["payload"] for cue in cues) == 1
    said = " ".join(html.unescape(re.sub(r"<[^>]*>", "", cue["payload"])) for cue in cues).split()
    assert said == " ".join(line.written for line in episode.script.lines).split()


def test_the_sentences_stand_as_printed(episode: Episode) -> None:
    """The player's track has one cue a sentence, exactly as printed, and every word after its own time."""
    cues = cues_of(publisher.sentences_vtt(episode))
    shown = [html.unescape(re.sub(r"<[\d:.]+>", "", cue["payload"])) for cue in cues]
    assert shown == ["Broen", LONG, "»Vi bygger & graver <nu>,« siger Ida Ravn.", "Så gik de."]
    for cue in cues:
        times = [seconds(stamp) for stamp in re.findall(r"<([\d:.]+)>", cue["payload"])]
        assert times == sorted(set(times))
        assert all(seconds(cue["start"]) < time < seconds(cue["end"]) for time in times)
    assert cues[2]["payload"].count("<00:") == len("Vi bygger & graver nu siger Ida Ravn".split())


def test_the_chapters_are_the_same_everywhere(episode: Episode) -> None:
    """Browsers, podcast clients and the sidecar get the same chapters at the same times."""
    vtt = [
        (html.unescape(cue["payload"]).strip(), seconds(cue["start"]), cue["name"])
        for cue in cues_of(publisher.chapters_vtt(episode))
    ]
    plain = json.loads(publisher.chapters_json(episode))
    assert plain["version"] == "1.2.0"
    assert vtt == [(c["title"], c["startTime"], c["url"].partition("#")[2]) for c in plain["chapters"]]
    assert plain["chapters"][1]["url"] == "https://avis.example/a#ida-ravn-vi-bygger-graver-nu"
    sidecar = json.loads(publisher.sidecar_json(episode))
    assert [(c["title"], c["start_ms"] / 1000, c["id"]) for c in sidecar["chapters"]] == vtt


def test_the_sidecar_holds_what_feed_and_page_need(episode: Episode) -> None:
    """The sidecar names article, sound, voices and chapters, and leaves cues and script to their own files."""
    plain = json.loads(publisher.sidecar_json(episode))
    assert list(plain)[:3] == ["format", "id", "slug"]
    assert "problems" not in plain["recording"].pop("proof")
    assert -16.5 < plain["recording"].pop("loudness") < -15.5
    assert plain["recording"].pop("true_peak") <= -1
    assert plain["recording"] == {
        "path": "broen.mp3",
        "duration": episode.recording.duration,
        "bytes": episode.recording.bytes,
        "sha256": episode.recording.sha256,
    }
    assert plain["article"]["paragraphs"][0]["text"] == LONG
    assert plain["voices"] == ["tone:low@1"]


def test_hostile_text_breaks_no_cue() -> None:
    """Arrows, tags, ampersands and line breaks in an article stay text."""
    script = script_of("Pilen --> peger & <b>her</b>.", title="A\n\n00:00:00.000 --> 00:00:09.000")
    lines = tuple(replace(line, speaker=None) for line in script.lines)
    cues = tuple(Cue(n, float(n), n + 0.9, (WordCue(n, n, 0, 1),)) for n in range(len(lines)))
    episode = Episode("a", "a", 1, "draft", script, Recording("a.mp3", 3.0, cues, 1, "0"), ("tone",))
    for name, text in publisher.documents(episode).items():
        if name.endswith(".vtt"):
            assert all("-->" not in cue["payload"] for cue in cues_of(text))


def test_times_that_touch_are_kept_apart() -> None:
    """A cue without duration gets a millisecond, and none begins before the one before it ends."""
    text = document([VttCue(1.0, 1.0, "a"), VttCue(0.5, 2.0, "b")])
    assert [(cue["start"], cue["end"]) for cue in cues_of(text)] == [
        ("00:00:01.000", "00:00:01.001"),
        ("00:00:01.001", "00:00:02.000"),
    ]
    assert timestamp(3_723_004) == "01:02:03.004"


def test_no_two_chapters_stand_in_one_second(tmp_path: Path) -> None:
    """A chapter that starts within a second of another one is merged into that one in every form."""
    paragraphs = ("»Ja,« siger Ida Ravn.", "»Nej,« siger Bo Holm.", "»Måske en anden gang,« siger Åse Ørn til dem.")
    script = write_script(article_of("Det regner.", *paragraphs, title="Broen"))
    starts = (0.3, 2.0, 2.9, 3.95, 4.5, 5.05, 6.2, 7.4, 8.0)
    cues = tuple(Cue(n, start, start + 0.3) for n, start in enumerate(starts[: len(script.lines)]))
    assert [chapter.line for chapter in script.chapters] == [0, 2, 4, 6]
    recording = Recording("a.mp3", 12.0, cues, 1, "0")
    episode = Episode("https://avis.example/a", "broen", 1, "draft", script, recording, ("tone",))
    shown = [chapter["startTime"] for chapter in json.loads(publisher.chapters_json(episode))["chapters"]]
    assert shown == [0.0, 2.75, 4.35, 6.05]
    close = replace(recording, cues=(*cues[:4], replace(cues[4], start=3.85, end=3.95), *cues[5:]))
    times = chapter_times(script, close.cues, 12.0)
    assert [time.chapter.line for time in times] == [0, 2, 6]
    assert [time.end_ms for time in times] == [2750, 6050, 12_000]
    assert publisher.chapters_vtt(replace(episode, recording=close)).count("-->") == 3
