"""The settings of the desk: how tokens are drawn, how many, and the second writer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from tui_rnn.tui.settings import ViewSetting, following
from tui_rnn.tui.views import sampling
from tui_rnn.tui.views.desk.beside import Other

if TYPE_CHECKING:
    from tui_rnn.tui.views.desk.pane import DeskPane

AMOUNTS = (10, 20, 50, 100, 200, 400, 800)
Value = TypeVar("Value")


def settings(desk: DeskPane) -> Sequence[ViewSetting]:
    writing = desk.writing

    def step_amount(by: int) -> None:
        desk.amount = AMOUNTS[max(0, min(len(AMOUNTS) - 1, AMOUNTS.index(desk.amount) + by))]

    return (
        *(one for one in sampling.settings(writing) if one.name != "length"),
        ViewSetting("seed", lambda: f"{writing.seed}", writing.change_seed, "the same seed draws the same at the same place"),
        ViewSetting("write on", lambda: f"{desk.amount} tokens", step_amount, "how many tokens the key N draws"),
        _beside(
            desk,
            "beside: temperature",
            "a second writer from the same text and seed, at this temperature",
            lambda: sampling.TEMPERATURES,
            lambda other: other.temperature,
            lambda value: Other(temperature=value),
            lambda value: f"{value:g}",
            "",
        ),
        _beside(
            desk,
            "beside: run",
            "a second writer from the same text and seed: this run",
            lambda: desk.places.other_runs,
            lambda other: other.run_id,
            lambda value: Other(run_id=value),
            desk.places.name_of,
            "there is no other run: a in Train adds one",
        ),
        _beside(
            desk,
            "beside: moment",
            "a second writer from the same text and seed: this run as it was after this step",
            lambda: desk.places.other_moments,
            lambda other: other.moment,
            lambda value: Other(moment=value),
            lambda value: f"step {value:,}",
            "no other moment of this run is kept yet",
        ),
    )


def _beside(
    desk: DeskPane,
    name: str,
    help: str,
    values: Callable[[], Sequence[Value]],
    value_of: Callable[[Other], Value | None],
    other_of: Callable[[Value], Other],
    told: Callable[[Value], str],
    nothing: str,
) -> ViewSetting:
    """One way to have a second writer; it ends the other ways."""

    def now() -> Value | None:
        return value_of(desk.beside.other) if desk.beside.other is not None else None

    def step(by: int) -> None:
        chosen = following([None, *values()], now(), by)
        desk.write_beside(None if chosen is None else other_of(chosen))

    def value() -> str:
        chosen = now()
        return "off" if chosen is None else told(chosen)

    return ViewSetting(name, value, step, help, lambda by: "" if values() else nothing)
