"""Files that are given are kept apart as they are; otherwise a seed chooses, and no text is on both sides."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.data.examples.documents import BadLines, Opened
from tui_rnn.data.examples.splits import Nouns, SplitExamples, read_parts, split_indices
from tui_rnn.data.request import SourceFiles
from tui_rnn.errors import InputError
from tui_rnn.kinds import Noun

NOUNS = Nouns(Noun("line", "lines"), "answer")


def read(opened: Opened, files: SourceFiles, bad: BadLines) -> list[tuple[str, str]]:
    """Lines of a key and an answer; one without an answer is malformed."""
    document = opened.documents[0]
    examples = []
    for number, line in document.lines():
        key, _, answer = line.partition("=")
        if answer:
            examples.append((key, answer))
        else:
            bad.report(document, number, "no answer", "one")
    return examples


def parts(
    folder: Path, source: str, validation: str | None = None, test: str | None = None, **options: object
) -> SplitExamples[tuple[str, str]]:
    paths = []
    for name, text in (("train", source), ("validation", validation), ("test", test)):
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
        paths.append(str(folder / name) if text is not None else None)
    return read_parts(SourceFiles(*paths, **options), read, lambda example: example[0], NOUNS)  # type: ignore[arg-type]


def lines(*numbers: int) -> str:
    return "".join(f"{n}={n}\n" for n in numbers)


class TestSeededSplit:
    def test_holds_out_a_tenth(self, tmp_path: Path) -> None:
        split = parts(tmp_path, lines(*range(200)))
        assert (len(split.train), len(split.validation), split.test) == (180, 20, None)

    def test_loses_nothing(self, tmp_path: Path) -> None:
        split = parts(tmp_path, lines(*range(200)))
        assert sorted(int(key) for key, _ in split.train + split.validation) == list(range(200))

    def test_depends_on_the_seed_only(self, tmp_path: Path) -> None:
        splits = [parts(tmp_path, lines(*range(200)), split_seed=seed).validation for seed in (1, 1, 2)]
        assert splits[0] == splits[1] != splits[2]

    @pytest.mark.parametrize("seed", [-1, 2**62])
    def test_refuses_a_seed_out_of_range(self, seed: int) -> None:
        with pytest.raises(InputError, match=f"split_seed is {seed}, expected 0 to"):
            SourceFiles("texts.tsv", split_seed=seed)

    def test_leaves_out_repeated_texts_and_says_how_many(self, tmp_path: Path) -> None:
        split = parts(tmp_path, lines(*range(200), *range(50), *range(50)))
        assert len(split.train) + len(split.validation) == 200
        assert "100 repeated lines left out before splitting" in split.notices

    def test_says_how_many_of_them_had_another_answer(self, tmp_path: Path) -> None:
        split = parts(tmp_path, "a=1\nb=1\na=2\na=1\nb=3\n")
        assert "3 repeated lines left out before splitting, 2 of them with another answer" in split.notices

    @pytest.mark.parametrize(("repeated", "said"), [(39, False), (40, True)])
    def test_says_what_else_the_file_could_be_where_four_fifths_are_repeated(
        self, tmp_path: Path, repeated: int, said: bool
    ) -> None:
        (tmp_path / "train").write_text(lines(*range(10)) + lines(1) * repeated, encoding="utf-8")
        nouns = Nouns(Noun("line", "lines"), "answer", "say something else")
        split = read_parts(SourceFiles(str(tmp_path / "train")), read, lambda example: example[0], nouns)
        assert ("say something else" in split.notices) is said

    def test_of_one_says_what_else_the_file_could_be(self, tmp_path: Path) -> None:
        (tmp_path / "train").write_text("a=1\na=2\na=3\na=4\na=5\n", encoding="utf-8")
        nouns = Nouns(Noun("line", "lines"), "answer", "say something else")
        with pytest.raises(InputError, match="at least two to split; say something else"):
            read_parts(SourceFiles(str(tmp_path / "train")), read, lambda example: example[0], nouns)

    def test_says_its_seed_and_sizes(self, tmp_path: Path) -> None:
        assert parts(tmp_path, lines(*range(20)), split_seed=5).notices == (
            "split by seed 5: 18 lines for training, 2 for validation",
        )

    def test_of_two_gives_one_each(self, tmp_path: Path) -> None:
        split = parts(tmp_path, lines(1, 2))
        assert (len(split.train), len(split.validation)) == (1, 1)

    def test_of_one_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"has only one line \(3 times\), expected at least two to split"):
            parts(tmp_path, lines(1, 1, 1))

    @given(st.integers(2, 300), st.integers(0, 2**62))
    def test_indices_are_all_and_each_once(self, n: int, seed: int) -> None:
        train, validation = split_indices(n, seed)
        assert sorted(train + validation) == list(range(n))
        assert train == sorted(train)
        assert train
        assert validation


class TestGivenFiles:
    def test_are_the_parts(self, tmp_path: Path) -> None:
        split = parts(tmp_path, lines(1, 2), lines(3), lines(4))
        assert (split.train, split.validation, split.test) == ([("1", "1"), ("2", "2")], [("3", "3")], [("4", "4")])

    def test_keep_what_they_repeat(self, tmp_path: Path) -> None:
        assert len(parts(tmp_path, lines(1, 1), lines(3, 3)).train) == 2

    def test_that_share_texts_with_training_say_so(self, tmp_path: Path) -> None:
        assert parts(tmp_path, lines(1, 2), lines(2, 3, 4)).notices == (
            "1 of 3 lines for validation is also in the training file",
        )

    def test_for_testing_that_share_texts_with_training_say_so_too(self, tmp_path: Path) -> None:
        assert (
            "2 of 2 lines for test are also in the training file" in parts(tmp_path, lines(1, 2), lines(3), lines(1, 2)).notices
        )

    def test_a_test_file_alone_leaves_the_split_to_the_seed(self, tmp_path: Path) -> None:
        split = parts(tmp_path, lines(*range(20)), test=lines(50))
        assert (len(split.validation), split.test) == (2, [("50", "50")])

    def test_count_their_skipped_lines_each(self, tmp_path: Path) -> None:
        split = parts(tmp_path, lines(1) + "x\n", lines(2) + "y\nz\n", skip_bad_lines=True)
        skipped = [notice for notice in split.notices if "left out" in notice]
        assert len(skipped) == 2
        assert skipped[0].startswith("1 example left out")
        assert skipped[1].startswith("validation: 2 examples left out")

    def test_are_opened_again_by_what_is_kept(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        split = parts(tmp_path, lines(1, 2), lines(3), lines(4))
        monkeypatch.chdir(tmp_path.parent)
        assert read_parts(split.files, read, lambda example: example[0], NOUNS).sha256 == split.sha256

    def test_the_hash_is_of_all_files(self, tmp_path: Path) -> None:
        assert parts(tmp_path, lines(1, 2), lines(3)).sha256 != parts(tmp_path, lines(1, 2), lines(4)).sha256

    def test_bytes_are_of_all_files(self, tmp_path: Path) -> None:
        assert parts(tmp_path, lines(1, 2), lines(3)).byte_count == 12


def test_a_file_of_malformed_lines_only_is_refused_with_the_first(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no lines \(2 examples left out, the first in .*line 1: no answer"):
        parts(tmp_path, "x\ny\n", skip_bad_lines=True)


def test_a_malformed_line_is_named_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"validation, line 2: no answer, expected one"):
        parts(tmp_path, lines(1), lines(1) + "x\n")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(InputError, match="format is 'xml', expected one of conllu, conll"):
        SourceFiles("x", format="xml")
