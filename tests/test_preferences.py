"""The settings file: what is written is found again, what a person wrote stays, and nothing in it can break anything."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.config import RunConfig
from tui_rnn.errors import RunError
from tui_rnn.preferences import MOST_RECENT, Preferences, load, remember, with_recent


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "settings.toml"


def test_without_a_file_the_defaults_hold(file: Path) -> None:
    assert load(file).preferences == Preferences(loss_unit="bits", recent=())
    assert load(file).problem == ""


def test_what_is_remembered_is_found_again(file: Path) -> None:
    remember(file, loss_unit="nats", recent=('/tmp/a "b"\\c.txt', "/tmp/ä 😀.txt"))

    assert load(file).preferences == Preferences("nats", ('/tmp/a "b"\\c.txt', "/tmp/ä 😀.txt"))


def test_what_a_person_wrote_stays(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('# mine\nloss_unit = "bits"  # as in the book\n[keys]\nquit = "Q"\n', encoding="utf-8")
    remember(file, recent=("a.txt",), loss_unit="nats")
    text = file.read_text(encoding="utf-8")

    assert text.splitlines() == ["# mine", 'loss_unit = "nats"', 'recent = ["a.txt"]', "[keys]", 'quit = "Q"']


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('loss_unit = "Bits"', "loss_unit is 'Bits', expected \"bits\" or"),
        ("loss_unit = 3", "loss_unit is 3"),
        ('recent = "a.txt"', "recent is 'a.txt', expected a list of paths"),
        ("recent = [1]", "recent is [1]"),
        ("colour = true", "colour is no setting"),
        ("loss_unit = ", "is not used: Invalid value"),
        ("a\0", "is not used"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_the_default_holds(file: Path, text: str, said: str) -> None:
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    loaded = load(file)

    assert said in loaded.problem
    assert str(file) in loaded.problem
    assert "\n" not in loaded.problem
    assert loaded.preferences == Preferences()


def test_one_bad_value_does_not_spoil_the_others(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('recent = 1\nloss_unit = "nats"', encoding="utf-8")

    assert load(file).preferences.loss_unit == "nats"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 200_000])
def test_a_file_of_something_else_is_not_used_and_not_written_over(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)

    assert "is not used" in load(file).problem
    with pytest.raises(RunError, match="can't be remembered"):
        remember(file, loss_unit="nats")
    assert file.read_bytes() == content


def test_a_list_over_several_lines_is_replaced_as_a_whole(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('recent = [\n  "a.txt",\n]  # mine\nloss_unit = "nats"\n', encoding="utf-8")
    remember(file, recent=("b.txt",))

    assert file.read_text(encoding="utf-8") == 'recent = ["b.txt"]\nloss_unit = "nats"\n'


def test_a_place_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"loss_unit can't be remembered"):
        remember(tmp_path / "file" / "settings.toml", loss_unit="nats")


def test_nothing_is_left_beside_the_file(file: Path) -> None:
    remember(file, loss_unit="nats")

    assert [path.name for path in file.parent.iterdir()] == ["settings.toml"]


def test_the_latest_source_comes_first_and_only_once() -> None:
    known = tuple(f"{k}.txt" for k in range(MOST_RECENT))

    assert with_recent(known, "3.txt")[:2] == ("3.txt", "0.txt")
    assert len(with_recent(known, "new.txt")) == MOST_RECENT


@given(st.text())
def test_any_name_of_a_file_can_be_remembered_or_is_left_out(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        recent = with_recent((), name)
        remember(path, recent=recent)
        assert load(path).preferences.recent == recent


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('glyphs = "dots"\n', 'glyphs is \'dots\', expected "braille" or "blocks"'),
        ("theme = 3\n", "theme is 3, expected the name of a theme"),
        ('last = "x"\n', "last is 'x', expected a list of saved runs"),
        ('[keys]\nMark = "jj"\n', "expected a table of commands and keys of one character"),
        ("[new_runs]\nhidden = 4\n", "expected settings of runs, and 'hidden' is none"),
        ("[new_runs]\nhidden_size = 0\n", "expected what a run can have: hidden_size is 0"),
    ],
)
def test_every_value_is_checked_and_its_fault_named(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    loaded = load(path)
    assert loaded.preferences == Preferences()
    assert told in loaded.problem


def test_new_runs_begin_with_the_settings_of_their_table_where_their_data_use_them(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[new_runs]\nhidden_size = 48\nattention = "none"\n', encoding="utf-8")
    chosen = load(path).preferences
    assert chosen.begun(RunConfig("lm")).hidden_size == 48
    assert chosen.begun(RunConfig("seq2seq")).attention == "none"
    remember(path, theme="nord", last=("a.safetensors",))
    again = load(path)
    assert (again.problem, again.preferences.theme, again.preferences.last) == ("", "nord", ("a.safetensors",))
    assert again.preferences.new_runs == chosen.new_runs
