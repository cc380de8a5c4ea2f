"""A stand-in for a service that speaks as OpenAI's does: an HTTP server on loopback, with the same faults to order."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from gtts_stand_in import (
    RATE,
    Answer,
    FaultyHandler,
    FaultyServer,
    beep,
    beep_pcm,
    damaged_mp3,
    refused,
    serving,
)

PATH = "/v1/audio/speech"


class SpeechStandIn(FaultyServer):
    """Speaks WAV, MP3 and PCM at the speed asked for. `asked` holds what was posted, `headers` what stood above it."""

    def __init__(self) -> None:
        super().__init__(FaultyHandler)
        self.asked: list[dict[str, Any]] = []
        self.headers: list[Mapping[str, str]] = []

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def forget(self) -> None:
        super().forget()
        self.asked.clear()
        self.headers.clear()

    def text_in(self, body: bytes, headers: Mapping[str, str]) -> str:
        wanted = json.loads(body)
        self.asked.append(wanted)
        self.headers.append(headers)
        return str(wanted["input"])

    def answer(self, fault: str, text: str) -> Answer:
        wanted = next(asked for asked in reversed(self.asked) if asked["input"] == text)
        form, letters = wanted["response_format"], sum(map(str.isalnum, text))
        letters = round(letters / wanted.get("speed", 1))
        if fault.startswith("says "):
            return self._refusal(fault.removeprefix("says "))
        if fault == "json":
            return 200, {"Content-Type": "application/json"}, b'{"error": {"message": "no voice is free just now"}}'
        if fault == "html":
            return 200, {"Content-Type": "text/html"}, b"<!doctype html><title>Sorry...</title><p>unusual traffic"
        if fault == "empty":
            return 200, {}, b""
        return refused(fault) or (200, {}, sound(form, fault, letters))

    def _refusal(self, message: str) -> Answer:
        error = {"error": {"message": message, "type": "invalid_request_error"}}
        return 400, {"Content-Type": "application/json"}, json.dumps(error).encode()


def running() -> AbstractContextManager[SpeechStandIn]:
    """The stand-in at work in a thread."""
    return serving(SpeechStandIn())


def sound(form: str, fault: str, letters: int) -> bytes:
    """Speech of so many letters in a form, with a fault or good ("ok")."""
    if form == "mp3":
        return beep(letters) if fault in ("ok", "other form") else damaged_mp3(fault, letters)
    if fault == "other form":
        return beep(letters)
    return damaged(form, fault, beep_pcm(letters))


def damaged(form: str, fault: str, pcm: bytes) -> bytes:
    """PCM, or a WAV of it, with a fault or good."""
    file = pcm if form == "pcm" else wav_of(pcm)
    third = len(file) * 2 // 6 * 2
    return {
        "ok": lambda: file,
        "unknown length": lambda: file[:4] + b"\xff" * 4 + file[8:40] + b"\xff" * 4 + file[44:],
        "garbage": lambda: b"<html>" * 5000,
        "truncated": lambda: file[: len(file) // 8 * 2],
        "third missing": lambda: file[:third],
        "half a sample": lambda: file[:-1],
        "doubled": lambda: file * 2,
        "spoken twice": lambda: pcm * 2 if form == "pcm" else wav_of(pcm * 2),
        "endless": lambda: pcm * 9 if form == "pcm" else wav_of(pcm * 9),
        "silent": lambda: bytes(len(file)) if form == "pcm" else wav_of(bytes(len(pcm))),
    }[fault]()


def wav_of(pcm: bytes) -> bytes:
    """A WAV file of s16le mono PCM."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(pcm)
    return file.getvalue()
