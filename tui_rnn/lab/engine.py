"""What the playground needs from an engine, wherever it computes."""

from __future__ import annotations

from typing import Protocol

from tui_rnn.lab.messages import Command, Event, Snapshot


class Engine(Protocol):
    """Takes commands, and reports the state of the runs. Every method but `close` returns at once."""

    @property
    def alive(self) -> bool:
        """False if it has ended and all its messages can be read from `events`."""

    def send(self, command: Command) -> None:
        """Send a command. A dead engine never gets it."""

    def latest(self) -> Snapshot | None:
        """The newest state of all runs; None before the first."""

    def events(self) -> list[Event]:
        """What happened since the last call, in order."""

    def close(self, timeout_s: float = 0.0) -> None:
        """End it: it has so much time to save and end by itself."""
