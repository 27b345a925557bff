"""What `tui-rnn train` says while it trains: JSON lines, one updating line in a terminal, or a plain log."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tui_rnn.cli.output import Progress, print_json, shell_line
from tui_rnn.display import visible

if TYPE_CHECKING:
    from tui_rnn.train.evaluation import Evaluation
    from tui_rnn.train.trainer import Trainer

JSON_INTERVAL_S, TERMINAL_INTERVAL_S, LOG_INTERVAL_S = 1.0, 0.2, 10.0


class Report(Protocol):
    """Tells about one run, from its start to its end."""

    def start(self) -> None:
        """What is trained on what."""

    def progress(self) -> None:
        """Called many times a second; says something now and then, and after each evaluation."""

    def scoring(self) -> None:
        """The whole validation part is about to be scored."""

    def done(self, status: str, score: Evaluation | None) -> None:
        """How it ended: finished, interrupted or diverged. score: of the whole validation part, None if cut short."""


def report_for(trainer: Trainer, out: Path, json: bool) -> Report:
    """JSON lines, or lines for a person."""
    return _JsonReport(trainer, out) if json else _TextReport(trainer, out)


class _Pace:
    """True now and then, and whenever there is a new validation loss."""

    def __init__(self, trainer: Trainer, interval_s: float) -> None:
        self.trainer, self.interval_s = trainer, interval_s
        self.last, self.evaluated_step = time.monotonic(), trainer.history.evaluated_step

    def due(self) -> bool:
        now, evaluated_step = time.monotonic(), self.trainer.history.evaluated_step
        if now - self.last < self.interval_s and evaluated_step == self.evaluated_step:
            return False
        self.last, self.evaluated_step = now, evaluated_step
        return True


class _JsonReport:
    def __init__(self, trainer: Trainer, out: Path) -> None:
        self.trainer, self.out = trainer, out
        self.pace = _Pace(trainer, JSON_INTERVAL_S)

    def start(self) -> None:
        trainer, corpus = self.trainer, self.trainer.corpus
        print_json(
            {
                "event": "start",
                "name": trainer.config.name,
                "config": asdict(trainer.config),
                "parameter_count": trainer.model.parameter_count,
                "source": corpus.source,
                "characters": corpus.char_count,
                "vocab_size": len(corpus.vocabulary),
                "notices": corpus.notices,
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
        print_json(
            {
                "event": "progress",
                "step": trainer.step,
                "chars": trainer.chars,
                "epoch": trainer.epoch,
                "elapsed_s": trainer.elapsed_s,
                "train_loss_nats": history.train_loss_nats,
                "val_loss_nats": history.val_loss_nats,
                "chars_per_s": trainer.chars_per_s,
                "grad_norm": history.grad_norm,
                "learning_rate": float(rates[-1]) if len(rates) else None,
            }
        )

    def scoring(self) -> None:
        pass

    def done(self, status: str, score: Evaluation | None) -> None:
        trainer, history = self.trainer, self.trainer.history
        print_json(
            {
                "event": "done",
                "status": status,
                "out": str(self.out),
                "step": trainer.step,
                "chars": trainer.chars,
                "epoch": trainer.epoch,
                "elapsed_s": trainer.elapsed_s,
                "chars_per_s": trainer.chars / trainer.elapsed_s if trainer.elapsed_s else None,
                "train_loss_nats": history.train_loss_nats,
                "val_loss_nats": score.loss_nats if score else history.val_loss_nats,
                "val_bits_per_char": score.bits_per_char if score else None,
                "val_perplexity": score.perplexity if score else None,
                "val_characters": score.characters if score else None,
                "best_val_loss_nats": history.best_val_loss_nats,
            }
        )


class _TextReport:
    def __init__(self, trainer: Trainer, out: Path) -> None:
        self.trainer, self.out = trainer, out
        self.line = Progress(sys.stdout)
        self.pace = _Pace(trainer, TERMINAL_INTERVAL_S if self.line.in_terminal else LOG_INTERVAL_S)

    def start(self) -> None:
        from tui_rnn.tui.formats import size

        trainer, corpus = self.trainer, self.trainer.corpus
        print(
            f"{trainer.config.name}, {trainer.model.parameter_count:,} parameters, on {visible(corpus.name)}: "
            f"{size(corpus.byte_count)}, {len(corpus.vocabulary)} distinct characters"
        )
        for notice in corpus.notices:
            print(visible(notice))

    def progress(self) -> None:
        from tui_rnn.tui import formats

        trainer, history = self.trainer, self.trainer.history
        if not self.pace.due():
            return
        self.line.update(
            f"step {trainer.step:,} · epoch {formats.epoch(trainer.epoch)} · {formats.duration(trainer.elapsed_s)} · "
            f"train {formats.loss(history.train_loss_nats, 'nats')} · validation {formats.loss(history.val_loss_nats, 'nats')} "
            f"nats/char · {formats.count(trainer.chars_per_s)} char/s"
        )

    def scoring(self) -> None:
        if self.line.in_terminal:
            self.line.update("scoring the whole validation part")

    def done(self, status: str, score: Evaluation | None) -> None:
        from tui_rnn.tui import formats

        self.line.clear()
        trainer = self.trainer
        print(f"{status} at step {trainer.step:,} after {formats.duration(trainer.elapsed_s)}")
        if score:
            print(
                f"validation {score.loss_nats:.4f} nats/char, {score.bits_per_char:.4f} bits/char, "
                f"perplexity {score.perplexity:.3f}, over {score.characters:,} characters"
            )
        print(f"saved in {visible(str(self.out))}")
        if status == "interrupted":
            print("go on with:", shell_line("tui-rnn", "train", "--resume", str(self.out)))
        else:
            print("let it write:", shell_line("tui-rnn", "sample", str(self.out)))
