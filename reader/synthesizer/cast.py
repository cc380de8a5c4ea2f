"""Who speaks which line, and in what manner."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reader.model import Line, Script
from voices import Kind, Voice


@dataclass(frozen=True, slots=True)
class Part:
    """A voice with its manner: `rate` and `pitch` are factors of its own."""

    voice: Voice
    rate: float = 1.0
    pitch: float = 1.0


@dataclass(frozen=True, slots=True)
class Cast:
    """Who speaks what in one script: the story, the roles that differ from it, and each person who is quoted."""

    body: Part
    roles: Mapping[str, Part] = field(default_factory=dict)
    speakers: Mapping[str, Part] = field(default_factory=dict)

    def part_of(self, line: Line) -> Part:
        """Who speaks a line."""
        own = self.speakers.get(line.speaker or "") if line.role == "quote" else None
        return own or self.roles.get(line.role, self.body)

    @property
    def concurrency(self) -> int:
        """How many utterances may be spoken at once."""
        return max(part.voice.concurrency for part in self.parts)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Everybody who may have something to say."""
        return self.body, *self.roles.values(), *self.speakers.values()


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Those from whom a script is cast. `quotes` are for the people who are quoted, the best first, with their kinds.

    `speakers` says who speaks for a person: a part, or a kind of voice. Without `quotes` a quote is spoken as its role
    or, if that is not told, as the story is.
    """

    body: Part
    roles: Mapping[str, Part] = field(default_factory=dict)
    quotes: tuple[tuple[Part, Kind | None], ...] = ()
    speakers: Mapping[str, Part | Kind] = field(default_factory=dict)

    def cast(self, script: Script) -> Cast:
        """The cast of a script: each person has one voice throughout, and no two the same while there are enough."""
        names = dict.fromkeys(line.speaker for line in script.lines if line.role == "quote" and line.speaker)
        told = {name: part for name, part in self.speakers.items() if isinstance(part, Part)}
        roles = dict(self.roles)
        if self.quotes:
            roles["quote"] = self.quotes[0][0]
        others = [name for name in names if name not in told]
        return Cast(self.body, roles, told | dict(self._shared_out(others)))

    def _shared_out(self, names: Sequence[str]) -> Iterator[tuple[str, Part]]:
        """Give each person a voice. It follows from the name, so that a correction elsewhere does not change it."""
        taken: list[Part] = []
        for name in names:
            kind = self.speakers.get(name)
            fitting = [part for part, own in self.quotes if own == kind] if kind else []
            parts = fitting or [part for part, _ in self.quotes]
            if not parts:
                continue
            first = int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:4]) % len(parts)
            in_turn = [*parts[first:], *parts[:first]]
            part = min(in_turn, key=taken.count)
            taken.append(part)
            yield name, part


def alone(voice: Voice, quotes: Voice | None = None) -> Cast:
    """The cast of one voice, or of one for the story and one for the quotes."""
    return Cast(Part(voice), {"quote": Part(quotes)} if quotes else {})
