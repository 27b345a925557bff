"""What the fake engine says for the tasks: a few fixed examples, and answers that get better while it trains."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.tui.task_examples import by_length, classified, confusion, items, tagged, written
from tui_rnn.insight.answers import Reading, TextAnswer, WrittenText
from tui_rnn.insight.expectation import Expectation
from tui_rnn.insight.items import DrawnItems, Items
from tui_rnn.insight.predict import Predictions
from tui_rnn.insight.scores import Scored
from tui_rnn.insight.trace import Traced
from tui_rnn.lab.messages import DataOpened, Landmark

CLASSES = ("Czech", "Polish", "Dutch")
TEXTS = {
    "tag": ("She saw her duck", "Time flies like an arrow"),
    "classify": ("Novak", "Kowalski", "Visser"),
    "seq2seq": ("May 1 1999", "June 30 2001"),
    "items": ("emma", "noor"),
}
UNITS = {"tag": "word", "classify": "text", "seq2seq": "char", "items": "char"}
MAIN = {"tag": "accuracy", "classify": "accuracy", "seq2seq": "exact_match"}


def opened(kind: str, name: str, source: str) -> DataOpened:
    return DataOpened(
        name, source, 52_000, 50_000, "abc", 45_000, 5_000,
        notices=(f"task {kind}: seen in the file (another with --task)",),
        kind=kind, vocab_size=60, train_examples=9_000, val_examples=1_000,
        labels=CLASSES if kind == "classify" else ("NOUN", "VERB") if kind == "tag" else (),
        loss_unit=f"nats/{UNITS[kind]}", main_metric=MAIN.get(kind),
    )  # fmt: skip


def landmarks(kind: str) -> tuple[Landmark, ...]:
    if kind == "items":
        return (Landmark("unigram", 2.9),)
    return (Landmark("counting alone", 0.5, MAIN[kind]), Landmark("the most frequent", 0.25, MAIN[kind]))


def answer(kind: str, text: str) -> TextAnswer:
    """To any text: tags are NOUN, the class is the first one, a target is the source's digits."""
    known = text in TEXTS[kind]
    if kind == "tag":
        tags = ["NOUN"] * len(text.split())
        return tagged(text, " ".join(tags), " ".join([*tags[1:], "VERB"]) if known else None)
    if kind == "classify":
        return classified(text, dict(zip(CLASSES, (0.7, 0.2, 0.1), strict=True)), "Polish" if known else None, mean=True)
    return written(text, [ch for ch in text if ch.isdigit()], "1999" if known else None)


def answered(kind: str, step: int, count: int) -> Predictions:
    return Predictions(step, tuple(answer(kind, text) for text in TEXTS[kind][:count]))


def scored(kind: str, step: int, share: float) -> Scored:
    metrics = {"tag": ("accuracy", "accuracy_unseen"), "classify": ("accuracy", "macro_f1"), "items": ()}.get(
        kind, ("exact_match", "token_error_rate")
    )
    table = confusion(CLASSES, [[8, 1, 1], [2, 6, 0], [0, 0, 5]]) if kind in ("tag", "classify") else None
    lengths = by_length((5, 20, share), (10, 20, share / 2)) if kind == "seq2seq" else None
    return Scored(step, 1.0, 1_000, UNITS[kind], dict.fromkeys(metrics, share), table, lengths, 1_000)


def drawn(step: int, question: Items) -> DrawnItems:
    begun = question.prompt
    found = items(f"{begun}emma", f"{begun}jorvik", step=step, found={"emma": "training"}, prompt=begun)
    return replace(found, sampling=question.sampling)


def traced(kind: str, step: int, signals: dict[str, np.ndarray], text: str) -> Traced:
    """signals: (T, layers, units), of both directions."""
    names = ("encoder forward", "encoder backward", "decoder") if kind == "seq2seq" else ("forward", "backward")
    found = answer(kind, text)
    readings = [Reading(name, tuple(text), signals) for name in names if name != "decoder"]
    if kind == "seq2seq":
        assert isinstance(found, WrittenText)
        symbols = (*found.outputs[0].tokens, "</s>")
        cut = {name: np.resize(values, (len(symbols), *values.shape[1:])) for name, values in signals.items()}
        readings.append(Reading("decoder", symbols, cut))
    return Traced(step, text, 0, (), tuple(readings), Expectation.none(), found)
