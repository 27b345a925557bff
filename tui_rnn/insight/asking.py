"""Asks trained networks about texts: their answers as insight.answers has them. `symbols`: what the network reads and
writes. Texts that can't be read raise InputError; characters that training lacks are read as the vocabulary's fallback."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.data.examples.documents import MAX_ITEM_CHARS
from tui_rnn.data.examples.labels import UNKNOWN_TOKEN, Tokens
from tui_rnn.data.examples.tagging import word_ends
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import split_words, token_texts
from tui_rnn.display import counted_tokens
from tui_rnn.errors import InputError
from tui_rnn.insight.answers import Answer, ClassifiedText, DrawnItem, Reading, TaggedText, Written, WrittenText
from tui_rnn.tasks.classifier import PREFIX_LIMIT, Classifier
from tui_rnn.tasks.item_model import ItemModel
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.tasks.seq2seq import Output, Seq2Seq
from tui_rnn.tasks.tagger import Tagger

Ids = NDArray[np.int32]

DIRECTIONS = ("forward", "backward")
MAX_CELLS = 1 << 22  # 16 MB for all signals of a reading
ITEM_LIMIT = 200  # tokens of a drawn item


def answer(network: Tagger | Classifier | Seq2Seq, symbols: Symbols, text: str, beam: int = 1) -> Answer:
    """What the network says to a text that a person typed. beam: of sequence to sequence."""
    if isinstance(network, Tagger):
        return tag_text(network, symbols, text)
    if isinstance(network, Classifier):
        return classify_text(network, symbols, text)
    return write_text(network, symbols, text, beam)


def answers(
    network: Tagger | Classifier | Seq2Seq,
    symbols: Symbols,
    questions: Sequence[str | Sequence[str]],
    beam: int = 1,
    threads: int = 1,
) -> list[Answer]:
    """What it says to each of many texts: classes without what it would say after each character. To a tagger, a question
    may be words instead, which stay as they are; to others, InputError."""
    if isinstance(network, Tagger):
        sentences = [split_words(one) if isinstance(one, str) else one for one in questions]
        return [*tag_sentences(network, symbols, sentences, threads=threads)]
    texts = [one for one in questions if isinstance(one, str)]
    if len(texts) < len(questions):
        raise InputError("only a tagger is asked about words: give texts")
    if isinstance(network, Classifier):
        return [*classify_texts(network, symbols, texts, threads=threads)]
    return [*write_texts(network, symbols, texts, beam, threads=threads)]


# ------------------------------------------------------------------ tagging


def tag_text(network: Tagger, symbols: Symbols, text: str) -> TaggedText:
    """The tags of a text, cut into words and punctuation marks."""
    return tag_sentences(network, symbols, [split_words(text)])[0]


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


def classify_text(network: Classifier, symbols: Symbols, text: str, truth: str | None = None) -> ClassifiedText:
    """The classes of a text, after each character too (where it is not too long for that), and contributions."""
    ids = _encode(symbols, text)
    classified = classify_texts(network, symbols, [text], truths=[truth])[0]
    after_each = np.exp(network.after_each_character(ids)) if len(ids) <= PREFIX_LIMIT else classified.after_each
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


def write_text(network: Seq2Seq, symbols: Symbols, source: str, beam: int = 1, truth: str | None = None) -> WrittenText:
    """What is written for a source: greedily, or the likeliest outputs that a beam of that width finds."""
    return write_texts(network, symbols, [source], beam, [truth])[0]


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
    names = (*targets.names, UNKNOWN_TOKEN)
    tokens = tuple(names[k] for k in output.ids)
    return Written(tokens, targets.separator.join(tokens), output.log_prob, np.asarray(output.attention, np.float32))


# -------------------------------------------------------------------- items


def draw_items(
    network: ItemModel,
    symbols: Symbols,
    count: int,
    *,
    prompt: str = "",
    limit: int = ITEM_LIMIT,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    seed: int = 0,
    found_in: Callable[[str], str | None] = lambda item: None,
) -> list[DrawnItem]:
    """Items drawn from <s>, or from <s> and a prompt, until </s> or `limit` tokens. found_in: of ItemsData.

    Raises InputError when the numbers of the sampling are out of range.
    """
    mark, vocabulary = network.vocab_size, symbols.vocabulary
    begin = np.concatenate([[mark], vocabulary.encode(prompt)[0]]).astype(np.int32)
    reader = network.reader()
    items = []
    for k in range(count):
        ids, surprise, before = reader.generate(
            begin, max(1, limit - len(begin) + 1), temperature=temperature, top_k=top_k, top_p=top_p, seed=seed + k
        )
        ends = np.flatnonzero(ids == mark)
        length = int(ends[0]) if len(ends) else len(ids)
        text = vocabulary.decode(np.concatenate([begin[1:], ids[:length]]))
        nats = float(surprise[: length + 1].sum() + before[1:].sum())
        items.append(DrawnItem(text, bool(len(ends)), nats, found_in(text)))
    return items


# ----------------------------------------------------------------- readings


def readings(
    network: LanguageModel | ItemModel | Tagger | Classifier | Seq2Seq, symbols: Symbols, text: str
) -> tuple[Reading, ...]:
    """The signals of each direction while the network reads `text`, and of the decoder while it writes greedily, the step
    that writes </s> included. A model of items reads <s> first. Raises InputError when the text is empty or too long.
    """
    vocabulary = symbols.vocabulary
    ids, _ = vocabulary.encode(text)
    if not 1 <= len(ids) <= longest_reading(network.config):
        raise InputError(
            f"the text has {counted_tokens(len(ids), vocabulary.kind)}, expected 1 to {longest_reading(network.config):,}"
        )
    read = token_texts(vocabulary, ids)
    if isinstance(network, ItemModel):
        begun = np.concatenate([[network.vocab_size], ids]).astype(np.int32)
        return (Reading("forward", ("<s>", *read), network.reader().trace(begun).signals),)
    if isinstance(network, LanguageModel):
        return (Reading("forward", read, network.trace(ids).signals),)
    if isinstance(network, Seq2Seq):
        return _of_both(network, symbols, ids, read)
    return tuple(Reading(name, read, signals) for name, signals in zip(DIRECTIONS, network.trace(ids).directions, strict=False))


def longest_reading(config: RunConfig) -> int:
    """How many characters may be read, so that what went on inside stays small enough to be drawn from."""
    ways = 2 if config.bidirectional else 1
    return max(1, MAX_CELLS // (6 * ways * config.num_layers * config.hidden_size))


def _of_both(network: Seq2Seq, symbols: Symbols, ids: NDArray[np.int32], read: tuple[str, ...]) -> tuple[Reading, ...]:
    assert symbols.targets is not None
    written = network.greedy([ids])[0].ids
    trace = network.trace(ids, written)
    names = (*symbols.targets.names, UNKNOWN_TOKEN)
    tokens = (*(names[k] for k in written), "</s>")
    encoder = [Reading(f"encoder {name}", read, signals) for name, signals in zip(DIRECTIONS, trace.encoder, strict=False)]
    return (*encoder, Reading("decoder", tokens, trace.decoder))


def _encode(symbols: Symbols, text: str) -> Ids:
    if not 1 <= len(text) <= MAX_ITEM_CHARS:
        raise InputError(f"the text has {len(text):,} characters, expected 1 to {MAX_ITEM_CHARS:,}")
    return symbols.vocabulary.encode(text)[0]
