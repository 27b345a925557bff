"""A run as one self-contained .safetensors file: the whole state, so that training goes on from it bit for bit.

Tensors: the model's arrays under their own names (weights, Adam's moments, carried states), `streams.*`, `history.*`,
`vocabulary` (code points). The metadata's one key, `tui_rnn`, holds the rest as JSON. Only times differ between two runs
that did the same.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import tui_rnn
from tui_rnn.config import SETTINGS, RunConfig, check_setting
from tui_rnn.data.corpus import Corpus, open_corpus
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError
from tui_rnn.train import tensor_file
from tui_rnn.train.history import History
from tui_rnn.train.memory import check_memory

FORMAT = 1
TASK = "language model"
METADATA_KEY = "tui_rnn"


@dataclass(frozen=True)
class CorpusRecord:
    """The text that a run was trained on, as far as its file remembers it."""

    name: str
    source: str
    encoding: str | None
    sha256: str
    byte_count: int

    @classmethod
    def of(cls, corpus: Corpus) -> CorpusRecord:
        """The record of an open corpus."""
        return cls(corpus.name, corpus.source, corpus.encoding, corpus.sha256, corpus.byte_count)


@dataclass(frozen=True)
class Facts:
    """What the metadata tell about a run, known without reading its arrays."""

    config: RunConfig
    corpus: CorpusRecord
    step: int
    elapsed_s: float
    learning_rate: float  # the peak; learning_rate_changes: (step, peak from then on), the latest ones
    learning_rate_changes: tuple[tuple[int, float], ...]
    history: dict[str, Any]

    @property
    def chars(self) -> int:
        """Characters trained on so far."""
        return self.step * self.config.batch_size * self.config.seq_len


@dataclass(frozen=True)
class Checkpoint:
    """A run between two steps. The arrays are its own: training on doesn't change them."""

    facts: Facts
    vocabulary: Vocabulary
    model: dict[str, NDArray[np.float32]]
    streams: dict[str, NDArray[Any]]
    history: History


def write(checkpoint: Checkpoint, path: Path) -> None:
    """Write the run to `path`, whole or not at all. Raises RunError or InputError with one line."""
    codes = np.array([ord(character) for character in checkpoint.vocabulary.characters], dtype=np.uint32)
    arrays: dict[str, NDArray[Any]] = {"vocabulary": codes, **checkpoint.model}
    arrays |= {f"streams.{name}": array for name, array in checkpoint.streams.items()}
    arrays |= {f"history.{name}": array for name, array in checkpoint.history.arrays().items()}
    facts = asdict(checkpoint.facts) | {"format": FORMAT, "task": TASK, "version": tui_rnn.__version__}
    tensor_file.write(path, arrays, {METADATA_KEY: json.dumps(facts, allow_nan=False)})


def read(path: Path) -> Checkpoint:
    """Read a run. Raises InputError with one line when the file is not a whole, sane run; every shape is compared with
    what the run's settings ask for before memory is taken for it."""
    from tui_rnn.tasks.language_model import LanguageModel  # loads the compiler: not for those who only want facts

    with _refusing(path), tensor_file.opened(path) as file:
        facts = _facts(file.metadata)
        vocabulary = _vocabulary(file)
        check_memory(facts.config, len(vocabulary))
        shapes = LanguageModel.array_shapes(facts.config, len(vocabulary))
        _check_shapes(file, shapes)
        model = {name: file.read(name) for name in shapes}
        parts = {part: _read_part(file, f"{part}.") for part in ("streams", "history")}
        history = History.restored(parts["history"], facts.history)
        return Checkpoint(facts, vocabulary, model, parts["streams"], history)


def read_facts(path: Path) -> Facts:
    """What a run's file tells about it, from the header alone. Raises InputError with one line."""
    with _refusing(path), tensor_file.opened(path) as file:
        return _facts(file.metadata)


def reopen_corpus(facts: Facts) -> Corpus:
    """Open the text that a run was trained on, where it lay then. Raises InputError when it is gone."""
    return open_corpus(facts.corpus.source, encoding=facts.corpus.encoding)


def check_same_text(checkpoint: Checkpoint, corpus: Corpus, new_text: bool = False) -> None:
    """Raise InputError unless `corpus` is the text that the run was trained on, or, with new_text, has its vocabulary."""
    record = checkpoint.facts.corpus
    if corpus.sha256 != record.sha256 and not new_text:
        raise InputError(
            f"{corpus.source} is another text (SHA-256 {corpus.sha256[:12]}…) than the run was trained on "
            f"({record.name}, {record.sha256[:12]}…): give that one, or allow another by --new-text"
        )
    if corpus.vocabulary.characters != checkpoint.vocabulary.characters:
        raise InputError(
            f"{corpus.source} has {len(corpus.vocabulary)} distinct characters, the run knows {len(checkpoint.vocabulary)} "
            "and can only go on with those: train a new run on it"
        )


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
        raise InputError(f"{path} is no whole tui-rnn run: {error}") from None


def _facts(metadata: dict[str, str]) -> Facts:
    if METADATA_KEY not in metadata:
        raise ValueError("another program wrote it")
    try:
        facts = json.loads(metadata[METADATA_KEY])
    except RecursionError:
        raise ValueError("its metadata are nested too deeply") from None
    if not isinstance(facts, dict):
        raise ValueError("its metadata are malformed")
    if facts.get("format") != FORMAT or facts.get("task") != TASK:
        raise ValueError(
            f"it has format {facts.get('format')!r} and task {facts.get('task')!r}, "
            f"expected {FORMAT} and {TASK!r}: another version of tui-rnn wrote it"
        )
    settings = _expect(facts["config"], dict)
    if unknown := settings.keys() - SETTINGS.keys():
        raise ValueError(f"it has settings that this version doesn't know: {', '.join(sorted(map(repr, unknown)))}")
    corpus = _expect(facts["corpus"], dict)
    encoding = corpus["encoding"]
    return Facts(
        config=RunConfig(**settings),
        corpus=CorpusRecord(
            name=_expect(corpus["name"], str),
            source=_expect(corpus["source"], str),
            encoding=None if encoding is None else _expect(encoding, str),
            sha256=_expect(corpus["sha256"], str),
            byte_count=_count(corpus["byte_count"]),
        ),
        step=_count(facts["step"]),
        elapsed_s=_seconds(facts["elapsed_s"]),
        learning_rate=_learning_rate(facts["learning_rate"]),
        learning_rate_changes=tuple(
            (_count(step), _learning_rate(rate)) for step, rate in _expect(facts["learning_rate_changes"], list)
        ),
        history=_expect(facts["history"], dict),
    )


def _vocabulary(file: tensor_file.TensorFile) -> Vocabulary:
    tensor = file.tensors["vocabulary"]
    if tensor.dtype != np.uint32 or len(tensor.shape) != 1 or not 1 <= tensor.shape[0] <= 0x110000:
        raise ValueError("its vocabulary is malformed")
    codes = file.read("vocabulary").astype(np.int64)
    if codes.max() > 0x10FFFF or ((codes >= 0xD800) & (codes <= 0xDFFF)).any() or (np.diff(codes) <= 0).any():
        raise ValueError("its vocabulary is no sorted list of characters")
    return Vocabulary.from_text("".join(map(chr, codes)))


def _check_shapes(file: tensor_file.TensorFile, shapes: dict[str, tuple[int, ...]]) -> None:
    for name, shape in shapes.items():
        tensor = file.tensors[name]
        if tensor.shape != shape or tensor.dtype != np.float32:
            raise ValueError(f"tensor {name!r} is {tensor.dtype} {tensor.shape}, its settings ask for float32 {shape}")
    known = shapes.keys() | {"vocabulary"}
    if other := [name for name in file.tensors if name not in known and not name.startswith(("streams.", "history."))]:
        raise ValueError(f"it has a tensor {other[0]!r} that its settings don't ask for")


def _read_part(file: tensor_file.TensorFile, prefix: str) -> dict[str, NDArray[Any]]:
    names = [name for name in file.tensors if name.startswith(prefix)]
    return {name.removeprefix(prefix): file.read(name) for name in names}


def _expect(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"its metadata have {value!r:.60} where a {kind.__name__} was expected")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(f"its metadata have {value!r:.60} where a count was expected")
    return value


def _seconds(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or value < 0:
        raise ValueError(f"its metadata have {value!r:.60} where seconds were expected")
    return float(value)


def _learning_rate(value: Any) -> float:
    check_setting("learning_rate", value)
    return float(value)
