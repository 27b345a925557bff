"""What is said below the desk: how it is drawn, how sure the network is, loops, and what is copied."""

from __future__ import annotations

import numpy as np

from tui_rnn.display import counted
from tui_rnn.insight.candidates import BITS
from tui_rnn.insight.copied import Copies
from tui_rnn.tui.views import sampling
from tui_rnn.tui.views.desk.run_on import loop_at_end
from tui_rnn.tui.views.desk.writing import Writing

_N = 8  # the length of the n-grams that are named


def caption(writing: Writing) -> str:
    """In a line or two. Show it through display.visible: it holds text as found."""
    how = ", ".join(sampling.in_force(writing.sampling))
    said = ["writing … Esc stops"] if writing.run_on is not None else []
    said.append(f"{how}, seed {writing.seed}")
    if (found := writing.candidates) is not None:
        said.append(
            f"entropy {found.entropy_nats / BITS:.2f} bits believed, {found.drawn_entropy_nats / BITS:.2f} drawn, among "
            f"{found.drawn_among:,} of {found.others + len(found.candidates):,}"
        )
    if (loop := loop_at_end(writing.symbols)) is not None:
        period = counted(loop.period, "token")
        said.append(
            f"it loops: “{loop.text[:20]}” ({period}) {loop.times} times: raise the temperature (v) or choose otherwise"
        )
    if (copies := writing.copies) is not None:
        said.append(_of_copies(copies))
    return " · ".join(said)


def _of_copies(copies: Copies) -> str:
    at = _N - int(copies.n[0])
    shares = [f"{share:.0%}" for share in (copies.new[at], copies.new_in_validation[at]) if not np.isnan(share)]
    new = f"; {shares[0]} of its {_N}-grams are new, {shares[1]} of the validation part's" if len(shares) == 2 else ""
    place = f", at {copies.copies[0].at:,} of the training part" if copies.copies else ""
    return f"longest copy {counted(copies.longest, 'token')}{place}{new}"
