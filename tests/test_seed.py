"""The article that this project began from, end to end. It is read where it lies; others wrote it."""

from collections.abc import Callable
from pathlib import Path

import eyed3
import mutagen.id3
import pytest
from test_assembler import decoded, loudest

from reader.cleaner import clean
from reader.model import Episode
from reader.pipeline import narrate
from reader.scraper import scrape

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seed")


@pytest.fixture
def episode(seed: Path, output: Path) -> Episode:
    return narrate(str(seed), output)


def mp3(episode: Episode, output: Path) -> Path:
    return output / episode.slug / episode.recording.path


def test_the_label_is_metadata_and_never_spoken(seed: Path, episode: Episode) -> None:
    """The first line gives the date at its precision; neither it nor the label is ever spoken or shown."""
    article = clean(scrape(str(seed)))
    assert (article.title, article.published, len(article.paragraphs)) == (None, "2022-08", 21)
    said = " ".join(line.spoken + line.written for line in episode.script.lines).casefold()
    assert "lyt til artiklen" not in said
    assert "2022" not in said


def test_there_are_ten_chapters_with_their_speakers(episode: Episode) -> None:
    """The opening and nine quotes: seven by Claus Mathiesen, two by Flemming Splidsboel."""
    speakers = [chapter.speaker for chapter in episode.script.chapters]
    assert speakers[0] is None
    assert episode.script.chapters[0].title == "Indledning"
    assert (speakers.count("Claus Mathiesen"), speakers.count("Flemming Splidsboel"), len(speakers)) == (7, 2, 10)


def test_every_word_is_spoken(seed: Path, episode: Episode) -> None:
    """Every word of the article stands in a line, in order; nothing is skipped."""
    words = " ".join(paragraph.text for paragraph in clean(scrape(str(seed))).paragraphs).split()
    lines = [line for line in episode.script.lines if line.paragraph is not None]
    assert " ".join(line.written for line in lines).split() == words
    assert episode.script.skipped == ()


def test_three_readers_find_the_same_chapters_in_order(
    episode: Episode, output: Path, judge: Callable[..., str]
) -> None:
    """ffprobe, mutagen and eyeD3 read the same ten chapters in the same order."""
    path = mp3(episode, output)
    ours = [chapter.title for chapter in episode.script.chapters]
    chapters = mutagen.id3.ID3(path, translate=False).getall("CHAP")
    assert [str(chapter.sub_frames["TIT2"]) for chapter in chapters] == ours
    tag = eyed3.load(path).tag
    by_id = {chapter.element_id: chapter for chapter in tag.chapters}
    (table,) = tag.table_of_contents
    assert [by_id[name].title for name in table.child_ids] == ours
    shown = judge("ffprobe", "-v", "error", "-show_entries", "chapter_tags=title", "-of", "csv=p=0", str(path))
    assert [row.strip('"') for row in shown.splitlines()] == ours


def test_every_chapter_starts_in_silence(episode: Episode, output: Path) -> None:
    """At each chapter's start nothing is heard, and then its first word."""
    path = mp3(episode, output)
    samples = decoded(path)
    for chapter in mutagen.id3.ID3(path, translate=False).getall("CHAP"):
        start = chapter.start_time / 1000
        assert loudest(samples, start - 0.05, start + 0.1) < 90
        assert loudest(samples, start + 0.1, start + 0.6) > 1000
