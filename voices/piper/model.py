"""A Piper model as it is run: prepared once, kept beside the installed voices, loaded in a tenth of a second."""

from __future__ import annotations

import hashlib
import json
import platform
import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from reader.errors import VoiceError
from voices.piper.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from onnxruntime import InferenceSession

FORMAT = "6"  # of what is prepared: another number prepares every model anew
WINDOW = 256  # frames that the tail is given at once, besides what they depend on: they fit into a core's own cache

_HEAD, _TAIL, _WINDOW, _INFO = "head.onnx", "tail.onnx", "window.onnx", "info.json"
PROVIDERS = ("CPUExecutionProvider",)

_QUIET = 3  # of the runtime's log: errors only


@dataclass(frozen=True, slots=True)
class Info:
    """What is known of a prepared model. `digest` is the SHA-256 of the model's own file, `sizes` are of the parts.

    `reach` and `hop` are those of `graph.Halves`; both are 0 where the model could not be cut in two.
    """

    digest: str
    has_lengths: bool
    reach: int
    hop: int
    sizes: dict[str, int]


class Model:
    """A prepared model, ready to run. Threads that use it at once share its `processors`; one alone has them all."""

    def __init__(self, folder: Path, info: Info, config: Config, processors: int) -> None:
        self.info, self._config = info, config
        self._workers = ThreadPoolExecutor(processors, thread_name_prefix="piper")
        parts = (_HEAD, _TAIL, _WINDOW) if info.hop else (_HEAD,)
        self._head, *self._late = self._workers.map(_ready, (folder / name for name in parts))

    def run(self, ids: Sequence[int], *, pace: float, speaker: int) -> tuple[np.ndarray, list[int] | None]:
        """Speak a sentence of phoneme ids: its samples, between -1 and 1, and how many of them each id takes."""
        import numpy as np  # noqa: PLC0415

        inputs = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array([self._config.noise, pace, self._config.noise_of_lengths], np.float32),
        }
        if self._config.speakers:
            inputs["sid"] = np.array([speaker], np.int64)
        try:
            first, *rest = self._workers.submit(self._head.run, None, inputs).result()
            sound = self._sound(first) if self.info.hop else first.reshape(-1)
        except _runtime_errors() as error:
            raise VoiceError("the Piper voice could not speak a sentence: install the voice again") from error
        if not self.info.has_lengths:
            return sound, None
        return sound, [round(float(length)) * self._config.hop for length in rest[0].reshape(-1)]

    def _sound(self, frames: np.ndarray) -> np.ndarray:
        """The sound of frames, a window at a time: each with the frames around it that its samples depend on."""
        import numpy as np  # noqa: PLC0415

        def of(window: Window) -> np.ndarray:
            session = full if window.last - window.first == WINDOW + 2 * reach else shorter
            samples: np.ndarray = session.run(None, {"frames": frames[:, :, :, window.first : window.last]})[0]
            return samples.reshape(-1)[(window.start - window.first) * hop : (window.end - window.first) * hop]

        shorter, full = self._late
        reach, hop = self.info.reach, self.info.hop
        return np.concatenate(list(self._workers.map(of, windows(frames.shape[3], reach))))


class Window(NamedTuple):
    """Frames that are given at once, from `first` to `last`, for the sound of those from `start` to `end`."""

    first: int
    last: int
    start: int
    end: int


def windows(total: int, reach: int) -> Iterator[Window]:
    """How so many frames are cut; all windows but the last are equally long."""
    start = end = 0
    while end < total:
        first = max(0, start - reach)
        last = min(first + WINDOW + 2 * reach, total)
        end = last - reach if last < total else total
        yield Window(first, last, start, end)
        start = end


def load_model(path: Path, shelf: Path, config: Config, processors: int) -> Model:
    """The model of a file, prepared if it was not yet; `shelf` is the folder where what was prepared is kept.

    Raises VoiceError where the file is no model, or cannot be prepared.
    """
    folder, info = prepared(path, shelf)
    try:
        return Model(folder, info, config, processors)
    except _runtime_errors() as error:
        shutil.rmtree(folder, ignore_errors=True)  # damaged: the next run prepares it again
        raise VoiceError(f"the voice {path.name!r} could not be loaded; try again, or install it again") from error


def prepared(path: Path, shelf: Path) -> tuple[Path, Info]:
    """Where a model's prepared form is, and what is known of it; prepared now if it was not yet. Raises VoiceError."""
    folder = preparation(path, shelf)
    try:
        info = _kept(folder)
        if info is None:
            shutil.rmtree(folder, ignore_errors=True)
            info = _prepare(path, folder)
    except OSError as error:
        raise VoiceError(f"the voice {path.name!r} cannot be prepared: {error.strerror or error}") from error
    return folder, info


def preparation(path: Path, shelf: Path) -> Path:
    """Where the prepared form of a model's file, as that is now, is or would be. Raises VoiceError without a file."""
    try:
        found = path.stat()
    except OSError as error:
        raise VoiceError(f"the voice {path.name!r} cannot be read: {error.strerror or error}") from error
    state = f"{FORMAT}|{metadata.version('onnxruntime')}|{found.st_size}|{found.st_mtime_ns}"
    return shelf / "-".join([_short(str(path.resolve())), _short(_machine()), _short(state)])


def discard(path: Path, shelf: Path) -> None:
    """Remove all that was ever prepared of a model's file."""
    for folder in shelf.glob(f"{_short(str(path.resolve()))}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _short(mark: str) -> str:
    return hashlib.sha256(mark.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _kept(folder: Path) -> Info | None:
    """What is known of a prepared model, if all of it is there."""
    try:
        info = Info(**json.loads((folder / _INFO).read_text("utf-8")))
        whole = all((folder / name).stat().st_size == size for name, size in info.sizes.items())
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    return info if whole else None


def _prepare(path: Path, folder: Path) -> Info:
    """Prepare a model beside its folder, which gets its name when it is whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.parent / f".{folder.name}.{secrets.token_hex(4)}.part"
    beside.mkdir()
    try:
        info = _save(path, beside)
        (beside / _INFO).write_text(json.dumps(asdict(info)), "utf-8")
        with suppress(OSError):  # another process was quicker, and made the same
            beside.rename(folder)
        for other in folder.parent.glob(f"{folder.name.rpartition('-')[0]}-*"):
            if other.name != folder.name:  # of the model or the runtime as it was here before
                shutil.rmtree(other, ignore_errors=True)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return info


def _save(path: Path, folder: Path) -> Info:
    """Rebuild a model, and save it as the runtime will run it here. Raises VoiceError where it is no model."""
    onnx, graph = import_module("onnx"), import_module("voices.piper.graph")
    data = path.read_bytes()
    reach = hop = 0
    try:
        model = onnx.load_model_from_string(data)
        graph.with_steady_noise(model)
        has_lengths = graph.with_lengths(model)
        whole = model.SerializeToString()
        try:
            halves = graph.halves(model)
        except graph.OddModelError:
            _write_down(whole, folder / _HEAD)
        else:
            reach, hop = halves.reach, halves.hop
            _write_down(halves.head.SerializeToString(), folder / _HEAD)
            _write_down(halves.tail.SerializeToString(), folder / _TAIL)
            _write_down(halves.tail.SerializeToString(), folder / _WINDOW, frames=WINDOW + 2 * reach)
    except (import_module("google.protobuf.message").Error, *_runtime_errors()) as error:
        raise VoiceError(f"{path.name!r} is no model that can speak: install the voice again") from error
    sizes = {part.name: part.stat().st_size for part in sorted(folder.iterdir())}
    return Info(hashlib.sha256(data).hexdigest(), has_lengths, reach, hop, sizes)


def _write_down(model: bytes, path: Path, *, frames: int | None = None) -> None:
    """Save a model as the runtime runs it on this machine; `frames` fixes the number of them.

    Its numbers go into a file of their own, which is then mapped into memory and need not be read.
    """
    runtime, onnx = import_module("onnxruntime"), import_module("onnx")
    options = _options()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.optimized_model_filepath = str(path)
    if frames is not None:
        options.add_free_dimension_override_by_name("frames", frames)
    runtime.InferenceSession(model, options, providers=PROVIDERS)
    written = onnx.load(path)
    import_module("voices.piper.convolutions").take_out_unchanged(written)
    numbers = f"{path.stem}.numbers"
    onnx.save(written, path, save_as_external_data=True, location=numbers, size_threshold=1024)


def _ready(path: Path) -> InferenceSession:
    """A model that was written down, ready to run on one processor: its numbers would depend on how many."""
    runtime = import_module("onnxruntime")
    options = _options()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL  # it is as it should be
    session: InferenceSession = runtime.InferenceSession(str(path), options, providers=PROVIDERS)
    return session


def _options() -> Any:
    options = import_module("onnxruntime").SessionOptions()
    options.log_severity_level = _QUIET
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return options


def _machine() -> str:
    """What tells this processor from one for which a model would be written down otherwise."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            if line.startswith(("flags", "Features")):
                return line
    return f"{platform.machine()} {platform.processor()}"


def _runtime_errors() -> tuple[type[Exception], ...]:
    """What the runtime raises: errors without a base of their own, and ValueError for inputs that a model lacks."""
    state = import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    kinds = [kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return (ValueError, *kinds)
