"""The styles of the screen are parsed once a process, and which of them a widget has is worked out once, and not once for each
of a thousand playgrounds."""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet, SelectorType
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

_parse: Any = Stylesheet.parse
_parse_rules: Any = Stylesheet._parse_rules
_apply: Any = Stylesheet.apply
_replace_rules: Any = Stylesheet.replace_rules
_FLAGS = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")  # what the rules set on a widget

_SIGNS = {SelectorType.CLASS: ".", SelectorType.ID: "#"}
_NAMED = {SelectorType.TYPE, *_SIGNS}
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
        self.pseudo_by_name: dict[str, set[str]] = {}  # those that a selector asks of what it names
        for selector in (one for rule in rules for found in rule.selector_set for one in found.selectors):
            name = _SIGNS.get(selector.type, "") + selector.name if selector.type in _NAMED else "*"
            self.pseudo_by_name.setdefault(name, set()).update(selector.pseudo_classes - _OF_APP)
        self.pseudo_classes: dict[tuple[Any, ...], tuple[str, ...]] = {}  # those that such a widget may be asked for
        self.places: dict[tuple[Any, ...], int] = {}  # a widget, as rules see it, below all that is around it
        self.found: dict[int, tuple[Any, tuple[bool, ...]]] = {}  # of each place the rules that hold there, and the flags
        self.of_new: dict[int, Any] = {}  # the same rules as a widget has them that had none and is not on the screen yet

    def place_of(self, node: DOMNode, known: dict[Any, Any]) -> int:
        """known: the places of this moment, by the `id` of the widget."""
        if (place := known.get(id(node))) is None:
            above: Any = node._parent
            around = map(node.has_pseudo_class, _OF_APP) if above is None else (self.place_of(above, known),)
            own = (type(node), node._id, frozenset(node._classes))
            if (asked := self.pseudo_classes.get(own)) is None:
                names = self.pseudo_by_name.keys() & node._selector_names
                asked = self.pseudo_classes[own] = tuple(set().union(*(self.pseudo_by_name[name] for name in names)))
            seen = (*own, *around, *map(node.has_pseudo_class, asked))
            place = known[id(node)] = self.places.setdefault(seen, len(self.places))
        return place


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
    stylesheet: Any, node: Any, *, animate: bool = False, cache: dict[tuple[Any, ...], Any] | None = None
) -> None:
    """Which rules hold depends on the class, id, classes and pseudo-classes of the widget and of all around it, and on nothing
    else: with those, they are looked up. A widget that has them from there already is left as it is."""
    styled = _rules_of(stylesheet)
    known: dict[Any, Any] = {} if cache is None else cache
    if type(node) is DOMNode:  # a part of a widget's look, which has just been placed itself
        widget: Any = node._parent
        known = {id(widget): widget._styled_at[1]}
    place = styled.place_of(node, known)
    if getattr(node, "_styled_at", None) == (styled, place):
        return
    node._styled_at = styled, place
    base = node.styles.base
    is_new = not (base._rules or node._is_mounted)
    if (found := styled.found.get(place)) is None:
        _apply(stylesheet, node, animate=animate, cache=None)
        found = _replaced.pop(id(node), None), tuple(getattr(node, flag) for flag in _FLAGS)
        styled.found[place] = found
    else:
        rules, flags = found
        for flag, value in zip(_FLAGS, flags, strict=True):
            setattr(node, flag, value)
        if is_new and place in styled.of_new:
            base._rules.update(styled.of_new[place])
            base._updates += 1
        elif rules is not None:
            _replaced_where_changed(node, rules, animate)
            del _replaced[id(node)]
        stylesheet._process_component_classes(node)
    if is_new:
        styled.of_new.setdefault(place, base.get_rules())


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
