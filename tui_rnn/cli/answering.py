"""Answers of trained networks: for a script as a record, for a person as lines that are safe to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tui_rnn.cli.output import note
from tui_rnn.cli.scores import share
from tui_rnn.display import describe, visible

if TYPE_CHECKING:
    from tui_rnn.data.tokens import TextVocabulary
    from tui_rnn.insight.answers import ClassifiedText, TextAnswer

CLASSES_SHOWN = 3
NAMED = 10  # unknown characters


def record(answer: TextAnswer) -> dict[str, Any]:
    """An answer for a script."""
    from tui_rnn.insight.answers import ClassifiedText, TaggedText

    if isinstance(answer, TaggedText):
        rows = zip(answer.words, answer.tags, answer.probs, answer.unseen, strict=True)
        return {"words": [{"word": w, "tag": t, "probability": p, "unseen": u} for w, t, p, u in rows]}
    if isinstance(answer, ClassifiedText):
        probabilities = {answer.labels[k]: answer.probs[k] for k in (-answer.probs).argsort(kind="stable")}
        return {"label": answer.label, "probability": answer.probs.max(), "probabilities": probabilities}
    outputs = [{"text": one.text, "tokens": one.tokens, "log_prob": one.log_prob, "ended": one.ended} for one in answer.outputs]
    first = answer.outputs[0]
    return {"output": first.text, "log_prob": first.log_prob, "ended": first.ended, "outputs": outputs}


def classes(answer: ClassifiedText, position: int | None = None) -> str:
    """The likeliest classes and their shares, after the whole text or after the character at `position`."""
    probs = answer.probs if position is None else answer.after_each[position]
    likeliest = (-probs).argsort(kind="stable")[:CLASSES_SHOWN]
    return ", ".join(f"{visible(answer.labels[k])} {share(float(probs[k]))}" for k in likeliest)


def note_unknown(text: str, unknown: Sequence[int], vocabulary: TextVocabulary) -> None:
    """Say on stderr which tokens of a text the run doesn't know. unknown: their places, as encoding the text found them."""
    if not unknown:
        return
    if vocabulary.kind == "char":
        found = sorted({text[position] for position in unknown})
        named = ", ".join(map(describe, found[:NAMED])) + (", …" if len(found) > NAMED else "")
    else:
        named = f"{len(unknown):,} of the text's {vocabulary.kind}s"
    fallback = describe(vocabulary.fallback) if len(vocabulary.fallback) == 1 else vocabulary.fallback
    note(f"the run doesn't know {named}: read as {fallback}")
