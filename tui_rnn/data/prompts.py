"""A text for a network to continue, read as in the corpus: escapes, line ends, tabs, and unknown words."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.tokens import UNKNOWN_WORD, TextVocabulary, WordVocabulary, token_pattern
from tui_rnn.errors import InputError

_CR = re.compile("\r+\n|\r")
_UNKNOWN = re.compile(f" ?{UNKNOWN_WORD}")
_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.|$)", re.DOTALL)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
ESCAPES = r"\n, \t, \r, \\, \xHH, \uHHHH or \UHHHHHHHH"


def unescaped(text: str, name: str) -> str:
    r"""The text with \n, \t, \r, \\, \xHH, \uHHHH and \UHHHHHHHH replaced by their characters. name: of the text, for messages.
    Raises InputError for a backslash before anything else."""

    def meant(found: re.Match[str]) -> str:
        written = found[0]
        if (short := _SHORT.get(written[1:])) is not None:
            return short
        code = int(written[2:], 16) if len(written) > 2 else -1
        if not 0 <= code < 0x110000 or 0xD800 <= code < 0xE000:
            raise InputError(f"{name} has {written!r:.20} at character {found.start() + 1}, expected {ESCAPES} (\\\\ for \\)")
        return chr(code)

    return _ESCAPE.sub(meant, text)


def one_line_end(text: str) -> str:
    """CRLF and CR, which terminals paste, become LF, as in every file that is read."""
    return _CR.sub("\n", text) if "\r" in text else text


def as_corpus_has(vocabulary: TextVocabulary, text: str) -> str:
    """The text with line ends and tabs as in the corpus: CR and CRLF become LF; a tab or line end that the vocabulary lacks
    becomes a space, if the vocabulary has one."""
    if vocabulary.kind == "byte" or vocabulary.encode("\r")[1]:
        text = one_line_end(text)
    for white in "\t\n":
        if white in text and vocabulary.encode(white)[1] and not _lacks_space(vocabulary):
            text = text.replace(white, " ")
    return text


def _lacks_space(vocabulary: TextVocabulary) -> bool:
    return vocabulary.kind == "char" and bool(vocabulary.encode(" ")[1])


def encode_written(vocabulary: TextVocabulary, text: str) -> tuple[NDArray[np.int32], tuple[int, ...]]:
    """Ids of a text that a network and a person wrote, and the places of unknown ones. It is like `encode`, but a word model's
    own <unk> is read as that token, unless the corpus itself has that word."""
    if not isinstance(vocabulary, WordVocabulary) or UNKNOWN_WORD not in text or not vocabulary.encode("unk")[1]:
        return vocabulary.encode(text)
    ids, last = list[NDArray[np.int32]](), 0
    for found in _UNKNOWN.finditer(text):
        ids += [vocabulary.encode(text[last : found.start()])[0], np.array([len(vocabulary.words)], np.int32)]
        last = found.end()
    read = np.concatenate([*ids, vocabulary.encode(text[last:])[0]])
    return read, tuple(np.flatnonzero(read == len(vocabulary.words)).tolist())


def split_typed(kind: str, text: str) -> tuple[str, ...]:
    """What a person typed, cut into tokens of the vocabulary's kind, so that each can be taken back by itself: words, or else
    characters. Together they are the text."""
    pattern = token_pattern(WordVocabulary((" ",))) if kind == WordVocabulary.kind else None
    return tuple(re.findall(f"{_UNKNOWN.pattern}|{pattern}", text)) if pattern else tuple(text)
