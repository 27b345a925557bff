"""What a network reads and writes, as tensors of its file: `symbols.*`.

symbols.characters: code points; symbols.words, symbols.labels, symbols.targets, symbols.known_words: a JSON list of names
in UTF-8; symbols.separator: what stands between two targets. A vocabulary of bytes needs none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.labels import Labels, Tokens
from tui_rnn.data.opening import Symbols
from tui_rnn.data.tokens import ByteVocabulary, TextVocabulary, WordVocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.training.tensor_file import TensorFile

MAX_NAMES_BYTES = 1 << 26


def arrays(symbols: Symbols) -> dict[str, NDArray[Any]]:
    """Name → array, as they are written."""
    found: dict[str, NDArray[Any]] = {}
    vocabulary = symbols.vocabulary
    if isinstance(vocabulary, Vocabulary):
        found["symbols.characters"] = vocabulary.codes.astype(np.uint32)
    elif isinstance(vocabulary, WordVocabulary):
        found["symbols.words"] = _names(vocabulary.words)
    if symbols.labels is not None:
        found["symbols.labels"] = _names(symbols.labels.names)
    if symbols.targets is not None:
        found["symbols.targets"] = _names(symbols.targets.names)
        found["symbols.separator"] = _names([symbols.targets.separator])
    if symbols.words is not None:
        found["symbols.known_words"] = _names(sorted(symbols.words))
    return found


def read(file: TensorFile, kind: str, tokens: str) -> Symbols:
    """What was written, for a network of a kind (one of data.opening.KINDS) that reads tokens (one of
    data.tokens.TOKEN_KINDS). Raises KeyError, ValueError or InputError."""
    if kind not in ("lm", "items") and tokens != "char":
        raise ValueError(f"its kind {kind} reads characters, found tokens {tokens!r}")
    labels = targets = words = None
    if kind in ("tag", "classify"):
        labels = Labels(_read_names(file, "symbols.labels"))
    if kind == "seq2seq":
        (separator,) = _read_names(file, "symbols.separator")
        targets = Tokens(_read_names(file, "symbols.targets"), separator)
    if kind == "tag":
        words = frozenset(_read_names(file, "symbols.known_words"))
    vocabulary: TextVocabulary
    if tokens == "byte":
        vocabulary = ByteVocabulary()
    elif tokens == "word":
        vocabulary = WordVocabulary(_read_names(file, "symbols.words"))
    else:
        vocabulary = _characters(file)
    return Symbols(vocabulary, labels, targets, words)


def _characters(file: TensorFile) -> Vocabulary:
    tensor = file.tensors["symbols.characters"]
    if tensor.dtype != np.uint32 or len(tensor.shape) != 1 or not 1 <= tensor.shape[0] <= 0x110000:
        raise ValueError("its vocabulary is malformed")
    codes = file.read("symbols.characters").astype(np.int64)
    if codes.max() > 0x10FFFF or ((codes >= 0xD800) & (codes <= 0xDFFF)).any() or (np.diff(codes) <= 0).any():
        raise ValueError("its vocabulary is no sorted list of characters")
    return Vocabulary("".join(map(chr, codes)))


def _names(names: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(list(names), ensure_ascii=False).encode(), dtype=np.uint8)


def _read_names(file: TensorFile, name: str) -> tuple[str, ...]:
    tensor = file.tensors[name]
    if tensor.dtype != np.uint8 or len(tensor.shape) != 1 or tensor.shape[0] > MAX_NAMES_BYTES:
        raise ValueError(f"tensor {name!r} is no list of names")
    try:
        names = json.loads(file.read(name).tobytes().decode())
    except (ValueError, RecursionError):
        raise ValueError(f"tensor {name!r} is no list of names") from None
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise ValueError(f"tensor {name!r} is no list of names")
    try:
        "".join(names).encode()
    except UnicodeEncodeError:
        raise ValueError(f"tensor {name!r} holds half a character") from None
    return tuple(names)
