"""Answers of trained networks: a record for a script, lines that are safe to show for a person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_rnn.cli.output import note
from tui_rnn.cli.scores import share
from tui_rnn.display import describe, visible
from tui_rnn.kinds import LABELLED, PAIRS, TAGGED

if TYPE_CHECKING:
    from tui_rnn.data.tokens import TextVocabulary
    from tui_rnn.insight.answers import ClassifiedText, TaggedText, WrittenText

CLASSES_SHOWN = 3
TEXT_SHOWN = 60  # characters of a text beside its class
NAMED = 10  # unknown characters


@dataclass(frozen=True)
class Form:
    """How answers about one kind of data are written. record: for a script. show(answer, many): print it for a person, as one
    of many or alone. ended: whether it ended before the limit."""

    record: Callable[[Any], dict[str, Any]]
    show: Callable[[Any, bool], None]
    ended: Callable[[Any], bool] = lambda answer: True


def _tagged(answer: TaggedText) -> dict[str, Any]:
    rows = zip(answer.words, answer.tags, answer.probs, answer.unseen, strict=True)
    return {"words": [{"word": w, "tag": t, "probability": p, "unseen": u} for w, t, p, u in rows]}


def _show_tagged(answer: TaggedText, many: bool) -> None:
    for pair in zip(answer.words, answer.tags, strict=True):
        print(*(map(visible, pair) if sys.stdout.isatty() else pair), sep="\t")
    if many:
        print()


def _classified(answer: ClassifiedText) -> dict[str, Any]:
    probabilities = {answer.labels[k]: answer.probs[k] for k in (-answer.probs).argsort(kind="stable")}
    return {"label": answer.label, "probability": answer.probs.max(), "probabilities": probabilities}


def _show_classified(answer: ClassifiedText, many: bool) -> None:
    text = answer.text if len(answer.text) <= TEXT_SHOWN else answer.text[:TEXT_SHOWN] + "…"
    print(f"{classes(answer)}\t{visible(text)}" if many else classes(answer))


def _written(answer: WrittenText) -> dict[str, Any]:
    outputs = [{"text": one.text, "tokens": one.tokens, "log_prob": one.log_prob, "ended": one.ended} for one in answer.outputs]
    first = answer.outputs[0]
    return {"output": first.text, "log_prob": first.log_prob, "ended": first.ended, "outputs": outputs}


def _show_written(answer: WrittenText, many: bool) -> None:
    outputs = [visible(one.text) if sys.stdout.isatty() else one.text for one in answer.outputs]
    if len(outputs) == 1:
        print(outputs[0])
        return
    for output, one in zip(outputs, answer.outputs, strict=True):
        source = f"{visible(answer.source)}\t" if many else ""
        print(f"{source}{one.log_prob:.3f}\t{output}")


FORMS = {
    TAGGED.name: Form(_tagged, _show_tagged),
    LABELLED.name: Form(_classified, _show_classified),
    PAIRS.name: Form(_written, _show_written, lambda answer: answer.outputs[0].ended),
}
"""By the kind of data."""


def classes(answer: ClassifiedText, position: int | None = None) -> str:
    """The likeliest classes and their shares, after the whole text or after the character at `position`."""
    probs = answer.probs if position is None else answer.after_each[position]
    likeliest = (-probs).argsort(kind="stable")[:CLASSES_SHOWN]
    return ", ".join(f"{visible(answer.labels[k])} {share(float(probs[k]))}" for k in likeliest)


def note_unknown(read: Iterable[tuple[str, Sequence[int]]], vocabulary: TextVocabulary) -> None:
    """Say on stderr which tokens the run doesn't know. read: texts, each with the places of its unknown tokens."""
    read = [(text, unknown) for text, unknown in read if unknown]
    if not read:
        return
    if vocabulary.kind == "char":
        found = sorted({text[position] for text, unknown in read for position in unknown})
        named = ", ".join(map(describe, found[:NAMED])) + (", …" if len(found) > NAMED else "")
    else:
        count = sum(len(unknown) for _, unknown in read)
        named = f"{count:,} of the {vocabulary.kind.partition('+')[0]}s"
    fallback = describe(vocabulary.fallback) if len(vocabulary.fallback) == 1 else vocabulary.fallback
    note(f"the run doesn't know {named}: read as {fallback}")
