"""Numbers as the screen shows them, with their units."""

from __future__ import annotations

import math
from typing import Literal

from tui_rnn.kinds import Metric

LossUnit = Literal["bits", "nats", "perplexity"]
LOSS_UNITS: tuple[LossUnit, ...] = ("bits", "nats", "perplexity")
METRIC_WORDS = {
    "accuracy": "accuracy",
    "accuracy_unseen": "accuracy on unseen words",
    "macro_f1": "macro F1",
    "exact_match": "exact match",
    "token_error_rate": "token error rate",
    "bleu": "BLEU",
    "chrf": "chrF",
}


def unit_label(unit: LossUnit, loss_unit: str = "nats/char") -> str:
    """'bits/word': the unit that is shown of a loss which is measured in `loss_unit`."""
    return unit if unit == "perplexity" else f"{unit}/{loss_unit.partition('/')[2]}"


def percentage(share: float) -> str:
    """'93.2%', '100%', '—' before the first value. Only an exact 0 or 1 is shown as 0% or 100%."""
    if math.isnan(share):
        return "—"
    return f"{share:.0%}" if share in (0.0, 1.0) else f"{min(max(share, 0.001), 0.999):.1%}"


def metric(value: float, metric: Metric) -> str:
    """'86.5%', '0.858' or, of points, '8.4'; '—' where there was nothing to count."""
    if metric.is_share or math.isnan(value):
        return percentage(value)
    return f"{100 * value:.1f}" if metric.is_points else f"{value:.3f}"


def in_unit(loss_nats: float, unit: LossUnit) -> float:
    """A loss in nats/char, converted. A perplexity too large for a float is infinity."""
    if unit == "nats":
        return loss_nats
    if unit == "bits":
        return loss_nats / math.log(2)
    return math.inf if loss_nats > 700 else math.exp(loss_nats)


def loss(loss_nats: float, unit: LossUnit) -> str:
    """'2.31', '—' before the first value, '∞' and the like for what is not finite."""
    value = in_unit(loss_nats, unit)
    if math.isnan(value):
        return "—"
    if math.isinf(value):
        return "∞"
    return f"{value:.3g}" if value >= 1000 else f"{value:.1f}" if value >= 100 else f"{value:.2f}"


def exact_loss(loss_nats: float, unit: LossUnit, of: str) -> str:
    """'1.5120 bits/char', 'perplexity 2.852': with more digits, and the unit; of: what the loss is a mean over."""
    value = in_unit(loss_nats, unit)
    if unit == "perplexity":
        return f"perplexity {value:.3f}" if math.isfinite(value) else "perplexity —"
    return f"{value:.4f} {unit}/{of}" if math.isfinite(value) else f"— {unit}/{of}"


def count(value: float) -> str:
    """A count in at most four characters and a suffix: '950', '12.3k', '376k', '1.24M'."""
    if not math.isfinite(value):
        return "—"
    for limit, suffix in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit * 0.9995:
            scaled = value / limit
            return f"{scaled:.0f}{suffix}" if abs(scaled) >= 99.95 else f"{scaled:.3g}{suffix}"
    return f"{value:.0f}"


def age(steps: float) -> str:
    """How long ago something was measured, in at most 14 characters: 'now', '1 step ago', '1.2k steps ago', '—' for never."""
    if not math.isfinite(steps):
        return "—"
    shown = count(steps if steps < 1000 else float(f"{steps:.2g}"))
    return "now" if steps <= 0 else f"{shown} step{'s' * (steps != 1)} ago"


def time_left(seconds: float) -> str:
    """A forecast: 'about 2 min left', 'about 25 s left', 'a moment left'."""
    if seconds >= 90:
        return f"about {seconds / 60:.0f} min left"
    if seconds >= 20:
        return f"about {5 * round(seconds / 5)} s left"
    return f"about {seconds:.0f} s left" if seconds >= 1.5 else "a moment left"


def ago(seconds: float) -> str:
    """How long ago something was saved: 'just now', '12 min ago', '3 h ago', '5 days ago'."""
    for limit, length, unit in ((90, 1, ""), (5400, 60, "min"), (129_600, 3600, "h")):
        if seconds < limit:
            return f"{seconds / length:.0f} {unit} ago" if unit else "just now"
    return f"{seconds / 86_400:.0f} days ago"


def size(byte_count: int) -> str:
    """A file's size: '732 bytes', '1.1 MB'."""
    for limit, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if byte_count >= limit * 0.9995:
            scaled = byte_count / limit
            return f"{scaled:.0f} {unit}" if scaled >= 9.95 else f"{scaled:.1f} {unit}"
    return "1 byte" if byte_count == 1 else f"{byte_count} bytes"


def duration(seconds: float) -> str:
    """A stopwatch: '0:41', '12:05', '1:02:03'."""
    whole = int(seconds) if math.isfinite(seconds) and seconds > 0 else 0
    minutes, s = divmod(whole, 60)
    hours, m = divmod(minutes, 60)
    return f"{hours}:{m:02}:{s:02}" if hours else f"{m}:{s:02}"


def epoch(value: float) -> str:
    """'0.07', '2.4', '131'."""
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def number(value: float) -> str:
    """A learning rate or a norm in three digits: '0.0125', '1e-05', '—' when there is none."""
    return f"{value:.3g}" if math.isfinite(value) else "—" if math.isnan(value) else "∞"
