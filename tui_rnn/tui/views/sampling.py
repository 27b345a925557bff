"""How characters are drawn, as the keys change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tui_rnn.lab.messages import Sampling
from tui_rnn.tui.keys import KeyCommand

TEMPERATURES = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.5, 2.0)
TOP_KS = (0, 1, 2, 3, 5, 10, 20, 40)
TOP_PS = (1.0, 0.99, 0.95, 0.9, 0.8, 0.5)
LENGTHS = (100, 200, 400, 800, 1600)

KEYS = (
    KeyCommand("greater_than_sign", ">", "temperature(1)", "Hotter", "a higher temperature: more variety, more errors"),
    KeyCommand("less_than_sign", "<", "temperature(-1)", "Colder", "a lower temperature; at 0 always the likeliest character"),
    KeyCommand("k", "k", "top_k(1)", "Top-k", "draw from the k likeliest characters only"),
    KeyCommand("K", "K", "top_k(-1)", "Top-k back", "the value before"),
    KeyCommand("P", "P", "top_p(1)", "Top-p", "draw from the likeliest characters that make up p only"),
    KeyCommand("z", "z", "length(1)", "Sample length", "how many characters are drawn"),
    KeyCommand("Z", "Z", "length(-1)", "Sample length back", "the value before"),
)


def changed(sampling: Sampling, what: str, by: int) -> Sampling:
    """The settings with 'temperature', 'top_k', 'top_p' or 'length' moved to the next value."""
    if what == "temperature":
        return replace(sampling, temperature=_stepped(TEMPERATURES, sampling.temperature, by))
    if what == "top_k":
        return replace(sampling, top_k=int(_next(TOP_KS, sampling.top_k, by)))
    if what == "top_p":
        return replace(sampling, top_p=_next(TOP_PS, sampling.top_p, by))
    return replace(sampling, length=int(_stepped(LENGTHS, sampling.length, by)))


def why_useless(action: str, sampling: Sampling) -> str:
    """Why an action, such as 'temperature(1)', would change nothing now; '' where it would."""
    what, _, by = action.rstrip(")").partition("(")
    if what not in ("temperature", "length") or changed(sampling, what, int(by)) != sampling:
        return ""
    return f"the {what} goes no {'higher' if int(by) > 0 else 'lower'} than {getattr(sampling, what):g}"


def _stepped(values: Sequence[float], value: float, by: int) -> float:
    """The next value above or below, ending at the ends."""
    if by > 0:
        return min((v for v in values if v > value), default=values[-1])
    return max((v for v in values if v < value), default=values[0])


def _next(values: Sequence[float], value: float, by: int) -> float:
    """The next value around the circle."""
    return values[(values.index(value) + by) % len(values)] if value in values else values[0]
