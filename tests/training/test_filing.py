"""A saved run's file is renamed and never replaces another."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tui_rnn.errors import InputError
from tui_rnn.training import filing


def run_at(path: Path, content: str = "a run") -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def test_a_name_gets_its_suffix_and_a_file_that_is_there_stays(tmp_path: Path) -> None:
    run, other = run_at(tmp_path / "a.safetensors"), run_at(tmp_path / "b.safetensors", "another")
    with pytest.raises(InputError, match="exists already and stays as it is"):
        filing.renamed(run, "b")
    assert (run.read_text(encoding="utf-8"), other.read_text(encoding="utf-8")) == ("a run", "another")

    assert filing.renamed(run, " c ") == tmp_path / "c.safetensors"
    assert {one.name for one in tmp_path.iterdir()} == {"b.safetensors", "c.safetensors"}


@pytest.mark.parametrize("name", ["", ".", "..", "x/y", "a\nb"])
def test_what_is_no_name_of_a_file_beside_it_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="expected the name of a file in the same folder"):
        filing.renamed(run_at(tmp_path / "a.safetensors"), name)


@pytest.mark.skipif(sys.platform == "win32", reason="there the names are one by themselves")
def test_other_letter_cases_of_its_own_name_are_free_where_the_system_takes_them_for_one(tmp_path: Path) -> None:
    run, new = run_at(tmp_path / "Alice.safetensors"), tmp_path / "alice.safetensors"
    if not new.exists():
        os.link(run, new)  # one file by both names, as on macOS
    assert filing.renamed(run, "alice") == new
    assert new.read_text(encoding="utf-8") == "a run"
