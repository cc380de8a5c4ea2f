"""The quality that was reached, and is never given up again: floors.json beside this file.

Run it as `python benchmarks/floors.py`: it measures, prints each figure beside its floor, and exits with 1 where one
is lower, or lower than what trafilatura alone reaches in the same run. `--raise` writes higher figures as the new
floors; nothing lowers one. What needs data that is not part of the repository is measured where that lies beside the
checkout, and named as not measured elsewhere.
"""

from __future__ import annotations

import array
import importlib.util
import json
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import av

from reader import danish
from reader.pipeline import narrate
from reader.timeline import chapter_times

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FLOORS = HERE / "floors.json"
TESTS = ROOT / "tests"
DANISH = TESTS / "danish"
ARTICLES = TESTS / "articles"
RATE = 8000  # enough to hear whether there is sound
STEP_MS = 25
SILENCE = 90  # about -51 dBFS
LONGEST_LEAD = 0.35  # seconds


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # where dataclasses look for the names of their fields
    spec.loader.exec_module(module)
    return module


extraction = load(HERE / "extraction.py")


def main() -> int:
    floors: dict[str, float] = json.loads(FLOORS.read_text("utf-8"))
    parts = (sentence_figures, reading_figures, speech_figures, timing_figures, extraction_figures, metadata_figures)
    measured = {name: figure for part in parts for name, figure in part().items()}
    peers = peer_figures()
    for name, floor in floors.items():
        figure = f"{measured[name]:.3f}" if name in measured else "not measured here"
        beside = f"   trafilatura {peers[name]:.3f}" if name in peers else ""
        print(f"{name:32} {figure:>18}   floor {floor:.3f}{beside}")
    if "--raise" in sys.argv:
        raised = {name: max(measured.get(name, 0.0), floors.get(name, 0.0)) for name in sorted({**floors, **measured})}
        FLOORS.write_text(json.dumps(raised, indent=1) + "\n", "utf-8")
    least = {name: max(floor, peers.get(name, 0.0)) for name, floor in floors.items()}
    return 1 if any(measured.get(name, floor) < floor for name, floor in least.items()) else 0


def sentence_figures() -> dict[str, float]:
    """The share of the sentence cases that are cut exactly right."""
    rows = json_lines(DANISH / "sentences.jsonl")
    exact = sum([s.strip() for s in danish.sentences(row["text"])] == row["sentences"] for row in rows)
    return {"danish: sentence cases": exact / len(rows)}


def reading_figures() -> dict[str, float]:
    """The share of the gold rows that are read right, and of those among them that want nothing changed."""
    canon = load(TESTS / "canon.py")
    rows = canon.load(DANISH / "gold.tsv")
    right = {row: canon.is_right(danish.spoken(row.text), row) for row in rows}
    unchanged = [right[row] for row in rows if row.category == "no_change"]
    return {
        "danish: gold rows": sum(right.values()) / len(rows),
        "danish: rows to leave alone": sum(unchanged) / len(unchanged),
    }


def speech_figures() -> dict[str, float]:
    """Over gold and own items: the share of quotes that are found and told from labels, of speakers, of whole items.

    A quote that is found where none is expected counts among those that are wrong.
    """
    spans = right = speeches = speakers = whole = 0
    rows = [
        row for path in (DANISH / "quotes.jsonl", *sorted(DANISH.glob("quotes/*.jsonl"))) for row in json_lines(path)
    ]
    for row in rows:
        found = {(q.paragraph, q.start, q.text): (q.is_speech, q.speaker) for q in danish.quotes(row["paragraphs"])}
        wanted = {(q["paragraph"], q["start"], q["quote"]): (q["is_speech"], q["speaker"]) for q in row["expected"]}
        spans += len(found.keys() | wanted.keys())
        right += sum(found.get(place, (None,))[0] == told[0] for place, told in wanted.items())
        speeches += sum(is_speech for is_speech, _ in wanted.values())
        speakers += sum(
            is_speech and found.get(place) == told for place, told in wanted.items() for is_speech in told[:1]
        )
        whole += found == wanted
    return {
        "danish: quotes": right / spans,
        "danish: speakers": speakers / speeches,
        "danish: quote items": whole / len(rows),
    }


def json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def timing_figures() -> dict[str, float]:
    """The share of the sample articles' chapters that start in silence, just before their first word."""
    good = total = 0
    for folder in sorted(path for path in ARTICLES.iterdir() if path.is_dir()):
        source = next(path for path in folder.iterdir() if path.suffix != ".json")
        with tempfile.TemporaryDirectory() as output:
            episode = narrate(str(source), output, voice="espeak")
            levels = loudness_by_step(Path(output) / episode.slug / episode.recording.path)
        for time in chapter_times(episode.script, episode.recording.cues, episode.recording.duration):
            step = time.start_ms // STEP_MS
            first_word = episode.recording.cues[time.chapter.line].start - time.start_ms / 1000
            total += 1
            good += max(levels[max(0, step - 2) : step + 4]) < SILENCE and 0 < first_word < LONGEST_LEAD
    return {"timing: chapters in silence": good / total}


def loudness_by_step(mp3: Path) -> list[int]:
    """The loudest sample of every 25 ms of an MP3."""
    samples = array.array("h")
    with av.open(str(mp3)) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                samples.frombytes(bytes(part.planes[0])[: 2 * part.samples])
    step = RATE * STEP_MS // 1000
    return [max(map(abs, samples[start : start + step])) for start in range(0, len(samples), step)]


def extraction_figures() -> dict[str, float]:
    """Scores of the article extraction, where its pages lie beside the checkout."""
    return extraction_scores("ours")


def peer_figures() -> dict[str, float]:
    """The same of trafilatura as it comes: ours must not be lower, whatever a new version of it brings."""
    return extraction_scores(extraction.PEER)


def extraction_scores(extractor: str) -> dict[str, float]:
    if not extraction.SCORER.exists():
        return {}
    scores: dict[str, float] = extraction.scores(extractor)
    return {f"extraction: {name}": score for name, score in scores.items() if not name.endswith("ms a page")}


def metadata_figures() -> dict[str, float]:
    """How often title, date and byline are right, where the pages lie beside the checkout."""
    figures: dict[str, float] = load(HERE / "metadata.py").figures()
    return figures


if __name__ == "__main__":
    sys.exit(main())
