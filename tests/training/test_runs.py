"""The list of saved runs."""

from __future__ import annotations

import os
from pathlib import Path

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus
from tui_rnn.training.resuming import save_run
from tui_rnn.training.runs import list_runs
from tui_rnn.training.trainer import Trainer


def test_without_any_run_the_list_is_empty(home: Path) -> None:
    assert list_runs() == []


def test_runs_are_listed_from_the_latest_and_what_is_none_is_named(home: Path, corpus: Corpus, small: RunConfig) -> None:
    folder = home / "runs"
    folder.mkdir()
    trainer = Trainer(small, corpus)
    for age, name in enumerate(("new", "old")):
        save_run(trainer, folder / f"{name}.safetensors")
        os.utime(folder / f"{name}.safetensors", (1e9 - age, 1e9 - age))
    (folder / "broken.safetensors").write_bytes(b"what?")
    os.utime(folder / "broken.safetensors", (1e9 - 5, 1e9 - 5))
    (folder / "notes.txt").write_text("not a run", encoding="utf-8")
    runs = list_runs()
    assert [run.path.name for run in runs] == ["new.safetensors", "old.safetensors", "broken.safetensors"]
    assert runs[0].facts is not None
    assert runs[0].facts.config == small
    assert runs[2].facts is None
    assert "it has only 5 bytes" in runs[2].problem
