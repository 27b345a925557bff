"""Tagged sentences: each word with its tag beneath it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.answers import TaggedText
from tui_rnn.kinds import TAGGED
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.views.view import Help, Seen, View, metric_parts
from tui_rnn.tui.widgets.page import Line, cut
from tui_rnn.tui.widgets.pieces import Piece, probability
from tui_rnn.tui.widgets.scene import Lines, Nothing, Scene

_SIGN_CELLS = 3  # left of a sentence: › for the chosen one, and ✓, ✗ or ?
_NOTHING = (
    "The first tags come after a few training steps.\n"
    "Below each word is the tag that the network gives it; ✗ marks a wrong one and names the right one."
)


def _sentences(seen: Seen[TaggedText]) -> Scene:
    """Validation sentences, and the typed one, with their tags."""
    lines: list[Line] = []
    spans: list[range] = []
    for at, answer in enumerate(seen.examples):
        first = len(lines)
        lines += sentence(answer, seen, typed=seen.asked and at == 0, chosen=at == seen.chosen)
        spans.append(range(first, len(lines)))
        lines.append(())
    if not lines:
        return Scene(Nothing(_NOTHING))
    legend = [
        Piece(1, Content("✗said→right")),
        Piece(2, Content.assemble(("underlined", "underline"), ": not in training")),
        Piece(3, Content("›: what the gates read")),
    ]
    return Scene(Lines(lines[:-1], spans, seen.chosen), metric_parts(seen, TAGGED.metrics), legend)


SENTENCES = View(
    "sentences",
    Help(
        "each word with the tag that the network gives it beneath",
        "✗NOUN→VERB: it said NOUN, VERB is right; underlined words are not in the training part",
        "type a sentence in which one word has two meanings, such as: her duck saw her duck",
        "ŷ_t = softmax(V h_t) where each word ends",
    ),
    _sentences,
)


def sentence(answer: TaggedText, seen: Seen[TaggedText], *, typed: bool, chosen: bool) -> list[Line]:
    """The sentence in as many pairs of lines as it needs; a typed one, without a known truth, has probabilities, too."""
    width, paint = seen.width, seen.paint
    columns = [_column(answer, at, width - _SIGN_CELLS, paint, with_probability=typed) for at in range(len(answer.words))]
    rights = answer.truth is None or answer.truth == answer.tags
    sign, style = ("?", paint.prompt) if typed else ("✓", paint.right) if rights else ("✗", paint.wrong)
    lines: list[Line] = []
    for row in _rows(columns, width - _SIGN_CELLS):
        for height in range(3 if typed else 2):
            start = Segment(f"{'›' if chosen else ' '}{sign} ", style) if not lines else Segment(" " * _SIGN_CELLS)
            lines.append((start, *(piece for column in row for piece in column[height])))
    return lines


_Column = tuple[Line, Line, Line]  # word, tag, probability; equally wide


def _column(answer: TaggedText, at: int, room: int, paint: Paint, *, with_probability: bool) -> _Column:
    word, tag = cut(answer.words[at], room - 1), visible(answer.tags[at])
    style = paint.quiet
    if answer.truth is not None and answer.truth[at] != answer.tags[at]:
        tag, style = f"✗{tag}→{visible(answer.truth[at])}", paint.wrong
    tag = cut(tag, room - 1)
    doubt = probability(float(answer.probs[at])) if with_probability else ""
    width = max(cell_len(word), cell_len(tag), len(doubt)) + 1
    word_style = Style(bold=True, underline=True) if answer.unseen[at] else Style(bold=True)
    return _filled(word, word_style, width), _filled(tag, style, width), _filled(doubt, paint.quiet, width)


def _filled(text: str, style: Style, width: int) -> Line:
    return Segment(text, style), Segment(" " * (width - cell_len(text)))


def _rows(columns: Sequence[_Column], width: int) -> list[list[_Column]]:
    """The columns broken into rows of at most `width` cells."""
    rows: list[list[_Column]] = [[]]
    used = 0
    for column in columns:
        cells = sum(piece.cell_length for piece in column[0])
        if rows[-1] and used + cells - 1 > width:
            rows.append([])
            used = 0
        rows[-1].append(column)
        used += cells
    return rows
