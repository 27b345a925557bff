"""What an edit changes, against the kernels' traces of both texts."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn.errors import InputError
from tui_rnn.insight.answers import ClassifiedText, TaggedText, WrittenText
from tui_rnn.insight.edit import Edit
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer

ONE, OTHER = "the cat sat. a dog", "the dog cat sat. a dog"


def test_states_expectations_and_costs_are_compared_where_the_texts_are_alike(reader: Subject) -> None:
    found = answer(reader, Edit(ONE, OTHER))
    assert (found.before, found.after) == (4, len(ONE) - 4)
    encode = reader.symbols.vocabulary.encode
    ids, others = (encode(text)[0] for text in (ONE, OTHER))
    one, other = reader.network.trace(ids), reader.network.trace(others)
    shift = len(OTHER) - len(ONE)
    for n in range(4, len(ONE)):
        p, q = one.log_probs[n].astype(float), other.log_probs[n + shift].astype(float)
        assert found.kl_nats[n] == pytest.approx((np.exp(p) * (p - q)).sum(), abs=1e-5)
        assert found.nats[n] == pytest.approx(-one.log_probs[n - 1, ids[n]], abs=1e-6)
        assert found.other_nats[n] == pytest.approx(-other.log_probs[n - 1 + shift, others[n + shift]], abs=1e-6)
        for layer in range(2):
            a, b = (
                np.concatenate([trace.signals[name][at, layer] for name in "hc"])
                for trace, at in ((one, n), (other, n + shift))
            )
            size = (np.linalg.norm(a) + np.linalg.norm(b)) / 2
            assert found.apart[0].distance[n, layer] == pytest.approx(np.linalg.norm(a - b) / size, abs=1e-5)
    assert not found.apart[0].distance[:4].any()
    assert found.added_nats == pytest.approx((found.other_nats - found.nats)[4:].sum())
    assert found.shared == tuple(ONE)


def test_a_text_that_is_only_longer_has_nothing_read_after_the_edit(reader: Subject) -> None:
    found = answer(reader, Edit("the cat", "the cat sat"))
    assert (found.before, found.after, found.apart[0].behind) == (7, 0, 0)
    assert any("nothing is read after the edit" in line for line in found.lines())


@pytest.mark.parametrize(
    ("kind", "texts", "says"),
    [
        ("tag", ("kla mle xo", "kla mle xe"), TaggedText),
        ("classify", ("abcd", "dbcd"), ClassifiedText),
        ("seq2seq", ("abc", "acc"), WrittenText),
    ],
)
def test_networks_that_answer_say_what_they_say_to_both(
    subjects: dict[str, Subject], kind: str, texts: tuple[str, str], says: type
) -> None:
    found = answer(subjects[kind], Edit(*texts))
    assert isinstance(found.said, says)
    assert isinstance(found.other_said, says)
    assert len(found.apart) == 1 + subjects[kind].config.bidirectional
    assert not len(found.kl_nats)
    backward = found.apart[-1]
    if backward.name == "backward":  # it reads what stands before the edit after it
        assert backward.behind == found.before
        assert not backward.distance[found.before :].any()


def test_what_an_item_ends_with_is_compared_after_its_beginning(subjects: dict[str, Subject]) -> None:
    found = answer(subjects["items"], Edit("aaa", "aba"))
    assert (found.symbols[0], found.before) == ("<s>", 2)
    assert np.isnan(found.nats[0])


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (("", "the"), "one is missing"),
        (("the", ""), "one is missing"),
        (("the", "the"), "the two texts are the same"),
        (("the", "the " * 6000), "expected at most 20,000"),
    ],
)
def test_what_is_no_edit_is_told(reader: Subject, texts: tuple[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        answer(reader, Edit(*texts))
