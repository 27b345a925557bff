"""What a person looks at, the same in all workspaces. Views read it and write it, and know no other view."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_rnn.insight.trace import Traced

BEFORE = 500  # symbols that are read before a place that is gone to: far more than most networks depend on


@dataclass
class Selection:
    """signal: its letter, as asked for; a cell that has no such signal shows h. layer: from 0. reading: the direction or part
    of the network, by name. position: a place in the text that is read. unit: of the layer. None: nobody has chosen one yet.
    range: the first and the last selected symbol. text: what a person typed to read, None: what validates, of which `example`
    is meant where there are examples; start: the symbol of a running text from which on it is read, which places count from.

    at_step: the kept moment that is looked at, None: the weights of when they were frozen. steps: of each run, the step of the
    weights that are held, and frozen: what it does while it reads the text, at such a step. settled: the runs of which that is
    of these weights and this text, not of those before.
    """

    signal: str = "f"
    signal_chosen: bool = False  # by a person; until then the one that varies most is shown
    layer: int = 0
    reading: str = "forward"
    position: int | None = None
    unit: int | None = None
    range: tuple[int, int] | None = None
    text: str | None = None
    start: int = 0
    example: int = 0
    at_step: int | None = None
    steps: dict[int, int] = field(default_factory=dict)
    frozen: dict[int, Traced] = field(default_factory=dict)
    settled: set[int] = field(default_factory=set)

    def read(self, text: str | None) -> None:
        """Read this text from now on, from its beginning."""
        self.text, self.start = text, 0

    def go_to(self, place: int) -> None:
        """Read a running text from a little before this symbol on, and select it."""
        self.start = max(0, place - BEFORE)
        self.position, self.range = place - self.start, None

    def thaw(self) -> None:
        """Nothing is held any more."""
        self.at_step = None
        self.steps.clear()
        self.frozen.clear()
        self.settled.clear()

    def trace_of(self, run_id: int, newest: Traced | None) -> Traced | None:
        """What is to be shown of a run: of the weights that are held; until that is known, of those of now."""
        return self.frozen.get(run_id, newest)
