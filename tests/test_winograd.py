"""Piper's convolutions with fewer products give what the plain ones give."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper, numpy_helper

from voices.piper import winograd

CHANNELS = winograd.LEAST_CHANNELS


def convolution(size: int, *, dimensions: int = 1, biased: bool = True, **more: list[int] | int) -> onnx.NodeProto:
    ones = [1] * (dimensions - 1)
    return helper.make_node(
        "Conv",
        ["frames", "weight", "bias"][: 2 + biased],
        ["sound"],
        name="conv",
        kernel_shape=[*ones, size],
        **{name: told if isinstance(told, int) or name == "pads" else [*ones, *told] for name, told in more.items()},
    )


def weights_of(size: int, *, dimensions: int = 1, channels: int = CHANNELS) -> dict[str, onnx.TensorProto]:
    drawn = np.random.RandomState(size)
    weight = drawn.standard_normal((CHANNELS + 4, channels, *[1] * (dimensions - 1), size)) / np.sqrt(channels * size)
    given = {"weight": weight, "bias": drawn.standard_normal(CHANNELS + 4)}
    return {name: numpy_helper.from_array(array.astype(np.float32), name) for name, array in given.items()}


def sound_of(nodes: list[onnx.NodeProto], weights: dict[str, onnx.TensorProto], frames: np.ndarray) -> np.ndarray:
    """What nodes make of frames, computed by the runtime as they are."""
    given = helper.make_tensor_value_info("frames", 1, frames.shape)
    made = helper.make_tensor_value_info("sound", 1, [None] * frames.ndim)
    used = {name for node in nodes for name in node.input}
    kept = [weight for name, weight in weights.items() if name in used]
    model = helper.make_model(
        helper.make_graph(nodes, "part", [given], [made], kept),
        opset_imports=[helper.make_opsetid("", 15)],
        ir_version=8,
    )
    sound: np.ndarray = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"frames": frames})[0]
    return sound


@pytest.mark.parametrize("size", winograd.POINTS)
@pytest.mark.parametrize("apart", [1, 2, 3, 12])
@pytest.mark.parametrize("dimensions", [1, 2])
def test_it_gives_what_the_plain_convolution_gives(size: int, apart: int, dimensions: int) -> None:
    """Whatever the filter's size and spacing, and for any number of samples, also fewer than are made at once."""
    half = apart * (size - 1) // 2
    pads = [half, half] if dimensions == 1 else [0, half, 0, half]
    weights = weights_of(size, dimensions=dimensions)
    node = convolution(size, dimensions=dimensions, dilations=[apart], pads=pads)
    for count in (1, 3, 4, 5, 50, 97):
        frames = np.random.RandomState(count).standard_normal((1, CHANNELS, *[1] * (dimensions - 1), count))
        frames = frames.astype(np.float32)
        plain = sound_of([node], weights, frames)
        with_more = dict(weights)
        steps = winograd.with_fewer_products([node], with_more)
        assert len(steps) > 1
        sound = sound_of(steps, with_more, frames)
        assert sound.shape == plain.shape
        assert np.abs(sound - plain).max() < 1e-4 * np.abs(plain).max()


def test_uneven_margins_and_no_bias() -> None:
    """A convolution may lack a bias, and may have other margins before than after, or none."""
    weights = weights_of(5)
    frames = np.random.RandomState(0).standard_normal((1, CHANNELS, 41)).astype(np.float32)
    for pads in ([0, 0], [4, 0], [1, 3]):
        node = convolution(5, biased=False, pads=pads)
        with_more = dict(weights)
        sound = sound_of(winograd.with_fewer_products([node], with_more), with_more, frames)
        assert np.allclose(sound, sound_of([node], weights, frames), atol=1e-4)


@pytest.mark.parametrize(
    ("node", "weights"),
    [
        (convolution(5, strides=[2]), weights_of(5)),
        (convolution(5, group=2), weights_of(5)),
        (convolution(1), weights_of(1)),
        (convolution(4), weights_of(4)),
        (convolution(5), weights_of(5, channels=CHANNELS // 2)),
        (convolution(5), {}),
        (helper.make_node("Relu", ["frames"], ["sound"]), {}),
    ],
)
def test_others_stay_as_they_are(node: onnx.NodeProto, weights: dict[str, onnx.TensorProto]) -> None:
    """A convolution with steps, groups, another size, few channels or weights that are not known is left alone."""
    before = dict(weights)
    assert winograd.with_fewer_products([node], weights) == [node]
    assert weights == before
