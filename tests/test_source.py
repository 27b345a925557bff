"""What the package's own source may not do."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import tui_rnn

ROOT = Path(tui_rnn.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))
PICKLING = {"kernels/machine/cache.py", "lab/pipe.py"}  # this user's own kernels, each with a checksum; two ends of one pipe
UNPICKLING = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
FORKING = {"multiprocessing"}


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """File → the top names of all that it imports."""
    found: dict[str, set[str]] = {}
    for path in SOURCES:
        names = found.setdefault(path.relative_to(ROOT).as_posix(), set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    return found


def test_nothing_from_a_file_is_unpickled(imports: dict[str, set[str]]) -> None:
    assert {file for file, names in imports.items() if names & UNPICKLING} == PICKLING


def test_no_process_is_forked(imports: dict[str, set[str]]) -> None:
    """A fork of a process with threads hangs sooner or later: others are started anew."""
    assert not {file for file, names in imports.items() if names & FORKING}
    calls = {
        (path.relative_to(ROOT).as_posix(), node.attr)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("fork", "forkpty")
    }
    assert not calls


def test_no_text_is_executed_but_what_the_kernels_machinery_writes_itself() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec", "compile")
    }
    assert found == {"kernels/machine/simd.py", "kernels/machine/tape.py"}
