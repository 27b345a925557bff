"""`tui-rnn train --json`: one object a line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_rnn.cli import scores
from tui_rnn.cli.output import print_json
from tui_rnn.cli.train_facts import Baselines, Pace, losses, notices, remarks_at_end
from tui_rnn.data.sources import listed

if TYPE_CHECKING:
    from tui_rnn.training.evaluation import Evaluation
    from tui_rnn.training.trainer import Trainer

INTERVAL_S = 1.0


class JsonReport:
    def __init__(self, trainer: Trainer, out: Path, recipe: str) -> None:
        self.trainer, self.out, self.kind, self.recipe = trainer, out, trainer.data.kind, recipe
        self.pace, self.baselines = Pace(trainer, INTERVAL_S), Baselines(trainer)

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
                "source": listed(data.source),
                **counts,
                "vocab_size": len(symbols.vocabulary),
                "scored_while_training": len(trainer.scored),
                "notices": notices(trainer),
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
        # counting a text's n-grams takes seconds: it waits for the end
        known = self.baselines.validation if self.kind.answers else None
        print_json(
            {
                "event": "progress",
                "step": trainer.step,
                "chars": trainer.chars,
                "epoch": trainer.epoch,
                "elapsed_s": trainer.elapsed_s,
                **losses(trainer),
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
            **losses(trainer, score),
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
