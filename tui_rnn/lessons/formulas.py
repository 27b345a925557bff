"""Formulas: the text in braces in a lesson, and the conditions of its pages, such as `val_loss < landmark("bigram")`.

A formula looks like an expression of Python but isn't one: it has numbers, texts, names, the four operations, comparisons,
`and`, `or`, `not`, `a if b else c`, indexing, and a few functions. It calls a question of insight/ by its name with its fields,
`predict(texts=("…",))`, and names a field of the answer after a dot. Nothing else can be written, so a lesson from a stranger
can only ask.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from tui_rnn.errors import InputError
from tui_rnn.fields import flat
from tui_rnn.insight.question import Question
from tui_rnn.insight.registry import QUESTIONS
from tui_rnn.lessons.values import ARITHMETIC, FUNCTIONS, at, computed, field_of
from tui_rnn.lessons.values import Missing as Missing

LONGEST = 1000  # characters of a formula
OWN_RUN = ""
"""The page's own run, for a formula that names none."""

FACTS = {
    "step": "training steps done",
    "chars": "characters trained on",
    "seconds": "seconds of training",
    "train_loss": "the training loss in nats, as the chart has it",
    "val_loss": "the latest validation loss in nats, as the chart has it",
    "accuracy": "of the latest evaluation",
    "accuracy_unseen": "of the latest evaluation, on words that training lacks",
    "macro_f1": "of the latest evaluation",
    "exact_match": "of the latest evaluation",
    "token_error_rate": "of the latest evaluation",
    "parameters": "how many weights the network has",
    "vocab_size": "how many symbols can be read",
    "paused": "whether the run is paused",
}
"""What is known about a run without a question."""


class Pending(Exception):
    """A number is not known yet."""


class World(Protocol):
    """What a formula asks. run: its name in the lesson, or OWN_RUN. All methods raise Pending for what is not known yet, and
    InputError for what can't be known."""

    def fact(self, run: str, name: str) -> Any:
        """One of FACTS."""
        ...

    def setting(self, run: str, name: str) -> Any:
        """A setting of the run, by its name in RunConfig."""
        ...

    def landmark(self, run: str, name: str, measure: str) -> float:
        """The score of a model that counts: 'bigram', 'most frequent tag'. measure: loss_nats, or the key of a metric."""
        ...

    def ask(self, run: str, question: Question[Any]) -> Any:
        """The answer to a question."""
        ...


_OF_A_RUN = ("landmark", "setting")
_COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("≤", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: ("≥", operator.ge),
    ast.Eq: ("=", operator.eq),
    ast.NotEq: ("≠", operator.ne),
    ast.In: ("in", lambda a, b: a in b),
    ast.NotIn: ("not in", lambda a, b: a not in b),
}
NAMES = sorted({*FACTS, *FUNCTIONS, *_OF_A_RUN, *QUESTIONS})
"""Names that a run or a figure of a lesson can't have."""


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula that was read. text: as it was written. runs, figures: those that it may name."""

    text: str
    runs: tuple[str, ...]
    figures: Mapping[str, Formula]

    @cached_property
    def _tree(self) -> ast.expr:
        return _parsed(self.text)

    def value(self, world: World) -> Any:
        """Its value. Raises Pending while a number is not known, InputError if it can't be computed."""
        try:
            return _Evaluation(world, self.runs, self.figures).of(self._tree)
        except (TypeError, ValueError, ArithmeticError, RecursionError) as error:  # a stranger's formula may mix anything
            raise InputError(f"{self.text!r:.60} can't be computed: {' '.join(str(error).split())}") from None

    def sides(self, world: World) -> tuple[Any, str, Any] | None:
        """The left side, the sign and the right side of a comparison; None for another formula."""
        tree = self._tree
        if not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
            return None
        evaluation = _Evaluation(world, self.runs, self.figures)
        return evaluation.of(tree.left), _COMPARISONS[type(tree.ops[0])][0], evaluation.of(tree.comparators[0])


def read(text: str, runs: tuple[str, ...] = (), figures: Mapping[str, Formula] | None = None) -> Formula:
    """A formula, checked as far as possible without a network. Raises InputError, which says what is wrong."""
    known = figures or {}
    for node in ast.walk(_parsed(text)):
        _check(node, runs, known)
    return Formula(text, runs, known)


def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise InputError(f"the formula has {len(text):,} characters, expected at most {LONGEST:,}")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InputError(f"{text!r:.60} is no formula, expected one such as scores().loss_nats < landmark('bigram')") from None


def _check(node: ast.AST, runs: tuple[str, ...], figures: Mapping[str, Formula]) -> None:
    match node:
        case ast.Name(id=name):
            if name not in (*runs, *figures, *NAMES):
                raise InputError(f"there is no {name!r:.40}, expected {_expected(name, runs, figures)}")
        case ast.Attribute(attr=name):
            if name.startswith("_"):
                raise InputError(f"{name!r:.40} begins with _: expected a field of an answer")
        case ast.Call():
            _check_call(node, runs)
        case ast.BinOp(op=op):
            if type(op) not in ARITHMETIC:
                raise InputError(f"{type(op).__name__} is no operation of a formula, expected one of + - * / // %")
        case ast.Invert():
            raise InputError("~ is no operation of a formula, expected one of - + not")
        case ast.Compare(ops=ops):
            if any(type(op) not in _COMPARISONS for op in ops):
                raise InputError("is and is not can't be asked, expected one of < <= > >= == != in")
        case ast.Constant(value=value):
            if not isinstance(value, (str, int, float, bool, type(None))):
                raise InputError(f"{value!r:.40} can't stand in a formula, expected a number or a text")
        case (
            ast.expr_context() | ast.operator() | ast.cmpop() | ast.boolop() | ast.unaryop() | ast.keyword()
            | ast.BoolOp() | ast.UnaryOp() | ast.IfExp() | ast.Subscript() | ast.Slice() | ast.Tuple() | ast.List()
        ):  # fmt: skip
            pass
        case _:
            raise InputError(f"a {type(node).__name__} can't stand in a formula")


def _expected(name: str, runs: tuple[str, ...], figures: Mapping[str, Formula]) -> str:
    import difflib

    known = [*runs, *figures, *NAMES]
    close = difflib.get_close_matches(name, known, n=3)
    return f"{' or '.join(close)}" if close else f"one of {', '.join(known)}"


def _check_call(node: ast.Call, runs: tuple[str, ...]) -> None:
    name = _called(node, runs)[1]
    if any(keyword.arg is None for keyword in node.keywords):
        raise InputError(f"{name} gets **, expected its fields by name")
    if name in QUESTIONS:
        if node.args:
            raise InputError(f"{name} gets a value without a name, expected field=value")
        known = [spec.name for _, spec in flat(QUESTIONS[name].question)]
        for keyword in node.keywords:
            if keyword.arg not in known:
                raise InputError(f"{name} has no field {keyword.arg!r:.40}, expected one of {', '.join(known)}")
        try:
            given = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in node.keywords}
        except (ValueError, TypeError):  # a field depends on other answers: it is checked later
            return
        question_of(name, given)


def _called(node: ast.Call, runs: tuple[str, ...]) -> tuple[str, str]:
    """The run, and the name of the question or function that is called."""
    match node.func:
        case ast.Name(id=name) if name in QUESTIONS or name in FUNCTIONS or name in _OF_A_RUN:
            return OWN_RUN, name
        case ast.Attribute(value=ast.Name(id=run), attr=name) if run in runs and (name in QUESTIONS or name in _OF_A_RUN):
            return run, name
    raise InputError(
        f"{ast.unparse(node.func)!r:.60} can't be called, expected a question such as scores() or one of {', '.join(FUNCTIONS)}"
    )


def question_of(name: str, given: Mapping[str, Any]) -> Question[Any]:
    """The question with these fields, also those of a dataclass within it, such as sampling. Raises InputError."""
    cls, values = QUESTIONS[name].question, dict[str, Any]()
    paths = {spec.name: path for path, spec in flat(cls)}
    for field, value in given.items():
        path = paths[field]
        value = tuple(value) if isinstance(value, list) else value
        if len(path) > 1:
            value = replace(values.get(path[0], cls.__dataclass_fields__[path[0]].default), **{path[1]: value})
        values[path[0]] = value
    return cls(**values)


class _Evaluation:
    """Evaluates a formula."""

    def __init__(self, world: World, runs: tuple[str, ...], figures: Mapping[str, Formula]) -> None:
        self._world, self._runs, self._figures = world, runs, figures

    def of(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return tuple(map(self.of, elements))
            case ast.Name(id=name):
                return self._named(name)
            case ast.Attribute(value=ast.Name(id=run), attr=name) if run in self._runs and name in FACTS:
                return self._world.fact(run, name)
            case ast.Attribute(value=value, attr=name):
                return field_of(self.of(value), name)
            case ast.Call():
                return self._call(node)
            case ast.Subscript(value=value, slice=place):
                return at(self.of(value), self._place(place))
            case ast.UnaryOp(op=op, operand=operand):
                value = self.of(operand)
                return not value if isinstance(op, ast.Not) else -value if isinstance(op, ast.USub) else +value
            case ast.BinOp(left=left, op=op, right=right):
                return computed(op, self.of(left), self.of(right))
            case ast.BoolOp(op=op, values=values):
                return all(map(self.of, values)) if isinstance(op, ast.And) else any(map(self.of, values))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.of(body) if self.of(test) else self.of(orelse)
            case ast.Compare():
                return self._compared(node)
        raise AssertionError(node)

    def _named(self, name: str) -> Any:
        if name in self._figures:
            return self._figures[name].value(self._world)
        if name in FACTS:
            return self._world.fact(OWN_RUN, name)
        raise InputError(f"{name} stands alone, expected {name}(…) or a field of it, {name}.…")

    def _call(self, node: ast.Call) -> Any:
        run, name = _called(node, self._runs)
        values = list(map(self.of, node.args))
        given = {str(keyword.arg): self.of(keyword.value) for keyword in node.keywords}
        if name in QUESTIONS:
            return self._world.ask(run, question_of(name, given))
        if name == "landmark" and len(values) == 1:
            return self._world.landmark(run, str(values[0]), str(given.get("measure", "loss_nats")))
        if name == "setting" and len(values) == 1:
            return self._world.setting(run, str(values[0]))
        try:
            return FUNCTIONS[name](*values, **given)
        except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
            raise InputError(f"{name} can't be computed from {values!r:.60}: {error}") from None

    def _place(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Slice):
            ends = (node.lower, node.upper, node.step)
            return slice(*(None if end is None else self.of(end) for end in ends))
        return self.of(node)

    def _compared(self, node: ast.Compare) -> Any:
        left = self.of(node.left)
        for op, side in zip(node.ops, node.comparators, strict=True):
            right = self.of(side)
            try:
                holds = _COMPARISONS[type(op)][1](left, right)
            except TypeError:
                raise InputError(f"{left!r:.40} can't be compared with {right!r:.40}") from None
            if isinstance(holds, np.ndarray):
                return holds
            if not holds:
                return False
            left = right
        return True
