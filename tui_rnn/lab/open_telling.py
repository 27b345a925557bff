"""Opens data for the lab, and tells the screen the progress."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tui_rnn.data.opening import Data, open_data
from tui_rnn.data.request import DataRequest
from tui_rnn.data.sources import in_brief
from tui_rnn.data.symbols import Symbols
from tui_rnn.lab.messages import Event, Working

PROGRESS_S = 0.1
SLOW_S = 0.3  # the screen shows the progress of an opening that takes longer


class Cancelled(Exception):
    """The screen asked for other data, or for the end."""


def open_telling(
    emit: Callable[[Event], None], cancelled: threading.Event, request: DataRequest, symbols: Symbols | None = None
) -> Data:
    """Open data and tell the progress. Raises InputError, or Cancelled if `cancelled` is set meanwhile."""
    what, shown_at = f"opening {in_brief(request.files.source)}", time.monotonic()
    told = threading.Event()

    def tell(done: int, total: int) -> None:
        told.set()
        emit(Working(what, done, total))

    def begin() -> None:
        if not told.is_set():  # examples are read in one go, without progress
            tell(0, 1)

    def progress(done: int, total: int) -> None:
        nonlocal shown_at
        if cancelled.is_set():
            raise Cancelled
        if time.monotonic() > shown_at + PROGRESS_S and done < total:
            shown_at = time.monotonic()
            tell(done, total)

    slow = threading.Timer(SLOW_S, begin)
    slow.daemon = True
    slow.start()
    try:
        data = open_data(request, progress, symbols)
    finally:
        slow.cancel()
        slow.join()
        if told.is_set():
            emit(Working(what, 1, 1))
    if cancelled.is_set():
        raise Cancelled
    return data
