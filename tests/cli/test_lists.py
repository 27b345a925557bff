"""`corpora`, `runs` and `doctor`: lists for a person, JSON lines for a script."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS, Builtin, TaskBuiltin

Cli = Callable[..., Any]


def test_corpora_lists_every_built_in_with_what_it_measures(tui_rnn: Cli) -> None:
    records = {record["name"]: record for record in tui_rnn("corpora", "--json").records}

    assert records.keys() == {*BUILTINS, *TASK_BUILTINS}
    builtins: dict[str, Builtin | TaskBuiltin] = {**BUILTINS, **TASK_BUILTINS}
    for name, record in records.items():
        text = builtins[name].text()
        assert record["bytes"] == len(text.encode("utf-8"))
        assert record["distinct_characters"] == len(set(text))
    for name, builtin in BUILTINS.items():
        assert (records[name]["task"], records[name]["what_to_look_for"]) == ("lm", builtin.what_to_look_for)
        assert [one["score"] for one in records[name]["tracked"]] == [one.score for one in builtin.tracked]
    for name, of_task in TASK_BUILTINS.items():
        assert (records[name]["task"], records[name]["summary"]) == (of_task.task, of_task.summary)
    assert any(record["entropy_rate_nats"] for record in records.values())


def test_corpora_are_explained_to_a_person_under_their_task(tui_rnn: Cli) -> None:
    page = tui_rnn("corpora").out
    out = " ".join(page.split())

    for name, builtin in BUILTINS.items():
        assert name in out
        assert " ".join(builtin.what_to_look_for.split()) in out
        for one in builtin.tracked:
            assert f"{' '.join(one.where.split())}: " in out

    parts = dict(part.split("\n", 1) for part in page.split("\n\n"))
    assert [title.split("--task ")[1] for title in parts] == ["lm)", "tag)", "classify)", "seq2seq)"]
    assert " dates (" in parts["sequence to sequence (--task seq2seq)"]
    assert " messages (" in parts["classification (--task classify)"]
    assert " tagged-sentences (" in parts["tagging (--task tag)"]


def test_no_runs_yet(tui_rnn: Cli, home: Path) -> None:
    result = tui_rnn("runs")

    assert result.code == 0
    assert result.out == f"0 saved runs in {home / 'runs'}\n"
    assert tui_rnn("runs", "--json").out == ""


def test_runs_lists_saved_ones_and_says_what_is_wrong_with_others(tui_rnn: Cli, saved: Path, text: Path, home: Path) -> None:
    folder = home / "runs"
    folder.mkdir(parents=True)
    shutil.copy(saved, folder / "good.safetensors")
    (folder / "bad.safetensors").write_bytes(saved.read_bytes()[:100])
    records = {Path(record["path"]).name: record for record in tui_rnn("runs", "--json").records}

    assert records.keys() == {"good.safetensors", "bad.safetensors"}
    good = records["good.safetensors"]
    assert (good["name"], good["corpus"], good["step"]) == ("LSTM 16×2", "cat.txt", 60)
    assert 0 < good["val_loss_nats"] < 4
    assert "problem" in records["bad.safetensors"]
    symbols = len(set(text.read_text("utf-8")))
    assert good["parameters"] == 16 * 64 * 3 + 32 * 64 + 2 * 64 + symbols * (32 + 16 + 1)
    assert good["remark"] == ""
    out = tui_rnn("runs").out
    heads, (cell, size, *cells) = (line.split() for line in out.splitlines()[1:3])
    assert heads[-2:] == ["saved", "file"]
    shown = dict(zip(heads[:-2], [f"{cell} {size}", *cells], strict=False))
    assert (shown["run"], shown["data"], shown["step"], shown["weights"]) == (
        "LSTM 16×2",
        "cat.txt",
        "60",
        f"{good['parameters']:,}",
    )
    assert "bad.safetensors: " in out


def test_runs_of_another_folder(tui_rnn: Cli, saved: Path) -> None:
    assert [Path(record["path"]) for record in tui_rnn("runs", saved.parent, "--json").records] == [saved]


def test_runs_are_filtered_sorted_and_grouped(tui_rnn: Cli, task_runs: dict[str, Any]) -> None:
    folder = next(iter(task_runs.values())).path.parent
    losses = [record["val_loss_nats"] for record in tui_rnn("runs", folder, "--sort", "val_loss_nats", "--json").records]
    assert losses == sorted(losses)
    assert len(losses) == len(task_runs)
    (only,) = tui_rnn("runs", folder, "--filter", "task=tag hidden_size=16", "--json").records
    assert Path(only["path"]) == task_runs["tag"].path
    assert only["accuracy"] is not None
    groups = tui_rnn("runs", folder, "--group", "cell", "--json").records
    assert [(one["event"], one["runs"], one["val_loss_nats_sd"]) for one in groups] == [("group", 1, None)] * len(task_runs)
    assert "metric: accuracy, exact match" in tui_rnn("runs", folder).out
    assert "mean ± the standard deviation of one run" in tui_rnn("runs", folder, "--group", "alike").out


@pytest.mark.parametrize("options", [("--sort", "fast"), ("--filter", "fast=1"), ("--filter", "loss<low"), ("--group", "")])
def test_what_can_not_be_sorted_by_is_named(tui_rnn: Cli, saved: Path, options: tuple[str, str]) -> None:
    result = tui_rnn("runs", saved.parent, *options)
    assert (result.code, result.out) == (2, "")
    assert "expected one of run, data" in result.err or "expected a number such as 128" in result.err


def test_a_folder_of_runs_must_be_one(tui_rnn: Cli, saved: Path) -> None:
    result = tui_rnn("runs", saved)

    assert result.code == 2
    assert str(saved) in result.err


def test_a_name_in_a_foreign_file_does_not_reach_the_terminal_raw(tui_rnn: Cli, saved: Path, tmp_path: Path) -> None:
    header_size = int.from_bytes(saved.read_bytes()[:8], "little")
    header = json.loads(saved.read_bytes()[8 : 8 + header_size])
    facts = json.loads(header["__metadata__"]["tui_rnn"])
    facts["data"]["name"] = "\x1b]0;owned\x07\u202e[bold]"
    header["__metadata__"]["tui_rnn"] = json.dumps(facts)
    encoded = json.dumps(header).encode()
    data = len(encoded).to_bytes(8, "little") + encoded + saved.read_bytes()[8 + header_size :]
    (tmp_path / "hostile.safetensors").write_bytes(data)
    out = tui_rnn("runs", tmp_path).out

    assert "␛]0;owned␇�[bold]" in out
    assert not {"\x1b", "\x07", "\u202e"} & set(out)


def test_doctor_says_one_line_each_with_a_verdict(tui_rnn: Cli) -> None:
    result = tui_rnn("doctor")
    lines = result.out.splitlines()

    assert result.code == 0
    assert {line.split()[0] for line in lines} <= {"ok", "warn"}
    for what in ("python", "platform", "numba", "cores", "vector width", "kernel cache", "runs", "free disk", "terminal"):
        assert any(line.split(maxsplit=1)[1].startswith(what) for line in lines), what


def test_doctor_warns_of_a_runs_folder_that_can_not_be(tui_rnn: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv("TUI_RNN_HOME", str(tmp_path / "file"))
    checks = {record["what"]: record for record in tui_rnn("doctor", "--json").records}

    assert checks["runs"]["state"] == "warn"
    assert str(tmp_path / "file") in checks["runs"]["found"]
    assert checks["python"]["state"] == "ok"


def test_doctor_names_the_settings_file_and_each_of_its_faults(tui_rnn: Cli, home: Path) -> None:
    assert "losses in bits" in tui_rnn("doctor").out
    home.mkdir(parents=True, exist_ok=True)
    (home / "settings.toml").write_text(
        'theme = "sepia"\nglyphs = "dots"\n[keys]\nMark = "f"\n[new_runs]\ntie_weights = true\n', encoding="utf-8"
    )
    found = [record["found"] for record in tui_rnn("doctor", "--json").records if record["what"] == "settings"]
    for fault in ("glyphs is 'dots'", 'Mark = "f" is the key of Filter', "theme is 'sepia'", "new_runs: tie_weights"):
        assert any(fault in one and str(home / "settings.toml") in one for one in found), (fault, found)


def test_doctor_makes_nothing(tui_rnn: Cli, home: Path) -> None:
    tui_rnn("doctor")

    assert list(home.iterdir()) == []
