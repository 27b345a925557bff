"""What guessing gets, as worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tui_rnn.data.examples.classification import LabelledText, LabelledTexts
from tui_rnn.data.examples.labels import Labels, Tokens
from tui_rnn.data.examples.seq2seq import Pair, Pairs
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.insight.chance import chance
from tui_rnn.kinds import LABELLED, PAIRS, RUNNING_TEXT

VOCABULARY, LABELS = Vocabulary(" abc"), Labels(("x", "y"))


def texts(*labels: str) -> LabelledTexts:
    return LabelledTexts.encode([LabelledText("abc", label) for label in labels], VOCABULARY, LABELS)


LABELS_KNOWN = Symbols(LABELLED, VOCABULARY, LABELS)


def test_two_classes_cost_one_bit_and_half_are_guessed() -> None:
    uniform, _ = chance(LABELS_KNOWN, texts("x", "y"), texts("x"))

    assert uniform.name == "uniform"
    assert uniform.metrics == {"loss_nats": pytest.approx(math.log(2)), "accuracy": 0.5}


def test_shares_cost_the_cross_entropy_of_the_scored_with_those_in_training() -> None:
    _, shares = chance(LABELS_KNOWN, texts("x", "x", "x", "y"), texts("x", "y"))

    assert shares.name == "class shares"
    assert shares.metrics["loss_nats"] == pytest.approx(-(math.log(3 / 4) + math.log(1 / 4)) / 2, abs=1e-3)


def test_a_label_that_training_lacks_is_left_out_as_in_the_networks_loss() -> None:
    _, shares = chance(LABELS_KNOWN, texts("x", "x", "x", "y"), texts("x", "new"))

    assert shares.metrics["loss_nats"] == pytest.approx(-math.log(3 / 4), abs=1e-3)


def test_the_end_of_an_output_is_a_token_too() -> None:
    """Outputs of one character: half of the tokens are </s>."""
    targets = Tokens.from_texts(["a", "b"], "characters")
    pairs = Pairs.encode([Pair("a", "a"), Pair("b", "b")], VOCABULARY, targets)
    uniform, shares = chance(Symbols(PAIRS, VOCABULARY, targets=targets), pairs, pairs)

    assert uniform.metrics == {"loss_nats": pytest.approx(math.log(3))}
    assert shares.metrics["loss_nats"] == pytest.approx((math.log(2) + math.log(4)) / 2, abs=1e-3)


def test_a_language_model_has_n_grams_for_that() -> None:
    assert chance(Symbols(RUNNING_TEXT, VOCABULARY), np.zeros(3, np.int32), np.zeros(3, np.int32)) == []
