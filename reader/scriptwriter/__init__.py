"""Cut an article into lines and chapters: everything that will be said, decided before any sound exists.

Article -> paragraphs cut at sentences and at speech (lines) -> words (readings) -> pauses -> chapters -> Script
"""

from __future__ import annotations

from dataclasses import dataclass

from reader.danish import Lexicon
from reader.model import Article, ChapterMode, ParagraphKind, Script
from reader.scriptwriter.chapters import place_chapters
from reader.scriptwriter.cues import with_cues
from reader.scriptwriter.lines import write_lines

__all__ = ["Extras", "write_script"]


@dataclass(frozen=True, slots=True)
class Extras:
    """What is said beside the story: `fact_boxes` and `tables`, each announced, and either read or left out.

    `cue` says where a quote begins and where it ends.
    """

    fact_boxes: bool = True
    tables: bool = False
    cue: bool = False


USUAL = Extras()


def write_script(
    article: Article,
    *,
    lexicon: Lexicon | None = None,
    chapters: ChapterMode = "speech",
    notice: str | None = "",
    extras: Extras = USUAL,
) -> Script:
    """The script of an article.

    `lexicon`, a newsroom's own, wins over every rule. `notice` is the last line, which says that
    the voice is synthetic: "" is the standard wording in the article's language, None leaves it out. Raises ScriptError
    when nothing in the article can be spoken.
    """
    drafts, skipped = write_lines(article, lexicon or Lexicon(), notice, _omitted(extras))
    drafts = with_cues(drafts) if extras.cue else drafts
    lines = tuple(draft.line for draft in drafts)
    return Script(article, lines, skipped, place_chapters(article, drafts, chapters))


def _omitted(extras: Extras) -> frozenset[ParagraphKind]:
    """The kinds of paragraphs that are not read."""
    kinds: dict[ParagraphKind, bool] = {"caption": False, "table": extras.tables, "aside": extras.fact_boxes}
    return frozenset(kind for kind, is_read in kinds.items() if not is_read)
