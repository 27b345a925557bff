"""The Python API as a person meets it: help, completion, what a prompt shows, and how far training is."""

from __future__ import annotations

import doctest
import inspect
import io
import pydoc
import sys
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import tui_rnn
from tests.training.tasks import PROBLEMS
from tui_rnn.config import SETTINGS, RunConfig
from tui_rnn.insight.trace import Trace
from tui_rnn.setting import BY_KIND
from tui_rnn.training import api
from tui_rnn.training import run as runs
from tui_rnn.training.run import Run

SMALL: dict[str, Any] = {"hidden_size": 8, "steps": 20}


@pytest.fixture(scope="module")
def run() -> Run:
    return tui_rnn.train("counting", **SMALL)


def test_help_of_the_package_has_its_functions_and_nothing_else() -> None:
    page = pydoc.plain(pydoc.render_doc(tui_rnn))
    assert all(name in page for name in ("train(source", "load(path", "class Run"))
    assert "TYPE_CHECKING" not in page
    assert {name for name in dir(tui_rnn) if not name.startswith("_")} == set(tui_rnn.__all__)


def test_the_signature_of_train_has_every_setting_with_its_type_and_default() -> None:
    parameters, told = inspect.signature(tui_rnn.train).parameters, tui_rnn.train.__doc__
    assert told is not None
    of_kinds = dict.fromkeys(("bidirectional", "learning_rate", "batch_size"), BY_KIND)  # those that data differ in
    by_default = {"schedule": "cosine", **of_kinds}  # which falls to the goal
    for setting in SETTINGS.values():
        assert parameters[setting.name].default == by_default.get(setting.name, setting.default)
        assert f"    {setting.name}: {setting.help[:20]}" in told
    assert inspect.Parameter.VAR_KEYWORD not in {one.kind for one in parameters.values()}


def test_type_checkers_know_the_settings_that_there_are() -> None:
    hints = get_type_hints(api.Settings)
    assert hints == {name: hint for name, hint in get_type_hints(RunConfig).items() if name in SETTINGS}


def test_the_examples_of_the_docstrings_are_right(run: Run) -> None:
    for module in (runs, api):
        for test in doctest.DocTestFinder().find(module, globs={"tui_rnn": tui_rnn, "run": run}):
            failed, tried = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
            assert not failed, test.name
    assert tried >= 0


def test_everything_reads_short_where_python_shows_it(run: Run, tmp_path: Path) -> None:
    shown = [repr(run), repr(run.evaluate("aaabbb\n" * 50)), repr(run.ask(Trace("aaabbb\n" * 50)))]
    for task in ("classify", "tag", "seq2seq"):
        answering = tui_rnn.train(PROBLEMS[task].open(tmp_path), **SMALL)
        text = "ka le ka" if task == "tag" else "abcd"
        shown += [repr(answering), repr(answering.predict(text)), repr(answering.ask(Trace(text)))]
    assert all("\n" not in one and " at 0x" not in one and len(one) < 1_200 for one in shown)
    assert shown[0].startswith("<Run: LSTM 8, lm on 'counting', step 20, validation loss ")


def lines(said: str) -> list[str]:
    return [line.rstrip() for line in said.replace("\r", "\n").splitlines() if line.strip()]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_terminal_a_line_tells_how_far_training_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    tui_rnn.train("counting", **SMALL)
    said = lines(terminal.getvalue())
    assert any("step 1 of 20" in line or "of 20, train" in line for line in said)
    assert said[-1].startswith("LSTM 8: 20 steps in 0:")
    assert terminal.getvalue().endswith("\n")


def test_elsewhere_nothing_is_said_unless_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    tui_rnn.train("counting", **SMALL)
    assert capsys.readouterr() == ("", "")
    tui_rnn.train("counting", **SMALL, progress=True)
    assert "LSTM 8: 20 steps" in capsys.readouterr().err


def test_in_a_notebook_the_line_is_among_the_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ipykernel", sys)
    tui_rnn.train("counting", **SMALL)
    out, err = capsys.readouterr()
    assert "LSTM 8: 20 steps" in out
    assert err == ""
    tui_rnn.train("counting", **SMALL, progress=False)
    assert capsys.readouterr().out == ""
