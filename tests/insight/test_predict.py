"""Answers of networks, small and trained for a moment, against what the networks themselves compute."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.symbols import Symbols
from tui_rnn.errors import InputError
from tui_rnn.insight import asking, registry
from tui_rnn.insight.answers import ClassifiedText, TaggedText, TextAnswer, WrittenText
from tui_rnn.insight.predict import Predict, answers
from tui_rnn.insight.question import Subject
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.tasks.tagger import Tagger
from tui_rnn.training.trainer import Trainer


@pytest.fixture
def tagger(trainers: dict[str, Trainer]) -> tuple[Tagger, Symbols]:
    network = trainers["tag"].learner.network
    assert isinstance(network, Tagger)
    return network, trainers["tag"].learner.symbols


@pytest.fixture
def classifier(trainers: dict[str, Trainer]) -> tuple[Classifier, Symbols]:
    network = trainers["classify"].learner.network
    assert isinstance(network, Classifier)
    return network, trainers["classify"].learner.symbols


@pytest.fixture
def writer(trainers: dict[str, Trainer]) -> tuple[Seq2Seq, Symbols]:
    network = trainers["seq2seq"].learner.network
    assert isinstance(network, Seq2Seq)
    return network, trainers["seq2seq"].learner.symbols


def said(subject: Subject, text: str, **how: int) -> TextAnswer:
    """To a single text."""
    (answer,) = registry.answer(subject, Predict((text,), **how)).said
    return answer


def test_a_typed_sentence_is_cut_into_words_and_each_gets_a_tag(subjects: dict[str, Subject]) -> None:
    answer = said(subjects["tag"], "kla  mle, xo")
    assert isinstance(answer, TaggedText)
    assert answer.words == ("kla", "mle", ",", "xo")
    assert answer.tags[:2] == ("NOUN", "VERB")
    assert answer.unseen[2:] == (True, False)
    assert len(answer.probs) == 4
    assert ((answer.probs >= 0.5) & (answer.probs <= 1)).all()
    assert answer.truth is None


def test_sentences_together_are_tagged_as_alone(tagger: tuple[Tagger, Symbols]) -> None:
    sentences = [("kla", "mle"), ("xo", "kkke", "la"), ("me",)]
    together = asking.tag_sentences(*tagger, sentences, truths=[("NOUN", "VERB"), ("VERB", "VERB", "NOUN"), ("VERB",)])
    for sentence, answer in zip(sentences, together, strict=True):
        alone = asking.tag_sentences(*tagger, [sentence])[0]
        assert answer.tags == alone.tags
        np.testing.assert_allclose(answer.probs, alone.probs, rtol=1e-4)
    assert together[1].truth == ("VERB", "VERB", "NOUN")


def test_words_stay_as_they_are_where_a_text_is_cut(tagger: tuple[Tagger, Symbols]) -> None:
    cut, kept = answers(*tagger, ["kla. mle", ("kla.", "mle")])
    assert isinstance(cut, TaggedText)
    assert isinstance(kept, TaggedText)
    assert (cut.words, kept.words) == (("kla", ".", "mle"), ("kla.", "mle"))


def test_only_a_tagger_is_asked_about_words(classifier: tuple[Classifier, Symbols]) -> None:
    with pytest.raises(InputError, match="only a tagger is asked about words"):
        answers(*classifier, ["abc", ("a", "b")])


def test_a_class_is_told_after_each_character_and_at_the_end(
    subjects: dict[str, Subject], classifier: tuple[Classifier, Symbols]
) -> None:
    answer = said(subjects["classify"], "dcab")
    assert isinstance(answer, ClassifiedText)
    assert answer.label == "high"
    assert answer.after_each.shape == (4, 2)
    np.testing.assert_allclose(answer.after_each[-1], answer.probs, rtol=1e-4)
    np.testing.assert_allclose(answer.after_each[1], asking.classify_texts(*classifier, ["dc"])[0].probs, rtol=1e-4)
    assert answer.contributions is None


def test_classes_of_many_texts_come_without_what_was_said_on_the_way(subjects: dict[str, Subject]) -> None:
    found = registry.answer(subjects["classify"], Predict(("abc", "dcb"))).said
    assert [answer.label for answer in found if isinstance(answer, ClassifiedText)] == ["low", "high"]
    assert all(len(answer.after_each) == 0 for answer in found if isinstance(answer, ClassifiedText))


def test_a_target_is_written_greedily_or_by_a_beam(subjects: dict[str, Subject]) -> None:
    greedy = said(subjects["seq2seq"], "bad")
    beam = said(subjects["seq2seq"], "bad", beam=3)
    assert isinstance(greedy, WrittenText)
    assert isinstance(beam, WrittenText)
    (output,) = greedy.outputs
    assert output.text == "".join(output.tokens)
    assert output.attention.shape == (len(output.tokens) + 1, 3)
    np.testing.assert_allclose(output.attention.sum(axis=1), 1, rtol=1e-5)
    assert len(beam.outputs) == 3
    assert beam.outputs[0].log_prob >= output.log_prob - 1e-4
    log_probs = [output.log_prob for output in beam.outputs]
    assert log_probs == sorted(log_probs, reverse=True)


def test_many_sources_are_written_for_as_alone(writer: tuple[Seq2Seq, Symbols]) -> None:
    sources = ["abc", "e", "ba", "ced", "a"]
    together = asking.write_texts(*writer, sources, truths=[source.upper() for source in sources])
    alone = [asking.write_texts(*writer, [source])[0] for source in sources]
    assert [one.outputs[0].tokens for one in together] == [one.outputs[0].tokens for one in alone]
    assert [one.source for one in together] == sources
    assert together[3].truth == "CED"


@pytest.mark.parametrize("task", ["tag", "classify", "seq2seq"])
@pytest.mark.parametrize("text", ["", "a" * 5000])
def test_texts_that_can_not_be_read_are_refused_in_one_line(task: str, text: str, subjects: dict[str, Subject]) -> None:
    with pytest.raises(InputError, match=r"\A[^\n]+\Z"):
        said(subjects[task], text)


def test_examples_that_validate_are_answered_beside_what_is_right(
    trainers: dict[str, Trainer], subjects: dict[str, Subject]
) -> None:
    found = registry.answer(subjects["tag"], Predict(examples=5)).said
    data = trainers["tag"].data
    assert isinstance(data, ExampleData)
    right = {example.words: example.tags for example in data.validation.examples}
    assert len(found) == 5
    assert all(isinstance(answer, TaggedText) and answer.truth == right[answer.words] for answer in found)
    second, again = found[1], registry.answer(subjects["tag"], Predict(examples=2)).said[1]
    assert isinstance(second, TaggedText)
    assert isinstance(again, TaggedText)
    assert again.words == second.words


def test_only_the_chosen_example_is_classified_after_each_character(subjects: dict[str, Subject]) -> None:
    found = registry.answer(subjects["classify"], Predict(examples=4, chosen=2)).said
    assert [isinstance(answer, ClassifiedText) and len(answer.after_each) > 0 for answer in found] == [
        False,
        False,
        True,
        False,
    ]
    chosen = found[2]
    assert isinstance(chosen, ClassifiedText)
    alone = said(subjects["classify"], chosen.text)
    assert isinstance(alone, ClassifiedText)
    assert chosen.after_each[-1] == pytest.approx(alone.probs, abs=1e-6)
