"""What the header of a run's file says about the run: it can be read without the arrays, and without the code that trains."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui_rnn.config import SETTINGS, RunConfig
from tui_rnn.data.opening import Data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.errors import InputError
from tui_rnn.kinds import KINDS, Kind
from tui_rnn.training import tensor_file
from tui_rnn.training.restore_points import Score

FORMAT = 2
METADATA_KEY = "tui_rnn"
MAX_REASON_CHARS = 400
MAX_REMARK_CHARS = 1000
LONGEST_S = 1e12  # 30,000 years
LARGEST = 1e300  # number of a history


@dataclass(frozen=True)
class DataRecord:
    """What a run was trained on, as its file records it. request: opens it again."""

    name: str
    request: DataRequest
    sha256: str
    byte_count: int

    @classmethod
    def of(cls, data: Data) -> DataRecord:
        """The record of open data."""
        return cls(data.name, data.request, data.sha256, data.byte_count)

    @property
    def source(self) -> str:
        """The training file, folder or built-in; "" for a text from memory."""
        return self.request.files.source


@dataclass(frozen=True)
class Parent:
    """The run whose weights another began from: the name and SHA-256 of its data, the request that opens them (None in older
    files), and the step of its weights. optimizer_steps: how many steps Adam's moments had seen, if they were kept; 0: they
    started at zero."""

    data_name: str
    sha256: str
    step: int
    request: DataRequest | None = None
    optimizer_steps: int = 0


@dataclass(frozen=True)
class RunFacts:
    """What the metadata say about a run. kind: of the data."""

    kind: Kind
    config: RunConfig
    data: DataRecord
    step: int
    chars: int  # trained on so far
    elapsed_s: float
    learning_rate: float  # the peak; learning_rate_changes: (step, peak from then on), the latest ones
    learning_rate_changes: tuple[tuple[int, float], ...]
    history: dict[str, Any]
    keep_best: bool = False  # whether it goes back to its best weights at the goal
    best: Score | None = None  # theirs, where they are not the run's own
    kept_step: int | None = None  # of the best weights, where the run has gone back to them
    parent: Parent | None = None
    remark: str = ""  # what a person noted about it
    averaged: int = 0  # of how many moments the mean is that it will end with, so far

    def number(self, name: str) -> float:
        """A number of the history; NaN if there is none. The file may be anybody's, so it is checked here."""
        found = self.history.get(name)
        if not isinstance(found, (int, float)) or isinstance(found, bool) or not -LARGEST <= found <= LARGEST:
            return math.nan
        return float(found)

    @property
    def loss_unit(self) -> str:
        """The unit of the loss, such as 'nats/char'."""
        return f"nats/{self.data.request.loss_unit}"

    @property
    def weights_step(self) -> int:
        """The step of the weights; it is below `step` if the run went back to its best weights."""
        return self.step if self.kept_step is None else self.kept_step


def read_facts(path: Path) -> RunFacts:
    """What the header of a run's file says. Raises InputError with one line."""
    with refusing(path), tensor_file.opened(path) as file:
        return facts_from(file.metadata)


@contextlib.contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn whatever is wrong with the file at `path` into an InputError of one line."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}") from None
    except KeyError as error:
        raise InputError(f"{path} is not a complete tui-rnn run: it lacks {error.args[0]!r}") from None
    except (ValueError, TypeError, InputError) as error:
        reason = str(error)  # it may quote much of the file
        reason = reason if len(reason) <= MAX_REASON_CHARS else f"{reason[:MAX_REASON_CHARS]}…"
        raise InputError(f"{path} is not a complete tui-rnn run: {reason}") from None


def facts_from(metadata: dict[str, str]) -> RunFacts:
    """The facts in a file's metadata. Raises ValueError, TypeError or KeyError if they are not sane."""
    if METADATA_KEY not in metadata:
        raise ValueError("another program wrote it")
    try:
        facts = json.loads(metadata[METADATA_KEY])
    except RecursionError:
        raise ValueError("its metadata are nested too deeply") from None
    if not isinstance(facts, dict):
        raise ValueError("its metadata are malformed")
    if facts.get("format") != FORMAT or facts.get("kind") not in KINDS:
        raise ValueError(
            f"it has format {facts.get('format')!r} and kind {facts.get('kind')!r:.60}, "
            f"expected {FORMAT} and one of {', '.join(KINDS)}: another version of tui-rnn wrote it"
        )
    kind = KINDS[facts["kind"]]
    return RunFacts(
        kind=kind,
        config=_config(facts["config"], kind.name),
        data=_data(facts["data"]),
        step=_count(facts["step"]),
        chars=_count(facts["chars"]),
        elapsed_s=_seconds(facts["elapsed_s"]),
        learning_rate=_learning_rate(facts["learning_rate"]),
        learning_rate_changes=tuple(
            (_count(step), _learning_rate(rate)) for step, rate in _expect(facts["learning_rate_changes"], list)
        ),
        history=_expect(facts["history"], dict),
        keep_best=_expect(facts.get("keep_best", False), bool),
        best=Score.restored(_expect(facts["best"], dict)) if facts.get("best") is not None else None,
        kept_step=_count(facts["kept_step"]) if facts.get("kept_step") is not None else None,
        parent=_parent(_expect(facts["parent"], dict)) if facts.get("parent") is not None else None,
        averaged=_count(facts.get("averaged", 0)),
        remark=_expect(facts.get("remark", ""), str)[:MAX_REMARK_CHARS],
    )


def _config(settings: Any, kind: str) -> RunConfig:
    if unknown := _expect(settings, dict).keys() - SETTINGS.keys():
        raise ValueError(f"it has settings that this version doesn't know: {', '.join(sorted(map(repr, unknown)))}")
    return RunConfig(kind, **settings)


def _data(record: Any) -> DataRecord:
    record = _expect(record, dict)
    name, sha256, byte_count = _expect(record["name"], str), _expect(record["sha256"], str), _count(record["byte_count"])
    return DataRecord(name, request_from(_expect(record["request"], dict)), sha256, byte_count)


def request_from(request: dict[str, Any]) -> DataRequest:
    """The request whose `asdict` this is. Raises ValueError, KeyError or InputError if it is not possible."""
    files = _expect(request["files"], dict)
    columns = files["columns"]
    if columns is not None:
        first, second = _expect(columns, list)
        columns = _expect(first, str), _expect(second, str)
    return DataRequest(
        files=SourceFiles(
            source=_expect(files["source"], str),
            columns=columns,
            skip_bad_lines=_expect(files["skip_bad_lines"], bool),
            cut_long=_expect(files["cut_long"], bool),
            join_labels=_expect(files["join_labels"], bool),
            split_seed=_count(files["split_seed"]),
            **{name: _text_or_none(files[name]) for name in ("validation", "test", "format", "encoding")},
        ),
        fold_case=_expect(request.get("fold_case", False), bool),
        **{name: _text_or_none(request[name]) for name in ("task", "items", "tokens", "target_units")},
    )


def _parent(record: dict[str, Any]) -> Parent:
    request = record.get("request")
    return Parent(
        _expect(record["data_name"], str),
        _expect(record["sha256"], str),
        _count(record["step"]),
        None if request is None else request_from(_expect(request, dict)),
        _count(record.get("optimizer_steps", 0)),
    )


def _expect(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"its metadata have {value!r:.60} where a {kind.__name__} was expected")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _expect(value, str)


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**62:
        raise ValueError(f"its metadata have {value!r:.60} where a count was expected")
    return value


def _seconds(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= LONGEST_S:
        raise ValueError(f"its metadata have {value!r:.60} where seconds were expected")
    return float(value)


def _learning_rate(value: Any) -> float:
    return float(SETTINGS["learning_rate"].checked(value))
