"""A score as `train` and `eval` give it, beside what counting alone gets: is the network any good?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tui_rnn.display import TOKEN_NAMES, counted, counted_tokens

if TYPE_CHECKING:
    from tui_rnn.formats import LossUnit
    from tui_rnn.insight.baselines import Baseline
    from tui_rnn.training.evaluation import Evaluation

METRICS = {
    "lm": (),
    "items": (),
    "tag": ("accuracy", "accuracy_unseen", "macro_f1"),
    "classify": ("accuracy", "macro_f1"),
    "seq2seq": ("exact_match", "token_error_rate"),
}
"""The metrics of each kind of data (data.opening.KINDS), the main one first."""

KINDS = {
    "lm": "language model",
    "items": "language model over items",
    "tag": "tagging",
    "classify": "classification",
    "seq2seq": "sequence to sequence",
}
_SAID: set[str] = set()  # problems of the settings file, each once
COUNTED = {kind: f"{name}s" for kind, name in TOKEN_NAMES.items()}


def loss_unit() -> LossUnit:
    """In which a person wants to see losses. Where the file that says so can't be used, one line on stderr says why."""
    from tui_rnn.cli.output import note
    from tui_rnn.preferences import load

    loaded = load()
    if loaded.problem and loaded.problem not in _SAID:
        _SAID.add(loaded.problem)
        note(loaded.problem)
    return loaded.preferences.loss_unit


def task_of(kind: str) -> str:
    """The --task of a kind of data."""
    return "lm" if kind == "items" else kind


def record(kind: str, score: Evaluation | None, baselines: Sequence[Baseline] | None) -> dict[str, Any]:
    """A score for a script: always the same keys for a kind; null where there is no number yet. baselines None: unknown.

    examples: items, sentences, texts or pairs; of a running text, the tokens that are predicted.
    """
    found: dict[str, Any] = {
        "task": task_of(kind),
        "examples": (score.examples or score.count) if score else None,
        "loss_nats": score.loss_nats if score else None,
    }
    for name in METRICS[kind]:
        found[name] = score.metrics.get(name) if score else None
    if kind in ("lm", "items") and score:
        found[f"bits_per_{score.unit}"] = score.bits
        found["perplexity"] = score.perplexity
        found[COUNTED[score.unit]] = score.count
        if kind == "items":
            found["nats_per_item"] = score.nats_per_example
    found["baseline"] = {one.name: one.metrics for one in baselines} if baselines is not None else None
    return found


def lines(kind: str, score: Evaluation, baselines: Sequence[Baseline] | None) -> list[str]:
    """A score for a person: the network's numbers, then the baselines', those that are better than the network marked."""
    from tui_rnn.formats import LOSS_UNITS, exact_loss, in_unit

    chosen = loss_unit()
    loss = exact_loss(score.loss_nats if score.count else math.nan, chosen, score.unit)
    if kind in ("lm", "items"):
        others = [exact_loss(score.loss_nats, unit, score.unit) for unit in LOSS_UNITS if unit != chosen and score.count]
        own = f"{', '.join([loss, *others])}, over {counted_tokens(score.count, score.unit)}"
        if kind == "items":
            ends = "the end of 1 item" if score.examples == 1 else f"the ends of {score.examples:,} items"
            unit = "bits" if chosen == "perplexity" else chosen
            own += f", {ends} among them, {in_unit(score.nats_per_example, unit):.2f} {unit} an item"
    elif kind == "tag":
        unseen = share(score.metrics["accuracy_unseen"])
        own = (
            f"accuracy {share(score.metrics['accuracy'])} of the words, {unseen} of those that training lacks, "
            f"macro F1 {score.metrics['macro_f1']:.3f}, {loss}, over {counted(score.examples, 'sentence')}"
        )
    elif kind == "classify":
        own = (
            f"accuracy {share(score.metrics['accuracy'])}, macro F1 {score.metrics['macro_f1']:.3f}, {loss}, "
            f"over {counted(score.examples, 'text')}"
        )
    else:
        own = (
            f"exact match {share(score.metrics['exact_match'])}, "
            f"token error rate {share(score.metrics['token_error_rate'])}, {loss}, over {counted(score.examples, 'pair')}"
        )
    return [own, *([f"without a network: {_compared(kind, score, baselines)}"] if baselines else [])]


def brief(kind: str, metric: float, loss_nats: float, unit: str) -> str:
    """The main metric and the loss in few words, for a line that is written over."""
    from tui_rnn import formats

    chosen = loss_unit()
    loss = f"{formats.loss(loss_nats, chosen)} {formats.unit_label(chosen, f'nats/{unit}')}"
    return f"{METRICS[kind][0].replace('_', ' ')} {share(metric)}, {loss}" if METRICS[kind] else loss


def share(value: float) -> str:
    """'86.5%', '—' where there was nothing to count."""
    return f"{value:.1%}" if value == value else "—"


def _compared(kind: str, score: Evaluation, baselines: Sequence[Baseline]) -> str:
    from tui_rnn.formats import in_unit

    words = []
    for baseline in baselines:
        if METRICS[kind]:
            value, own = baseline.metrics[METRICS[kind][0]], score.metrics[METRICS[kind][0]]
            better, shown = value > own, share(value)
        else:
            value, own = baseline.metrics["loss_nats"], score.loss_nats
            better, shown = value < own, f"{in_unit(value, loss_unit()):.3f}"
        words.append(f"{baseline.name} {shown}{' (better)' if better else ''}")
    return ", ".join(words)
