"""BLEU and chrF of outputs that are sentences, by sacrebleu, whose definitions papers use.

sacrebleu takes 0.2 s to load, so it is loaded when a translation is scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from tui_rnn.data.examples.labels import Tokens
from tui_rnn.data.symbols import Symbols

NEVER_RIGHT = "⁇"
"""Stands for an <unk> in an output: one word that no reference has."""


def are_translations(symbols: Symbols) -> bool:
    """Whether the outputs are words of sentences, not characters or sounds."""
    targets = symbols.targets
    if targets is None or targets.units == "characters":
        return False
    return targets.units == "words" or symbols.vocabulary.kind == "word"


def scored_text(targets: Tokens, ids: Sequence[int]) -> str:
    """An output as it is scored."""
    names, unknown = targets.texts, targets.unknown_id
    space = " " * (targets.units == "words")
    return targets.join(space + NEVER_RIGHT if k == unknown else names[k] for k in ids)


def translation_metrics(written: Sequence[str], truths: Sequence[str]) -> dict[str, float]:
    """bleu and chrf of a corpus with one reference each, from 0 to 1."""
    if not written:
        return {"bleu": float("nan"), "chrf": float("nan")}
    return {name: metric.corpus_score(list(written), [list(truths)]).score / 100 for name, metric in _metrics().items()}


def signatures() -> dict[str, str]:
    """sacrebleu's signatures, which say how it counted, to be shown beside a score. Only after something was scored."""
    return {name: str(metric.get_signature()) for name, metric in _metrics().items()}


@cache
def _metrics() -> dict[str, Any]:
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    # force: no warning on stderr where the data are tokenised already
    return {"bleu": BLEU(force=True), "chrf": CHRF()}
