"""What a text costs a language model, against the reference in float64 and the network's own evaluation."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn import reference
from tui_rnn.errors import InputError
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer
from tui_rnn.insight.surprise import Surprise

TEXT = "the cat sat. a dog ran away"


def reference_nats(subject: Subject, ids: np.ndarray) -> np.ndarray:
    """−ln p of each id but the first, by the equations in plain NumPy."""
    parameters = {name: array.astype(np.float64) for name, array in subject.network.parameters.items()}
    parameters = {name: array[0] if name.startswith("b") and array.ndim == 2 else array for name, array in parameters.items()}
    seen = reference.forward(parameters, "lstm", ids[:-1, None], reference.zero_state(parameters, "lstm", 1))
    logits = seen.logits[:, 0]
    log_probs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    costs: np.ndarray = -log_probs[np.arange(len(ids) - 1), ids[1:]]
    return costs


def test_each_character_costs_what_the_equations_say(reader: Subject) -> None:
    found = answer(reader, Surprise(TEXT))
    expected = reference_nats(reader, reader.symbols.vocabulary.encode(TEXT)[0])
    assert np.isnan(found.nats[0])
    np.testing.assert_allclose(found.nats[1:], expected, atol=1e-4)
    assert found.mean_nats == pytest.approx(expected.mean(), abs=1e-4)
    assert found.counted == len(TEXT) - 1


def test_the_most_surprising_places_come_first(reader: Subject) -> None:
    found = answer(reader, Surprise(TEXT, places=4))
    expected = reference_nats(reader, reader.symbols.vocabulary.encode(TEXT)[0])
    assert found.places.tolist() == (1 + np.argsort(-expected, kind="stable")[:4]).tolist()


def test_a_word_costs_what_its_characters_cost_together(reader: Subject) -> None:
    found = answer(reader, Surprise(TEXT))
    assert [word.text for word in found.words] == ["cat", "sat.", "a", "dog", "ran", "away"]  # of the first, t is not known
    for word in found.words:
        assert TEXT[word.start :].startswith(word.text)
        assert word.nats == pytest.approx(found.nats[word.start : word.start + len(word.text)].sum(), rel=1e-5)


def test_tokens_that_are_words_cost_what_the_whole_word_costs(words: Subject) -> None:
    found = answer(words, Surprise("the cat sat"))
    assert [(word.text, word.start) for word in found.words] == [("cat", 1), ("sat", 2)]
    assert [word.nats for word in found.words] == pytest.approx(found.nats[1:].tolist())


def test_a_character_that_the_vocabulary_lacks_is_not_counted(reader: Subject) -> None:
    found = answer(reader, Surprise("the ξat"))
    assert np.isnan(found.nats[4])
    assert found.counted == 5
    assert [word.text for word in found.words] == []


def test_an_item_that_validates_is_charged_for_its_end(subjects: dict[str, Subject]) -> None:
    subject = subjects["items"]
    found = answer(subject, Surprise())
    text = "".join(found.symbols[1:-1])
    nats, count = subject.network.evaluate([subject.symbols.vocabulary.encode(text)[0]])
    assert (found.symbols[0], found.symbols[-1], found.counted) == ("<s>", "</s>", count)
    assert found.mean_nats * found.counted == pytest.approx(nats, rel=1e-4)


def test_networks_that_answer_are_not_asked(subjects: dict[str, Subject]) -> None:
    with pytest.raises(InputError, match="only a language model predicts each token"):
        answer(subjects["tag"], Surprise("abc"))
