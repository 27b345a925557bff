"""The rows of the desk: candidates with their chances and what they lead to, branches of the draft, and copies."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence

from textual.content import Content

from tui_rnn.display import counted, visible
from tui_rnn.insight.candidates import Candidate, NextTokens
from tui_rnn.insight.copied import Copies
from tui_rnn.insight.draft import Branch, Draft
from tui_rnn.tui.views.numbers import bar, short
from tui_rnn.tui.views.pages.page import Pick, Room, Row, cut, muted
from tui_rnn.tui.widgets.pieces import probability

BAR_CELLS = 8
_SHOWN_TAIL = 60  # characters of a branch
_FORK = 12  # characters before it
_AROUND = 12  # characters on each side of a copy

Choice = Candidate | Branch
"""What Enter takes on a row."""


def candidate_rows(
    answer: NextTokens, room: Room, came: str | None = None, picks: bool = False, costs: bool = False
) -> list[Row]:
    """A row for each candidate below a heading. came: the symbol that comes in the text, to be marked; picks: whether rows can
    be chosen; costs: whether to say what each would cost the network."""
    cost = f"{'bits':>5} " if costs else ""
    head = f"{'':6} {'believed':<{BAR_CELLS + 5}} {cost}{'drawn':<{BAR_CELLS + 5}} leads to"
    rows = [muted(head, room)]
    for one in answer.candidates:
        mark = ("◀ comes  ", "$text-success") if one.symbol == came else ("", "")
        told = Content.assemble(
            (f"{short(one.symbol):<6.6} ", "bold"), (f"{_chance(one.p)} ", "$primary"),
            f"{_bits(one.p):>5} " if costs else "", f"{_chance(one.drawn_p)} ", mark,
            (visible(one.leads_to), "$text-muted"),
        )  # fmt: skip
        rows.append(cut(told, room, Pick() if picks else None))
    if answer.others:
        held = f"{answer.others:,} others hold {probability(answer.others_p)}, as drawn {probability(answer.others_drawn_p)}"
        rows.append(muted(held, room))
    return rows


def _chance(p: float) -> str:
    return f"{probability(p):>4} {bar(p, BAR_CELLS):<{BAR_CELLS}}" if p > 0 else f"{'–':>4} {'':<{BAR_CELLS}}"


def _bits(p: float) -> str:
    return f"{-math.log2(p):.2f}" if p > 0 else "∞"


def branch_rows(draft: Draft, branches: Sequence[Branch], room: Room, bits_of: Callable[[Branch], float]) -> list[Row]:
    """A row for each branch: the text before it, and how it goes on. bits_of: the mean cost of its tokens."""
    rows = []
    for branch in branches:
        before = visible(draft.text(branch.leaves_at)[-_FORK:])
        told = Content.assemble(
            "├ ", (before, "$text-muted"), (visible(branch.tail[:_SHOWN_TAIL]), "bold"),
            (f"  {counted(branch.length, 'token')}{_cost(bits_of(branch))}", "$text-muted"),
        )  # fmt: skip
        rows.append(cut(told, room, Pick()))
    return rows


def _cost(bits: float) -> str:
    return "" if math.isnan(bits) else f", {bits:.2f} bits a token"


def copy_rows(copies: Copies, room: Room) -> list[Row]:
    """A row for each stretch that the training part holds, with its length, its place and the text around it there; and the
    shares of new n-grams, of this text and of the validation part."""
    rows = []
    for one in {(one.at, one.length): one for one in copies.copies}.values():  # repeats share a place there
        told = Content.assemble(
            (f"{one.length:>4} at {one.at:,}: ", "bold"), (visible(one.before[-_AROUND:]), "$text-muted"),
            (visible(_in_short(one.text, room.width // 2)), "underline"), (visible(one.after[:_AROUND]), "$text-muted"),
        )  # fmt: skip
        rows.append(cut(told, room))
    shares = zip(copies.n.tolist(), copies.new.tolist(), copies.new_in_validation.tolist(), strict=True)
    new = [f"{n}: {_share(share)} ({_share(of_validation)})" for n, share, of_validation in shares]
    of_all = "new n-grams (of the validation part): " + " · ".join(new)
    return rows + [muted(line, room) for line in textwrap.wrap(of_all, max(20, room.width))]


def _in_short(text: str, most: int) -> str:
    half = max(4, most // 2)
    return text if len(text) <= 2 * half else f"{text[:half]}…{text[-half:]}"


def _share(share: float) -> str:
    return "–" if math.isnan(share) else f"{share:.0%}"
