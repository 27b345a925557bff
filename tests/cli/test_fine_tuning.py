"""`tui-rnn train --from`, called as a person does."""

from __future__ import annotations

import re

import pytest

from tests.cli.conftest import Result


@pytest.fixture
def new_text(tmp_path):
    path = tmp_path / "new.txt"
    path.write_text("Zwei über 7!\n" * 300, encoding="utf-8")
    return path


def test_it_says_what_is_new_and_how_much_it_forgot(tui_rnn, saved, new_text, tmp_path):
    done: Result = tui_rnn("train", "--from", saved, new_text, "--steps", 4, "--out", tmp_path / "r.safetensors")

    assert done.code == 0
    assert re.search(r"new to the network: \d+ characters; each begins as the mean", done.err)
    assert re.search(
        r"^on cat.txt, which it was trained on before: \S+ bits/char; \S+ bits/char when it began$", done.out, re.M
    )


def test_json_tells_both_losses_on_the_old_text_before_the_last_line(tui_rnn, saved, text, new_text, tmp_path):
    arguments = ("train", "--from", saved, new_text, "--steps", 4, "--out", tmp_path / "r.safetensors", "--json")
    *_, forgot, done = tui_rnn(*arguments).records
    (was,) = tui_rnn("eval", saved, "--json").records

    assert (forgot["event"], forgot["data"], done["event"]) == ("forgetting", "cat.txt", "done")
    assert forgot["new"] == {"vocabulary": len(set("Zwei über 7!\n") - set(text.read_text("utf-8")))}
    assert was["loss_nats"] < forgot["loss_nats_before"] < was["loss_nats"] + 1  # it chooses among more characters
    assert forgot["loss_nats_now"] != forgot["loss_nats_before"]


def test_the_run_knows_the_new_characters_and_the_old(tui_rnn, saved, new_text, tmp_path):
    tui_rnn("train", "--from", saved, new_text, "--steps", 2, "--out", tmp_path / "r.safetensors")

    (record,) = tui_rnn("sample", tmp_path / "r.safetensors", "--prompt", "cat über", "--length", 1, "--json").records

    assert record["unknown_positions"] == []


def test_it_is_resumed_like_any_other(tui_rnn, saved, new_text, tmp_path):
    tui_rnn("train", "--from", saved, new_text, "--steps", 2, "--out", tmp_path / "r.safetensors")

    done = tui_rnn("train", "--resume", tmp_path / "r.safetensors", "--steps", 3, "--json")

    assert done.records[-1]["step"] == 3


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--hidden-size", "9"), "--hidden-size can't be changed: it belongs to the network whose weights the run begins from"),
        (("--task", "classify"), "--task is classify, but the network whose weights it begins from is for lm"),
        (("--tokens", "word"), "--tokens is word, but the network whose weights it begins from is for char"),
        (("--resume", "x.safetensors"), "--from begins a new run and --resume continues an old one"),
    ],
)
def test_what_can_not_go_together_is_refused(tui_rnn, saved, new_text, more, told):
    done = tui_rnn("train", "--from", saved, new_text, "--steps", 2, *more)

    assert (done.code, done.err.count("\n")) == (2, 1)
    assert told in done.err


def test_without_new_data_it_says_what_is_missing(tui_rnn, saved):
    done = tui_rnn("train", "--from", saved, "--steps", 2)

    assert done.code == 2
    assert "nothing to train on" in done.err


def test_while_it_trains_the_loss_on_the_old_text_stands_beside_the_new_one(tui_rnn, saved, new_text, tmp_path):
    arguments = ("train", "--from", saved, new_text, "--steps", 40, "--out", tmp_path / "r.safetensors")
    records = tui_rnn(*arguments, "--json").records
    told = tui_rnn("train", "--resume", tmp_path / "r.safetensors", "--steps", 41).out

    progress = [one for one in records if one["event"] == "progress"]
    assert progress
    assert all(one["old_loss_nats"] > 0 for one in progress)
    assert records[-1]["old_loss_nats"] == pytest.approx(records[-2]["loss_nats_now"], rel=1e-6)
    assert ", on cat.txt " in told


def test_the_optimiser_can_be_kept_and_a_run_of_ones_own_has_no_choice(tui_rnn, saved, new_text, tmp_path):
    from tui_rnn.training.run_facts import read_facts

    out = tmp_path / "r.safetensors"
    kept = tui_rnn("train", "--from", saved, new_text, "--optimizer-state", "keep", "--steps", 2, "--out", out)
    refused = tui_rnn("train", new_text, "--optimizer-state", "keep", "--steps", 2)

    assert kept.code == 0
    parent = read_facts(out).parent
    assert parent is not None
    assert parent.optimizer_steps == parent.step == 60
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "--optimizer-state is for --from" in refused.err


def test_words_with_their_letters_are_trained_asked_trained_on_and_exported(tui_rnn, task_files, tmp_path):
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"
    train, valid = task_files["tag"]
    done = tui_rnn("train", train, "--valid", valid, "--tokens", "word+char", "--steps", 3, "--hidden-size", 8, "--out", first)
    assert done.code == 0
    assert "unexpected" not in done.err
    assert "'unheard-of'" in tui_rnn("ask", "over", first, "the unheard-of .", "--unit", 0).out

    assert tui_rnn("train", valid, "--from", first, "--steps", 2, "--out", second).code == 0
    (record,) = tui_rnn("export", second, "--to", "numpy", "--out", tmp_path / "n", "--json").records
    assert record["largest_difference"][""] <= 1e-4
