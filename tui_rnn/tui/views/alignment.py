"""Where an output differs from the truth: the fewest insertions, deletions and replacements."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from rapidfuzz.distance import Levenshtein


def aligned(written: Sequence[str], truth: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """Pairs (written, true) in order; both are equal where the output is right, and one is None where it has nothing."""
    pairs: list[tuple[str | None, str | None]] = []
    for edit in Levenshtein.opcodes(written, truth):
        pairs += zip_longest(written[edit.src_start : edit.src_end], truth[edit.dest_start : edit.dest_end])
    return pairs
