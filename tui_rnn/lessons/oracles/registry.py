"""An oracle for each question and each number that a lesson may name.

An oracle computes the answer again, without the kernels and without the code of the question: with reference/ in float64 from
the weights, with central differences, or with plain NumPy. It returns a mapping with the fields of the answer that it knows,
rows as lists or, by name, as mappings, so that a formula can read it like the answer.
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
"""By the name of the question. `scores` differs by the kind of data: its oracles are SCORERS, by the kind."""
SCORERS: dict[str, Oracle] = {**language_models.SCORERS, **tasks.SCORERS}


def again(subject: Subject, question: Question[Any]) -> Mapping[str, Any]:
    """What the answer should be, computed in another way. Raises Missing if there is no oracle."""
    name = entry_of(question).name
    oracle = SCORERS.get(subject.kind.name) if name == "scores" else ORACLES.get(name)
    if oracle is None:
        raise Missing(f"there is no oracle for {name} of {subject.kind.title}")
    return {"step": subject.step, **oracle(subject, question)}
