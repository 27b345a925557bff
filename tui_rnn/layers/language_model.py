"""The arrays of the language model: its parameters, their packed copies, and the activations of T steps of B streams."""

from __future__ import annotations

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations.language_model import Options, Packed, Weights, Workspace
from tui_rnn.kernels.equations.recurrent import ROW_TILE
from tui_rnn.kernels.machine.matmul import DEPTH, GROUP, PANEL, panel_count
from tui_rnn.kernels.machine.threads import BARRIER_SIZE, SHARDS
from tui_rnn.layers.parameters import PAD, Floats, Layout, Piece, padded


def layout_of(config: RunConfig, vocab_size: int) -> Layout:
    """Its parameters: E (with an embedding), W0 …, U0 …, b0 …, V (unless tied), b_out."""
    H, D, cell = config.hidden_size, config.embedding_size, CELLS[config.cell]
    plan = [Piece("E", vocab_size, D)] if D else []
    # stacked parameters lie one after another, so that the kernels see them as one array
    layers = range(config.num_layers)
    plan.append(Piece("W0", D or vocab_size, H, len(cell.input_blocks)))
    plan += [Piece(f"W{k}", H, H, len(cell.input_blocks)) for k in layers[1:]]
    plan += [Piece(f"U{k}", H, H, len(cell.recurrent_blocks)) for k in layers]
    if config.bias:
        plan += [Piece(f"b{k}", 1, H, len(cell.blocks)) for k in layers]
    if not config.tie_weights:
        plan.append(Piece("V", vocab_size, H))
    if config.bias:
        plan.append(Piece("b_out", 1, vocab_size))
    return Layout.of(plan)


def weights_in(flat: Floats, layout: Layout, config: RunConfig, vocab_size: int) -> Weights:
    """The kernels' view of the flat vector; absent parameters become zeros of their own."""
    cell, layers = CELLS[config.cell], config.num_layers
    H, known = padded(config.hidden_size), layout.shapes()

    def stack(letter: str, first: int, rows: int, columns: int) -> Floats:
        names = [f"{letter}{k}" for k in range(first, layers)]
        if not names or names[0] not in known:
            return np.zeros((len(names), rows, columns), np.float32)
        return layout.stack(flat, names)

    def matrix(name: str, otherwise: Floats) -> Floats:
        return layout.view(flat, name) if name in known else otherwise

    E = matrix("E", np.zeros((PAD, PAD), np.float32))
    return Weights(
        E=E,
        W0=matrix("W0", E),
        W=stack("W", 1, H, len(cell.input_blocks) * H),
        U=stack("U", 0, H, len(cell.recurrent_blocks) * H),
        b=stack("b", 0, 1, len(cell.blocks) * H).reshape(layers, -1),
        V=matrix("V", E),
        b_out=matrix("b_out", np.zeros((1, padded(vocab_size)), np.float32)).reshape(-1),
    )


def packed_for(theta: Weights, vocab_size: int) -> Packed:
    """Panels for every matrix of `theta`."""

    def panels(rows: int, columns: int, *stack: int) -> np.ndarray:
        return np.zeros((*stack, panel_count(columns), rows, PANEL), np.float32)

    (layers, H, recurrent), (D, given) = theta.U.shape, theta.W0.shape
    Vp = theta.V.shape[0]
    one_hot = theta.E.shape[1] != D
    # one-hot W0 is looked up, never multiplied
    rows, columns = (1, PANEL) if one_hot else (D, given)
    return Packed(
        W0=panels(rows, columns),
        W0_T=panels(columns, rows),
        W=panels(H, given, layers - 1),
        W_T=panels(given, H, layers - 1),
        U=panels(H, recurrent, layers),
        U_T=panels(recurrent, H, layers),
        V=panels(H, Vp),
        V_T=panels(vocab_size, H),
    )


def streams_of_shards(batch_size: int) -> list[int]:
    """How many streams each shard of a batch has: two of them, or one where each would have fewer than a tile's rows."""
    if batch_size < SHARDS * ROW_TILE:
        return [batch_size]
    first = batch_size // 8 * 4
    return [first, batch_size - first]


def workspace_for(theta: Weights, options: Options, T: int, B: int, threads: int, is_lstm: bool) -> Workspace:
    """Activations for chunks of T steps of B streams, all zero."""
    (layers, H, _), G, D = theta.U.shape, theta.b.shape[1], theta.E.shape[1]
    rows, Vp = T * B, theta.V.shape[0]

    def floats(*shape: int) -> np.ndarray:
        return np.zeros(shape, np.float32)

    looked_up = not options.one_hot and not options.has_table
    return Workspace(
        h=floats(layers, rows + B, H),
        c=floats(layers, rows + B if is_lstm else 1, H),
        tanh_c=floats(layers, rows if is_lstm else 1, H),
        gates=floats(layers, rows, G),
        y=floats(layers, rows if options.dropout > 0 else 1, H),
        dh=floats(rows, H),
        carry=floats(B, H),
        logits=floats(rows, Vp),
        losses=np.zeros(rows),
        x=floats(rows if looked_up else 1, D),
        dx=floats(rows if looked_up else 1, D),
        table=floats(Vp if options.has_table else 1, theta.W0.shape[1]),
        scratch=floats(threads, GROUP, DEPTH, PANEL),
        meeting=np.zeros(BARRIER_SIZE, np.int64),
        starts=np.arange(T + 1) * B,
    )
