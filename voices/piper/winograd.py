"""Convolutions with fewer multiplications: Winograd's, which give four samples at once.

Four samples of a filter with 5 weights take 20 products when each is computed for itself, but 8 when samples and
weights are taken as polynomials and multiplied through their values at 7 points and at infinity. What comes before and
after are sums, whose cost does not grow with the channels. (Winograd, Arithmetic Complexity of Computations, 1980;
Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016.)

Sums lose precision where the points are badly chosen. Of all fractions between 1/4 and 4, these came closest to the
plain convolution: within 1e-5 of the size of what is computed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from voices.piper.convolutions import Weights, put, settings, values

if TYPE_CHECKING:
    import numpy as np
    from onnx import NodeProto

SAMPLES = 4  # that are made at once
POINTS = {3: (1 / 2, 3 / 2), 5: (3 / 5, 1, 2), 7: (2 / 5, 2 / 3, 4 / 3, 5 / 2)}  # besides 0, by the size of a filter
LEAST_CHANNELS = 96  # with fewer, the sums cost more than is saved


class Sums(NamedTuple):
    """What is added up: of samples and of weights, for the value at each point, and of the products of those values."""

    samples: np.ndarray
    weights: np.ndarray
    products: np.ndarray


def sums(size: int) -> Sums:
    """The sums for a filter of so many weights; a row is a value, or for the products a sample."""
    import numpy as np  # noqa: PLC0415  only when a model is prepared

    points = [0, *(sign * point for point in POINTS[size] for sign in (1, -1))]

    def powers(count: int) -> np.ndarray:
        at_points = [[point**power for power in range(count)] for point in points]
        return np.array([*at_points, [0] * (count - 1) + [1]], np.float64)

    samples = np.linalg.inv(powers(len(points) + 1)).T
    scale = np.abs(samples).max(axis=1, keepdims=True)  # so that all values are of one size
    return Sums(samples / scale, powers(size) * scale, powers(SAMPLES).T)


def with_fewer_products(nodes: Iterable[NodeProto], weights: Weights) -> list[NodeProto]:
    """The nodes with Winograd's convolutions in the place of those that gain by it."""
    return [step for node in nodes for step in (_fewer_products(node, weights) if _gains(node, weights) else [node])]


def _gains(node: NodeProto, weights: Weights) -> bool:
    """Whether a convolution goes along one dimension, a sample at a time, with a filter of a known size."""
    if node.op_type != "Conv" or node.input[1] not in weights:
        return False
    after, before, *sizes = weights[node.input[1]].dims
    told = settings(node)
    is_plain = told.get("group", 1) == 1 and set(told.get("strides", [1])) == {1} and "auto_pad" not in told
    return is_plain and sizes[-1] in POINTS and set(sizes[:-1]) <= {1} and min(after, before) >= LEAST_CHANNELS


class _Steps:
    """Nodes that follow on one another in the place of a node, and are called by its name and their number."""

    def __init__(self, name: str, weights: Weights) -> None:
        self.nodes: list[NodeProto] = []
        self._name, self.weights = name, weights

    def do(self, kind: str, *inputs: str, **more: Any) -> str:
        """Add a node; the name of what it gives."""
        from onnx import helper  # noqa: PLC0415

        name = f"{self._name}.{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **more))
        return name

    def given(self, array: np.ndarray) -> str:
        """Add a constant; its name."""
        import numpy as np  # noqa: PLC0415

        name = f"{self._name}.given_{array.dtype.char}{len(self.weights)}"
        put(self.weights, name, array.astype(np.float32) if array.dtype == np.float64 else array)
        return name

    def whole(self, *numbers: int) -> str:
        """Add whole numbers, such as a shape."""
        import numpy as np  # noqa: PLC0415

        return self.given(np.array(numbers, np.int64))


def _fewer_products(node: NodeProto, weights: Weights) -> list[NodeProto]:
    """The steps of Winograd's convolution. Samples that are multiplied by one filter may stand `apart` samples apart.

    The samples of each channel are cut into blocks of SAMPLES times `apart`. So that sums and products go along rows,
    they stand in the order (sample of a block, channel, block), and those at points in the order (point, place among
    those `apart`, channel, block).
    """
    import numpy as np  # noqa: PLC0415

    weight = values(weights, node.input[1])
    after, before = weight.shape[:2]
    filters = weight.reshape(after, before, -1).astype(np.float64)
    summed = sums(filters.shape[2])
    points, needed = summed.samples.shape
    later = -(-needed // SAMPLES) - 1  # blocks that a block depends on besides itself
    apart = settings(node).get("dilations", [1])[-1]
    steps = _Steps(node.output[0], weights)
    do, whole = steps.do, steps.whole

    blocks, length = _blocks(steps, node, apart, later)
    by_block = np.pad(summed.samples, ((0, 0), (0, -needed % SAMPLES))).reshape(points, later + 1, SAMPLES)
    at_points = do("Conv", blocks, steps.given(by_block.transpose(0, 2, 1)), pads=[0, later])
    at_points = do("Reshape", at_points, whole(points, apart, before, -1))
    filters_at_points = np.einsum("ps,abs->pab", summed.weights, filters)[:, None]
    products = do("MatMul", steps.given(filters_at_points), at_points)
    sound = do("MatMul", steps.given(summed.products), do("Reshape", products, whole(points, -1)))
    sound = do("Transpose", do("Reshape", sound, whole(SAMPLES * apart, -1)), perm=[1, 0])
    sound = do("Slice", do("Reshape", sound, whole(after, -1)), whole(0), length, whole(1))
    if len(node.input) > 2:
        sound = do("Add", sound, steps.given(values(weights, node.input[2])[:, None]))
    do("Reshape", sound, whole(1, after, *[1] * (weight.ndim - 3), -1))
    steps.nodes[-1].output[0] = node.output[0]
    return steps.nodes


def _blocks(steps: _Steps, node: NodeProto, apart: int, later: int) -> tuple[str, str]:
    """The samples in blocks, with so many `later` blocks of zeros as the last one needs; how many samples are wanted.

    The samples of a block follow on one another with those of its channel's next block behind them.
    """
    do, whole = steps.do, steps.whole
    *others, size = steps.weights[node.input[1]].dims
    pads = settings(node).get("pads", [0, 0])
    first, last = pads[len(pads) // 2 - 1], pads[-1]
    block = SAMPLES * apart

    axes_before = [0] * len(others)
    given = do("Gather", do("Shape", node.input[0]), whole(len(axes_before)))
    length = do("Add", given, whole(first + last - apart * (size - 1)))
    count = do("Div", do("Add", length, whole(block - 1)), whole(block))
    in_all = do("Mul", do("Add", count, whole(later)), whole(block))
    missing = do("Sub", in_all, do("Add", given, whole(first)))
    margins = do("Concat", whole(*axes_before, first, *axes_before), missing, axis=0)
    rows = do("Reshape", do("Pad", node.input[0], margins), whole(-1, block))
    return do("Reshape", do("Transpose", rows, perm=[1, 0]), whole(1, SAMPLES, -1)), length
