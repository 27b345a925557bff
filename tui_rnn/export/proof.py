"""The proof of an export: the exported files and the network compute the logits of text that was kept back from training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.lexicon import SpelledLexicon
from tui_rnn.data.spelled import Spelled
from tui_rnn.data.symbols import Symbols
from tui_rnn.errors import InputError
from tui_rnn.export.target import Logits
from tui_rnn.training.run import Run

TOKENS = 200
TOLERANCE = 1e-4
"""The largest difference of logits. If the largest logit is above 1, it is relative to that."""

Example = tuple[Any, ...]
"""What `logits` takes: ids, or a source and a target."""


@dataclass(frozen=True)
class Proof:
    """differences: the largest one of each form of the export. tokens: how many were compared; text: what they are."""

    differences: dict[str, float]
    largest_logit: float
    tokens: int
    text: str

    @property
    def holds(self) -> bool:
        return all(one <= TOLERANCE * max(1.0, self.largest_logit) for one in self.differences.values())


def prove(network: Any, examples: list[Example], text: str, forms: Mapping[str, Logits]) -> Proof:
    """Compare all logits of the examples."""
    own = [network.logits(*example) for example in examples]
    differences = {
        name: max(_difference(logits(*example), truth) for example, truth in zip(examples, own, strict=True))
        for name, logits in forms.items()
    }
    largest = max(float(np.abs(truth).max()) for truth in own)
    return Proof(differences, largest, sum(len(ids) for example in examples for ids in example), text)


def _difference(found: Any, truth: Any) -> float:
    if np.shape(found) != np.shape(truth):
        return float("inf")
    worst = float(np.abs(found - truth).max())
    return worst if np.isfinite(worst) else float("inf")


def examples_of(run: Run) -> tuple[list[Example], str]:
    """About TOKENS tokens of the validation part, and what they are; random ones if the data can't be opened."""
    try:
        part = run.subject().open_part()
    except InputError:
        return [_random(run.symbols)], "random tokens, since the run's data can't be opened"
    return _of_part(run, part), "tokens of the validation part"


def _of_part(run: Run, part: Any) -> list[Example]:
    if run.kind.is_stream:
        return [(np.asarray(part[:TOKENS]),)]
    examples: list[Example] = []
    left = TOKENS
    for row in range(len(part)):
        ids, *others = (column[0] for column in part.batch(np.array([row])))
        example = _example(run, ids[:left], others)
        left -= sum(map(len, example))
        examples.append(example)
        if left <= 0:
            break
    return examples


def _example(run: Run, ids: Any, others: list[Any]) -> Example:
    if run.kind.writes_answers:
        return ids, others[0]
    return (ids if run.kind.answers else run.network.begun(ids),)


def _random(symbols: Symbols) -> Example:
    rng = np.random.default_rng(0)
    ids = rng.integers(0, len(symbols.vocabulary), TOKENS).astype(np.int32)
    if isinstance(symbols.vocabulary, SpelledLexicon):
        letters = Ragged.from_lengths(
            rng.integers(0, len(symbols.vocabulary.letters), 5 * TOKENS).astype(np.int32), [5] * TOKENS
        )
        return (Spelled(ids, np.arange(TOKENS, dtype=np.int32), letters),)
    if symbols.targets is not None:
        return ids[: TOKENS // 2], rng.integers(0, len(symbols.targets), TOKENS // 2).astype(np.int32)
    return (ids,)
