"""A question about a saved run is about the data as that run's network knows them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.lab.conftest import Write
from tests.lab.examples import config, request
from tui_rnn.data.opening import open_data
from tui_rnn.lab.file_asking import _subject
from tui_rnn.training.resuming import save_run
from tui_rnn.training.trainer import Trainer


@pytest.mark.parametrize("lab_has", ["characters", "tokens"])
def test_the_labs_open_data_serve_only_a_run_with_the_same_symbols(lab_has: str, write: Write, tmp_path: Path) -> None:
    pairs = request("seq2seq", write("seq2seq"))
    trainer = Trainer(config("seq2seq"), open_data(replace(pairs, target_units="characters")))
    save_run(trainer, tmp_path / "run.safetensors")
    of_lab = open_data(replace(pairs, target_units=lab_has))

    subject = _subject(tmp_path / "run.safetensors", of_lab)
    assert subject.open_data().symbols == subject.symbols
    assert (subject.open_data() is of_lab) == (lab_has == "characters")
