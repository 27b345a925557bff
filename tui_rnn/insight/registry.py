"""Every question that a network can be asked: one entry each. The lab's messages, the command `tui-rnn ask`, the API's
`run.ask` and the help of all three are made from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, cast

from tui_rnn.errors import InputError
from tui_rnn.insight import (
    ablate,
    alike,
    arithmetic,
    biography,
    candidates,
    copied,
    costs,
    edit,
    embedding,
    halves,
    health,
    hold,
    horizon,
    identity,
    items,
    over,
    passages,
    predict,
    rollout,
    sample,
    scores,
    surprise,
    surprise_compared,
    trace,
    units,
    why,
)
from tui_rnn.insight.question import Answer, Found, Progress, Question, Subject, silent
from tui_rnn.kinds import ANSWERING, ITEMS, KINDS, LANGUAGE_MODELS, RUNNING_TEXT, TAGGED, Kind

TEXT_OR_SOURCE = "text|source"
"""An argument that is a source if a file, a folder or a built-in of that name exists, else the field `text`."""
SOURCE = "source"
"""An argument that names what the network is asked about: a file, a folder or a built-in. All others are fields."""


@dataclass(frozen=True)
class QuestionEntry:
    """What is known about a question besides its fields.

    name: its name on the command line. title: in few words, for a list. answer: the function from a question to its answer.
    kinds: the kinds of data whose networks can answer it; elsewhere: why others can't, in one line. slow: it is answered on a
    copy of the weights while training goes on; a quick one is answered between two training steps. arguments: what the command
    line takes after the runs, in order: names of fields that hold a text, SOURCE and TEXT_OR_SOURCE. compared: from the answers
    of two runs to their comparison. changes_with: the answer changes only if this changes, by default the step of the weights;
    None: nothing can be answered yet.
    """

    name: str
    title: str
    question: type[Question[Any]]
    answer: Callable[[Subject, Any, Progress], Answer]
    kinds: tuple[str, ...] = tuple(KINDS)
    elsewhere: str = ""
    slow: bool = False
    arguments: tuple[str, ...] = ()
    compared: Callable[[Sequence[Any]], Answer] | None = None
    changes_with: Callable[[Subject], object] = lambda subject: subject.step

    @property
    def help(self) -> str:
        """What is asked, from the question's docstring."""
        return " ".join((self.question.__doc__ or "").split())


QUESTIONS = {
    entry.name: entry
    for entry in (
        QuestionEntry("trace", "what goes on inside while it reads a text", trace.Trace, trace.answer, arguments=("text",)),
        QuestionEntry(
            "sample",
            "a text that it writes",
            sample.Sample,
            sample.answer,
            kinds=LANGUAGE_MODELS,
            elsewhere="only a language model continues a text, ask predict",
            arguments=("prompt",),
        ),
        QuestionEntry(
            "items",
            "items that it draws",
            items.Items,
            items.answer,
            kinds=(ITEMS.name,),
            elsewhere="only a language model over items knows where one ends, ask sample or predict",
        ),
        QuestionEntry(
            "predict",
            "what it says to texts",
            predict.Predict,
            predict.answer,
            kinds=ANSWERING,
            elsewhere="a language model answers no texts, ask sample",
            arguments=("texts",),
        ),
        QuestionEntry(
            "surprise",
            "what a text costs it, and where most",
            surprise.Surprise,
            surprise.answer,
            kinds=LANGUAGE_MODELS,
            elsewhere="only a language model predicts each token of a text, ask predict",
            slow=True,
            arguments=(TEXT_OR_SOURCE,),
            compared=surprise_compared.compared,
        ),
        QuestionEntry("units", "which units track something", units.Units, units.answer, slow=True, arguments=(SOURCE,)),
        QuestionEntry(
            "candidates",
            "what may come next, and what each choice would lead to",
            candidates.Candidates,
            candidates.answer,
            kinds=LANGUAGE_MODELS,
            elsewhere="only a language model continues a text, ask predict",
            slow=True,
            arguments=("text",),
        ),
        QuestionEntry("over", "one unit over the whole text", over.Over, over.answer, slow=True, arguments=("text",)),
        QuestionEntry(
            "passages", "where a unit is highest and lowest", passages.Passages, passages.answer, slow=True, arguments=(SOURCE,)
        ),
        QuestionEntry("alike", "passages like a range of the text", alike.Alike, alike.answer, slow=True, arguments=(SOURCE,)),
        QuestionEntry(
            "copied",
            "whether a text is copied from the training part or made up",
            copied.Copied,
            copied.answer,
            kinds=LANGUAGE_MODELS,
            elsewhere="only a language model writes texts by itself, ask predict",
            slow=True,
            arguments=("text",),
        ),
        QuestionEntry(
            "arithmetic",
            "every equation with the numbers of a unit",
            arithmetic.Arithmetic,
            arithmetic.answer,
            arguments=("text",),
        ),
        QuestionEntry(
            "biography", "how a unit became what it is", biography.Biography, biography.answer, slow=True, arguments=(SOURCE,)
        ),
        QuestionEntry(
            "costs", "what each prediction costs it, one by one", costs.Costs, costs.answer, slow=True, arguments=(SOURCE,)
        ),
        QuestionEntry("embedding", "where its symbols lie", embedding.Embedding, embedding.answer),
        QuestionEntry("identity", "which network it is, by its weights", identity.Identity, identity.answer),
        QuestionEntry("health", "whether it is well", health.Health, health.answer, slow=True, arguments=(SOURCE,)),
        QuestionEntry("ablate", "what each unit is worth", ablate.Ablate, ablate.answer, slow=True, arguments=(SOURCE,)),
        QuestionEntry(
            "hold",
            "what if a gate is held, the memory frozen, or the state cut",
            hold.Hold,
            hold.answer,
            slow=True,
            arguments=(SOURCE,),
        ),
        QuestionEntry(
            "halves",
            "what each half of [h_t^f ; h_t^b] knows of x_t",
            halves.Halves,
            halves.answer,
            kinds=(TAGGED.name,),
            elsewhere="only a tagger is read out at each position, ask why",
            slow=True,
            arguments=("text",),
        ),
        QuestionEntry(
            "horizon",
            "how far back it looks",
            horizon.Horizon,
            horizon.answer,
            kinds=(RUNNING_TEXT.name,),
            elsewhere="only a running text goes far back, ask why about one of its answers",
            slow=True,
            arguments=(SOURCE,),
        ),
        QuestionEntry(
            "rollout",
            "how well it predicts when it is fed its own predictions",
            rollout.Rollout,
            rollout.answer,
            kinds=rollout.KINDS,
            elsewhere="a tagger or classifier is not fed its own predictions, ask predict",
            slow=True,
            arguments=(SOURCE,),
        ),
        QuestionEntry("why", "why it says this and not that", why.Why, why.answer, slow=True, arguments=("text",)),
        QuestionEntry("edit", "what an edit of a text changes", edit.Edit, edit.answer, arguments=("text", "other")),
        QuestionEntry(
            "scores",
            "how well it does",
            scores.Scores,
            scores.answer,
            arguments=(SOURCE,),
            changes_with=lambda subject: subject.evaluated_step if subject.evaluation else None,
        ),
    )
}
"""Every question by its name."""

_BY_TYPE = {entry.question: entry for entry in QUESTIONS.values()}


def entry_of(question: Question[Any]) -> QuestionEntry:
    """What is known about a question. Raises InputError for what is none."""
    if entry := _BY_TYPE.get(type(question)):
        return entry
    known = ", ".join(one.question.__name__ for one in QUESTIONS.values())
    raise InputError(f"{question!r:.60} is no question, expected one of {known}")


def entry_of_class(question: type[Question[Any]]) -> QuestionEntry:
    """What is known about all questions of a class."""
    return _BY_TYPE[question]


def check_fits(entry: QuestionEntry, kind: Kind) -> None:
    """Raise InputError if networks of a kind can't answer a question."""
    if kind.name not in entry.kinds:
        raise InputError(f"{entry.name} can't be asked of {kind.title}: {entry.elsewhere}")


def answer(subject: Subject, question: Question[Found], progress: Progress = silent) -> Found:
    """The answer of a network to a question. Raises InputError if there can't be one, and what progress raises."""
    from threadpoolctl import threadpool_limits  # the screen, which only asks, does not need it

    entry = entry_of(question)
    check_fits(entry, subject.kind)
    # BLAS's threads spin while they wait for each other: on a busy machine, two of them take ten times as long as one
    with threadpool_limits(1, "blas") if entry.slow else nullcontext():
        return cast(Found, entry.answer(subject, question, progress))
