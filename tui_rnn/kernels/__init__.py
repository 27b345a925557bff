"""The networks' arithmetic, compiled by Numba: arrays in, arrays changed in place. No classes, no files, no settings.

Read in this order, like the chapter: cells (the equations of one unit), recurrent (a layer through time), embedding,
readout (softmax and cross-entropy), language_model (the whole), optimizer, training, sampling. What reads whole sequences:
sequences (a layer in one or both directions), pooling, linear, attention, decoder. How it gets fast is in machine (the
vector unit), vectors (equations on registers), simd (over rows, and products), matmul (packed products), threads, tape
(threads without Python in between), bundle (many arrays as one argument), jit (compiling, caching) and compiling.
"""

from collections.abc import Callable


def compile_all(progress: Callable[[int, int, str], None] = lambda done, total, name: None) -> None:
    """Compile what a language model trains with, or load it from the cache; progress(done, total, name) comes before
    each kernel and at the end. What only sampling needs is compiled when it is first called.

    Takes seconds the first time and holds the GIL within each kernel. Compiling from other threads meanwhile waits.
    """
    progress(0, 1, "loading the compiler")
    from tui_rnn.kernels.compiling import compile_kernels
    from tui_rnn.kernels.training import train

    compile_kernels([train], progress)


def compile_for(network: type, progress: Callable[[int, int, str], None] = lambda done, total, name: None) -> None:
    """The same for every kernel that a network's class can come to call."""
    from tui_rnn.kernels.compiling import compile_kernels, kernels_of

    compile_kernels(kernels_of(network), progress)
