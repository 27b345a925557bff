"""A clock that is set while a run trains: the date may jump, times of training do not."""

from __future__ import annotations

import itertools
import re
import time
from pathlib import Path

import pytest

import tui_rnn
from tests.training.tasks import PROBLEMS
from tui_rnn import formats
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.resuming import save_run
from tui_rnn.training.trainer import Trainer

YEAR_S = 365 * 86_400.0


@pytest.mark.parametrize("jump", [YEAR_S, -YEAR_S])
def test_a_date_that_jumps_changes_no_time_of_training(jump: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem, now, ticks = PROBLEMS["items"], time.time(), itertools.count()
    monkeypatch.setattr(time, "time", lambda: now + jump * next(ticks))
    trainer = Trainer(problem.config, problem.open(tmp_path))
    spent = []
    while trainer.step < 6:
        trainer.advance(1)
        spent.append(trainer.elapsed_s)
    save_run(trainer, tmp_path / "run.safetensors")

    assert spent == sorted(spent)
    assert 0 < spent[-1] < 3600
    assert checkpoints.read(tmp_path / "run.safetensors").facts.elapsed_s == trainer.elapsed_s


def test_what_was_saved_in_the_future_was_saved_just_now() -> None:
    assert formats.ago(-YEAR_S) == "just now"


def test_only_ages_of_files_and_seeds_are_told_by_the_date() -> None:
    package = Path(tui_rnn.__file__).parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if path.parent.name != "bench"
        and re.search(r"\btime\.time(_ns)?\(|\bdatetime\.now\(", path.read_text(encoding="utf-8"))
    }
    of_files = {"leftovers.py", "kernels/machine/cache.py", "tui/starts.py", "tui/listings.py"}
    assert found <= of_files | {"tui/typed.py"}  # the seed of what is written next
