"""What `tui-rnn train` says while it trains: JSON lines, one updating line in a terminal, or a plain log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tui_rnn.cli import scores
from tui_rnn.cli.coaching import remarks_at_end
from tui_rnn.cli.output import Progress, print_json, shell_line
from tui_rnn.display import counted, counted_tokens, visible

if TYPE_CHECKING:
    from tui_rnn.insight.baselines import Baseline
    from tui_rnn.training.evaluation import Evaluation
    from tui_rnn.training.trainer import Trainer

JSON_INTERVAL_S, TERMINAL_INTERVAL_S, LOG_INTERVAL_S = 1.0, 0.2, 10.0
LOG_LEAST_S = 1.0
FEW_VALIDATE = 10  # with fewer examples, chance decides which weights look best


class Report(Protocol):
    """Reports on one run, from its start to its end. out: where it is saved."""

    out: Path

    def prepare(self) -> None:
        """Do before the first step what a goal in seconds doesn't include: count what gets along without a network."""

    def start(self) -> None:
        """What is trained on what."""

    def progress(self) -> None:
        """Called many times a second; says something now and then, and after each evaluation."""

    def scoring(self) -> None:
        """The whole validation part is about to be scored."""

    def done(self, status: str, score: Evaluation | None, test: Evaluation | None) -> None:
        """How it ended: finished, interrupted or diverged. score: of the whole validation part, test: of the test part;
        None where there is none or it was cut short."""


def report_for(trainer: Trainer, out: Path, json: bool, recipe: str = "") -> Report:
    """JSON lines, or lines for a person. recipe: why its settings were chosen, where they were."""
    return _JsonReport(trainer, out, recipe) if json else _TextReport(trainer, out, recipe)


class _Pace:
    """True now and then, and whenever there is a new validation loss: of these, between the first and the last, no two within
    least_s."""

    def __init__(self, trainer: Trainer, interval_s: float, least_s: float = 0.0) -> None:
        self.trainer, self.interval_s, self.least_s = trainer, interval_s, least_s
        self.last, self.evaluated_step, self.first = time.monotonic(), trainer.history.evaluated_step, True

    def due(self) -> bool:
        now, evaluated_step = time.monotonic(), self.trainer.history.evaluated_step
        apart = self.first or now - self.last >= self.least_s or self.trainer.finished or self.trainer.diverged
        if now - self.last < self.interval_s and not (apart and evaluated_step != self.evaluated_step):
            return False
        self.last, self.evaluated_step, self.first = now, evaluated_step, False
        return True


def _notices(trainer: Trainer) -> list[str]:
    """What should be known about the data, and about their use."""
    few = len(trainer.data.validation)
    if trainer.data.kind.is_stream or few >= FEW_VALIDATE:
        return [*trainer.data.notices]
    use = "show which weights are best" if trainer.keep_best else "show how good the network is"
    validate = f"only {counted(few, 'example')} {'validates' if few == 1 else 'validate'}"
    return [*trainer.data.notices, f"{validate}, too few to {use}: give a larger file, or one to validate on with --valid"]


def _losses(trainer: Trainer, score: Evaluation | None = None) -> dict[str, Any]:
    """Both losses, each with what it is a mean over or of which weights. score: of the weights as they are now."""
    from tui_rnn.training.losses import Losses

    now = Losses.of(trainer)
    return {
        "train_loss_nats": now.train_nats,
        "train_loss_chars": now.train_chars,
        "val_loss_nats": score.loss_nats if score else now.val_nats,
        "val_loss_step": trainer.weights_step if score else now.val_step if now.val_step >= 0 else None,
        **({"old_loss_nats": trainer.history.old_loss_nats} if trainer.old is not None else {}),
    }


class _Baselines:
    """What counting alone gets on the validation part and on the test part. Each is counted when it is first asked for."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer

    def count(self) -> None:
        """Count them now, where training is to end on time; else they wait until somebody asks."""
        if self._trainer.config.seconds is not None and not self._trainer.finished:
            _ = self.validation
            if self._has_test:
                _ = self.test

    @cached_property
    def validation(self) -> list[Baseline]:
        return self._on(self._trainer.data.validation)

    @cached_property
    def test(self) -> list[Baseline]:
        return self._on(self._trainer.data.test)

    @property
    def _has_test(self) -> bool:
        test: Any = self._trainer.data.test
        return test is not None

    def _on(self, part: Any) -> list[Baseline]:
        from tui_rnn.insight.baselines import baselines

        return baselines(self._trainer.learner.symbols, self._trainer.data.train, part)


class _JsonReport:
    def __init__(self, trainer: Trainer, out: Path, recipe: str) -> None:
        self.trainer, self.out, self.kind, self.recipe = trainer, out, trainer.data.kind, recipe
        self.pace, self.baselines = _Pace(trainer, JSON_INTERVAL_S), _Baselines(trainer)

    def prepare(self) -> None:
        self.baselines.count()
        self.trainer.fit_scored()

    def start(self) -> None:
        trainer, data, symbols = self.trainer, self.trainer.data, self.trainer.learner.symbols
        counts: dict[str, Any] = (
            {"characters": data.char_count}
            if self.kind.is_stream
            else {"train_examples": len(data.train), "val_examples": len(data.validation)}
        )
        if symbols.labels is not None:
            counts["labels"] = list(symbols.labels.names)
        print_json(
            {
                "event": "start",
                "task": self.kind.task,
                "name": trainer.config.name,
                "recipe": self.recipe or None,
                "config": trainer.config.settings,
                "parameter_count": trainer.learner.network.parameter_count,
                "source": data.source,
                **counts,
                "vocab_size": len(symbols.vocabulary),
                "scored_while_training": len(trainer.scored),
                "notices": _notices(trainer),
                "threads": trainer.threads,
                "step": trainer.step,
                "out": str(self.out),
            }
        )

    def progress(self) -> None:
        trainer, history = self.trainer, self.trainer.history
        if not self.pace.due():
            return
        rates = history.curves()["learning_rate"]
        # a text's n-grams take seconds to count: they wait for the end
        known = self.baselines.validation if self.kind.answers else None
        print_json(
            {
                "event": "progress",
                "step": trainer.step,
                "chars": trainer.chars,
                "epoch": trainer.epoch,
                "elapsed_s": trainer.elapsed_s,
                **_losses(trainer),
                "chars_per_s": trainer.chars_per_s,
                "grad_norm": history.grad_norm,
                "learning_rate": float(rates[-1]) if len(rates) else None,
                **scores.record(self.kind, trainer.latest, known),
            }
        )

    def scoring(self) -> None:
        pass

    def done(self, status: str, score: Evaluation | None, test: Evaluation | None) -> None:
        trainer, history = self.trainer, self.trainer.history
        found: dict[str, Any] = {
            "event": "done",
            "status": status,
            "out": str(self.out),
            "step": trainer.step,
            "chars": trainer.chars,
            "epoch": trainer.epoch,
            "elapsed_s": trainer.elapsed_s,
            "chars_per_s": trainer.chars / trainer.elapsed_s if trainer.elapsed_s else None,
            **_losses(trainer, score),
            "best_val_loss_nats": history.best_val_loss_nats,
            "kept_step": trainer.kept_step,
            **scores.record(self.kind, score, self.baselines.validation if score else None),
        }
        if self.kind.is_stream:
            unit = trainer.learner.unit
            found |= {
                f"val_bits_per_{unit}": score.bits if score else None,
                "val_perplexity": score.perplexity if score else None,
                f"val_{scores.COUNTED[unit]}": score.count if score else None,
            }
        if test:
            found["test"] = scores.record(self.kind, test, self.baselines.test)
        remarks = remarks_at_end(self.trainer, self.baselines.validation if score and self.kind.is_stream else [])
        print_json(
            found | {"remarks": [{"name": one.name, "told": one.told_in("nats"), "to_try": one.to_try} for one in remarks]}
        )


class _TextReport:
    def __init__(self, trainer: Trainer, out: Path, recipe: str) -> None:
        self.trainer, self.out, self.kind, self.recipe = trainer, out, trainer.data.kind, recipe
        self.line, self.baselines = Progress(sys.stdout), _Baselines(trainer)
        intervals = (TERMINAL_INTERVAL_S, 0.0) if self.line.in_terminal else (LOG_INTERVAL_S, LOG_LEAST_S)
        self.pace = _Pace(trainer, *intervals)

    def prepare(self) -> None:
        if self.line.in_terminal:
            self.line.update("counting what gets along without a network")
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
        for notice in (*_notices(trainer), self._scored(), self._trained(), self.recipe):
            if notice:
                print(visible(notice))

    def _scored(self) -> str:
        """What the scores are of that are shown while it trains, where it isn't all that the last one is of."""
        scored, whole = len(self.trainer.scored), len(self.trainer.data.validation)
        if scored == whole:
            return ""
        in_time = self.trainer.config.seconds is not None
        at_the_end = "at the end as many as the time allows" if in_time else "all at the end"
        what = scores.COUNTED[self.trainer.learner.symbols.vocabulary.kind] if self.kind.is_stream else "examples"
        return f"validation: {scored:,} of {whole:,} {what} while it trains, {at_the_end}"

    def _trained(self) -> str:
        """What the training loss is a mean of."""
        from tui_rnn.training.losses import TRAIN_MEAN_CHARS, mean_chars

        count, what = mean_chars(self.trainer.learner), scores.COUNTED[self.trainer.learner.symbols.vocabulary.kind]
        return f"train: the mean over the latest {count:,} {what}{', one pass' if count < TRAIN_MEAN_CHARS else ''}"

    def progress(self) -> None:
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
        if self.line.in_terminal:
            self.line.update("scoring the whole validation part")

    def done(self, status: str, score: Evaluation | None, test: Evaluation | None) -> None:
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
