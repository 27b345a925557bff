"""The same data can be opened anew, read as other tokens."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import Input

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import command, playground
from tui_rnn.data.request import TOKENS, DataRequest, SourceFiles
from tui_rnn.kinds import KINDS
from tui_rnn.lab.messages import AddRun, DataOpened, Event, OpenData
from tui_rnn.tui.screens.run_form import Choice
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


async def test_what_a_task_can_read_is_offered_and_what_it_reads_is_not() -> None:
    assert set(TOKENS) == READ_AS.keys()
    async with playground(OfFile("lm")) as lab:
        screen = lab.app.lab
        opened = screen.state.corpus
        assert opened is not None
        for kind, now in ((one.name, now) for one in KINDS.values() for now in one.tokens):
            screen.state.corpus = replace(opened, kind=kind, tokens=now)
            offered = {tokens for tokens, one in zip(READ_AS, DATA_COMMANDS, strict=True) if not one.why_not(screen)}

            assert offered == set(KINDS[kind].tokens) - {now}, (kind, now)
        screen.state.corpus = opened


async def test_the_form_of_a_run_and_a_command_choose_what_is_read() -> None:
    async with playground(OfFile("classify")) as lab:
        assert lab.app.lab.state.corpus is not None
        request = lab.app.lab.state.corpus.request
        assert request is not None
        await lab.press("a")
        lab.app.screen.query_one("#tokens").focus()
        await lab.press("right", "left", "enter")
        assert len(lab.engine.sent_of(AddRun)) == 1, "a run that reads the same is added to the others"
        assert len(lab.engine.sent_of(OpenData)) == 1  # the first one

        await lab.press("a")
        assert "what the network reads" in lab.text
        lab.app.screen.query_one("#hidden_size", Input).value = "24"
        lab.app.screen.query_one("#tokens").focus()
        await lab.press("right")
        assert "Read words (Enter)" in lab.text
        await lab.press("enter")

        (asked,) = lab.engine.sent_of(OpenData)[1:]
        assert (asked.request.tokens, asked.request.files) == ("word", SourceFiles("tale.txt"))
        assert [config.hidden_size for config in asked.configs or ()] == [24]
        assert len(lab.engine.sent_of(AddRun)) == 1

        command("Read words")(lab)
        asked = lab.engine.sent_of(OpenData)[-1]
        assert (asked.request.tokens, asked.request.files, asked.configs) == ("word", request.files, None)


async def test_words_with_their_letters_need_an_embedding() -> None:
    async with playground(OfFile("tag")) as lab:
        await lab.press("a")
        lab.app.screen.query_one("#embedding_size", Input).value = "0"
        choice = lab.app.screen.query_one("#tokens", Choice)
        choice.action_turn(choice.options.index("word+char") - choice.options.index(choice.value))
        await lab.press("enter")

        assert "words with their letters need an embedding" in lab.text
        assert lab.engine.sent_of(AddRun) == []
