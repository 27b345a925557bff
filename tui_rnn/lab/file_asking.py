"""Questions about saved runs that are not in the lab: each run is loaded, asked and forgotten, beside the training, one at a
time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tui_rnn.data.opening import Data
from tui_rnn.insight import registry
from tui_rnn.insight.question import Progress, Subject
from tui_rnn.lab.asking import Asker, Outcome, outcome
from tui_rnn.lab.messages import NO_RUN, AskFile, CancelAsk, Event


class FileAsker:
    """`handle` returns at once. The outcome of a question is sent with the run NO_RUN."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._asker = Asker(NO_RUN, emit)
        self.close = self._asker.close

    def handle(self, command: AskFile | CancelAsk, data: Data | None) -> None:
        """Begin to answer a question, or cancel it. data: what the lab has open, which need not be opened again for a run that
        learnt from it."""
        if isinstance(command, CancelAsk):
            self._asker.cancel(command.request_id)
            return
        path, question = Path(command.path), command.question

        def answer(progress: Progress) -> Outcome:
            return outcome(lambda: registry.answer(_subject(path, data), question, progress))

        self._asker.begin_request(command, answer)


def _subject(path: Path, data: Data | None) -> Subject:
    """A saved run, to be asked on one thread. Raises InputError if the file is not a run, or its data are gone."""
    # imported here, since they load the compiler
    from tui_rnn.training import checkpoint as checkpoints
    from tui_rnn.training.networks import new_network
    from tui_rnn.training.same_data import own_data, same_data
    from tui_rnn.training.subjects import saved_subject

    checkpoint = checkpoints.read(path)
    network = new_network(checkpoint.facts.config, checkpoint.symbols)
    network.load_arrays(checkpoint.network)
    if data is not None and same_data(data, checkpoint.facts) and data.symbols == checkpoint.symbols:
        opened = data
        return saved_subject(checkpoint, network, lambda: opened, None, threads=1)
    return saved_subject(checkpoint, network, lambda: own_data(checkpoint.facts.data, checkpoint.symbols), None, threads=1)
