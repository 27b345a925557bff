"""The command that trains a run again opens the same data in the same way."""

from __future__ import annotations

import pytest

from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.export.repeating import data_words

FILE = SourceFiles("x.tsv")


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (DataRequest(FILE, "lm", tokens="char"), "--task lm"),
        (DataRequest(FILE, "lm", tokens="word"), "--task lm --tokens word"),
        (DataRequest(FILE, "classify", tokens="char"), "--task classify --tokens char"),
        (DataRequest(FILE, "tag", tokens="word+char", fold_case=True), "--task tag --tokens word+char --fold-case"),
        (DataRequest(SourceFiles("x.tsv", cut_long=True), "tag", tokens="word"), "--task tag --tokens word --cut-long"),
    ],
)
def test_what_decides_how_examples_are_read_is_said(request_: DataRequest, words: str) -> None:
    assert data_words(request_) == words.split()
