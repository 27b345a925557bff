"""Measures what `tui-rnn corpora` promises of each built-in corpus: which unit tracks what it says, and how well.

    python tests/soak/tracked.py                    # all: some minutes
    python tests/soak/tracked.py counting brackets

Trains as tui_rnn.data.builtin.Tracked says, asks, prints score, chance and probe beside the promised ones, and ends with 1
where a score is more than SLACK below its promise or not beyond chance.
"""

from __future__ import annotations

import sys

import tui_rnn
from tui_rnn.data.builtin import BUILTINS
from tui_rnn.insight.units import Units

SLACK = 0.1  # other processors sum in another order, so that runs drift apart


def main() -> int:
    kept = True
    for name in sys.argv[1:] or BUILTINS:
        run = tui_rnn.train(name, steps=BUILTINS[name].tracked[0].steps, cell="lstm", hidden_size=128, seed=1)
        for promise in BUILTINS[name].tracked:
            found = run.ask(Units(promise.where, listed=1))
            best = found.units[0]
            holds = best.score >= promise.score - SLACK and (best.beyond_chance or promise.score <= promise.chance)
            kept &= holds
            told = f"{best.score:.3f} ({promise.score:.2f}) chance {best.chance:.3f} ({promise.chance:.2f})"
            probe = f"probe {found.probe.score:.3f} ({promise.probe:.2f})"
            print(
                f"{name} {promise.where!r}: {found.measure} {told} {probe} {best.name}", "" if holds else "BROKEN", flush=True
            )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
