"""Asks trained networks about texts; the answers are those of insight.answers. symbols: what the network reads and writes. A
text that can't be read raises InputError; characters that training lacks are read as the vocabulary's fallback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tui_rnn.data.examples.documents import MAX_ITEM_CHARS
from tui_rnn.data.examples.encoding import Shown
from tui_rnn.data.examples.labels import Tokens
from tui_rnn.data.examples.reading import Read, as_read, word_ends
from tui_rnn.data.symbols import Symbols
from tui_rnn.errors import InputError
from tui_rnn.insight.answers import ClassifiedText, TaggedText, Written, WrittenText

if TYPE_CHECKING:  # loads the compiler, which the screen does not
    from tui_rnn.tasks.classifier import Classifier
    from tui_rnn.tasks.outputs import Output
    from tui_rnn.tasks.seq2seq import Seq2Seq
    from tui_rnn.tasks.tagger import Tagger

LONGEST_PREFIXES = 2000
"""The longest text that is classified after each of its tokens: as in tasks.classifier."""

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
    ids = [_read(symbols, Shown(" ".join(words), tuple(words))).ids for words in sentences]
    found = network.log_probs(ids, [word_ends(words, symbols.vocabulary) for words in sentences], threads)
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
    """The classes of a text, also after each token if it has at most `prefixes`, and contributions."""
    ids = _read(symbols, Shown(text)).ids
    classified = classify_texts(network, symbols, [text], truths=[truth])[0]
    after_each = np.exp(network.after_each_character(ids)) if len(ids) <= prefixes else classified.after_each
    contributions = network.contributions(ids) if network.config.pool == "mean" else None
    return replace(classified, after_each=after_each, contributions=contributions)


def classify_texts(
    network: Classifier,
    symbols: Symbols,
    texts: Sequence[str],
    truths: Sequence[str | None] | None = None,
    threads: int = 1,
) -> list[ClassifiedText]:
    """The classes of texts, without those after each token. truths: the right class of each."""
    assert symbols.labels is not None
    names, none = symbols.labels.names, np.zeros((0, len(symbols.labels)), np.float32)
    reads = [_read(symbols, Shown(text)) for text in texts]
    probs = np.exp(network.log_probs([read.ids for read in reads], threads))
    return [
        ClassifiedText(text, read.symbols, names, probs[k], none, truth=truths[k] if truths else None)
        for k, (text, read) in enumerate(zip(texts, reads, strict=True))
    ]


# ----------------------------------------------------- sequence to sequence


def write_texts(
    network: Seq2Seq,
    symbols: Symbols,
    sources: Sequence[str],
    beam: int = 1,
    truths: Sequence[str | None] | None = None,
    threads: int = 1,
) -> list[WrittenText]:
    """What the network writes for sources. truths: the right target of each."""
    targets = symbols.targets
    assert targets is not None
    reads = [_read(symbols, Shown(source)) for source in sources]
    ids = [read.ids for read in reads]
    if beam == 1:
        outputs = [[output] for output in network.greedy(ids, threads=threads)]
    else:
        outputs = [network.beam(source, beam) for source in ids]
    return [
        WrittenText(source, read.symbols, tuple(_written(one, targets) for one in found), truths[k] if truths else None)
        for k, (source, read, found) in enumerate(zip(sources, reads, outputs, strict=True))
    ]


def _written(output: Output, targets: Tokens) -> Written:
    names = targets.texts
    tokens = tuple(names[k] for k in output.ids)
    attention = np.asarray(output.attention, np.float32)
    return Written(tokens, targets.join(tokens), output.log_prob, attention, output.ended)


def _read(symbols: Symbols, shown: Shown) -> Read:
    if not 1 <= len(shown.text) <= MAX_ITEM_CHARS:
        raise InputError(f"the text has {len(shown.text):,} characters, expected 1 to {MAX_ITEM_CHARS:,}")
    return as_read(symbols.vocabulary, shown)
