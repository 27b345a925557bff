"""Items are lines or paragraphs, each read from <s> to </s> on its own."""

from pathlib import Path

import pytest

from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.examples.items import OPENER, EncodedItems, found_in
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import ByteVocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError
from tui_rnn.kinds import ITEMS

NAMES = "ada\nbob\ncid\n"


def open_text(
    folder: Path, text: str, tokens: str = "char", items: str = "lines", **options: object
) -> ExampleData[EncodedItems]:
    (folder / "x.txt").write_text(text, encoding="utf-8")
    files = SourceFiles(str(folder / "x.txt"), **options)  # type: ignore[arg-type]
    return OPENER.open(DataRequest(files, "lm", items=items, tokens=tokens))


def items(data: ExampleData[EncodedItems]) -> list[str]:
    return sorted(data.train.examples + data.validation.examples)


def test_each_line_is_an_item(tmp_path: Path) -> None:
    assert items(open_text(tmp_path, NAMES)) == ["ada", "bob", "cid"]


def test_blank_lines_and_space_at_the_ends_of_lines_are_left_out(tmp_path: Path) -> None:
    assert items(open_text(tmp_path, "ada \n\n  bob\t\n \n")) == ["  bob", "ada"]


def test_paragraphs_are_parted_by_blank_lines(tmp_path: Path) -> None:
    assert items(open_text(tmp_path, "a\nb\n\n\n  c\nd\n", items="paragraphs")) == ["  c\nd", "a\nb"]


def test_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(NAMES, encoding="utf-8")
    with pytest.raises(InputError, match="format is 'csv', but items are lines or paragraphs"):
        OPENER.read_part(SourceFiles(str(tmp_path / "x.txt"), format="csv"), Symbols(ITEMS, ByteVocabulary()))


def test_an_item_that_is_too_long_is_named_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x.txt, line 4: the item has 100,000 characters, expected at most 4,096"):
        open_text(tmp_path, NAMES + "x" * 100_000)


def test_a_paragraph_that_is_too_long_is_named_by_its_first_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x.txt, line 3: the item has 4,999 characters"):
        open_text(tmp_path, "a\n\n" + "word\n" * 1_000, items="paragraphs")


def test_no_item_is_on_both_sides(tmp_path: Path) -> None:
    data = open_text(tmp_path, "".join(f"{i % 50}\n" for i in range(200)))
    assert (len(data.train), len(data.validation)) == (45, 5)
    assert "150 repeated items left out before splitting" in data.notices


def test_the_vocabulary_holds_what_items_hold_and_no_line_ends(tmp_path: Path) -> None:
    (tmp_path / "dev.txt").write_text("a", encoding="utf-8")
    data = open_text(tmp_path, NAMES, validation=str(tmp_path / "dev.txt"))
    assert data.vocabulary == Vocabulary("abcdio")


def test_what_unknown_characters_are_read_as_is_safe_to_show(tmp_path: Path) -> None:
    (tmp_path / "dev.txt").write_text("b", encoding="utf-8")
    data = open_text(tmp_path, "\x1ba\n\x1bc\n", validation=str(tmp_path / "dev.txt"))
    assert data.notices == ("validation: 1 of 1 tokens outside the vocabulary, read as U+001B",)


def test_a_length_counts_the_end_that_is_predicted(tmp_path: Path) -> None:
    data = open_text(tmp_path, NAMES)
    assert data.train.lengths.tolist() == [4] * len(data.train)
    assert data.train.inputs.lengths.tolist() == [3] * len(data.train)


def test_an_item_is_found_in_its_part(tmp_path: Path) -> None:
    data = open_text(tmp_path, NAMES)
    found = [found_in(data)(item) for item in (data.train.examples[0], data.validation.examples[0], "eve")]
    assert found == ["training", "validation", None]


def test_items_can_be_read_as_bytes(tmp_path: Path) -> None:
    data = open_text(tmp_path, "é\nü\nß\n", tokens="byte")
    assert data.vocabulary.decode(data.train.inputs[0]) == data.train.examples[0]
    assert len(data.train.inputs[0]) == 2


def test_items_can_be_read_as_words_and_what_is_unknown_is_said(tmp_path: Path) -> None:
    (tmp_path / "dev.txt").write_text("the cat ran\n", encoding="utf-8")
    data = open_text(tmp_path, "the cat\na cat\nthe dog\n", tokens="word", validation=str(tmp_path / "dev.txt"))
    assert data.vocabulary.decode(data.validation.inputs[0]) == "the cat <unk>"
    assert "validation: 1 of 3 tokens outside the vocabulary, read as <unk>" in data.notices


def test_a_file_can_be_read_whole_for_a_trained_network(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(NAMES, encoding="utf-8")
    part, _ = OPENER.read_part(SourceFiles(str(tmp_path / "x.txt")), Symbols(ITEMS, ByteVocabulary()))
    assert part.examples == ("ada", "bob", "cid")
