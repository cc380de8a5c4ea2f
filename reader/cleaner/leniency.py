"""What is read although it is not a whole article, because somebody asked for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leniency:
    """`teaser`: the opening of an article that costs money; `any_shape`: a live blog, a gallery, a film, a list."""

    teaser: bool = False
    any_shape: bool = False


STRICT = Leniency()
