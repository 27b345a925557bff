"""The process that compiles ahead: what it leaves in the cache, and that it never outlives its use."""

import gc
import os
import subprocess
import sys
import threading

import pytest

from tui_rnn.kernels.equations.embedding import clear_rows
from tui_rnn.kernels.equations.layer import layer_forward
from tui_rnn.kernels.equations.readout import logits_of
from tui_rnn.kernels.machine import compiling
from tui_rnn.kernels.machine.compiling import compile_kernels
from tui_rnn.kernels.machine.jit import REGISTRY, Kernel
from tui_rnn.kernels.machine.matmul import matmul


@pytest.fixture
def helper(tmp_path):
    """Starts the process with a cache of its own."""
    started = []

    def start(*kernels):
        process = subprocess.Popen(
            [sys.executable, "-m", "tui_rnn.kernels.machine.compiling", *(kernel.path for kernel in kernels)],
            env=os.environ | {"TUI_RNN_KERNEL_CACHE": str(tmp_path)},
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stderr):
            assert pipe is not None
            pipe.close()


def test_a_kernel_is_compiled_into_the_cache_before_those_that_it_calls(helper, tmp_path):
    process = helper(logits_of)
    assert process.wait(60) == 0, process.stderr.read()
    compiled = {path.stem for path in tmp_path.rglob("*.kernel")}
    assert compiled == {logits_of.path}


def test_it_ends_when_the_process_that_started_it_is_gone(helper):
    process = helper(*layer_forward.needs())
    process.stdin.close()
    assert process.wait(60) == 0


def test_a_kernel_knows_what_it_needs_and_needs_it_first():
    assert matmul in logits_of.needs()
    assert logits_of.needs()[-1] is logits_of
    assert clear_rows not in logits_of.needs()
    assert layer_forward.needs().index(matmul) < layer_forward.needs().index(layer_forward)


def test_progress_names_each_kernel_and_ends_at_the_total():
    seen = []
    compile_kernels([logits_of], lambda done, total, name: seen.append((done, total, name)))
    count = len(logits_of.needs())
    assert [done for done, _, _ in seen] == list(range(count + 1))
    assert {total for _, total, _ in seen} == {count}
    assert seen[count - 1][2] == "logits of"


def test_what_nobody_waits_for_comes_last_at_low_priority(monkeypatch):
    done: list[object] = []
    monkeypatch.setattr(compiling, "_end_with_parent", lambda: None)
    monkeypatch.setattr(compiling, "KEPT", None)
    monkeypatch.setattr(gc, "disable", lambda: None)
    monkeypatch.setattr(os, "nice", done.append, raising=False)
    monkeypatch.setattr(Kernel, "pretend", lambda kernel: None)
    monkeypatch.setattr(Kernel, "compile", lambda kernel: done.append(kernel.path))

    compiling.main([matmul.path, logits_of.path, "--", clear_rows.path])

    assert done == [logits_of.path, matmul.path, compiling.LOW, clear_rows.path]


def test_where_kernels_had_to_be_compiled_a_process_is_told_of_all_others_once(monkeypatch):
    told = []

    def refuse(arguments, **_):
        told.append(arguments)
        raise OSError("no processes")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(compiling, "cores", lambda: 2)
    monkeypatch.setattr(compiling, "KEPT", object())
    monkeypatch.setattr(compiling, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr(Kernel, "compile", lambda kernel: True)

    compile_kernels([layer_forward])

    (arguments,) = told
    paths = arguments[arguments.index(compiling.__name__) + 1 :]
    between = paths.index("--")
    needed, others = [kernel.path for kernel in layer_forward.needs()], paths[between + 1 :]
    assert paths[:between] == needed[1:]
    assert set(needed) | set(others) == {kernel.path for kernel in REGISTRY if kernel.path.startswith("tui_rnn.")}
    assert not set(needed) & set(others)


def test_the_helping_process_leaves_nothing_open_when_it_is_done():
    before = set(threading.enumerate())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiling, "python_environment", lambda: os.environ | {"TUI_RNN_KERNEL_CACHE": os.devnull})
        compiling._start_helper([], [])
    for waiting in set(threading.enumerate()) - before:
        waiting.join(60)
        assert not waiting.is_alive()
    gc.collect()  # an open pipe is a warning here, and a warning an error
