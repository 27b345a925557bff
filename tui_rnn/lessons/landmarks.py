"""Finds the score of a model that counts by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tui_rnn.errors import InputError


def landmark_of(found: Iterable[tuple[str, Mapping[str, float]]], name: str, measure: str) -> float:
    """The score of one model. found: names with their metrics. Raises InputError."""
    known = [(other, metrics) for other, metrics in found if measure in metrics]
    for other, metrics in known:
        if other == name:
            return float(metrics[measure])
    raise InputError(f"there is no landmark {name!r:.40} of {measure}, expected one of {', '.join(one for one, _ in known)}")
