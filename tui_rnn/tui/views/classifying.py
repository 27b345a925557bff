"""Classified texts: the class of each, and how its probability grew while the network read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content

from tui_rnn.display import describe_symbol, visible
from tui_rnn.insight.answers import ClassifiedText
from tui_rnn.kinds import LABELLED
from tui_rnn.tui.views.view import Help, Seen, View, metric_parts
from tui_rnn.tui.widgets.flow import Letters, tokens_of
from tui_rnn.tui.widgets.heatmap_lines import Picture
from tui_rnn.tui.widgets.legend import map_legend
from tui_rnn.tui.widgets.page import Line, cut, padded
from tui_rnn.tui.widgets.pieces import Piece, decimal, probability
from tui_rnn.tui.widgets.scene import Lines, Matrix, Nothing, Scene

_LONGEST_LABEL, _SHORTEST_LABEL, _READABLE = 14, 5, 18  # cells of a label; of a text that can still be read
_CORNER = "class"  # above the labels of a heatmap
_WITHIN = 0.97  # share of the contributions within the colours' limits
_NOTHING = (
    "The first answers come after a few training steps.\n"
    "Each line is a validation text with the class that the network gives it, and how sure it is; ✗ marks a wrong one."
)
_NOT_READ_YET = (
    "This comes after a few training steps: a text, symbol by symbol,\n"
    "and how probable each class would be if the text ended there."
)
_NOTHING_ADDED_YET = (
    "This comes after a few training steps: what each symbol of a text adds to each class, or takes from it,\n"
    "in networks that decide by the mean of all states."
)


def _texts(seen: Seen[ClassifiedText]) -> Scene:
    """Validation texts with the predicted class, its probability, and the truth if it differs."""
    answers = seen.examples
    if not answers:
        return Scene(Nothing(_NOTHING))
    columns = _Columns.within(seen.width, answers[0].labels)
    lines = [
        _line(answer, seen, columns, typed=seen.asked and at == 0, chosen=at == seen.chosen)
        for at, answer in enumerate(answers)
    ]
    if columns.truth:
        legend = [Piece(0, Content("✗said → right")), Piece(1, Content("›: the text that the other views show"))]
    else:
        chosen = answers[min(seen.chosen, len(answers) - 1)]
        legend = [Piece(1, Content("✗ wrong"))]
        if chosen.truth is not None and chosen.truth != chosen.label:
            legend.append(Piece(0, Content.assemble("› right: ", (visible(chosen.truth), "bold"))))
    spans = [range(at, at + 1) for at in range(len(lines))]
    return Scene(Lines(lines, spans, seen.chosen), metric_parts(seen, LABELLED.metrics), legend)


def _line(answer: ClassifiedText, seen: Seen[ClassifiedText], columns: _Columns, *, typed: bool, chosen: bool) -> Line:
    paint, best = seen.paint, float(answer.probs.max())
    wrong = answer.truth is not None and answer.truth != answer.label
    sign, style = ("✗", paint.wrong) if wrong else ("✓", paint.right) if answer.truth is not None else ("?", paint.prompt)
    right = padded(f"→ {visible(answer.truth or '')}" if wrong else "", columns.truth - 1) + " " if columns.truth else ""
    start = ("› " if chosen else "  ") + f"{sign} {padded(answer.label, columns.label)} "
    text_style = paint.prompt if typed else Style(bold=chosen)
    return (
        Segment(start, style),
        Segment(f"{probability(best):>4} ", paint.quiet if best < 0.5 else Style()),
        Segment(right, paint.wrong),
        Segment(cut(answer.text, columns.text), text_style),
    )


TEXTS = View(
    "texts",
    Help(
        "validation texts with the class that the network gives each, and how sure it is",
        "✗ marks a wrong one, with the right class after →",
        "type a text, and take words away until the class changes",
        "ŷ = softmax(V h_T), of the last state; or of the mean of all states",
    ),
    _texts,
)


@dataclass(frozen=True)
class _Columns:
    """Cells of each column; truth: 0: left out, to leave more room for a text."""

    label: int
    truth: int
    text: int

    @classmethod
    def within(cls, width: int, labels: Sequence[str]) -> _Columns:
        """The truth has a column if the texts keep enough room; labels are cut before texts."""
        label = min(max(cell_len(visible(each)) for each in labels), _LONGEST_LABEL)
        room = width - len("› ✗  >.99 ")
        if room - 2 * label - len("→  ") >= _READABLE:
            return cls(label, label + len("→  "), room - 2 * label - len("→  "))
        label = max(min(label, room - _READABLE), min(label, _SHORTEST_LABEL))
        return cls(label, 0, room - label)


def _as_read(seen: Seen[ClassifiedText]) -> Scene:
    """The class distribution after each symbol of the chosen text."""
    answer = seen.example
    if answer is None:
        return Scene(Nothing(_NOT_READ_YET))
    if not len(answer.after_each):
        return Scene(Nothing("This text has no characters to read."))
    picture = _by_class(answer, answer.after_each, "sequential", 1.0)
    legend = [
        Piece(0, map_legend(seen.paint, "sequential", 0, 1)),
        Piece(1, Content("probability if the text ended there")),
        *_truth_legend(answer),
    ]
    matrix = Matrix(picture, lambda at, row: _after(answer, at), across=tokens_of(answer.symbols), reads=True)
    return Scene(matrix, _verdict(answer), legend)


def _after(answer: ClassifiedText, at: int) -> list[Piece]:
    here = answer.after_each[at]
    parts = [Piece(0, Content.assemble("after ", (describe_symbol(answer.symbols[at]), "bold")))]
    for rank, k in enumerate(np.argsort(-here, kind="stable")[:5].tolist()):
        told = Content.assemble((visible(answer.labels[k]), "bold" if not rank else ""), f" {probability(float(here[k]))}")
        parts.append(Piece(rank, told, ": " if not rank else " · "))
    return parts


AS_READ = View(
    "as read",
    Help(
        "one text, character by character or word by word: how probable each class would be if the text ended there",
        "a row for each class, the likeliest on top; the stronger the colour, the more probable",
        "find the place at which the network makes up its mind",
        "ŷ_t = softmax(V h_t) for every t, though only the last one is trained",
    ),
    _as_read,
)


def _contributions(seen: Seen[ClassifiedText]) -> Scene:
    """With mean pooling: how much each position adds to each class."""
    answer = seen.example
    if answer is None:
        return Scene(Nothing(_NOTHING_ADDED_YET))
    values = answer.contributions
    if values is None or not len(values):
        return Scene(
            Nothing(
                "This network decides by its final state, to which every position contributed at once.\n"
                "One with mean pooling adds up what each position says: press a to add one (pool: mean)."
            ),
            _verdict(answer),
        )
    limit = round_limit(values)
    picture = _by_class(answer, values, "diverging", limit)
    legend = [
        Piece(0, map_legend(seen.paint, "diverging", -limit, limit)),
        Piece(1, Content("added to the class's logit")),
        *_truth_legend(answer),
    ]
    strongest = int(np.abs(values[:, int(answer.probs.argmax())]).argmax()), 0
    matrix = Matrix(
        picture,
        lambda at, row: _added(answer, picture, at, row),
        strongest,
        steady=True,
        across=tokens_of(answer.symbols),
        reads=True,
    )
    return Scene(matrix, _verdict(answer), legend)


def _added(answer: ClassifiedText, picture: Picture, at: int, row: int) -> list[Piece]:
    unit = int(picture.order[row])
    value = float(picture.values[at, unit])
    does = "adds" if value >= 0 else "takes"
    return [
        Piece(0, Content.assemble((describe_symbol(answer.symbols[at]), "bold"), f" {does} ", (_amount(value), "bold"))),
        Piece(0, Content.assemble("to " if value >= 0 else "from ", (visible(answer.labels[unit]), "bold")), " "),
        Piece(1, Content(f"position {at + 1} of {len(answer.symbols)}")),
    ]


CONTRIBUTIONS = View(
    "contributions",
    Help(
        "with mean pooling: what each position adds to a class, or takes from it",
        "warm adds, cold takes; the sum over the text and the bias are the class's logit",
        "look for the word that decides a wrong answer",
        "V (1/T Σ h_t) = Σ (1/T V h_t): position t adds 1/T V h_t",
    ),
    _contributions,
)


def _amount(value: float) -> str:
    """'1.08', '.003': a small number has enough digits to differ from zero."""
    size = abs(value)
    return f"{size:.1g}".removeprefix("0") if 0.0001 <= size < 0.01 else decimal(size)


def _by_class(answer: ClassifiedText, values: NDArray[np.float32], kind: str, limit: float) -> Picture:
    """A heatmap of the classes over the text, the likeliest on top, with their final probabilities and a ✓ for the truth."""
    cells = max(len(_CORNER), min(max(cell_len(visible(label)) for label in answer.labels), _LONGEST_LABEL))
    labels = tuple(
        f"{'✓' if label == answer.truth else ' '}{padded(label, cells)} {probability(p):>4}"
        for label, p in zip(answer.labels, answer.probs.tolist(), strict=True)
    )
    order = np.argsort(-answer.probs, kind="stable")
    low = 0.0 if kind == "sequential" else -limit
    letters = Letters.of_symbols(answer.symbols)
    return Picture(letters, frozenset(), values, order, kind, low, limit, labels, f" {padded(_CORNER, cells)}  end")  # type: ignore[arg-type]


def round_limit(values: NDArray[np.float32]) -> float:
    """The smallest 1, 2 or 5 × 10^k above nearly all sizes; 1: all are zero or not finite."""
    sizes = np.abs(values[np.isfinite(values)])
    size = float(np.quantile(sizes, _WITHIN)) if sizes.size else 0.0
    if size <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(size))
    return next(round(m * power, 12) for m in (1, 2, 5, 10) if size <= m * power * (1 + 1e-6))


def _verdict(answer: ClassifiedText) -> list[Piece]:
    said = Content.assemble((visible(answer.label), "bold"), f" {probability(float(answer.probs.max()))}")
    if answer.truth is None:
        return [Piece(1, said)]
    if answer.truth == answer.label:
        return [Piece(1, Content.assemble(("✓ ", "$text-success"), said))]
    return [Piece(1, Content.assemble(("✗ ", "$text-error"), said)), Piece(2, Content(f"right: {visible(answer.truth)}"))]


def _truth_legend(answer: ClassifiedText) -> list[Piece]:
    return [Piece(2, Content("✓ the right class"))] if answer.truth is not None else []
