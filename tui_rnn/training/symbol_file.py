"""What a network reads and writes, as tensors of its file: `symbols.*`.

symbols.characters: code points; symbols.words, symbols.labels, symbols.targets, symbols.known_words: a JSON list of names
in UTF-8; symbols.separator: the text between two targets; symbols.fold_case: one number, whether words are read in lower
case. A vocabulary of bytes needs none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.labels import Labels, Tokens
from tui_rnn.data.lexicon import Lexicon, SpelledLexicon
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import ByteVocabulary, TextVocabulary, WordVocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.kinds import Kind
from tui_rnn.training.tensor_file import TensorFile

MAX_NAMES_BYTES = 1 << 26
SEPARATORS = {"characters": "", "tokens": " ", "words": ""}
"""The text between two tokens of a target, by its units; a word includes the space before it."""


def arrays(symbols: Symbols) -> dict[str, NDArray[Any]]:
    """Name → array, for the file."""
    of_words = isinstance(symbols.vocabulary, Lexicon)
    found = _lexicon_arrays(symbols.vocabulary) if of_words else _VOCABULARIES[symbols.vocabulary.kind][0](symbols.vocabulary)
    if symbols.labels is not None:
        found["symbols.labels"] = _names(symbols.labels.names)
    if symbols.targets is not None:
        found["symbols.targets"] = _names(symbols.targets.names)
        found["symbols.separator"] = _names([SEPARATORS[symbols.targets.units]])
    if symbols.words is not None:
        found["symbols.known_words"] = _names(sorted(symbols.words))
    return found


def read(file: TensorFile, kind: Kind, tokens: str, target_units: str | None) -> Symbols:
    """The symbols in a file, for a network of a kind that reads tokens (one of data.tokens.TOKEN_KINDS) and writes target_units
    (one of labels.TARGET_UNITS). Raises KeyError, ValueError or InputError."""
    readers = {name: reader for name, (_, reader) in _VOCABULARIES.items()} | (_LEXICONS if kind.answers else {})
    if tokens not in readers:
        raise ValueError(f"its tokens are {tokens!r:.60}, expected one of {', '.join(readers)}")
    read_vocabulary = readers[tokens]
    labels = Labels(_read_names(file, "symbols.labels")) if kind.label is not None else None
    words = frozenset(_read_names(file, "symbols.known_words")) if kind.labels_words else None
    targets = _targets(file, target_units) if kind.writes_answers else None
    return Symbols(kind, read_vocabulary(file), labels, targets, words)


def _targets(file: TensorFile, units: str | None) -> Tokens:
    (separator,) = _read_names(file, "symbols.separator")
    told = units or next((name for name, between in SEPARATORS.items() if between == separator), "")
    if SEPARATORS.get(told) != separator:
        raise ValueError(f"the separator of target tokens is {separator!r:.60}, expected {SEPARATORS.get(told, '')!r}")
    return Tokens(_read_names(file, "symbols.targets"), told)


def _lexicon_arrays(lexicon: Any) -> dict[str, NDArray[Any]]:
    found = {"symbols.words": _names(lexicon.words), "symbols.fold_case": np.array([lexicon.folds_case], np.uint8)}
    if isinstance(lexicon, SpelledLexicon):
        found["symbols.characters"] = lexicon.letters.codes.astype(np.uint32)
    return found


def _lexicon(file: TensorFile) -> Lexicon:
    tensor = file.tensors["symbols.fold_case"]
    if tensor.dtype != np.uint8 or tensor.shape != (1,):
        raise ValueError("its vocabulary of words is malformed")
    return Lexicon(_read_names(file, "symbols.words"), bool(file.read("symbols.fold_case")[0]))


def _characters(file: TensorFile) -> Vocabulary:
    tensor = file.tensors["symbols.characters"]
    if tensor.dtype != np.uint32 or len(tensor.shape) != 1 or not 1 <= tensor.shape[0] <= 0x110000:
        raise ValueError("its vocabulary is malformed")
    codes = file.read("symbols.characters").astype(np.int64)
    if codes.max() > 0x10FFFF or ((codes >= 0xD800) & (codes <= 0xDFFF)).any() or (np.diff(codes) <= 0).any():
        raise ValueError("its vocabulary is not a sorted list of characters")
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


_VOCABULARIES: dict[str, tuple[Callable[[Any], dict[str, NDArray[Any]]], Callable[[TensorFile], TextVocabulary]]] = {
    "char": (lambda vocabulary: {"symbols.characters": vocabulary.codes.astype(np.uint32)}, _characters),
    "word": (
        lambda vocabulary: {"symbols.words": _names(vocabulary.words)},
        lambda file: WordVocabulary(_read_names(file, "symbols.words")),
    ),
    "byte": (lambda vocabulary: {}, lambda file: ByteVocabulary()),
}
"""How the vocabulary of each of data.tokens.TOKEN_KINDS is written and read."""


def _spelled_lexicon(file: TensorFile) -> SpelledLexicon:
    lexicon = _lexicon(file)
    return SpelledLexicon(lexicon.words, lexicon.folds_case, _characters(file))


_LEXICONS: dict[str, Callable[[TensorFile], TextVocabulary]] = {
    Lexicon.kind: _lexicon,
    SpelledLexicon.kind: _spelled_lexicon,
}
"""How words of examples are read."""
