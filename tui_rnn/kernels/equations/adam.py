"""Adam's update of a row of parameters (Kingma and Ba 2015), with decoupled weight decay."""

from tui_rnn.kernels.machine.simd import elementwise
from tui_rnn.kernels.machine.vectors import square_root

BETA1, BETA2, EPSILON = 0.9, 0.99, 1e-8


@elementwise(reads="theta gradient m v", writes="theta gradient m v", scalars="clip rate correction shrink")
def adam_step(theta, gradient, m, v, clip, rate, correction, shrink):
    g = gradient * clip
    m = m * BETA1 + g * (1 - BETA1)
    v = v * BETA2 + g * g * (1 - BETA2)
    theta = theta * shrink - rate * m / (square_root(v) * correction + EPSILON)
    return theta, g * 0, m, v


@elementwise(reads="source target", writes="source target")
def move_row(source, target):
    return source.constant(0), target + source
