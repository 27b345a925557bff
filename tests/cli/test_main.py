"""Whatever happens, the command line answers in one line and with an exit code that scripts can rely on."""

from __future__ import annotations

import os
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
    said: str = result.err
    assert result.out == ""
    assert said.startswith("tui-rnn: ")
    assert said.count("\n") == 1
    return said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["train", "--hiden-size", "3"], "--hidden-size"),
        (["train", "a.txt", "--hidden-size"], "--hidden-size requires an argument"),
        (["train", "a.txt", "--threads", "many"], "--threads"),
        (["train", "a.txt", "b.txt"], "a.txt"),
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


@pytest.mark.parametrize(("before", "expected"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")])
def test_no_threads_of_a_linear_algebra_library_are_started(before: dict[str, str], expected: str) -> None:
    """They would only wait; and where the system starts none, that library ends the process as Ctrl-C does."""
    code = """
import os, sys
from tui_rnn.__main__ import main
sys.argv = ["tui-rnn", "--version"]
try:
    main()
except SystemExit:
    print(os.environ["OPENBLAS_NUM_THREADS"])
"""
    own = {key: value for key, value in os.environ.items() if key != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-c", code], env=own | before, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == expected


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


@pytest.mark.parametrize(
    ("shell", "place"), [("bash", ".local/share/bash-completion"), ("zsh", ".zsh"), ("fish", ".config/fish")]
)
def test_the_shell_is_taught_to_complete_commands_and_options(
    tui_rnn: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: str, place: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    result = tui_rnn("--install-completion", shell)
    assert result.code == 0
    (script,) = [path for path in (tmp_path / place).rglob("*tui-rnn*") if path.is_file()]
    assert str(script) in result.out
    written = script.read_text(encoding="utf-8")
    assert all(word in written for word in (*COMMANDS, "hidden-size", "temperature"))


def test_a_shell_that_can_not_be_told_is_asked_for(tui_rnn: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from cyclopts import completion
    from cyclopts.completion import detect

    def unknown() -> str:
        raise detect.ShellDetectionError("unknown")

    for module in (completion, detect):
        monkeypatch.setattr(module, "detect_shell", unknown)
    assert "name it, tui-rnn --install-completion bash|zsh|fish" in one_line(tui_rnn("--install-completion"))
