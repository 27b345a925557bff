"""Everything that a sweep has found, in one record: for results.json, for scripts, and for the lines that a person reads."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_rnn.config import GOALS
from tui_rnn.data.sources import apart, listed
from tui_rnn.export.repeating import data_words, option_words
from tui_rnn.sweep.plan import Plan
from tui_rnn.sweep.ranking import Mattered, Ranked, mattered, ranking
from tui_rnn.sweep.trial import TrialRecord, lower_is_better

if TYPE_CHECKING:
    from tui_rnn.data.opening import Data

LEAST_FOR_IMPORTANCE = 10  # trials of a search: with fewer, chance decides which is best


@dataclass(frozen=True)
class Summary:
    """counts: trials by how they ended. balanced: every combination was trained with every seed. importance: for a search, by
    PED-ANOVA, else empty. command: trains the best run again; empty if no run can be scored."""

    counts: dict[str, int]
    ranking: list[Ranked]
    mattered: list[Mattered]
    chance: float
    balanced: bool
    importance: dict[str, float]
    command: list[str]

    @property
    def together(self) -> float:
        """The share of the variance that combinations of values explain beyond each value by itself (the interactions); NaN if
        it isn't known."""
        return 1 - sum(one.share for one in self.mattered) - self.chance if self.balanced else math.nan

    @property
    def best(self) -> TrialRecord | None:
        """The best run of the best combination."""
        return self.ranking[0].best if self.ranking else None

    def as_json(self) -> dict[str, Any]:
        return {
            "counts": self.counts,
            "ranking": [
                {
                    "settings": dict(one.settings),
                    "mean": one.mean,
                    "spread": None if math.isnan(one.spread) else one.spread,
                    "runs": one.runs,
                    "ended_early": one.ended_early,
                    "best": one.best.file,
                }
                for one in self.ranking
            ],
            "mattered": [
                {
                    "name": one.name,
                    "share_of_variance": one.share,
                    "means": [{"value": value, "mean": mean, "runs": runs} for value, (mean, runs) in one.means.items()],
                }
                for one in self.mattered
            ],
            "share_together": None if math.isnan(self.together) else self.together,
            "share_between_seeds": None if math.isnan(self.chance) else self.chance,
            "importance": self.importance or None,
            "command": self.command or None,
        }


def summary_of(records: list[TrialRecord], plan: Plan, data: Data, importance: dict[str, float]) -> Summary:
    """What is found by now. importance: by Optuna; used for a search with enough trials."""
    ranked = ranking(records, data.kind)
    found, chance = mattered(records, plan.space, data.kind)
    enough = bool(plan.search) and len(records) >= LEAST_FOR_IMPORTANCE
    command = best_command(ranked[0].best, plan, data) if ranked else []
    counts = dict(Counter(record.status for record in records))
    balanced = not plan.search and sum(one.runs for one in ranked) == plan.count
    return Summary(counts, ranked, found, chance, balanced, importance if enough else {}, command)


def best_command(best: TrialRecord, plan: Plan, data: Data) -> list[str]:
    """The words of the command that trains this run again; with a goal in steps or epochs, to the same weights."""
    settings = dict(plan.fixed) | best.settings | {"seed": best.seed}
    words = ["tui-rnn", "train", *apart(data.source), *data_words(data.request)]
    for name in sorted(settings, key=lambda name: name in GOALS):
        words += option_words(name, settings[name])
    return words + (["--no-recipe"] if settings.get("seconds") is not None else [])


def header(plan: Plan, data: Data) -> dict[str, Any]:
    """What results.json says before its trials."""
    main = data.kind.main_metric
    return {
        "source": listed(data.source),
        "sha256": data.sha256,
        "kind": data.kind.name,
        "loss_unit": f"nats/{data.symbols.loss_unit}",
        "ranked_by": "loss_nats" if main is None else main.key,
        "lower_is_better": lower_is_better(data.kind),
        "plan": plan.as_json(),
    }
