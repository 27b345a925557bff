"""Files as people have them are read as what they are; where that is not sure, what else they may be is said in one line."""

import json
from pathlib import Path
from typing import ClassVar

import pytest

from tui_rnn import kinds
from tui_rnn.data.builtin import BUILTINS
from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.opening import Data, open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.errors import InputError

WORDS = "the sun rises over quiet hills while birds sing in old trees near rivers".split()


def phrase(k: int) -> str:
    return " ".join(WORDS[(k * step + step) % len(WORDS)] for step in range(1, 5)) + f" {chr(97 + k % 26)}{chr(97 + k // 26)}"


LABELLED = [(phrase(k), ("pos", "neg")[k % 2]) for k in range(60)]
SENTENCES = [
    [("The", "DT", "O"), (f"river{'abcdefgh'[k % 8]}", "NN", "B-LOC"), ("runs", "VBZ", "O"), (".", ".", "O")] for k in range(30)
]


def opened(path: Path, text: str, task: str | None = None, **files: object) -> Data:
    path.write_text(text, encoding="utf-8")
    return open_data(DataRequest(SourceFiles(str(path), **files), task))  # type: ignore[arg-type]


def classes_of(data: Data) -> dict[str, str]:
    assert data.kind is kinds.LABELLED
    assert isinstance(data, ExampleData)
    return {example.text: example.label for part in (data.train, data.validation) for example in part.examples}


def tags_of(data: Data) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    assert data.kind is kinds.TAGGED
    assert isinstance(data, ExampleData)
    return {(one.words, one.tags) for part in (data.train, data.validation) for one in part.examples}


def pairs_of(data: Data) -> dict[str, str]:
    assert data.kind is kinds.PAIRS
    assert isinstance(data, ExampleData)
    return {pair.source: pair.target for part in (data.train, data.validation) for pair in part.examples}


class TestTables:
    @pytest.mark.parametrize("mark", [",", ";", "|", "\t"])
    @pytest.mark.parametrize("header", ["", "body%sstars\n"])
    def test_a_csv_may_be_parted_by_any_usual_mark(self, tmp_path: Path, mark: str, header: str) -> None:
        rows = "".join(f'"{text}, and so on"{mark}{label}\n' for text, label in LABELLED)
        data = opened(tmp_path / "x.csv", header.replace("%s", mark) + rows)
        assert classes_of(data) == {f"{text}, and so on": label for text, label in LABELLED}

    def test_bars_part_a_table_whatever_its_name(self, tmp_path: Path) -> None:
        assert classes_of(opened(tmp_path / "x.txt", "".join(f"{text}|{label}\n" for text, label in LABELLED))) == dict(
            LABELLED
        )

    @pytest.mark.parametrize("tabs", ["\t", "\t\t"])
    def test_tabs_at_the_end_of_each_line_are_no_columns(self, tmp_path: Path, tabs: str) -> None:
        data = opened(tmp_path / "x.tsv", "".join(f"{text}\t{label}{tabs}\n" for text, label in LABELLED))
        assert classes_of(data) == dict(LABELLED)

    def test_tabs_at_the_end_of_some_lines_are_no_columns(self, tmp_path: Path) -> None:
        rows = "".join(f"{text}\t{label}{chr(9) * (k % 3)}\n" for k, (text, label) in enumerate(LABELLED))
        assert classes_of(opened(tmp_path / "x.tsv", rows)) == dict(LABELLED)

    def test_tatoebas_number_language_and_sentence_are_classes(self, tmp_path: Path) -> None:
        rows = "".join(f"{1000 + 7 * k}\t{('eng', 'deu', 'fra')[k % 3]}\t{phrase(k)}\n" for k in range(60))
        data = opened(tmp_path / "sentences.tsv", rows)
        assert classes_of(data) == {phrase(k): ("eng", "deu", "fra")[k % 3] for k in range(60)}
        assert data.notices[0] == (
            "three tab-separated columns, the text in column 3, the label in 2: classification "
            "(otherwise with --columns or --task)"
        )

    def test_tatoebas_pairs_with_a_note_are_pairs(self, tmp_path: Path) -> None:
        rows = "".join(f"{phrase(k)}\t{phrase(k)[::-1]}\tCC-BY 2.0 (France) Attribution: tatoeba.org #{k}\n" for k in range(60))
        data = opened(tmp_path / "deu.txt", rows)
        assert pairs_of(data) == {phrase(k): phrase(k)[::-1] for k in range(60)}

    def test_where_two_columns_may_be_labels_it_trains_and_says_what_to_say(self, tmp_path: Path) -> None:
        rows = "".join(f"{phrase(k)}\t{'ab'[k % 2]}\t{'xyz'[k % 3]}\n" for k in range(60))
        data = opened(tmp_path / "x.tsv", rows)
        assert (data.kind.name, "give --task classify --columns 1,2" in data.notices[0]) == ("lm", True)

    @pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.json", "x.jsonl", "x.conllu", "x.csv.gz"])
    def test_a_name_that_promises_a_table_is_not_passed_over(self, tmp_path: Path, name: str) -> None:
        data = opened(tmp_path / name, "It was a bright cold day in April.\nThe clocks were striking.\n" * 9)
        assert data.kind.name == "lm"
        assert f"it is called .{name.split('.')[1]}, but doesn't look like" in data.notices[0]
        assert "--format" in data.notices[0]


class TestJson:
    RECORDS: ClassVar = [{"text": text, "label": label} for text, label in LABELLED]

    @pytest.mark.parametrize("indent", [None, 2])
    def test_a_list_of_objects_is_a_table(self, tmp_path: Path, indent: int | None) -> None:
        assert classes_of(opened(tmp_path / "x.json", json.dumps(self.RECORDS, indent=indent))) == dict(LABELLED)

    @pytest.mark.parametrize(
        "document",
        [
            {"version": "1.0", "data": RECORDS},
            {"text": [text for text, _ in LABELLED], "label": [label for _, label in LABELLED]},
            {
                "text": {str(k): text for k, (text, _) in enumerate(LABELLED)},
                "label": {str(k): label for k, (_, label) in enumerate(LABELLED)},
            },
        ],
        ids=["wrapped", "columns", "pandas"],
    )
    @pytest.mark.parametrize("indent", [None, 1])
    def test_an_object_that_holds_the_table_is_one_too(self, tmp_path: Path, document: object, indent: int | None) -> None:
        data = opened(tmp_path / "x.json", json.dumps(document, indent=indent), format="json")
        assert classes_of(data) == dict(LABELLED)
        if indent:
            assert classes_of(opened(tmp_path / "x.json", json.dumps(document, indent=indent))) == dict(LABELLED)

    def test_a_record_that_is_none_is_named_by_its_line(self, tmp_path: Path) -> None:
        text = json.dumps([*self.RECORDS[:3], {"text": 5, "label": "x"}], indent=1)
        with pytest.raises(InputError, match=r'x.json, line 14: "text" is a number, expected text'):
            opened(tmp_path / "x.json", text, "classify")

    @pytest.mark.parametrize("end", ["", ",", '{"text": "a"', "5", "]]"])
    def test_a_list_that_is_broken_off_is_named(self, tmp_path: Path, end: str) -> None:
        text = json.dumps(self.RECORDS)[:-1] + end
        if end == "]]":
            assert classes_of(opened(tmp_path / "x.json", text)) == dict(LABELLED)
            return
        with pytest.raises(InputError, match=r"x.json, line 1(:| is not JSON) .*correct it"):
            opened(tmp_path / "x.json", text, "classify")

    def test_a_long_list_is_told_by_its_beginning(self, tmp_path: Path) -> None:
        records = [{"text": f"{phrase(k % 600)} {k}", "label": "ab"[k % 2]} for k in range(20_000)]
        data = opened(tmp_path / "x.json", json.dumps(records))
        assert (data.kind.name, len(classes_of(data))) == ("classify", 20_000)

    def test_json_that_is_no_table_trains_and_is_named(self, tmp_path: Path) -> None:
        data = opened(tmp_path / "x.json", json.dumps({"a": {"b": [1, 2, 3]}, "c": "text " * 40}, indent=1))
        assert (data.kind.name, data.notices[0].startswith("it is JSON, but no list of objects")) == ("lm", True)


class TestLabelsBySpaces:
    @pytest.mark.parametrize(
        ("line", "label"),
        [
            ("{label} {text}", "{label}"),
            ("{text} {label}", "{label}"),
            ("__label__{label} {text}", "{label}"),
            ("__label__{label} __label__x {text}", "{label}"),
        ],
    )
    def test_a_label_before_or_after_the_text_is_told(self, tmp_path: Path, line: str, label: str) -> None:
        rows = "".join(line.format(text=text, label=label) + "\n" for text, label in LABELLED)
        assert classes_of(opened(tmp_path / "x.txt", rows)) == dict(LABELLED)

    @pytest.mark.parametrize("labels", [("0", "1"), ("1", "2", "3", "4", "5"), ("+1", "-1"), ("DESC:manner", "NUM:date")])
    def test_numbers_and_names_in_capitals_are_labels(self, tmp_path: Path, labels: tuple[str, ...]) -> None:
        rows = "".join(f"{labels[(k * 7) % len(labels)]} {phrase(k)}\n" for k in range(60))
        data = opened(tmp_path / "x.txt", rows)
        assert set(classes_of(data).values()) == set(labels)
        assert data.notices[0].startswith(f"each line begins with one of {len(labels)} labels (")

    def test_words_that_may_be_labels_are_mentioned_and_read_so_where_the_task_is_said(self, tmp_path: Path) -> None:
        rows = "".join(f"{('sport', 'politics', 'art')[k % 3]} {phrase(k)}\n" for k in range(60))
        data = opened(tmp_path / "x.txt", rows)
        assert data.kind.name == "lm"
        assert "give --task classify --format label-text" in data.notices[0]
        assert set(classes_of(opened(tmp_path / "x.txt", rows, "classify")).values()) == {"sport", "politics", "art"}
        assert opened(tmp_path / "x.txt", rows, format="label-text").kind.name == "classify"

    @pytest.mark.parametrize("label", ["pos", "sport"])
    def test_a_handful_of_lines_is_read_so_where_the_task_is_said(self, tmp_path: Path, label: str) -> None:
        rows = "".join(f"{label if k % 2 else 'neg'} {phrase(k)}\n" for k in range(6))
        assert set(classes_of(opened(tmp_path / "x.txt", rows, "classify")).values()) == {label, "neg"}

    @pytest.mark.parametrize(
        "text",
        [
            "".join(f"{k + 1} {phrase(k)}\n" for k in range(60)),  # numbered lines
            "".join(f"{k % 20 + 1} {phrase(k)}\n" for k in range(200)),  # verses of chapters
            "".join(f"{('What', 'How', 'Who')[k % 3]} {phrase(k)}?\n" for k in range(60)),
            "".join(f"{k % 3} {k % 5} {k}\n" for k in range(200)),
            "- milk\n- bread\n- butter\n* eggs\n" * 9,
        ],
        ids=["numbered", "verses", "questions", "numbers", "list"],
    )
    def test_lines_that_only_begin_alike_stay_a_text(self, tmp_path: Path, text: str) -> None:
        assert opened(tmp_path / "x.txt", text).kind.name == "lm"


class TestTags:
    CONLLU = "".join(
        "# text\n" + "".join(f"{n}\t{w}\t_\t{t}\t{t}X\t_\t0\t_\t_\t_\n" for n, (w, t, _) in enumerate(s, 1)) + "\n"
        for s in SENTENCES
    )

    def test_conllu_with_spaces_for_tabs(self, tmp_path: Path) -> None:
        expected = tags_of(opened(tmp_path / "x.conllu", self.CONLLU))
        for spaces in (" ", "    "):
            assert tags_of(opened(tmp_path / "y.txt", self.CONLLU.replace("\t", spaces))) == expected

    def test_conllu_with_tabs_at_the_ends(self, tmp_path: Path) -> None:
        expected = tags_of(opened(tmp_path / "x.conllu", self.CONLLU))
        assert tags_of(opened(tmp_path / "y.txt", self.CONLLU.replace("_\n", "_\t\t\n"))) == expected

    def test_where_only_xpos_is_there_it_is_used_and_said(self, tmp_path: Path) -> None:
        text = "".join(
            "".join(f"{n}\t{w}\t_\t_\t{t}\t_\t0\t_\t_\t_\n" for n, (w, t, _) in enumerate(s, 1)) + "\n" for s in SENTENCES
        )
        data = opened(tmp_path / "x.conllu", text)
        assert tags_of(data) == {(tuple(w for w, _, _ in s), tuple(t for _, t, _ in s)) for s in SENTENCES}
        assert any("has no UPOS: the tags are its XPOS" in notice for notice in data.notices)

    @pytest.mark.parametrize("space", [" ", "\t"])
    @pytest.mark.parametrize("name", ["eng.train", "x.conll"])
    def test_columns_of_conll_2003(self, tmp_path: Path, space: str, name: str) -> None:
        lines = ["-DOCSTART- -X- -X- O".replace(" ", space), ""]
        for sentence in SENTENCES:
            lines += [space.join((w, t, "I-NP", n)) for w, t, n in sentence] + [""]
        text = "\n".join(lines)
        ner = {(tuple(w for w, _, _ in s), tuple(n for _, _, n in s)) for s in SENTENCES}
        pos = {(tuple(w for w, _, _ in s), tuple(t for _, t, _ in s)) for s in SENTENCES}
        data = opened(tmp_path / name, text)
        assert tags_of(data) == ner
        assert any("words are in column 1, tags in 4 (others with --columns, such as 1,2)" in one for one in data.notices)
        assert tags_of(opened(tmp_path / name, text, "tag", format="conll", columns=("1", "2"))) == pos

    def test_a_word_and_a_tag_with_a_space_between(self, tmp_path: Path) -> None:
        text = "\n".join("".join(f"{w} {t}\n" for w, t, _ in s) for s in SENTENCES)
        expected = {(tuple(w for w, _, _ in s), tuple(t for _, t, _ in s)) for s in SENTENCES}
        assert tags_of(opened(tmp_path / "x.txt", text)) == expected
        assert tags_of(opened(tmp_path / "x.txt", text, "tag")) == expected

    @pytest.mark.parametrize("mark", ["/", "_"])
    def test_words_with_their_tags_behind_a_mark(self, tmp_path: Path, mark: str) -> None:
        text = "".join(" ".join(f"{w}{mark}{t}" for w, t, _ in s) + "\n" for s in SENTENCES)
        assert tags_of(opened(tmp_path / "x.txt", text)) == {
            (tuple(w for w, _, _ in s), tuple(t for _, t, _ in s)) for s in SENTENCES
        }

    def test_numbers_of_words_are_no_words(self, tmp_path: Path) -> None:
        text = "\n".join("".join(f"{n} {w} {t}\n" for n, (w, t, _) in enumerate(s, 1)) for s in SENTENCES)
        assert tags_of(opened(tmp_path / "x.txt", text)) == {
            (tuple(w for w, _, _ in s), tuple(t for _, t, _ in s)) for s in SENTENCES
        }

    @pytest.mark.parametrize(
        "text",
        [
            "Roses red\nViolets blue\n\nSugar sweet\nHoney too\n\n" * 9,
            "1 2\n3 4\n\n5 6\n7 8\n\n" * 9,
            "read/write and/or either/or\n" * 3 + "This is a text with few/no marks.\n" * 20,
        ],
        ids=["verse", "numbers", "slashes"],
    )
    def test_what_only_looks_a_little_like_tags_stays_a_text(self, tmp_path: Path, text: str) -> None:
        assert opened(tmp_path / "x.txt", text).kind.name == "lm"


@pytest.mark.parametrize("name", BUILTINS)
def test_a_text_is_told_to_be_nothing_else(name: str, tmp_path: Path) -> None:
    data = opened(tmp_path / "x.txt", BUILTINS[name].text()[:200_000])
    assert [notice for notice in data.notices if "repeats itself" not in notice] == []


@pytest.mark.parametrize("path", ["README.md", "tui_rnn/data/opening.py", "docs/architecture.md", "pyproject.toml"])
def test_a_file_of_this_project_is_told_to_be_nothing_else(path: str, tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / path).read_text(encoding="utf-8")
    assert opened(tmp_path / "x.txt", text).kind.name == "lm"


@pytest.mark.parametrize("mark", [",", ";", "|"])
@pytest.mark.parametrize("task", [None, "classify"])
def test_a_table_whose_texts_begin_with_few_words_is_read_as_the_table_that_it_was_told_to_be(
    tmp_path: Path, mark: str, task: str | None
) -> None:
    """Its first words could be labels with a space behind, too."""
    written = [(f"{('the', 'a', 'my', 'your')[k % 4]} cat number {k} ran", ("pos", "neg")[k % 2]) for k in range(80)]
    path = tmp_path / "reviews.csv"
    path.write_text("".join(f"{text}{mark}{label}\n" for text, label in written), encoding="utf-8")
    data = open_data(DataRequest(SourceFiles(str(path)), task=task))
    assert data.kind.name == "classify"
    assert set(data.train.examples) | set(data.validation.examples) == set(written)  # type: ignore[union-attr]
