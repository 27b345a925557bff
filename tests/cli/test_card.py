"""`tui-rnn card`: the page is true, safe to show, and its command repeats the run."""

from __future__ import annotations

import hashlib
import re
import shlex
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Result
from tui_rnn.export.card import escaped, fenced
from tui_rnn.training import checkpoint


def test_a_card_says_what_the_run_is_and_how_well_it_does(tui_rnn, saved, text):
    page = tui_rnn("card", saved).out
    (score,) = tui_rnn("eval", saved, "--json").records

    assert page.startswith("# LSTM ")
    assert hashlib.sha256(text.read_bytes()).hexdigest() in page
    assert f"| **this run** | {score['bits_per_char']:.4f} |" in page
    assert f"| trigram | {score['baseline']['trigram']['loss_nats'] / np.log(2):.4f} |" in page
    assert "![losses over what it was trained on](data:image/svg+xml;base64," in page


def test_the_command_of_a_card_trains_the_same_weights(tui_rnn, text, tmp_path, monkeypatch):
    monkeypatch.chdir(text.parent)
    options = "--cell gru --hidden-size 9 --no-bias --embedding-size 0 --dropout 0.1 --learning-rate 0.003 --seed 4 --steps 12"
    tui_rnn("train", text.name, *options.split(), "--out", tmp_path / "first.safetensors")
    page = tui_rnn("card", tmp_path / "first.safetensors").out
    (command,) = re.findall(r"^tui-rnn train .*$", page, re.MULTILINE)

    again: Result = tui_rnn(*shlex.split(command)[1:], "--out", tmp_path / "second.safetensors")

    assert again.code == 0
    first, second = (checkpoint.read(tmp_path / f"{name}.safetensors").network for name in ("first", "second"))
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_the_curve_lies_beside_the_page(tui_rnn, saved, tmp_path):
    done = tui_rnn("card", saved, "--out", tmp_path / "my card.md")

    assert done.code == 0
    assert "](my%20card.svg)" in (tmp_path / "my card.md").read_text("utf-8")
    root = ElementTree.fromstring((tmp_path / "my card.svg").read_text("utf-8"))
    assert [line.get("class") for line in root.iter("{http://www.w3.org/2000/svg}polyline")] == ["train", "validation"]


def test_files_that_are_there_stay_unless_told(tui_rnn, saved, tmp_path):
    (tmp_path / "a.svg").write_text("mine")
    done = tui_rnn("card", saved, "--out", tmp_path / "a.md")

    assert done.code == 2
    assert (tmp_path / "a.svg").read_text() == "mine"
    assert tui_rnn("card", saved, "--out", tmp_path / "a.md", "--overwrite").code == 0


def test_where_the_data_are_gone_the_last_score_is_told(tui_rnn, text, tmp_path):
    copy = tmp_path / "gone.txt"
    copy.write_bytes(text.read_bytes())
    tui_rnn("train", copy, "--hidden-size", 9, "--steps", 5, "--out", tmp_path / "r.safetensors")
    copy.unlink()

    done = tui_rnn("card", tmp_path / "r.safetensors")

    assert done.code == 0
    assert "Its data can't be opened here" in done.out
    assert re.search(r"At its last evaluation: \d\.\d+ bits/char", done.out)


@pytest.mark.parametrize("text", ["<script>", "[a](javascript:x)", "`a`", "a | b", "*a*", "\x1b[31m", "# a", "a\nb"])
def test_text_that_would_be_markup_is_escaped(text: str) -> None:
    shown = escaped(text)

    assert not re.search(r"(?<!\\)[`*|\[\]()#]|[<>\x1b\n]", shown), shown


def test_a_sample_can_not_close_its_block() -> None:
    opening, body, closing = fenced("a\n````\n# b")

    assert opening == "`````text"
    assert closing == "`````"
    assert body == "a\n````\n# b"


def test_a_card_of_each_task_has_samples_and_scores(tui_rnn, task_runs):
    for task, one in task_runs.items():
        done = tui_rnn("card", one.path)

        assert (task, done.code) == (task, 0)
        assert "| **this run** |" in done.out
        assert "```text" in done.out.partition("## Samples")[2]


def test_a_page_has_the_ending_of_one(tui_rnn, saved, tmp_path):
    done = tui_rnn("card", saved, "--out", Path(tmp_path, "card.html"))

    assert (done.code, done.err.count("\n")) == (2, 1)
