"""Compiling many kernels: in order, with progress, and on a second core in a process that begins at the other end.

The compiler holds the GIL, so a thread would not help. This process finds in the cache what the second one has compiled.
The second process then compiles, at low priority, the kernels that nobody waits for: so a user waits once, and not once for
each task.

`python -m tui_rnn.kernels.machine.compiling MODULE.KERNEL … -- MODULE.KERNEL …` is that process: first the kernels that
somebody waits for, then the others. It ends when its stdin closes.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tui_rnn.kernels.machine.jit import KEPT, REGISTRY, Kernel
from tui_rnn.kernels.machine.threads import cores
from tui_rnn.paths import python_environment

Progress = Callable[[int, int, str], None]

PACKAGE = __name__.partition(".")[0]
_ONE_AT_A_TIME = threading.Lock()
LOW = 10  # niceness, as the command `nice` gives; at 19, a busy machine may not even let the process end
WORTH_A_PROCESS = 8  # kernels; with fewer left, this process is done before the other has started


def compile_kernels(wanted: Iterable[Kernel], progress: Progress = lambda done, total, name: None) -> None:
    """Compile these kernels and what they call, or load them; progress(done, total, name) before each and at the end."""
    kernels = list(dict.fromkeys(each for kernel in wanted for each in kernel.needs()))
    with _ONE_AT_A_TIME, _no_collecting():
        alone = KEPT is None or cores() < 2 or not sys.executable
        for done, kernel in enumerate(kernels):
            progress(done, len(kernels), kernel.name)
            if kernel.compile() and not alone and len(kernels) - done > WORTH_A_PROCESS:
                others = [each for each in REGISTRY if each not in kernels and each.path.startswith(f"{PACKAGE}.")]
                _start_helper(kernels[done + 1 :], others)
                alone = True
    progress(len(kernels), len(kernels), "")


@functools.cache
def kernels_of(network: type) -> list[Kernel]:
    """The kernels that a class of this package can call: those that its code names, and the code that it names in turn."""
    found: set[Kernel] = set()
    ahead: list[Any] = [network]
    seen: set[int] = set()
    while ahead:
        thing = ahead.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, Kernel):
            found.add(thing)
        elif isinstance(thing, type) and thing.__module__.startswith(PACKAGE):
            ahead += [method for base in thing.__mro__ for method in vars(base).values()]
        elif isinstance(thing, FunctionType) and thing.__module__.startswith(PACKAGE):
            ahead += _named(thing.__code__, thing.__globals__)
        else:  # what a property or a static method wraps
            ahead += [getattr(thing, name) for name in ("fget", "func", "__func__") if hasattr(thing, name)]
    return [kernel for kernel in REGISTRY if kernel in found]


def _named(code: CodeType, space: dict[str, Any]) -> Iterator[Any]:
    """What the names in the code refer to, in `space` or in a module in it."""
    known = [space[name] for name in code.co_names if name in space]
    yield from known
    for module in known:
        if isinstance(module, ModuleType) and module.__name__.startswith(PACKAGE):
            yield from (vars(module)[name] for name in code.co_names if name in vars(module))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _named(constant, space)


@contextlib.contextmanager
def _no_collecting() -> Iterator[None]:
    """The compiler makes hardly any garbage, and looking for it would take a tenth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _start_helper(wanted: list[Kernel], others: list[Kernel]) -> None:
    """Start a process that compiles these into the cache, the last one first, and then the others. It ends with this one."""
    try:
        process = subprocess.Popen(
            [
                *(sys.executable, "-P", "-m", "tui_rnn.kernels.machine.compiling"),
                *(kernel.path for kernel in wanted),
                *("--", *(kernel.path for kernel in others)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=python_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError:  # then this process compiles everything itself
        return

    def wait() -> None:
        process.wait()
        process.communicate()  # closes its stdin
        atexit.unregister(process.kill)

    atexit.register(process.kill)
    threading.Thread(target=wait, name="compiling", daemon=True).start()


def _end_with_parent() -> None:
    os.read(0, 1)  # not sys.stdin: its lock would be held while the interpreter ends
    os._exit(0)


def main(arguments: list[str]) -> None:
    """Compile the kernels at these paths into the cache, the last one first, whether what they call is compiled or not; then,
    at low priority, the ones after a --."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()
    if KEPT is not None:
        KEPT.leave_no_mark()  # this process is killed once it is no longer needed
    paths = [path for path in arguments if path != "--"]
    for path in paths:
        import_module(path.rpartition(".")[0])
    for kernel in REGISTRY:
        kernel.pretend()
    known = {kernel.path: kernel for kernel in REGISTRY}
    wanted = arguments.index("--") if "--" in arguments else len(arguments)
    for path in reversed(arguments[:wanted]):
        known[path].compile()
    others = arguments[wanted + 1 :]
    if others and hasattr(os, "nice"):
        os.nice(LOW)
    for path in others:
        known[path].compile()


if __name__ == "__main__":
    main(sys.argv[1:])
