"""What goes on inside a network that reads, against the network's own states and its distribution over the next token."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer
from tui_rnn.insight.trace import Trace, longest_trace


def test_a_trace_tells_what_comes_next_and_how_likely_it_was(reader: Subject) -> None:
    text = "the cat sat. a dog"
    traced = answer(reader, Trace(text))
    ids = reader.symbols.vocabulary.encode(text)[0]
    probabilities = np.exp(reader.network.trace(ids).log_probs)
    assert (traced.step, traced.text, traced.left_out) == (reader.step, text, 0)
    for t in range(len(text) - 1):
        p = probabilities[t]
        assert traced.expected.next_prob[t] == pytest.approx(p[ids[t + 1]])
        assert traced.expected.next_rank[t] == 1 + sum(p > p[ids[t + 1]])
    assert np.isnan(traced.expected.next_prob[-1])
    assert traced.expected.next_rank[-1] == 0


def test_a_trace_names_the_likeliest_characters_in_order(reader: Subject) -> None:
    traced = answer(reader, Trace("a dog"))
    ids, characters = reader.symbols.vocabulary.encode("a dog")[0], reader.symbols.vocabulary.characters
    probabilities = np.exp(reader.network.trace(ids).log_probs)
    for t in range(5):
        ranked = np.argsort(-probabilities[t], kind="stable")[:8]
        assert traced.expected.top_symbols[t] == tuple(characters[k] for k in ranked)
        assert traced.expected.top_probs[t] == pytest.approx(probabilities[t, ranked])


def test_as_many_of_the_likeliest_are_named_as_were_asked_for(reader: Subject) -> None:
    assert {len(row) for row in answer(reader, Trace("a dog", likeliest=3)).expected.top_symbols} == {3}
    every = answer(reader, Trace("a dog", likeliest=10_000)).expected
    assert every.top_probs.shape == (5, len(reader.symbols.vocabulary))
    assert every.top_probs.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_all_gates_of_all_layers_are_there(reader: Subject) -> None:
    traced = answer(reader, Trace("a dog"))
    found = reader.network.trace(reader.symbols.vocabulary.encode("a dog")[0]).signals
    assert {name: values.shape for name, values in traced.readings[0].signals.items()} == {
        name: (5, 2, 16) for name in "ifgoch"
    }
    for name, values in traced.readings[0].signals.items():
        np.testing.assert_array_equal(values, found[name])


def test_nothing_is_claimed_about_a_character_that_the_model_can_not_predict(reader: Subject) -> None:
    traced = answer(reader, Trace("ξa ξ"))
    assert traced.unknown == (0, 3)
    assert np.isfinite(traced.expected.next_prob[:2]).all()
    assert np.isnan(traced.expected.next_prob[2:]).all()
    assert traced.expected.next_rank[2:].tolist() == [0, 0]


def test_without_a_text_what_validates_is_read(reader: Subject) -> None:
    assert answer(reader, Trace(length=33)).text == reader.symbols.vocabulary.decode(reader.part[:33])  # type: ignore[index]


def test_what_validates_can_be_read_from_any_token_on(reader: Subject, words: Subject) -> None:
    for subject in (reader, words):
        traced = answer(subject, Trace(start=21, length=12))
        piece = subject.symbols.vocabulary.decode(subject.part[21:33])  # type: ignore[index]
        assert (traced.start, traced.text) == (21, piece)
        assert traced.readings[0].symbols == answer(subject, Trace(piece)).readings[0].symbols
        np.testing.assert_array_equal(traced.readings[0].signals["h"], answer(subject, Trace(piece)).readings[0].signals["h"])


def test_a_character_of_several_bytes_is_read_from_its_first(octets: Subject) -> None:
    part = np.frombuffer("aé–b".encode(), np.uint8).astype(np.int32)
    subject = replace(octets, open_part=lambda: part)
    assert answer(subject, Trace(start=4, length=4)).text == "–b"
    assert answer(subject, Trace(start=4, length=4)).start == 3


def test_beyond_what_validates_nothing_can_be_read(reader: Subject) -> None:
    with pytest.raises(InputError, match=r"start is 1,000,000, expected less than"):
        answer(reader, Trace(start=1_000_000))


def test_one_character_can_be_traced(reader: Subject) -> None:
    assert answer(reader, Trace("a")).expected.next_rank.tolist() == [0]


@pytest.mark.parametrize("kind", ["lm", "items", "tag", "classify", "seq2seq"])
def test_an_empty_text_is_refused(kind: str, reader: Subject, subjects: dict[str, Subject]) -> None:
    with pytest.raises(InputError, match="text"):
        answer({**subjects, "lm": reader}[kind], Trace(""))


def test_a_trace_of_a_large_network_is_kept_short_enough_to_send() -> None:
    config = RunConfig(hidden_size=4096, num_layers=8)
    assert 1 <= longest_trace(config) < 30
    assert longest_trace(replace(config, hidden_size=128, num_layers=1)) > 5000


def test_what_a_trace_left_out_is_told(subjects: dict[str, Subject]) -> None:
    subject = replace(subjects["items"], config=replace(subjects["items"].config, hidden_size=4096, num_layers=8))
    traced = answer(subject, Trace("a" * 50))
    assert traced.left_out == 50 - longest_trace(subject.config)
    assert traced.text == "a" * longest_trace(subject.config)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("tag", ["forward", "backward"]),
        ("classify", ["forward", "backward"]),
        ("seq2seq", ["encoder forward", "encoder backward", "decoder"]),
        ("items", ["forward"]),
    ],
)
def test_a_trace_has_every_direction_and_part(kind: str, names: list[str], subjects: dict[str, Subject]) -> None:
    subject, text = subjects[kind], "lam" if kind == "tag" else "aba"
    found = answer(subject, Trace(text)).readings
    assert [reading.name for reading in found] == names
    for reading in found:
        assert set(reading.signals) == {"i", "f", "g", "o", "c", "h"}
        for signal in reading.signals.values():
            assert signal.shape == (len(reading.symbols), 1, subject.config.hidden_size)
    assert found[0].symbols == (("<s>", *text) if kind == "items" else tuple(text))
    if kind == "seq2seq":
        assert found[2].symbols[-1] == "</s>"


def test_a_whole_item_is_followed_by_its_end_and_a_beginning_by_what_nobody_knows(subjects: dict[str, Subject]) -> None:
    subject = subjects["items"]
    begun, whole = (answer(subject, Trace("aaa", whole=whole)).expected for whole in (False, True))
    ids = np.append(len(subject.symbols.vocabulary), subject.symbols.vocabulary.encode("aaa")[0])
    end = np.exp(subject.network.reader().trace(ids).log_probs[-1, len(subject.symbols.vocabulary)])
    assert np.isnan(begun.next_prob[-1])
    assert whole.next_prob[-1] == pytest.approx(end)
    assert whole.next_prob[:-1] == pytest.approx(begun.next_prob[:-1])


def test_the_symbols_of_a_trace_are_the_words(words: Subject) -> None:
    traced = answer(words, Trace("the cat sat."))
    assert traced.readings[0].symbols == ("the", " cat", " sat", ".")
    assert traced.readings[0].signals["h"].shape == (4, 1, 8)
    assert all(len(row) == 8 for row in traced.expected.top_symbols)


def test_bytes_are_read_one_by_one(octets: Subject) -> None:
    assert answer(octets, Trace("the cat")).readings[0].symbols == tuple("the cat")


def test_without_a_text_as_many_words_as_asked_for_are_read(words: Subject) -> None:
    traced = answer(words, Trace(length=12))
    assert traced.text == words.symbols.vocabulary.decode(words.part[:12])  # type: ignore[index]
    assert len(traced.readings[0].symbols) == 12
