"""Lessons are trained on one thread: several wait for each other busily, and the tests share the cores."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks learn the same bits on one thread as on several (tests/training)."""
    monkeypatch.setattr("tui_rnn.lessons.trained.cores", lambda: 1)
