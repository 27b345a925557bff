"""Whatever happens, the command line answers in one line and with an exit code that scripts can rely on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tui_rnn as package
from tui_rnn.cli.main import COMMANDS
from tui_rnn.errors import RunError

Cli = Callable[..., Any]


def one_line(result: Any) -> str:
    """The error, which must be all that was said."""
    assert result.out == ""
    assert result.err.startswith("tui-rnn: ")
    assert result.err.count("\n") == 1
    return result.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["train", "--hiden-size", "3"], "--hidden-size"),
        (["train", "a.txt", "--hidden-size"], "--hidden-size requires an argument"),
        (["train", "a.txt", "--threads", "many"], "--threads"),
        (["train", "a.txt", "b.txt"], "b.txt"),
        (["sample"], "RUN requires an argument"),
        (["doctor", "--nope"], "--nope"),
        (["--nope"], "--nope"),
        (["trian"], "did you mean train?"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(tui_rnn: Cli, arguments: list[str], says: str) -> None:
    result = tui_rnn(*arguments)

    assert result.code == 2
    assert says in one_line(result)


def test_help_names_every_command(tui_rnn: Cli) -> None:
    result = tui_rnn("--help")

    assert result.code == 0
    for command in COMMANDS:
        assert f" {command} " in result.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_page_with_its_own_usage(tui_rnn: Cli, command: str) -> None:
    result = tui_rnn(command, "--help")

    assert result.code == 0
    assert result.out.startswith(f"Usage: tui-rnn {command} ")
    assert "[default: False]" not in result.out


def test_version(tui_rnn: Cli) -> None:
    assert tui_rnn("--version").out == f"{package.__version__}\n"


def test_help_imports_neither_the_screen_nor_the_compiler() -> None:
    program = (
        "import sys; from tui_rnn.cli.main import run; run(['--help']); "
        "print([name for name in ('textual', 'numba', 'llvmlite', 'numpy') if name in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8", check=True)

    assert result.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (RunError("the disk is full"), 1, "the disk is full"),
        (PermissionError(13, "Permission denied", "/root/x"), 1, "/root/x: Permission denied"),
        (MemoryError(), 1, "out of memory"),
        (ZeroDivisionError("oh \x1b[31m"), 1, "unexpected ZeroDivisionError: oh ␛[31m"),
    ],
)
def test_a_failure_at_run_time_is_one_line(
    tui_rnn: Cli, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, says: str
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr("tui_rnn.cli.doctor.findings", fail)
    result = tui_rnn("doctor")

    assert result.code == code
    assert says in one_line(result)


def test_the_traceback_of_an_unexpected_error_is_kept_in_the_log(
    tui_rnn: Cli, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr("tui_rnn.cli.doctor.findings", lambda: 1 / 0)
    result = tui_rnn("doctor")

    assert str(home / "log" / "errors.log") in result.err
    assert "ZeroDivisionError" in (home / "log" / "errors.log").read_text(encoding="utf-8")


def test_an_interrupt_exits_130_without_a_word(tui_rnn: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tui_rnn.cli.doctor.findings", interrupt)

    result = tui_rnn("doctor")

    assert (result.code, result.out, result.err) == (130, "", "")
