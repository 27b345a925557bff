"""A draft in a file comes back as it was; what somebody else put into one is refused in one line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.errors import InputError
from tui_rnn.insight import draft_file
from tui_rnn.insight.draft import Draft, Way
from tui_rnn.insight.draft_file import SavedDraft, Writer, read, write
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.identity import Identity
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer

WRITER = Writer("LSTM 128", "/runs/a.safetensors", 1151, "0123456789abcdef" * 4)
HOW = Sampling(0.7, 5, 0.9, 0.05, 1.3, 32, 24)


def example() -> SavedDraft:
    draft = Draft().add("ab\n", "typed").add(["cd", "é\U0001f600"], "drawn", Way(HOW, 7)).back(2).add(" <x>&\"'\x1b", "chosen")
    return SavedDraft(draft.back(3), WRITER, HOW, 3)


def test_a_draft_comes_back_as_it_was(tmp_path: Path) -> None:
    write(tmp_path / "a.draft.json", example())
    assert read(tmp_path / "a.draft.json") == example()
    assert [file.name for file in tmp_path.iterdir()] == ["a.draft.json"]


@given(st.lists(st.one_of(st.text(st.characters(codec="utf-8"), min_size=1, max_size=4), st.integers(-4, 4)), max_size=12))
def test_whatever_was_written_and_taken_back_comes_back(tmp_path_factory: pytest.TempPathFactory, steps: list[Any]) -> None:
    draft, path = Draft(), tmp_path_factory.getbasetemp() / "any.draft.json"
    for step in steps:
        if isinstance(step, str):
            draft = draft.add(step, "drawn", Way(HOW, len(step)))
        else:
            draft = draft.back(-step) if step < 0 else draft.forward(step)
    write(path, SavedDraft(draft, WRITER, HOW, 0))
    assert read(path).draft == draft


def _set(*places: Any) -> Callable[[Any], None]:
    *way, last, value = places

    def change(record: Any) -> None:
        for place in way:
            record = record[place]
        record[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set("format", "other"), '"format": "tui-rnn draft"'),
        (_set("version", 2), "of version 2, this tui-rnn reads 1"),
        (_set("version", True), "version is True"),
        (_set("seed", -1), "seed is -1"),
        (_set("seed", 1.5), "seed is 1.5"),
        (_set("cursor", 99), "cursor is 99"),
        (_set("nodes", {}), "nodes is {}"),
        (_set("nodes", 0, [0, "a"]), "a token is"),
        (_set("nodes", 0, [0, 5, "typed", -1]), "a token is"),
        (_set("nodes", 0, [0, "a", "nobody", -1]), "put there by 'nobody'"),
        (_set("nodes", 0, [1, "a", "typed", -1]), "follows token 1"),
        (_set("nodes", 0, [0, "a" * 1001, "typed", -1]), "1,001 characters"),
        (_set("nodes", 0, [0, "\ud800", "typed", -1]), "half a character"),
        (_set("nodes", 0, [0, "a", "typed", 5]), "in way 5"),
        (_set("onward", [[0, 4]]), "goes on from token 0 to token 4"),
        (_set("onward", [[0]]), "onward has"),
        (_set("ways", 0, "seed", "x"), "seed is 'x'"),
        (_set("ways", 0, "sampling", "top_k", "x"), "top_k is 'x'"),
        (_set("sampling", "temperature", -1), "temperature is -1"),
        (_set("sampling", "heat", 1), "'heat'"),
        (_set("sampling", 5), "it has 5"),
        (_set("writer", None), "it has None"),
        (_set("writer", "name", 3), "name is 3"),
        (_set("writer", "path", 3), "path is 3"),
        (_set("writer", "weights_sha256", "x"), "weights_sha256 is 'x'"),
        (_set("writer", "step", -2), "step is -2"),
    ],
)
def test_what_is_no_draft_is_refused_in_one_line(tmp_path: Path, change: Callable[[Any], None], said: str) -> None:
    path = tmp_path / "a.draft.json"
    write(path, example())
    record = json.loads(path.read_text("utf-8"))
    change(record)
    path.write_text(json.dumps(record), "utf-8")
    with pytest.raises(InputError) as refused:
        read(path)
    assert said in str(refused.value)
    assert str(refused.value).startswith("a.draft.json is no draft: ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b'{"seed": NaN}', b"[1]", b"null", b'"tui-rnn draft"'])
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.json is no draft: "):
        read(tmp_path / "a.json")


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_file, "MAX_BYTES", 1_000_000)
    (tmp_path / "a.json").write_bytes(b" " * 1_000_001)
    with pytest.raises(InputError, match="more than 1 MB"):
        read(tmp_path / "a.json")


def test_what_lies_there_stays_where_writing_fails(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "none" / "a.draft.json", example())
    (tmp_path / "b").mkdir()
    with pytest.raises((IsADirectoryError, PermissionError)):
        write(tmp_path / "b", example())
    assert [file.name for file in tmp_path.iterdir()] == ["b"]


def test_a_network_is_known_by_its_weights(reader: Subject, words: Subject) -> None:
    found = answer(reader, Identity())
    digest = hashlib.sha256()
    arrays = reader.network.arrays()  # Adam's moments, too, which are no weights
    for name in sorted(reader.network.parameters):
        digest.update(f"{name}{arrays[name].shape}".encode() + arrays[name].astype(np.float32).tobytes())
    assert found.weights_sha256 == digest.hexdigest()
    assert answer(reader, Identity()).weights_sha256 == found.weights_sha256 != answer(words, Identity()).weights_sha256
