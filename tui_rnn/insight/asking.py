"""Asks trained networks about texts: their answers as insight.answers has them. `symbols`: what the network reads and
writes. Texts that can't be read raise InputError; characters that training lacks are read as the vocabulary's fallback."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.documents import MAX_ITEM_CHARS
from tui_rnn.data.examples.labels import Tokens
from tui_rnn.data.examples.tagging import word_ends
from tui_rnn.data.symbols import Symbols
from tui_rnn.errors import InputError
from tui_rnn.insight.answers import ClassifiedText, TaggedText, Written, WrittenText

if TYPE_CHECKING:  # loads the compiler, which the screen does not
    from tui_rnn.tasks.classifier import Classifier
    from tui_rnn.tasks.outputs import Output
    from tui_rnn.tasks.seq2seq import Seq2Seq
    from tui_rnn.tasks.tagger import Tagger

Ids = NDArray[np.int32]

LONGEST_PREFIXES = 2000
"""Longest text that a classifier can be asked about after each of its characters: as tasks.classifier has it."""

# ------------------------------------------------------------------ tagging


def tag_sentences(
    network: Tagger,
    symbols: Symbols,
    sentences: Sequence[Sequence[str]],
    truths: Sequence[tuple[str, ...]] | None = None,
    threads: int = 1,
) -> list[TaggedText]:
    """The tags of sentences, each a sequence of words. truths: the right tags of each."""
    assert symbols.labels is not None
    for words in sentences:
        if not all(words) or not words:
            raise InputError("the text has no words to tag, expected at least one")
    ids = [_encode(symbols, " ".join(words)) for words in sentences]
    found = network.log_probs(ids, [word_ends(words) for words in sentences], threads)
    known = symbols.words or frozenset()
    return [
        TaggedText(
            words=tuple(words),
            tags=symbols.labels.decode(log_probs.argmax(axis=1)),
            probs=np.exp(log_probs.max(axis=1)),
            unseen=tuple(word not in known for word in words),
            truth=truths[k] if truths else None,
        )
        for k, (words, log_probs) in enumerate(zip(sentences, found, strict=True))
    ]


# ----------------------------------------------------------- classification


def classify_text(
    network: Classifier, symbols: Symbols, text: str, truth: str | None = None, prefixes: int = LONGEST_PREFIXES
) -> ClassifiedText:
    """The classes of a text, after each character too where it has at most `prefixes`, and contributions."""
    ids = _encode(symbols, text)
    classified = classify_texts(network, symbols, [text], truths=[truth])[0]
    after_each = np.exp(network.after_each_character(ids)) if len(ids) <= prefixes else classified.after_each
    contributions = network.contributions(ids) if network.config.pool == "mean" else None
    return ClassifiedText(text, classified.labels, classified.probs, after_each, contributions, truth)


def classify_texts(
    network: Classifier,
    symbols: Symbols,
    texts: Sequence[str],
    truths: Sequence[str | None] | None = None,
    threads: int = 1,
) -> list[ClassifiedText]:
    """The classes of texts, without what it would say after each character. truths: the right class of each."""
    assert symbols.labels is not None
    names, none = symbols.labels.names, np.zeros((0, len(symbols.labels)), np.float32)
    probs = np.exp(network.log_probs([_encode(symbols, text) for text in texts], threads))
    return [ClassifiedText(text, names, probs[k], none, truth=truths[k] if truths else None) for k, text in enumerate(texts)]


# ----------------------------------------------------- sequence to sequence


def write_texts(
    network: Seq2Seq,
    symbols: Symbols,
    sources: Sequence[str],
    beam: int = 1,
    truths: Sequence[str | None] | None = None,
    threads: int = 1,
) -> list[WrittenText]:
    """What is written for sources. truths: the right target of each."""
    targets = symbols.targets
    assert targets is not None
    ids = [_encode(symbols, source) for source in sources]
    if beam == 1:
        outputs = [[output] for output in network.greedy(ids, threads=threads)]
    else:
        outputs = [network.beam(source, beam) for source in ids]
    return [
        WrittenText(source, tuple(_written(output, targets) for output in found), truths[k] if truths else None)
        for k, (source, found) in enumerate(zip(sources, outputs, strict=True))
    ]


def _written(output: Output, targets: Tokens) -> Written:
    names = targets.texts
    tokens = tuple(names[k] for k in output.ids)
    attention = np.asarray(output.attention, np.float32)
    return Written(tokens, targets.separator.join(tokens), output.log_prob, attention, output.ended)


def _encode(symbols: Symbols, text: str) -> Ids:
    if not 1 <= len(text) <= MAX_ITEM_CHARS:
        raise InputError(f"the text has {len(text):,} characters, expected 1 to {MAX_ITEM_CHARS:,}")
    return symbols.vocabulary.encode(text)[0]
