"""The README and the architecture page say what is true: commands parse, files exist, the example runs."""

from __future__ import annotations

import contextlib
import functools
import io
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tui_rnn.cli.main import COMMANDS
from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "docs" / "architecture.md", ROOT / "CHANGELOG.md"]
README = PAGES[0].read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The README's code blocks in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def named_commands() -> list[str]:
    """Every line of the README that calls `tui-rnn` with a command."""
    lines = [line.split("  #")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if re.match(rf"tui-rnn ({'|'.join(COMMANDS)})\b", line)]


def test_every_command_is_in_the_readme() -> None:
    assert {line.split()[1] for line in named_commands()} == set(COMMANDS)


@functools.cache
def help_of(*command: str) -> str:
    """The command's page, made once for all lines that call it."""
    from tui_rnn.cli.main import run

    with contextlib.redirect_stdout(io.StringIO()) as page:
        run([*command, "--help"])
    return page.getvalue()


@pytest.mark.parametrize("line", named_commands())
def test_the_readmes_options_are_the_commands_options(line: str) -> None:
    from tui_rnn.cli.main import FAMILIES

    command, *words = shlex.split(line)[1:]
    page = help_of(command, *words[: command in FAMILIES])
    for option in (word for word in words if word.startswith("--")):
        assert re.search(rf"{option}\b", page), option


def test_the_command_that_opens_the_playground_opens_a_built_in_text() -> None:
    (first,) = re.findall(r"<!-- run command -->\n```sh\n(.*)\n```", README)

    assert first.split()[-2].endswith("tui-rnn")
    assert first.split()[-1] in BUILTINS


def test_there_is_one_test_command_and_it_is_one_line() -> None:
    assert len(re.findall(r"<!-- test command -->\n```sh\n(.*)\n```", README)) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    named = re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|tcss|toml))`", text)

    for target in links:
        assert (page.parent / target).exists(), target
    for name in named:
        assert (ROOT / name).exists() or (ROOT / "tui_rnn" / name).exists(), name


def test_the_readme_opens_built_ins_that_exist() -> None:
    opened = re.findall(r"^\| `tui-rnn ([a-z-]+)", README, re.MULTILINE)

    assert opened
    assert set(opened) <= {*BUILTINS, *TASK_BUILTINS}


def test_the_numbers_that_the_readme_says_are_those_that_hold() -> None:
    from tui_rnn.data.examples.documents import MAX_ITEM_CHARS
    from tui_rnn.training.learner import SCORED_CHARS
    from tui_rnn.training.learners.batched import MOST_WRITTEN

    text = " ".join(README.split())
    assert f"the first {SCORED_CHARS:,} characters of a text's validation part" in text
    assert f"at most {MOST_WRITTEN} pairs" in text
    assert f"has at most {MAX_ITEM_CHARS:,} characters" in text


def test_the_example_of_the_python_api_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tui_rnn

    (example,) = blocks("python")
    train: Callable[..., Any] = tui_rnn.train
    monkeypatch.setattr(tui_rnn, "train", lambda source, **settings: train(source, **(settings | {"seconds": 0.2})))
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(example, names)

    assert names["forget"].shape == (len("The lamp went out."), 1, 128)
    assert tui_rnn.load("run.safetensors").config == names["run"].config
    assert names["dates"].task == "seq2seq"
