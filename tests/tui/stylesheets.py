"""The styles of the screen are parsed once a process, and which of them a widget has is worked out once, and not once for each
of a thousand playgrounds."""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

_parse: Any = Stylesheet.parse
_parse_rules: Any = Stylesheet._parse_rules
_apply: Any = Stylesheet.apply
_replace_rules: Any = Stylesheet.replace_rules
_FLAGS = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")  # what the rules set on a widget

_OF_APP = {"dark", "light", "inline", "ansi", "nocolor"}  # the same for an app and all its widgets

_themes: dict[tuple[tuple[str, str], ...], int] = {}  # the colours of each, and its number
_parsed: dict[tuple[Any, ...], list[RuleSet]] = {}
_sheets: dict[tuple[Any, ...], list[RuleSet]] = {}  # all rules of one list of sources
_of_rules: dict[int, _Rules] = {}  # by the `id` of such a list
_replaced: dict[int, Any] = {}  # the rules that widgets were just given, by the widget's `id`


class _Rules:
    """A list of rules, and what was found with it."""

    def __init__(self, rules: list[RuleSet]) -> None:
        self.rules = rules  # kept, so that no other list gets its `id`
        self.by_name: dict[str, list[RuleSet]] = {}
        for rule in rules:
            for name in rule.selector_names:
                self.by_name.setdefault(name, []).append(rule)
        self.pseudo_classes: dict[
            tuple[Any, ...], tuple[tuple[str, ...], tuple[str, ...]]
        ] = {}  # of the rules that may hold for such a widget
        self.found: dict[tuple[Any, ...], tuple[Any, tuple[bool, ...]]] = {}  # the rules that do, and the flags


def _theme_of(stylesheet: Any) -> int:
    """The number of its colours, which are compared once a stylesheet and theme."""
    variables = stylesheet._variables
    if getattr(stylesheet, "_numbered", (None, 0))[0] is not variables:
        stylesheet._numbered = variables, _themes.setdefault(tuple(variables.items()), len(_themes))
    number: int = stylesheet._numbered[1]
    return number


def _parsed_once(stylesheet: Stylesheet, css: str, *where: Any, **how: Any) -> list[RuleSet]:
    """The rules of a text: the same text, from the same place, with the same colours of a theme, has the same rules. A
    stylesheet only reads them."""
    key = (_theme_of(stylesheet), css, *where, *how.items())
    if (found := _parsed.get(key)) is None:
        found = _parsed[key] = _parse_rules(stylesheet, css, *where, **how)
    return found


def _sheet_parsed_once(stylesheet: Any) -> None:
    """The same for all its texts: each widget that is the first of its class adds one."""
    key = (_theme_of(stylesheet), *stylesheet.source.items())
    if (found := _sheets.get(key)) is None:
        _parse(stylesheet)
        found = _sheets[key] = stylesheet._rules
    stylesheet._rules, stylesheet._require_parse, stylesheet._rules_map = found, False, None


def _rules_of(stylesheet: Any) -> _Rules:
    rules = stylesheet.rules
    if (known := _of_rules.get(id(rules))) is None:
        known = _of_rules[id(rules)] = _Rules(rules)
    return known


def _applied_once(
    stylesheet: Any, node: DOMNode, *, animate: bool = False, cache: dict[tuple[Any, ...], Any] | None = None
) -> None:
    """Which rules hold depends on the class, id, classes and pseudo-classes of the widget and of all around it, and on nothing
    else: with those, they are looked up."""
    styled = _rules_of(stylesheet)
    own = (type(node), node._id, frozenset(node._classes))
    if (pseudo_classes := styled.pseudo_classes.get(own)) is None:
        may_hold = [rule for name in styled.by_name.keys() & node._selector_names for rule in styled.by_name[name]]
        names = set().union(*(rule.pseudo_classes for rule in may_hold))
        pseudo_classes = styled.pseudo_classes[own] = tuple(names & _OF_APP), tuple(names - _OF_APP)
    of_app, of_widgets = pseudo_classes
    path = node.css_path_nodes
    parts: list[Any] = [*map(path[0].has_pseudo_class, of_app)]
    for one in path:
        parts += (type(one), one._id, frozenset(one._classes))
        parts += map(one.has_pseudo_class, of_widgets)
    key = (own, *parts)
    if (found := styled.found.get(key)) is None:
        _apply(stylesheet, node, animate=animate, cache=None)
        styled.found[key] = _replaced.pop(id(node), None), tuple(getattr(node, flag) for flag in _FLAGS)
        return
    rules, flags = found
    for flag, value in zip(_FLAGS, flags, strict=True):
        setattr(node, flag, value)
    if rules is not None:
        _replaced_where_changed(node, rules, animate)
        del _replaced[id(node)]
    stylesheet._process_component_classes(node)


def _replaced_where_changed(node: Any, rules: Any, animate: bool = False) -> None:
    """Give a widget these rules; one that it has already is not set again."""
    _replaced[id(node)] = rules
    if animate and "transitions" in rules:
        _replace_rules(node, rules, animate)
        return
    styles = node.styles.base
    has = styles._rules
    changed = [(name, rules.get(name)) for name in has.keys() | rules.keys() if rules.get(name) is not has.get(name)]
    for name, value in changed:
        setattr(styles, name, value)
    if changed or not animate:
        node.notify_style_update()


def install() -> None:
    """Have every app of this process share what was parsed and found."""
    stylesheet: Any = Stylesheet
    stylesheet.parse = _sheet_parsed_once
    stylesheet._parse_rules = _parsed_once
    stylesheet.rules_map = property(lambda stylesheet: _rules_of(stylesheet).by_name)
    stylesheet.apply = _applied_once
    stylesheet.replace_rules = staticmethod(_replaced_where_changed)
