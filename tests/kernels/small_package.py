"""Two kernels and a helper, compiled and asked in new processes: what the machinery that compiles does at each start."""

import os
import subprocess
import sys
from pathlib import Path

from tui_rnn.kernels.machine.cache import CompiledKernels, open_kernels

MACHINE = tuple(f"kernels/machine/{name}.py" for name in ("__init__", "jit", "cache", "pipeline", "private_folder"))
HELPER = """
from tui_rnn.kernels.machine.jit import inlined

@inlined
def doubled(x):
    return x * 2
"""
KERNELS = """
from numba import float64
from tui_rnn.kernels.helper import doubled
from tui_rnn.kernels.machine.jit import kernel

@kernel(float64(float64))
def inner(x):
    return doubled(x) + 1

@kernel(float64(float64), entry=True)
def outer(x):
    return inner(x) + 0.5
"""
ASK = """
from tui_rnn.kernels import sums
from tui_rnn.kernels.machine import jit
print(sums.outer(3.0), jit.KEPT is not None)
"""


def start(package, cache):
    return subprocess.Popen(
        [sys.executable, "-c", ASK],
        cwd=package.parent,  # python -c looks there first
        env=os.environ | {"TUI_RNN_KERNEL_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def answer(process):
    """What the kernels gave in a new process, and whether it had a cache."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    value, cached = out.split()
    return float(value), cached == "True"


def ask(package, cache):
    return answer(start(package, cache))


def compiled_files(cache):
    return {path: path.stat().st_mtime_ns for path in cache.rglob("*") if path.is_file()}


def opened(folder: Path) -> CompiledKernels:
    """The compiled kernels that are kept there."""
    kernels, why = open_kernels(folder, "build")
    assert kernels is not None, why
    return kernels
