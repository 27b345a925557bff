"""What a unit may track: a hypothesis says for every character of a text whether something holds there, or how much.

A person types a hypothesis: `quotes`, `column>40`, `after:=`, `regex:#.*`, `range:120:180`, `label:NOUN`. HYPOTHESES is the
table of them. A value is about the state after the character was read: after an opening quotation mark, the text is inside.
Characters about which a hypothesis says nothing have NaN and are left out. A value uses only the text so far, but a regular
expression may look ahead.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.vocabulary import code_points
from tui_rnn.errors import InputError
from tui_rnn.insight.pattern_search import matched

Values = NDArray[np.float64]

PAIRS = "()[]{}"
COMPARISONS: dict[str, Callable[[Values, float], NDArray[np.bool_]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
LABEL = "label"
_WRITTEN = re.compile(r"(?P<name>[a-z-]+)(?: *(?P<compared>>=|<=|>|<|=)(?P<threshold>.*)|:(?P<argument>.*))?", re.DOTALL)


@dataclass(frozen=True)
class HypothesisKind:
    """A row of the table. argument: the text after the colon, as help shows it; "" if there is none. value: from a text and the
    argument to yes (1), no (0) or an amount for each character. amount: whether it is an amount. may_lack: whether the argument
    may be left out."""

    name: str
    title: str
    value: Callable[[str, str], Values]
    argument: str = ""
    amount: bool = False
    may_lack: bool = False


@dataclass(frozen=True)
class Hypothesis:
    """A hypothesis as it was typed. title: in words, with its argument and threshold. amount: it says how much, not whether."""

    written: str
    kind: HypothesisKind
    argument: str = ""
    compared: str = ""
    threshold: float = 0.0

    @property
    def amount(self) -> bool:
        return self.kind.amount and not self.compared

    @property
    def title(self) -> str:
        title = self.kind.title.replace("…", self.argument).strip()
        return f"{title} {self.compared} {self.threshold:g}" if self.compared else title

    @property
    def is_label(self) -> bool:
        """Whether it asks for a label of the data, not for the text."""
        return self.kind.name == LABEL

    def values(self, text: str) -> Values:
        """For each character 0 or 1, or an amount; NaN where it says nothing. Raises InputError for a bad argument."""
        found = self.kind.value(text, self.argument)
        if not self.compared:
            return found
        told = np.asarray(COMPARISONS[self.compared](found, self.threshold), np.float64)
        return np.where(np.isnan(found), np.nan, told)


def hypothesis(written: str) -> Hypothesis:
    """The hypothesis that was typed. Raises InputError, which says what is possible."""
    parts = _WRITTEN.fullmatch(written)
    kind = HYPOTHESES.get(parts["name"]) if parts else None
    if parts is None or kind is None:
        raise InputError(f"{written!r:.60} is no hypothesis, expected one of {', '.join(map(form, HYPOTHESES.values()))}")
    argument, compared = parts["argument"] or "", parts["compared"] or ""
    if argument and not kind.argument:
        raise InputError(f"{written!r:.60} has something after the colon, expected {kind.name} alone")
    if kind.argument and not argument and not kind.may_lack:
        raise InputError(f"{written!r:.60} is incomplete, expected {form(kind)}")
    if not compared:
        return Hypothesis(written, kind, argument)
    if not kind.amount:
        raise InputError(f"{written!r:.60} compares what is yes or no, expected {form(kind)}")
    try:
        threshold = float(parts["threshold"])
    except ValueError:
        raise InputError(
            f"{written!r:.60} ends in {parts['threshold']!r:.40}, expected a number, as in {kind.name}>4"
        ) from None
    return Hypothesis(written, kind, argument, compared, threshold)


def form(kind: HypothesisKind) -> str:
    """The form in which it is typed: 'after:STRING'."""
    if not kind.argument:
        return kind.name
    return f"{kind.name}[:{kind.argument}]" if kind.may_lack else f"{kind.name}:{kind.argument}"


# ---------------------------------------------------------------- amounts


def _column(text: str, argument: str) -> Values:
    """Characters since the line began; 0 at the line end that begins it."""
    return _since(code_points(text) == ord("\n"))


def _since(begins: NDArray[np.bool_]) -> Values:
    """The number of places since the last one that begins something; the text's beginning counts too."""
    places = np.arange(len(begins))
    last = np.maximum.accumulate(np.where(begins, places, -1))
    return (places - last).astype(np.float64)


def _indent(text: str, argument: str) -> Values:
    """The width of the white space at the beginning of the line, from the line's first other character on; it says nothing
    before that and at line ends."""
    found = np.full(len(text), np.nan)
    for line in re.finditer(r"([ \t]*)([^\n]*)", text):
        found[line.start(2) : line.end(2)] = len(line[1].expandtabs())
    return found


def _depth(text: str, argument: str) -> Values:
    """The number of open brackets; a bracket that closes nothing is not counted."""
    pairs = argument or PAIRS
    if len(pairs) % 2 or len(set(pairs)) < len(pairs):
        raise InputError(f"depth:{argument} is no list of pairs, expected an opening and a closing sign each, as in depth:()[]")
    codes = code_points(text)
    steps = np.isin(codes, code_points(pairs[::2])).astype(np.int64) - np.isin(codes, code_points(pairs[1::2]))
    level = np.cumsum(steps)
    return np.asarray(level - np.minimum(np.minimum.accumulate(level), 0), np.float64)


def _word_position(text: str, argument: str) -> Values:
    """1 at a word's first letter or digit, 2 at the next; 0 between words."""
    return _since(~np.fromiter(map(str.isalnum, text), np.bool_, len(text)))


def _line(text: str, argument: str) -> Values:
    """Which line of its paragraph, from 0 on; a blank line begins a paragraph. A line end belongs to the line after it."""
    found, number = np.empty(len(text)), 0
    blank = True
    for place, ch in enumerate(text):
        if ch == "\n":
            number = 0 if blank else number + 1
            blank = True
        elif not ch.isspace():
            blank = False
        found[place] = number
    return found


# -------------------------------------------------------------- yes or no


_OPENING = dict(zip("“«„‹「『", "”»“›」』", strict=True))


def _quotes(text: str, argument: str) -> Values:
    """From an opening mark up to before the closing one; a blank line ends what is open. Apostrophes count for nothing."""
    found, closing, before = np.zeros(len(text)), "", ""
    for place, ch in enumerate(text):
        if closing:
            if ch in (closing, "”" if closing == "“" else closing) or (ch == before == "\n"):
                closing = ""
        elif ch == '"' or ch in _OPENING:
            closing = _OPENING.get(ch, ch)
        before = ch
        found[place] = bool(closing)
    return found


def _of_characters(holds: Callable[[str], bool]) -> Callable[[str, str], Values]:
    """A value that depends only on the character itself."""

    def value(text: str, argument: str) -> Values:
        yes = {ch: float(holds(ch)) for ch in set(text)}
        return np.fromiter(map(yes.__getitem__, text), np.float64, len(text))

    return value


def _is_vowel(ch: str) -> bool:
    """Whether it is a, e, i, o or u, with any accent."""
    return unicodedata.normalize("NFD", ch.lower())[:1] in tuple("aeiou")


def _after(text: str, argument: str) -> Values:
    """From the last character of the string to the end of its line."""
    found = np.zeros(len(text))
    for place in re.finditer(
        rf"{re.escape(argument)}[^\n]*", text
    ):  # safe: a person's text is escaped, and there is one repeat
        found[place.start() + len(argument) - 1 : place.end()] = 1
    return found


def _range(text: str, argument: str) -> Values:
    """From character A up to before character B."""
    start, _, end = argument.partition(":")
    if not (start.strip().isdecimal() and end.strip().isdecimal() and int(start) < int(end) <= len(text)):
        raise InputError(f"range:{argument} is no range, expected range:A:B with A below B, up to {len(text):,}")
    found = np.zeros(len(text))
    found[int(start) : int(end)] = 1
    return found


def _label(text: str, argument: str) -> Values:
    raise InputError(f"label:{argument} asks for labels, and a text alone has none: ask a tagger or a classifier")


_ALL = (
    HypothesisKind("quotes", "inside quotation marks", _quotes),
    HypothesisKind("depth", "depth of brackets …", _depth, "PAIRS", amount=True, may_lack=True),
    HypothesisKind("column", "characters since the line began", _column, amount=True),
    HypothesisKind("indent", "indentation of the line", _indent, amount=True),
    HypothesisKind("line", "line of the paragraph", _line, amount=True),
    HypothesisKind("word-position", "letters since the word began", _word_position, amount=True),
    HypothesisKind("vowel", "a vowel", _of_characters(_is_vowel)),
    HypothesisKind("upper", "a capital letter", _of_characters(str.isupper)),
    HypothesisKind("digit", "a digit", _of_characters(str.isdecimal)),
    HypothesisKind("after", "in a line, after “…”", _after, "STRING"),
    HypothesisKind("regex", "where … matches", lambda text, pattern: matched(pattern, text), "PATTERN"),
    HypothesisKind("range", "characters …", _range, "A:B"),
    HypothesisKind(LABEL, "the label is …", _label, "NAME"),
)
HYPOTHESES = {kind.name: kind for kind in _ALL}
"""Every kind of hypothesis by its name."""
WHERE_HELP = (
    "; ".join(f"{form(kind)} ({kind.title.replace('…', kind.argument)})" for kind in _ALL)
    + "; an amount may be compared: column>40"
)
