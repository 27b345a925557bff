"""The parts of a network as ONNX's operators: embedding, recurrent layers, attention, readout.

ONNX has time first: x (T, B, D). A bidirectional layer is one operator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from onnx import TensorProto

from tui_rnn.cells import CELLS
from tui_rnn.export.cells import ELSEWHERE
from tui_rnn.export.onnx_cells import scanned
from tui_rnn.export.onnx_graph import Graph
from tui_rnn.export.plan import Plan, Stack

States = dict[str, list[str]]
"""The carried states, by name: for each layer (directions, B, H)."""


def embedded(graph: Graph, plan: Plan, stack: Stack, ids: str) -> str:
    """e = E x of symbols (…,): (…, D); one-hot where nothing is embedded."""
    if stack.embedding_size:
        return graph.one("Gather", graph.constant(f"{stack.prefix}E", plan.parameters[f"{stack.prefix}E"]), ids)
    on_off = graph.constant("off, on", np.array([0, 1], np.float32))
    return graph.one("OneHot", ids, graph.constant(f"{stack.symbols} symbols", np.array(stack.symbols, np.int64)), on_off)


def read(graph: Graph, plan: Plan, name: str, shape: tuple[str, ...]) -> str:
    """The encoder's input for symbols: (…, input size). For words with their letters, `letters` (…, longest) has the letters'
    ids, 0 after a word's last, and `letter_counts` (…,) how many letters each word has."""
    ids, speller = graph.ids(name, shape), plan.encoder.speller
    e = embedded(graph, plan, plan.encoder, ids)
    if speller is None:
        return e
    letters, counts = graph.ids("letters", (*shape, "longest")), graph.ids("letter_counts", shape)
    longest = graph.one("Slice", graph.one("Shape", letters), graph.numbers(len(shape)), graph.numbers(len(shape) + 1))
    each = graph.one("Reshape", letters, graph.one("Concat", graph.numbers(-1), longest, axis=0))
    lengths = graph.one("Cast", graph.shaped(counts, -1), to=TensorProto.INT32)
    x = graph.turned(embedded(graph, plan, speller, each), 1, 0, 2)
    _, after = layers(graph, plan, speller, x, lengths=lengths)
    of_each = graph.one("Concat", graph.one("Shape", ids), graph.numbers(2 * speller.hidden_size), axis=0)
    return graph.one("Concat", e, graph.one("Reshape", final(graph, after["h"][-1]), of_each), axis=-1)


def layers(
    graph: Graph, plan: Plan, stack: Stack, x: str, start: Mapping[str, list[str]] | None = None, lengths: str = ""
) -> tuple[str, States]:
    """x (T, B, D) → the topmost layer's states (T, B, directions · H), and what each layer carries at its end. start: what it
    carries at the beginning; None: zeros. lengths (B,): the length of each sequence; "": all have T."""
    after: States = {name: [] for name in plan.carried}
    for k in stack.layers:
        before = [start[name][k] for name in plan.carried] if start else []
        layer = _layer if plan.config.cell in ELSEWHERE else scanned
        x, carried = layer(graph, plan, stack, k, x, lengths, before)
        for name, value in zip(plan.carried, carried, strict=True):
            after[name].append(value)
    return x, after


def _layer(graph: Graph, plan: Plan, stack: Stack, k: int, x: str, lengths: str, before: list[str]) -> tuple[str, list[str]]:
    config, cell, known = plan.config, CELLS[plan.config.cell], ELSEWHERE[plan.config.cell]
    directions = [plan.layer(stack, k, way, known.onnx_order) for way in stack.ways]
    W, R, B = (
        graph.constant(f"{stack.prefix}{name}{k}", np.stack(arrays))
        for name, arrays in (
            ("W", [one.W.T for one in directions]),
            ("R", [one.U.T for one in directions]),
            ("B", [np.concatenate([one.b_W, one.b_U]) for one in directions]),
        )
    )
    options: dict[str, Any] = {
        "hidden_size": stack.hidden_size,
        "direction": "bidirectional" if len(stack.ways) > 1 else "forward",
    }
    if cell.activation_codes:
        options["activations"] = [config.activation.capitalize()] * len(stack.ways)
    if len(cell.blocks) > len(cell.input_blocks):  # a gate multiplies the whole of a block that only U has
        options["linear_before_reset"] = 1
    y, *carried = graph.node(known.onnx, x, W, R, B, lengths, *before, outputs=1 + len(plan.carried), **options)
    return graph.shaped(graph.turned(y, 0, 2, 1, 3), 0, 0, -1), carried


def final(graph: Graph, state: str) -> str:
    """h of each direction at its end (directions, B, H) → [h_n^f ; h_1^b] (B, directions · H)."""
    return graph.shaped(graph.turned(state, 1, 0, 2), 0, -1)


def read_out(graph: Graph, plan: Plan, x: str) -> str:
    """V x + b_out: (…, classes)."""
    V = graph.turned(graph.constant(plan.V_name, plan.V), 1, 0) if plan.tied else graph.constant("V", plan.V.T)
    return graph.one("Add", graph.one("MatMul", x, V), graph.constant("b_out", plan.b_out))


def times(graph: Graph, plan: Plan, x: str, name: str) -> str:
    """x times a matrix of the network."""
    return graph.one("MatMul", x, graph.constant(name, plan.parameters[name]))


def look(graph: Graph, h: str, keys: str, states: str) -> tuple[str, str]:
    """c (B, H) and α (B, n) for h (B, H), keys and states (B, n, H)."""
    score = graph.one("MatMul", keys, graph.one("Unsqueeze", h, graph.numbers(2)))
    alpha = graph.one("Softmax", graph.one("Squeeze", score, graph.numbers(2)), axis=1)
    c = graph.one("MatMul", graph.one("Unsqueeze", alpha, graph.numbers(1)), states)
    return graph.one("Squeeze", c, graph.numbers(1)), alpha
