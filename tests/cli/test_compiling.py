"""What is said while kernels are compiled: much to a person who watches, one line to a log, nothing where they are loaded."""

from __future__ import annotations

import contextlib
import io
import time

import pytest

from tui_rnn.cli import compiling
from tui_rnn.kinds import TAGGED, Kind
from tui_rnn.training import networks

KERNELS = 50


def said(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, loading_s: float, kernel_s: float, json: bool = False
) -> tuple[str, str]:
    """stdout and stderr of compiling where the compiler takes so long to load, and each kernel so long to be had."""
    now = 0.0

    def compile_slowly(kind: Kind, progress: object) -> None:
        nonlocal now
        assert callable(progress)
        for done in range(KERNELS + 1):
            progress(done, KERNELS, f"kernel {done}")
            now += kernel_s if done else loading_s

    monkeypatch.setattr(networks, "compile_kernels", compile_slowly)
    monkeypatch.setattr(time, "monotonic", lambda: now)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(stream):
        compiling.compile_kernels(TAGGED, json)
    return out.getvalue(), stream.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("kernel_s", [0.06, 0.4, 3.0])
def test_a_log_is_told_once_that_kernels_are_compiled(monkeypatch: pytest.MonkeyPatch, kernel_s: float) -> None:
    written = said(monkeypatch, io.StringIO(), 1.0, kernel_s)
    assert written == ("", "tui-rnn: compiling the kernels, once for this machine\n")


@pytest.mark.parametrize(("loading_s", "kernel_s"), [(0.2, 0.003), (5.0, 0.03)])
def test_a_log_is_not_told_of_kernels_that_are_loaded(
    monkeypatch: pytest.MonkeyPatch, loading_s: float, kernel_s: float
) -> None:
    assert said(monkeypatch, io.StringIO(), loading_s, kernel_s) == ("", "")


def test_nothing_is_said_beside_json(monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(monkeypatch, io.StringIO(), 1.0, 0.4, json=True) == ("", "")


def test_a_terminal_is_told_how_far_it_is_and_left_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    _, written = said(monkeypatch, Terminal(), 0.2, 0.4)
    assert "compiling the kernels, once for this machine: 2 of 50, kernel 2" in written
    assert "compiling the kernels, once for this machine: 8 of 50, about 16 s left" in written
    assert written.split("\r")[-2].strip() == written.split("\r")[-1] == ""
