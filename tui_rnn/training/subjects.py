"""Runs as the subjects of questions (see insight.question.Subject): one that trains, or one that was saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from tui_rnn.data.opening import Data, Part
from tui_rnn.data.symbols import Symbols
from tui_rnn.insight.question import Cancelled, Progress, Subject, TrainingRecord
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.evaluation import Evaluation
from tui_rnn.training.history import History
from tui_rnn.training.moments import Weights, nearest
from tui_rnn.training.networks import new_network
from tui_rnn.training.scoring import score
from tui_rnn.training.trainer import Trainer


def subject_of(trainer: Trainer) -> Subject:
    """A run between two training steps, with its own network: it must be asked before the next step."""
    learner, data = trainer.learner, trainer.data
    return Subject(
        config=trainer.config,
        symbols=learner.symbols,
        network=learner.network,
        step=trainer.weights_step,
        open_data=lambda: data,
        open_part=lambda: data.validation,
        score=scorer(learner.network, learner.symbols, trainer.threads),
        evaluation=trainer.latest,
        evaluated_step=trainer.latest_step,
        threads=trainer.threads,
        record=lambda: record_of(trainer.history, learner.network.arrays(), trainer.weights_step),
    )


def copy_of(trainer: Trainer, at_step: int | None = None) -> Subject:
    """The same with one thread and a copy of the present weights, or of the kept moment that is nearest to a step: it can be
    asked while training goes on."""
    subject, network = subject_of(trainer), trainer.learner.network
    now, past = trainer.weights_step, trainer.moments.weights
    step = now if at_step is None else nearest((*past, now), at_step)
    history = trainer.history.copy()
    record = record_of(history, network.arrays() if step == now else {}, step)
    copied = replace(subject, threads=1, record=lambda: record)
    if step == now:
        return with_past(with_weights(copied, network.parameters, step), past)
    return with_past(with_weights(replace(copied, evaluation=None), past[step], step), past)


def held_copy(trainer: Trainer, weights: Weights, step: int) -> Subject:
    """The same with held weights of a step, which may no longer be among the kept moments."""
    record = record_of(trainer.history.copy(), {}, step)
    subject = replace(subject_of(trainer), threads=1, evaluation=None, record=lambda: record)
    return with_past(with_weights(subject, weights, step), trainer.moments.weights)


def with_past(subject: Subject, past: Mapping[int, Weights]) -> Subject:
    """The same subject, which can also be asked about the kept steps of its past."""

    def at_moment(step: int) -> Subject:
        return subject if step == subject.step else with_weights(replace(subject, record=None), past[step], step)

    return replace(subject, moments=tuple(sorted({*past, subject.step})), at_moment=at_moment)


def record_of(history: History, arrays: Mapping[str, NDArray[Any]], step: int) -> TrainingRecord:
    """What training recorded up to a step. arrays: the network's at that step, or none."""
    curves, points = history.curves(), step // history.steps_per_point
    of_training = {name: curve[:points] for name, curve in curves.items() if not name.startswith("val_")}
    means = [
        {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
        for prefix in ("adam_m.", "adam_v.")
    ]
    return TrainingRecord(of_training, history.steps_per_point, *means)


def with_weights(subject: Subject, weights: Weights, step: int) -> Subject:
    """The same with a network of its own that has these weights, of a step."""
    network = new_network(subject.config, subject.symbols)
    network.set_parameters(weights)
    return replace(subject, network=network, score=scorer(network, subject.symbols, subject.threads), step=step)


def saved_subject(
    checkpoint: Checkpoint, network: Any, data: Callable[[], Data], part: Callable[[], Part] | None, threads: int
) -> Subject:
    """A saved run. data: opens what it was trained on. part: opens what it is asked about; None: the validation part of its own
    data."""
    facts = checkpoint.facts
    return Subject(
        config=facts.config,
        symbols=checkpoint.symbols,
        network=network,
        step=facts.weights_step,
        open_data=data,
        open_part=part or (lambda: data().validation),
        score=scorer(network, checkpoint.symbols, threads),
        threads=threads,
        record=lambda: record_of(checkpoint.history, checkpoint.network, facts.weights_step),
    )


def scorer(network: Any, symbols: Symbols, threads: int) -> Callable[[Part, Progress], Evaluation]:
    """A function that scores a network on a part of its data. It calls progress(0, 0) only to ask whether it may go on."""

    def score_part(part: Part, progress: Progress) -> Evaluation:
        def ended() -> bool:
            try:
                progress(0, 0)
            except Cancelled:
                return True
            return False

        found = score(network, symbols, part, threads, ended)
        if found is None:
            raise Cancelled
        return found

    return score_part
