"""The cells that ONNX lacks: a Scan over time, whose body is one step of the cell.

x W is one product for all times, outside of the Scan. Within it, the weights are those of the graph around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from onnx import TensorProto

from tui_rnn.cells import CELLS
from tui_rnn.export.onnx_graph import Graph
from tui_rnn.export.plan import Plan, Stack

Product = Callable[[str], list[str]]
"""From what U reads (B, H) to its product with U, and b of the blocks that only U has: one (B, H) for each block."""


def scanned(graph: Graph, plan: Plan, stack: Stack, k: int, x: str, lengths: str, before: list[str]) -> tuple[str, list[str]]:
    """One layer: x (T, B, D) → its states (T, B, directions · H), and h at the end (directions, B, H). lengths (B,): after its
    end, a sequence keeps its state; "": all have T. before: h at the beginning, none: zeros."""
    said, last = [], []
    for direction, way in enumerate(stack.ways):
        h, y = _direction(graph, plan, stack, k, way, x, lengths, _start(graph, stack, x, before, direction))
        said.append(y)
        last.append(graph.one("Unsqueeze", h, graph.numbers(0)))
    return graph.one("Concat", *said, axis=2), [graph.one("Concat", *last, axis=0)]


def _start(graph: Graph, stack: Stack, x: str, before: list[str], direction: int) -> str:
    """h (B, H)."""
    if before:
        return graph.one("Gather", before[0], graph.constant(f"direction {direction}", np.array(direction, np.int64)))
    batch = graph.one("Slice", graph.one("Shape", x), graph.numbers(1), graph.numbers(2))
    return graph.one("ConstantOfShape", graph.one("Concat", batch, graph.numbers(stack.hidden_size), axis=0))


def _direction(graph: Graph, plan: Plan, stack: Stack, k: int, way: str, x: str, lengths: str, start: str) -> tuple[str, str]:
    """h at the end (B, H), and at each time (T, B, H)."""
    cell, H, end = CELLS[plan.config.cell], stack.hidden_size, f"{stack.prefix}%s{k}{way}"
    own = plan.layer(stack, k, way, cell.input_blocks)
    product = graph.one("MatMul", x, graph.constant(end % "W", own.W))
    inputs = [graph.one("Add", product, graph.constant(end % "b", own.b_W))]

    body = Graph(end % "step", within=graph)
    h = body.floats(f"{end % 'h'} before", ("batch", H))
    a = body.floats(end % "a", ("batch", len(cell.input_blocks) * H))

    def times_U(read: str) -> list[str]:
        z = body.one("MatMul", read, body.constant(end % "U", own.U))
        z = body.one("Add", z, body.constant(end % "b of U", own.b_U))
        return body.node("Split", z, outputs=len(cell.recurrent_blocks), axis=1)

    blocks = body.node("Split", a, outputs=len(cell.input_blocks), axis=1)
    after = _EQUATIONS[cell.name](body, blocks, h, times_U)
    if lengths:
        inputs.append(_times(graph, x))
        t = body.ids(end % "t", ())
        within = body.one("Less", t, body.one("Cast", lengths, to=TensorProto.INT64))
        goes_on = body.one("Unsqueeze", within, body.numbers(1))
        after = body.one("Where", goes_on, after, h)
    for name in ("h", "y"):  # what goes on, and what is collected
        body.give(after, end % name, ("batch", H))
    back = int(bool(way))
    last, y = graph.node(
        "Scan",
        start,
        *inputs,
        outputs=2,
        body=body.made(),
        num_scan_inputs=len(inputs),
        scan_input_directions=[back] * len(inputs),
        scan_output_directions=[back],
    )
    return last, y


def _times(graph: Graph, x: str) -> str:
    """0, 1, …, T − 1."""
    T = graph.one("Gather", graph.one("Shape", x), graph.constant("direction 0", np.array(0, np.int64)))
    zero, one = (graph.constant(f"time {number}", np.array(number, np.int64)) for number in (0, 1))
    return graph.one("Range", zero, T, one)


# a step: the blocks of x W + b, each (B, H), and h (B, H) → the state after


def _mgru(graph: Graph, blocks: list[str], h: str, times_U: Product) -> str:
    q, n, r, z = blocks
    scale = graph.one("Mul", graph.constant("two", np.array(2, np.float32)), graph.one("Sigmoid", q))
    m, r_U, z_U = times_U(graph.one("Mul", scale, h))
    r, z = (graph.one("Sigmoid", graph.one("Add", a, b)) for a, b in ((r, r_U), (z, z_U)))
    n = graph.one("Tanh", graph.one("Add", n, graph.one("Mul", r, m)))
    return _mixed(graph, z, n, h)


def _mingru(graph: Graph, blocks: list[str], h: str, times_U: Product) -> str:
    n, z = blocks
    return _mixed(graph, graph.one("Sigmoid", z), n, h)


def _minlstm(graph: Graph, blocks: list[str], h: str, times_U: Product) -> str:
    """f = p ÷ (p + q) with p, q the sigmoids of z_f and z_i; −ln of a sigmoid is softplus(−z)."""
    f, i, n = blocks
    f, i = (graph.one("Softplus", graph.one("Neg", z)) for z in (f, i))
    return _mixed(graph, graph.one("Sigmoid", graph.one("Sub", i, f)), n, h)


def _mixed(graph: Graph, keeps: str, n: str, h: str) -> str:
    """(1 − z) ⊙ n + z ⊙ h."""
    takes = graph.one("Sub", graph.constant("one", np.array(1, np.float32)), keeps)
    return graph.one("Add", graph.one("Mul", takes, n), graph.one("Mul", keeps, h))


_EQUATIONS: Mapping[str, Callable[[Graph, list[str], str, Product], str]] = {
    "mgru": _mgru,
    "mingru": _mingru,
    "minlstm": _minlstm,
}
