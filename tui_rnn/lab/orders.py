"""What the lab gives a run: what it needs from its surroundings, and orders that no screen can send."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_rnn.lab.messages import Event, Landmark

if TYPE_CHECKING:
    from tui_rnn.training.checkpoint import Checkpoint


@dataclass(frozen=True)
class End:
    """The last order to a run. announce: whether the screen gets a message that the run is gone."""

    save: bool
    announce: bool


@dataclass(frozen=True)
class Copy:
    """A copy of the run between two steps; `found` gets it, or the reason why there is none."""

    found: Future[Checkpoint]

    def carry_out(self, copy: Callable[..., Checkpoint], *arguments: object) -> None:
        """Copy; the thread that waits also hears why it failed: there may be no memory for it."""
        try:
            self.found.set_result(copy(*arguments))
        except Exception as error:
            self.found.set_exception(error)


@dataclass(frozen=True)
class Surroundings:
    """What a run needs from the lab."""

    emit: Callable[[Event], None]
    later: Callable[[Callable[[], None]], Future[None]]  # done on another thread, one after another
    threads: Callable[[], int]  # how many threads a run may use now
    trains: Callable[[], None]  # called again and again, from the first step on
    landmarks: Callable[[], tuple[Landmark, ...]]  # what counting gets, as far as it is known
