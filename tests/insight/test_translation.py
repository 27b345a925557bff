"""BLEU and chrF are sacrebleu's, and BLEU is what its definition says, worked out anew here."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from sacrebleu import corpus_bleu, corpus_chrf

from tui_rnn.data.examples.labels import Tokens
from tui_rnn.data.lexicon import Lexicon
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.insight.translation import are_translations, scored_text, signatures, translation_metrics
from tui_rnn.kinds import PAIRS

WRITTEN = ["a man rides a red bike .", "two dogs run on the grass .", "a girl sings in the rain ."]
TRUTHS = ["a man rides a bike .", "two dogs run in the grass .", "the girl sings in the rain ."]


def bleu_by_hand(written: list[str], truths: list[str]) -> float:
    """exp of the mean of ln precision of 1- to 4-grams, times the brevity penalty (Papineni et al. 2002)."""
    right, all_ = [0] * 4, [0] * 4
    for one, other in zip(written, truths, strict=True):
        mine, true = one.split(), other.split()
        for n in range(1, 5):
            found, there = (Counter(tuple(w[k : k + n]) for k in range(len(w) - n + 1)) for w in (mine, true))
            right[n - 1] += (found & there).total()
            all_[n - 1] += found.total()
    lengths = [sum(len(text.split()) for text in texts) for texts in (written, truths)]
    penalty = min(1.0, math.exp(1 - lengths[1] / lengths[0]))
    return penalty * math.exp(sum(math.log(r / a) for r, a in zip(right, all_, strict=True)) / 4)


def test_bleu_is_its_definition() -> None:
    assert translation_metrics(WRITTEN, TRUTHS)["bleu"] == pytest.approx(bleu_by_hand(WRITTEN, TRUTHS))


def test_both_are_sacrebleus() -> None:
    found = translation_metrics(WRITTEN, TRUTHS)
    assert 100 * found["bleu"] == pytest.approx(corpus_bleu(WRITTEN, [TRUTHS]).score)
    assert 100 * found["chrf"] == pytest.approx(corpus_chrf(WRITTEN, [TRUTHS]).score)


def test_the_signature_says_how_it_was_counted() -> None:
    translation_metrics(WRITTEN, TRUTHS)
    assert signatures()["bleu"].startswith("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:")
    assert signatures()["chrf"].startswith("nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:")


def test_nothing_written_has_no_score() -> None:
    assert all(math.isnan(value) for value in translation_metrics([], []).values())


@pytest.mark.parametrize("units", ["words", "tokens"])
def test_an_unknown_word_in_an_output_is_one_wrong_word(units: str) -> None:
    targets = Tokens((" a", " b"), units) if units == "words" else Tokens(("a", "b"), units)
    assert scored_text(targets, [0, 2, 1]) == "a ⁇ b"


def test_sentences_are_translations_and_sounds_are_not() -> None:
    words, characters = Lexicon(("a",)), Vocabulary("ab")
    assert are_translations(Symbols(PAIRS, words, targets=Tokens(("a",), "tokens")))
    assert are_translations(Symbols(PAIRS, characters, targets=Tokens((" a",), "words")))
    assert not are_translations(Symbols(PAIRS, characters, targets=Tokens(("AH",), "tokens")))
    assert not are_translations(Symbols(PAIRS, words, targets=Tokens(("a",))))
