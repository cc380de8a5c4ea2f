"""What somebody would write in an evening: BeautifulSoup, espeak-ng and pydub, paragraph by paragraph.

It is here to be measured beside lyt, and has none of what an episode needs: no chapters, times, loudness or tags.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

from bs4 import BeautifulSoup  # noqa: E402
from pydub import AudioSegment  # noqa: E402


def main(page: str, target: str) -> None:
    soup = BeautifulSoup(Path(page).read_text("utf-8"), "html.parser")
    programme = AudioSegment.empty()
    with tempfile.TemporaryDirectory() as folder:
        for number, paragraph in enumerate(soup.find_all(["h1", "h2", "p"])):
            wav = f"{folder}/{number}.wav"
            subprocess.run(["espeak-ng", "-v", "da", "-w", wav, paragraph.get_text()], check=True)
            programme += AudioSegment.from_wav(wav) + AudioSegment.silent(700)
    programme.export(target, format="mp3", bitrate="96k", parameters=["-ar", "44100"]).close()


if __name__ == "__main__":
    main(*sys.argv[1:])
