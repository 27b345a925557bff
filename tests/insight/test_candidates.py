"""What may come next: the chances are the network's own, and each way is the one that greedy writing takes."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn.errors import InputError
from tui_rnn.insight import candidates
from tui_rnn.insight.candidates import Candidates
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer
from tui_rnn.insight.sample import Sample
from tui_rnn.reference import penalised, sampling_probabilities

TEXT = "the cat sat. a d"


def test_the_chances_are_those_that_the_kernels_compute(reader: Subject) -> None:
    found = answer(reader, Candidates(TEXT, likeliest=5))
    log_probs = reader.network.trace(reader.symbols.vocabulary.encode(TEXT)[0]).log_probs[-1].astype(np.float64)
    order = np.argsort(-log_probs)[:5]
    assert [one.symbol for one in found.candidates] == [reader.symbols.vocabulary.decode([k]) for k in order]
    assert [one.p for one in found.candidates] == pytest.approx(np.exp(log_probs[order]).tolist(), abs=1e-5)
    assert found.entropy_nats == pytest.approx(-(np.exp(log_probs) * log_probs).sum(), abs=1e-4)
    assert found.others == len(log_probs) - 5
    assert found.others_p + sum(one.p for one in found.candidates) == pytest.approx(1, abs=1e-6)


def test_each_way_is_the_one_that_greedy_writing_takes(reader: Subject) -> None:
    found = answer(reader, Candidates(TEXT, Sampling(length=12), likeliest=3))
    for one in found.candidates:
        written = answer(reader, Sample(TEXT + one.symbol, Sampling(temperature=0, length=12), 0)).text
        assert one.leads_to == written[len(TEXT) + 1 :]


SETTINGS = (
    Sampling(0.5),
    Sampling(0.0),
    Sampling(1.0, top_k=2),
    Sampling(2.0, top_p=0.6),
    Sampling(1.0, min_p=0.2),
    Sampling(0.7, min_p=0.05, repetition_penalty=1.5),
    Sampling(0.7, repetition_penalty=1.5, penalty_window=0),
    Sampling(1.0, repetition_penalty=3.0, penalty_window=2),
)


@pytest.mark.parametrize("how", SETTINGS)
def test_drawn_chances_are_the_references_for_these_settings(reader: Subject, how: Sampling) -> None:
    vocabulary = reader.symbols.vocabulary
    found = answer(reader, Candidates(TEXT, how, likeliest=len(vocabulary)))
    ids = vocabulary.encode(TEXT)[0]
    logits = reader.network.logits(ids)[-1].astype(np.float64)
    came = ids[-how.penalty_window :] if how.penalty_window else ids
    expected = sampling_probabilities(
        penalised(logits, came, how.repetition_penalty), how.temperature, how.top_k, how.top_p, how.min_p
    )
    order = [int(vocabulary.encode(one.symbol)[0][0]) for one in found.candidates]
    assert [one.drawn_p for one in found.candidates] == pytest.approx(expected[order].tolist(), abs=1e-5)
    held = expected[expected > 0]
    assert found.drawn_entropy_nats == pytest.approx(-(held * np.log(held)).sum(), abs=1e-4)
    assert found.drawn_among == len(held)


def test_where_one_token_is_left_nothing_is_uncertain(reader: Subject) -> None:
    found = answer(reader, Candidates(TEXT, Sampling(0.0)))
    assert str(found.drawn_entropy_nats) == "0.0"


def test_what_is_drawn_is_what_the_chances_said(reader: Subject) -> None:
    """The one candidate that is left is the token that is drawn, in a text as long as one likes."""
    how, text = Sampling(1.0, top_k=1, repetition_penalty=1.3, penalty_window=9, length=1), TEXT
    for _ in range(12):
        found = answer(reader, Candidates(text, how, likeliest=len(reader.symbols.vocabulary)))
        (left,) = [one.symbol for one in found.candidates if one.drawn_p > 0]
        drawn = answer(reader, Sample(text, how, 5)).text
        assert drawn == text + left
        text = drawn


def test_an_item_may_end_and_its_end_leads_nowhere(subjects: dict[str, Subject]) -> None:
    subject = subjects["items"]
    item = subject.part.examples[0]  # type: ignore[union-attr]
    found = answer(subject, Candidates(item, likeliest=len(subject.symbols.vocabulary) + 1))
    ends = [one for one in found.candidates if one.symbol == "</s>"]
    assert [one.leads_to for one in ends] == [""]
    assert all("</s>" not in one.leads_to for one in found.candidates)


def test_nothing_written_yet_is_the_beginning_of_a_text(reader: Subject, words: Subject) -> None:
    after_line_end = answer(reader, Candidates("\n")).candidates
    assert answer(reader, Candidates("")).candidates == after_line_end
    assert answer(words, Candidates("")).candidates[0].p > 0


def test_tokens_that_the_vocabulary_lacks_are_counted(reader: Subject) -> None:
    assert answer(reader, Candidates("ξ the ξ")).unknown == 2


def test_a_text_without_end_is_refused(reader: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "MAX_TEXT", 10)
    with pytest.raises(InputError, match="the text has 16 tokens, expected at most 10"):
        answer(reader, Candidates(TEXT))


def test_a_byte_adds_the_character_that_it_becomes(octets: Subject) -> None:
    found = answer(octets, Candidates("the c", likeliest=256)).candidates
    assert len(found) == 256
    for one in found:
        if len(one.symbol) == 1:
            assert one.adds == one.symbol
        else:
            first = int(one.symbol[2:], 16)
            assert one.adds == "" or one.adds.encode()[0] == first
            assert "\ufffd" not in one.adds
    assert all(one.adds == "" for one in found if one.symbol.startswith(("\\x8", "\\x9", "\\xa", "\\xb", "\\xff")))


def test_what_a_word_adds_is_the_word(words: Subject) -> None:
    found = answer(words, Candidates("the cat", likeliest=5)).candidates
    assert [one.adds for one in found] == [one.symbol for one in found]
