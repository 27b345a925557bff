"""The kinds of data that a network can learn from: what is known about each, in one place. A leaf, data alone.

What a layer *does* for a kind (its network, its learner, how it is scored, drawn and reported) stands in that layer's
registry, under the kind's name. Code that differs by kind asks for a property here or looks up such a registry; it
compares no names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tui_rnn.display import counted


@dataclass(frozen=True)
class Noun:
    """A thing that is counted: 'sentence', 'sentences'."""

    one: str
    many: str

    def count(self, n: int) -> str:
        """'1 sentence', '1,200 sentences'."""
        return counted(n, self.one, self.many)


@dataclass(frozen=True)
class Metric:
    """A figure that is reported beside the loss, from 0 to 1.

    key: its name in files, in JSON and in `Evaluation.metrics`. title: what it is called; "" where it follows another of the
    same title. of: what it is a share of, written after its value. in_short: what follows its value where room is short;
    "": it is left out there. is_share: it is shown in per cent, else as a number; is_points: as a number times 100, the usual
    form of BLEU.
    """

    key: str
    title: str
    of: str = ""
    in_short: str = ""
    higher_is_better: bool = True
    is_share: bool = True
    is_points: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of data, and what is learnt of it.

    name: the key of every registry, and the name in a run's file. task: its --task. title: the task in words. in_brief: the
    same where room is short. said_as: its name in messages of the command line. loss_unit: what the loss is a mean over; ""
    means a predicted token, such as a character. metrics: the main one, which is charted, comes first. example: what its data
    consist of; None for one running text. label: what an example is labelled with, or None. tokens: what its networks can
    read. placeholders: what a person can type to it, in ever fewer words. typed_early: what happens to a text that is typed
    before training begins. on_screen: what the playground shows. default_runs: for each run that the playground opens with,
    the settings that differ from the defaults.

    A network of a kind that `answers` reads a whole text and says something about it. The others are language models, which
    predict each token from those before it and can write. writes_answers: the answer is a text, written token by token.
    """

    name: str
    task: str
    title: str
    in_brief: str
    said_as: str
    loss_unit: str
    metrics: tuple[Metric, ...]
    example: Noun | None
    label: Noun | None
    answers: bool
    writes_answers: bool
    tokens: tuple[str, ...]
    placeholders: tuple[str, ...]
    typed_early: str
    on_screen: str
    default_runs: tuple[Mapping[str, Any], ...]

    @property
    def main_metric(self) -> Metric | None:
        """The metric that is charted beside the loss; None where the loss says all."""
        return self.metrics[0] if self.metrics else None

    @property
    def is_stream(self) -> bool:
        """Whether the data are one running text, which parallel streams go through, instead of separate examples."""
        return self.example is None

    @property
    def labels_words(self) -> bool:
        """Whether words have labels, so that words that training has seen are scored apart from others."""
        return self.label is not None and self.loss_unit == "word"

    @property
    def draws_items(self) -> bool:
        """Whether a network writes whole items, one after another."""
        return not (self.answers or self.is_stream)


ANSWERED_THEN = "it will be answered then"

RUNNING_TEXT = Kind(
    name="lm",
    task="lm",
    title="language model",
    in_brief="running text",
    said_as="lm on a running text",
    loss_unit="",
    metrics=(),
    example=None,
    label=None,
    answers=False,
    writes_answers=False,
    tokens=("char", "word", "byte"),
    placeholders=("a beginning: the network goes on from it", "a beginning"),
    typed_early="the first samples will begin with it",
    on_screen="An Elman network and an LSTM learn it side by side.",
    # A playground run has no goal, so its rate never falls: the Elman network then settles lower at a smaller one (after
    # 12,000 steps on the prose 1.35 nats/char against 1.39 at the LSTM's 0.01).
    default_runs=({"cell": "elman", "learning_rate": 0.004}, {}),
)
ITEMS = Kind(
    name="items",
    task="lm",
    title="language model over items",
    in_brief="item by item",
    said_as="lm with --items",
    loss_unit="",
    metrics=(),
    example=Noun("item", "items"),
    label=None,
    answers=False,
    writes_answers=False,
    tokens=("char", "word", "byte"),
    placeholders=("a beginning: the network completes it while you type", "a beginning to complete"),
    typed_early="the first items will begin with it",
    on_screen="Fresh items from <s> to </s>, those that stand in the file marked with =, and the gates over one of them.",
    default_runs=RUNNING_TEXT.default_runs,
)
TAGGED = Kind(
    name="tag",
    task="tag",
    title="tagging",
    in_brief="tagging",
    said_as="tag",
    loss_unit="word",
    metrics=(
        Metric("accuracy", "accuracy", "of the words", "of words right"),
        Metric("accuracy_unseen", "", "of those that training lacks", "of unseen words"),
        Metric("macro_f1", "macro F1", is_share=False),
    ),
    example=Noun("sentence", "sentences"),
    label=Noun("tag", "tags"),
    answers=True,
    writes_answers=False,
    tokens=("char", "word", "word+char"),
    placeholders=("a sentence: the network tags it while you type", "a sentence to tag"),
    typed_early=ANSWERED_THEN,
    on_screen="Sentences with a tag for each word, the wrong ones marked; which tags are taken for which; the gates.",
    default_runs=({"cell": "elman"}, {}),
)
LABELLED = Kind(
    name="classify",
    task="classify",
    title="classification",
    in_brief="classification",
    said_as="classify",
    loss_unit="text",
    metrics=(
        Metric("accuracy", "accuracy", in_short="right"),
        Metric("macro_f1", "macro F1", in_short="macro F1", is_share=False),
    ),
    example=Noun("text", "texts"),
    label=Noun("class", "classes"),
    answers=True,
    writes_answers=False,
    tokens=("char", "word", "word+char", "byte"),
    placeholders=("a text: the network says its class while you type", "a text to classify"),
    typed_early=ANSWERED_THEN,
    on_screen="Texts with their class, and the class after each symbol; which classes are taken for which; the gates.",
    default_runs=({}, {"pool": "mean"}),
)
PAIRS = Kind(
    name="seq2seq",
    task="seq2seq",
    title="sequence to sequence",
    in_brief="sequence to sequence",
    said_as="seq2seq",
    loss_unit="",
    metrics=(
        Metric("exact_match", "exact match", in_short="exactly right"),
        Metric("token_error_rate", "token error rate", in_short="of symbols wrong", higher_is_better=False),
        Metric("bleu", "BLEU", in_short="BLEU", is_share=False, is_points=True),
        Metric("chrf", "chrF", in_short="chrF", is_share=False, is_points=True),
    ),
    example=Noun("pair", "pairs"),
    label=None,
    answers=True,
    writes_answers=True,
    tokens=("char", "word", "byte"),
    placeholders=("a source: the network writes its target as you type", "a source to write a target for"),
    typed_early=ANSWERED_THEN,
    on_screen="What is written beside what is right; where it looks while it writes; how much is right by length; the gates.",
    default_runs=({}, {"attention": "none"}),
)

KINDS = {kind.name: kind for kind in (RUNNING_TEXT, ITEMS, TAGGED, LABELLED, PAIRS)}
"""Every kind by its name."""

TASKS = tuple(dict.fromkeys(kind.task for kind in KINDS.values()))
"""What --task can be."""

ANSWERING = tuple(kind.name for kind in KINDS.values() if kind.answers)
"""The kinds whose networks answer a text."""
LANGUAGE_MODELS = tuple(kind.name for kind in KINDS.values() if not kind.answers)
"""The kinds whose networks predict the next token, and can write."""
