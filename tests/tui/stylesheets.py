"""The styles of the screen are parsed once a process, and not once for each of a thousand playgrounds."""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_parse_rules: Any = Stylesheet._parse_rules
_parsed: dict[tuple[Any, ...], list[RuleSet]] = {}


def _parsed_once(stylesheet: Stylesheet, css: str, *where: Any, **how: Any) -> list[RuleSet]:
    """The rules of a text: the same text, from the same place, with the same colours of a theme, has the same rules. A
    stylesheet only reads them."""
    key = (css, *where, *how.items(), *stylesheet._variables.items())
    if (found := _parsed.get(key)) is None:
        found = _parsed[key] = _parse_rules(stylesheet, css, *where, **how)
    return found


def install() -> None:
    """Have every app of this process share what was parsed."""
    Stylesheet._parse_rules = _parsed_once  # type: ignore[method-assign, assignment]
    RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]  # the same, without a call for each of a million
