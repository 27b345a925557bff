"""How far the opening of examples is, and that it can be given up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_rnn.data.examples import documents, encoding
from tui_rnn.data.examples.items import EncodedItems
from tui_rnn.data.opening import open_data, read_part
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import TOKEN_KINDS, text_vocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.kinds import ITEMS

EXAMPLES = {
    "tag": "the\tD\ncat {0}\tN\n\n",
    "classify": "cat {0}\tanimal\nrose {0}\tplant\n",
    "seq2seq": "one {0}\t1 {0}\n",
    "items": "one {0}\n",
}
LINES_A_PROGRESS = EXAMPLES_A_PROGRESS = 2_500  # more than are looked at to recognise a format


@pytest.fixture(autouse=True)
def told_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file tells as much as a large one."""
    monkeypatch.setattr(documents, "LINES_A_PROGRESS", LINES_A_PROGRESS)
    monkeypatch.setattr(encoding, "EXAMPLES_A_PROGRESS", EXAMPLES_A_PROGRESS)


class GivenUp(Exception):
    pass


def asked(source: SourceFiles, task: str) -> DataRequest:
    return DataRequest(source, "lm", items="lines") if task == "items" else DataRequest(source, task)


@pytest.fixture
def source(tmp_path: Path, task: str) -> SourceFiles:
    path = tmp_path / "many.tsv"
    text = "".join(EXAMPLES[task].format(k) for k in range(2 * LINES_A_PROGRESS))
    path.write_text(text, encoding="utf-8", newline="\n")
    return SourceFiles(str(path))


@pytest.mark.parametrize("task", EXAMPLES)
def test_reading_many_examples_tells_how_far_it_is(source: SourceFiles, task: str) -> None:
    told: list[tuple[int, int]] = []
    open_data(asked(source, task), lambda done, total: told.append((done, total)))
    size = Path(source.source).stat().st_size
    read = [done for done, total in told if total == size]
    assert len(read) > 1
    assert read == sorted(set(read))


@pytest.mark.parametrize("task", EXAMPLES)
def test_then_the_search_for_repeated_ones_does(source: SourceFiles, task: str) -> None:
    told: list[tuple[int, int]] = []
    data = open_data(asked(source, task), lambda done, total: told.append((done, total)))
    examples = len(data.train) + len(data.validation)  # none is repeated
    assert [done for done, total in told if total == examples] == list(
        range(EXAMPLES_A_PROGRESS, examples, EXAMPLES_A_PROGRESS)
    )


def test_so_does_the_search_for_those_that_validate_and_train(tmp_path: Path) -> None:
    train, valid = tmp_path / "train.txt", tmp_path / "valid.txt"
    train.write_text("".join(f"one {k}\n" for k in range(EXAMPLES_A_PROGRESS + 1)), encoding="utf-8", newline="\n")
    valid.write_text("one 1\nnone\n", encoding="utf-8", newline="\n")
    told: list[tuple[int, int]] = []
    files = SourceFiles(str(train), validation=str(valid))
    data = open_data(asked(files, "items"), lambda done, total: told.append((done, total)))
    assert told.count((EXAMPLES_A_PROGRESS, len(data.train))) == 2  # searched, and encoded


@pytest.mark.parametrize("task", EXAMPLES)
def test_then_encoding_them_does(source: SourceFiles, task: str) -> None:
    told: list[tuple[int, int]] = []
    data = open_data(asked(source, task), lambda done, total: told.append((done, total)))
    encoded = [done for done, total in told if total == len(data.train)]
    assert encoded == list(range(EXAMPLES_A_PROGRESS, len(data.train), EXAMPLES_A_PROGRESS))
    assert len(encoded) >= 1
    assert told[-1] == (encoded[-1], len(data.train))


@pytest.mark.parametrize("task", EXAMPLES)
@pytest.mark.parametrize("phase", ["searching", "encoding"])
def test_what_follows_can_be_given_up_too(source: SourceFiles, task: str, phase: str) -> None:
    data = open_data(asked(source, task))
    examples = {"searching": len(data.train) + len(data.validation), "encoding": len(data.train)}[phase]

    def give_up(done: int, total: int) -> None:
        if total == examples:
            raise GivenUp

    with pytest.raises(GivenUp):
        open_data(asked(source, task), give_up)


def test_all_of_a_file_read_as_one_part_tells_how_far_it_is(tmp_path: Path) -> None:
    path = tmp_path / "many.txt"
    path.write_text("ab\n" * (EXAMPLES_A_PROGRESS + 1), encoding="utf-8", newline="\n")
    told: list[tuple[int, int]] = []
    read_part(SourceFiles(str(path)), Symbols(ITEMS, Vocabulary("ab")), lambda done, total: told.append((done, total)))
    assert told == [
        (3 * (LINES_A_PROGRESS - 1), path.stat().st_size),
        (EXAMPLES_A_PROGRESS, EXAMPLES_A_PROGRESS + 1),
    ]


@pytest.mark.parametrize("task", EXAMPLES)
def test_reading_many_examples_can_be_given_up(source: SourceFiles, task: str) -> None:
    def give_up(done: int, total: int) -> None:
        raise GivenUp

    with pytest.raises(GivenUp):
        open_data(asked(source, task), give_up)


@pytest.mark.parametrize("tokens", TOKEN_KINDS)
def test_items_read_the_same_however_many_are_encoded_at_a_time(tokens: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["the cat", "a", "the café the cat", "cat", "x", "a cat"]
    vocabulary = text_vocabulary(tokens, ["the cat the cat", "a a"])
    monkeypatch.setattr(encoding, "EXAMPLES_A_PROGRESS", 2)
    items = EncodedItems.encode(texts, vocabulary)
    assert [list(ids) for ids in items.inputs] == [list(vocabulary.encode(text)[0]) for text in texts]
