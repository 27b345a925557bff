"""The selection in the form that pages ask and draw with."""

from __future__ import annotations

from tui_rnn.kinds import KINDS
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.state import LabState
from tui_rnn.tui.views.gates_focus import Focus
from tui_rnn.tui.views.pages.page import Standing


def standing(focus: Focus, run: RunState | None, called: str, state: LabState | None) -> Standing | None:
    """The selection in this run, under this name; None until the held weights have read the text."""
    selection = focus.selection
    if run is None or focus.trace is None or run.run_id not in selection.settled:
        return None
    position, unit = focus.pinned
    return Standing(
        kind=KINDS[run.config.kind],
        run_id=run.run_id,
        run_name=called,
        config=run.config,
        step=focus.trace.step,
        moments=run.snapshot.moments if run.snapshot else (),
        trace=focus.trace,
        typed=selection.text,
        example=selection.example,
        reading=focus.reading,
        position=position,
        layer=focus.layer,
        signal=focus.signal,
        unit=unit,
        range=selection.range,
        number=state.number_of(run.run_id) if state else 1,
        tracks=state.corpus.tracks if state and state.corpus else "",
    )
