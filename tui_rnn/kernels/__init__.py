"""The networks' arithmetic, compiled by Numba: arrays in, arrays changed in place. No classes, no files, no settings.

Read in this order, like the chapter: cells (the equations of one unit), recurrent (a layer through time), embedding,
readout (softmax and cross-entropy), language_model (the whole), optimizer, sampling. How it gets fast is in simd
(vectors), matmul (packed products), threads and jit (compiling, caching).
"""

from collections.abc import Callable


def compile_all(progress: Callable[[int, int, str], None] = lambda done, total, name: None) -> None:
    """Compile every kernel, or load it from the cache; calls progress(done, total, name) before each and at the end.

    Takes seconds the first time and holds the GIL within each kernel. Compiling from other threads meanwhile waits.
    """
    progress(0, 1, "loading the compiler")
    from tui_rnn.kernels import language_model  # noqa: F401
    from tui_rnn.kernels.jit import REGISTRY

    for done, kernel in enumerate(REGISTRY):
        progress(done, len(REGISTRY), kernel.name)
        kernel.compile()
    progress(len(REGISTRY), len(REGISTRY), "")
