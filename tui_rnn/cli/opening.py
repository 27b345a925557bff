"""Opens data, and shows the progress where that takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_rnn.cli.output import PATIENCE_S, telling
from tui_rnn.data.sources import in_brief
from tui_rnn.display import visible

if TYPE_CHECKING:
    from tui_rnn.data.opening import Data, Part
    from tui_rnn.data.request import DataRequest, SourceFiles
    from tui_rnn.data.symbols import Symbols


def open_visibly(request: DataRequest, symbols: Symbols | None = None) -> Data:
    """data.opening.open_data; if it takes long, a terminal shows the progress."""
    from tui_rnn.data.opening import open_data

    with telling(_opening(request.files.source), PATIENCE_S) as show:
        return open_data(request, show, symbols)


def read_visibly(files: SourceFiles, symbols: Symbols) -> tuple[Part, tuple[str, ...]]:
    """data.opening.read_part, with the same line of progress."""
    from tui_rnn.data.opening import read_part

    with telling(_opening(files.source), PATIENCE_S) as show:
        return read_part(files, symbols, show)


def _opening(source: str) -> str:
    return f"opening {visible(in_brief(source))}"
