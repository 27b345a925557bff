"""Whether the network is healthy: how often each unit's gate is shut and open, as points, and all else in sentences."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import numpy as np
from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.health import Health, Healthy
from tui_rnn.insight.saturation import OPEN, SHUT, GateUse, StateUse
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.views.pages.page import Page, Pick, Room, Row, Standing, cut, muted
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.scatter import dots

_SCATTER_WIDTH, _SCATTER_HEIGHT = 30, 8
_LISTED = 7


class HealthPage(Page):
    """The scatter of one gate, then every finding."""

    name = "health"
    asks = Health
    guide = Help(
        "how much of the time each unit's gate is nearly shut (below .1) or nearly open (above .9), dead units, the gradient, "
        "clipped steps, updates, and how long U and the gates keep a state",
        "a point is a unit: at the right its gate is always open, at the top always shut; near the lower left corner the gate "
        "decides at each step. A gate that never moves decides nothing",
        "compare the forget gates now with those of step 0: some should have moved to the right",
        "shut: share of t with f_t < .1;  open: share of t with f_t > .9",
    )

    def __init__(self) -> None:
        self._gate = 0

        self.settings = (ViewSetting("gate", lambda: "next", self._step_gate, "which gate's points are shown, of which layer"),)

    def _step_gate(self, by: int) -> None:
        self._gate += by

    def question(self, at: Standing) -> Health:
        return Health()

    def caption(self, answer: Healthy, at: Standing) -> str:
        over = f"over {answer.read}" if answer.read else f"no text: {answer.not_read}"
        return f"{visible(over)} · a point is a unit · v: another gate · Enter on a unit selects it"

    def rows(self, answer: Healthy, at: Standing, room: Room) -> Sequence[Row]:
        told = [row for one in answer.findings for row in _finding(one.about, one.told, one.to_try, room.width)]
        if not answer.gates:
            return told
        return [*_scatter(answer.gates[self._chosen(answer, at) % len(answer.gates)], room), *told, *_units(answer.states)]

    def _chosen(self, answer: Healthy, at: Standing) -> int:
        """The gate that the map shows, or the first one, and as many steps further as the setting says."""
        shown = [k for k, one in enumerate(answer.gates) if (one.name, one.layer) == (at.signal.name, at.layer + 1)]
        return (shown[0] if shown else 0) + self._gate


def _scatter(gate: GateUse, room: Room) -> Iterator[Row]:
    where = f"layer {gate.layer}" + ("" if gate.direction == "forward" else f", {gate.direction}")
    yield Row(Content.assemble(("gate ", ""), (gate.name, "bold"), f" of {where}: {len(gate.mean)} units").truncate(room.width))
    picture = dots(gate.open, gate.shut, _SCATTER_WIDTH, _SCATTER_HEIGHT)
    beside = [
        *_most(gate, gate.open, f"above {OPEN} most of the time"),
        *_most(gate, gate.shut, f"below {SHUT} most of the time"),
    ]
    lines = max(_SCATTER_HEIGHT, len(beside))
    for k in range(lines):
        axis = {0: "1 shut ", _SCATTER_HEIGHT - 1: "0      "}.get(k, "       ")
        drawn = picture[k] if k < _SCATTER_HEIGHT else " " * _SCATTER_WIDTH
        told, pick = beside[k] if k < len(beside) else (Content(""), None)
        content = Content.assemble((axis, "$text-muted"), ("│", "$text-muted"), (drawn, "$primary"), "  ", told)
        yield cut(content, room, pick)
    yield muted(f"       └0{'─' * (_SCATTER_WIDTH - 7)}open 1", room)


def _most(gate: GateUse, shares: np.ndarray, title: str) -> list[tuple[Content, Pick | None]]:
    most = np.argsort(-shares, kind="stable")[: (_SCATTER_HEIGHT - 2) // 2].tolist()
    found: list[tuple[Content, Pick | None]] = [(Content.styled(title, "$text-muted"), None)]
    for unit in most:
        told = f"unit {unit:>3}  {shares[unit]:>6.1%}  mean {gate.mean[unit]:.2f}"
        found.append((Content(told), Pick(unit=unit, layer=gate.layer - 1, signal=gate.name, reading=_reading(gate))))
    return found


def _reading(gate: GateUse | StateUse) -> str | None:
    return None if gate.direction == "forward" else gate.direction


def _finding(about: str, told: str, to_try: str, width: int) -> Iterator[Row]:
    first, *rest = textwrap.wrap(visible(f"{about}: {told}"), max(20, width), subsequent_indent="  ")
    head, _, tail = first.partition(":")
    yield Row(Content.assemble((head + ":", "bold"), tail))
    yield from (Row(Content(line)) for line in rest)
    if to_try:
        for line in textwrap.wrap(f"→ try {visible(to_try)}", max(20, width), initial_indent="  ", subsequent_indent="    "):
            yield Row(Content.styled(line, "$text-warning"))


def _units(states: Sequence[StateUse]) -> Iterator[Row]:
    """A row for each dead or stuck unit, to select it."""
    for state in states:
        for unit in (*state.dead.tolist()[:_LISTED], *state.stuck.tolist()[:_LISTED]):
            what = "dead" if unit in state.dead else "stuck"
            pick = Pick(unit=unit, layer=state.layer - 1, signal=state.name, reading=_reading(state))
            yield Row(Content(f"unit {unit} of layer {state.layer} is {what}"), pick)


PAGE = HealthPage
