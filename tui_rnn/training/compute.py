"""How much arithmetic a training took, by one formula for all runs: 6 FLOPs for each character, times each weight that a
character is multiplied with (a product and a sum forward, twice as many backward).

It needs only the shapes in a run's file. It leaves out: embeddings and the W that reads symbols (E W is a table of the
vocabulary, the same for all characters of a step, and a row of it is looked up); biases and gates, some percent; attention; the
V of a tagger or classifier, which is used once for each word or text. It takes an encoder-decoder's source and target as
equally long. So it compares networks, and is not a measurement.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.kinds import Kind

FLOPS_A_WEIGHT = 6
LOOKED_UP = ("E", "W0", "W0_reverse")


def flops_per_char(kind: Kind, shapes: Mapping[str, tuple[int, ...]], sampled_softmax: int = 0) -> float:
    """FLOPs of training on one character. shapes: of the parameters by name; others, such as Adam's, are ignored.
    sampled_softmax: how many rows of V are compared with the true one; 0: all."""
    tied = "V" not in shapes
    weights = 0
    for name, shape in shapes.items():
        part, _, own = name.rpartition(".")
        if part not in ("", "encoder", "decoder") or own[:1] in ("", "b") or len(shape) != 2:
            continue
        reads_out = own == "V" or (tied and own == "E" and part != "encoder")
        if reads_out and kind.answers and not kind.writes_answers:
            continue
        if reads_out and sampled_softmax:
            weights += (sampled_softmax + 1) * shape[1]
        elif own not in LOOKED_UP or reads_out:
            weights += math.prod(shape)
    return FLOPS_A_WEIGHT * weights / (2 if kind.writes_answers else 1)


def parameter_count(config: RunConfig, shapes: Mapping[str, tuple[int, ...]]) -> int:
    """How many numbers a run's network learns: those that Adam keeps a mean for. A matrix that gates share counts once. shapes:
    of all arrays in its file."""
    cell, total = CELLS[config.cell], 0
    for name, shape in shapes.items():
        if not name.startswith("adam_v."):
            continue
        own = name.rpartition(".")[2]
        blocks = {"W": cell.input_blocks, "C": cell.input_blocks, "U": cell.recurrent_blocks}.get(own[:1], ())
        shared = [block for block in blocks if block in cell.gate_blocks] if config.share_gates else []
        repeated = max(0, len(shared) - 1)
        total += math.prod(shape) * (len(blocks) - repeated) // len(blocks) if repeated else math.prod(shape)
    return total
