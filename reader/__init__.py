"""Hear the news: an article goes in, one chaptered MP3 in Danish comes out.

    import reader
    episode = reader.narrate("artikel.html", "output")

The names below are public; they are imported when first used, so that `import reader` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from reader.version import __version__ as __version__

_MODEL = (
    "Article Chapter Clip Cue Episode Image Line Mark Page Paragraph Proof Recording Script Skip Span WordCue".split()
)
_ERRORS = (
    "AssemblyError ComplexPageError ConfigError FetchError LanguageError LytError MissingSourceError "
    "NoArticleError NotAnArticleError OutputError PartialError PublishError ReservedError ScriptError SourceError "
    "TeaserError UnknownVoiceError UnprovenError UnsupportedTypeError UsageError VoiceError".split()
)
_HOMES = {
    "narrate": "reader.pipeline",
    "scrape": "reader.scraper",
    "clean": "reader.cleaner",
    "write_script": "reader.scriptwriter",
    "synthesize": "reader.synthesizer",
    "assemble": "reader.assembler",
    **dict.fromkeys(_MODEL, "reader.model"),
    **dict.fromkeys(_ERRORS, "reader.errors"),
}

__all__ = sorted([*_HOMES, "publisher"])  # noqa: PLE0605  computed, and checked by a test

if TYPE_CHECKING:
    from reader import publisher as publisher
    from reader.assembler import assemble as assemble
    from reader.cleaner import clean as clean
    from reader.errors import *  # noqa: F403
    from reader.model import *  # noqa: F403
    from reader.pipeline import narrate as narrate
    from reader.scraper import scrape as scrape
    from reader.scriptwriter import write_script as write_script
    from reader.synthesizer import synthesize as synthesize


def __getattr__(name: str) -> Any:
    if name == "publisher":
        return import_module("reader.publisher")
    if name not in _HOMES:
        raise AttributeError(f"module 'reader' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
