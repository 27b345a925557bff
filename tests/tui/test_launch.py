"""What the command line's sources become."""

from __future__ import annotations

from tui_rnn.data.builtin import BUILTINS
from tui_rnn.lab.messages import LoadRun, OpenCorpus
from tui_rnn.tui.launch import DEFAULT_RUNS, DEFAULT_SOURCE, opening_commands


def test_a_text_is_opened_with_an_elman_network_and_an_lstm() -> None:
    assert opening_commands(["tale.txt"], "latin-1") == (OpenCorpus("tale.txt", DEFAULT_RUNS, "latin-1"),)
    assert [config.cell for config in DEFAULT_RUNS] == ["elman", "lstm"]


def test_without_a_source_a_built_in_text_is_opened() -> None:
    assert opening_commands([]) == (OpenCorpus(DEFAULT_SOURCE, DEFAULT_RUNS),)
    assert DEFAULT_SOURCE in BUILTINS


def test_saved_runs_are_loaded_as_they_were_left() -> None:
    assert opening_commands(["a.safetensors", "b.safetensors"]) == (LoadRun("a.safetensors"), LoadRun("b.safetensors"))


def test_a_text_named_beside_saved_runs_gets_no_runs_of_its_own() -> None:
    assert opening_commands(["tale.txt", "a.safetensors"]) == (OpenCorpus("tale.txt"), LoadRun("a.safetensors"))
