"""Memory for the activations of a network: T steps of B streams, and the packed copies of its matrices."""

from __future__ import annotations

import numpy as np

from tui_rnn.kernels.language_model import Options, Packed, Weights, Workspace
from tui_rnn.kernels.matmul import DEPTH, PANEL, panel_count
from tui_rnn.kernels.optimizer import BLOCK
from tui_rnn.kernels.threads import BARRIER_SIZE


def packed_for(theta: Weights) -> Packed:
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
        V_T=panels(Vp, H),
    )


def workspace_for(theta: Weights, options: Options, T: int, B: int, threads: int, is_lstm: bool, parameters: int) -> Workspace:
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
        scratch=floats(threads, 1, DEPTH, PANEL),
        partial=np.zeros(-(-parameters // BLOCK)),
        meeting=np.zeros(BARRIER_SIZE, np.int64),
    )
