"""The losses of a run as a small SVG: training and validation over what it was trained on."""

from __future__ import annotations

import html
import math

import numpy as np
from numpy.typing import NDArray

from tui_rnn.display import visible
from tui_rnn.formats import LossUnit, count, in_unit, unit_label
from tui_rnn.training.history import History

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 60, 30, 34, 44
POINTS = 300
"""The most points of a curve. With more, each is a mean of neighbours, as the legend says."""

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]


def svg(history: History, unit: LossUnit, loss_unit: str, read: str) -> str:
    """The page. loss_unit: 'nats/char'; read: what is counted along the axis, 'characters'."""
    curves = history.curves()
    train = _thinned((curves["train_chars"], _converted(curves["train_loss_nats"], unit)))
    validation = (curves["val_chars"], _converted(curves["val_loss_nats"], unit))
    values = np.concatenate([train[1], validation[1]])
    values = values[np.isfinite(values)]
    label = unit_label(unit, loss_unit)
    body = [_text(LEFT, 18, f"{label} over {read} trained on", "start")]
    if not len(values):
        return _page([*body, _text(WIDTH / 2, HEIGHT / 2, "no loss was noted", "middle")])
    low, high = _limits(values)
    right = max(float(curve[0][-1]) for curve in (train, validation) if len(curve[0])) or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            LEFT + (WIDTH - LEFT - RIGHT) * x / right,
            TOP + (HEIGHT - TOP - BOTTOM) * (1 - (y - low) / (high - low)),
        )

    for step in range(5):
        value = low + (high - low) * step / 4
        _, y = place(0, value)
        body.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" class="grid"/>')
        body.append(_text(LEFT - 8, y + 4, f"{value:.3g}", "end"))
        x, _ = place(right * step / 4, low)
        body.append(_text(x, HEIGHT - BOTTOM + 20, count(right * step / 4), "middle"))
    for name, curve, dash in (("train", train, ""), ("validation", validation, ' stroke-dasharray="6 3"')):
        points = " ".join(
            f"{x:.1f},{y:.1f}" for x, y in (place(*one) for one in zip(*curve, strict=True) if math.isfinite(one[1]))
        )
        body.append(f'<polyline points="{points}" class="{name}"{dash} clip-path="url(#plot)"/>')
    for name, x in (("— training (means)", WIDTH - RIGHT - 110), ("- - validation", WIDTH - RIGHT)):
        body.append(_text(x, 18, name, "end"))
    return _page(body)


def _converted(nats: NDArray[np.float64], unit: LossUnit) -> NDArray[np.float64]:
    return np.array([in_unit(float(value), unit) for value in nats])


def _thinned(curve: Curve) -> Curve:
    x, y = curve
    if len(x) <= POINTS:
        return curve
    parts = np.array_split(np.arange(len(x)), POINTS)
    return np.array([x[part[-1]] for part in parts]), np.array([y[part].mean() for part in parts])


def _limits(values: NDArray[np.float64]) -> tuple[float, float]:
    """From the lowest value to the highest, without the few high values of the beginning."""
    low, high = float(values.min()), float(np.quantile(values, 0.99))
    high = max(high, float(values[-1]))
    room = 0.05 * (high - low) or max(abs(high), 1.0) * 0.05
    return max(0.0, low - room), high + room


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" xml:space="preserve">{html.escape(visible(text))}</text>'


def _page(body: list[str]) -> str:
    style = (
        "text{font:12px monospace;fill:#333}.grid{stroke:#ddd}polyline{fill:none;stroke-width:1.5}"
        ".train{stroke:#b35900}.validation{stroke:#0055aa;stroke-width:2}"
    )
    plot = f'x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" height="{HEIGHT - TOP - BOTTOM}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<style>{style}</style><clipPath id="plot"><rect {plot}/></clipPath><rect width="100%" height="100%" fill="#fff"/>'
        f"{''.join(body)}</svg>\n"
    )
