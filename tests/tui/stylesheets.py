"""The styles of the screen are parsed once a process, and which of them a widget has is worked out once, and not once for each
of a thousand playgrounds."""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

_parse_rules: Any = Stylesheet._parse_rules
_apply: Any = Stylesheet.apply
_replace_rules: Any = Stylesheet.replace_rules
_FLAGS = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")  # what the rules set on a widget

_OF_APP = {"dark", "light", "inline", "ansi", "nocolor"}  # the same for an app and all its widgets

_parsed: dict[tuple[Any, ...], list[RuleSet]] = {}
_of_rules: dict[tuple[RuleSet, ...], _Styled] = {}
_replaced: dict[int, Any] = {}  # the rules that widgets were just given, by the widget's `id`


class _Styled:
    """What was found with one list of rules."""

    def __init__(self) -> None:
        self.pseudo_classes: dict[
            tuple[Any, ...], tuple[tuple[str, ...], tuple[str, ...]]
        ] = {}  # of the rules that may hold for such a widget
        self.found: dict[tuple[Any, ...], tuple[Any, tuple[bool, ...]]] = {}  # the rules that do, and the flags


def _parsed_once(stylesheet: Stylesheet, css: str, *where: Any, **how: Any) -> list[RuleSet]:
    """The rules of a text: the same text, from the same place, with the same colours of a theme, has the same rules. A
    stylesheet only reads them."""
    key = (css, *where, *how.items(), *stylesheet._variables.items())
    if (found := _parsed.get(key)) is None:
        found = _parsed[key] = _parse_rules(stylesheet, css, *where, **how)
    return found


def _applied_once(
    stylesheet: Any, node: DOMNode, *, animate: bool = False, cache: dict[tuple[Any, ...], Any] | None = None
) -> None:
    """Which rules hold depends on the class, id, classes and pseudo-classes of the widget and of all around it, and on nothing
    else: with those, they are looked up."""
    rules_map = stylesheet.rules_map
    if getattr(stylesheet, "_styled_by", None) is not rules_map:
        stylesheet._styled_by = rules_map
        stylesheet._styled = _of_rules.setdefault(tuple(stylesheet.rules), _Styled())
    styled: _Styled = stylesheet._styled
    own = (type(node), node._id, frozenset(node._classes))
    if (pseudo_classes := styled.pseudo_classes.get(own)) is None:
        may_hold = [rule for name in rules_map.keys() & node._selector_names for rule in rules_map[name]]
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
    stylesheet._parse_rules = _parsed_once
    stylesheet.apply = _applied_once
    stylesheet.replace_rules = staticmethod(_replaced_where_changed)
    RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]  # the same, without a call for each of a million
