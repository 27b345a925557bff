"""`tui-rnn train --from`: a run that begins from another run's weights, and what it still knows of that run's data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_rnn.cli import scores
from tui_rnn.cli.compiling import compile_kernels
from tui_rnn.cli.data_options import KINDS_OF, DataOptions
from tui_rnn.cli.opening import open_visibly
from tui_rnn.cli.options import check_belongs, option_name
from tui_rnn.cli.output import note, print_json
from tui_rnn.display import visible
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from tui_rnn.kinds import Kind
    from tui_rnn.training.evaluation import Evaluation
    from tui_rnn.training.trainer import Trainer


@dataclass(frozen=True)
class Forgetting:
    """before: the score of the weights on the other run's whole validation part before the first step. new: how many symbols,
    labels and targets were new. problem: why there is no score, "" if there is one."""

    name: str
    before: Evaluation | None
    new: Mapping[str, int]
    problem: str = ""

    def tell(self, kind: Kind, now: Evaluation | None, json: bool) -> None:
        """Print both scores. now: with the present weights."""
        if json:
            print_json(
                {
                    "event": "forgetting",
                    "data": self.name,
                    "new": dict(self.new),
                    **_record("before", self.before),
                    **_record("now", now),
                }
            )
            return
        if self.before is None:
            print(f"what it forgets of {visible(self.name)} is not known: {visible(self.problem)}")
        elif now is not None:
            key = kind.main_metric.key if kind.main_metric is not None else ""
            told = [scores.brief(kind, one.metrics.get(key, math.nan), one.loss_nats, one.unit) for one in (self.before, now)]
            print(f"on {visible(self.name)}, which it was trained on before: {told[1]}; {told[0]} when it began")


def _record(when: str, score: Evaluation | None) -> dict[str, Any]:
    metrics = {f"{key}_{when}": value for key, value in score.metrics.items()} if score else {}
    return {f"loss_nats_{when}": score.loss_nats if score else None, **metrics}


NETWORKS_OWN = ("task", "items", "tokens", "target_units", "fold_case")
"""The options that a network's own run has decided."""


class Begun(NamedTuple):
    """A run that is ready to train, and what it can forget."""

    trainer: Trainer
    old: Forgetting


def begun_from(
    path: Path,
    sources: tuple[str, ...],
    data_options: DataOptions,
    settings: dict[str, Any],
    keeps_best: bool,
    threads: int | None,
    json: bool,
    keep_optimizer: bool,
) -> Begun:
    """A new run with the weights of another, on data whose symbols may be new to it. keeps_best: whether a run with a goal in
    time keeps its best weights. keep_optimizer: also the optimiser's state is kept. Raises InputError."""
    from tui_rnn.training import checkpoint as checkpoints
    from tui_rnn.training import fine_tuning
    from tui_rnn.training.learners import plan

    saved = checkpoints.read(path)
    kind, known = saved.facts.kind, saved.facts.data.request
    check_belongs([name for name in data_options.given() if name not in NETWORKS_OWN], KINDS_OF, kind.name)
    for name in NETWORKS_OWN:
        own = kind.task if name == "task" else getattr(known, name)
        if (said := getattr(data_options, name)) not in (None, False, own):
            told = f"is for {own}" if own is not None else "has none"
            raise InputError(
                f"{option_name(name)} is {said}, but the network whose weights it begins from {told}: leave it out"
            )
    request = fine_tuning.request_for(saved, data_options.request(*sources))
    symbols = fine_tuning.symbols_of_both(saved.symbols, open_visibly(request).symbols)
    data = open_visibly(request, symbols)
    config = fine_tuning.config_from(saved, settings, option_name)
    plan(config, data)
    compile_kernels(kind, json)
    from tui_rnn.layers.team import cores
    from tui_rnn.training.networks import threads_for
    from tui_rnn.training.old_data import for_the_new, old_data
    from tui_rnn.training.trainer import Trainer

    start, problem, old = fine_tuning.start_from(saved, symbols, keep_optimizer), "", None
    try:
        old = old_data(saved.facts.data, for_the_new(saved, symbols))
    except InputError as error:
        problem = str(error)
    if start.told and not json:
        note(start.told)
    threads = threads or threads_for(kind, config, cores())
    keep_best = config.seconds is not None and keeps_best
    trainer = Trainer(config, data, threads=threads, keep_best=keep_best, start=start, old=old)
    before = trainer.evaluate(old.whole) if old is not None else None
    return Begun(trainer, Forgetting(saved.facts.data.name, before, start.new, problem))
