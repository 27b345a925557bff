"""How characters are drawn, as the keys change it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from tui_rnn.insight.drawing import Sampling
from tui_rnn.tui.settings import ViewSetting

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
"""The values that a setting goes through: to the ends, or around."""


class Draws(Protocol):
    """A pane that shows what was drawn."""

    @property
    def sampling(self) -> Sampling: ...

    def change_sampling(self, what: str, by: int) -> None: ...


def changed(sampling: Sampling, what: str, by: int) -> Sampling:
    """The settings with one of them, by its field's name, moved to the next value."""
    value = getattr(sampling, what)
    if what in _ENDING:
        return replace(sampling, **{what: type(value)(_stepped(_ENDING[what], value, by))})
    return replace(sampling, **{what: type(value)(_next(_ROUND[what], value, by))})


def _stepped(values: Sequence[float], value: float, by: int) -> float:
    """The next value above or below, ending at the ends."""
    if by > 0:
        return min((v for v in values if v > value), default=values[-1])
    return max((v for v in values if v < value), default=values[0])


def _next(values: Sequence[float], value: float, by: int) -> float:
    """The next value around the circle."""
    return values[(values.index(value) + by) % len(values)] if value in values else values[0]


def settings(pane: Draws) -> tuple[ViewSetting, ...]:
    """What can be set of how a pane's samples are drawn."""

    def at_its_end(what: str) -> Callable[[int], str]:
        def why_not(by: int) -> str:
            if changed(pane.sampling, what, by) != pane.sampling:
                return ""
            return f"the {what} goes no {'higher' if by > 0 else 'lower'} than {getattr(pane.sampling, what):g}"

        return why_not

    def step(what: str) -> Callable[[int], None]:
        return lambda by: pane.change_sampling(what, by)

    return (
        ViewSetting(
            "temperature",
            lambda: words(pane.sampling)["temperature"],
            step("temperature"),
            "higher: more variety, more errors; at 0 always the likeliest symbol",
            at_its_end("temperature"),
        ),
        ViewSetting("top-k", lambda: words(pane.sampling)["top-k"], step("top_k"), "draw from the k likeliest symbols only"),
        ViewSetting(
            "top-p",
            lambda: words(pane.sampling)["top-p"],
            step("top_p"),
            "draw from the likeliest symbols that make up p only",
        ),
        ViewSetting(
            "min-p",
            lambda: words(pane.sampling)["min-p"],
            step("min_p"),
            "leave out what is less likely than this share of the likeliest one's chance",
        ),
        ViewSetting(
            "repetition penalty",
            lambda: words(pane.sampling)["repetition penalty"],
            step("repetition_penalty"),
            "above 1, what came already is less likely: its logit is divided by it, below 0 multiplied",
        ),
        ViewSetting(
            "penalty window",
            lambda: words(pane.sampling)["penalty window"],
            step("penalty_window"),
            "how many of the last symbols the repetition penalty looks at",
        ),
        ViewSetting(
            "length",
            lambda: words(pane.sampling)["length"],
            step("length"),
            "how many symbols are drawn",
            at_its_end("length"),
        ),
    )


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
    """The settings that change the chances, in words: temperature always, the others where they are on."""
    told, on = words(sampling), ["temperature"]
    on += [name for name in ("top-k", "top-p", "min-p") if told[name] != "off"]
    found = [f"{name} {told[name]}" for name in on]
    if sampling.repetition_penalty != 1:
        window = f"of the last {sampling.penalty_window}" if sampling.penalty_window else "of the whole text"
        found.append(f"repetition penalty {told['repetition penalty']} {window}")
    return tuple(found)
