"""How well counting alone does on the part that a network is scored on, computed when it is opened: is the network any good?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.classification import LabelledTexts
from tui_rnn.data.examples.items import EncodedItems
from tui_rnn.data.examples.labels import Labels
from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.examples.seq2seq import Pairs
from tui_rnn.data.examples.tagged import TaggedSentence
from tui_rnn.data.examples.tagging import TaggedSentences
from tui_rnn.data.opening import Part
from tui_rnn.data.symbols import Symbols
from tui_rnn.insight.landmarks import Ngram, ngram_landmarks
from tui_rnn.insight.metrics import accuracy, accuracy_unseen, exact_match, macro_f1, token_error_rate, unseen
from tui_rnn.insight.pair_baselines import MOST_PAIRS, most_frequent_target, nearest_sources, numbered_grams, word_for_word
from tui_rnn.insight.translation import are_translations, scored_text, translation_metrics
from tui_rnn.kinds import ITEMS, LABELLED, PAIRS, RUNNING_TEXT, TAGGED

MAX_TRAIN_CHARS = 1_000_000  # naive Bayes counts no more, which takes a second or two
MAX_SCORED = 1_000_000
ORDERS = (1, 2, 3, 4, 5)
SMOOTHING = 0.1

_ENTRIES_AT_ONCE = 4_000_000


class Baseline(NamedTuple):
    """name; metrics: name → value, those that the task's networks report; note: how it decides, in a few words."""

    name: str
    metrics: dict[str, float]
    note: str = ""


def baselines(symbols: Symbols, train: Part, scored: Part) -> list[Baseline]:
    """The baselines for the task, on `scored`; for language models, n-grams by their loss_nats. symbols: what the parts are
    encoded with. Only the first MAX_SCORED tokens of a long text are scored."""
    return BASELINES[symbols.kind.name](symbols, train, scored)


def _of_tags(symbols: Symbols, train: TaggedSentences, scored: TaggedSentences) -> list[Baseline]:
    assert symbols.labels is not None
    return tagging_baselines(train, scored, symbols.labels)


def _of_labels(symbols: Symbols, train: LabelledTexts, scored: LabelledTexts) -> list[Baseline]:
    assert symbols.labels is not None
    return classification_baselines(train, scored, symbols.labels, len(symbols.vocabulary))


def _of_items(symbols: Symbols, train: EncodedItems, scored: EncodedItems) -> list[Baseline]:
    return [_of_counts(one) for one in item_landmarks(train, scored, len(symbols.vocabulary))]


def _of_text(symbols: Symbols, train: NDArray[Any], scored: NDArray[Any]) -> list[Baseline]:
    return [_of_counts(one) for one in ngram_landmarks(train, scored[:MAX_SCORED], len(symbols.vocabulary))]


def _of_counts(ngram: Ngram) -> Baseline:
    return Baseline(ngram.name, {"loss_nats": ngram.loss_nats}, ngram.note)


def classification_baselines(train: LabelledTexts, scored: LabelledTexts, labels: Labels, vocab_size: int) -> list[Baseline]:
    """Majority class, and naive Bayes over character n-grams: accuracy and macro_f1 on `scored`."""
    majority = majority_class(train.label_ids, len(labels))
    scores = naive_bayes(train.inputs, train.label_ids, scored.inputs, len(labels), vocab_size)
    guesses = {
        "majority class": (np.full(len(scored), majority), f"always {labels.names[majority]}"),
        "naive Bayes": (scores.argmax(axis=1), f"over character n-grams, {ORDERS[0]} to {ORDERS[-1]}"),
    }
    return [
        Baseline(
            name,
            {"accuracy": accuracy(scored.label_ids, guess), "macro_f1": macro_f1(scored.label_ids, guess, len(labels))},
            note,
        )
        for name, (guess, note) in guesses.items()
    ]


def tagging_baselines(train: TaggedSentences, scored: TaggedSentences, tags: Labels) -> list[Baseline]:
    """The most frequent tag of each word in training: accuracy, accuracy_unseen and macro_f1 over the words of `scored`."""
    lexicon, other = most_frequent_tags(train.examples)
    words = [word for sentence in scored.examples for word in sentence.words]
    guess, _ = tags.encode([lexicon.get(word, other) for word in words])
    gold = scored.tag_ids.values
    return [
        Baseline(
            "most frequent tag",
            {
                "accuracy": accuracy(gold, guess),
                "accuracy_unseen": accuracy_unseen(gold, guess, unseen(words, set(lexicon))),
                "macro_f1": macro_f1(gold, guess, len(tags)),
            },
            f"of each word; for an unseen word {other}, the most frequent tag of words seen once",
        )
    ]


def seq2seq_baselines(symbols: Symbols, train: Pairs, scored: Pairs) -> list[Baseline]:
    """Copying the source, the most frequent target, the target of the source that shares most n-grams, and word for word:
    exact_match and token_error_rate (without </s>) on `scored`; for translations also BLEU and chrF."""
    targets = symbols.targets
    assert targets is not None
    part = train.select(np.arange(min(len(train), MOST_PAIRS)))
    counted = "" if len(part) == len(train) else f", counted on {len(part):,} pairs"
    gold, truths = list(scored.target_ids), [pair.target for pair in scored.examples]

    def scores(said: list[NDArray[Any]]) -> dict[str, float]:
        found = {
            "exact_match": exact_match(gold, said, targets.unknown_id),
            "token_error_rate": token_error_rate(gold, said, targets.unknown_id),
        }
        if are_translations(symbols):
            found |= translation_metrics([scored_text(targets, ids.tolist()) for ids in said], truths)
        return found

    always = most_frequent_target(train)
    nearest = nearest_sources(part.inputs, scored.inputs, len(symbols.vocabulary))
    of = word_for_word(train, len(symbols.vocabulary), len(targets))
    one_by_one = [of[ids][of[ids] >= 0] for ids in scored.inputs]
    unit = symbols.vocabulary.kind.replace("char", "character")
    return [
        _copy(symbols, scored, truths),
        Baseline("most frequent target", scores([always] * len(scored)), targets.join(targets.texts[k] for k in always)),
        Baseline("nearest source", scores([part.target_ids[k] for k in nearest]), f"its target, by shared n-grams{counted}"),
        Baseline(f"{unit} for {unit}", scores(one_by_one), f"what most often goes with each, in the source's order{counted}"),
    ]


def _copy(symbols: Symbols, scored: Pairs, truths: list[str]) -> Baseline:
    targets = symbols.targets
    assert targets is not None
    # every token has a number: one that no target in training has can be copied rightly too
    numbers: defaultdict[str, int] = defaultdict(lambda: len(numbers))

    def numbered(texts: Iterable[str]) -> list[NDArray[np.int32]]:
        return [np.array([numbers[token] for token in targets.split(text)], np.int32) for text in texts]

    sources = [pair.source for pair in scored.examples]
    gold, copied = numbered(truths), numbered(sources)
    found = {"exact_match": exact_match(gold, copied), "token_error_rate": token_error_rate(gold, copied)}
    if are_translations(symbols):
        found |= translation_metrics(sources, truths)
    return Baseline("copy of the source", found)


def item_landmarks(train: EncodedItems, scored: EncodedItems, vocab_size: int) -> list[Ngram]:
    """N-grams over items, a mean over every token and </s>. As for a network, each item begins from nothing: its first
    character is predicted from <s> alone."""
    mark = vocab_size  # <s> and </s>: the end of the one item and the start of the next
    train_ids, scored_ids = (np.insert(part.inputs.values, part.inputs.offsets, mark) for part in (train, scored))
    return ngram_landmarks(train_ids, scored_ids, vocab_size + 1, mark=mark)


def majority_class(label_ids: NDArray[np.int32], class_count: int) -> int:
    """The most frequent id that isn't -1; among equals, the first."""
    return int(np.bincount(label_ids[label_ids >= 0], minlength=class_count).argmax())


def most_frequent_tags(sentences: Sequence[TaggedSentence]) -> tuple[dict[str, str], str]:
    """Each word's most frequent tag, and the tag for an unseen word: the most frequent tag of the words seen once or, if there
    are none, of all words. Among equals, the first by name."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        for word, tag in zip(sentence.words, sentence.tags, strict=True):
            counts[word][tag] += 1
    lexicon = {word: _most_frequent(tags) for word, tags in counts.items()}
    once: Counter[str] = Counter()
    overall: Counter[str] = Counter()
    for word, tags in counts.items():
        overall += tags
        if tags.total() == 1:
            once[lexicon[word]] += 1
    return lexicon, _most_frequent(once or overall)


def _most_frequent(counts: Counter[str]) -> str:
    return min(counts, key=lambda name: (-counts[name], name))


def naive_bayes(
    train: Ragged, labels: NDArray[np.int32], scored: Ragged, class_count: int, vocab_size: int, orders: Sequence[int] = ORDERS
) -> NDArray[np.float64]:
    """log p(class) + the sum of log p(n-gram | class) over each scored text's n-grams: (len(scored), class_count).

    Multinomial: n-grams of all orders in one bag, with SMOOTHING added to each count; the ends of a text are characters too.
    Training texts beyond MAX_TRAIN_CHARS and those with label -1 are left out, and n-grams that training lacks.
    """
    counted = np.flatnonzero((labels >= 0) & (train.offsets[:-1] < MAX_TRAIN_CHARS))
    train, labels = Ragged.from_lengths(train.concatenated(counted), train.lengths[counted]), labels[counted]
    text_of, grams = numbered_grams(_marked(train, scored, vocab_size), vocab_size, orders)
    in_training = text_of < len(train)
    train_grams, train_classes = grams[in_training], labels[text_of[in_training]]
    distinct = np.unique(train_grams)
    pairs, counts = np.unique(np.searchsorted(distinct, train_grams) * class_count + train_classes, return_counts=True)
    first = np.searchsorted(pairs, np.arange(len(distinct) + 1) * class_count)  # where each gram's classes begin
    totals = np.bincount(train_classes, minlength=class_count)
    texts = np.bincount(labels, minlength=class_count)
    with np.errstate(divide="ignore"):
        prior = np.log(texts / texts.sum())
    absent = np.log(SMOOTHING) - np.log(totals + SMOOTHING * len(distinct))  # for a gram that the class lacks
    gain = np.log1p(counts / SMOOTHING)  # what a gram adds that the class has
    places = np.minimum(np.searchsorted(distinct, grams[~in_training]), len(distinct) - 1)
    known = distinct[places] == grams[~in_training]
    places, owner = places[known], text_of[~in_training][known] - len(train)
    scores: NDArray[np.float64] = prior + np.bincount(owner, minlength=len(scored))[:, None] * absent
    entries = np.concatenate(([0], np.cumsum(np.diff(first)[places])))
    start = 0
    while start < len(places):
        stop = max(start + 1, int(np.searchsorted(entries, entries[start] + _ENTRIES_AT_ONCE, side="right")) - 1)
        sizes = np.diff(entries[start : stop + 1])
        entry = np.arange(sizes.sum()) + np.repeat(first[places[start:stop]] - (entries[start:stop] - entries[start]), sizes)
        cell = np.repeat(owner[start:stop], sizes) * class_count + pairs[entry] % class_count
        scores += np.bincount(cell, weights=gain[entry], minlength=scores.size).reshape(scores.shape)
        start = stop
    return scores


def _marked(train: Ragged, scored: Ragged, mark: int) -> Ragged:
    """All texts, the scored ones last, with a mark before and behind each."""
    lengths = np.concatenate((train.lengths, scored.lengths))
    ends = np.cumsum(lengths)
    values = np.insert(np.concatenate((train.values, scored.values)), np.concatenate((ends - lengths, ends)), mark)
    return Ragged.from_lengths(values, lengths + 2)


BASELINES: dict[str, Callable[[Symbols, Any, Any], list[Baseline]]] = {
    RUNNING_TEXT.name: _of_text,
    ITEMS.name: _of_items,
    TAGGED.name: _of_tags,
    LABELLED.name: _of_labels,
    PAIRS.name: seq2seq_baselines,
}
"""By the kind of data, a function from (symbols, training part, scored part) to the baselines."""
