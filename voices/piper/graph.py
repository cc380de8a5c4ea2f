"""Rebuild a Piper model so that it tells the length of each phoneme, speaks alike each time, and in less time.

A Piper model ends in a vocoder that blows few wide frames up to many narrow ones, in three or four stages. It spends
its time in convolutions over one dimension, for which ONNX Runtime has no fast code, and on arrays that fit into no
cache. So the model is cut in two before its second blow-up. The head gives the frames and the lengths of a whole
sentence; the tail makes sound of a few frames at a time. In both, the vocoder's convolutions are written as ones over
two dimensions of which one is 1. What is computed stays the same.

Between two such convolutions the runtime keeps an array in blocks of channels, but unpacks it for every operation that
it has not learnt for blocks. So the tail writes those as convolutions too: ones that multiply by 1 and take in the
rectifier that follows.

A model draws random numbers, for speech without them is dull: other ones each time, so that nothing could be spoken
again alike. Here they are drawn once for all.

Needs the package onnx, and only once for each model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

SOUND = "output"  # as Piper calls it
FRAMES, LENGTHS = "frames", "lengths"  # what passes from the head to the tail, and from the head to us
VOCODER = "/dec/"
NOISE_ROWS, NOISE_LENGTH = 256, 2048  # no model has more rows; a second of speech has some 86 places

_RECTIFIER = "LeakyRelu"
_CONVOLUTIONS = ("Conv", "ConvTranspose")
_KNOWN = {*_CONVOLUTIONS, _RECTIFIER, "Add", "Div", "Tanh", "Constant"}


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
    _rename(model.graph.node, ceilings[0], LENGTHS)
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
    _rename(model.graph.node, blow_ups[1].input[0], FRAMES)
    *late, shaping = _between(model, FRAMES, SOUND)
    if shaping.op_type != "Unsqueeze":
        raise OddModelError("its vocoder ends otherwise")
    early = _between(model, first, FRAMES)
    _check(early + late)
    reach, hop = _reach_and_hop(late)
    frames = helper.make_tensor_value_info(FRAMES, 1, [1, channels, 1, FRAMES])
    for node in early + late:
        _widen(node, weights)
    head = _head(model, early, first, dropped=[*late, shaping])
    _rename(late, shaping.input[0], SOUND)  # it has the four dimensions already
    sound = helper.make_tensor_value_info(SOUND, 1, [1, 1, 1, "samples"])
    tail_weights = dict(weights)
    tail = _in_blocks(late, tail_weights)
    return Halves(
        _model(model, head, [*model.graph.input], [frames, *model.graph.output[1:]], weights),
        _model(model, tail, [frames], [sound], tail_weights),
        reach,
        hop,
    )


def _rename(nodes: Iterable[NodeProto], old: str, new: str) -> None:
    for node in nodes:
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                if name == old:
                    names[place] = new


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
        if node.op_type in _CONVOLUTIONS:
            settings = _settings(node)
            before, size, step = settings["pads"][0], settings["kernel_shape"][0], settings["strides"][0]
            if node.op_type == "Conv":
                reach += Fraction(max(before, (size - 1) * settings["dilations"][0] - before), rate)
            else:
                reach += Fraction(-(-(size - before) // step), rate)
                rate *= step
        reaches[node.output[0]], rates[node.output[0]] = reach, rate
    last = nodes[-1].output[0]
    return -(-reaches[last].numerator // reaches[last].denominator), rates[last]


def _settings(node: NodeProto) -> dict[str, Any]:
    from onnx import helper  # noqa: PLC0415

    return {setting.name: helper.get_attribute_value(setting) for setting in node.attribute}


def _widen(node: NodeProto, weights: dict[str, TensorProto]) -> None:
    """Turn a convolution over one dimension into one over two, the first of which is 1."""
    from onnx import numpy_helper  # noqa: PLC0415

    if node.op_type not in _CONVOLUTIONS:
        return
    for setting in node.attribute:
        values = list(setting.ints)
        if setting.name in ("kernel_shape", "strides", "dilations"):
            setting.ints[:] = [1, *values]
        elif setting.name == "pads":
            setting.ints[:] = [0, values[0], 0, values[1]]
    weight = numpy_helper.to_array(weights[node.input[1]])
    if weight.ndim == 3:
        weights[node.input[1]] = numpy_helper.from_array(weight[:, :, None, :].copy(), node.input[1])


def _head(model: ModelProto, early: Sequence[NodeProto], first: str, dropped: Sequence[NodeProto]) -> list[NodeProto]:
    """The nodes up to the frames; where the vocoder's stages begin, a dimension of 1 is put in."""
    from onnx import helper  # noqa: PLC0415

    gone = {node.output[0] for node in dropped}
    nodes = [node for node in model.graph.node if node.output[0] not in gone]
    at = nodes.index(early[0])
    in_a_row = f"{first}_in_a_row"
    _rename(early, first, in_a_row)
    axis = helper.make_node("Constant", [], ["axis"], value=helper.make_tensor("axis", 7, [1], [2]))
    return [*nodes[:at], axis, helper.make_node("Unsqueeze", [first, "axis"], [in_a_row]), *nodes[at:]]


def _in_blocks(nodes: Iterable[NodeProto], weights: dict[str, TensorProto]) -> list[NodeProto]:
    """The nodes of the tail, with a convolution in place of whatever would make the runtime unpack its blocks."""
    channels: dict[str, int] = {}
    instead: dict[str, str] = {}
    numbers = count()
    made: list[NodeProto] = []

    for node in nodes:
        for old in set(node.input) & instead.keys():
            _rename([node], old, instead[old])
        source, target = node.input[0], node.output[0]
        if node.op_type in _CONVOLUTIONS:
            channels[target] = weights[node.input[1]].dims[0 if node.op_type == "Conv" else 1]
        else:
            channels[target] = channels.get(source, 0)
        if node.op_type == _RECTIFIER and channels[target]:
            node.input[0] = f"block_{next(numbers)}"
            made.append(_unchanged(source, node.input[0], channels[target], weights))
        made.append(node)
        if node.op_type == "ConvTranspose":
            instead[target] = f"block_{next(numbers)}"
            channels[instead[target]] = channels[target]
            made.append(_unchanged(target, instead[target], channels[target], weights))
    return made


def _unchanged(source: str, target: str, channels: int, weights: dict[str, TensorProto]) -> NodeProto:
    """A convolution that multiplies each channel by 1."""
    import numpy as np  # noqa: PLC0415
    from onnx import helper, numpy_helper  # noqa: PLC0415

    name = f"ones_{channels}"
    weights[name] = numpy_helper.from_array(np.ones((channels, 1, 1, 1), np.float32), name)
    return helper.make_node("Conv", [source, name], [target], name=target, group=channels, kernel_shape=[1, 1])


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
