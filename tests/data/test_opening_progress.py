"""How far the opening of examples is, and that it can be given up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_rnn.data.examples import encoding
from tui_rnn.data.examples.documents import LINES_A_PROGRESS
from tui_rnn.data.examples.encoding import EXAMPLES_A_PROGRESS
from tui_rnn.data.examples.items import Items
from tui_rnn.data.examples.splits import ExampleFiles
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest
from tui_rnn.data.tokens import TOKEN_KINDS, text_vocabulary

EXAMPLES = {
    "tag": "the\tD\ncat {0}\tN\n\n",
    "classify": "cat {0}\tanimal\nrose {0}\tplant\n",
    "seq2seq": "one {0}\t1 {0}\n",
    "items": "one {0}\n",
}


class GivenUp(Exception):
    pass


def asked(source: ExampleFiles, task: str) -> DataRequest:
    return DataRequest(source, "lm", items="lines") if task == "items" else DataRequest(source, task)


@pytest.fixture
def source(tmp_path: Path, task: str) -> ExampleFiles:
    path = tmp_path / "many.tsv"
    text = "".join(EXAMPLES[task].format(k) for k in range(2 * LINES_A_PROGRESS))
    path.write_text(text, encoding="utf-8", newline="\n")
    return ExampleFiles(str(path))


@pytest.mark.parametrize("task", EXAMPLES)
def test_reading_many_examples_tells_how_far_it_is(source: ExampleFiles, task: str) -> None:
    told: list[tuple[int, int]] = []
    open_data(asked(source, task), lambda done, total: told.append((done, total)))
    size = Path(source.source).stat().st_size
    read = [done for done, total in told if total == size]
    assert len(read) > 1
    assert read == sorted(set(read))


@pytest.mark.parametrize("task", EXAMPLES)
def test_then_encoding_them_does(source: ExampleFiles, task: str) -> None:
    told: list[tuple[int, int]] = []
    data = open_data(asked(source, task), lambda done, total: told.append((done, total)))
    encoded = [done for done, total in told if total == len(data.train)]
    assert encoded == list(range(EXAMPLES_A_PROGRESS, len(data.train), EXAMPLES_A_PROGRESS))
    assert len(encoded) >= 1
    assert told[-1] == (encoded[-1], len(data.train))


@pytest.mark.parametrize("task", EXAMPLES)
def test_encoding_can_be_given_up(source: ExampleFiles, task: str) -> None:
    size = Path(source.source).stat().st_size

    def give_up(done: int, total: int) -> None:
        if total != size:
            raise GivenUp

    with pytest.raises(GivenUp):
        open_data(asked(source, task), give_up)


@pytest.mark.parametrize("task", EXAMPLES)
def test_reading_many_examples_can_be_given_up(source: ExampleFiles, task: str) -> None:
    def give_up(done: int, total: int) -> None:
        raise GivenUp

    with pytest.raises(GivenUp):
        open_data(asked(source, task), give_up)


@pytest.mark.parametrize("tokens", TOKEN_KINDS)
def test_items_read_the_same_however_many_are_encoded_at_a_time(tokens: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["the cat", "a", "the café the cat", "cat", "x", "a cat"]
    vocabulary = text_vocabulary(tokens, ["the cat the cat", "a a"])
    monkeypatch.setattr(encoding, "EXAMPLES_A_PROGRESS", 2)
    items = Items.encode(texts, vocabulary)
    size = len(vocabulary)
    assert [list(ids) for ids in items.read] == [[size, *vocabulary.encode(text)[0]] for text in texts]
    assert [list(ids) for ids in items.follow] == [[*vocabulary.encode(text)[0], size + 1] for text in texts]
