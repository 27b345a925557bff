"""Lines for scripts are strict JSON in ASCII; lines for people are one line each."""

from __future__ import annotations

import json
import math
import sys

import numpy as np
import pytest

from tui_rnn.cli import output


def test_numbers_that_are_not_finite_become_null(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json(
        {"a": math.nan, "b": [math.inf, -math.inf, 1.5], "c": {"d": np.float32("nan")}, "e": np.array([1.0, math.nan])}
    )

    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [None, None, 1.5], "c": {"d": None}, "e": [1.0, None]}


def test_a_record_is_one_line_without_control_characters_and_reads_back_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    text = "".join(map(chr, range(0x300))) + "\u2028\u202e\U0001f600"
    output.print_json({"text": text})

    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert all(" " <= ch <= "~" for ch in line.removesuffix("\n"))
    assert json.loads(line) == {"text": text}


def test_numpy_values_are_written_as_plain_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json({"n": np.int64(3), "x": np.float32(0.5), "v": np.arange(3)})

    assert json.loads(capsys.readouterr().out) == {"n": 3, "x": 0.5, "v": [0, 1, 2]}


def test_an_error_is_one_line_that_no_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    assert output.fail("no \x1b[31mred\nsecond line", 2) == 2

    error = capsys.readouterr().err
    assert error == "tui-rnn: no ␛[31mred↵second line\n"


def test_progress_in_a_pipe_is_one_plain_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    progress = output.Progress(sys.stdout)
    progress.update("step 1")
    progress.update("step 2")
    progress.clear()

    assert capsys.readouterr().out == "step 1\nstep 2\n"


def test_wide_letters_are_cut_and_written_over_by_the_room_that_they_take(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "10")
    progress = output.Progress(sys.stdout)
    progress.in_terminal = True
    progress.update("名前")
    progress.update("名前のデータ")
    progress.clear()

    assert capsys.readouterr().out == "\r名前\r名前のデ \r" + " " * 9 + "\r"


def test_progress_in_a_terminal_writes_over_itself(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    progress = output.Progress(sys.stdout)
    progress.in_terminal = True
    progress.update("a line that is too long")
    progress.update("short")
    progress.clear()

    first, second, blank, _ = capsys.readouterr().out.removeprefix("\r").split("\r")
    assert first == "a line that is too "
    assert second == "short".ljust(19)
    assert blank.strip() == ""
