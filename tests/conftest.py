"""For the whole suite: kernels are compiled once, nobody's saved runs are touched, no test is timed, and each one ends."""

from __future__ import annotations

import gc
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tui_rnn import paths

# Before numpy is loaded, as the command does it: the tests share the cores, and a product on all of them waits busily for one
# that another process has.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The kernels stay where this machine keeps them, whatever home a test works in: compiling takes seconds.
os.environ["TUI_RNN_KERNEL_CACHE"] = str(paths.kernels_dir())

gc.disable()  # until all is collected: rewriting the tests makes millions of objects, and hardly any garbage

# A program that a test starts finds the package compiled to bytecode, as it is where it is installed: where nothing may be
# written, each of the dozens would compile it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Several builds may share the machine: how long an example takes says nothing. Each run draws other examples than the last.
hypothesis.settings.register_profile("untimed", deadline=None, max_examples=30)
hypothesis.settings.load_profile("untimed")


def _hear_signals() -> None:
    """Let the programs that tests start hear the signals that tests send them. `nohup`, or a shell that starts the tests in
    the background, leaves signals ignored, and an ignored signal stays ignored in every child; one with a handler doesn't.
    """
    for name in ("SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows lacks some
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda number, frame: None)


_hear_signals()


_COMPILE = """
import sys
from tui_rnn.tasks import classifier, item_model, language_model, seq2seq, tagger
from tui_rnn.kernels.machine.jit import REGISTRY
for kernel in REGISTRY:
    kernel.pretend()
for kernel in REGISTRY[int(sys.argv[1]) :: int(sys.argv[2])]:
    kernel.compile()
"""


def pytest_sessionstart(session: pytest.Session) -> None:
    """In a fresh clone, several processes that begin at once would each compile what all of them need: here each compiles its
    share of it before they begin."""
    config, folder = session.config, Path(os.environ["TUI_RNN_KERNEL_CACHE"])
    shares = 0 if hasattr(config, "workerinput") else config.getoption("numprocesses", 0) or 0
    if shares > 1 and not (folder.is_dir() and any(folder.iterdir())):
        started = [subprocess.Popen([sys.executable, "-c", _COMPILE, str(share), str(shares)]) for share in range(shares)]
        for process in started:
            process.wait()


def pytest_collection_finish() -> None:
    """What the imports and the collection left lives to the end: looking through it again and again for garbage took a
    quarter of the time of the screens' tests."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where each test will have its home: pytest looks through all that it made before it makes another folder, and there are
    thousands of tests."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has an empty home of its own for runs and logs."""
    home = next(homes)
    home.mkdir()
    monkeypatch.setenv("TUI_RNN_HOME", str(home))
    return home
