"""Sequence to sequence: the network's output for each source, and where the decoder looked while it wrote."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content

from tui_rnn.data.examples.labels import split_target
from tui_rnn.display import cells, describe_symbol, glyph, visible
from tui_rnn.insight.answers import Written, WrittenText
from tui_rnn.kinds import PAIRS
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.views.alignment import aligned
from tui_rnn.tui.views.view import Help, Seen, View, metric_parts
from tui_rnn.tui.widgets.flow import END, Letters, tokens_of
from tui_rnn.tui.widgets.heatmap_lines import Picture
from tui_rnn.tui.widgets.legend import map_legend
from tui_rnn.tui.widgets.page import Line, cells_of, cut, padded
from tui_rnn.tui.widgets.pieces import Piece, percent, probability
from tui_rnn.tui.widgets.scene import Lines, Matrix, Nothing, Scene

_MISSING = "∅"
_LOWEST_WORTH_A_NUMBER = 0.095
_FEWEST_SOURCE_CELLS, _READABLE = 8, 20  # cells of a source: at least, and enough to read
_NOTHING = (
    "The first outputs come after a few training steps.\n"
    "Each line is a validation source, what the network writes for it, and what would be right; wrong symbols are marked."
)
_NO_ATTENTION_YET = (
    "The attention comes after a few training steps: a row for each symbol that the network writes,\n"
    "a column for each symbol of the source; the stronger the colour, the more it looked there. It sharpens with training."
)


def _outputs(seen: Seen[WrittenText]) -> Scene:
    """Sources with greedy outputs beside the truth."""
    answers = seen.examples
    if not answers:
        return Scene(Nothing(_NOTHING))
    source_cells = _source_cells(answers, seen.width)
    lines: list[Line] = []
    spans: list[range] = []
    for at, answer in enumerate(answers):
        first = len(lines)
        typed = seen.asked and at == 0
        lines += _answer_lines(answer, seen, source_cells, typed=typed, chosen=at == seen.chosen)
        spans.append(range(first, len(lines)))
    legend = [
        Piece(0, Content.assemble(("wrong", "reverse"), f" and missing ({_MISSING}) symbols")),
        Piece(1, Content("then the truth"), ", "),
        Piece(2, Content("›: the source that the attention view shows")),
    ]
    return Scene(Lines(lines, spans, seen.chosen), metric_parts(seen, PAIRS.metrics), legend)


OUTPUTS = View(
    "outputs",
    Help(
        "source → what the network writes, beside the truth",
        "wrong symbols are in reverse, ∅ where one is missing, then the truth",
        "type a source that is longer than any in training",
        "h^d_t = g(ŷ_{t−1}, h^d_{t−1}, c), greedily from <s> to </s>",
    ),
    _outputs,
)


def _source_cells(answers: Sequence[WrittenText], width: int) -> int:
    """Cells for the sources: what an output and the truth beside it leave; if that is too little, what one of them leaves, at
    least a third of the room: long sentences are cut."""
    longest = max(cell_len(visible(answer.source)) for answer in answers)
    target = max(cell_len(visible(answer.truth or "")) for answer in answers)
    room = width - len("› ✗  → ")
    beside, beneath = room - 2 * target - len("  "), max(room - target, room // 3)
    return min(longest, max(_FEWEST_SOURCE_CELLS, beside if beside >= min(longest, _READABLE) else beneath))


def _answer_lines(answer: WrittenText, seen: Seen[WrittenText], source_cells: int, *, typed: bool, chosen: bool) -> list[Line]:
    """A line for each output, with a different truth beside it, or on the next line if it has no room."""
    paint, truth = seen.paint, answer.truth
    lines: list[Line] = []
    for rank, output in enumerate(answer.outputs or (Written((), "", 0.0, np.zeros((0, 0), np.float32)),)):
        right = truth is not None and output.text == truth
        sign, style = ("?", paint.prompt) if truth is None else ("✓", paint.right) if right else ("✗", paint.wrong)
        source = padded(answer.source, source_cells) if not rank else " " * source_cells
        start: list[Segment] = [
            Segment("› " if chosen and not rank else "  ", paint.prompt),
            Segment(f"{sign} ", style),
            Segment(source, paint.prompt if typed else Style(bold=chosen)),
            Segment(" → ", paint.quiet),
        ]
        room = seen.width - cells_of(start)
        written = _marked(output, truth, paint)
        if len(answer.outputs) > 1:
            written.append(Segment(f"  p {probability(float(np.exp(output.log_prob)))}", paint.quiet))
        told = [Segment(f"  {visible(truth)}", paint.right)] if truth is not None and not right else []
        if cells_of(written) + cells_of(told) <= room or not told:
            lines.append((*start, *_within(written, room), *told))
        else:
            lines.append((*start, *_within(written, room)))
            beneath = Segment(" " * (cells_of(start) - 3) + " ✓ ", paint.right)
            lines.append((beneath, *_within([Segment(visible(truth or ""), paint.right)], room)))
    return lines


def _marked(output: Written, truth: str | None, paint: Paint) -> list[Segment]:
    """The output with wrong symbols in reverse."""
    spaced = any(token.startswith(" ") and len(token) > 1 for token in output.tokens)  # words with the space before them
    joint = "" if spaced or "".join(output.tokens) == output.text else " "
    if truth is None:
        return [Segment(visible(output.text))]
    true_tokens = split_target(truth, "words" if spaced else "tokens" if joint else "characters")
    pieces: list[Segment] = []
    for k, (here, there) in enumerate(aligned(output.tokens, true_tokens)):
        if k and joint:
            pieces.append(Segment(joint))
        shown = _MISSING if here is None else visible(here)
        pieces.append(Segment(shown, Style() if here == there else paint.wrong + Style(reverse=here is not None)))
    return pieces


def _within(pieces: Sequence[Segment], room: int) -> list[Segment]:
    """The pieces in at most `room` cells; an ellipsis stands for the rest."""
    if cells_of(pieces) <= room:
        return list(pieces)
    kept: list[Segment] = []
    left = room - 1
    for segment in pieces:
        kept.append(Segment(cut(segment.text, left) if segment.cell_length > left else segment.text, segment.style))
        left -= segment.cell_length
        if left <= 0:
            break
    return [*kept, Segment("…")] if not kept[-1].text.endswith("…") else kept


def _attention(seen: Seen[WrittenText]) -> Scene:
    """The weights of the chosen source's symbols at each step of writing."""
    answer = seen.example
    if answer is None or not answer.outputs:
        return Scene(Nothing(_NO_ATTENTION_YET))
    output = answer.outputs[0]
    if not output.attention.size:
        return Scene(
            Nothing(
                "This network has no attention: its decoder knows only the encoder's last state of the source.\n"
                "One with attention looks at every symbol at each step: press a to add one (attention: dot)."
            ),
            _verdict(answer),
        )
    picture = attention_picture(answer.symbols, output)
    legend = [
        Piece(0, map_legend(seen.paint, "sequential", 0, 1)),
        Piece(1, Content("share of attention, numbers in %")),
        Piece(3, Content("across the source, down the output")),
    ]
    start = int(output.attention[0].argmax()), 0
    matrix = Matrix(
        picture, lambda at, row: _tell(answer.symbols, output, at, row), start, across=tokens_of(answer.symbols), reads=True
    )
    return Scene(matrix, _verdict(answer), legend)


ATTENTION = View(
    "attention",
    Help(
        "a row for each written symbol, from top to bottom: the source symbols that the decoder looked at",
        "in percent of the row; a copied part shows as a diagonal",
        "follow the row of one output symbol while training goes on: it sharpens",
        "α_tj = softmax_j(score(h^d_{t−1}, h^e_j)), c_t = Σ_j α_tj h^e_j",
    ),
    _attention,
)


def attention_picture(source: Sequence[str], output: Written) -> Picture:
    """Source symbols across, output symbols down; </s> is the last of them."""
    symbols = [*output.tokens, END][: len(output.attention)]
    width = max(5, max(cell_len(_symbol(symbol)) for symbol in symbols))
    labels = tuple(padded(_symbol(symbol), width) for symbol in symbols)
    weights = np.ascontiguousarray(output.attention.T)
    words = np.array([[percent(w) if w >= _LOWEST_WORTH_A_NUMBER else "" for w in row] for row in weights.tolist()])
    letters = Letters.of_symbols(source)
    return Picture(letters, frozenset(), weights, np.arange(len(symbols)), "sequential", 0, 1, labels, "wrote", words, widest=5)


def _symbol(symbol: str) -> str:
    """A written symbol as a row's label."""
    if symbol == " ":
        return "␣"
    return glyph(symbol, cells(symbol)) if len(symbol) == 1 else cut(symbol, 8)


def _tell(source: Sequence[str], output: Written, at: int, row: int) -> list[Piece]:
    """Where the decoder looked before it wrote the row's symbol."""
    weights = output.attention[row]
    symbol = output.tokens[row] if row < len(output.tokens) else END
    wrote = describe_symbol(symbol.strip() or symbol)
    parts = [Piece(0, Content.assemble("to write ", (wrote, "bold"), " it looked at "))]
    looked = [at, *(k for k in np.argsort(-weights, kind="stable")[:4].tolist() if k != at)]
    for rank, k in enumerate(looked):
        share = Content.assemble((describe_symbol(source[k]), "bold"), f" ({k + 1}) {probability(float(weights[k]))}")
        parts.append(Piece(rank, share, "" if not rank else " · "))
    return parts


def _verdict(answer: WrittenText) -> list[Piece]:
    said = visible(answer.outputs[0].text) if answer.outputs else ""
    parts = [Piece(1, Content.assemble(visible(answer.source), " → ", (said, "bold")))]
    if answer.truth is not None:
        right = said == visible(answer.truth)
        parts.append(Piece(1, Content("✓") if right else Content(f"✗ right: {visible(answer.truth)}"), " "))
    return parts
