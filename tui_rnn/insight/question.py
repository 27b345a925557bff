"""What all questions have in common: a question, its answer, the subject that is asked, and the progress of the work.

A question is a frozen dataclass whose fields carry their help and limits (see tui_rnn/fields.py). Its answer is a frozen
dataclass of arrays and numbers. A pure function `answer(subject, question, progress)` leads from one to the other. The three
are in one file, insight/NAME.py, and insight/registry.py has a line for each. Nothing here loads the compiler: only methods of
networks are called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError
from tui_rnn.fields import check_all
from tui_rnn.insight.short import short_repr

if TYPE_CHECKING:
    from tui_rnn.config import RunConfig
    from tui_rnn.data.opening import Data, Part
    from tui_rnn.data.symbols import Symbols
    from tui_rnn.kinds import Kind
    from tui_rnn.training.evaluation import Evaluation

FLOAT32_DIGITS = 7
LONGEST_TEXT = 72  # of a text in a table

Progress = Callable[[int, int], None]
"""progress(done, total) is called now and then while an answer is computed; it may raise Cancelled, to end the work. total 0:
the amount of work is not known."""


class Cancelled(Exception):
    """Nobody waits for the answer any more."""


def silent(done: int, total: int) -> None:
    """A progress that nobody looks at."""


def counting(progress: Progress, total: int) -> Callable[[int], None]:
    """A function that takes the number of new steps, and tells `progress` how many of `total` are done."""
    done = 0

    def add(steps: int) -> None:
        nonlocal done
        done += steps
        progress(done, total)

    add(0)
    return add


@dataclass(frozen=True)
class Headline:
    """One number, or a short text, that stands for an answer in a table of many. name: what it is, with its unit: 'bits per
    char'."""

    name: str
    value: float | str

    def __str__(self) -> str:
        if isinstance(self.value, str):
            return self.value if len(self.value) <= LONGEST_TEXT else f"{self.value[:LONGEST_TEXT]}…"
        return f"{self.value:.4g}"


@dataclass(frozen=True, eq=False)
class Answer:
    """What is found. step: the training step of the weights that were asked."""

    step: int

    def __init_subclass__(cls) -> None:
        cls.__repr__ = short_repr  # type: ignore[method-assign]  # in place of the one that dataclass makes

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """The columns of a table that has a row for each moment of training; () if an answer has no such numbers."""
        return ()

    def lines(self) -> Iterator[str]:
        """The answer for a person, line by line. Show them through display.visible: they hold texts as found."""
        for spec in fields(self):
            value = getattr(self, spec.name)
            if isinstance(value, (int, float, str)):
                yield f"{spec.name.replace('_', ' ')}: {value}"


Found = TypeVar("Found", bound=Answer, covariant=True)


@dataclass(frozen=True)
class Question(Generic[Found]):
    """What is asked; Found: the class of its answers. Raises InputError when a field is out of range."""

    def __post_init__(self) -> None:
        check_all(self)


@dataclass(frozen=True, eq=False)
class TrainingRecord:
    """What training recorded up to the weights that are asked. curves: of training.history; each training point is over
    steps_per_point steps. adam_m, adam_v: Adam's means at that step, by parameter; {} if they aren't known."""

    curves: dict[str, NDArray[np.float64]]
    steps_per_point: int
    adam_m: dict[str, NDArray[np.float32]]
    adam_v: dict[str, NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Subject:
    """The subject of a question: a network with its weights of one step, and its data.

    network: the class in tui_rnn.tasks for the symbols' kind. open_data opens what it was trained on, open_part what it is
    asked about; both are called at first use, raise InputError if there is nothing, and may take long. evaluation: the latest
    one of training, of the weights at evaluated_step; None before the first. score: scores the network on a part. threads: how
    many may be used. record: what training recorded, None if it recorded nothing. moments: past steps whose weights can be
    asked, ascending; at_moment: the same network with the weights of one of them.
    """

    config: RunConfig
    symbols: Symbols
    network: Any
    step: int
    open_data: Callable[[], Data]
    open_part: Callable[[], Part]
    score: Callable[[Part, Progress], Evaluation]
    evaluation: Evaluation | None = None
    evaluated_step: int = -1
    threads: int = 1
    record: Callable[[], TrainingRecord] | None = None
    moments: tuple[int, ...] = ()
    at_moment: Callable[[int], Subject] | None = None

    @property
    def kind(self) -> Kind:
        """The kind of the data."""
        return self.symbols.kind

    @cached_property
    def data(self) -> Data:
        """What the network was trained on. Raises InputError if it is gone or has changed."""
        return self.open_data()

    @cached_property
    def part(self) -> Part:
        """What is asked about: the validation part, unless something else was given. Raises InputError as `data` does."""
        return self.open_part()


def record(value: Any) -> Any:
    """Anything that an answer holds, for JSON: dataclasses by their fields, arrays as lists, float32 with its own digits, NaN
    and infinity as None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {spec.name: record(getattr(value, spec.name)) for spec in fields(value)}
    if isinstance(value, np.ndarray):
        return _listed(value.tolist(), rounded=value.dtype == np.float32)
    if isinstance(value, np.generic):
        return _listed(value.item(), rounded=value.dtype == np.float32)
    if isinstance(value, dict):
        return {str(key): record(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [record(one) for one in value]
    if isinstance(value, (frozenset, set)):
        return sorted(record(one) for one in value)
    if isinstance(value, float):
        return _listed(value, rounded=False)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    raise TypeError(f"an answer holds a {type(value).__name__}, which has no form in JSON")


def _listed(value: Any, rounded: bool) -> Any:
    if isinstance(value, list):
        return [_listed(one, rounded) for one in value]
    if not isinstance(value, float):
        return value
    if not np.isfinite(value):
        return None
    return float(f"{value:.{FLOAT32_DIGITS}g}") if rounded else value


def refuse(reason: str) -> Callable[[], Any]:
    """An open_data or open_part that always raises InputError."""

    def raise_it() -> Any:
        raise InputError(reason)

    return raise_it
