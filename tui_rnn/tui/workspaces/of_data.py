"""Commands on the open data: read them as other tokens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tui_rnn.config import RunConfig
from tui_rnn.kinds import KINDS
from tui_rnn.lab.messages import OpenData
from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.run_actions import STILL_OPENING
from tui_rnn.tui.workspaces.workspace import LabKey

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen

READ_AS = {
    "char": "Read characters",
    "word": "Read words",
    "word+char": "Read words with their letters",
    "byte": "Read bytes",
}
"""A command for each of data.request.TOKENS."""
_HELP = "open the same data again with new runs; the runs here are saved"


def _why_not(lab: LabScreen, tokens: str) -> str:
    """Why the data can't be read so; '': they can."""
    corpus = lab.state.corpus
    if corpus is None or corpus.request is None:
        return STILL_OPENING
    kind = KINDS[corpus.kind]
    if tokens not in kind.tokens:
        return f"{kind.said_as} reads {', '.join(kind.tokens)}"
    return "the networks read them so" if corpus.tokens == tokens else ""


def readable(lab: LabScreen) -> tuple[tuple[str, ...], str]:
    """The tokens that the data can be read as, none if they can't be opened again; and the present ones."""
    corpus = lab.state.corpus
    if corpus is None or corpus.request is None or lab.app.session.why_not(OpenData):
        return (), ""
    return tuple(tokens for tokens in READ_AS if tokens in KINDS[corpus.kind].tokens), corpus.tokens


def read_as(lab: LabScreen, tokens: str, configs: tuple[RunConfig, ...] | None = None) -> OpenData:
    """The command that opens the same data again, with the default runs or these. The targets decide what is written."""
    assert lab.state.corpus is not None
    assert lab.state.corpus.request is not None
    request = lab.state.corpus.request
    fold_case = request.fold_case and tokens.startswith("word")
    return OpenData(replace(request, tokens=tokens, target_units=None, fold_case=fold_case), configs)


def _read_as(lab: LabScreen, tokens: str) -> None:
    if not _why_not(lab, tokens):
        lab.app.engine.send(read_as(lab, tokens))


def _command(tokens: str, title: str) -> LabKey:
    return KeyCommand("", "", lambda lab: _read_as(lab, tokens), title, _HELP, lambda lab: _why_not(lab, tokens))


DATA_COMMANDS = tuple(_command(tokens, title) for tokens, title in READ_AS.items())
