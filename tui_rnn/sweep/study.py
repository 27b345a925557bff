"""What Optuna does in a sweep: it proposes settings, says which trial is hopeless, and keeps the journal from which a sweep
resumes. One trial of Optuna is one run: a combination of settings with a seed.

A grid is tried in order. A search draws combinations, each of which is trained with every seed; a combination that was drawn
before is skipped.
"""

from __future__ import annotations

import contextlib
import json
import math
import warnings
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState

from tui_rnn.errors import InputError
from tui_rnn.sweep.plan import Plan
from tui_rnn.sweep.space import Listed, Values, combinations, size
from tui_rnn.sweep.trial import FAILED, STOPPED, TrialRecord

NAME = "sweep"
RECORD, SEED = "record", "seed"  # attributes of a trial
DRAWS = 200  # until a combination comes that was not drawn before
PERMILLE = 1000  # a trial's resource is the share of its goal, in thousandths
REDUCTION = 3  # ASHA: the best third of all trials at a rung goes on
RUNGS = (1 / 9, 1 / 3)


@dataclass(frozen=True)
class Proposal:
    """A run that is to be trained, by its number in the journal."""

    number: int
    settings: dict[str, Any]
    seed: int


class Study:
    """The journal at `path`, made if there is none. lower_is_better: of the values that trials end with. Raises InputError if
    the journal can't be read."""

    def __init__(self, path: Path, plan: Plan, lower_is_better: bool) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
        self._plan = plan
        _mend(path)
        try:
            storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(path), lock_obj=_Alone()))
            self._study = optuna.create_study(
                storage=storage,
                study_name=NAME,
                load_if_exists=True,
                direction="minimize" if lower_is_better else "maximize",
                pruner=optuna.pruners.SuccessiveHalvingPruner(
                    min_resource=round(RUNGS[0] * PERMILLE), reduction_factor=REDUCTION
                ),
            )
            past = self._study.get_trials(deepcopy=False)
        except (OSError, ValueError, KeyError) as error:
            raise InputError(f"the journal {path} can't be read ({error}): begin a new sweep in another folder") from None
        self._study.sampler = _sampler(plan, len(past))
        self._distributions = {name: _distribution(values) for name, values in plan.space.items()}
        self._running: dict[int, optuna.Trial] = {}
        self._seeds: deque[Proposal] = deque()
        self.records: list[TrialRecord] = []
        """The records of all trials that ended, those of earlier sessions first."""
        self._take_up(past)
        self._grid = self._unseen_grid() if not plan.search else iter(())

    def next(self) -> Proposal | None:
        """The next run to train; None if all have begun."""
        if self._seeds:
            found = self._seeds.popleft()
            return self._begin(found.settings, found.seed)
        if not self._plan.search:
            found_in_grid = next(self._grid, None)
            return None if found_in_grid is None else self._begin(*found_in_grid)
        if len(self._settings) >= self._plan.wanted_settings:
            return None
        return self._drawn()

    def goes_on(self, number: int, share: float, value: float) -> bool:
        """Whether a trial that reached this share of its goal is worth going on with."""
        trial = self._running[number]
        trial.report(value, round(share * PERMILLE))
        return not trial.should_prune()

    def end(self, record: TrialRecord, value: float) -> None:
        """A trial ended. value: NaN if nothing was scored."""
        trial = self._running.pop(record.number)
        trial.set_user_attr(RECORD, record.as_json())
        if record.status == FAILED or math.isnan(value):
            self._study.tell(trial, state=TrialState.FAIL)
        elif record.status == STOPPED:
            self._study.tell(trial, state=TrialState.PRUNED)
        else:
            self._study.tell(trial, value)
        self.records.append(record)

    def importance(self) -> dict[str, float]:
        """How much each setting decides whether a run is among the best, by PED-ANOVA; the shares sum to 1. Empty if too few
        trials have ended."""
        params = [
            name for name, values in self._plan.space.items() if not (isinstance(values, Listed) and not values.values[1:])
        ]
        evaluator = optuna.importance.PedAnovaImportanceEvaluator()
        with contextlib.suppress(ValueError, RuntimeError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return dict(optuna.importance.get_param_importances(self._study, evaluator=evaluator, params=params))
        return {}

    def _take_up(self, past: list[optuna.trial.FrozenTrial]) -> None:
        """Resume from the journal: what ended stays; what was training when the last session ended begins again."""
        self._settings: list[dict[str, Any]] = []
        lost: list[Proposal] = []
        for trial in past:
            params = trial.params
            if trial.state == TrialState.WAITING:  # it was about to begin: asking gives it its settings
                params = self._study.ask(self._distributions).params
            if RECORD in trial.user_attrs and trial.state.is_finished():
                self.records.append(TrialRecord.from_json(trial.user_attrs[RECORD]))
            elif not trial.state.is_finished():
                lost.append(Proposal(trial.number, dict(params), int(trial.user_attrs.get(SEED, self._plan.seeds[0]))))
                self._study.tell(trial.number, state=TrialState.FAIL)
        for settings in [one.settings for one in self.records] + [one.settings for one in lost]:
            if settings not in self._settings:
                self._settings.append(settings)
        if not self._plan.search:
            return
        done = [(record.settings, record.seed) for record in self.records]
        for settings in self._settings[: int(self._plan.wanted_settings)]:
            self._seeds += [Proposal(-1, settings, seed) for seed in self._plan.seeds if (settings, seed) not in done]

    def _unseen_grid(self) -> Iterator[tuple[dict[str, Any], int]]:
        done = {(_text(record.settings), record.seed) for record in self.records}
        for settings in combinations(self._plan.space):
            for seed in self._plan.seeds:
                if (_text(settings), seed) not in done:
                    yield settings, seed

    def _begin(self, settings: dict[str, Any], seed: int) -> Proposal:
        self._study.enqueue_trial(settings, user_attrs={SEED: seed})
        return self._asked()

    def _asked(self, seed: int | None = None) -> Proposal:
        trial = self._study.ask(self._distributions)
        if seed is not None:
            trial.set_user_attr(SEED, seed)
        self._running[trial.number] = trial
        return Proposal(trial.number, dict(trial.params), int(trial.user_attrs[SEED]))

    def _drawn(self) -> Proposal | None:
        """A combination that no trial has had, with the first seed; the other seeds follow."""
        first, *others = self._plan.seeds
        count = size(self._plan.space)
        if len(self._settings) >= count:
            return None
        for _ in range(DRAWS):
            found = self._asked(first)
            if found.settings not in self._settings:
                break
            self._study.tell(self._running.pop(found.number), state=TrialState.FAIL)
        else:  # few are left: take the next one
            every = combinations(self._plan.space) if math.isfinite(count) else ()
            settings = next((one for one in every if one not in self._settings), None)
            if settings is None:
                return None
            found = self._begin(settings, first)
        self._settings.append(found.settings)
        self._seeds += [replace(found, seed=seed) for seed in others]
        return found


class _Alone:
    """A lock that locks nothing: no other process writes the journal, since the sweep's folder is locked (see folder.py)."""

    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        pass


def _mend(path: Path) -> None:
    """Remove a last line that a power cut left half written."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        content = file.read()
        if content and not content.endswith(b"\n"):
            file.truncate(content.rfind(b"\n") + 1)


def _sampler(plan: Plan, begun: int) -> optuna.samplers.BaseSampler:
    seed = (plan.seeds[0] + begun) % 2**32  # a resumed sweep must not draw the same again
    return optuna.samplers.TPESampler(seed=seed) if plan.search == "tpe" else optuna.samplers.RandomSampler(seed=seed)


def _distribution(values: Values) -> BaseDistribution:
    if isinstance(values, Listed):
        return CategoricalDistribution(values.values)
    if values.whole:
        return IntDistribution(int(values.low), int(values.high), log=values.log)
    return FloatDistribution(values.low, values.high, log=values.log)


def _text(settings: Mapping[str, Any]) -> str:
    return json.dumps(settings, sort_keys=True)
