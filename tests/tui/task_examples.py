"""Answers and scores made by hand for the screens of the tasks, and what a scene of theirs says in plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from rich.segment import Segment

from tui_rnn.config import RunConfig
from tui_rnn.insight.answers import (
    ClassifiedText,
    Confusion,
    DrawnItem,
    MatchByLength,
    TaggedText,
    TextAnswer,
    Written,
    WrittenText,
)
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.items import DrawnItems
from tui_rnn.insight.predict import Predictions
from tui_rnn.insight.scores import Scored
from tui_rnn.tui.colours import Paint
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.views.view import Seen
from tui_rnn.tui.widgets.heatmap_lines import Picture
from tui_rnn.tui.widgets.pieces import Piece
from tui_rnn.tui.widgets.scene import Lines, Matrix, Scene

TRUE_COLOUR, NO_COLOUR = Paint("true", True), Paint("none", True)


def tagged(words: str, tags: str, truth: str | None = None, unseen: Sequence[int] = ()) -> TaggedText:
    """A sentence from words and tags between spaces."""
    split = tuple(words.split())
    missing = tuple(at in unseen for at in range(len(split)))
    probs = np.linspace(0.9, 0.5, len(split)).astype(np.float32)
    return TaggedText(split, tuple(tags.split()), probs, missing, tuple(truth.split()) if truth else None)


def classified(text: str, probs: dict[str, float], truth: str | None = None, *, mean: bool = False) -> ClassifiedText:
    """A text whose distribution goes from even to `probs` while it is read."""
    end = np.array(list(probs.values()), np.float32)
    share = np.linspace(0, 1, len(text), dtype=np.float32)[:, None]
    after_each = (1 - share) / len(end) + share * end
    contributions = np.outer(share[:, 0] - 0.5, end - end.mean()).astype(np.float32) if mean else None
    return ClassifiedText(text, tuple(text), tuple(probs), end, after_each, contributions, truth)


def written(
    source: str, tokens: Sequence[str], truth: str | None = None, *, joint: str = "", attention: bool = True
) -> WrittenText:
    """One output; with attention, step k looks at character k of the source, the last one from there on."""
    steps = len(tokens) + 1
    weights = np.zeros((steps if attention else 0, len(source)), np.float32)
    for k in range(len(weights)):
        weights[k, min(k, len(source) - 1)] = 1
    return WrittenText(source, tuple(source), (Written(tuple(tokens), joint.join(tokens), -0.5, weights),), truth)


def confusion(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> Confusion:
    table = np.array(counts, np.int64)
    both = np.maximum(table.sum(0) + table.sum(1), 1)
    return Confusion(tuple(labels), table, 2 * np.diag(table) / both)


def by_length(*points: tuple[int, int, float]) -> MatchByLength:
    """(length, count, share) of each."""
    lengths, counts, shares = zip(*points, strict=True)
    return MatchByLength(np.array(lengths, np.int64), np.array(counts, np.int64), np.array(shares, np.float64))


def items(
    *texts: str,
    step: int = 100,
    found: dict[str, str] | None = None,
    cut: Sequence[str] = (),
    prompt: str = "",
    unknown: Iterable[int] = (),
    words: int = 0,
) -> DrawnItems:
    found = found or {}
    drawn = tuple(DrawnItem(text, text not in cut, 1.9, found.get(text)) for text in texts)
    return DrawnItems(step, drawn, Sampling(), 1, prompt, tuple(unknown), words)


def a_run(
    *answers: TextAnswer,
    run_id: int = 1,
    name: str = "BiLSTM 128",
    step: int = 1200,
    metrics: dict[str, float] | None = None,
    table: Confusion | None = None,
    lengths: MatchByLength | None = None,
    drawn: Sequence[DrawnItems] = (),
) -> RunState:
    """A run as the screen knows it after these answers to the validation examples and this evaluation."""
    run = RunState(run_id, name, RunConfig("tag"), 99_000)
    run.answered = Predictions(step, answers) if answers else None
    if metrics is not None or table is not None or lengths is not None:
        run.scored = Scored(step, 1.0, 2_510, "text", metrics or {}, table, lengths, 2_510)
    run.items = tuple(drawn)
    return run


def seen(
    run: RunState,
    *others: RunState,
    paint: Paint = TRUE_COLOUR,
    width: int = 60,
    height: int = 12,
    chosen: int = 0,
    typed: TextAnswer | None = None,
) -> Seen[Any]:
    examples = ((typed,) if typed else ()) + (run.answered.said if run.answered else ())
    return Seen(run, (run, *others), examples, typed is not None, chosen, paint, width, height)


def page(scene: Scene) -> list[str]:
    """The lines of a page as plain text."""
    return ["".join(segment.text for segment in line).rstrip() for line in lines(scene)]


def lines(scene: Scene) -> Sequence[Sequence[Segment]]:
    assert isinstance(scene.body, Lines)
    return scene.body.lines


def matrix(scene: Scene) -> Matrix:
    assert isinstance(scene.body, Matrix)
    return scene.body


def words_of(picture: Picture) -> np.ndarray:
    """What is written in the cells."""
    assert picture.words is not None
    return picture.words


def told(parts: Iterable[Piece]) -> str:
    """Parts of a title, a legend or a note as one line."""
    return " · ".join(part.content.plain for part in parts)
