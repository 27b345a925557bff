"""Tables drawn with bars are read as what they are: Markdown's, and the source ||| target of translation tools."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tui_rnn.data.examples.barred import barred_cells, bars
from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.examples.documents import BadLines, Document
from tui_rnn.data.examples.unlabelled import read_unlabelled
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.errors import InputError

WORDS = ("the cat sat", "a dog ran far", "birds sing at dawn", "no rain fell here")


def opened(path: Path, text: str) -> ExampleData[Any]:
    path.write_text(text, encoding="utf-8")
    data = open_data(DataRequest(SourceFiles(str(path))))
    assert isinstance(data, ExampleData)
    return data


def pairs_of(data: ExampleData[Any]) -> set[tuple[str, ...]]:
    return {tuple(example) for part in (data.train, data.validation) if part for example in part.examples}


def test_source_and_target_with_three_bars_between_are_pairs(tmp_path: Path) -> None:
    written = [(f"{WORDS[k % 4]} {k}", f"{k} {WORDS[(k + 1) % 4]}") for k in range(60)]
    data = opened(tmp_path / "corpus.txt", "".join(f"{a} ||| {b}\n" for a, b in written))
    assert data.kind.name == "seq2seq"
    assert data.notices[0].startswith("two |||-separated columns")
    assert pairs_of(data) == set(written)


def test_alignments_behind_the_target_are_left_out(tmp_path: Path) -> None:
    written = [(f"{WORDS[k % 4]} {k}", f"{k} {WORDS[(k + 1) % 4]}") for k in range(60)]
    data = opened(tmp_path / "corpus.txt", "".join(f"{a} ||| {b} ||| 0-0 1-2\n" for a, b in written))
    assert (data.kind.name, pairs_of(data)) == ("seq2seq", set(written))


@pytest.mark.parametrize(
    ("before", "ruler", "outside"),
    [("", "|---|:-:|\n", "|"), ("# Data\n\nOf words.\n\n", "| - | --- |\n", "|"), ("", "--|--\n", "")],
)
def test_a_table_of_markdown_is_its_rows(tmp_path: Path, before: str, ruler: str, outside: str) -> None:
    written = [(f"{WORDS[k % 4]} {k}", ("pos", "neg")[k % 2]) for k in range(60)]
    rows = "".join(f"{outside} {a} | {b} {outside}\n" for a, b in [("text", "label"), *written])
    head, body = rows.split("\n", 1)
    data = opened(tmp_path / "table.md", f"{before}{head}\n{ruler}{body}")
    assert data.kind.name == "classify"
    assert pairs_of(data) == set(written)
    assert any("2 lines beside the table left out" in notice for notice in data.notices) == bool(before)


def test_a_bar_that_belongs_to_a_cell_stays_in_it() -> None:
    assert barred_cells(r"| a \| b | c |", "markdown") == ["a | b", "c"]
    assert barred_cells("| a |  |", "markdown") == ["a", ""]


@pytest.mark.parametrize(
    "lines",
    [
        ["if (a || b) return;", "x = y || z;"] * 9,
        ["text|label", "the cat|pos", "a dog|neg"],
        ["A heading", "---------", "and prose | with a bar"],
        ["one ||| two", *["plain prose"] * 20],
    ],
)
def test_other_texts_with_bars_are_not_drawn_with_them(lines: list[str]) -> None:
    assert bars(lines) is None


def test_a_network_is_asked_about_the_sources_alone() -> None:
    document = Document("x.txt", "x", "".join(f"{a} ||| {b}\n" for a, b in zip(WORDS, WORDS[::-1], strict=True)))
    assert tuple(one.unlabelled for one in read_unlabelled("seq2seq", document, BadLines(False))) == WORDS


def test_a_task_that_reads_no_such_table_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("the cat ||| le chat\n" * 40, encoding="utf-8")
    with pytest.raises(InputError, match=r"looks like CSV"):
        open_data(DataRequest(SourceFiles(str(path)), task="tag"))
