"""The networks' arithmetic, compiled by Numba: arrays in, arrays changed in place. No classes, no files, no settings.

equations/ reads like the chapter; machine/ makes it fast.
"""

import sys
from collections.abc import Callable


def compile_for(network: type, progress: Callable[[int, int, str], None] = lambda done, total, name: None) -> None:
    """Compile every kernel that a network's class can call, or load it from the cache; calls progress(done, total, name)
    before each kernel and at the end. A kernel that a method imports when it is called is compiled at that call.

    Takes seconds the first time, and holds the GIL within each kernel. Other threads that want to compile wait.
    """
    progress(0, 1, "loading the compiler")
    from tui_rnn.kernels.machine.compiling import compile_kernels, kernels_of

    compile_kernels(kernels_of(network), progress)


def not_kept() -> str:
    """One line that says why compiled kernels are not kept from one start to the next; "" if they are. Loads the compiler."""
    from tui_rnn.kernels.machine.jit import NOT_KEPT

    return NOT_KEPT


def end_loading() -> None:
    """To be called before a process ends, since its threads may still load kernels: the next start would call it a crash."""
    jit = sys.modules.get("tui_rnn.kernels.machine.jit")
    if kept := getattr(jit, "KEPT", None):
        kept.leave_no_mark()
