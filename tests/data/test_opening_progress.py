"""How far the opening of examples is, and that it can be given up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_rnn.data.examples.documents import LINES_A_PROGRESS
from tui_rnn.data.examples.splits import ExampleFiles
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest

EXAMPLES = {
    "tag": "the\tD\ncat {0}\tN\n\n",
    "classify": "cat {0}\tanimal\nrose {0}\tplant\n",
    "seq2seq": "one {0}\t1 {0}\n",
}


class GivenUp(Exception):
    pass


@pytest.fixture
def source(tmp_path: Path, task: str) -> ExampleFiles:
    path = tmp_path / "many.tsv"
    text = "".join(EXAMPLES[task].format(k) for k in range(2 * LINES_A_PROGRESS))
    path.write_text(text, encoding="utf-8", newline="\n")
    return ExampleFiles(str(path))


@pytest.mark.parametrize("task", EXAMPLES)
def test_reading_many_examples_tells_how_far_it_is(source: ExampleFiles, task: str) -> None:
    told: list[tuple[int, int]] = []
    open_data(DataRequest(source, task), lambda done, total: told.append((done, total)))
    assert len(told) > 1
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert {total for _, total in told} == {Path(source.source).stat().st_size}


@pytest.mark.parametrize("task", EXAMPLES)
def test_reading_many_examples_can_be_given_up(source: ExampleFiles, task: str) -> None:
    def give_up(done: int, total: int) -> None:
        raise GivenUp

    with pytest.raises(GivenUp):
        open_data(DataRequest(source, task), give_up)
