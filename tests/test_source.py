"""What the package's own source may not do."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import tui_rnn

ROOT = Path(tui_rnn.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))
PICKLING = {"kernels/machine/cache.py", "lab/pipe.py"}  # this user's own kernels, each with a checksum; two ends of one pipe
UNPICKLING = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
FORKING = {"multiprocessing"}
CONNECTING = {"lab/line.py"}  # takes from it what joins two processes that are there, and no more


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.AST]:
    """Each file of the package, parsed once for all tests here."""
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


@pytest.fixture(scope="module")
def imports(trees: dict[str, ast.AST]) -> dict[str, set[str]]:
    """File → the top names of all that it imports."""
    found: dict[str, set[str]] = {}
    for file, tree in trees.items():
        names = found.setdefault(file, set())
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    return found


def test_nothing_from_a_file_is_unpickled(imports: dict[str, set[str]]) -> None:
    assert {file for file, names in imports.items() if names & UNPICKLING} == PICKLING


def test_no_process_is_forked(imports: dict[str, set[str]], trees: dict[str, ast.AST]) -> None:
    """A fork of a process with threads hangs sooner or later: others are started anew."""
    assert {file for file, names in imports.items() if names & FORKING} == CONNECTING
    calls = {
        (file, node.attr)
        for file, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("fork", "forkpty")
    }
    assert not calls


def test_a_line_between_processes_takes_bytes_alone_and_begins_no_process() -> None:
    """What multiprocessing connects also has a way to send pickles."""
    tree = ast.parse((ROOT / "lab/line.py").read_text(encoding="utf-8"))
    taken = {
        (node.module, alias.name) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
        if node.module and node.module.startswith("multiprocessing")
    }  # fmt: skip
    connecting = ("Client", "Connection", "Listener", "answer_challenge", "deliver_challenge")
    assert taken == {("multiprocessing", "AuthenticationError"), *(("multiprocessing.connection", name) for name in connecting)}
    used = {
        node.attr for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "_connection"
    }  # fmt: skip
    assert used == {"send_bytes", "recv_bytes", "fileno", "close", "closed", "readable"}


def test_no_text_is_executed_but_what_the_kernels_machinery_writes_itself(trees: dict[str, ast.AST]) -> None:
    found = {
        file
        for file, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec", "compile")
    }
    assert found == {"kernels/machine/simd.py", "kernels/machine/tape.py"}


def test_no_help_of_a_view_calls_a_colour_bright_or_dark(trees: dict[str, ast.AST]) -> None:
    """What is bright in one theme is dark in the other."""
    guides = [
        " ".join(part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str))
        for file, tree in trees.items() if file.startswith("tui/views/") for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Help"
    ]  # fmt: skip
    assert len(guides) > 20
    assert [guide for guide in guides if re.search(r"\b(bright(er|est)?|dark(er)?|dim)\b", guide)] == []
