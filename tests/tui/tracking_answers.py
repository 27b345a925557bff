"""What the engine of the screen's tests says of units that track something, and of passages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui_rnn.insight.alike import Alike, AlikeFound, OnUnit
from tui_rnn.insight.passages import Passage, Passages, PassagesFound
from tui_rnn.insight.question import Answer
from tui_rnn.insight.unit_ranking import ProbeScore, UnitScore
from tui_rnn.insight.units import Units, UnitsFound


def units(step: int, question: Units) -> UnitsFound:
    """Unit 2 tells it, unit 5 does not."""
    told = UnitScore(1, "forward", "h", 2, 0.93, 0.91, (0.88, 0.94), 0.58, True)
    lost = UnitScore(1, "forward", "h", 5, 0.6, 0.55, (0.5, 0.61), 0.58, False)
    probe = ProbeScore(16, 0.97, (0.95, 0.99), 0.53)
    return UnitsFound(step, question.where, question.where, "AUC", 40, 120, "120 of 14,199 characters", 48, (told, lost), probe)


def passages(step: int, question: Passages) -> PassagesFound:
    """Three places, of which the last is beyond what the map reads."""
    found = tuple(Passage(place, 2.5 - place / 1e4, "before it ", "x", " after it") for place in (3, 40, 9000))
    asked = question.unit, question.signal, question.layer, question.direction
    return PassagesFound(step, *asked, "14,199 characters", 0.1, 0.9, found, found[::-1])


def alike(step: int, question: Alike) -> AlikeFound:
    """Units 1 and 4 are on, and two passages are like the range."""
    start, end = map(int, question.range.split(":"))
    on = (OnUnit(1, True, 1.0, 0.1), OnUnit(4, False, 0.8, 0.2))
    found = tuple(Passage(place, 0.9, "before ", "a passage", " after") for place in (7, 9000))
    selected = (question.text or "a text of some length")[start:end]
    asked = question.signal, question.layer, question.direction, question.threshold
    return AlikeFound(step, selected, *asked, "14,199 characters", on, 0.12, 0.5, found)


ANSWERS: dict[type, Callable[[int, Any], Answer]] = {Units: units, Passages: passages, Alike: alike}
