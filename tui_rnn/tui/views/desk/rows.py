"""What the desk shows: candidates with their chances and what they lead to, and the branches of the draft."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.candidates import Candidate, NextTokens
from tui_rnn.insight.draft import Branch, Draft
from tui_rnn.tui.views.numbers import bar, short
from tui_rnn.tui.views.pages.page import Pick, Row
from tui_rnn.tui.widgets.pieces import probability

BAR_CELLS = 8
_SHOWN_TAIL = 60  # characters of a branch
_FORK = 12  # characters before it

Choice = Candidate | Branch
"""What a row stands for."""


def candidate_rows(answer: NextTokens, width: int, came: str | None = None, picks: bool = False) -> list[Row]:
    """A row for each candidate below a head. came: the symbol that does come, marked; picks: whether rows can be chosen."""
    head = f"{'':6} {'believed':<{BAR_CELLS + 5}} {'drawn':<{BAR_CELLS + 5}} leads to"
    rows = [Row(Content.styled(head, "$text-muted").truncate(width, ellipsis=True))]
    for one in answer.candidates:
        mark = ("◀ comes  ", "$text-success") if one.symbol == came else ("", "")
        told = Content.assemble(
            (f"{short(one.symbol):<6.6} ", "bold"), (f"{_chance(one.p)} ", "$primary"), f"{_chance(one.drawn_p)} ", mark,
            (visible(one.leads_to), "$text-muted"),
        )  # fmt: skip
        rows.append(Row(told.truncate(width, ellipsis=True), Pick() if picks else None))
    if answer.others:
        held = f"{answer.others:,} others hold {probability(answer.others_p)}, as drawn {probability(answer.others_drawn_p)}"
        rows.append(Row(Content.styled(held, "$text-muted").truncate(width, ellipsis=True)))
    return rows


def _chance(p: float) -> str:
    return f"{probability(p):>4} {bar(p, BAR_CELLS):<{BAR_CELLS}}" if p > 0 else f"{'–':>4} {'':<{BAR_CELLS}}"


def branch_rows(draft: Draft, branches: Sequence[Branch], width: int) -> list[Row]:
    """A row for each branch, with what it leaves and how it goes on."""
    rows = []
    for branch in branches:
        before = visible(draft.text(branch.leaves_at)[-_FORK:])
        told = Content.assemble(
            "├ ", (before, "$text-muted"), (visible(branch.tail[:_SHOWN_TAIL]), "bold"),
            (f"  {branch.length:,} tokens", "$text-muted"),
        )  # fmt: skip
        rows.append(Row(told.truncate(width, ellipsis=True), Pick()))
    return rows
