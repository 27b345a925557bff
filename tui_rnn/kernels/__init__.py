"""The networks' arithmetic, compiled by Numba: arrays in, arrays changed in place. No classes, no files, no settings.

Read in this order, like the chapter: cells (the equations of one unit), recurrent (a layer through time), embedding,
readout (softmax and cross-entropy), language_model (the whole), optimizer, sampling. What reads whole sequences:
sequences (a layer in one or both directions), pooling, linear, attention, decoder. How it gets fast is in simd (vectors),
matmul (packed products), threads and jit (compiling, caching).
"""

from collections.abc import Callable


def compile_all(progress: Callable[[int, int, str], None] = lambda done, total, name: None) -> None:
    """Compile the language model's kernels, or load them from the cache; progress(done, total, name) comes before each
    and at the end.

    Takes seconds the first time and holds the GIL within each kernel. Compiling from other threads meanwhile waits.
    """
    progress(0, 1, "loading the compiler")
    from tui_rnn.kernels import language_model  # noqa: F401

    compile_loaded(progress)


def compile_loaded(progress: Callable[[int, int, str], None] = lambda done, total, name: None) -> None:
    """The same for every kernel whose module is loaded: a task loads those that it needs."""
    from tui_rnn.kernels.jit import REGISTRY

    for done, kernel in enumerate(REGISTRY):
        progress(done, len(REGISTRY), kernel.name)
        kernel.compile()
    progress(len(REGISTRY), len(REGISTRY), "")
