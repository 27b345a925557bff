"""What a file is for is told from its content, and why is said."""

from pathlib import Path

import pytest

from tui_rnn.data.examples.detectors import recognise
from tui_rnn.data.examples.inference import infer_task
from tui_rnn.errors import InputError

CONLLU = "# text = Go .\n" + "1\tGo\tgo\tVERB\tVB\t_\t0\troot\t_\t_\n2\t.\t.\tPUNCT\t.\t_\t1\tpunct\t_\t_\n\n"
SENTENCES = "".join(f"a\tDET\nword{i}\tNOUN\nruns\tVERB\n\n" for i in range(20))
CLASSES = "".join(f"text {i}\tlabel {i % 3}\n" for i in range(60))
PAIRS = "".join(f"number {i}\t{i}\n" for i in range(60))
PROSE = "It was late, very late, and cold.\nNobody came, nobody called.\n\nThen, at last, a knock.\n" * 10


@pytest.mark.parametrize(
    ("text", "format"),
    [
        (CONLLU, "conllu"),
        (SENTENCES, "tsv"),
        ("a,b\nc,d\n", "csv"),
        ("a;b\nc;d\n", "csv"),
        ('{"a": 1}\n', "jsonl"),
        ("ada\nbob\n", "lines"),
        ("", "lines"),
    ],
)
def test_formats_are_recognised(text: str, format: str) -> None:
    assert recognise(text.split("\n")) == format


def test_one_malformed_line_does_not_hide_the_format() -> None:
    assert recognise((CONLLU * 3 + "broken\n" + CONLLU).split("\n")) == "conllu"


@pytest.mark.parametrize(
    ("text", "task", "reason"),
    [
        (CONLLU, "tag", "ten tab-separated columns, a word's number first (CoNLL-U): tagging"),
        (SENTENCES, "tag", "two tab-separated columns and blank lines between, 3 distinct values in the second: tagging"),
        ("word\ttag\n" + SENTENCES, "tag", "columns called word, tag, blank lines between sentences: tagging"),
        (CLASSES, "classify", "two tab-separated columns, 3 distinct values in the second: classification"),
        (PAIRS, "seq2seq", "two tab-separated columns, 60 of 60 values in the second are distinct: sequence to sequence"),
        ("id\ttext\tlabel\n1\ta\tx\n", "classify", "columns called text and label: classification"),
        ("text,label\na,x\n", "classify", "columns called text and label: classification"),
        ("source\ttarget\na\tx\n", "seq2seq", "columns called source and target: sequence to sequence"),
        ('{"text": "a", "label": "x"}\n', "classify", "keys called text and label: classification"),
        ('{"source": "a", "target": "x"}\n', "seq2seq", "keys called source and target: sequence to sequence"),
        (
            '{"q": "a"}\n',
            "lm",
            "JSON without keys called text and label (give --task, and --columns with two of q): language model",
        ),
        ("ada\nbob\n", "lm", "plain text: language model"),
        (PROSE, "lm", "plain text: language model"),
        ("def f():\n\tif x:\n\t\treturn\n\treturn 1\n\tpass\n" * 5, "lm", "plain text: language model"),
        (
            "1\ta\tx\n2\tb\ty\n",
            "lm",
            "three tab-separated columns, but none called text and label (give --task and --columns): language model",
        ),
    ],
)
def test_the_task_is_inferred_and_the_reason_said(tmp_path: Path, text: str, task: str, reason: str) -> None:
    (tmp_path / "x").write_text(text, encoding="utf-8")
    assert infer_task(str(tmp_path / "x")) == (task, reason, None)


NAMELESS = "".join(f"{k}\tx{k % 3}\tword {k}\n" for k in range(60))


@pytest.mark.parametrize(
    ("text", "columns", "task", "reason"),
    [
        ("id\tcls\tutt\n" + NAMELESS, ("utt", "cls"), "classify", "the columns utt and cls, 3 distinct values in the second"),
        (NAMELESS, ("3", "2"), "classify", "the columns 3 and 2, 3 distinct values in the second"),
        (NAMELESS, ("1", "3"), "seq2seq", "the columns 1 and 3, 60 of 60 values in the second are distinct"),
        ("id\tlang\tutt\n" + NAMELESS[:20], ("utt", "lang"), "classify", "the columns utt and lang"),
        ("id\tlang\tutt\n" + NAMELESS[:20], ("3", "2"), "classify", "the columns 3 and 2"),
        ("source\ttarget\n" + CLASSES, ("source", "Target"), "seq2seq", "the columns source and Target"),
        (
            "de\tiso\n" + "".join(f"{k}\t{k:03}\n" for k in range(60)),
            ("1", "2"),
            "seq2seq",
            "the columns 1 and 2, 60 of 60 values in the second are distinct",
        ),
        (NAMELESS.replace("9\n", "9\n\n"), ("3", "2"), "tag", "the columns 3 and 2, blank lines between"),
        ('{"q": "a", "k": "x"}\n' * 9, ("q", "k"), "classify", "the columns q and k, 1 distinct value in the second"),
    ],
)
def test_columns_that_are_named_are_looked_at(
    tmp_path: Path, text: str, columns: tuple[str, str], task: str, reason: str
) -> None:
    (tmp_path / "x").write_text(text, encoding="utf-8")
    found = infer_task(str(tmp_path / "x"), columns=columns)
    assert found.task == task
    assert found.reason.startswith(f"{reason}: ")


def test_a_format_that_was_said_goes_before_what_the_content_looks_like(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(CLASSES.replace("\t", ","), encoding="utf-8")
    assert infer_task(str(tmp_path / "x.txt"), format="csv").task == "classify"


def test_text_and_target_are_told_by_how_often_values_repeat(tmp_path: Path) -> None:
    for text, task in ((CLASSES, "classify"), (PAIRS, "seq2seq")):
        (tmp_path / "x").write_text("text\ttarget\n" + text, encoding="utf-8")
        assert infer_task(str(tmp_path / "x")).task == task


def test_a_csv_without_a_header_is_a_table_where_its_name_says_so(tmp_path: Path) -> None:
    text = CLASSES.replace("\t", ",")
    for name, task in (("x.csv", "classify"), ("x.txt", "lm")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert infer_task(str(tmp_path / name)).task == task


def test_only_the_whole_lines_of_the_first_megabyte_are_read(tmp_path: Path) -> None:
    line = b"text\t" + b"x" * 94 + b"\n"  # 100 bytes: a megabyte ends in the middle of a label
    (tmp_path / "x").write_bytes(line * 11_000 + b"\0")
    assert infer_task(str(tmp_path / "x")) == (
        "classify",
        "two tab-separated columns, 1 distinct value in the second of the first 10,485 lines: classification",
        None,
    )


def test_a_folder_is_text_for_a_language_model(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(CLASSES, encoding="utf-8")
    assert infer_task(str(tmp_path)).task == "lm"


@pytest.mark.parametrize(
    ("name", "task"), [("dates", "seq2seq"), ("messages", "classify"), ("tagged-sentences", "tag"), ("verse", "lm")]
)
def test_a_built_in_is_for_its_own_task(name: str, task: str) -> None:
    assert infer_task(name).task == task


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file, folder or built-in corpus"):
        infer_task(str(tmp_path / "nothing"))


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\0\1")
    with pytest.raises(InputError, match="is binary"):
        infer_task(str(tmp_path / "x"))


def test_the_reason_is_safe_to_show(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("word\ttag\t\x1b[31m\n" + "a\tb\tc\n\n" * 5, encoding="utf-8")
    assert "\x1b" not in infer_task(str(tmp_path / "x")).reason


def test_a_header_is_no_value(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("utt\tcls\n" + CLASSES, encoding="utf-8")
    assert (
        infer_task(str(tmp_path / "x")).reason == "two tab-separated columns, 3 distinct values in the second: classification"
    )


def test_where_many_lines_are_no_csv_the_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n" * 20 + '"a" b,c\n' * 5, encoding="utf-8")
    told = "only 20 of 25 lines have 2 columns, too few for a table"
    reason = f"{told} (for another reading give --task, and --format csv): language model"
    assert infer_task(str(tmp_path / "x.csv")) == ("lm", reason, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_small_file_is_looked_at_whole_whatever_its_bytes(tmp_path: Path, encoding: str) -> None:
    text = CLASSES.replace("\n", "\r\n") + "the last one\tother"
    (tmp_path / "x.tsv").write_bytes(text.encode(encoding))
    assert infer_task(str(tmp_path / "x.tsv")).reason == (
        "two tab-separated columns, 4 distinct values in the second: classification"
    )


def test_one_column_is_not_many(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("ada\nbob\n", encoding="utf-8")
    assert infer_task(str(tmp_path / "x.txt"), format="csv").reason.startswith("one comma-separated column, but none called")


@pytest.mark.parametrize("line_end", ["", "\nand more"])
def test_a_comma_or_a_line_end_within_quotes_parts_no_columns(tmp_path: Path, line_end: str) -> None:
    rows = "".join(f'{k},"a, {k}{line_end}",b{k}\n' for k in range(30))
    (tmp_path / "x.csv").write_text(rows, encoding="utf-8")
    assert infer_task(str(tmp_path / "x.csv")) == (
        "seq2seq",
        "three comma-separated columns, the source in column 2, the target in 3: sequence to sequence "
        "(otherwise with --columns or --task)",
        ("2", "3"),
    )


def test_a_comma_within_a_quoted_name_of_a_header_parts_no_columns(tmp_path: Path) -> None:
    rows = "".join(f'{k},"a, {k}",b{k}\n' for k in range(30))
    (tmp_path / "x.csv").write_text('"id, or number",text,target\n' + rows, encoding="utf-8")
    assert infer_task(str(tmp_path / "x.csv")).task == "seq2seq"


LABEL_FIRST = "".join(f"{('ham', 'spam', 'eggs')[k % 3]}\tsee you at {k}\n" for k in range(60))


@pytest.mark.parametrize(
    ("name", "text", "kind", "labels"),
    [
        ("x.txt", LABEL_FIRST, "tab", 3),
        ("x.csv", LABEL_FIRST.replace("\t", ","), "comma", 3),
        ("x.txt", "kind\tline\n" + LABEL_FIRST, "tab", 3),
        ("x.txt", LABEL_FIRST.replace("9\n", "9\n\n"), "tab", 3),  # blank lines make no tagged sentences of it
        ("x.txt", "".join(f"{k % 7}\ttext {k}\n" for k in range(49)), "tab", 7),
    ],
)
def test_few_values_in_the_first_column_and_many_texts_for_each_are_labels(
    tmp_path: Path, name: str, text: str, kind: str, labels: int
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = infer_task(str(tmp_path / name))
    assert (found.task, found.columns) == ("classify", ("2", "1"))
    assert found.reason == (
        f"two {kind}-separated columns, {labels} distinct values in the first and {49 if labels == 7 else 60} in"
        " the second: classification, the label first (otherwise with --columns 1,2 or --task)"
    )


def test_many_labels_need_many_texts_each(tmp_path: Path) -> None:
    for each, task in ((75, "classify"), (74, "seq2seq")):
        lines = "".join(f"intent {k % 150}\tutterance {k}\n" for k in range(150 * each))
        (tmp_path / "x").write_text(lines, encoding="utf-8")
        assert infer_task(str(tmp_path / "x")).task == task


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"source {k % 100}\ttarget {k}\n" for k in range(500)),  # five paraphrases each
        "".join(f"lemma{k % 80}\tform{k}\n" for k in range(2400)),  # thirty forms each
        "".join(f"{k % 10}\t{k}\n" for k in range(40)),
    ],
)
def test_sources_that_repeat_with_other_targets_are_no_labels(tmp_path: Path, text: str) -> None:
    (tmp_path / "x").write_text(text, encoding="utf-8")
    assert infer_task(str(tmp_path / "x"))[::2] == ("seq2seq", None)


@pytest.mark.parametrize("columns", [("1", "2"), ("2", "1")])
def test_columns_that_are_said_are_not_turned(tmp_path: Path, columns: tuple[str, str]) -> None:
    (tmp_path / "x").write_text(LABEL_FIRST, encoding="utf-8")
    assert infer_task(str(tmp_path / "x"), columns=columns)[::2] == ("seq2seq" if columns[0] == "1" else "classify", None)
