"""Copying, adding and clearing rows. The vectors are explicit: the compiler makes none from a loop over unknown bounds."""

from tui_rnn.kernels.machine.simd import elementwise


@elementwise(reads="source", writes="target")
def copy_row(source):
    return source


@elementwise(reads="source target", writes="target")
def add_row(source, target):
    return target + source


@elementwise(reads="source bias", writes="target")
def copy_biased_row(source, bias):
    return source + bias


@elementwise(reads="target", writes="target")
def clear_row(target):
    return target.constant(0)


@elementwise(reads="target", writes="target", scalars="factor")
def scale_row(target, factor):
    return target * factor


@elementwise(reads="source target", writes="target", scalars="factor")
def add_scaled_row(source, target, factor):
    return target + source * factor
