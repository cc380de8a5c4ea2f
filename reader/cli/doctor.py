"""lyt doctor: what is installed, missing or in the way."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import click

from reader.cli import options
from reader.cli.console import counted, one_line, result, result_json
from reader.errors import ConfigError, LytError
from reader.lexicon import load_lexicon
from reader.version import __version__
from voices import Utterance, available, load

DISTRIBUTION = "lyt-til-artiklen"
OUR_NAMES = ("reader", "voices")
PACKAGES = (
    "click",
    "espeakng-loader",
    "lameenc",
    "av",
    "numpy",
    "soundfile",
    "pillow",
    "font-source-serif-pro",
    "trafilatura",
    "beautifulsoup4",
    "lxml",
    "httpx",
    "gTTS",
    "pydub",
    "tomlkit",
)

OPTIONAL = {"s3fs": ("publish to buckets", "s3"), "paramiko": ("publish by SFTP", "sftp")}


class Finding(NamedTuple):
    """One thing that was looked at: `good` is None for what is merely told."""

    what: str
    good: bool | None
    detail: str


@click.command()
@options.output
@options.lexicon
@options.config
@options.as_json
def doctor(config: Path | None, *, output: str | None, lexicon: str | None, as_json: bool) -> int:
    """Look at the installation: packages, voices, output folder, and whatever is in the way."""
    settings = options.settings_from(config, output=output, lexicon=lexicon)
    findings = [*_platform(), *_packages(), *_optional(), *_clashes(), *_voices(), _folder(Path(settings.output))]
    findings += _lexicon(settings.lexicon)
    if as_json:
        result_json([finding._asdict() for finding in findings])
    else:
        signs = {True: "ok ", False: "BAD", None: "   "}
        result("\n".join(f"{signs[finding.good]} {finding.what}: {finding.detail}" for finding in findings))
    return 0 if all(finding.good is not False for finding in findings) else 2


def _platform() -> Iterator[Finding]:
    yield Finding("lyt", None, __version__)
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), f"{version} on {sys.platform}; 3.11 or newer is needed")


def _packages() -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding(name, True, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, False, f"missing; install it with: pip install {name}")


def _optional() -> Iterator[Finding]:
    for name, (purpose, extra) in OPTIONAL.items():
        try:
            yield Finding(name, True, f"{metadata.version(name)}, to {purpose}")
        except metadata.PackageNotFoundError:
            yield Finding(name, None, f"to {purpose}: pip install 'lyt-til-artiklen[{extra}]'")


def _clashes() -> Iterator[Finding]:
    owners = metadata.packages_distributions()
    for name in OUR_NAMES:
        others = sorted(set(owners.get(name, ())) - {DISTRIBUTION})
        if others:
            advice = "install lyt-til-artiklen in an environment of its own"
            yield Finding(f"import name {name}", False, f"also belongs to {', '.join(others)}; {advice}")


def _voices() -> Iterator[Finding]:
    for status in available():
        if status.problem:
            yield Finding(f"voice engine {status.name}", False, status.problem)
    try:
        voice = load("default")
        voice.speak(Utterance("Det virker."))
        yield Finding("default voice", True, voice.id)
    except LytError as error:
        yield Finding("default voice", False, one_line(error))


def _lexicon(path: str) -> Iterator[Finding]:
    if path:
        try:
            entries = load_lexicon(path).entries
            yield Finding("lexicon", True, f"{path} has {counted(len(entries), 'entry', 'entries')}")
        except ConfigError as error:
            yield Finding("lexicon", False, one_line(error))


def _folder(folder: Path) -> Finding:
    try:
        place = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
        with tempfile.TemporaryFile(dir=place):
            return Finding("output folder", True, f"{folder}{os.sep} can be written")
    except OSError as error:
        return Finding("output folder", False, f"{folder} cannot be written: {error.strerror}")
