"""Rebuild a Piper model so that it tells the length of each phoneme, speaks alike each time, and in less time.

A Piper model ends in a vocoder that blows few wide frames up to many narrow ones, in three or four stages, on arrays
that fit into no cache. So the model is cut in two before its second blow-up. The head gives the frames and the lengths
of a whole sentence; the tail makes sound of a few frames at a time. `convolutions` says what else is done to both, and
`winograd` what is done to the wide ones of the head.

A model draws random numbers, for speech without them is dull: other ones each time, so that nothing could be spoken
again alike. Here they are drawn once for all.

Needs the package onnx, and only once for each model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from voices.piper.convolutions import (
    CONVOLUTIONS,
    RECTIFIER,
    in_blocks,
    rename,
    settings,
    widen,
    without_blow_ups,
)
from voices.piper.winograd import with_fewer_products

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

SOUND = "output"  # as Piper calls it
FRAMES, LENGTHS = "frames", "lengths"  # what passes from the head to the tail, and from the head to us
VOCODER = "/dec/"
NOISE_ROWS, NOISE_LENGTH = 256, 2048  # no model has more rows; a second of speech has some 86 places

_KNOWN = {*CONVOLUTIONS, RECTIFIER, "Add", "Div", "Tanh", "Constant"}


@dataclass(frozen=True, slots=True)
class Halves:
    """A model in two. A sample depends on `reach` frames to each side of its own; a frame becomes `hop` samples."""

    head: ModelProto
    tail: ModelProto
    reach: int
    hop: int


class OddModelError(Exception):
    """The model is not built as Piper's are, so it cannot be cut: it may still speak as it is."""


def with_lengths(model: ModelProto) -> bool:
    """Have a model give the length of each phoneme, in hops, under the name LENGTHS; False if it has no such thing."""
    import onnx  # noqa: PLC0415  only when a model is prepared

    ceilings = [output for node in model.graph.node if node.op_type == "Ceil" for output in node.output]
    if len(ceilings) != 1:
        return False
    kept = [output for output in model.graph.output if output.name != ceilings[0]]
    rename(model.graph.node, ceilings[0], LENGTHS)
    del model.graph.output[:]
    model.graph.output.extend([*kept, onnx.helper.make_tensor_value_info(LENGTHS, onnx.TensorProto.FLOAT, None)])
    return True


def with_steady_noise(model: ModelProto) -> None:
    """Give a model the same random numbers each time: those of a table, which begins anew where it ends."""
    import numpy as np  # noqa: PLC0415
    from onnx import helper, numpy_helper  # noqa: PLC0415

    drawn = np.random.RandomState(0).standard_normal((1, NOISE_ROWS, NOISE_LENGTH))
    numbers = {"noise": drawn.astype(np.float32), "noise_length": np.array(NOISE_LENGTH, np.int64)}
    numbers |= {f"noise_{number}": np.array(number, np.int64) for number in (0, 1, 2)}
    numbers |= {f"noise_{number}s": np.array([number], np.int64) for number in (0, 1)}
    model.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in numbers.items())
    nodes: list[NodeProto] = []
    for node in model.graph.node:
        if node.op_type != "RandomNormalLike":
            nodes.append(node)
            continue
        at = node.output[0]
        steps: tuple[tuple[str, list[str], str, dict[str, int]], ...] = (
            ("Shape", [node.input[0]], "shape", {}),
            ("Gather", [f"{at}.shape", "noise_2"], "length", {}),
            ("Range", ["noise_0", f"{at}.length", "noise_1"], "places", {}),
            ("Mod", [f"{at}.places", "noise_length"], "around", {}),
            ("Gather", ["noise", f"{at}.around"], "rows", {"axis": 2}),
            ("Gather", [f"{at}.shape", "noise_1s"], "height", {}),
        )
        nodes += [helper.make_node(kind, inputs, [f"{at}.{name}"], **more) for kind, inputs, name, more in steps]
        nodes.append(helper.make_node("Slice", [f"{at}.rows", "noise_0s", f"{at}.height", "noise_1s"], [at]))
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def halves(model: ModelProto) -> Halves:
    """Cut a model with lengths in two; it is used up. Raises OddModelError where it is not built like Piper's."""
    from onnx import helper  # noqa: PLC0415

    blow_ups = [node for node in model.graph.node if node.op_type == "ConvTranspose" and node.name.startswith(VOCODER)]
    if len(blow_ups) < 2 or [output.name for output in model.graph.output] != [SOUND, LENGTHS]:
        raise OddModelError("it has no vocoder of several stages")
    weights = {weight.name: weight for weight in model.graph.initializer}
    channels = weights[blow_ups[1].input[1]].dims[0]
    first = blow_ups[0].input[0]
    rename(model.graph.node, blow_ups[1].input[0], FRAMES)
    *late, shaping = _between(model, FRAMES, SOUND)
    if shaping.op_type != "Unsqueeze":
        raise OddModelError("its vocoder ends otherwise")
    early = _between(model, first, FRAMES)
    _check(early + late)
    reach, hop = _reach_and_hop(late)
    frames = helper.make_tensor_value_info(FRAMES, 1, [1, channels, 1, FRAMES])
    for node in early + late:
        widen(node, weights)
    head = _head(model, early, first, dropped=[*late, shaping])
    rename(late, shaping.input[0], SOUND)  # it has the four dimensions already
    sound = helper.make_tensor_value_info(SOUND, 1, [1, 1, 1, "samples"])
    head = with_fewer_products(without_blow_ups(head, weights), weights)
    tail = without_blow_ups(in_blocks(late, weights), weights)
    return Halves(
        _model(model, head, [*model.graph.input], [frames, *model.graph.output[1:]], weights),
        _model(model, tail, [frames], [sound], weights),
        reach,
        hop,
    )


def _between(model: ModelProto, start: str, end: str) -> list[NodeProto]:
    """The nodes, in order, that make `end` of `start`; OddModelError if they need anything else but constants."""
    maker = {output: node for node in model.graph.node for output in node.output}
    constant = {weight.name for weight in model.graph.initializer}
    needed, waiting = set[str](), [end]
    while waiting:
        name = waiting.pop()
        if name in needed or name in constant or name == start or not name:
            continue
        if name not in maker:
            raise OddModelError(f"its vocoder needs {name!r}")
        needed.add(name)
        waiting.extend(maker[name].input)
    return [node for node in model.graph.node if node.output[0] in needed and node.op_type != "Constant"]


def _check(nodes: Iterable[NodeProto]) -> None:
    if strange := sorted({node.op_type for node in nodes} - _KNOWN):
        raise OddModelError(f"its vocoder has {', '.join(strange)}")


def _reach_and_hop(nodes: Sequence[NodeProto]) -> tuple[int, int]:
    """How many frames to each side a sample depends on (rounded up), and how many samples a frame becomes."""
    reaches: dict[str, Fraction] = {}
    rates = {FRAMES: 1}
    for node in nodes:
        reach = max(reaches.get(name, Fraction(0)) for name in node.input)
        rate = max(rates.get(name, 1) for name in node.input)
        if node.op_type in CONVOLUTIONS:
            told = settings(node)
            before, size, step = told["pads"][0], told["kernel_shape"][0], told["strides"][0]
            if node.op_type == "Conv":
                reach += Fraction(max(before, (size - 1) * told["dilations"][0] - before), rate)
            else:
                reach += Fraction(max(before, size - 1 - before), step * rate)
                rate *= step
        reaches[node.output[0]], rates[node.output[0]] = reach, rate
    last = nodes[-1].output[0]
    return -(-reaches[last].numerator // reaches[last].denominator), rates[last]


def _head(model: ModelProto, early: Sequence[NodeProto], first: str, dropped: Sequence[NodeProto]) -> list[NodeProto]:
    """The nodes up to the frames; where the vocoder's stages begin, a dimension of 1 is put in."""
    from onnx import helper  # noqa: PLC0415

    gone = {node.output[0] for node in dropped}
    nodes = [node for node in model.graph.node if node.output[0] not in gone]
    at = nodes.index(early[0])
    in_a_row = f"{first}_in_a_row"
    rename(early, first, in_a_row)
    axis = helper.make_node("Constant", [], ["axis"], value=helper.make_tensor("axis", 7, [1], [2]))
    return [*nodes[:at], axis, helper.make_node("Unsqueeze", [first, "axis"], [in_a_row]), *nodes[at:]]


def _model(
    model: ModelProto,
    nodes: Sequence[NodeProto],
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    weights: dict[str, TensorProto],
) -> ModelProto:
    """A model of some of another's nodes, with the constants that they need."""
    from onnx import helper  # noqa: PLC0415

    constants = [node for node in model.graph.node if node.op_type == "Constant"]
    needed = {name for node in nodes for name in node.input}
    own = {node.output[0] for node in nodes}
    used = [node for node in constants if node.output[0] in needed - own]
    kept = [weight for name, weight in weights.items() if name in needed]
    graph = helper.make_graph([*used, *nodes], "part", inputs, outputs, kept)
    made: ModelProto = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    return made
