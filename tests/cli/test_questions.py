"""`sample`, `eval` and `inspect`: what a saved run writes, scores and holds inside; the API is the oracle."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tui_rnn as package

Cli = Callable[..., Any]


# ---------------------------------------------------------------- sample


def test_a_sample_goes_on_from_the_prompt_and_repeats_with_its_seed(tui_rnn: Cli, saved: Path) -> None:
    options = ("sample", saved, "--prompt", "the c", "--length", 30, "--temperature", "1", "--seed", 7)
    expected = package.load(saved).generate("the c", length=30, temperature=1.0, seed=7)

    assert expected.startswith("the c")
    assert tui_rnn(*options).out == f"{expected}\n"
    assert tui_rnn(*options).out == f"{expected}\n"


def test_a_sample_in_json_says_how_to_repeat_it(tui_rnn: Cli, saved: Path) -> None:
    (record,) = tui_rnn("sample", saved, "--length", 20, "--json").records
    (again,) = tui_rnn("sample", saved, "--length", 20, "--seed", record["seed"], "--json").records

    assert len(record["text"]) == len(record["surprise_nats"]) == 20
    assert again == record


def test_unknown_characters_of_a_prompt_are_named_and_read_as_the_fallback(tui_rnn: Cli, saved: Path) -> None:
    result = tui_rnn("sample", saved, "--prompt", "the Kat", "--length", 5)
    (record,) = tui_rnn("sample", saved, "--prompt", "the Kat", "--length", 5, "--json").records

    assert result.code == 0
    assert "'K'" in result.err
    assert "space" in result.err
    assert record["unknown_positions"] == [4]


def test_a_prompt_may_begin_with_a_hyphen(tui_rnn: Cli, saved: Path) -> None:
    assert tui_rnn("sample", saved, "--prompt", "--length", "--length", "1").out.startswith("--length")


def test_a_pipe_gets_the_text_raw_and_a_terminal_gets_glyphs(
    tui_rnn: Cli, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("sample", saved, "--prompt", "\x1b[31m\nthe", "--length", 0)
    assert tui_rnn(*options).out == "\x1b[31m\nthe\n"

    monkeypatch.setattr("tui_rnn.cli.sample.goes_to_a_terminal", lambda: True)
    assert tui_rnn(*options).out == "␛[31m\nthe\n"


@pytest.mark.parametrize(
    "options",
    [
        ("--temperature", "-1"),
        ("--temperature", "nan"),
        ("--temperature", "inf"),
        ("--top-k", "-1"),
        ("--top-p", "0"),
        ("--top-p", "1.1"),
        ("--length", "-1"),
        ("--length", "1000000000000"),
        ("--seed", "-1"),
        ("--seed", "99999999999999999999"),
    ],
)
def test_sampling_out_of_range_is_refused(tui_rnn: Cli, saved: Path, options: tuple[str, str]) -> None:
    result = tui_rnn("sample", saved, *options)

    assert (result.code, result.out) == (2, "")
    assert options[0].strip("-").replace("-", "_") in result.err.replace("-", "_")


# ------------------------------------------------------------------ eval


def test_the_score_of_another_text_is_over_all_of_it(tui_rnn: Cli, saved: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("the cat ran on a mat\n" * 3, encoding="utf-8")
    (record,) = tui_rnn("eval", saved, other, "--json").records
    expected = package.load(saved).evaluate("the cat ran on a mat\n" * 3)

    assert record["part"] == "all"
    assert record["characters"] == expected.count == 62
    assert record["loss_nats"] == pytest.approx(expected.loss_nats, rel=1e-6)
    assert record["bits_per_char"] == pytest.approx(expected.loss_nats / np.log(2))
    assert record["perplexity"] == pytest.approx(np.exp(expected.loss_nats))


def test_the_runs_own_text_is_scored_where_it_was_not_trained_on(tui_rnn: Cli, saved: Path, text: Path) -> None:
    written = text.read_text(encoding="utf-8")
    (record,) = tui_rnn("eval", saved, text, "--json").records
    expected = package.load(saved).evaluate(written[len(written) * 9 // 10 :])

    assert record["part"] == "validation"
    assert record["characters"] == expected.count
    assert record["loss_nats"] == pytest.approx(expected.loss_nats, rel=1e-5)


def test_any_part_can_be_scored(tui_rnn: Cli, saved: Path, text: Path) -> None:
    size = len(text.read_text(encoding="utf-8"))
    scored = {
        part: tui_rnn("eval", saved, text, "--part", part, "--json").records[0]["characters"]
        for part in ("all", "train", "validation")
    }

    assert scored == {"all": size - 1, "train": size * 9 // 10 - 1, "validation": size - size * 9 // 10 - 1}


def test_unknown_characters_of_a_text_are_counted(tui_rnn: Cli, saved: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("the KAT and the CAT\n", encoding="utf-8")

    assert tui_rnn("eval", saved, other, "--json").records[0]["unknown_characters"] == 6
    assert "6 characters outside the vocabulary" in tui_rnn("eval", saved, other).err


def test_a_person_reads_all_units(tui_rnn: Cli, saved: Path, text: Path) -> None:
    out = tui_rnn("eval", saved, text).out

    assert "the validation part" in out
    for unit in ("nats/char", "bits/char", "perplexity", "characters"):
        assert unit in out


# --------------------------------------------------------------- inspect

TEXT = "the cat"


def test_inspect_gives_every_gate_state_and_prediction(tui_rnn: Cli, saved: Path) -> None:
    records = tui_rnn("inspect", saved, TEXT, "--json").records
    run = package.load(saved)
    trace = run.trace(TEXT)
    log_probs = trace.pop("log_probs")
    assert trace.pop("symbols").tolist() == list(TEXT)

    assert "".join(record["character"] for record in records) == TEXT
    for position, record in enumerate(records):
        assert record["signals"].keys() == set("ifgoch")
        for name, values in trace.items():
            np.testing.assert_allclose(record["signals"][name], values[position], atol=1e-6)
        best = run.vocabulary.characters[int(np.argmax(log_probs[position]))]
        assert record["next"][0]["character"] == best
    follower = run.vocabulary.characters.index("h")
    assert records[0]["next_probability"] == pytest.approx(float(np.exp(log_probs[0, follower])), rel=1e-5)
    assert records[0]["next_rank"] == 1 + int((log_probs[0] > log_probs[0, follower]).sum())
    assert (records[-1]["next_probability"], records[-1]["next_rank"]) == (None, None)


def test_a_person_gets_a_line_for_each_character(tui_rnn: Cli, saved: Path) -> None:
    lines = tui_rnn("inspect", saved, "a\n").out.splitlines()

    assert len(lines) == 2
    assert "'a'" in lines[0]
    assert "followed by newline" in lines[0]
    assert "newline" in lines[1]


def test_npz_holds_the_same_arrays_by_name(tui_rnn: Cli, saved: Path, tmp_path: Path) -> None:
    out = tmp_path / "cat.npz"
    result = tui_rnn("inspect", saved, TEXT, "--out", out)
    assert (result.out, result.err.split(" over")[0]) == ("", "tui-rnn: wrote all numbers")
    trace = package.load(saved).trace(TEXT)

    with np.load(io.BytesIO(out.read_bytes()), allow_pickle=False) as file:
        assert file.keys() == {*trace, "vocabulary", "text"}
        assert file["text"] == TEXT
        for name, values in trace.items():
            np.testing.assert_array_equal(file[name], values)


@pytest.mark.parametrize(("suffix", "begins"), [("svg", b"<svg"), ("html", b"<!doctype html>"), ("png", b"\x89PNG")])
def test_pictures_are_written(tui_rnn: Cli, saved: Path, tmp_path: Path, suffix: str, begins: bytes) -> None:
    out = tmp_path / f"cat.{suffix}"
    result = tui_rnn("inspect", saved, TEXT, "--out", out)

    assert (result.code, result.out) == (0, "")
    name = package.load(saved).config.name
    letters = " without letters (.svg and .html have them)" if suffix == "png" else ""
    assert result.err == f"tui-rnn: wrote a picture{letters} of all signals over {len(TEXT)} symbols ({name}) to {out}\n"
    assert out.read_bytes().startswith(begins)
    assert list(tmp_path.iterdir()) == [out]


def test_a_picture_shows_the_chosen_signals_and_layer(tui_rnn: Cli, saved: Path, tmp_path: Path) -> None:
    out = tmp_path / "cat.svg"
    tui_rnn("inspect", saved, TEXT, "--out", out)
    assert out.read_text(encoding="utf-8").count("<image") == 2 * 12  # each with its bar of colours

    told = tui_rnn("inspect", saved, TEXT, "--out", out, "--signal", "fc", "--layer", 2).err
    assert "wrote a picture of f c of layer 2" in told
    assert out.read_text(encoding="utf-8").count("<image") == 2 * 2


@pytest.mark.parametrize(
    ("read", "options"),
    [
        ("", ("--json",)),
        (TEXT, ("--out", "cat.gif")),
        (TEXT, ("--out", "missing/cat.svg")),
        (TEXT, ("--out", "cat.svg", "--layer", "3")),
        (TEXT, ("--layer", "1")),  # without a picture
        (TEXT, ("--out", "cat.npz", "--signal", "f")),
        (TEXT, ("--out", "cat.svg", "--signal", "x")),
        ("a" * 3000, ("--out", "cat.svg")),
        ("a" * 30000, ("--json",)),
    ],
)
def test_what_can_not_be_inspected_is_refused_and_nothing_is_written(
    tui_rnn: Cli, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: str, options: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = tui_rnn("inspect", saved, read, *options)

    assert (result.code, result.out) == (2, "")
    assert result.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_what_a_picture_has_no_room_for_is_counted_as_what_the_run_reads(tui_rnn: Cli, saved: Path, tmp_path: Path) -> None:
    refused = tui_rnn("inspect", saved, "a" * 3000, "--out", tmp_path / "cat.svg").err

    assert "the text has 3,000 symbols, a picture holds 2,000: write .npz instead" in refused


# -------------------------------------------------------------- bad runs


@pytest.mark.parametrize("command", [("sample",), ("eval", "prose"), ("inspect", "the cat")])
@pytest.mark.parametrize("damage", ["missing", "truncated", "foreign", "empty"])
def test_a_file_that_is_no_whole_run_is_refused(
    tui_rnn: Cli, saved: Path, tmp_path: Path, command: tuple[str, ...], damage: str
) -> None:
    run = tmp_path / "run.safetensors"
    data = saved.read_bytes()
    contents = {"truncated": data[: len(data) // 2], "foreign": b"PK\x03\x04" * 100, "empty": b""}
    if damage in contents:
        run.write_bytes(contents[damage])
    name, *rest = command
    result = tui_rnn(name, run, *rest)

    assert (result.code, result.out) == (2, "")
    assert str(run) in result.err
    assert result.err.count("\n") == 1
