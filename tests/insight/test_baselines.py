"""Baselines count what training holds, as worked out by hand or written out one case at a time."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.data.examples.classification import LabelledText, LabelledTexts
from tui_rnn.data.examples.items import EncodedItems
from tui_rnn.data.examples.labels import Labels, Tokens
from tui_rnn.data.examples.seq2seq import Pair, Pairs
from tui_rnn.data.examples.tagged import TaggedSentence
from tui_rnn.data.examples.tagging import TaggedSentences
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.insight import baselines
from tui_rnn.insight.baselines import (
    SMOOTHING,
    classification_baselines,
    item_landmarks,
    majority_class,
    most_frequent_tags,
    naive_bayes,
    seq2seq_baselines,
    tagging_baselines,
)
from tui_rnn.kinds import PAIRS

VOCABULARY = Vocabulary(" abc")
LABELS = Labels(("x", "y", "z"))


def texts(*examples: tuple[str, str]) -> LabelledTexts:
    return LabelledTexts.encode([LabelledText(*example) for example in examples], VOCABULARY, LABELS)


def sentence(text: str) -> TaggedSentence:
    """Written as "the/DET cat/NOUN"."""
    words, tags = zip(*(word.split("/") for word in text.split()), strict=True)
    return TaggedSentence(words, tags)


class TestMajorityClass:
    def test_is_the_most_frequent(self) -> None:
        assert majority_class(np.array([2, 0, 2, 1], dtype=np.int32), 3) == 2

    def test_ignores_labels_that_are_unknown(self) -> None:
        assert majority_class(np.array([-1, -1, 1], dtype=np.int32), 3) == 1

    def test_is_scored_on_the_other_part(self) -> None:
        train, scored = texts(("a", "x"), ("b", "y"), ("c", "y")), texts(("a", "y"), ("b", "x"), ("c", "y"), ("a", "y"))
        majority = classification_baselines(train, scored, LABELS, len(VOCABULARY))[0]
        assert majority.metrics == pytest.approx({"accuracy": 3 / 4, "macro_f1": (2 * 3 / (3 + 4) + 0) / 2})
        assert (majority.name, majority.note) == ("majority class", "always y")


class TestNaiveBayes:
    @staticmethod
    def scores(train: LabelledTexts, text: str, orders: tuple[int, ...]) -> list[float]:
        """log p(class) + the sum of log p(gram | class) over the text's grams that training has."""

        def grams(text: str) -> list[str]:
            marked = f"#{text}#"
            return [marked[i : i + n] for n in orders for i in range(len(marked) - n + 1)]

        bags = [Counter(g for text, label in train.examples if label == name for g in grams(text)) for name in LABELS.names]
        known = set().union(*bags)
        scores = []
        for bag, name in zip(bags, LABELS.names, strict=True):
            texts_of_class = sum(label == name for _, label in train.examples)
            score = math.log(texts_of_class / len(train)) if texts_of_class else -math.inf
            for gram in grams(text):
                if gram in known:
                    score += math.log((bag[gram] + SMOOTHING) / (bag.total() + SMOOTHING * len(known)))
            scores.append(score)
        return scores

    @given(
        st.lists(st.tuples(st.text("abc ", min_size=1, max_size=6), st.sampled_from("xyz")), min_size=1, max_size=8),
        st.lists(st.text("abc ", min_size=1, max_size=6), min_size=1, max_size=4),
        st.sampled_from([(1,), (2,), (1, 2, 3), (1, 2, 3, 4, 5)]),
        st.integers(1, 50),
    )
    def test_scores_each_class_by_its_formula(
        self, examples: list[tuple[str, str]], scored: list[str], orders: tuple[int, ...], at_once: int
    ) -> None:
        train, other = texts(*examples), texts(*((text, "x") for text in scored))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(baselines, "_ENTRIES_AT_ONCE", at_once)
            found = naive_bayes(train.inputs, train.label_ids, other.inputs, 3, len(VOCABULARY), orders)
        assert found == pytest.approx(np.array([self.scores(train, text, orders) for text in scored]))

    def test_texts_whose_label_is_unknown_do_not_count(self) -> None:
        train = texts(("a", "x"), ("b", "y"), *[("a", "?")] * 9)
        assert naive_bayes(train.inputs, train.label_ids, texts(("a", "x")).inputs, 3, 4).argmax() == 0

    def test_counts_a_bounded_number_of_characters(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(baselines, "MAX_TRAIN_CHARS", 2)
        train = texts(("a", "x"), ("b", "y"), *[("a", "z")] * 9)
        assert naive_bayes(train.inputs, train.label_ids, texts(("a", "x")).inputs, 3, 4).argmax() == 0

    def test_is_scored_on_the_other_part(self) -> None:
        train, scored = texts(("aa", "x"), ("bb", "y"), ("ab", "x")), texts(("a", "x"), ("b", "y"), ("aab", "y"), ("bbb", "y"))
        assert classification_baselines(train, scored, LABELS, len(VOCABULARY))[1].metrics["accuracy"] == 0.75


class TestMostFrequentTag:
    TRAIN = (
        sentence("the/DET watch/NOUN ./PUNCT"),
        sentence("the/DET watch/NOUN ./PUNCT"),
        sentence("they/PRON watch/VERB her/PRON ./PUNCT"),
        sentence("Ada/PROPN ./PUNCT"),
        sentence("Bob/PROPN ./PUNCT"),
        sentence("Cid/PROPN ./PUNCT"),
    )

    def test_is_each_words_own(self) -> None:
        assert most_frequent_tags(self.TRAIN)[0]["watch"] == "NOUN"

    def test_of_equals_is_the_first_by_name(self) -> None:
        assert most_frequent_tags([sentence("run/VERB run/NOUN")])[0]["run"] == "NOUN"

    def test_of_an_unseen_word_is_that_of_most_words_seen_once(self) -> None:
        assert most_frequent_tags(self.TRAIN)[1] == "PROPN"

    def test_of_an_unseen_word_is_the_most_frequent_of_all_where_no_word_is_seen_once(self) -> None:
        assert most_frequent_tags([sentence("a/X b/Y a/X b/Y b/Y")])[1] == "Y"

    def test_is_scored_over_words_and_over_unseen_ones(self) -> None:
        tags = Labels(("DET", "NOUN", "PRON", "PROPN", "PUNCT", "VERB"))
        vocabulary = Vocabulary.from_text(" .abcdefghijklmnopqrstuvwxyzABC")
        train = TaggedSentences.encode(self.TRAIN, vocabulary, tags)
        scored = TaggedSentences.encode(
            [sentence("they/PRON watch/VERB Zed/PROPN ./PUNCT"), sentence("sing/VERB")], vocabulary, tags
        )
        (found,) = tagging_baselines(train, scored, tags)
        # Right: they, Zed, "."; wrong: watch as NOUN, sing as PROPN.
        expected = {"accuracy": 3 / 5, "accuracy_unseen": 1 / 2, "macro_f1": (1 + 0 + 2 / 3 + 1 + 0) / 5}
        assert found.metrics == pytest.approx(expected)
        assert found.note.startswith("of each word; for an unseen word PROPN, the most frequent tag of words seen once")


class TestCopyOfTheSource:
    @staticmethod
    def metrics(tokens: Tokens, *pairs: tuple[str, str]) -> dict[str, float]:
        part = Pairs.encode([Pair(*pair) for pair in pairs], VOCABULARY, tokens)
        return seq2seq_baselines(Symbols(PAIRS, VOCABULARY, targets=tokens), part, part)[0].metrics

    def test_is_right_where_source_and_target_are_the_same(self) -> None:
        found = self.metrics(Tokens(("a", "b")), ("ab", "ab"), ("ab", "aba"))
        assert found == pytest.approx({"exact_match": 0.5, "token_error_rate": 1 / 5})

    def test_is_split_as_targets_are(self) -> None:
        assert self.metrics(Tokens(("a", "b"), "tokens"), ("a b", "a b"))["exact_match"] == 1

    def test_characters_that_no_target_in_training_has_are_right_where_the_target_has_the_same(self) -> None:
        assert self.metrics(Tokens(("a",)), ("c", "c")) == {"exact_match": 1, "token_error_rate": 0}

    def test_characters_that_no_target_in_training_has_are_wrong_where_the_target_has_another(self) -> None:
        assert self.metrics(Tokens(("a",)), ("c", "b")) == {"exact_match": 0, "token_error_rate": 1}


class TestItemLandmarks:
    def test_unigram_counts_the_end_mark_as_a_character(self) -> None:
        part = EncodedItems.encode(["a"] * 500 + ["b"] * 500, Vocabulary("ab"))
        landmarks = {one.name: one.loss_nats for one in item_landmarks(part, part, vocab_size=2)}
        assert landmarks["uniform"] == pytest.approx(math.log(3))
        expected = 0.5 * math.log(2) + 0.5 * math.log(4)  # half of all that follows is </s>
        assert landmarks["unigram"] == pytest.approx(expected, abs=0.01)

    def test_bigram_knows_where_an_item_begins_and_ends(self) -> None:
        part = EncodedItems.encode(["ab"] * 1_000, Vocabulary("ab"))
        assert {one.name: one.loss_nats for one in item_landmarks(part, part, vocab_size=2)}["bigram"] < 0.02
