"""Code in a process of its own."""

import pytest

from tui_rnn.bench.fresh import on_terminal, run_in_new_process
from tui_rnn.errors import RunError


def test_modules_of_the_working_folder_are_not_imported(tmp_path, monkeypatch):
    (tmp_path / "colorsys.py").write_text("raise SystemExit('not this one')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run_in_new_process("import colorsys; print(colorsys.rgb_to_hsv(0, 0, 0)[2])", what="importing") == "0\n"


def test_a_failure_is_named_and_ends_with_the_last_word():
    with pytest.raises(RunError, match=r"\Acounting failed in a new process: ZeroDivisionError: [^\n]+\Z"):
        run_in_new_process("1 / 0", what="counting")


def test_an_error_of_ours_ends_what_runs_on_the_terminal():
    pytest.importorskip("pty")
    with pytest.raises(RunError, match="no answer"), on_terminal("import time; time.sleep(600)") as (process, _, _):
        raise RunError("no answer")
    assert process.returncode is not None
