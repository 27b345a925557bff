"""`tui-rnn train` for a person: one updating line in a terminal, a plain log elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.cli import scores
from tui_rnn.cli.output import Progress, shell_line
from tui_rnn.cli.train_facts import Baselines, Pace, notices, remarks_at_end
from tui_rnn.display import counted_tokens, visible

if TYPE_CHECKING:
    from tui_rnn.insight.baselines import Baseline
    from tui_rnn.training.evaluation import Evaluation
    from tui_rnn.training.trainer import Trainer

TERMINAL_INTERVAL_S, LOG_INTERVAL_S = 0.2, 10.0
LOG_LEAST_S = 1.0


class TextReport:
    """Reports on one run, from its start to its end. out: where the run is saved; recipe: why its settings were chosen."""

    def __init__(self, trainer: Trainer, out: Path, recipe: str) -> None:
        self.trainer, self.out, self.kind, self.recipe = trainer, out, trainer.data.kind, recipe
        self.line, self.baselines = Progress(sys.stdout), Baselines(trainer)
        intervals = (TERMINAL_INTERVAL_S, 0.0) if self.line.in_terminal else (LOG_INTERVAL_S, LOG_LEAST_S)
        self.pace = Pace(trainer, *intervals)

    def prepare(self) -> None:
        """Do, before the first step, what a goal in seconds doesn't include: count the baselines."""
        self.line.hint("counting, to compare with")
        self.baselines.count()
        self.trainer.fit_scored()
        self.line.clear()

    def start(self) -> None:
        from tui_rnn.formats import size

        trainer, data, symbols = self.trainer, self.trainer.data, self.trainer.learner.symbols
        told = [
            f"{self.kind.title}: {trainer.config.name}",
            f"{trainer.learner.network.parameter_count:,} parameters",
            f"on {visible(data.name)}: {size(data.byte_count)}",
            counted_tokens(len(symbols.vocabulary), symbols.vocabulary.kind, "distinct"),
        ]
        if self.kind.label is not None and symbols.labels is not None:
            told.append(self.kind.label.count(len(symbols.labels)))
        print(", ".join(told))
        for notice in (*notices(trainer), self._scored(), self._trained(), self.recipe):
            if notice:
                print(visible(notice))

    def _scored(self) -> str:
        """How much is scored while it trains, if that is less than all; "" if it is all."""
        scored, whole = len(self.trainer.scored), len(self.trainer.data.validation)
        if scored == whole:
            return ""
        in_time = self.trainer.config.seconds is not None
        at_the_end = "as many as the time allows at the end" if in_time else "all at the end"
        what = scores.COUNTED[self.trainer.learner.symbols.vocabulary.kind] if self.kind.is_stream else "examples"
        return f"validation: {scored:,} of {whole:,} {what} while it trains, {at_the_end}"

    def _trained(self) -> str:
        """What the training loss is a mean over."""
        from tui_rnn.training.losses import TRAIN_MEAN_CHARS, mean_chars

        count, what = mean_chars(self.trainer.learner), scores.COUNTED[self.trainer.learner.symbols.vocabulary.kind]
        drawn = self.trainer.config.sampled_softmax
        estimated = f", estimated from {drawn:,} drawn in each step" if drawn else ""
        return f"train: the mean over the latest {count:,} {what}{', one pass' if count < TRAIN_MEAN_CHARS else ''}{estimated}"

    def progress(self) -> None:
        """Called many times a second; reports now and then, and after each evaluation."""
        from tui_rnn import formats
        from tui_rnn.training.losses import Losses

        trainer = self.trainer
        if not self.pace.due():
            return
        now = Losses.of(trainer)
        validated = scores.brief(self.kind, trainer.history.val_metric, now.val_nats, trainer.learner.unit)
        age = f" at step {now.val_step:,}" if 0 <= now.val_step < trainer.step else ""
        if trainer.old is not None:
            old = formats.loss(trainer.history.old_loss_nats, scores.loss_unit())
            validated += f", on {visible(trainer.old.name)} {old}"
        self.line.update(
            f"step {trainer.step:,} · epoch {formats.epoch(trainer.epoch)} · {formats.duration(trainer.elapsed_s)} · "
            f"train {formats.loss(now.train_nats, scores.loss_unit())} · validation {validated}{age} · "
            f"{formats.count(trainer.chars_per_s)} {trainer.learner.symbols.vocabulary.kind.partition('+')[0]}/s"
        )

    def scoring(self) -> None:
        """The whole validation part is about to be scored."""
        self.line.hint("scoring the whole validation part")

    def done(self, status: str, score: Evaluation | None, test: Evaluation | None) -> None:
        """Say how it ended: finished, interrupted or diverged. score: of the whole validation part, test: of the test part;
        None if there is none or it was interrupted."""
        from tui_rnn import formats

        trainer = self.trainer
        scored = {"validation": (score, lambda: self.baselines.validation), "test": (test, lambda: self.baselines.test)}
        told = [line for name, (found, known) in scored.items() if found for line in self._told(name, found, known)]
        self.line.clear()
        kept = "" if trainer.kept_step is None else f", with the weights of step {trainer.kept_step:,}, its best"
        print(f"{status} at step {trainer.step:,} after {formats.duration(trainer.elapsed_s)}{kept}")
        if trainer.step:
            print(self._learned())
        for line in told:
            print(line)
        for one in remarks_at_end(trainer, self.baselines.validation if score and self.kind.is_stream else []):
            print(visible(one.said_in(scores.loss_unit())))
        print(f"saved in {visible(str(self.out))}")
        if status == "interrupted":
            print("go on with:", shell_line("tui-rnn", "train", "--resume", str(self.out)))
        elif self.kind.answers:
            print("ask it:", shell_line("tui-rnn", "predict", str(self.out), "TEXT"))
        else:
            print("let it write:", shell_line("tui-rnn", "sample", str(self.out)))

    def _learned(self) -> str:
        """The training loss at the end."""
        from tui_rnn import formats
        from tui_rnn.training.losses import Losses

        trainer, now = self.trainer, Losses.of(self.trainer)
        loss = formats.exact_loss(now.train_nats, scores.loss_unit(), trainer.learner.unit)
        counted = scores.COUNTED[trainer.learner.symbols.vocabulary.kind]
        return f"train      {loss}, the mean over the latest {now.train_chars:,} {counted}, up to step {trainer.step:,}"

    def _told(self, part: str, score: Evaluation, known: Callable[[], list[Baseline]]) -> list[str]:
        own, *others = scores.lines(self.kind, score, known())
        return [f"{part} {own}", *(f"{' ' * len(part)} {other}" for other in others)]
