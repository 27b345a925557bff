"""`serve` before it serves: what is refused, and in which words."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_another_host_needs_a_token_or_the_word_that_it_is_insecure(tui_rnn: Callable[..., Any]) -> None:
    result = tui_rnn("serve", "prose", "--host", "0.0.0.0")

    assert result.code == 2
    assert result.err.count("\n") == 1
    assert "read the files that serve was given" in result.err
    assert "--token" in result.err
    assert "--insecure" in result.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "70000"], "--port is 70000, expected 0 to 65535"),
        (["--visitors", "0"], "--visitors is 0, expected 1 to 64"),
        (["--host", ""], "--host is an empty string"),
        (["nowhere.txt"], "nowhere.txt"),
        (["-"], "stdin"),
        (["nowhere.safetensors"], "nowhere.safetensors"),
    ],
)
def test_what_can_not_be_served_is_one_line(arguments: list[str], said: str, tui_rnn: Callable[..., Any]) -> None:
    result = tui_rnn("serve", *arguments)

    assert result.code == 2
    assert said in result.err
    assert result.err.count("\n") == 1


def test_without_the_extra_a_line_says_what_to_install(tui_rnn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    result = tui_rnn("serve", "prose")

    assert result.code == 2
    assert "pip install 'tui-rnn[web]'" in result.err
    assert result.err.count("\n") == 1


def test_a_port_that_is_taken_is_one_line(tui_rnn: Callable[..., Any]) -> None:
    pytest.importorskip("textual_serve")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = tui_rnn("serve", "prose", "--port", str(port))

    assert result.code == 1
    assert result.err == (
        f"tui-rnn: --port {port} of 127.0.0.1 is taken by another program: choose another, or 0 for any that is free\n"
    )


def test_a_host_that_is_not_this_machine_is_one_line(tui_rnn: Callable[..., Any]) -> None:
    pytest.importorskip("textual_serve")
    result = tui_rnn("serve", "prose", "--host", "192.0.2.1", "--port", "0", "--token")  # an address for documentation

    assert result.code == 1
    assert "--host 192.0.2.1 is no address of this machine" in result.err


def test_a_folder_is_given_whole_with_its_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tui_rnn.serving.given_sources import checked

    (tmp_path / "texts").mkdir()
    monkeypatch.chdir(tmp_path)

    assert checked(["texts", "prose"]) == (str(tmp_path / "texts"), "prose")
