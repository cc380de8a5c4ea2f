"""Cut an article into lines and chapters: everything that will be said, decided before any sound exists.

Article -> paragraphs cut at sentences and at speech (lines) -> words (readings) -> pauses -> chapters -> Script
"""

from __future__ import annotations

from reader.danish import Lexicon
from reader.model import Article, ChapterMode, ParagraphKind, Script
from reader.scriptwriter.chapters import place_chapters
from reader.scriptwriter.lines import write_lines

__all__ = ["write_script"]


def write_script(
    article: Article,
    *,
    lexicon: Lexicon | None = None,
    chapters: ChapterMode = "speech",
    notice: str | None = "",
    fact_boxes: bool = True,
    tables: bool = False,
) -> Script:
    """The script of an article.

    `lexicon`, a newsroom's own, wins over every rule. `notice` is the last line, which says that
    the voice is synthetic: "" is the standard wording in the article's language, None leaves it out. `fact_boxes`
    and `tables` are announced, and then read or, where they are False, left out. Raises ScriptError when nothing in the
    article can be spoken.
    """
    drafts, skipped = write_lines(article, lexicon or Lexicon(), notice, _omitted(fact_boxes=fact_boxes, tables=tables))
    lines = tuple(draft.line for draft in drafts)
    return Script(article, lines, skipped, place_chapters(article, drafts, chapters))


def _omitted(*, fact_boxes: bool, tables: bool) -> frozenset[ParagraphKind]:
    """The kinds of paragraphs that are not read."""
    kinds: dict[ParagraphKind, bool] = {"caption": False, "table": tables, "aside": fact_boxes}
    return frozenset(kind for kind, is_read in kinds.items() if not is_read)
