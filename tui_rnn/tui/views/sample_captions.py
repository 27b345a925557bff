"""The words and colours of a sample: its title, its settings, and the style of each character."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from rich.style import Style
from textual.content import Content

from tui_rnn.data.tokens import UNKNOWN_WORD
from tui_rnn.display import visible
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.items import DrawnItems
from tui_rnn.insight.sample import Sampled
from tui_rnn.lab.messages import Answered
from tui_rnn.tui.colours import LEVELS, Paint, levels
from tui_rnn.tui.views.sampling import words
from tui_rnn.tui.widgets.flow import Letters
from tui_rnn.tui.widgets.legend import SURPRISE_BITS
from tui_rnn.tui.widgets.pieces import Piece

_PROMPT, _UNKNOWN = LEVELS + 10, LEVELS + 11  # codes beside the levels of surprise


def codes(sample: Sampled, letters: Letters) -> list[int]:
    """The code of each character: its level of surprise, or a part of the prompt."""
    bits = np.nan_to_num(sample.surprise_nats.astype(np.float64) / math.log(2))
    codes: list[int] = levels(bits, 0.0, SURPRISE_BITS).tolist()
    for at in range(len(sample.prompt)):
        codes[at] = _UNKNOWN if at in sample.unknown else _PROMPT
    for at in range(1, len(codes)):
        if letters.widths[at] == 0:  # an accent has the colour of its letter
            codes[at] = codes[at - 1]
    return codes


def title(name: str, sample: Answered[Sampled]) -> list[Piece]:
    drawn = sample.answer.sampling
    parts = [
        Piece(0, Content("sample")),
        Piece(0, Content(visible(name))),
        Piece(2, Content("greedy" if drawn.temperature == 0 else f"temperature {drawn.temperature:g}")),
    ]
    if drawn.top_k:
        parts.append(Piece(4, Content(f"top-k {drawn.top_k}")))
    if drawn.top_p < 1:
        parts.append(Piece(4, Content(f"top-p {drawn.top_p:g}")))
    if drawn.min_p:
        parts.append(Piece(4, Content(f"min-p {drawn.min_p:g}")))
    if drawn.repetition_penalty != 1:
        parts.append(Piece(4, Content(f"penalty {drawn.repetition_penalty:g}")))
    if sample.request_id is not None:
        parts.append(Piece(1, Content("from your prompt")))
    return [*parts, Piece(3, Content(f"step {sample.step:,}"))]


def settings(sampling: Sampling) -> list[Piece]:
    """The settings that draw the next samples."""
    told = words(sampling)
    pieces = [
        Piece(rank, Content.assemble(f"{name} ", (told[name], "$foreground")))
        for rank, name in ((0, "temperature"), (2, "top-k"), (3, "top-p"), *_seldom(told), (1, "length"))
    ]
    return [*pieces, Piece(4, Content.assemble(("v", "$accent"), " changes them"))]


def _seldom(told: Mapping[str, str]) -> list[tuple[int, str]]:
    """The settings that are named only if they are on."""
    return [(3, name) for name in ("min-p", "repetition penalty") if told[name] != "off"]


def unknown_note(drawn: Sampled | DrawnItems, width: int) -> str:
    """The note on a prompt with unknown symbols: the longest that fits, else the shortest."""
    count, what = (drawn.unknown_words, "word") if drawn.unknown_words else (len(drawn.unknown), "character")
    whats = what if count == 1 else f"{what}s"
    lacks = f"{count} {whats} of the prompt {'is' if count == 1 else 'are'} not in the vocabulary"
    marked = "marked; " if isinstance(drawn, Sampled) else ""
    read = UNKNOWN_WORD if drawn.unknown_words else "its fallback"
    brief = f"{count} unknown {whats}"
    return next((note for note in (f"{lacks}: {marked}the model read {read} instead", lacks) if len(note) <= width), brief)


def style_of(code: int, paint: Paint) -> Style:
    """The style of one of `codes`."""
    if code == _PROMPT:
        return paint.prompt
    return Style(reverse=True, underline=True) if code == _UNKNOWN else paint.surprise(code)
