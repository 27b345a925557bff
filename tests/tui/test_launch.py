"""What the command line's sources become."""

from __future__ import annotations

from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.lab.messages import LoadRun, OpenData
from tui_rnn.tui.launch import opening_commands


def request(source: str, encoding: str | None = None) -> DataRequest:
    return DataRequest(SourceFiles(source, encoding=encoding))


def test_data_is_opened_with_the_default_runs_of_its_task() -> None:
    assert opening_commands([request("tale.txt", "latin-1")]) == (OpenData(request("tale.txt", "latin-1"), None),)


def test_nothing_named_opens_nothing() -> None:
    assert opening_commands([]) == ()


def test_saved_runs_are_loaded_as_they_were_left() -> None:
    assert opening_commands([], ["a.safetensors", "b.safetensors"]) == (LoadRun("a.safetensors"), LoadRun("b.safetensors"))


def test_a_text_named_beside_saved_runs_gets_no_runs_of_its_own() -> None:
    assert opening_commands([request("tale.txt")], ["a.safetensors"]) == (
        OpenData(request("tale.txt"), ()),
        LoadRun("a.safetensors"),
    )
