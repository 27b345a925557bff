"""The words below the desk: the settings, how sure the network is, loops, copies, and where two writers differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tui_rnn.display import counted
from tui_rnn.insight.copied import Copies
from tui_rnn.insight.surprise import BITS
from tui_rnn.tui.views import sampling
from tui_rnn.tui.views.desk.beside import first_difference
from tui_rnn.tui.views.desk.run_on import loop_at_end
from tui_rnn.tui.views.desk.writing import Writing

_N = 8  # the length of the n-grams that the words name


def caption(writing: Writing, beside: Writing | None) -> str:
    """One or more lines. beside: a second writer. It holds text as found: show it through display.visible."""
    return " · ".join((*_now(writing), *_of_two(writing, beside), *_of_text(writing)))


def _now(writing: Writing) -> Iterator[str]:
    if writing.run_on is not None:
        yield "writing … Esc stops"
    if writing.has_ended:
        yield "</s>: the item ended here, ← takes back"
    yield f"{', '.join(sampling.in_force(writing.sampling))}, seed {writing.seed}"


def _of_two(writing: Writing, beside: Writing | None) -> Iterator[str]:
    if beside is None:
        return
    mine, other = writing.symbols, beside.symbols
    at = first_difference(mine, other)
    if at is not None:
        yield f"they differ from token {at + 1:,} on: {mine[at]!r} and {other[at]!r}"
    else:
        yield f"the same so far, {counted(min(len(mine), len(other)), 'token')}: N lets both write"


def _of_text(writing: Writing) -> Iterator[str]:
    if (found := writing.candidates) is not None:
        yield (
            f"entropy {found.entropy_nats / BITS:.2f} bits believed, {found.drawn_entropy_nats / BITS:.2f} drawn, among "
            f"{found.drawn_among:,} of {found.others + len(found.candidates):,}"
        )
    elif writing.run_on is None and writing.next.answer is not None:
        yield writing.next.reason or "asking what may come next …"
    yield from loop_told(writing.symbols)
    if (copies := writing.copies) is not None:
        yield _of_copies(copies)


def loop_told(symbols: Sequence[str]) -> Iterator[str]:
    """Says that the text ends in a loop, and what helps; nothing for other texts."""
    if (loop := loop_at_end(symbols)) is not None:
        whole = counted(loop.period * loop.times, "token")
        yield (
            f"it loops: “{loop.text[:20]}” ({counted(loop.period, 'token')}) {loop.times} times, {whole}: take some back, then "
            "raise the temperature or the repetition penalty (v), or choose another token"
        )


def _of_copies(copies: Copies) -> str:
    at = _N - int(copies.n[0])
    shares = [f"{share:.0%}" for share in (copies.new[at], copies.new_in_validation[at]) if not np.isnan(share)]
    new = f"; {shares[0]} of its {_N}-grams are new, {shares[1]} of the validation part's" if len(shares) == 2 else ""
    place = f", at {copies.copies[0].at:,} of the training part" if copies.copies else ""
    return f"longest copy {counted(copies.longest, 'token')}{place}{new}"
