"""Cut an article into lines and chapters: everything that will be said, decided before any sound exists.

Article -> paragraphs cut at sentences and at speech (lines) -> words (readings) -> pauses -> chapters -> Script
"""

from __future__ import annotations

from reader.danish import Lexicon
from reader.model import Article, ChapterMode, Script
from reader.scriptwriter.chapters import place_chapters
from reader.scriptwriter.cues import with_cues
from reader.scriptwriter.frames import USUAL, Extras
from reader.scriptwriter.lines import write_lines

__all__ = ["Extras", "write_script"]


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
    drafts, skipped = write_lines(article, lexicon or Lexicon(), notice, extras)
    drafts = with_cues(drafts) if extras.cue else drafts
    lines = tuple(draft.line for draft in drafts)
    return Script(article, lines, skipped, place_chapters(article, drafts, chapters))
