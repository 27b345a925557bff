"""Questions put to saved runs that are not in the lab: each is loaded, asked and let go, beside the training, one at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tui_rnn.data.opening import Data
from tui_rnn.errors import TuiRnnError
from tui_rnn.insight.question import Cancelled, Progress, Subject
from tui_rnn.lab.messages import NO_RUN, Answered, AskFile, AskProgress, CancelAsk, Event, Unanswered
from tui_rnn.lab.priority import step_back

if TYPE_CHECKING:
    from tui_rnn.training.checkpoint import Checkpoint

PROGRESS_S = 0.1


class FileAsker:
    """`handle` returns at once. What comes of a question is sent with the run NO_RUN."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._slow = ThreadPoolExecutor(1, "file asker", initializer=step_back)  # starts at its first use
        self._under_way: dict[int, threading.Event] = {}  # request → set: nobody waits for it any more

    def handle(self, command: AskFile | CancelAsk, data: Data | None) -> None:
        """Begin to answer, or let go of a question that nobody waits for. data: what the lab has open, which need not be opened
        again for a run that learnt from it."""
        if isinstance(command, AskFile):
            cancelled = self._under_way[command.request_id] = threading.Event()
            self._slow.submit(self._work, command, data, cancelled)
        elif waiting := self._under_way.get(command.request_id):
            waiting.set()

    def close(self) -> None:
        """Take no more questions."""
        for cancelled in list(self._under_way.values()):
            cancelled.set()
        self._slow.shutdown(wait=False)

    def _work(self, ask: AskFile, data: Data | None, cancelled: threading.Event) -> None:
        # they load the compiler: not before they are wanted
        from tui_rnn.lab.asking import answered

        try:
            go_on = self._go_on(ask, cancelled)
            go_on(0, 0)
            found, reason = answered(_subject(Path(ask.path), data), ask.question, go_on)
        except Cancelled:
            found, reason = None, ""
        except (TuiRnnError, MemoryError, OSError) as error:
            found, reason = None, str(error) or "out of memory"
        self._under_way.pop(ask.request_id, None)
        if found is None:
            self._emit(Unanswered(NO_RUN, ask.request_id, ask.question, reason))
        else:
            self._emit(Answered(NO_RUN, ask.question, found, ask.request_id))

    def _go_on(self, ask: AskFile, cancelled: threading.Event) -> Progress:
        told_at = -PROGRESS_S

        def progress(done: int, total: int) -> None:
            nonlocal told_at
            if cancelled.is_set():
                raise Cancelled
            now = time.monotonic()
            if total and now >= told_at + PROGRESS_S:
                told_at = now
                self._emit(AskProgress(NO_RUN, ask.request_id, done, total))

        return progress


def _subject(path: Path, data: Data | None) -> Subject:
    """A saved run, to be asked on one thread. Raises InputError where the file is no run, or its data are gone."""
    from tui_rnn.training import checkpoint as checkpoints
    from tui_rnn.training.networks import new_network
    from tui_rnn.training.same_data import own_data, same_data
    from tui_rnn.training.subjects import saved_subject

    checkpoint: Checkpoint = checkpoints.read(path)
    network = new_network(checkpoint.facts.config, checkpoint.symbols)
    network.load_arrays(checkpoint.network)
    if data is not None and same_data(data, checkpoint.facts) and data.symbols.vocabulary == checkpoint.symbols.vocabulary:
        opened = data
        return saved_subject(checkpoint, network, lambda: opened, None, threads=1)
    return saved_subject(checkpoint, network, lambda: own_data(checkpoint.facts.data, checkpoint.symbols), None, threads=1)
