"""How much of a validation text is in the training text word for word is counted, and said where it is much."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tui_rnn.data import repetition
from tui_rnn.data.builtin import BUILTINS
from tui_rnn.data.corpus import open_corpus
from tui_rnn.data.opening import open_data
from tui_rnn.data.repetition import STRETCH, repeated_share
from tui_rnn.data.request import DataRequest, SourceFiles

PIECES = (b"a" * 50, b"ab" * 30, b"the same words again and again, up to the end of it. ", b"x", b"yz")


def counted_by_search(train: bytes, validation: bytes) -> float:
    """The same by looking each stretch up in the text."""
    count = len(validation) // STRETCH
    starts = np.unique(np.linspace(0, count - 1, min(count, repetition.STRETCHES_MOST)).astype(int)) * STRETCH
    return float(np.mean([validation[start : start + STRETCH] in train for start in starts]))


def ids(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8)


@given(
    pieces=st.lists(st.sampled_from(PIECES), min_size=60, max_size=90),
    split=st.integers(1, 10),
    block=st.sampled_from([50, 64, 1 << 20]),
)
def test_the_share_is_what_a_search_finds(pieces: list[bytes], split: int, block: int) -> None:
    text = b"".join(pieces)
    train, validation = text[: len(text) * split // 12], text[len(text) * split // 12 :]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repetition, "_BLOCK", block)
        share = repeated_share(ids(train), ids(validation))
    assert share == (counted_by_search(train, validation) if len(validation) >= STRETCH <= len(train) else 0.0)


@pytest.mark.parametrize("name", ["prose", "toy-code", "logs", "counting"])
def test_the_share_of_a_corpus_is_what_a_search_finds(name: str) -> None:
    corpus = open_corpus(name)
    train, validation = (corpus.vocabulary.decode(part).encode() for part in (corpus.train, corpus.validation))
    assert repeated_share(corpus.train, corpus.validation) == counted_by_search(train, validation)


def test_text_that_never_comes_again_has_none_of_it() -> None:
    random = np.random.default_rng(1).integers(0, 60, 200_000).astype(np.uint16)
    assert repeated_share(random[:180_000], random[180_000:]) == 0.0


def test_a_text_that_repeats_itself_is_told_of_with_the_share(tmp_path: Path) -> None:
    prose = BUILTINS["prose"].text()
    text = prose[:3_000] * 5 + prose[3_000:3_100]
    (tmp_path / "x.txt").write_text(text, encoding="utf-8")
    (notice,) = open_data(DataRequest(SourceFiles(str(tmp_path / "x.txt")))).notices
    split = len(text) * 9 // 10
    share = counted_by_search(text[:split].encode(), text[split:].encode())
    assert f"{share:.0%} of the validation part, in stretches of 48 characters, is in the training part word for word" in notice
    assert "--valid FILE validates on another" in notice


def test_prose_is_told_nothing() -> None:
    assert not any("repeats" in notice for notice in open_data(DataRequest(SourceFiles("prose"))).notices)
