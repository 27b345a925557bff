"""The networks' arithmetic, compiled by Numba: arrays in, arrays changed in place. No classes, no files, no settings.

equations/ reads like the chapter; machine/ is how it gets fast.
"""

import sys
from collections.abc import Callable


def compile_for(network: type, progress: Callable[[int, int, str], None] = lambda done, total, name: None) -> None:
    """Compile what a network's class can come to call, or load it from the cache; progress(done, total, name) comes before
    each kernel and at the end. What a method imports only when it is called is left to that call.

    Takes seconds the first time and holds the GIL within each kernel. Compiling from other threads meanwhile waits.
    """
    progress(0, 1, "loading the compiler")
    from tui_rnn.kernels.machine.compiling import compile_kernels, kernels_of

    compile_kernels(kernels_of(network), progress)


def not_kept() -> str:
    """Why compiled kernels are not kept from one start to the next, in one line; "" where they are. Loads the compiler."""
    from tui_rnn.kernels.machine.jit import NOT_KEPT

    return NOT_KEPT


def end_loading() -> None:
    """Before a process ends whose threads may still load kernels: the next start must not take that for a crash."""
    jit = sys.modules.get("tui_rnn.kernels.machine.jit")
    if kept := getattr(jit, "KEPT", None):
        kept.leave_no_mark()
