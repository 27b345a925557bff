"""What is known of a single setting of a run: its help, limits, defaults, names, and the kinds of data that it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tui_rnn.errors import InputError
from tui_rnn.fields import Allowed, as_typed
from tui_rnn.kinds import KINDS


class _ByKind:
    """Stands for the default of a setting whose default depends on the kind of data."""

    def __repr__(self) -> str:
        return "(by the kind of data)"


BY_KIND: Final = _ByKind()


@dataclass(frozen=True)
class Group:
    """A heading under which settings stand on the help page."""

    title: str


@dataclass(frozen=True, kw_only=True)
class Setting(Allowed):
    """A setting of a run: what it may hold, and all else that is known of it.

    kinds: the kinds of data (kinds.KINDS) that have a use for it; all others hold its `default`. reasons: why a kind has no
    use for it, as a clause after the kind's name, where that isn't plain. defaults: by kind, a default that differs from
    `default`. default_to_goal: the default of a run that has a goal, if it differs. aliases: other names of the option that
    people know from elsewhere. units: names of options that give it in another unit, with the size of that unit.
    """

    default: Any
    help: str
    group: Group
    kinds: tuple[str, ...] = tuple(KINDS)
    reasons: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    default_to_goal: Any = None
    aliases: tuple[str, ...] = ()
    units: Mapping[str, float] = field(default_factory=dict)

    def is_for(self, kind: str) -> bool:
        """Whether data of this kind have a use for it."""
        return kind in self.kinds

    def default_for(self, kind: str) -> Any:
        """The value when the setting is left out; for a kind that has no use for it, a value without effect."""
        return self.defaults.get(kind, self.default)

    @property
    def in_words(self) -> str:
        """Which data it is for: 'for tag, classify and seq2seq'."""
        return f"for {kinds_in_words(self.kinds)}"

    def refuse(self, kind: str) -> None:
        """Raise the InputError for a value that a kind has no use for."""
        raise InputError(f"{self.name} is {self.in_words}, this is {KINDS[kind].said_as}{self.reason(kind)}: leave it out")

    def reason(self, kind: str) -> str:
        """Why a kind has no use for it, as a clause; "" where it is plain."""
        return f", {self.reasons[kind]}" if kind in self.reasons else ""

    def defaults_in_words(self, to_goal: bool = False) -> str:
        """'default 128', or by kind 'default 16; 32 for tag, classify and seq2seq'; '' where there is none.

        to_goal: of a run that has a goal.
        """
        kinds_by_value: dict[Any, list[str]] = {}
        for kind in self.kinds:
            value = self.default_to_goal if to_goal and self.default_to_goal is not None else self.default_for(kind)
            kinds_by_value.setdefault(value, []).append(kind)
        (first, _), *others = kinds_by_value.items()
        if first is None:
            return ""
        told = [f"{as_typed(value)} for {kinds_in_words(kinds)}" for value, kinds in others]
        return "; ".join([f"default {as_typed(first)}", *told])


def kinds_in_words(kinds: tuple[str, ...] | list[str]) -> str:
    """'tag, classify and seq2seq'."""
    *first, last = (KINDS[kind].said_as for kind in kinds)
    return f"{', '.join(first)} and {last}" if first else last
