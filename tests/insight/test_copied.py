"""What is copied and what is new, against counting every n-gram one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.insight.conftest import reader_of
from tui_rnn.errors import InputError
from tui_rnn.insight.copied import Copied
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.question import Cancelled, Subject
from tui_rnn.insight.registry import answer


def new_share(text: str, training: str, n: int) -> float:
    grams = [text[k : k + n] for k in range(len(text) - n + 1)]
    return sum(gram not in training for gram in grams) / len(grams)


def test_the_share_of_new_n_grams_is_that_of_looking_for_each(reader: Subject, animals: str) -> None:
    written = answer(reader, Copied(sampling=Sampling(length=600), seed=1))
    text, split = "".join(written.symbols), len(animals) * 9 // 10
    training, held_out = animals[:split], animals[split:]
    for n, new, yardstick in zip(written.n.tolist(), written.new, written.new_in_validation, strict=True):
        assert new == pytest.approx(new_share(text, training, n))
        assert yardstick == pytest.approx(new_share(held_out, training, n))
    assert written.validation_tokens == len(held_out)
    assert written.training_tokens == split


def test_the_longest_copy_stands_where_it_says(reader: Subject, animals: str) -> None:
    stretch = animals[500:560]
    found = answer(reader, Copied("zzz" + stretch + "zzz", shortest=20))
    (copy,) = found.copies
    assert (copy.text, copy.start, copy.length) == (stretch, 3, 60)
    assert found.longest == 60
    assert animals[copy.at : copy.at + 60] == stretch
    assert animals[: copy.at].endswith(copy.before)
    assert animals[copy.at + 60 :].startswith(copy.after)


def test_a_text_of_the_validation_part_is_no_copy_for_standing_there(reader: Subject, animals: str) -> None:
    split = len(animals) * 9 // 10
    text = animals[split : split + 200]
    assert answer(reader, Copied(text)).longest == max(
        n for n in range(200) if any(text[k : k + n] in animals[:split] for k in range(200 - n + 1))
    )


def test_unknown_characters_are_new_and_stay_as_they_are(reader: Subject) -> None:
    found = answer(reader, Copied("the ξat", shortest=1))
    assert "".join(found.symbols) == "the ξat"
    assert found.matched[4] == 0
    assert found.new[0] == 0.75  # each 4-gram but "the " has it


def test_words_are_looked_for_as_words(words: Subject) -> None:
    found = answer(words, Copied("the cat the cat a dog sat.", shortest=1, copies=1))
    assert found.copies[0].length == found.longest
    assert found.longest >= 4


def test_items_match_within_items_only(subjects: dict[str, Subject]) -> None:
    subject = subjects["items"]
    train: Any = subject.data.train
    first, second = train.examples[:2]
    found = answer(subject, Copied(f"{first}\n{second}", shortest=1))
    assert found.matched.tolist() == [*range(1, len(first) + 1), 0, *range(1, len(second) + 1)]
    assert "".join(found.symbols) == f"{first}\n{second}"


def test_without_a_text_items_are_drawn(subjects: dict[str, Subject]) -> None:
    found = answer(subjects["items"], Copied(seed=1))
    assert found.source == "written"
    assert found.symbols.count("\n") == 199


def test_an_empty_text_is_refused(reader: Subject) -> None:
    with pytest.raises(InputError, match="the text is empty"):
        answer(reader, Copied(""))


def test_it_ends_when_nobody_waits_any_more(reader: Subject) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        answer(reader, Copied("the cat"), stop)


def test_a_network_that_repeats_its_text_is_found_copying() -> None:
    text = "".join(np.random.default_rng(0).permutation(list("abcdefghijklmnopqrstuvwxyz")))
    subject = reader_of(text * 60, units=16)
    assert answer(subject, Copied(text * 3)).longest == len(text) * 3
