"""A text as a saved run reads it: what happens inside, and what comes out, as lines, records and files."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import signals_named
from tui_rnn.cli import heatmap
from tui_rnn.cli.heatmap import Panel
from tui_rnn.display import counted, counted_tokens
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from tui_rnn.insight.answers import Reading
    from tui_rnn.insight.trace import Traced
    from tui_rnn.training.run import Run

LONGEST_PICTURE = 2000  # symbols
TITLE_CHARS = 60  # how much of the text a title has


class Inspection(ABC):
    """name: the network's. symbols (T,): what was read. readings: the signals of each direction."""

    def __init__(self, name: str, text: str, symbols: Sequence[str], readings: Sequence[Reading]) -> None:
        self.name, self.text, self.symbols, self.readings = name, text, tuple(symbols), tuple(readings)

    @abstractmethod
    def records(self) -> Iterator[dict[str, Any]]:
        """Everything, for a script."""

    @abstractmethod
    def lines(self) -> Iterator[str]:
        """What came out, for a person, safe to show."""

    @abstractmethod
    def page(self, panels: list[Panel]) -> str:
        """An HTML page with these panels."""

    def more_arrays(self) -> dict[str, Any]:
        """What a .npz holds besides the signals and the text."""
        return {}

    def more_panels(self) -> list[Panel]:
        """Pictures besides the signals."""
        return []

    def file(self, suffix: str, signal: str | None = None, layer: int | None = None) -> bytes:
        """Everything as .npz, or a picture of the chosen signals and layer (from 1 on) as .svg, .png or .html."""
        if suffix == ".npz":
            return self._npz()
        if len(self.symbols) > LONGEST_PICTURE:
            found = counted(len(self.symbols), "symbol")
            raise InputError(f"the text has {found}, a picture holds {LONGEST_PICTURE:,}: write .npz instead")
        panels = self._panels(signal, layer)
        if suffix == ".png":
            return heatmap.png_page(panels)
        page = heatmap.svg_page(panels, self._title()) if suffix == ".svg" else self.page(panels)
        return page.encode("utf-8")

    def _title(self) -> str:
        """The network and what it read, or the beginning of that."""
        begun = self.text if len(self.text) <= TITLE_CHARS else f"{self.text[:TITLE_CHARS]}…"
        return f"{self.name}: {begun}"

    def _npz(self) -> bytes:
        """The signals by name, and `symbols`, which names their rows. If there are several readings, each name begins with the
        reading's name and a dot."""
        file, one = io.BytesIO(), len(self.readings) == 1
        arrays: dict[str, Any] = {"text": np.array(self.text)}
        for reading in self.readings:
            prefix = "" if one else reading.name.replace(" ", "_") + "."
            arrays |= {prefix + name: values for name, values in reading.signals.items()}
            arrays[f"{prefix}symbols"] = np.array(reading.symbols)
        np.savez_compressed(file, **arrays, **self.more_arrays())
        return file.getvalue()

    def _panels(self, signal: str | None, layer: int | None) -> list[Panel]:
        signals = signals_named(self.readings[0].signals)
        names = [one.name for one in signals]
        layers = self.readings[0].signals[names[0]].shape[1]
        if layer is not None and not 1 <= layer <= layers:
            raise InputError(f"--layer is {layer}, expected 1 to {layers}")
        if signal is not None and (not signal or set(signal) - set(names)):
            raise InputError(f"--signal is {signal!r}, expected letters from {' '.join(names)}")
        chosen = [one for one in signals if signal is None or one.name in signal]
        panels = [] if signal is not None else self.more_panels()
        for reading in self.readings:
            where = "" if len(self.readings) == 1 else reading.name
            for k in range(layers) if layer is None else (layer - 1,):
                panels += [Panel.of(one, k, reading.signals[one.name][:, k], reading.symbols, where) for one in chosen]
        return panels


def traced(run: Run, text: str, likeliest: int) -> Traced:
    """The whole text as the run reads it. Raises InputError if its trace would be too large."""
    from tui_rnn.insight.trace import Trace

    found = run.ask(Trace(text, likeliest=likeliest, whole=True))
    if found.left_out:
        read = len(found.readings[0].symbols) - (not run.kind.is_stream)
        whole = counted_tokens(read + found.left_out, run.vocabulary.kind)
        raise InputError(f"the text has {whole}, expected 1 to {read:,}")
    return found


def rounded(signals: dict[str, NDArray[np.float32]], position: int) -> dict[str, NDArray[np.float64]]:
    """The signals at a position, short enough for a line of JSON."""
    return {name: np.round(values[position].astype(float), 6) for name, values in signals.items()}


def inspect(run: Run, text: str) -> Inspection:
    """Let the run read `text`. Raises InputError if it is empty or too long."""
    from tui_rnn.cli.answer_inspection import INSPECTIONS
    from tui_rnn.cli.text_inspection import TextInspection

    if not text:
        raise InputError("the text is empty, expected at least one symbol")
    return INSPECTIONS[run.kind.name].of(run, text) if run.kind.answers else TextInspection.of(run, text)
