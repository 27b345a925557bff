"""A run as one self-contained .safetensors file: the whole state, so that training goes on from it bit for bit.

Tensors: the network's arrays under their own names (weights, Adam's moments, carried states), `feed.*` (where streams or
batches are), `history.*`, `best.*` (the network's at its best, of a run that goes back there), `symbols.*` (see
train/symbol_file.py). The metadata's one key, `tui_rnn`, holds the rest as JSON. Only times differ between
two runs that did the same.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import tui_rnn
from tui_rnn.config import SETTINGS, RunConfig
from tui_rnn.data.opening import Data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.errors import InputError
from tui_rnn.kinds import KINDS, Kind
from tui_rnn.training import symbol_file, tensor_file
from tui_rnn.training.history import MAX_POINTS, TRAIN_COLUMNS, VAL_COLUMNS, History
from tui_rnn.training.restore_points import Score

FORMAT = 2
METADATA_KEY = "tui_rnn"
MAX_REASON_CHARS = 400
LONGEST_S = 1e12  # 30,000 years
Shapes = dict[str, tuple[tuple[int, ...], str]]
HISTORY_SHAPES: Shapes = {"train": ((-1, len(TRAIN_COLUMNS)), "float64"), "val": ((-1, len(VAL_COLUMNS)), "float64")}


@dataclass(frozen=True)
class DataRecord:
    """What a run was trained on, as far as its file remembers it. request: opens it again."""

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
class Facts:
    """What the metadata tell about a run, known without reading its arrays. kind: of the data."""

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

    @property
    def weights_step(self) -> int:
        """After how many steps the weights were as they are; fewer than were done, where the run went back to its best."""
        return self.step if self.kept_step is None else self.kept_step


@dataclass(frozen=True)
class Checkpoint:
    """A run between two steps. The arrays are its own: training on doesn't change them. best: the network's arrays as they
    were when it scored facts.best."""

    facts: Facts
    symbols: Symbols
    network: dict[str, NDArray[np.float32]]
    feed: dict[str, NDArray[Any]]
    history: History
    best: dict[str, NDArray[np.float32]] = field(default_factory=dict)


def write(checkpoint: Checkpoint, path: Path) -> None:
    """Write the run to `path`, whole or not at all. Raises RunError or InputError with one line."""
    arrays: dict[str, NDArray[Any]] = {**symbol_file.arrays(checkpoint.symbols), **checkpoint.network}
    arrays |= {f"feed.{name}": array for name, array in checkpoint.feed.items()}
    arrays |= {f"best.{name}": array for name, array in checkpoint.best.items()}
    arrays |= {f"history.{name}": array for name, array in checkpoint.history.arrays().items()}
    facts = asdict(checkpoint.facts) | {"format": FORMAT, "version": tui_rnn.__version__}
    facts |= {"kind": checkpoint.facts.kind.name, "config": checkpoint.facts.config.settings}
    tensor_file.write(path, arrays, {METADATA_KEY: json.dumps(facts, allow_nan=False)})


def read(path: Path) -> Checkpoint:
    """Read a run. Raises InputError with one line when the file is not a whole, sane run; every shape is compared with
    what the run's settings ask for before memory is taken for it."""
    # they load the compiler: not for those who only want facts
    from tui_rnn.training.learners import feed_shapes
    from tui_rnn.training.memory import check_memory
    from tui_rnn.training.networks import array_shapes

    with _refusing(path), tensor_file.opened(path) as file:
        facts = _facts(file.metadata)
        symbols = symbol_file.read(file, facts.kind, facts.data.request.tokens)
        config = facts.config
        check_memory(config, symbols, config.batch_size * (config.seq_len if facts.kind.is_stream else 1))
        shapes = array_shapes(config, symbols)
        kept = {f"best.{name}": shape for name, shape in shapes.items()} if facts.best else {}
        _check_shapes(file, shapes | kept)
        network = {name: _read_numbers(file, name) for name in shapes}
        best = {name.removeprefix("best."): _read_numbers(file, name) for name in kept}
        feed = _read_part(file, "feed.", feed_shapes(config))
        history = History.restored(_read_part(file, "history.", HISTORY_SHAPES), facts.history)
        if other := file.unread():
            raise ValueError(f"it has a tensor {other[0]!r} that its settings don't ask for")
        return Checkpoint(facts, symbols, network, feed, history, best)


def read_facts(path: Path) -> Facts:
    """What a run's file tells about it, from the header alone. Raises InputError with one line."""
    with _refusing(path), tensor_file.opened(path) as file:
        return _facts(file.metadata)


@contextlib.contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn whatever is wrong with the file at `path` into an InputError of one line."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}") from None
    except KeyError as error:
        raise InputError(f"{path} is no whole tui-rnn run: it lacks {error.args[0]!r}") from None
    except (ValueError, TypeError, InputError) as error:
        reason = str(error)  # may quote the file, however much stands there
        reason = reason if len(reason) <= MAX_REASON_CHARS else f"{reason[:MAX_REASON_CHARS]}…"
        raise InputError(f"{path} is no whole tui-rnn run: {reason}") from None


def _facts(metadata: dict[str, str]) -> Facts:
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
    return Facts(
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
    )


def _config(settings: Any, kind: str) -> RunConfig:
    if unknown := _expect(settings, dict).keys() - SETTINGS.keys():
        raise ValueError(f"it has settings that this version doesn't know: {', '.join(sorted(map(repr, unknown)))}")
    return RunConfig(kind, **settings)


def _data(record: Any) -> DataRecord:
    record = _expect(record, dict)
    name, sha256, byte_count = _expect(record["name"], str), _expect(record["sha256"], str), _count(record["byte_count"])
    request = _expect(record["request"], dict)
    files = _expect(request["files"], dict)
    columns = files["columns"]
    if columns is not None:
        first, second = _expect(columns, list)
        columns = _expect(first, str), _expect(second, str)
    return DataRecord(
        name=name,
        request=DataRequest(
            files=SourceFiles(
                source=_expect(files["source"], str),
                columns=columns,
                skip_bad_lines=_expect(files["skip_bad_lines"], bool),
                split_seed=_count(files["split_seed"]),
                **{name: _text_or_none(files[name]) for name in ("validation", "test", "format", "encoding")},
            ),
            tokens=_expect(request["tokens"], str),
            **{name: _text_or_none(request[name]) for name in ("task", "items", "target_units")},
        ),
        sha256=sha256,
        byte_count=byte_count,
    )


def _check_shapes(file: tensor_file.TensorFile, shapes: dict[str, tuple[int, ...]]) -> None:
    for name, shape in shapes.items():
        tensor = file.tensors[name]
        if tensor.shape != shape or tensor.dtype != np.float32:
            raise ValueError(f"tensor {name!r} is {tensor.dtype} {tensor.shape}, its settings ask for float32 {shape}")


def _read_numbers(file: tensor_file.TensorFile, name: str) -> NDArray[np.float32]:
    """An array of the network. Training on from one that holds NaN, or a negative square, could only diverge."""
    array = file.read(name)
    if not np.isfinite(array).all():
        raise ValueError(f"tensor {name!r} holds NaN or infinity")
    if "adam_v." in name and (array < 0).any():
        raise ValueError(f"tensor {name!r} holds negative numbers, a mean of squares has none")
    return array


def _read_part(file: tensor_file.TensorFile, prefix: str, wanted: Shapes) -> dict[str, NDArray[Any]]:
    """The arrays of a part by name. Each has the shape and dtype that is wanted; -1 is any length up to MAX_POINTS."""
    found = {}
    for name, (shape, dtype) in wanted.items():
        tensor = file.tensors[prefix + name]
        fits = len(tensor.shape) == len(shape) and all(
            size == want or (want < 0 and size <= MAX_POINTS) for size, want in zip(tensor.shape, shape, strict=True)
        )
        if not fits or tensor.dtype != dtype:
            expected = str(tuple("any" if want < 0 else want for want in shape)).replace("'", "")
            raise ValueError(f"tensor {prefix + name!r} is {tensor.dtype} {tensor.shape}, expected {dtype} {expected}")
        found[name] = file.read(prefix + name)
    return found


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
