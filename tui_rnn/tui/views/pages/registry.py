"""The pages of Inspect: every module of this package that has a PAGE, in the order of the questions in insight/registry.py."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from tui_rnn.insight.registry import QUESTIONS
from tui_rnn.tui.views.pages.page import Page


def all_pages() -> tuple[Page, ...]:
    """A new page of each module: first those that ask nothing, then in the order of questions, then of names."""
    order = [entry.question for entry in QUESTIONS.values()]
    names = sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]))
    modules = [importlib.import_module(f"{__package__}.{name}") for name in names]
    pages: list[Page] = [module.PAGE() for module in modules if hasattr(module, "PAGE")]
    return tuple(sorted(pages, key=lambda page: -1 if page.asks is None else order.index(page.asks)))
