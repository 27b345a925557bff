"""`tui-rnn train` on a saved run: training goes on from there, on its own text or on one that is meant."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import safetensors.numpy

import tui_rnn as package

Cli = Callable[..., Any]
SMALL = ("--hidden-size", "16", "--seq-len", "32")


def test_resuming_ends_where_an_uninterrupted_run_ends(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    whole, part = tmp_path / "whole.safetensors", tmp_path / "part.safetensors"
    constant = ("--schedule", "constant")
    tui_rnn("train", text, *SMALL, *constant, "--steps", 40, "--out", whole)
    tui_rnn("train", text, *SMALL, *constant, "--steps", 25, "--out", part)
    result = tui_rnn("train", "--resume", part, "--steps", 40, "--json")

    assert result.records[0]["step"] == 25
    assert result.records[-1]["step"] == 40
    one, other = package.load(whole).network.arrays(), package.load(part).network.arrays()
    assert one.keys() == other.keys()
    for name in one:
        assert one[name].tobytes() == other[name].tobytes(), name


def test_resuming_keeps_the_runs_own_settings(tui_rnn: Cli, text: Path, saved: Path) -> None:
    result = tui_rnn("train", "--resume", saved, "--hidden-size", 32)

    assert result.code == 2
    assert "--hidden-size" in result.err


def test_another_text_needs_to_be_meant(tui_rnn: Cli, text: Path, saved: Path, tmp_path: Path) -> None:
    run, other = tmp_path / "run.safetensors", tmp_path / "other.txt"
    shutil.copy(saved, run)
    other.write_text(text.read_text(encoding="utf-8")[::-1], encoding="utf-8")
    refused = tui_rnn("train", other, "--resume", run, "--steps", 70)
    meant = tui_rnn("train", other, "--resume", run, "--steps", 70, "--new-text", "--json")

    assert (refused.code, meant.code) == (2, 0)
    assert "--new-text" in refused.err
    assert meant.records[-1]["step"] == 70


def test_a_text_with_characters_that_the_run_does_not_know_is_refused(
    tui_rnn: Cli, text: Path, saved: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("ÄÖÜ" + text.read_text(encoding="utf-8"), encoding="utf-8")
    result = tui_rnn("train", other, "--resume", saved, "--new-text", "--out", tmp_path / "x.safetensors")

    assert result.code == 2
    assert "'Ä'" in result.err


def test_so_is_a_folder_whatever_else_is_told_of_it(tui_rnn: Cli, text: Path, saved: Path, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_text("ÄÖÜ" + text.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "outside the vocabulary").write_bytes(b"caf\xe9 ")
    result = tui_rnn("train", folder, "--resume", saved, "--new-text", "--out", tmp_path / "x.safetensors")

    assert result.code == 2
    assert result.err.startswith("tui-rnn: 3 characters outside the vocabulary ('Ä', 'Ö', 'Ü')")


def test_a_run_over_words_goes_on_with_the_words_that_it_does_not_know(tui_rnn: Cli, tmp_path: Path) -> None:
    text, run, whole = tmp_path / "words.txt", tmp_path / "run.safetensors", tmp_path / "whole.safetensors"
    text.write_text("".join(f"the mill turns and w{k} turns too. " for k in range(400)), encoding="utf-8")
    options = (text, *SMALL, "--tokens", "word", "--schedule", "constant")
    assert "outside the vocabulary, read as <unk>" in tui_rnn("train", *options, "--steps", 5, "--out", run).out
    assert tui_rnn("train", "--resume", run, "--steps", 9).code == 0
    assert tui_rnn("train", *options, "--steps", 9, "--out", whole).code == 0

    one, other = (safetensors.numpy.load_file(path) for path in (run, whole))
    assert all((one[name] == other[name]).all() for name in other if name.startswith(("W", "U", "V", "adam")))
