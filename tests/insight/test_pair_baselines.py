"""What counting gets on pairs, as worked out by hand."""

from __future__ import annotations

import numpy as np

from tui_rnn.data.examples.labels import Tokens
from tui_rnn.data.examples.seq2seq import Pair, Pairs
from tui_rnn.data.lexicon import Lexicon
from tui_rnn.data.symbols import Symbols
from tui_rnn.insight.baselines import seq2seq_baselines
from tui_rnn.insight.pair_baselines import most_frequent_target, nearest_sources, word_for_word
from tui_rnn.kinds import PAIRS

LEXICON = Lexicon(("a", "black", "cat", "dog", "white"))
TARGETS = Tokens(("blanc", "chat", "chien", "noir", "un"), "tokens")
SYMBOLS = Symbols(PAIRS, LEXICON, targets=TARGETS)


def pairs(*texts: tuple[str, str]) -> Pairs:
    return Pairs.encode([Pair(*one) for one in texts], LEXICON, TARGETS)


TRAIN = pairs(
    ("a black cat", "un chat noir"),
    ("a white cat", "un chat blanc"),
    ("a black dog", "un chien noir"),
    ("a white dog", "un chien blanc"),
    ("dog", "chien"),
    ("cat", "chat"),
    ("a cat", "chat"),
)


def test_the_most_frequent_target_is_found() -> None:
    assert TARGETS.join(TARGETS.texts[k] for k in most_frequent_target(TRAIN)) == "chat"


def test_each_word_goes_with_the_one_that_comes_with_it_most_exclusively() -> None:
    found = word_for_word(TRAIN, len(LEXICON), len(TARGETS))
    assert {word: TARGETS.texts[found[k]] for k, word in enumerate(LEXICON.words)} == {
        "a": "un",
        "black": "noir",
        "cat": "chat",
        "dog": "chien",
        "white": "blanc",
    }
    assert found[len(LEXICON.words)] == -1  # <unk> never came


def test_the_nearest_source_shares_the_rarest_words_and_their_order() -> None:
    scored = pairs(("white cat", ""), ("black dog", ""), ("mouse", "")).inputs
    assert nearest_sources(TRAIN.inputs, scored, len(LEXICON)).tolist() == [1, 2, 0]


def test_a_source_of_the_training_part_is_nearest_to_itself() -> None:
    assert nearest_sources(TRAIN.inputs, TRAIN.inputs, len(LEXICON)).tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_translations_are_scored_by_bleu_and_chrf_too() -> None:
    scored = pairs(("a white cat", "un chat blanc"), ("a black dog", "un chien noir"))
    copy, always, nearest, by_word = seq2seq_baselines(SYMBOLS, TRAIN, scored)
    assert nearest.metrics["exact_match"] == 1
    np.testing.assert_allclose([nearest.metrics["chrf"], by_word.metrics["exact_match"]], [1, 0])
    assert copy.metrics["chrf"] < by_word.metrics["chrf"]
    assert {"bleu", "chrf"} <= always.metrics.keys()
    assert always.note == "chat"
    assert by_word.name == "word for word"


def test_what_is_no_translation_has_neither() -> None:
    symbols = Symbols(PAIRS, LEXICON, targets=Tokens(("a", "b")))
    part = Pairs.encode([Pair("a cat", "ab"), Pair("a dog", "ba")], LEXICON, Tokens(("a", "b")))
    assert all("bleu" not in one.metrics for one in seq2seq_baselines(symbols, part, part))
