"""The convolutions of a vocoder, written so that ONNX Runtime computes them fast. What is computed stays the same.

It has fast code for convolutions over two dimensions, so one over one dimension is written as one over two of which
one is 1. A blow-up becomes two plain convolutions, which give its even halves of phases, and a shuffle.

Between fast convolutions the runtime keeps an array in blocks of channels, but unpacks it for every operation that it
has not learnt for blocks, such as a rectifier. So each of those is put behind a convolution that multiplies by 1, which
takes it in. The runtime then works in blocks throughout; and once it has written the model down as it will run it, with
the blocks of the machine at hand, those convolutions are taken out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from onnx import ModelProto, NodeProto, TensorProto

Weights = dict[str, "TensorProto"]

CONVOLUTIONS = ("Conv", "ConvTranspose")
RECTIFIER = "LeakyRelu"
BLOCKS = "com.microsoft.nchwc"  # the runtime's name for operations in blocks
ONES = "ones_"


def settings(node: NodeProto) -> dict[str, Any]:
    """The attributes of a node."""
    from onnx import helper  # noqa: PLC0415  only when a model is prepared

    return {setting.name: helper.get_attribute_value(setting) for setting in node.attribute}


def rename(nodes: Iterable[NodeProto], old: str, new: str) -> None:
    """Call an array by another name wherever it is made and used."""
    for node in nodes:
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                if name == old:
                    names[place] = new


def widen(node: NodeProto, weights: Weights) -> None:
    """Turn a convolution over one dimension into one over two, the first of which is 1."""
    if node.op_type not in CONVOLUTIONS:
        return
    for setting in node.attribute:
        numbers = list(setting.ints)
        if setting.name in ("kernel_shape", "strides", "dilations"):
            setting.ints[:] = [1, *numbers]
        elif setting.name == "pads":
            setting.ints[:] = [0, numbers[0], 0, numbers[1]]
    weight = values(weights, node.input[1])
    if weight.ndim == 3:
        put(weights, node.input[1], weight[:, :, None, :])


def without_blow_ups(nodes: Iterable[NodeProto], weights: Weights) -> list[NodeProto]:
    """The nodes with a pair of plain convolutions and a shuffle in the place of each blow-up that has such a pair."""
    return [step for node in nodes for step in (_as_pair(node, weights) if _has_pair(node) else [node])]


def _has_pair(node: NodeProto) -> bool:
    """Whether a convolution blows up with two weights for each sample, and as many before as after."""
    if node.op_type != "ConvTranspose" or len(node.input) != 3:
        return False
    told = settings(node)
    step, size, before = told["strides"][1], told["kernel_shape"][1], told["pads"][1]
    is_plain = told.get("group", 1) == 1 and told.get("dilations", [1, 1])[1] == 1
    return is_plain and bool(size == 2 * step == 4 * before)


def _as_pair(node: NodeProto, weights: Weights) -> Iterator[NodeProto]:
    """Samples 0 to half a step depend on this frame and the one before it, the others on this one and the next."""
    import numpy as np  # noqa: PLC0415
    from onnx import helper  # noqa: PLC0415

    source, target = node.input[0], node.output[0]
    weight = values(weights, node.input[1])[:, :, 0, :].transpose(2, 1, 0)  # size, out, in
    bias = values(weights, node.input[2])
    half, channels = len(weight) // 4, weight.shape[1]
    early = np.stack([weight[3 * half :], weight[half : 2 * half]], axis=-1)
    late = np.stack([weight[2 * half : 3 * half], weight[:half]], axis=-1)
    for name, phases, pads in (("early", early, [0, 1, 0, 0]), ("late", late, [0, 0, 0, 1])):
        made = f"{target}.{name}"
        put(weights, f"{made}.weight", phases.reshape(half * channels, -1, 1, 2))
        put(weights, f"{made}.bias", np.tile(bias, half))
        inputs = [source, f"{made}.weight", f"{made}.bias"]
        yield helper.make_node("Conv", inputs, [made], name=made, kernel_shape=[1, 2], pads=pads)
    put(weights, f"{target}.phases", np.array([1, 2 * half, channels, -1], np.int64))
    put(weights, f"{target}.samples", np.array([1, channels, 1, -1], np.int64))
    yield helper.make_node("Concat", [f"{target}.early", f"{target}.late"], [f"{target}.both"], axis=1)
    yield helper.make_node("Reshape", [f"{target}.both", f"{target}.phases"], [f"{target}.apart"])
    yield helper.make_node("Transpose", [f"{target}.apart"], [f"{target}.woven"], perm=[0, 2, 3, 1])
    yield helper.make_node("Reshape", [f"{target}.woven", f"{target}.samples"], [target])


def in_blocks(nodes: Iterable[NodeProto], weights: Weights) -> list[NodeProto]:
    """The nodes with convolutions by 1 before each rectifier, and after each stage's blow-up."""
    channels: dict[str, int] = {}
    instead: dict[str, str] = {}
    numbers = count()
    made: list[NodeProto] = []
    for node in nodes:
        for old in set(node.input) & instead.keys():
            rename([node], old, instead[old])
        source, target = node.input[0], node.output[0]
        channels[target] = _channels(node, weights) or channels.get(source, 0)
        if node.op_type == RECTIFIER and channels[target]:
            node.input[0] = f"block_{next(numbers)}"
            made.append(_unchanged(source, node.input[0], channels[target], weights))
        made.append(node)
        if node.op_type == "ConvTranspose":
            instead[target] = f"block_{next(numbers)}"
            channels[instead[target]] = channels[target]
            made.append(_unchanged(target, instead[target], channels[target], weights))
    return made


def _channels(node: NodeProto, weights: Weights) -> int:
    """How many channels a convolution gives; 0 for another node."""
    if node.op_type not in CONVOLUTIONS:
        return 0
    return int(weights[node.input[1]].dims[0 if node.op_type == "Conv" else 1])


def _unchanged(source: str, target: str, channels: int, weights: Weights) -> NodeProto:
    """A convolution that multiplies each channel by 1."""
    import numpy as np  # noqa: PLC0415
    from onnx import helper  # noqa: PLC0415

    put(weights, f"{ONES}{channels}", np.ones((channels, 1, 1, 1), np.float32))
    inputs = [source, f"{ONES}{channels}"]
    return helper.make_node("Conv", inputs, [target], name=target, group=channels, kernel_shape=[1, 1])


def take_out_unchanged(model: ModelProto) -> None:
    """Take the convolutions by 1 out of a model that the runtime has written down, and leave what they took in."""
    from onnx import helper, numpy_helper  # noqa: PLC0415

    ones = {
        weight.name
        for weight in model.graph.initializer
        if list(weight.dims[1:]) == [1, 1, 1] and (numpy_helper.to_array(weight) == 1).all()
    }
    instead: dict[str, str] = {}
    kept: list[NodeProto] = []
    for node in model.graph.node:
        for place, name in enumerate(node.input):
            node.input[place] = instead.get(name, name)
        told = settings(node)
        is_unchanged = node.domain == BLOCKS and node.op_type == "Conv" and len(node.input) == 2
        if not is_unchanged or node.input[1] not in ones or told.get("group", 1) == 1:
            kept.append(node)
        elif told.get("activation") == RECTIFIER.encode():
            alpha = told["activation_params"][0]
            kept.append(helper.make_node(RECTIFIER, [node.input[0]], [*node.output], name=node.name, alpha=alpha))
        elif "activation" not in told:
            instead[node.output[0]] = node.input[0]
        else:
            kept.append(node)
    del model.graph.node[:]
    model.graph.node.extend(kept)


def values(weights: Weights, name: str) -> np.ndarray:
    """The numbers of a constant."""
    from onnx import numpy_helper  # noqa: PLC0415

    numbers: np.ndarray = numpy_helper.to_array(weights[name])
    return numbers


def put(weights: Weights, name: str, numbers: np.ndarray) -> None:
    """Make a constant."""
    from onnx import numpy_helper  # noqa: PLC0415

    weights[name] = numpy_helper.from_array(numbers.copy(), name)
