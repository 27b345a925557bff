"""The settings that draw symbols, and the steps of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from tui_rnn.insight.drawing import Sampling
from tui_rnn.tui.settings import ViewSetting, following

TEMPERATURES = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.5, 2.0)
TOP_KS = (0, 1, 2, 3, 5, 10, 20, 40)
TOP_PS = (1.0, 0.99, 0.95, 0.9, 0.8, 0.5)
MIN_PS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
PENALTIES = (1.0, 1.1, 1.2, 1.3, 1.5, 2.0)
WINDOWS = (8, 16, 32, 64, 128, 256, 0)
LENGTHS = (100, 200, 400, 800, 1600)


_ENDING: dict[str, Sequence[float]] = {"temperature": TEMPERATURES, "length": LENGTHS}
_ROUND: dict[str, Sequence[float]] = {
    "top_k": TOP_KS,
    "top_p": TOP_PS,
    "min_p": MIN_PS,
    "repetition_penalty": PENALTIES,
    "penalty_window": WINDOWS,
}
"""The values of a setting: steps stop at the ends, or go around."""
_LINES = (
    ("temperature", "temperature", "higher: more variety, more errors; at 0 always the likeliest symbol"),
    ("top_k", "top-k", "draw from the k likeliest symbols only"),
    ("top_p", "top-p", "draw only from the likeliest symbols that together have the probability p"),
    ("min_p", "min-p", "leave out symbols with less than this share of the likeliest one's probability"),
    ("repetition_penalty", "repetition penalty", "above 1, symbols that came already are less likely: it divides their logits"),
    ("penalty_window", "penalty window", "how many of the last symbols the repetition penalty looks at"),
    ("length", "length", "how many symbols are drawn"),
)
"""The field, the name and the help of each line of the menu."""


class Draws(Protocol):
    """A pane with drawn symbols."""

    @property
    def sampling(self) -> Sampling: ...

    def change_sampling(self, what: str, by: int) -> None: ...


def changed(sampling: Sampling, what: str, by: int) -> Sampling:
    """The settings with this field moved to the next value."""
    value = getattr(sampling, what)
    stepped = _stepped(_ENDING[what], value, by) if what in _ENDING else following(_ROUND[what], value, by)
    return replace(sampling, **{what: type(value)(stepped)})


def _stepped(values: Sequence[float], value: float, by: int) -> float:
    """The next value above or below; at an end, the end."""
    if by > 0:
        return min((v for v in values if v > value), default=values[-1])
    return max((v for v in values if v < value), default=values[0])


def settings(pane: Draws) -> tuple[ViewSetting, ...]:
    """The lines of the menu of a pane with drawn symbols."""

    def line(what: str, name: str, help: str) -> ViewSetting:
        def why_not(by: int) -> str:
            if changed(pane.sampling, what, by) != pane.sampling:
                return ""
            return f"the {name} goes no {'higher' if by > 0 else 'lower'} than {getattr(pane.sampling, what):g}"

        return ViewSetting(name, lambda: words(pane.sampling)[name], lambda by: pane.change_sampling(what, by), help, why_not)

    return tuple(line(*one) for one in _LINES)


def words(sampling: Sampling) -> dict[str, str]:
    """Each setting in words."""
    return {
        "temperature": "0, greedy" if sampling.temperature == 0 else f"{sampling.temperature:g}",
        "top-k": f"{sampling.top_k}" if sampling.top_k else "off",
        "top-p": f"{sampling.top_p:g}" if sampling.top_p < 1 else "off",
        "min-p": f"{sampling.min_p:g}" if sampling.min_p else "off",
        "repetition penalty": f"{sampling.repetition_penalty:g}" if sampling.repetition_penalty != 1 else "off",
        "penalty window": f"{sampling.penalty_window}" if sampling.penalty_window else "whole text",
        "length": f"{sampling.length}",
    }


def in_force(sampling: Sampling) -> tuple[str, ...]:
    """The settings that change the chances, in words: temperature always, the others only if they are on."""
    told, on = words(sampling), ["temperature"]
    on += [name for name in ("top-k", "top-p", "min-p") if told[name] != "off"]
    found = [f"{name} {told[name]}" for name in on]
    if sampling.repetition_penalty != 1:
        window = f"of the last {sampling.penalty_window}" if sampling.penalty_window else "of the whole text"
        found.append(f"repetition penalty {told['repetition penalty']} {window}")
    return tuple(found)
