"""The plan of a sweep: the settings that it varies, those that it fixes, and how it chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tui_rnn.config import SETTINGS, RunConfig
from tui_rnn.errors import InputError
from tui_rnn.sweep.space import Space, combinations, from_json, in_words, size
from tui_rnn.sweep.trial import Trial, key_of

if TYPE_CHECKING:
    from tui_rnn.data.opening import Data

SEARCHES, STOPS = ("random", "tpe"), ("asha",)
MOST_TRIALS = 100_000


@dataclass(frozen=True)
class Plan:
    """space: what is varied. fixed: the settings that all trials share, the goal included. seeds: every combination of settings
    is trained with each seed. search: random, tpe, or "" for the whole grid. trials: for a search, the most runs. stop: asha,
    or "" if every run is to reach its goal."""

    space: Space
    fixed: Mapping[str, Any]
    seeds: tuple[int, ...]
    search: str = ""
    trials: int = 0
    stop: str = ""

    def __post_init__(self) -> None:
        for name, value, known in (("search", self.search, SEARCHES), ("stop", self.stop, STOPS)):
            if value not in ("", *known):
                raise InputError(f"{name} is {value!r:.60}, expected one of {', '.join(known)}")
        for name in (*self.space, *self.fixed):
            if name not in SETTINGS:
                raise InputError(f"there is no setting {name!r:.60}, expected one of {', '.join(SETTINGS)}")
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise InputError(f"seeds are {self.seeds!r:.60}, expected some, each once")

    @property
    def wanted_settings(self) -> float:
        """How many combinations of settings are tried."""
        return min(size(self.space), self.trials // len(self.seeds)) if self.search else size(self.space)

    @property
    def count(self) -> int:
        """How many trials there are in all."""
        return int(self.wanted_settings) * len(self.seeds)

    def config(self, kind: str, settings: Mapping[str, Any], seed: int) -> RunConfig:
        """The settings of a trial's run. Unless moments_mb is given, it keeps no past moments, since there are many runs.
        Raises InputError if the settings don't fit together."""
        return RunConfig.to_goal(kind, **({"moments_mb": 0.0} | dict(self.fixed) | dict(settings) | {"seed": seed}))

    def trial(self, number: int, data: Data, settings: Mapping[str, Any], seed: int) -> Trial:
        """A trial by its number. Raises InputError."""
        config = self.config(data.kind.name, settings, seed)
        return Trial(number, settings, seed, config, key_of(config, data))

    def check(self, data: Data) -> None:
        """Raise InputError if a combination of a grid can't be trained on these data. What a search draws is not known yet:
        such a trial fails by itself and says why."""
        from tui_rnn.training.learners import plan

        if self.count > MOST_TRIALS:
            raise InputError(f"the sweep has {self.count:,} trials, expected at most {MOST_TRIALS:,}: give fewer values")
        if self.search:
            return
        for settings in combinations(self.space):
            try:
                plan(self.config(data.kind.name, settings, self.seeds[0]), data)
            except InputError as error:
                raise InputError(f"with {in_words(settings)}: {error}") from None

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"space": {name: values.as_json() for name, values in self.space.items()}}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Plan:
        """The plan of such a record. Raises KeyError, TypeError or ValueError if it is none."""
        space = {name: from_json(values) for name, values in record["space"].items()}
        return cls(**{**record, "space": space, "seeds": tuple(record["seeds"])})
