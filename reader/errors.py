"""Every error that is raised on purpose.

    LytError                     1
    ├── UsageError               2   the call or the configuration is wrong
    │   ├── ConfigError
    │   └── UnknownVoiceError
    ├── SourceError              3   the source cannot be read, or holds no article
    │   ├── MissingSourceError
    │   ├── FetchError
    │   ├── UnsupportedTypeError
    │   ├── NoArticleError
    │   │   ├── TeaserError          the opening of an article that costs money
    │   │   └── NotAnArticleError    a live blog, a gallery, a film, a front page
    │   ├── LanguageError            no voice here speaks the article's language
    │   └── ReservedError            the owner reserves it against machines that read unattended
    ├── ScriptError              4
    ├── VoiceError               5
    ├── AssemblyError            6
    │   ├── OutputError              the output folder or its disk
    │   └── UnprovenError            a finished recording is not what its script says
    ├── PublishError             7
    └── PartialError             8   some of several sources failed

The number is the exit code of the command line. A message says what failed, on which thing, and what to do about it,
in one line.
"""


class LytError(Exception):
    """Base of every error that a caller may expect from this project."""

    exit_code = 1


class UsageError(LytError):
    """The call or the configuration is wrong."""

    exit_code = 2


class ConfigError(UsageError):
    """A settings file cannot be read, or holds a value that makes no sense."""


class UnknownVoiceError(UsageError):
    """No engine has a voice of this name, or the engine is not installed."""


class SourceError(LytError):
    """The source could not be read, or holds no article."""

    exit_code = 3


class MissingSourceError(SourceError):
    """The path does not exist, is a directory, or may not be read."""


class FetchError(SourceError):
    """The address did not answer with a page."""


class UnsupportedTypeError(SourceError):
    """The bytes are neither a web page nor text."""


class NoArticleError(SourceError):
    """The page or text was read, but holds no article."""


class TeaserError(NoArticleError):
    """The page shows the opening of an article, and the rest only to those who pay or log in."""


class NotAnArticleError(NoArticleError):
    """The page is a live blog, a gallery, a film or a list of articles: nothing that can be read from start to end."""


class ComplexPageError(SourceError):
    """The page or text asks for more time, memory or patience than an article is worth."""


class LanguageError(SourceError):
    """The article is in a language that the chosen voice does not speak."""


class ReservedError(SourceError):
    """The owner reserves the page against text and data mining, and nobody asked for it by hand."""


class ScriptError(LytError):
    """The script contradicts itself or its article."""

    exit_code = 4


class VoiceError(LytError):
    """A voice could not speak. The only error that a voice may raise."""

    exit_code = 5


class AssemblyError(LytError):
    """Clips could not be joined into a recording."""

    exit_code = 6


class OutputError(AssemblyError):
    """The output folder cannot be written, or its disk is full."""


class UnprovenError(AssemblyError):
    """A finished recording is not what its script says: it is not published."""


class PublishError(LytError):
    """An episode could not be published."""

    exit_code = 7


class PartialError(LytError):
    """Some of several sources failed; the others are done."""

    exit_code = 8
