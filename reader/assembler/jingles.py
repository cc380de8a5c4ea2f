"""A jingle from a file: any sound that FFmpeg's libraries decode, in the programme's form."""

from __future__ import annotations

from pathlib import Path

from reader.assembler.clips import trimmed
from reader.assembler.programme import RATE
from reader.errors import AssemblyError, ConfigError
from reader.model import Clip

LONGEST_SECONDS = 60


def jingle(path: Path) -> bytes:
    """The sound of a file as s16le mono PCM at 44.1 kHz, without the silence around it.

    Raises ConfigError for what is no sound, silent, or longer than a minute.
    """
    import av  # noqa: PLC0415  few runs have a jingle

    av.logging.set_level(None)
    parts: list[bytes] = []
    size, most = 0, 2 * RATE * LONGEST_SECONDS
    try:
        with av.open(str(path), metadata_errors="ignore") as file:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            for frame in file.decode(file.streams.audio[0]):
                for part in resampler.resample(frame):
                    parts.append(bytes(part.planes[0])[: 2 * part.samples])
                    size += len(parts[-1])
                if size > most:
                    raise ConfigError(f"the jingle {str(path)!r} is longer than {LONGEST_SECONDS} seconds")
            parts.extend(bytes(part.planes[0])[: 2 * part.samples] for part in resampler.resample(None))
        pcm = b"".join(parts)
        return trimmed(Clip(0, pcm, RATE, (), "")).pcm
    except (OSError, IndexError, av.error.FFmpegError) as error:
        reason = getattr(error, "strerror", None) or "it holds no sound"
        raise ConfigError(f"the jingle {str(path)!r} cannot be used: {reason}") from error
    except AssemblyError as error:
        raise ConfigError(f"the jingle {str(path)!r} is silent") from error
