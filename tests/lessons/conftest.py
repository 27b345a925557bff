"""Lessons are trained on one thread: several wait for each other busily, and the tests share the cores. Their data are opened,
and counted, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from tui_rnn.lessons import trained
from tui_rnn.lessons.oracles import facts


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks learn the same bits on one thread as on several (tests/training)."""
    monkeypatch.setattr("tui_rnn.lessons.trained.cores", lambda: 1)


@pytest.fixture(scope="session", autouse=True)
def data_are_counted_once() -> Iterator[None]:
    """Most lessons read the prose: what counting gets on it, by the product and by the oracle, is the same in each."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, key in (
            (trained, "open_data", lambda request: request),
            (trained, "chance", same_objects),
            (trained, "baselines", same_objects),
            (facts, "counted", same_objects),
        ):
            patch.setattr(module, name, once(getattr(module, name), key))
        yield


def same_objects(*arguments: Any) -> tuple[Any, ...]:
    """Texts, what arrays have in memory, and which objects the others are."""

    def same(one: Any) -> Any:
        return one if isinstance(one, str) else (one.ctypes.data, one.size) if isinstance(one, np.ndarray) else id(one)

    return tuple(map(same, arguments))


def once(function: Callable[..., Any], key: Callable[..., Any]) -> Callable[..., Any]:
    """The function, called once with arguments of the same key. They are kept: nothing that is made later has their place."""
    known: dict[Any, tuple[Any, Any]] = {}

    def call(*arguments: Any) -> Any:
        found = key(*arguments)
        if found not in known:
            known[found] = arguments, function(*arguments)
        return known[found][1]

    return call
