"""What a person looks at, the same in all workspaces. Views read it and write it, and know no other view."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_rnn.insight.trace import Traced


@dataclass
class Selection:
    """signal: its letter, as asked for; a cell that has no such signal shows h. layer: from 0. reading: the direction or part
    of the network, by name. position: a place in the text that is read. unit: of the layer. None: nobody has chosen one yet.
    range: the first and the last selected symbol. text: what a person typed to read, None: what validates, of which `example`
    is meant where there are examples.

    frozen: what each run showed at the step at which its weights were frozen; None: the weights are live.
    """

    signal: str = "f"
    signal_chosen: bool = False  # by a person; until then the one that varies most is shown
    layer: int = 0
    reading: str = "forward"
    position: int | None = None
    unit: int | None = None
    range: tuple[int, int] | None = None
    text: str | None = None
    example: int = 0
    frozen: dict[int, Traced] | None = field(default=None)

    def freeze(self, traces: dict[int, Traced]) -> None:
        """Look at the weights behind these traces from now on, while training goes on."""
        self.frozen = dict(traces)

    def thaw(self) -> None:
        """Look at the live weights again."""
        self.frozen = None

    def trace_of(self, run_id: int, newest: Traced | None) -> Traced | None:
        """What is to be shown of a run: what was frozen, as long as the same text is read; else the newest."""
        if self.frozen is None or newest is None:
            return newest
        kept = self.frozen.get(run_id)
        if kept is None or kept.text != newest.text or kept.step > newest.step:  # another text; or the run began anew
            self.frozen[run_id] = kept = newest
        return kept
