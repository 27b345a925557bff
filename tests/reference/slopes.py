"""Derivatives by central differences: the oracle of every hand-derived gradient."""

from collections.abc import Callable

import numpy as np

from tui_rnn.reference import Parameters


def assert_gradients_are_slopes(
    loss: Callable[[Parameters], float], parameters: Parameters, gradients: Parameters, h: float = 1e-5
) -> None:
    """Every gradient gives the slope of the loss along a random direction of its parameter: one wrong entry shows."""
    assert gradients.keys() == parameters.keys()
    rng = np.random.default_rng(0)
    for name, gradient in gradients.items():
        value = parameters[name]
        assert gradient.shape == value.shape, name
        direction = rng.normal(0, 1, value.shape)
        after, before = (loss(parameters | {name: value + step * direction}) for step in (h, -h))
        slope = (after - before) / (2 * h)
        assert abs((gradient * direction).sum() - slope) <= 1e-7 * max(1.0, abs(slope)), name
