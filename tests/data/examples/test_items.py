"""Items are lines or paragraphs, each read from <s> to </s> on its own."""

from pathlib import Path

import numpy as np
import pytest

from tui_rnn.data.examples.items import ItemsData, open_items, read_encoded_items
from tui_rnn.data.examples.splits import ExampleFiles
from tui_rnn.data.tokens import ByteVocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError

NAMES = "ada\nbob\ncid\n"


def open_text(folder: Path, text: str, tokens: str = "char", **options: object) -> ItemsData:
    (folder / "x.txt").write_text(text, encoding="utf-8")
    return open_items(ExampleFiles(str(folder / "x.txt"), **options), tokens=tokens)  # type: ignore[arg-type]


def items(data: ItemsData) -> list[str]:
    return sorted(data.train.examples + data.validation.examples)


def test_each_line_is_an_item(tmp_path: Path) -> None:
    assert items(open_text(tmp_path, NAMES)) == ["ada", "bob", "cid"]


def test_blank_lines_and_space_at_the_ends_of_lines_are_left_out(tmp_path: Path) -> None:
    assert items(open_text(tmp_path, "ada \n\n  bob\t\n \n")) == ["  bob", "ada"]


def test_paragraphs_are_parted_by_blank_lines(tmp_path: Path) -> None:
    assert items(open_text(tmp_path, "a\nb\n\n\n  c\nd\n", format="paragraphs")) == ["  c\nd", "a\nb"]


def test_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="format is 'csv', but items are lines or paragraphs"):
        open_text(tmp_path, NAMES, format="csv")


def test_an_item_that_is_too_long_is_named_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x.txt, line 4: the item has 100,000 characters, expected at most 4,096"):
        open_text(tmp_path, NAMES + "x" * 100_000)


def test_a_paragraph_that_is_too_long_is_named_by_its_first_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x.txt, line 3: the item has 4,999 characters"):
        open_text(tmp_path, "a\n\n" + "word\n" * 1_000, format="paragraphs")


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


def test_marks_come_after_the_vocabulary(tmp_path: Path) -> None:
    data = open_text(tmp_path, NAMES)
    v = len(data.vocabulary)
    assert (data.start_id, data.end_id, data.vocab_size) == (v, v + 1, v + 2)


def test_what_was_drawn_is_text_up_to_the_end_mark(tmp_path: Path) -> None:
    data = open_text(tmp_path, NAMES)
    a = data.vocabulary.encode("a")[0][0]
    assert data.decode(np.array([data.start_id, a, a, data.end_id, a])) == "aa"


def test_an_item_is_found_in_its_part(tmp_path: Path) -> None:
    data = open_text(tmp_path, NAMES)
    found = [data.found_in(item) for item in (data.train.examples[0], data.validation.examples[0], "eve")]
    assert found == ["training", "validation", None]


def test_items_can_be_read_as_bytes(tmp_path: Path) -> None:
    data = open_text(tmp_path, "é\nü\nß\n", tokens="byte")
    assert data.decode(data.train.read[0]) == data.train.examples[0]
    assert len(data.train.read[0]) == 3


def test_items_can_be_read_as_words_and_what_is_unknown_is_said(tmp_path: Path) -> None:
    (tmp_path / "dev.txt").write_text("the cat ran\n", encoding="utf-8")
    data = open_text(tmp_path, "the cat\na cat\nthe dog\n", tokens="word", validation=str(tmp_path / "dev.txt"))
    assert data.decode(data.validation.read[0]) == "the cat <unk>"
    assert "validation: 1 of 3 tokens outside the vocabulary, read as <unk>" in data.notices


def test_a_file_can_be_read_whole_for_a_trained_network(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(NAMES, encoding="utf-8")
    part, _ = read_encoded_items(ExampleFiles(str(tmp_path / "x.txt")), ByteVocabulary())
    assert part.examples == ("ada", "bob", "cid")
