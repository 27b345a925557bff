"""What a person looks at, the same in all workspaces. Views read it and change it, and know no other view."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_rnn.insight.trace import Traced

BEFORE = 500  # symbols that a network reads before a place that a person goes to: most networks depend on far fewer


@dataclass
class Selection:
    """signal: the chosen letter; a cell without this signal shows h. layer: from 0. reading: the direction or part of the
    network, by name. position: a place in the text. unit: of the layer. None: nobody has chosen one yet. range: the first and
    the last selected symbol. text: typed by a person; None: the validation part, or its `example` if it has examples. start:
    the symbol of a running text where reading begins; places count from there.

    at_step: the kept moment that a person looks at; None: the weights when they were frozen. steps: run → the step of its held
    weights. frozen: run → the trace of held weights. settled: the runs whose trace is of the present weights and text.
    """

    signal: str = "f"
    signal_chosen: bool = False  # by a person; until then the screen shows the one that varies most
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
        """Let the networks read this text from now on, from its beginning."""
        self.text, self.start = text, 0

    def go_to(self, place: int) -> None:
        """Select this symbol of a running text; reading begins a little before it."""
        self.start = max(0, place - BEFORE)
        self.position, self.range = place - self.start, None

    def thaw(self) -> None:
        """Hold no weights."""
        self.at_step = None
        self.steps.clear()
        self.frozen.clear()
        self.settled.clear()

    def trace_of(self, run_id: int, newest: Traced | None) -> Traced | None:
        """The trace to show of a run: of its held weights; until that comes, of the weights of now."""
        return self.frozen.get(run_id, newest)
