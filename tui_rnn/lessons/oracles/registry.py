"""An oracle for each question and each number that a lesson may name.

An oracle works out again, without the kernels and without the code of the question, what the answer says: by reference/ in
float64 from the weights as they are, by central differences, or by plain NumPy. What it returns is a mapping with those of the
answer's fields that it knows, rows as lists or, by a name, as mappings: a formula finds its way through it as through the
answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tui_rnn.insight.question import Question, Subject
from tui_rnn.insight.registry import entry_of
from tui_rnn.lessons.formulas import Missing
from tui_rnn.lessons.oracles import feeding, inside, language_models, tasks

Oracle = Callable[[Subject, Any], Mapping[str, Any]]

ORACLES: dict[str, Oracle] = {**language_models.ORACLES, **tasks.ORACLES, **feeding.ORACLES, **inside.ORACLES}
"""By the name of the question; of `scores`, which each kind of data computes otherwise, SCORERS by the kind."""
SCORERS: dict[str, Oracle] = {**language_models.SCORERS, **tasks.SCORERS}


def again(subject: Subject, question: Question[Any]) -> Mapping[str, Any]:
    """What the answer should be, worked out in another way. Raises Missing where nothing does that."""
    name = entry_of(question).name
    oracle = SCORERS.get(subject.kind.name) if name == "scores" else ORACLES.get(name)
    if oracle is None:
        raise Missing(f"nothing recomputes {name} of {subject.kind.title}")
    return {"step": subject.step, **oracle(subject, question)}
