"""How a kernel is compiled: one decorator, one signature each, a cache that can't go stale, progress that can be shown.

Numba's own cache notices an edit only in the file that holds the function, not in the helpers it inlines. So the key of
this cache (kernels/machine/cache.py) is a hash over every kernel source, the versions and the CPU: any edit changes it.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np
from llvmlite import binding
from numba import types
from numba.core.cgutils import get_or_insert_function
from numba.core.dispatcher import Dispatcher
from numba.core.errors import TypingError
from numba.core.typing.templates import infer, infer_global, make_intrinsic_template

from tui_rnn.errors import RunError
from tui_rnn.kernels.machine.cache import KernelCache, open_kernels
from tui_rnn.kernels.machine.pipeline import Pipeline
from tui_rnn.paths import kernels_dir

# a CPU asked for by name means that CPU's features; Numba would add the host's own
if numba.config.CPU_NAME and numba.config.CPU_FEATURES is None:
    numba.config.CPU_FEATURES = ""


def target_cpu() -> tuple[str, str]:
    """Name and features of the CPU that Numba compiles for."""
    features = numba.config.CPU_FEATURES
    if features is None:
        features = binding.get_host_cpu_features().flatten()
    return numba.config.CPU_NAME or binding.get_host_cpu_name(), features


def _fingerprint() -> str:
    digest = hashlib.sha256()
    kernels = Path(__file__).parents[1]
    for source in sorted(kernels.rglob("*.py")):
        digest.update(source.relative_to(kernels).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    versions = (numba.__version__, llvmlite.__version__, np.__version__, sys.version)
    digest.update(repr((versions, target_cpu(), numba.config.OPT, numba.config.BOUNDSCHECK)).encode())
    return digest.hexdigest()[:20]


KEPT, NOT_KEPT = open_kernels(kernels_dir(), _fingerprint())
"""Where compiled kernels are kept from one start to the next; None if they can't be, and NOT_KEPT says why."""


_OPTIONS = {
    "_nrt": False,
    "boundscheck": False,
    "error_model": "numpy",
    "fastmath": {"contract", "reassoc", "nsz", "arcp"},
    "pipeline_class": Pipeline,
}
"""For all kernels. No flag assumes that there is no NaN or infinity: a run that diverges must be seen to diverge."""

inlined = numba.njit(**_OPTIONS)
"""Decorator for a helper of a line or two that becomes part of each kernel that calls it."""


class Kernel:
    """A function compiled once, for one signature, called from other kernels by its address.

    Numba would copy a callee into each caller and optimise it again there. Here a kernel's machine code gets a symbol, and
    callers refer to the symbol: time to compile and size of the cache grow with the source, and no faster.
    """

    def __init__(self, function: Callable[..., Any], signature: Any, entry: bool, refers: Iterable[Kernel] = ()):
        self.name = function.__name__.replace("_", " ")
        self.path = f"{function.__module__}.{function.__name__}"
        self.symbol = f"tui_rnn:{self.path}"
        self.signature, self._function, self._refers = signature, function, tuple(refers)
        # only an entry needs the code that unpacks Python's objects; it takes a third of the time to compile
        self._python = self._compiler = numba.njit(nogil=True, no_cfunc_wrapper=True, no_cpython_wrapper=not entry, **_OPTIONS)(
            function
        )
        if KEPT is not None and isinstance(self._compiler, Dispatcher):
            self._compiler._cache = KernelCache(KEPT, self.path)
        if not entry:
            self._python = numba.njit(nogil=True, **_OPTIONS)(function)
        self.__doc__ = function.__doc__
        self.compiled, self.address = False, 0
        self._register_call(inspect.signature(function))

    def _register_call(self, python_signature: inspect.Signature) -> None:
        """Tell the compiler that a call from another kernel is a call to the symbol."""

        def typed(context: Any, *args: Any) -> Any:
            expected = self.signature.args
            if any(context.can_convert(a, e) is None for a, e in zip(args, expected, strict=True)):
                raise TypingError(f"the kernel '{self.name}' takes {expected}, found {args}")
            return self.signature, emit

        def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            convention = context.call_conv
            kind = convention.get_function_type(signature.return_type, signature.args)
            address = get_or_insert_function(builder.module, kind, self.symbol)
            _, result = convention.call_function(builder, address, signature.return_type, signature.args, args)
            return result

        context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_ONLY)
        typed.__signature__ = inspect.Signature([context, *python_signature.parameters.values()])  # type: ignore[attr-defined]
        template = make_intrinsic_template(self, typed, self.symbol)
        infer(template)
        infer_global(self, types.Function(template))

    def compile(self) -> bool:
        """Compile it, or load it from the cache, and publish the symbol. True if it had to be compiled. What it calls must be
        compiled already."""
        with _COMPILING:
            if self.compiled:
                return False
            if numba.config.DISABLE_JIT:
                raise RunError("networks run only as machine code, and NUMBA_DISABLE_JIT forbids making it: unset it")
            self._compiler.compile(self.signature)
            self._compiler.disable_compile()
            result = self._compiler.overloads[self.signature.args]
            self.address = result.library.get_pointer_to_function(result.fndesc.llvm_func_name)
            binding.add_symbol(self.symbol, self.address)
            self.compiled = True
            return not self._compiler.stats.cache_hits

    def pretend(self) -> None:
        """Publish the symbol without code: callers can be compiled, but not called."""
        binding.add_symbol(self.symbol, 1)

    @functools.cache  # noqa: B019 (a kernel lives as long as its module)
    def needs(self) -> list[Kernel]:
        """The kernels that this one calls, directly or indirectly, callees before callers; itself last."""
        found: dict[Kernel, None] = {}

        def visit(function: Any) -> None:
            for name in function.__code__.co_names:
                called = function.__globals__.get(name)
                if isinstance(called, Kernel):
                    found.update(dict.fromkeys(called.needs()))
                elif isinstance(called, Dispatcher):  # a helper that becomes part of this kernel
                    visit(called.py_func)

        for called in self._refers:
            found.update(dict.fromkeys(called.needs()))
        visit(self._function)
        return [*found, self]

    def make_ready(self) -> None:
        """Compile it and what it needs, if that is not done yet."""
        if not self.compiled:
            for each in self.needs():
                each.compile()

    def __call__(self, *args: Any) -> Any:
        """Call it from Python; compiles first whatever is not compiled yet."""
        self.make_ready()
        return self._python(*args)


REGISTRY: list[Kernel] = []
"""Every kernel whose module is loaded."""

_COMPILING = threading.RLock()


def kernel(signature: Any, entry: bool = False, refers: Iterable[Kernel] = ()) -> Callable[[Callable[..., Any]], Kernel]:
    """Decorator: a kernel with this signature, run without the GIL. entry: it is meant to be called from Python. refers:
    kernels whose symbols it uses without calling them."""

    def register(function: Callable[..., Any]) -> Kernel:
        made = Kernel(function, signature, entry, refers)
        REGISTRY.append(made)
        return made

    return register
