"""Opening whatever was asked for: the task is told by the content and said, and the same can be opened again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tui_rnn.data.corpus import Corpus
from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.examples.items import EncodedItems
from tui_rnn.data.opening import encode_given, open_data, read_part
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.errors import InputError
from tui_rnn.kinds import RUNNING_TEXT

LABELLED = "".join(f"text number {n}\t{'even' if n % 2 == 0 else 'odd'}\n" for n in range(40))
PAIRED = "".join(f"{n}\t{n * n} is a square\n" for n in range(40))
TAGGED = "".join(f"the\tDET\ncat{n}\tNOUN\nran\tVERB\n\n" for n in range(40))
PLAIN = "".join(f"the cat sat on the mat and the dog did not {'ab'[n % 2]}\n" for n in range(20))


@pytest.fixture
def written(tmp_path: Path) -> dict[str, str]:
    texts = {"classify": LABELLED, "seq2seq": PAIRED, "tag": TAGGED, "lm": PLAIN}
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    return {name: str(tmp_path / f"{name}.txt") for name in texts}


@pytest.mark.parametrize("task", ["classify", "seq2seq", "tag", "lm"])
def test_the_task_is_told_by_the_content(task: str, written: dict[str, str]) -> None:
    assert open_data(DataRequest(SourceFiles(written[task]))).kind.name == task


def test_what_was_found_out_is_said_first(written: dict[str, str]) -> None:
    notice = open_data(DataRequest(SourceFiles(written["classify"]))).notices[0]
    assert notice == ("two tab-separated columns, 2 distinct values in the second: classification (another with --task)")


@pytest.mark.parametrize("task", [None, "classify"])
@pytest.mark.parametrize("header", ["", "language\tline\n"])
def test_a_label_that_comes_first_is_told_said_and_kept(tmp_path: Path, task: str | None, header: str) -> None:
    lines = "".join(f"{('ham', 'spam')[n % 2]}\tsee you at {n}\n" for n in range(60))
    (tmp_path / "a.tsv").write_text(header + lines, encoding="utf-8")
    data = open_data(DataRequest(SourceFiles(str(tmp_path / "a.tsv")), task))
    assert isinstance(data, ExampleData)
    examples = {*data.train.examples, *data.validation.examples}
    assert examples == {(f"see you at {n}", ("ham", "spam")[n % 2]) for n in range(60)}
    assert "the label first (otherwise with --columns 1,2 or --task)" in data.notices[0]
    assert data.request.files.columns == ("2", "1")


def test_where_sequence_to_sequence_is_said_a_first_column_of_labels_is_the_source(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("".join(f"{'ab'[n % 2]}\tsee you at {n}\n" for n in range(60)), encoding="utf-8")
    data = open_data(DataRequest(SourceFiles(str(tmp_path / "a.tsv")), "seq2seq"))
    assert len(data.train) + len(data.validation) == 2
    assert any("give --task classify and the targets' column first, such as --columns 2,1" in notice for notice in data.notices)


def test_of_a_folder_it_is_said_once_how_else_it_could_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PLAIN, encoding="utf-8")
    notice = open_data(DataRequest(SourceFiles(str(tmp_path)))).notices[0]
    assert notice == "a folder of text files: language model (--format folder reads it as one file a class)"


def test_nothing_is_said_of_the_task_where_it_was_given_or_the_text_is_plain(written: dict[str, str]) -> None:
    assert open_data(DataRequest(SourceFiles(written["lm"]))).notices == ()
    notices = open_data(DataRequest(SourceFiles(written["classify"]), "classify")).notices
    assert not any("--task" in notice for notice in notices)


def test_a_format_that_one_task_reads_says_the_task(written: dict[str, str], tmp_path: Path) -> None:
    for name in ("Greek", "Czech"):
        (tmp_path / "folder" / f"{name}.txt").parent.mkdir(exist_ok=True)
        (tmp_path / "folder" / f"{name}.txt").write_text("".join(f"{name} {k}\n" for k in range(9)), encoding="utf-8")
    data = open_data(DataRequest(SourceFiles(str(tmp_path / "folder"), format="folder")))
    assert data.kind.name == "classify"
    assert not any("--task" in notice for notice in data.notices)
    with pytest.raises(InputError, match="CoNLL-U"):
        open_data(DataRequest(SourceFiles(written["lm"], format="conllu")))


def test_items_are_a_language_model_whatever_the_file_looks_like(written: dict[str, str]) -> None:
    data = open_data(DataRequest(SourceFiles(written["classify"]), items="lines"))
    assert data.kind.name == "items"
    assert data.request.task == "lm"


@pytest.mark.parametrize("task", ["classify", "seq2seq", "tag", "lm"])
def test_the_same_can_be_opened_again_from_anywhere(
    task: str, written: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    data = open_data(DataRequest(SourceFiles(f"{task}.txt", split_seed=5)))
    monkeypatch.chdir("/")
    again = open_data(data.request, symbols=data.symbols)
    assert (again.kind.name, again.sha256) == (task, data.sha256)
    assert again.symbols == data.symbols
    assert len(again.train) == len(data.train)
    assert not any("--task" in notice for notice in again.notices)


@pytest.mark.parametrize("tokens", ["word", "byte"])
def test_a_running_text_is_cut_into_words_or_bytes(tokens: str, written: dict[str, str]) -> None:
    data = open_data(DataRequest(SourceFiles(written["lm"]), tokens=tokens))
    assert isinstance(data, Corpus)
    assert data.vocabulary.kind == data.request.tokens == tokens
    assert data.vocabulary.decode(data.ids) == PLAIN
    assert data.char_count == len(PLAIN)
    assert len(data.ids) == (len(PLAIN) if tokens == "byte" else 20 * 13)
    assert len(data.train) == len(data.ids) * 9 // 10


def test_words_that_training_lacks_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one two one two one two three four " * 10 + "never seen", encoding="utf-8")
    data = open_data(DataRequest(SourceFiles(str(tmp_path / "a.txt")), tokens="word"))
    assert isinstance(data, Corpus)
    assert data.vocabulary.decode(data.ids[-2:]) == " <unk> <unk>"
    assert data.unknown_count == 2
    assert any("distinct words kept" in notice for notice in data.notices)
    assert any("2 of 82 words outside the vocabulary, read as <unk>" in notice for notice in data.notices)


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (lambda source: DataRequest(SourceFiles(source, columns=("1", "2")), "lm"), "columns was given"),
        (lambda source: DataRequest(SourceFiles(source, format="lines"), "classify"), "format"),
    ],
)
def test_what_does_not_fit_the_task_is_refused(request_: object, reason: str, written: dict[str, str]) -> None:
    with pytest.raises(InputError, match=reason):
        open_data(request_(written["lm"]))  # type: ignore[operator]


def test_a_part_is_read_with_what_a_network_knows(written: dict[str, str], tmp_path: Path) -> None:
    data = open_data(DataRequest(SourceFiles(written["lm"]), items="lines"))
    (tmp_path / "new.txt").write_text("the cat\nξ\n", encoding="utf-8")
    part, notices = read_part(SourceFiles(str(tmp_path / "new.txt")), data.symbols)
    assert isinstance(part, EncodedItems)
    assert part.examples == ("the cat", "ξ")
    assert any("outside the vocabulary" in notice for notice in notices)
    ids, _ = read_part(SourceFiles(str(tmp_path / "new.txt")), Symbols(RUNNING_TEXT, data.vocabulary))
    assert isinstance(ids, np.ndarray)
    assert len(ids) == len("the cat\nξ\n")


@pytest.mark.parametrize(
    ("task", "examples"),
    [
        ("classify", []),
        ("classify", ["text"]),
        ("classify", [("text",)]),
        ("classify", [("", "even")]),
        ("tag", [(("a", "b"), ("X",))]),
        ("tag", [((), ())]),
        ("seq2seq", [("", "target")]),
    ],
)
def test_examples_that_are_none_are_refused(task: str, examples: list[object], written: dict[str, str]) -> None:
    symbols = open_data(DataRequest(SourceFiles(written[task]))).symbols
    with pytest.raises(InputError, match=r"\A[^\n]+\Z"):
        encode_given(examples, symbols)


def test_what_was_opened_completes_what_was_asked_for_and_nothing_else(written: dict[str, str]) -> None:
    asked = DataRequest(SourceFiles(written["seq2seq"]))
    opened = open_data(asked).request
    assert opened != asked
    assert opened.completes(asked)
    assert not asked.completes(opened)
    assert not opened.completes(DataRequest(SourceFiles(written["seq2seq"], split_seed=2)))
    assert not opened.completes(DataRequest(SourceFiles(written["seq2seq"]), "classify"))
