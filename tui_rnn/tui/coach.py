"""Which of the coach's remarks is on the screen: at most one, about the shown run, and none twice. No widgets, no engine."""

from __future__ import annotations

from tui_rnn.insight.coach import OF_THE_DATA
from tui_rnn.insight.remark import Remark
from tui_rnn.tui.run_state import RunState

_Said = tuple[int | None, str]  # the run, None: its data; the rule


class CoachState:
    """Knows which remarks were shown, and chooses the next."""

    def __init__(self) -> None:
        self._said: set[_Said] = set()
        self._shown: _Said | None = None
        self._heard: tuple[Remark, ...] = ()  # the run's remarks at the last look
        self._quiet = False  # a person has just hidden one: say nothing until there is news

    def now(self, run: RunState | None) -> Remark | None:
        """The remark to show about this run."""
        if run is None:
            return None
        if run.remarks is not self._heard:
            self._heard, self._quiet = run.remarks, False
        if self._quiet:
            return None
        keys = [(_key(run, one), one) for one in run.remarks]
        if self._shown is not None and self._shown[0] in (None, run.run_id) and self._shown not in dict(keys):
            self._said.add(self._shown)  # it was shown, and is no longer true
        key, found = next(((key, one) for key, one in keys if key not in self._said), (None, None))
        self._shown = key
        return found

    def dismiss(self) -> None:
        """Hide the shown remark."""
        if self._shown is not None:
            self._said.add(self._shown)
            self._shown, self._quiet = None, True


def _key(run: RunState, remark: Remark) -> _Said:
    return None if remark.name in OF_THE_DATA else run.run_id, remark.name
