"""Pairs are read with targets in characters or in tokens between spaces, each ending with </s>."""

from pathlib import Path

import pytest

from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.examples.labels import Tokens
from tui_rnn.data.examples.seq2seq import OPENER, Pair, Pairs
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError
from tui_rnn.kinds import PAIRS

SPELLED = "source\ttarget\nbad\tB AE D\nab\tAE B\ndab\tD AE B\n"
DIGITS = "one\t1\ntwelve\t12\nthirty one\t31\n"


def opened(files: SourceFiles, target_units: str | None = None) -> ExampleData[Pairs]:
    return OPENER.open(DataRequest(files, "seq2seq", target_units=target_units))


def open_text(folder: Path, text: str, target_units: str | None = None) -> ExampleData[Pairs]:
    (folder / "train.tsv").write_text(text, encoding="utf-8")
    (folder / "dev.tsv").write_text(text, encoding="utf-8")
    return opened(SourceFiles(str(folder / "train.tsv"), str(folder / "dev.tsv")), target_units)


def test_one_distinct_target_is_not_many(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("".join(f"{k}\taa\n" for k in range(9)), encoding="utf-8")
    assert any(notice.endswith(", 1 distinct one") for notice in opened(SourceFiles(str(tmp_path / "x.tsv"))).notices)


def test_targets_with_spaces_are_split_there(tmp_path: Path) -> None:
    data = open_text(tmp_path, SPELLED)
    assert data.symbols.targets == Tokens(("AE", "B", "D"), "tokens")
    assert "targets split into tokens (3 of 3 hold a space), 3 distinct ones" in data.notices


def test_targets_without_spaces_are_split_into_characters(tmp_path: Path) -> None:
    assert open_text(tmp_path, DIGITS).symbols.targets == Tokens(("1", "2", "3"))


def test_how_to_split_can_be_said(tmp_path: Path) -> None:
    assert open_text(tmp_path, DIGITS, target_units="tokens").symbols.targets == Tokens(("1", "12", "31"), "tokens")


def test_another_way_to_split_is_refused() -> None:
    with pytest.raises(InputError, match="target_units is 'syllables', expected one of characters, tokens, words"):
        DataRequest(SourceFiles("x.tsv"), "seq2seq", target_units="syllables")


def test_an_empty_target_is_named_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"train.tsv, line 4: the target is empty"):
        open_text(tmp_path, DIGITS + "two\t\n")


def test_a_target_token_that_training_lacks_is_said() -> None:
    part = Pairs.encode([Pair("a", "19")], Vocabulary("a"), Tokens(("1", "2")))
    assert part.notices == ("1 target token outside the vocabulary read as <unk>",)


def test_repeated_sources_are_on_one_side_of_the_split(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("".join(f"{'ab'[i % 2] * (i // 4 + 1)}\t{i}\n" for i in range(40)), encoding="utf-8")
    data = opened(SourceFiles(str(tmp_path / "x.tsv")))
    assert (len(data.train), len(data.validation)) == (18, 2)
    assert "20 repeated pairs left out before splitting, 20 of them with another target" in data.notices


def test_a_file_can_be_read_whole_for_a_trained_network(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text(DIGITS, encoding="utf-8")
    symbols = Symbols(PAIRS, Vocabulary("abc"), targets=Tokens(("1", "2", "3")))
    part, _ = OPENER.read_part(SourceFiles(str(tmp_path / "x.tsv")), symbols)
    assert [part.target_ids[i].tolist() for i in range(3)] == [[0], [0, 1], [2, 0]]


@pytest.mark.parametrize("name", ["dates", "number-words"])
def test_a_built_in_opens(name: str) -> None:
    assert opened(SourceFiles(name)).source == name
