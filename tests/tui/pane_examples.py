"""Traces and samples made by formula, an app that holds one pane, and what a pane shows, cell by cell."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

import numpy as np
from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from textual.app import App, ComposeResult
from textual.events import Key
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tui_rnn.cells import CELLS
from tui_rnn.insight.answers import Reading
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.expectation import Expectation
from tui_rnn.insight.sample import Sample, Sampled
from tui_rnn.insight.trace import Traced
from tui_rnn.lab.messages import Answered
from tui_rnn.tui.colours import LEVELS, Kind, Paint
from tui_rnn.tui.keys import KeyCommand, by_key, press
from tui_rnn.tui.themes import DARK, LIGHT
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.widgets.heatmap import HeatMap
from tui_rnn.tui.widgets.heatmap_lines import GUTTER

Heard = TypeVar("Heard", bound=Message)

TRUE_COLOUR = Paint("true", True)
TEXT = "The cat sat.\nThe dog ran."


def traced(
    text: str = TEXT,
    *,
    cell: str = "lstm",
    units: int = 8,
    layers: int = 1,
    step: int = 100,
    unknown: tuple[int, ...] = (),
    seed: int = 0,
    **signals: np.ndarray,
) -> Traced:
    """A trace of random numbers in each signal's range; `signals` replaces some, (T, units) of the first layer."""
    rng = np.random.default_rng(seed)
    shape = (len(text), layers, units)
    made = {s.name: rng.uniform(s.map_low, 1, shape).astype(np.float32) for s in CELLS[cell].signals}
    for name, values in signals.items():
        made[name] = np.asarray(values, np.float32)[:, None, :]
    top_probs = np.sort(rng.dirichlet(np.ones(6), len(text))[:, :5].astype(np.float32), axis=1)[:, ::-1]
    next_prob = rng.uniform(0.01, 0.99, len(text)).astype(np.float32)
    next_rank = rng.integers(1, 9, len(text)).astype(np.int32)
    next_prob[-1:], next_rank[-1:] = np.nan, 0
    top = tuple(tuple(rng.choice(list(string.ascii_lowercase), 5, replace=False).tolist()) for _ in text)
    expected = Expectation(top, top_probs, next_prob, next_rank)
    return Traced(step, text, 0, unknown, (Reading("forward", tuple(text), made),), expected)


def drawn(
    text: str = "Some text.\nMore.",
    *,
    prompt: str = "",
    bits: float | list[float] = 0.0,
    step: int = 1200,
    run_id: int = 1,
    request_id: int | None = None,
    unknown: Iterable[int] = (),
    unknown_words: int = 0,
    sampling: Sampling | None = None,
) -> Answered[Sampled]:
    """A sample of `prompt` and `text`; `bits` is the surprise at each character of `text`, or at all of them."""
    whole = prompt + text
    surprise = np.zeros(len(whole), np.float32)
    surprise[len(prompt) :] = np.asarray(bits) * np.log(2)
    surprise[: min(1, len(prompt))] = np.nan
    how = sampling or Sampling()
    drawn = Sampled(step, prompt, whole, surprise, surprise[len(prompt) :], how, 1, tuple(unknown), unknown_words)
    return Answered(run_id, Sample(prompt, how), drawn, request_id)


# What has no key of its own in the playground, for tests of a pane alone: name, what it does.
def _keys(acts: dict[str, Callable[[Any], object]]) -> tuple[KeyCommand[Any], ...]:
    return tuple(KeyCommand(key, key, act, key, key, _nothing_read) for key, act in acts.items())


def _nothing_read(pane: Any) -> str:
    """As of the keys of the gates: only a text to read can be typed before one was read."""
    return "nothing was read" if isinstance(pane, GatesPane) and pane.focus_on.trace is None else ""


GATES_KEYS = (
    KeyCommand("x", "x", lambda pane: pane.edit_probe(), "x", "x"),
    *_keys(
        {
            "g": lambda pane: pane.choose(lambda focus: focus.step_signal(1)),
            "G": lambda pane: pane.choose(lambda focus: focus.step_signal(-1)),
            "l": lambda pane: pane.choose(lambda focus: focus.step_layer(1)),
            "L": lambda pane: pane.choose(lambda focus: focus.step_layer(-1)),
            "o": lambda pane: pane.choose(lambda focus: focus.order.step(), from_the_top=True),
            "T": lambda pane: pane.toggle_view(),
        }
    ),
)
SAMPLE_KEYS = _keys(
    {
        "p": lambda pane: pane.prompt(),
        "h": lambda pane: pane.hold(),
        "greater_than_sign": lambda pane: pane.change_sampling("temperature", 1),
        "less_than_sign": lambda pane: pane.change_sampling("temperature", -1),
        "k": lambda pane: pane.change_sampling("top_k", 1),
        "K": lambda pane: pane.change_sampling("top_k", -1),
        "P": lambda pane: pane.change_sampling("top_p", 1),
        "z": lambda pane: pane.change_sampling("length", 1),
        "Z": lambda pane: pane.change_sampling("length", -1),
    }
)


class PaneApp(App[None]):
    """One pane alone in a terminal of true colour; `keys` are forwarded to it as the screen does."""

    def __init__(self, pane: Widget, *, dark: bool = True, keys: tuple[KeyCommand[Any], ...] = ()) -> None:
        super().__init__()
        self.pane, self._heard, self._dark = pane, list[Message](), dark
        self._keys = by_key(keys)

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = (DARK if self._dark else LIGHT).name
        self.pane.focus()

    def on_key(self, event: Key) -> None:
        if not isinstance(self.focused, Input):
            press(event, self._keys, self.pane)

    def opened(self, width: int = 80, height: int = 16) -> AbstractAsyncContextManager[Pilot[None]]:
        """The app running in a terminal of this size."""
        return self.run_test(size=(width, height), message_hook=self._heard.append)

    def heard(self, kind: type[Heard]) -> list[Heard]:
        """The messages of one kind that were posted, oldest first."""
        return list(dict.fromkeys(message for message in self._heard if isinstance(message, kind)))


def cells_of(strip: Strip) -> list[tuple[str, Style]]:
    """(text, style) of each cell of a line; the second cell of a wide character holds ''."""
    cells: list[tuple[str, Style]] = []
    for text, style, _ in strip:
        for ch in text:
            cells += [(ch, style or Style())] + [("", style or Style())] * (cell_len(ch) - 1)
    return cells


def screen_text(app: App[Any]) -> str:
    """Everything that is on the screen, line by line."""
    lines = "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())
    return lines.translate(str.maketrans("┏━┓┃┗┛", "╭─╮│╰╯"))  # the heavy frame of the focus reads like any other


def by_index() -> GatesPane:
    """A pane whose rows are the units in index order, the cursor out of the way in the first character of the last unit."""
    pane = GatesPane()
    pane.focus_on.order.by = "index"
    pane.focus_on.choose_signal("f")
    pane.focus_on.put(0, 10_000)
    return pane


def map_line(pane: GatesPane, y: int) -> list[tuple[str, Color | None, Color | None]]:
    """(character, colour, ground) of each cell of the heatmap's line y, right of the units' numbers."""
    cells = cells_of(pane.query_one(HeatMap).render_line(y))
    return [(text, style.color, style.bgcolor) for text, style in cells[GUTTER:]]


def captions(pane: Widget) -> str:
    """The title and the legend in the border."""
    return f"{pane._border_title} {pane._border_subtitle}"


def colour_of(value: float, low: float, high: float, kind: Kind = "sequential") -> Color:
    """What a value must look like, by the definition of a level."""
    level = round((min(max(value, low), high) - low) / (high - low) * (LEVELS - 1))
    return TRUE_COLOUR.colours(kind)[level]


def halves(cell: tuple[str, Color | None, Color | None]) -> tuple[Color | None, Color | None]:
    """The colours of the upper and of the lower half of a cell."""
    text, colour, ground = cell
    return (colour, ground) if text == "▀" else (ground, ground)
