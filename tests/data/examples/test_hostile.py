"""Whatever a file holds, it opens or is refused in one line, and nothing that is said could obey, hide or reorder."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.data.examples import classification, items, seq2seq, tagging
from tui_rnn.data.examples.inference import infer_task
from tui_rnn.data.request import FORMATS, DataRequest, SourceFiles
from tui_rnn.display import visible
from tui_rnn.errors import InputError

FRAGMENTS = (
    "\t", "\n", "\r", ",", ";", '"', "{", "}", "[", ":", "#", "-", "_", " ", "1", "2", "0.5", "1-2", "1.1", "text", "label",
    "word", "tag", "source", "target", '{"text": "a", "label": "x"}\n', '{"text": "\\ud800", "label": 1}\n', "a\tx\n", "b\ty\n",
    "a,x\n", "\n\n", "1\ta\ta\tX\tX\t_\t_\t_\t_\t_\n", "2\tb\tb\tY\tY\t_\t_\t_\t_\t_\n", "\x1b[31m", "\u202e", "\u2028",
    "é", "\ufeff",
)  # fmt: skip
OPENERS = {
    "tag": lambda files: tagging.OPENER.open(DataRequest(files, "tag")),
    "classify": lambda files: classification.OPENER.open(DataRequest(files, "classify")),
    "seq2seq": lambda files: seq2seq.OPENER.open(DataRequest(files, "seq2seq")),
    "items": lambda files: items.OPENER.open(DataRequest(files, "lm")),
    "words": lambda files: items.OPENER.open(DataRequest(files, "lm", tokens="word")),
}


@pytest.mark.parametrize("opener", OPENERS.values(), ids=OPENERS)
@given(
    fragments=st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=30),
    columns=st.none() | st.tuples(*[st.sampled_from(["0", "1", "2", "3", "text", "\x1b", "FORM"])] * 2),
    format=st.none() | st.sampled_from(FORMATS),
    skip=st.booleans(),
)
def test_any_text_opens_or_is_refused_in_one_safe_line(
    tmp_path_factory: pytest.TempPathFactory,
    opener: Callable[[SourceFiles], object],
    fragments: list[str],
    columns: tuple[str, str] | None,
    format: str | None,
    skip: bool,
) -> None:
    path = tmp_path_factory.getbasetemp() / "hostile"
    path.write_text("".join(fragments), encoding="utf-8", newline="")
    said: list[str] = []
    try:
        said += opener(SourceFiles(str(path), None, None, format, columns, skip_bad_lines=skip)).notices  # type: ignore[attr-defined]
        said.append(infer_task(str(path)).reason)
    except InputError as refused:
        said.append(str(refused))
    assert [line for line in said if visible(line) != line] == []


def test_a_name_of_a_file_is_made_safe_too(tmp_path: Path) -> None:
    path = tmp_path / "a\u202eb.tsv"
    path.write_text("a\tx\nb\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        classification.OPENER.open(DataRequest(SourceFiles(str(path)), "classify"))
    assert "\u202e" not in str(refused.value)
