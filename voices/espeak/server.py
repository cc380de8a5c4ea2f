"""Speaks with eSpeak NG's library: a small process of its own, asked through its standard input.

The library keeps state from one utterance to the next, so that equal text would give unequal sound. Therefore this
process sets the library up, never speaks itself, and forks a child for each utterance: equal input gives equal bytes.
Where there is no fork (Windows) it speaks itself, and only the words, not the bytes, are equal.

It imports next to nothing and is run as a file, so that it starts in a few milliseconds.

    greeting  <- status byte, then text: the version of the library, or what is wrong
    request   -> length, then REQUEST (whether there are phonemes, rate, pitch, bytes of the voice's name), name, text
    answer    <- status byte, then PCM (s16le mono at 22,050 Hz) and marks (start, frame), or what is wrong
"""

import ctypes
import os
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO  # at run time it would cost as much as all the rest

SYNCHRONOUS = 1
UTF8_TEXT, READ_PHONEMES = 1, 0x100  # not SSML, so that < is a character like any other
RATE_PARAMETER, PITCH_PARAMETER = 1, 3
WORD_EVENT, END_OF_EVENTS = 1, 0
GOOD, BAD = b"\0", b"\1"
SIZE = struct.Struct("<I")
REQUEST = struct.Struct("<?HHH")
MARK = struct.Struct("<II")
SEED = 1


class _Identity(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),  # characters, from 1
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),  # milliseconds
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identity),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


def open_library(library_path: str, data_path: str) -> ctypes.CDLL:
    """Load and initialise the library; OSError says what is wrong."""
    library = ctypes.CDLL(library_path)
    library.espeak_ng_InitializePath(os.fsencode(data_path))
    if library.espeak_ng_Initialize(None) or library.espeak_ng_InitializeOutput(SYNCHRONOUS, 0, None):
        raise OSError(f"the data of eSpeak NG cannot be read in {data_path}")
    library.espeak_ng_SetRandSeed(ctypes.c_long(SEED))  # else the clock seeds the noise of breathing voices
    library.espeak_ListVoices(None)  # else each child looks through all files of voices, longer than it speaks
    return library


def version(library: ctypes.CDLL) -> str:
    """The library's own version, like "1.52.0"."""
    library.espeak_Info.restype = ctypes.c_char_p
    return str(library.espeak_Info(None), "ascii", "replace").split()[0]


def speak(library: ctypes.CDLL, request: bytes) -> bytes:
    """Speak one request; give the answer's body. ValueError when the library refuses.

    The rate is words a minute, the pitch a number from 0 to 99.
    """
    has_phonemes, rate, pitch, length = REQUEST.unpack_from(request)
    end_of_voice = REQUEST.size + length
    voice, text = request[REQUEST.size : end_of_voice], request[end_of_voice:] + b"\0"
    pcm, marks = bytearray(), bytearray()

    def take(samples: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[_Event]") -> int:
        if count > 0:
            pcm.extend(ctypes.string_at(samples, 2 * count))
        number = 0
        while (event := events[number]).type != END_OF_EVENTS:
            if event.type == WORD_EVENT:
                marks.extend(MARK.pack(max(0, event.text_position - 1), max(0, event.sample)))
            number += 1
        return 0

    callback = _CALLBACK(take)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice) != 0:
        raise ValueError(f"eSpeak NG has no voice called {voice.decode()!r}")
    library.espeak_SetParameter(RATE_PARAMETER, rate, 0)
    library.espeak_SetParameter(PITCH_PARAMETER, pitch, 0)
    flags = UTF8_TEXT | READ_PHONEMES if has_phonemes else UTF8_TEXT
    if library.espeak_Synth(text, len(text), 0, 1, 0, flags, None, None) != 0:
        raise ValueError("eSpeak NG could not speak this text")
    return SIZE.pack(len(pcm)) + pcm + marks


def answer(library: ctypes.CDLL, request: bytes, out: "BinaryIO") -> None:
    """Write the framed answer to one request."""
    try:
        status, body = GOOD, speak(library, request)
    except ValueError as error:
        status, body = BAD, str(error).encode()
    send(out, status, body)


def send(out: "BinaryIO", status: bytes, body: bytes) -> None:
    """Write one frame: size, status, body."""
    out.write(SIZE.pack(len(body)) + status + body)
    out.flush()


def receive(source: "BinaryIO") -> bytes | None:
    """Read one request; None when the asking process has closed the pipe."""
    header = source.read(SIZE.size)
    return source.read(SIZE.unpack(header)[0]) if len(header) == SIZE.size else None


def answer_in_child(library: ctypes.CDLL, request: bytes, out: "BinaryIO") -> bool:
    """Answer from a forked child; False if it died, perhaps in the middle of its answer."""
    child = os.fork()
    if child == 0:
        try:
            answer(library, request, out)
        finally:
            os._exit(0)  # never back into the parent's loop, whatever happened
    return os.waitpid(child, 0)[1] == 0


def serve(library: ctypes.CDLL, source: "BinaryIO", out: "BinaryIO") -> None:
    """Answer requests until the asking process closes the pipe or is gone."""
    while (request := receive(source)) is not None:
        if not hasattr(os, "fork"):
            answer(library, request, out)
        elif not answer_in_child(library, request, out):
            return


def main(library_path: str, data_path: str) -> None:
    """Set the library up, greet, and answer until there is nobody to answer."""
    if sys.platform == "win32":  # elsewhere it has a session of its own, which no Ctrl-C reaches
        import signal  # noqa: PLC0415

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the asking process's to handle
    source, out = sys.stdin.buffer, sys.stdout.buffer
    try:
        library = open_library(library_path, data_path)
    except OSError as error:
        send(out, BAD, str(error).encode())
        return
    send(out, GOOD, version(library).encode())
    serve(library, source, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
