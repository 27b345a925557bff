"""Answers of networks, small and untrained or trained for a moment, against what the networks themselves compute."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.training.tasks import PROBLEMS
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.examples.items import found_in
from tui_rnn.data.running_text import in_tokens
from tui_rnn.data.symbols import Symbols
from tui_rnn.errors import InputError
from tui_rnn.insight import asking
from tui_rnn.insight.answers import ClassifiedText, TaggedText, WrittenText
from tui_rnn.tasks.classifier import Classifier
from tui_rnn.tasks.item_model import ItemModel
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.tasks.seq2seq import Seq2Seq
from tui_rnn.tasks.tagger import Tagger
from tui_rnn.training.trainer import Trainer


@pytest.fixture(scope="module")
def trainers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Trainer]:
    found = {}
    for task, problem in PROBLEMS.items():
        found[task] = Trainer(problem.config, problem.open(tmp_path_factory.mktemp(task)))
        while found[task].step < 150:
            found[task].advance(50)
    return found


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


@pytest.fixture
def item_model(trainers: dict[str, Trainer]) -> tuple[ItemModel, Symbols]:
    network = trainers["items"].learner.network
    assert isinstance(network, ItemModel)
    return network, trainers["items"].learner.symbols


def test_a_typed_sentence_is_cut_into_words_and_each_gets_a_tag(tagger: tuple[Tagger, Symbols]) -> None:
    answer = asking.answer(*tagger, "kla  mle, xo")
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
    cut, kept = asking.answers(*tagger, ["kla. mle", ("kla.", "mle")])
    assert isinstance(cut, TaggedText)
    assert isinstance(kept, TaggedText)
    assert (cut.words, kept.words) == (("kla", ".", "mle"), ("kla.", "mle"))


def test_only_a_tagger_is_asked_about_words(classifier: tuple[Classifier, Symbols]) -> None:
    with pytest.raises(InputError, match="only a tagger is asked about words"):
        asking.answers(*classifier, ["abc", ("a", "b")])


def test_a_class_is_told_after_each_character_and_at_the_end(classifier: tuple[Classifier, Symbols]) -> None:
    answer = asking.answer(*classifier, "dcab")
    assert isinstance(answer, ClassifiedText)
    assert answer.label == "high"
    assert answer.after_each.shape == (4, 2)
    np.testing.assert_allclose(answer.after_each[-1], answer.probs, rtol=1e-4)
    np.testing.assert_allclose(answer.after_each[1], asking.classify_texts(*classifier, ["dc"])[0].probs, rtol=1e-4)
    assert answer.contributions is None


def test_classes_of_many_texts_come_without_what_was_said_on_the_way(classifier: tuple[Classifier, Symbols]) -> None:
    answers = asking.answers(*classifier, ["abc", "dcb"])
    assert [answer.label for answer in answers if isinstance(answer, ClassifiedText)] == ["low", "high"]
    assert all(len(answer.after_each) == 0 for answer in answers if isinstance(answer, ClassifiedText))


def test_a_target_is_written_greedily_or_by_a_beam(writer: tuple[Seq2Seq, Symbols]) -> None:
    greedy = asking.answer(*writer, "bad")
    beam = asking.answer(*writer, "bad", beam=3)
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
    alone = [asking.write_text(*writer, source) for source in sources]
    assert [one.outputs[0].tokens for one in together] == [one.outputs[0].tokens for one in alone]
    assert [one.source for one in together] == sources
    assert together[3].truth == "CED"


def test_items_are_drawn_to_their_end_with_their_loss(item_model: tuple[ItemModel, Symbols]) -> None:
    network, symbols = item_model
    items = asking.draw_items(network, symbols, 20, seed=4)
    assert items == asking.draw_items(network, symbols, 20, seed=4)
    assert len({item.text for item in items}) > 3
    for item in items:
        assert item.ended
        ids = symbols.vocabulary.encode(item.text)[0]
        assert network.evaluate([ids])[0] == pytest.approx(item.loss_nats, rel=1e-4)


def test_an_item_goes_on_from_its_prompt_and_stops_at_the_limit(item_model: tuple[ItemModel, Symbols]) -> None:
    items = asking.draw_items(*item_model, 300, prompt="cc", limit=3)
    assert all(item.text.startswith("cc") and len(item.text) <= 3 for item in items)
    assert {item.ended for item in items} == {True, False}


def test_drawn_items_that_stand_in_the_file_are_told(
    trainers: dict[str, Trainer], item_model: tuple[ItemModel, Symbols]
) -> None:
    data = trainers["items"].data
    assert isinstance(data, ExampleData)
    items = asking.draw_items(*item_model, 40, found_in=found_in(data))
    known = {**dict.fromkeys(data.validation.examples, "validation"), **dict.fromkeys(data.train.examples, "training")}
    assert {item.found_in for item in items} & {"training"}
    assert all(item.found_in == known.get(item.text) for item in items)


@pytest.mark.parametrize("task", ["tag", "classify", "seq2seq"])
@pytest.mark.parametrize("text", ["", "a" * 5000])
def test_texts_that_can_not_be_read_are_refused_in_one_line(task: str, text: str, trainers: dict[str, Trainer]) -> None:
    network = trainers[task].learner.network
    assert isinstance(network, Tagger | Classifier | Seq2Seq)
    with pytest.raises(InputError, match=r"\A[^\n]+\Z"):
        asking.answer(network, trainers[task].learner.symbols, text)


@pytest.mark.parametrize(
    ("task", "names"),
    [
        ("tag", ["forward", "backward"]),
        ("classify", ["forward", "backward"]),
        ("seq2seq", ["encoder forward", "encoder backward", "decoder"]),
        ("items", ["forward"]),
    ],
)
def test_a_reading_has_every_direction_and_part(task: str, names: list[str], trainers: dict[str, Trainer]) -> None:
    trainer, text = trainers[task], "lam" if task == "tag" else "aba"
    found = asking.readings(trainer.learner.network, trainer.learner.symbols, text)
    assert [reading.name for reading in found] == names
    for reading in found:
        assert set(reading.signals) == {"i", "f", "g", "o", "c", "h"}
        for signal in reading.signals.values():
            assert signal.shape == (len(reading.symbols), 1, trainer.config.hidden_size)
    assert found[0].symbols == (("<s>", *text) if task == "items" else tuple(text))
    if task == "seq2seq":
        assert found[2].symbols[-1] == "</s>"


@pytest.mark.parametrize(("tokens", "symbols"), [("word", (" the", " cat")), ("byte", tuple("the cat"))])
def test_a_running_text_is_read_in_its_tokens(tokens: str, symbols: tuple[str, ...]) -> None:
    corpus = in_tokens(corpus_from_text("the cat and the dog and the cat " * 30), tokens)
    network = LanguageModel(PROBLEMS["items"].config, len(corpus.vocabulary))
    (reading,) = asking.readings(network, corpus.symbols, "the cat")
    assert reading.symbols == symbols


def test_a_text_too_long_to_show_is_refused(item_model: tuple[ItemModel, Symbols], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has 50,000 characters, expected 1 to 43,690"):
        asking.readings(*item_model, "a" * 50_000)
