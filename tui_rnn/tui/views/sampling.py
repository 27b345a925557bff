"""How characters are drawn, as the keys change it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from tui_rnn.insight.drawing import Sampling
from tui_rnn.tui.keys import KeyCommand

TEMPERATURES = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.5, 2.0)
TOP_KS = (0, 1, 2, 3, 5, 10, 20, 40)
TOP_PS = (1.0, 0.99, 0.95, 0.9, 0.8, 0.5)
LENGTHS = (100, 200, 400, 800, 1600)


class Draws(Protocol):
    """A pane that shows what was drawn."""

    sampling: Sampling

    def change_sampling(self, what: str, by: int) -> None: ...


def changed(sampling: Sampling, what: str, by: int) -> Sampling:
    """The settings with 'temperature', 'top_k', 'top_p' or 'length' moved to the next value."""
    if what == "temperature":
        return replace(sampling, temperature=_stepped(TEMPERATURES, sampling.temperature, by))
    if what == "top_k":
        return replace(sampling, top_k=int(_next(TOP_KS, sampling.top_k, by)))
    if what == "top_p":
        return replace(sampling, top_p=_next(TOP_PS, sampling.top_p, by))
    return replace(sampling, length=int(_stepped(LENGTHS, sampling.length, by)))


def _stepped(values: Sequence[float], value: float, by: int) -> float:
    """The next value above or below, ending at the ends."""
    if by > 0:
        return min((v for v in values if v > value), default=values[-1])
    return max((v for v in values if v < value), default=values[0])


def _next(values: Sequence[float], value: float, by: int) -> float:
    """The next value around the circle."""
    return values[(values.index(value) + by) % len(values)] if value in values else values[0]


def _act(what: str, by: int) -> Callable[[Draws], None]:
    return lambda pane: pane.change_sampling(what, by)


def _at_its_end(what: str, by: int) -> Callable[[Draws], str]:
    def why_not(pane: Draws) -> str:
        if changed(pane.sampling, what, by) != pane.sampling:
            return ""
        return f"the {what} goes no {'higher' if by > 0 else 'lower'} than {getattr(pane.sampling, what):g}"

    return why_not


KEYS: tuple[KeyCommand[Draws], ...] = (
    KeyCommand(
        "greater_than_sign",
        ">",
        _act("temperature", 1),
        "Hotter",
        "a higher temperature: more variety, more errors",
        _at_its_end("temperature", 1),
    ),
    KeyCommand(
        "less_than_sign",
        "<",
        _act("temperature", -1),
        "Colder",
        "a lower temperature; at 0 always the likeliest character",
        _at_its_end("temperature", -1),
    ),
    KeyCommand("k", "k", _act("top_k", 1), "Top-k", "draw from the k likeliest characters only"),
    KeyCommand("K", "K", _act("top_k", -1), "Top-k back", "the value before"),
    KeyCommand("P", "P", _act("top_p", 1), "Top-p", "draw from the likeliest characters that make up p only"),
    KeyCommand("z", "z", _act("length", 1), "Sample length", "how many characters are drawn", _at_its_end("length", 1)),
    KeyCommand("Z", "Z", _act("length", -1), "Sample length back", "the value before", _at_its_end("length", -1)),
)
