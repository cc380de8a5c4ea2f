"""A quicker or slower speech of the same pitch, for voices that know no pace but their own."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from voices import Speech

SWALLOWED_MS = 25  # of the beginning of a sound, by the filter
LOWEST, HIGHEST = 0.5, 2.0  # what the filter does without skipping


def at_tempo(speech: Speech, rate: int, factor: float) -> Speech:
    """A speech of `rate` frames a second, `factor` times as quick, its marks moved along."""
    factor = min(max(factor, LOWEST), HIGHEST)
    if factor == 1 or not speech.pcm:
        return speech
    lead = bytes(2 * (rate * SWALLOWED_MS // 1000))
    pcm = _stretched(lead + speech.pcm, rate, factor)
    frames = len(pcm) // 2
    return Speech(pcm, tuple(replace(mark, frame=min(round(mark.frame / factor), frames)) for mark in speech.marks))


def _stretched(pcm: bytes, rate: int, factor: float) -> bytes:
    import av  # noqa: PLC0415  few runs need it
    from av.filter import Graph  # noqa: PLC0415

    av.logging.set_level(None)
    graph = Graph()
    layout = f"sample_rate={rate}:sample_fmt=s16:channel_layout=mono:time_base=1/{rate}"
    steps = [
        graph.add("abuffer", layout),
        graph.add("atempo", f"{factor:.4f}"),
        graph.add("aformat", "sample_fmts=s16:channel_layouts=mono"),
        graph.add("abuffersink"),
    ]
    graph.link_nodes(*steps).configure()
    source = av.AudioFrame(format="s16", layout="mono", samples=len(pcm) // 2)
    source.sample_rate, source.pts = rate, 0
    source.planes[0].update(pcm)
    graph.push(source)
    graph.push(None)
    parts: list[bytes] = []
    while True:
        try:
            part = cast("av.AudioFrame", graph.pull())
        except (av.error.EOFError, av.error.BlockingIOError):
            return b"".join(parts)
        parts.append(bytes(part.planes[0])[: 2 * part.samples])
