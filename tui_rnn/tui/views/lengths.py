"""Exact match by source length, every run in one chart: a curve falls where a single state can't hold the source."""

from __future__ import annotations

from typing import Any

import numpy as np
from textual.content import Content

from tui_rnn.insight.answers import MatchByLength
from tui_rnn.tui.views.view import Help, Seen, View
from tui_rnn.tui.widgets.pieces import Piece
from tui_rnn.tui.widgets.scene import Curves, Nothing, Scene

_FEWEST = 10  # examples behind one point of a curve; neighbouring lengths share a point until there are enough


def _by_length(seen: Seen[Any]) -> Scene:
    curves = [
        (number, run.name, *grouped(run.scored.by_length))
        for number, run in enumerate(seen.runs, 1)
        if run.scored is not None and run.scored.by_length is not None
    ]
    if not curves:
        return Scene(Nothing("The curves come with the first full evaluation on the validation part."))
    legend = [
        Piece(0, Content("% right over source length")),
        Piece(2, Content(f"each point from at least {_FEWEST} examples")),
    ]
    return Scene(Curves(curves), [Piece(0, Content("every run"))], legend)


BY_LENGTH = View(
    "by length",
    Help(
        "for every run, the share of sources of each length that it writes exactly right",
        "one curve a run, with its number; it falls where one state can't hold the source",
        "add a run without attention and compare the two curves",
    ),
    _by_length,
    of_examples=False,
    of_every_run=True,
)


def grouped(by_length: MatchByLength) -> tuple[list[float], list[float]]:
    """(mean lengths, shares in percent) of groups of neighbouring lengths with enough examples."""
    lengths: list[float] = []
    shares: list[float] = []
    group: list[int] = []
    counts = by_length.counts
    for at in range(len(counts)):
        group.append(at)
        rest = counts[at + 1 :].sum()
        if (counts[group].sum() >= _FEWEST and (rest >= _FEWEST or not rest)) or at == len(counts) - 1:
            weights = counts[group]
            if weights.sum():
                lengths.append(float(np.average(by_length.lengths[group], weights=weights)))
                shares.append(100 * float(np.average(by_length.shares[group], weights=weights)))
            group = []
    return lengths, shares
