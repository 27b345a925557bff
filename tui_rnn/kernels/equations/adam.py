"""Adam's update of a row of parameters (Kingma and Ba 2015), with decoupled weight decay."""

from tui_rnn.kernels.machine.simd import elementwise
from tui_rnn.kernels.machine.vectors import square_root, zero_below

BETA1, BETA2, EPSILON = 0.9, 0.99, 1e-8
TINY = 1e-30  # of m and v: beside EPSILON it moves nothing, and a number below 1e-38 takes a processor ten times as long


@elementwise(reads="theta gradient m v", writes="theta gradient m v", scalars="clip rate correction shrink")
def adam_step(theta, gradient, m, v, clip, rate, correction, shrink):
    g = gradient * clip
    m = zero_below(m * BETA1 + g * (1 - BETA1), TINY)
    v = zero_below(v * BETA2 + g * g * (1 - BETA2), TINY)
    theta = theta * shrink - rate * m / (square_root(v) * correction + EPSILON)
    return theta, g * 0, m, v


@elementwise(reads="source target", writes="source target")
def move_row(source, target):
    return source.constant(0), target + source
