"""What `tui-rnn train` says while it trains."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tui_rnn.cli.train_json import JsonReport
from tui_rnn.cli.train_text import TextReport

if TYPE_CHECKING:
    from tui_rnn.training.evaluation import Evaluation
    from tui_rnn.training.trainer import Trainer


class Report(Protocol):
    """Reports on one run, from its start to its end. out: the file it is saved in."""

    out: Path

    def prepare(self) -> None:
        """Do, before the first step, what a goal in seconds doesn't include: count the baselines."""

    def start(self) -> None:
        """Say what is trained, and on which data."""

    def progress(self) -> None:
        """Called many times a second; reports now and then, and after each evaluation."""

    def scoring(self) -> None:
        """The whole validation part is about to be scored."""

    def done(self, status: str, score: Evaluation | None, test: Evaluation | None) -> None:
        """Say how it ended: finished, interrupted or diverged. score: of the whole validation part, test: of the test part;
        None if there is none or it was interrupted."""


def report_for(trainer: Trainer, out: Path, json: bool, recipe: str = "") -> Report:
    """JSON lines, or lines for a person. recipe: why its settings were chosen, if they were."""
    return JsonReport(trainer, out, recipe) if json else TextReport(trainer, out, recipe)
