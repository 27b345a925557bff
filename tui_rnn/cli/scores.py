"""A score as `train` and `eval` print it, beside what counting alone gets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from tui_rnn.display import TOKEN_NAMES, counted_tokens
from tui_rnn.kinds import Kind, Metric

if TYPE_CHECKING:
    from tui_rnn.formats import LossUnit
    from tui_rnn.insight.baselines import Baseline
    from tui_rnn.training.dynamic import Dynamic
    from tui_rnn.training.evaluation import Evaluation

_SAID: set[str] = set()  # problems of the settings file, each once
COUNTED = {token: f"{name}s" for token, name in TOKEN_NAMES.items()}


def loss_unit() -> LossUnit:
    """The unit in which a person wants to see losses. If the settings file can't be used, one line on stderr says why."""
    from tui_rnn.cli.output import note
    from tui_rnn.preferences import load

    loaded = load()
    if loaded.problem and loaded.problem not in _SAID:
        _SAID.add(loaded.problem)
        note(loaded.problem)
    return loaded.preferences.loss_unit


def record(kind: Kind, score: Evaluation | None, baselines: Sequence[Baseline] | None) -> dict[str, Any]:
    """A score for a script: always the same keys for a kind; null if there is no number yet. baselines None: unknown.

    examples: items, sentences, texts or pairs; of a running text, the tokens that are predicted. unended: how many outputs
    never ended and were cut off at their limit. cut_from: how many there are in all, if the time was up before all were scored.
    """
    found: dict[str, Any] = {
        "task": kind.task,
        "examples": (score.examples or score.count) if score else None,
        "cut_from": (score.cut_from or None) if score else None,
        "loss_nats": score.loss_nats if score else None,
    }
    for metric in kind.metrics:
        found[metric.key] = score.metrics.get(metric.key) if score else None
    if kind.writes_answers:
        found["unended"] = score.unended if score else None
    if score and not kind.answers:
        found[f"bits_per_{score.unit}"] = score.bits
        found["perplexity"] = score.perplexity
        found[COUNTED[score.unit]] = score.count
        if kind.example is not None:
            found[f"nats_per_{kind.example.one}"] = score.nats_per_example
    found["baseline"] = {one.name: one.metrics for one in baselines} if baselines is not None else None
    return found


def lines(kind: Kind, score: Evaluation, baselines: Sequence[Baseline] | None) -> list[str]:
    """A score for a person: the network's numbers, then the baselines'. A baseline that beats the network is marked."""
    from tui_rnn.formats import LOSS_UNITS, exact_loss, in_unit

    chosen = loss_unit()
    told = [exact_loss(score.loss_nats if score.count else math.nan, chosen, score.unit)]
    if kind.answers:
        there = [metric for metric in kind.metrics if metric.key in score.metrics]
        values = [(metric.title, shown(score.metrics[metric.key], metric), metric.of) for metric in there]
        told = [" ".join(filter(None, value)) for value in values] + told
        told.append(f"over {_of_all(score.examples, score, kind.example.count)}" if kind.example else "")
        if score.unended:
            told.append(f"{score.unended:,} of the outputs never ended and were cut off at their limit")
    else:
        told += [exact_loss(score.loss_nats, unit, score.unit) for unit in LOSS_UNITS if unit != chosen and score.count]
        counted = partial(counted_tokens, kind=score.unit)
        told.append(f"over {counted(score.count) if kind.example else _of_all(score.count, score, counted)}")
        if kind.example is not None:
            ends = f"the end{'s' if score.examples != 1 else ''} of {_of_all(score.examples, score, kind.example.count)}"
            unit = "bits" if chosen == "perplexity" else chosen
            told += [f"{ends} among them", f"{in_unit(score.nats_per_example, unit):.2f} {unit} an item"]
    if score.cut_from:
        told[-1] += ": the time was up"
    without = [f"without a network: {_compared(kind, score, baselines)}"] if baselines else []
    return [", ".join(told), *without, *_counted_by(score)]


def dynamic_line(score: Evaluation, learnt: Dynamic) -> str:
    """The score of a network that learns from the text while it is scored, for a person."""
    from tui_rnn.formats import exact_loss, in_unit

    chosen = loss_unit()
    gained = in_unit(score.loss_nats, chosen) - in_unit(learnt.loss_nats, chosen)
    loss = exact_loss(learnt.loss_nats, chosen, score.unit)
    loss += f", {abs(gained):.4f} {'less' if gained >= 0 else 'more'}"
    return f"dynamic evaluation, a step of Adam at {learnt.rate:g} after each {learnt.chunk} {COUNTED[score.unit]}: {loss}"


def _of_all(number: int, score: Evaluation, counted: Callable[[int], str]) -> str:
    """'9 items', or '9 of 20 items' if the others were left out."""
    return f"{number:,} of {counted(score.cut_from)}" if score.cut_from else counted(number)


def _counted_by(score: Evaluation) -> list[str]:
    """How BLEU and chrF were counted, as sacrebleu writes it."""
    if "bleu" not in score.metrics:
        return []
    from tui_rnn.insight.translation import signatures

    return ["BLEU {bleu}; chrF {chrf}".format(**signatures())]


def brief(kind: Kind, metric: float, loss_nats: float, unit: str) -> str:
    """The main metric and the loss in few words, for a line that is overwritten."""
    from tui_rnn import formats

    chosen, main = loss_unit(), kind.main_metric
    loss = f"{formats.loss(loss_nats, chosen)} {formats.unit_label(chosen, f'nats/{unit}')}"
    return f"{main.title} {shown(metric, main)}, {loss}" if main is not None else loss


def share(value: float) -> str:
    """'86.5%', or '—' if there was nothing to count."""
    return f"{value:.1%}" if value == value else "—"


def shown(value: float, metric: Metric) -> str:
    """A metric's value as a person sees it."""
    if metric.is_share or value != value:
        return share(value)
    return f"{100 * value:.1f}" if metric.is_points else f"{value:.3f}"


def _compared(kind: Kind, score: Evaluation, baselines: Sequence[Baseline]) -> str:
    from tui_rnn.formats import in_unit

    words = []
    main = next((metric for metric in kind.metrics if metric.is_points and metric.key in score.metrics), kind.main_metric)
    for baseline in baselines:
        if main is not None:
            value, own = baseline.metrics[main.key], score.metrics[main.key]
            better = value > own if main.higher_is_better else value < own
            written = shown(value, main)
        else:
            value, own = baseline.metrics["loss_nats"], score.loss_nats
            better, written = value < own, f"{in_unit(value, loss_unit()):.3f}"
        words.append(f"{baseline.name} {written}{' (better)' if better else ''}")
    return ", ".join(words)
