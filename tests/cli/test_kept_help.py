"""A page of help is printed without the parser once it was made, and is the page that the parser would print."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tui_rnn as package
from tui_rnn.cli import kept_help
from tui_rnn.cli.kept_help import print_known
from tui_rnn.cli.main import run

PAGES = [["--help"], ["-h"], ["train", "--help"], ["ask", "--help"], ["ask", "horizon", "-h"]]
TERMINALS = [{"COLUMNS": "60"}, {"COLUMNS": "200", "FORCE_COLOR": "1"}, {"COLUMNS": "90", "FORCE_COLOR": "1", "NO_COLOR": "1"}]


def made_by_parser(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert run(arguments) == 0
    return capsys.readouterr().out


def known(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str | None:
    """What is printed without the parser; None where it is asked."""
    capsys.readouterr()
    found = print_known(arguments)
    printed = capsys.readouterr().out
    assert found == bool(printed)
    return printed or None


@pytest.mark.parametrize("arguments", PAGES, ids=" ".join)
def test_a_kept_page_is_the_parsers_page_in_each_terminal(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = []
    for terminal in TERMINALS:
        with monkeypatch.context() as patch:
            for name, value in terminal.items():
                patch.setenv(name, value)
            assert known(arguments, capsys) is None  # no page of another terminal
            pages.append(made_by_parser(arguments, capsys))
            assert known(arguments, capsys) == pages[-1]
    assert len(set(pages)) == len(TERMINALS)


@pytest.mark.parametrize("flag", kept_help.VERSION_FLAGS)
def test_the_version_is_the_parsers(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert known([flag], capsys) == made_by_parser([flag], capsys)


def test_a_page_is_made_anew_after_any_source_has_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "insight" / "question.py"
    source.parent.mkdir()
    source.write_text("old")
    monkeypatch.setattr(package, "__file__", str(tmp_path / "__init__.py"))
    made_by_parser(["runs", "--help"], capsys)
    assert known(["runs", "--help"], capsys) is not None

    source.write_text("newer")

    assert known(["runs", "--help"], capsys) is None


@pytest.mark.parametrize("damage", [b"", b"x", None])
def test_a_damaged_page_is_made_anew(home: Path, damage: bytes | None, capsys: pytest.CaptureFixture[str]) -> None:
    made = made_by_parser(["runs", "--help"], capsys)
    (path,) = (home / "help").iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] if damage is None else damage)

    assert known(["runs", "--help"], capsys) is None
    assert made_by_parser(["runs", "--help"], capsys) == made
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    "arguments", [[], ["runs"], ["runs", "--hepl"], ["-", "--help"], ["a.txt", "--help"], ["--help", "runs"]]
)
def test_what_is_no_plain_question_for_help_goes_to_the_parser(
    arguments: list[str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with kept_help.kept(arguments):
        print("printed")

    assert known(arguments, capsys) is None
    assert not (home / "help").exists()


def test_pages_of_many_terminals_do_not_pile_up(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_help, "MOST_KEPT", 3)
    for width in range(60, 67):
        monkeypatch.setenv("COLUMNS", str(width))
        made_by_parser(["runs", "--help"], capsys)
        assert len(list((home / "help").iterdir())) <= 3
        assert known(["runs", "--help"], capsys)


def test_where_no_page_can_be_kept_help_is_printed_all_the_same(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "help").write_text("a file, where the folder should be")

    assert "Usage: tui-rnn runs" in made_by_parser(["runs", "--help"], capsys)
    assert known(["runs", "--help"], capsys) is None


def test_the_second_time_the_parser_is_not_even_imported() -> None:
    program = "import sys; sys.argv[1:] = ['corpora', '--help']; from tui_rnn.__main__ import main; main()"
    watched = f"import atexit, sys; atexit.register(lambda: print('cyclopts' in sys.modules, file=sys.stderr)); {program}"
    first, second = (
        subprocess.run([sys.executable, "-c", watched], capture_output=True, text=True, encoding="utf-8") for _ in range(2)
    )

    assert first.stderr.strip() == "True"
    assert second.stderr.strip() == "False"
    assert second.stdout == first.stdout != ""
