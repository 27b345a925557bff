"""Where a run is saved: no other is lost to it, its file tells the step of its weights, and it can always be gone on with."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tui_rnn as api
from tests.cli.conftest import Result
from tui_rnn.config import RunConfig
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.training import trainer as trainers
from tui_rnn.training.own_files import OwnFiles, beside
from tui_rnn.training.resuming import load_run, save_run
from tui_rnn.training.run_facts import read_facts

Cli = Callable[..., Result]
SMALL = ("--hidden-size", 8, "--seq-len", 16)


def test_a_run_that_is_there_is_not_replaced_unless_that_is_said(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    out = tmp_path / "cat.safetensors"
    assert tui_rnn("train", text, *SMALL, "--steps", 5, "--out", out).code == 0
    before = out.read_bytes()

    refused = tui_rnn("train", text, *SMALL, "--steps", 6, "--out", out)
    assert refused.code == 2
    assert f"tui-rnn: --out {out} exists: LSTM 8 on cat.txt at step 5, saved 20" in refused.err
    assert ": choose another name, or replace it with --overwrite" in refused.err
    assert out.read_bytes() == before

    assert tui_rnn("train", text, *SMALL, "--steps", 6, "--out", out, "--overwrite").code == 0
    assert read_facts(out).step == 6


def test_what_is_no_run_is_not_replaced_even_then(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    out = tmp_path / "thesis.txt"
    out.write_text("years of work", encoding="utf-8")
    refused = tui_rnn("train", text, *SMALL, "--steps", 5, "--out", out, "--overwrite")

    assert refused.code == 2
    assert "is not a run, so it is not overwritten" in refused.err
    assert out.read_text(encoding="utf-8") == "years of work"


def test_going_on_replaces_the_runs_own_file_and_no_other(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"
    for out in (first, second):
        assert tui_rnn("train", text, *SMALL, "--steps", 5, "--out", out).code == 0

    assert tui_rnn("train", "--resume", first, "--steps", 7).code == 0
    assert read_facts(first).step == 7
    refused = tui_rnn("train", "--resume", first, "--steps", 9, "--out", second)
    assert (refused.code, read_facts(second).step) == (2, 5)
    assert "exists: LSTM 8" in refused.err


def test_the_second_of_two_that_write_one_file_saves_beside_it_and_says_so(
    tui_rnn: Cli, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "cat.safetensors"
    train = trainers.Trainer.advance_for
    written = api.train(text, hidden_size=8, seq_len=16, steps=3)

    def advance(self: Any, *arguments: Any) -> int:
        if self.step == 0:
            written.save(out)  # another process is quicker
        return train(self, *arguments)

    monkeypatch.setattr(trainers.Trainer, "advance_for", advance)
    result = tui_rnn("train", text, *SMALL, "--steps", 5, "--out", out, "--json")

    assert read_facts(out).step == 3
    (beside_it,) = [path for path in tmp_path.iterdir() if path != out]
    assert read_facts(beside_it).step == 5
    assert result.records[-1]["out"] == str(beside_it)
    assert f"another program has written {out}, so that file stays as it is: this run is saved in {beside_it}" in result.err


WRITER = """
import os, sys, time
from pathlib import Path
from tui_rnn.training.own_files import OwnFiles, beside

path, go, own = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
files = OwnFiles([path])
print("ready", flush=True)
while not go.exists():
    time.sleep(0.005)
place, told = files.place(path, lambda: beside(path))
new = place.with_suffix(f".{own}")
new.write_text(own)
time.sleep(0.2)  # as long as writing a run may take
os.replace(new, place)
"""


def test_two_processes_that_begin_and_end_together_both_keep_what_they_wrote(tmp_path: Path) -> None:
    out, go = tmp_path / "run.safetensors", tmp_path / "go"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(out), str(go), own], stdout=subprocess.PIPE, text=True)
        for own in ("one", "two")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    go.touch()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    found = {path.read_text(encoding="utf-8") for path in tmp_path.glob("*.safetensors")}
    assert found == {"one", "two"}
    assert out.exists()


def test_files_that_are_as_they_were_left_are_written_again(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    files = OwnFiles([path])
    assert files.place(path, lambda: beside(path)) == (path, "")
    path.write_bytes(b"mine")
    files.left(path)
    assert files.place(path, lambda: beside(path)) == (path, "")
    path.write_bytes(b"theirs, longer")
    other, said = files.place(path, lambda: beside(path))
    assert (other.parent, other.suffix, other != path) == (tmp_path, ".safetensors", True)
    assert str(other) in said
    assert files.place(path, lambda: beside(path)) == (other, "")


def test_a_run_that_diverged_goes_on_by_the_command_that_is_named(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    out = tmp_path / "cat.safetensors"
    diverged = tui_rnn("train", text, *SMALL, "--steps", 60, "--learning-rate", "1e6", "--out", out)
    assert diverged.code == 1
    command = diverged.err.splitlines()[-1].rpartition("tui-rnn ")[2]
    assert command == f"train --resume {out} --learning-rate 3e+05"

    again = tui_rnn("train", "--resume", out, "--learning-rate", "0.01", "--json")
    assert (again.code, again.records[-1]["status"], again.records[-1]["step"]) == (0, "finished", 60)
    assert read_facts(out).learning_rate == 0.01


def test_the_step_of_weights_that_were_gone_back_to_is_kept_and_told(
    tui_rnn: Cli, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui_rnn.training.restore_points import Score

    monkeypatch.setattr(Score, "merit", property(lambda score: -score.step))  # the first is the best
    out = tmp_path / "cat.safetensors"
    config = RunConfig(hidden_size=8, seq_len=16, steps=30)
    trainer = trainers.Trainer(config, open_data(DataRequest(SourceFiles(str(text)), "lm")), keep_best=True)
    while not trainer.finished:
        trainer.advance(10)
    save_run(trainer, out)
    facts = read_facts(out)
    assert (facts.kept_step, facts.weights_step, facts.step) == (0, 0, 30)

    record = tui_rnn("runs", tmp_path, "--json").records[0]
    assert (record["step"], record["kept_step"]) == (facts.step, 0)
    assert f"0 of {facts.step:,}" in tui_rnn("runs", tmp_path).out
    loaded = load_run(out)
    assert loaded.weights_step == 0
    on = load_run(out, goal={"steps": facts.step + 3})
    on.advance(2)
    assert on.weights_step == on.step > facts.step
    while not on.finished:
        on.advance(1)
    assert (on.weights_step, on.step) == (0, facts.step + 3)  # still the best


def test_a_text_that_is_gone_is_told_by_what_it_was_and_how_to_give_it(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    mine, out = tmp_path / "alice.txt", tmp_path / "run.safetensors"
    mine.write_bytes(text.read_bytes())
    (tmp_path / "alicf.txt").write_bytes(text.read_bytes())  # no other file is suggested
    assert tui_rnn("train", mine, *SMALL, "--steps", 5, "--out", out).code == 0
    moved = mine.rename(tmp_path / "moved.txt")

    gone = tui_rnn("train", "--resume", out, "--steps", 7)
    digest = read_facts(out).data.sha256[:12]
    assert gone.code == 2
    assert f"trained on, alice.txt (9.0 kB, SHA-256 {digest}…), is gone from {mine}: say where it is now" in gone.err
    assert f"(tui-rnn train --resume {out} FILE)" in gone.err
    assert "did you mean" not in gone.err
    assert tui_rnn("train", moved, "--resume", out, "--steps", 7).code == 0


@pytest.mark.parametrize("sources", [("a.txt", "b.txt"), ("*.txt",)], ids=["several files", "a pattern"])
def test_a_run_on_several_files_goes_on_while_all_are_there_and_else_one_that_is_gone_is_named(
    tui_rnn: Cli, text: Path, tmp_path: Path, sources: tuple[str, ...]
) -> None:
    out = tmp_path / "run.safetensors"
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(text.read_bytes())
    named = [tmp_path / one for one in sources]
    assert tui_rnn("train", *named, *SMALL, "--steps", 5, "--out", out).code == 0
    assert tui_rnn("train", "--resume", out, "--steps", 7).code == 0

    for name in ("a.txt", "b.txt"):
        (tmp_path / name).unlink()
    assert f"is gone from {named[0]}: say where it is now" in tui_rnn("train", "--resume", out, "--steps", 9).err


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no mode there")
def test_where_no_run_can_be_saved_the_option_for_another_place_is_named(
    tui_rnn: Cli, text: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "runs").touch()  # a folder can't be made there, not even by root
    refused = tui_rnn("train", text, *SMALL, "--steps", 5)
    assert refused.code == 2
    assert "can't be made" in refused.err
    assert "say where to save with --out FILE" in refused.err
    (home / "runs").unlink()

    monkeypatch.setattr(os, "access", lambda *_: False)
    refused = tui_rnn("train", text, *SMALL, "--steps", 5)
    assert refused.code == 2
    assert refused.err.endswith("may not be written to: choose another place, with --out FILE\n")


def test_options_behind_two_dashes_are_named_for_what_they_are(tui_rnn: Cli, text: Path) -> None:
    refused = tui_rnn("train", "--", text, "--hidden-size", 8)
    assert refused.code == 2
    assert "--hidden-size comes after --, where every word is the name of a file: give options before it" in refused.err


@pytest.mark.parametrize("command", ["train", "sample", "inspect", "runs", "eval", "predict"])
def test_a_name_that_is_too_long_is_bad_input(tui_rnn: Cli, command: str) -> None:
    refused = tui_rnn(command, "x" * 5000, *(["text"] if command in ("inspect", "predict") else []))
    assert refused.code == 2, refused
    assert refused.err.count("\n") == 1


def test_a_name_to_save_under_that_is_too_long_is_bad_input(tui_rnn: Cli, text: Path, tmp_path: Path) -> None:
    refused = tui_rnn("train", text, *SMALL, "--steps", 5, "--out", tmp_path / ("x" * 5000))
    assert refused.code == 2
    assert "choose a shorter name" in refused.err


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_a_file_that_the_system_makes_while_it_is_read_is_not_called_empty(tui_rnn: Cli) -> None:
    refused = tui_rnn("train", "/proc/cpuinfo")
    assert refused.code == 2
    assert "copy it to an ordinary file first" in refused.err


def test_out_of_memory_blames_no_setting_where_none_was_given(
    tui_rnn: Cli, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hungry(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("tui_rnn.training.api.new_network", hungry)
    result = tui_rnn("sample", saved)
    assert (result.code, result.err) == (1, "tui-rnn: out of memory\n")


def test_a_dumb_terminal_is_told_what_to_use(tui_rnn: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_rnn.cli.playground.has_terminal", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    refused = tui_rnn("prose")
    assert refused.code == 2
    assert "TERM is dumb: this terminal can't show a screen, so train without a screen with tui-rnn train SOURCE" in refused.err


def test_where_no_thread_can_be_started_the_limit_is_named(
    tui_rnn: Cli, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> int:
        raise RuntimeError("can't start new thread")  # as Python says it

    monkeypatch.setattr(trainers.Trainer, "advance_for", refuse)
    result = tui_rnn("train", text, *SMALL, "--steps", 2, "--out", tmp_path / "run.safetensors")
    assert result.code == 1
    assert (
        "the system starts no more threads (see ulimit -u): end other programs, raise that limit, or train with --threads 1"
        in result.err
    )
