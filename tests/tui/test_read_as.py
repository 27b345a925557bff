"""The same data can be opened anew, read as other tokens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import command, playground
from tui_rnn.data.request import TOKENS, DataRequest, SourceFiles
from tui_rnn.kinds import KINDS
from tui_rnn.lab.messages import DataOpened, Event, OpenData
from tui_rnn.tui.workspaces.of_data import DATA_COMMANDS, READ_AS


class OfFile(FakeEngine):
    """It says by which request the data can be opened again."""

    def emit(self, *events: Event) -> None:
        super().emit(*map(asked_for, events))


def asked_for(event: Event) -> Event:
    if not isinstance(event, DataOpened):
        return event
    kind = KINDS[event.kind]
    request = DataRequest(SourceFiles("tale.txt"), kind.task, "lines" if kind.draws_items else None, event.tokens)
    return replace(event, request=request)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_a_task_can_read_is_offered_and_what_it_reads_is_not(kind: str) -> None:
    async with playground(OfFile(kind)) as lab:
        screen = lab.app.lab
        assert screen.state.corpus is not None
        now = screen.state.corpus.tokens
        offered = {tokens for tokens, one in zip(READ_AS, DATA_COMMANDS, strict=True) if not one.why_not(screen)}

        assert set(TOKENS) == READ_AS.keys()
        assert offered == set(KINDS[kind].tokens) - {now}


async def test_words_are_read_from_the_same_data_with_new_runs() -> None:
    async with playground(OfFile("classify")) as lab:
        assert lab.app.lab.state.corpus is not None
        request = lab.app.lab.state.corpus.request
        assert request is not None
        command("Read words")(lab)

        asked = lab.engine.sent_of(OpenData)[-1]
        assert (asked.request.tokens, asked.request.files, asked.configs) == ("word", request.files, None)
