"""What the playground asks of an engine, wherever it computes."""

from __future__ import annotations

from typing import Protocol

from tui_rnn.lab.messages import Command, Event, Snapshot


class Engine(Protocol):
    """Takes commands, and says how the runs are. Every method returns at once, save `close`."""

    @property
    def alive(self) -> bool:
        """False when it has ended and all it said can be had from `events`."""

    def send(self, command: Command) -> None:
        """Hand a command over. To a dead engine it goes nowhere."""

    def latest(self) -> Snapshot | None:
        """The newest state of all runs; None before the first."""

    def events(self) -> list[Event]:
        """What happened since the last call, in order."""

    def close(self, timeout_s: float = 0.0) -> None:
        """End it: it may save and end by itself for so long."""
