"""The answers to a typed text, for the views that show scores and no examples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from textual.content import Content

from tui_rnn.display import visible
from tui_rnn.insight.answers import ClassifiedText, TaggedText, TextAnswer
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.widgets.pieces import Piece, fit, probability

_LIKELIEST = 5  # classes in the line, if they have room


def answer_lines(runs: Sequence[RunState], width: int) -> list[Content]:
    """Each run's answer to the typed text, in lines of `width` cells, without runs that have not answered; with names if
    several have."""
    answers = [(run.name, run.asked.said[0]) for run in runs if run.asked is not None and run.asked.said]
    names = [f"{visible(name)} → " if len(answers) > 1 else "→ " for name, _ in answers]
    return [
        Content.assemble((name, "$text-muted"), _said(answer, width - len(name)))
        for name, (_, answer) in zip(names, answers, strict=True)
    ]


def _said(answer: TextAnswer, width: int) -> Content:
    match answer:
        case ClassifiedText():
            likeliest = np.argsort(-answer.probs, kind="stable")[:_LIKELIEST].tolist()
            return fit([Piece(rank, _class(answer, k, rank)) for rank, k in enumerate(likeliest)], width)
        case TaggedText():
            pairs = zip(answer.words, answer.tags, strict=True)
            told = [Content.assemble((visible(word), "bold"), " ", (visible(tag), "$text-muted")) for word, tag in pairs]
            return Content("  ").join(told)
        case _:
            return Content.styled(visible(answer.outputs[0].text) if answer.outputs else "", "bold")


def _class(answer: ClassifiedText, at: int, rank: int) -> Content:
    return Content.assemble((visible(answer.labels[at]), "" if rank else "bold"), f" {probability(float(answer.probs[at]))}")


def example_text(answer: TextAnswer) -> str:
    """The text and the answer, on one line each."""
    match answer:
        case ClassifiedText():
            return f"{answer.text}\n{answer.label}"
        case TaggedText():
            return " ".join(answer.words) + "\n" + " ".join(answer.tags)
        case _:
            return "\n".join([answer.source, *(output.text for output in answer.outputs)])
