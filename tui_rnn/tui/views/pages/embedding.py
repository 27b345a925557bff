"""The map of symbols by the first two principal components, and the symbols nearest to the one at the cursor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from textual.content import Content

from tui_rnn.display import describe, glyph, visible
from tui_rnn.insight.embedding import Embedded, Embedding, separation_in_words
from tui_rnn.tui.settings import Cycle
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing, wrapped
from tui_rnn.tui.views.view import Help
from tui_rnn.tui.widgets.scatter import signs

_LEAST_HEIGHT = 6
_ROWS_BELOW = 5  # of the neighbours and the first classes: they need no scrolling


class EmbeddingPage(Page):
    """The map, the neighbours of the symbol at the cursor, and how far apart classes are."""

    name = "embedding map"
    asks = Embedding
    guide = Help(
        "where the network puts each symbol: the rows of E, which it reads with, or of V, which it predicts with, in the two "
        "directions in which they differ most; and the nearest to the symbol at the cursor, by cosine in all dimensions",
        "the network uses symbols alike that are close together; two directions show only a part of all differences, so trust "
        "the cosines, and the gaps beside those of random classes, more than your eye",
        "move to a digit: are its neighbours the other digits? Then look at step 0, where nothing is near anything",
        "e_t = E x_t,  cos(E_a, E_b)",
    )

    def __init__(self) -> None:
        self._matrix = Cycle("e", "v")
        self.settings = (self._matrix.setting("rows of", "E, which reads symbols, or V, which predicts them", str.upper),)

    def question(self, at: Standing) -> Embedding:
        return Embedding(matrix=self._matrix.now)

    def caption(self, answer: Embedded, at: Standing) -> str:
        return (
            f"rows of {answer.matrix}: {len(answer.symbols):,} symbols, two of {answer.dimensions} dimensions show "
            f"{answer.variance.sum():.0%} of the variance · ← → another symbol · v: E or V"
        )

    def rows(self, answer: Embedded, at: Standing, room: Room) -> Sequence[Row]:
        here = _place_of(at.symbols[at.position], answer.symbols)
        below = [*_neighbours(answer, here, room), *_classes(answer, room)]
        return [*_map(answer, here, at, room, below=min(len(below), _ROWS_BELOW)), *below]


def _place_of(symbol: str, symbols: tuple[str, ...]) -> int:
    return symbols.index(symbol) if symbol in symbols else -1


def _map(answer: Embedded, here: int, at: Standing, room: Room, below: int) -> list[Row]:
    """Each symbol's sign. Where several share a cell, it shows the one at the cursor, else a letter or digit before a mark."""
    order = sorted(range(len(answer.symbols)), key=lambda k: (k != here, not answer.symbols[k].strip().isalnum(), k))
    low, high = answer.places.min(axis=0), answer.places.max(axis=0)
    x, y = ((answer.places[order] - low) / np.maximum(high - low, 1e-9)).T
    texts = [_sign(answer.symbols[k]) for k in order]
    lines, places = signs(x, y, texts, room.width, max(_LEAST_HEIGHT, room.height - below))
    styles = ["reverse bold" if k == here else _style(answer.symbols[k]) for k in order] + [""]  # the last: no symbol
    first = {symbol: k for k, symbol in reversed(list(enumerate(at.symbols)))}
    in_text = [first.get(answer.symbols[k], -1) for k in order] + [-1]
    return [
        Row(
            Content.assemble(*((sign, styles[place]) for sign, place in zip(line, row, strict=True))),
            places=[in_text[place] for place in row],
        )
        for line, row in zip(lines, places.tolist(), strict=True)
    ]


def _sign(symbol: str) -> str:
    return glyph((symbol.strip() or symbol)[0])


def _style(symbol: str) -> str:
    alone = symbol.strip()
    if alone in "aeiou" and alone:
        return "$text-warning"
    return "$text-success" if alone.isdigit() else "$primary" if alone.isalpha() else "$text-muted"


def _neighbours(answer: Embedded, here: int, room: Room) -> list[Row]:
    if here < 0:
        return wrapped(Content.styled("the symbol at the cursor has no row here", "$text-muted"), room)
    near = zip(answer.near[here].tolist(), answer.cosines[here].tolist(), strict=True)
    told = "  ".join(f"{_named(answer.symbols[k])} {cosine:.2f}" for k, cosine in near)
    by_chance = (f"the nearest by chance {answer.by_chance:.2f}", "$text-muted")
    content = Content.assemble("near ", (_named(answer.symbols[here]), "bold"), ": ", by_chance, f"  {told}")
    return wrapped(content, room)


def _named(symbol: str) -> str:
    return describe(symbol) if len(symbol) == 1 else visible(repr(symbol))


def _classes(answer: Embedded, room: Room) -> list[Row]:
    rows: list[Row] = []
    for one in answer.separations:
        apart = "apart" if one.gap > one.chance else "not beyond chance"
        told = Content.assemble((one.name, "bold"), f", {one.members} of {one.among}: {apart}: {separation_in_words(one)}")
        rows += wrapped(told, room)
    return rows


PAGE = EmbeddingPage
