"""tui-rnn: watch small recurrent networks learn your own text, in the terminal.

`tui_rnn.train(source, …)` and `tui_rnn.load(path)` return a `Run` (see tui_rnn/training/api.py). Nothing heavy is imported
before their first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Run", "load", "train"]

if TYPE_CHECKING:
    from tui_rnn.training.api import Run, load, train


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(importlib.import_module("tui_rnn.training.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
