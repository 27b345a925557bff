"""A run of the stand-in engine: its training is a formula, and so are the texts that it writes and the signals inside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.tui import fake_tasks
from tui_rnn.config import RunConfig
from tui_rnn.insight.answers import Reading
from tui_rnn.insight.expectation import Expectation
from tui_rnn.insight.sample import Sample, Sampled
from tui_rnn.insight.trace import Trace, Traced
from tui_rnn.lab.messages import Curve, RunSnapshot

VOCABULARY = "\n !',-.:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PROBE = "The mill:\nA wheel that turns, and grain that falls; who asks?\n\nAll:\nWe ask, we ask.\n\nThe mill:\nThen carry water"
CHARS_PER_STEP = 1024
BASE_SPEED = {"elman": 1_040_000.0, "lstm": 376_000.0, "gru": 450_000.0}
FLOOR_NATS = {"elman": 1.62, "lstm": 1.38, "gru": 1.42}
LANDMARKS = (
    ("uniform", float(np.log(len(VOCABULARY)))),
    ("unigram", 3.32),
    ("bigram", 2.46),
    ("trigram", 2.02),
    ("5-gram", 1.74),
)


@dataclass
class FakeRun:
    run_id: int
    config: RunConfig
    paused: bool = False
    step: int = 0
    saved_step: int = 0
    elapsed_s: float = 0.0
    learning_rate: float = 0.0
    path: str | None = None
    status: str = "training"

    @property
    def chars(self) -> int:
        return self.step * CHARS_PER_STEP

    def loss_at(self, chars: np.ndarray, seed: int) -> np.ndarray:
        noise = np.random.default_rng(seed).normal(0, 0.03, len(chars))
        return FLOOR_NATS[self.config.cell] + 2.75 * (1 + chars / 150_000) ** -0.62 + noise

    def snapshot(self) -> RunSnapshot:
        points = min(400, self.step)
        chars = np.linspace(0, self.chars, points + 1)[1:]
        seconds = np.linspace(0, self.elapsed_s, points + 1)[1:]
        train = self.loss_at(chars, self.run_id)
        val_chars, val_seconds = chars[9::10], seconds[9::10]
        val = self.loss_at(val_chars, self.run_id + 100) * 0.5 + 0.5 * self.loss_at(val_chars, self.run_id) + 0.06
        curve = Curve(
            steps_per_point=max(1, self.step // 400),
            train_chars=chars,
            train_elapsed_s=seconds,
            train_loss_nats=train,
            val_chars=val_chars,
            val_elapsed_s=val_seconds,
            val_loss_nats=val,
            learning_rate=np.full(points, self.learning_rate),
            grad_norm=np.full(points, 0.4),
            clipped=np.zeros(points),
        )
        running = self.status == "training" and not self.paused
        return RunSnapshot(
            run_id=self.run_id,
            status="paused" if self.paused and self.status == "training" else self.status,  # type: ignore[arg-type]
            step=self.step,
            chars=self.chars,
            epoch=self.chars / 1_003_854,
            elapsed_s=self.elapsed_s,
            chars_per_s=BASE_SPEED[self.config.cell] * (0.98 + 0.04 * (self.step % 7) / 7) if running else 0.0,
            train_loss_nats=float(train[-1]) if points else float("nan"),
            train_loss_chars=self.chars // points if points else 0,
            val_loss_nats=float(val[-1]) if len(val) else float("nan"),
            best_val_loss_nats=float(val.min()) if len(val) else float("nan"),
            grad_norm=0.4,
            learning_rate=self.learning_rate,
            saved_step=self.saved_step,
            path=self.path,
            curve=curve,
            moments=moments_of(self),
            val_step=round(val_chars[-1] / CHARS_PER_STEP) if len(val) else -1,
        )


def sampled(run: FakeRun, question: Sample) -> Sampled:
    """What the run writes."""
    rng = np.random.default_rng([run.run_id, run.step])
    words = "the of and to my in you that is not with me it for be his your this but he have as thou".split()
    prompt, length = question.prompt, question.sampling.length
    text = prompt + " ".join(rng.choice(words, length // 2 + 1))[:length]
    surprise = rng.exponential(1.2, len(text)).astype(np.float32)
    surprise[:1] = np.nan if prompt else surprise[:1]
    return Sampled(
        run.step, prompt, text, surprise, surprise[len(prompt) :], question.sampling, 1, drawn=tuple(text[len(prompt) :])
    )


def traced(run: FakeRun, kind: str, question: Trace) -> Traced:
    """The signals inside the run while it reads a text; kind: of data."""
    text = (question.text or (PROBE * 20 if question.start else PROBE))[: question.length]
    if kind != "lm":
        examples = fake_tasks.TEXTS[kind]
        text = question.text or examples[question.example % len(examples)]
    T, L, H = len(text), run.config.num_layers, run.config.hidden_size
    rng = np.random.default_rng(run.run_id)
    phase, rate = rng.uniform(0, 6.3, (L, H)), rng.uniform(0.05, 1.2, (L, H))
    wave = _rounded(np.sin(np.arange(T)[:, None, None] * rate + phase + run.step / 2000))
    gates = {n: _rounded(1 / (1 + np.exp(-3.0 * np.roll(wave, k, axis=0).astype(np.float64)))) for k, n in enumerate("ifo")}
    lstm = {"i": gates["i"], "f": gates["f"], "g": wave, "o": gates["o"], "c": 2 * wave, "h": gates["o"] * wave}
    signals = lstm if run.config.cell == "lstm" else {"h": wave}
    if kind in ("tag", "classify", "seq2seq"):
        return fake_tasks.traced(kind, run.step, signals, text)
    top = tuple(tuple(rng.choice(list(VOCABULARY), 5, replace=False).tolist()) for _ in text)
    probs = np.sort(rng.dirichlet(np.ones(8), T)[:, :5].astype(np.float32), axis=1)[:, ::-1]
    next_prob = probs[:, 0].copy()
    next_prob[-1:] = np.nan
    rank = np.ones(T, np.int32)
    rank[-1:] = 0
    reading = Reading("forward", tuple(text), signals)
    return Traced(run.step, text, 0, (), (reading,), Expectation(top, probs, next_prob, rank), start=question.start)


def _rounded(values: np.ndarray) -> np.ndarray:
    """The same on every processor, whose sines and exponentials differ in the last bits."""
    return values.round(6).astype(np.float32)


def moments_of(run: FakeRun) -> tuple[int, ...]:
    """The steps of its past that can be asked."""
    return tuple(range(0, run.step, 1000))
