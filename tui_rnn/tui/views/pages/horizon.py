"""How far back: the gradient and the loss by distance, of all runs in one chart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.style import Style
from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.horizon import Horizon, HorizonFound
from tui_rnn.insight.surprise import BITS
from tui_rnn.tui.run_colours import run_colour
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing, cut
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.page import Line
from tui_rnn.tui.widgets.sign_chart import Axis, Curve, chart

_BY_CONTEXT = "loss by context"
_DECADES = 8
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_FEWEST_ROWS = 7


Found = tuple[int, str, HorizonFound]
"""The number of a run's key, its name, and what was found."""


class HorizonPage(Page):
    """The chart, and a line for each run."""

    name = "how far back"
    asks = Horizon
    compares = True
    guide = Help(
        "how much symbols further and further back still change the next prediction: the mean norm of the gradient of its "
        "log-probability by the input so many symbols before, divided by the largest; and the loss with only so much context",
        "a line that falls steeply is the vanishing gradient; 1/e and 1%: the distance at which it has fallen to that share; "
        "where the loss is flat, more context changes nothing",
        "v shows the loss by context: is the loss lower as far back as the gradient reaches?",
        "‖∂ ln ŷ_t[w_t+1] / ∂ e_t−n‖",
    )

    def __init__(self) -> None:
        self._shown = Cycle("gradient", "state gradient", _BY_CONTEXT)
        self._reach = Cycle(50, 100, 200, 400, 1000, start=200)
        self.settings = (
            self._shown.setting("shown", "the gradient by the inputs, by the states, or the loss"),
            self._reach.setting("reach", "how many symbols back", "{:,}".format),
        )

    def question(self, at: Standing) -> Horizon:
        return Horizon(reach=self._reach.now, windows=200)

    def caption(self, answer: HorizonFound, at: Standing) -> str:
        loss = self._shown.now == _BY_CONTEXT
        what = f"bits/{answer.per} with so much context" if loss else f"{self._shown.now}, of its largest"
        others = "the other runs are being asked …" if at.others_asked else "Enter asks again"
        return f"{what}, by symbols back (log) · {answer.windows} places in {answer.of:,} · v: what is shown · {others}"

    def rows(self, answer: HorizonFound, at: Standing, room: Room) -> Sequence[Row]:
        runs: list[Found] = [(at.number, at.run_name, answer)]
        for other in at.others:
            if isinstance(other.answer, HorizonFound):
                runs.append((other.number, other.name, other.answer))
        runs.sort(key=lambda run: run[0])
        told = [cut(line, room) for line in _table(runs)]
        lines = self._chart(runs, room, max(_FEWEST_ROWS, room.height - len(told) - 1))
        return [*(Row(line) for line in lines), Row(Content("")), *told]

    def _chart(self, runs: list[Found], room: Room, height: int) -> list[Line]:
        reach = max(int(found.distance[-1]) for _, _, found in runs)
        x = Axis(0.0, float(np.log(reach)), [(float(np.log(n)), str(n)) for n in _TICKS if n <= reach])
        curves, y = self._loss(runs, room) if self._shown.now == _BY_CONTEXT else self._gradient(runs, room)
        return chart(curves, x, y, room.width, height, room.paint.quiet)

    def _gradient(self, runs: list[Found], room: Room) -> tuple[list[Curve], Axis]:
        curves = []
        for number, _, found in runs:
            values = found.gradient if self._shown.now == "gradient" else found.state_gradient
            with np.errstate(divide="ignore", invalid="ignore"):
                y = np.log10(values / values.max())
            curves.append(Curve(np.log(found.distance), y, _sign(number), _style(number, room)))
        words = {0: "1", -1: ".1", -2: "1%", **{-k: f"1e-{k}" for k in range(3, _DECADES + 1)}}
        return curves, Axis(float(-_DECADES), 0.0, [(float(at), word) for at, word in words.items() if at % 2 == 0])

    def _loss(self, runs: list[Found], room: Room) -> tuple[list[Curve], Axis]:
        curves = [
            Curve(np.log(found.distance), found.loss_by_context_nats / BITS, _sign(number), _style(number, room))
            for number, _, found in runs
        ]
        low = min(float(np.nanmin(curve.y)) for curve in curves)
        high = max(low + 0.1, *(float(np.nanmax(curve.y)) for curve in curves))
        return curves, Axis(low, high, [(at, f"{at:.2f}") for at in (low, (low + high) / 2, high)])


def _sign(number: int) -> str:
    return str(number) if number < 10 else "•"


def _style(number: int, room: Room) -> Style:
    return Style(color=run_colour(number, room.paint), bold=True) if room.paint.depth != "none" else Style(bold=True)


def _table(runs: list[Found]) -> list[Content]:
    names = [visible(name.removeprefix(f"{number} ")) for number, name, _ in runs]
    wide = max(map(len, names))
    head = f"  {'':<{wide}}  gradient 1/e    1%   context 1/e    1%   bits with all   step"
    lines = [Content.styled(head, "$text-muted")]
    for (number, _, found), name in zip(runs, names, strict=True):
        values = (found.to_1_e, found.to_1_percent, found.context_to_1_e, found.context_to_1_percent)
        e, percent, context_e, context_percent = (f">{len(found.distance)}" if n is None else str(n) for n in values)
        told = f" {name:<{wide}}  {e:>12} {percent:>5}  {context_e:>12} {context_percent:>5}"
        lines.append(Content.assemble((_sign(number), "bold"), f"{told}  {found.loss_nats / BITS:>14.3f}  {found.step:>5,}"))
    return lines


PAGE = HorizonPage
