"""`sample`: where a text ends, several texts, prompts from files and with escapes, settings of drawing, what is copied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tui_rnn as package

Cli = Callable[..., Any]


def test_a_text_ends_where_the_string_stands_first(tui_rnn: Cli, saved: Path) -> None:
    whole = package.load(saved).generate("the", length=3000, temperature=1.0, seed=4)[3:]
    until = whole[900:905]  # further than is looked at first
    expected = whole[: whole.index(until) + 5]
    options = ("sample", saved, "--prompt", "the", "--temperature", 1, "--seed", 4, "--until", until)

    assert tui_rnn(*options).out == f"the{expected}\n"
    (record,) = tui_rnn(*options, "--json").records
    assert (record["text"], record["until_found"], len(record["surprise_nats"])) == (expected, True, len(expected))


def test_a_string_that_never_comes_is_said(tui_rnn: Cli, saved: Path) -> None:
    result = tui_rnn("sample", saved, "--until", "QQQ", "--length", 30)
    assert "'QQQ' did not come within 30 tokens" in result.err
    (record,) = tui_rnn("sample", saved, "--until", "QQQ", "--length", 30, "--json").records
    assert (record["until_found"], len(record["text"])) == (False, 30)


def test_several_texts_have_seeds_of_their_own(tui_rnn: Cli, saved: Path) -> None:
    records = tui_rnn("sample", saved, "--count", 3, "--length", 20, "--seed", 5, "--json").records
    assert [record["seed"] for record in records] == [5, 6, 7]
    (alone,) = tui_rnn("sample", saved, "--length", 20, "--seed", 6, "--json").records
    assert alone == records[1]
    assert tui_rnn("sample", saved, "--count", 2, "--prompt", "the", "--length", 0).out == "the\n\nthe\n"


def test_a_prompt_comes_from_a_file_with_its_line_ends_as_the_corpus_has_them(
    tui_rnn: Cli, saved: Path, tmp_path: Path
) -> None:
    prompt = tmp_path / "prompt.txt"
    prompt.write_bytes(b"the cat\r\nsat")
    given = tui_rnn("sample", saved, "--prompt-file", prompt, "--length", 9, "--seed", 1)
    meant = tui_rnn("sample", saved, "--prompt", r"the cat\nsat", "--escape", "--length", 9, "--seed", 1)
    assert (given.out, given.err) == (meant.out, meant.err)


def test_a_prompt_that_can_not_be_had_is_named(tui_rnn: Cli, saved: Path, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"a\0b")
    for options, said in (
        (("--prompt-file", tmp_path / "none.txt"), "does not exist"),
        (("--prompt-file", tmp_path), "is a folder"),
        (("--prompt-file", tmp_path / "binary"), "binary"),
        (("--prompt-file", tmp_path / "binary", "--prompt", "a"), "both given"),
        (("--prompt", r"a\q", "--escape"), r"--prompt has '\\q' at character 2"),
        (("--until", r"\x1", "--escape"), r"--until has '\\x' at character 1"),
        (("--until", ""), "--until is empty"),
        (("--min-p", "2"), "min_p is 2"),
        (("--repetition-penalty", "0"), "repetition_penalty is 0"),
        (("--penalty-window", "-1"), "penalty_window is -1"),
    ):
        result = tui_rnn("sample", saved, *options)
        assert (result.code, result.out) == (2, "")
        assert said in result.err
        assert result.err.count("\n") == 1


def test_the_settings_of_drawing_are_those_of_the_library(tui_rnn: Cli, saved: Path) -> None:
    how: dict[str, Any] = {"temperature": 1.3, "top_k": 9, "top_p": 0.95, "min_p": 0.05}
    how |= {"repetition_penalty": 1.4, "penalty_window": 7}
    expected = package.load(saved).generate("the", length=60, seed=3, **how)
    options = [word for name, value in how.items() for word in (f"--{name.replace('_', '-')}", value)]
    assert tui_rnn("sample", saved, "--prompt", "the", "--length", 60, "--seed", 3, *options).out == f"{expected}\n"
    assert package.load(saved).generate("the", length=60, seed=3, **{**how, "repetition_penalty": 1.0}) != expected


def test_each_text_is_compared_with_the_training_part(tui_rnn: Cli, saved: Path) -> None:
    options = ("sample", saved, "--count", 2, "--length", 200, "--seed", 5, "--novelty", "--json")
    records = tui_rnn(*options).records
    assert [record["event"] for record in records] == ["sample", "novelty"] * 2
    for record in records[1::2]:
        assert record["longest_copy"] > 0
        assert record["longest_copy_validation"] > 0
        assert set(record["new_ngrams"]) == set(record["new_ngrams_validation"])


@pytest.mark.parametrize("option", [("--until", "a")])
def test_items_end_at_their_end(tui_rnn: Cli, task_runs: dict[str, Any], option: tuple[str, str]) -> None:
    result = tui_rnn("sample", task_runs["items"].path, *option)
    assert (result.code, result.out) == (2, "")
    assert "end at </s>" in result.err
