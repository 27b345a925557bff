"""Where an output differs from the truth: the fewest insertions, deletions and replacements."""

from __future__ import annotations

from collections.abc import Sequence


def aligned(written: Sequence[str], truth: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """Pairs (written, true) in order; equal where right, None where one side has nothing. Among equally short edits a
    replacement comes before an insertion and a deletion, from the end backwards."""
    cost = [[0] * (len(truth) + 1) for _ in range(len(written) + 1)]
    cost[0] = list(range(len(truth) + 1))
    for i, here in enumerate(written, 1):
        cost[i][0] = i
        for j, there in enumerate(truth, 1):
            cost[i][j] = min(cost[i - 1][j - 1] + (here != there), cost[i - 1][j] + 1, cost[i][j - 1] + 1)
    pairs: list[tuple[str | None, str | None]] = []
    i, j = len(written), len(truth)
    while i or j:
        if i and j and cost[i][j] == cost[i - 1][j - 1] + (written[i - 1] != truth[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((written[i], truth[j]))
        elif i and cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
            pairs.append((written[i], None))
        else:
            j -= 1
            pairs.append((None, truth[j]))
    return pairs[::-1]
