"""The cells: what happens inside one recurrent unit, forward and backward. This is the only place with their equations.

The notation is the chapter's. z is a pre-activation, z_t = W x_t + U h_{t-1} + b, already summed; a d before a name is the
derivative of the loss with respect to it. Every line works on all units of a row at once.

Buffers of one row: `gates` holds the z of each gate side by side, then (in place) the gates' values, and after the
backward step the dz. `carry` holds what goes back in time without passing through U: dc for the LSTM, z ⊙ dh for the GRU.

minGRU and minLSTM have no U: each unit goes through time by itself, so no step of theirs multiplies a matrix.
"""

from typing import NamedTuple

from numba import boolean, float32, int64, void

from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.records import named
from tui_rnn.kernels.machine.simd import elementwise
from tui_rnn.kernels.machine.vectors import exp, maximum, positive, sigmoid, tanh

ELMAN_TANH, LSTM, GRU, ELMAN_RELU, MINGRU, MINLSTM = 0, 1, 2, 3, 4, 5


class Cell(NamedTuple):
    """What kernels need to know of a cell besides its equations."""

    code: int  # one of the above; GRU for an mGRU, too
    recurrent_start: int  # the block of z where U's columns begin; they go on to its end
    scales: bool  # whether block 0 scales the state that U reads; the cell's own blocks follow


CellType = named(Cell, int64, int64, boolean)

Matrix = float32[:, ::1]


# Elman (1990): h_t = g(U h_{t-1} + W x_t)


@elementwise(reads="gates", writes="h")
def elman_tanh_forward(z):
    return tanh(z)


@elementwise(reads="h dh", writes="gates")
def elman_tanh_backward(h, dh):
    return dh * (1 - h * h)


@elementwise(reads="gates", writes="h")
def elman_relu_forward(z):
    return maximum(z, 0)


@elementwise(reads="h dh", writes="gates")
def elman_relu_backward(h, dh):
    return dh * positive(h)


# LSTM (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000)


@elementwise(reads="gates*4 c_prev", writes="gates*4 c tanh_c h")
def lstm_forward(z_i, z_f, z_g, z_o, c_prev):
    f = sigmoid(z_f)
    k = c_prev * f
    g = tanh(z_g)
    i = sigmoid(z_i)
    j = g * i
    c = j + k
    o = sigmoid(z_o)
    tanh_c = tanh(c)
    h = o * tanh_c
    return i, f, g, o, c, tanh_c, h


@elementwise(reads="gates*4 c_prev tanh_c dh dc", writes="gates*4 dc")
def lstm_backward(i, f, g, o, c_prev, tanh_c, dh, dc):
    dc = dc + dh * o * (1 - tanh_c * tanh_c)
    dz_i = dc * g * i * (1 - i)
    dz_f = dc * c_prev * f * (1 - f)
    dz_g = dc * i * (1 - g * g)
    dz_o = dh * tanh_c * o * (1 - o)
    return dz_i, dz_f, dz_g, dz_o, dc * f


# GRU (Cho et al. 2014, the form with the reset gate after U): n = tanh(W_n x + b_n + r ⊙ m), m = U_n h_{t-1} + b_m


@elementwise(reads="gates*4 h_prev", writes="gates*4 h")
def gru_forward(z_n, z_r, z_z, m, h_prev):
    r = sigmoid(z_r)
    z = sigmoid(z_z)
    n = tanh(z_n + r * m)
    h = n + z * (h_prev - n)
    return n, r, z, m, h


@elementwise(reads="gates*4 h_prev dh carry", writes="gates*4 carry")
def gru_backward(n, r, z, m, h_prev, dh, carry):
    dh = dh + carry
    dz_n = dh * (1 - z) * (1 - n * n)
    dz_r = dz_n * m * r * (1 - r)
    dz_z = dh * (h_prev - n) * z * (1 - z)
    dm = dz_n * r
    return dz_n, dz_r, dz_z, dm, dh * z


# minGRU (Feng et al. 2024): the GRU without U, without a reset gate and without tanh


@elementwise(reads="gates*2 h_prev", writes="gates*2 h")
def mingru_forward(n, z_z, h_prev):
    z = sigmoid(z_z)
    h = n + z * (h_prev - n)
    return n, z, h


@elementwise(reads="gates*2 h_prev dh carry", writes="gates*2 carry")
def mingru_backward(n, z, h_prev, dh, carry):
    dh = dh + carry
    dz_z = dh * (h_prev - n) * z * (1 - z)
    return dh * (1 - z), dz_z, dh * z


# minLSTM (Feng et al. 2024): f = σ(z_f) / (σ(z_f) + σ(z_i)), and what f leaves is the share of the candidate. σ(z) is written
# as 1 / (1 + e^-z), so that the share is exact where both are next to 0. Block i keeps σ(z_i) for the way back.


@elementwise(reads="gates*3 h_prev", writes="gates*3 h")
def minlstm_forward(z_f, z_i, n, h_prev):
    over_f, over_i = exp(0 - maximum(z_f, -80)) + 1, exp(0 - maximum(z_i, -80)) + 1
    f = over_i / (over_f + over_i)
    h = n + f * (h_prev - n)
    return f, z_i.constant(1) / over_i, n, h


@elementwise(reads="gates*3 h_prev dh carry", writes="gates*3 carry")
def minlstm_backward(f, i, n, h_prev, dh, carry):
    dh = dh + carry
    df = dh * (h_prev - n)
    dz_f = df * f * (1 - f * (i + 1))
    dz_i = df * f * (f - 1) * (1 - i)
    return dz_f, dz_i, dh * (1 - f), dh * f


# mGRU: a GRU whose U reads q_t ⊙ h_{t-1}, with q_t = 2σ(W_q x_t + b_q): a new input chooses what of the state takes part in z.
# (The state's round of a Mogrifier, Melis et al. 2020; a diagonal form of multiplicative units, Krause et al. 2016.)


@elementwise(reads="gates h_prev", writes="gates read")
def scale_forward(z_q, h_prev):
    q = sigmoid(z_q) * 2
    return q, q * h_prev


@elementwise(reads="gates h_prev dread", writes="gates dread")
def scale_backward(q, h_prev, dread):
    return dread * h_prev * q * (1 - q * 0.5), dread * q


# Rows of any cell: `rows` rows, and `units` units of each, from `unit` on. The gates' rows begin at `row`. The state before
# is in the rows of h and c from `before` on, the state after in the rows from `now` on.


@kernel(void(int64, Matrix, Matrix, Matrix, Matrix, int64, int64, int64, int64, int64, int64))
def cell_forward(cell, gates, h, c, tanh_c, row, before, now, rows, unit, units):
    """h (and c) after, from the gates' z and the state before; the gates' values take the place of their z."""
    H, G = h.shape[1], gates.shape[1]
    g, s, prev, next = row * G + unit, row * H + unit, before * H + unit, now * H + unit
    for _ in range(rows):
        if cell == LSTM:
            lstm_forward(gates, g, c, prev, c, next, tanh_c, s, h, next, H, units)
        elif cell == GRU:  # its four blocks are the last ones: in an mGRU, the scale's comes first
            gru_forward(gates, g + G - 4 * H, h, prev, h, next, H, units)
        elif cell == MINGRU:
            mingru_forward(gates, g, h, prev, h, next, H, units)
        elif cell == MINLSTM:
            minlstm_forward(gates, g, h, prev, h, next, H, units)
        elif cell == ELMAN_TANH:
            elman_tanh_forward(gates, g, h, next, H, units)
        else:
            elman_relu_forward(gates, g, h, next, H, units)
        g, s, prev, next = g + G, s + H, prev + H, next + H


@kernel(void(int64, Matrix, Matrix, Matrix, Matrix, Matrix, Matrix, int64, int64, int64, int64, int64, int64, int64))
def cell_backward(cell, gates, h, c, tanh_c, dh, carry, row, before, now, stream, rows, unit, units):
    """The gates' values become their dz; carry goes one step back in time. Its rows are streams, from `stream` on."""
    H, G = h.shape[1], gates.shape[1]
    g, s, prev, next = row * G + unit, row * H + unit, before * H + unit, now * H + unit
    back = stream * H + unit
    for _ in range(rows):
        if cell == LSTM:
            lstm_backward(gates, g, c, prev, tanh_c, s, dh, s, carry, back, H, units)
        elif cell == GRU:
            gru_backward(gates, g + G - 4 * H, h, prev, dh, s, carry, back, H, units)
        elif cell == MINGRU:
            mingru_backward(gates, g, h, prev, dh, s, carry, back, H, units)
        elif cell == MINLSTM:
            minlstm_backward(gates, g, h, prev, dh, s, carry, back, H, units)
        elif cell == ELMAN_TANH:
            elman_tanh_backward(h, next, dh, s, gates, g, H, units)
        else:
            elman_relu_backward(h, next, dh, s, gates, g, H, units)
        g, s, prev, next, back = g + G, s + H, prev + H, next + H, back + H


@kernel(void(Matrix, Matrix, Matrix, int64, int64, int64, int64, int64))
def scale_rows(gates, h, read, row, before, rows, unit, units):
    """read ← q ⊙ h of the state before, and block 0 of the gates becomes q: rows of gates and read from `row` on."""
    H, G = h.shape[1], gates.shape[1]
    g, s, prev = row * G + unit, row * H + unit, before * H + unit
    for _ in range(rows):
        scale_forward(gates, g, h, prev, read, s, H, units)
        g, s, prev = g + G, s + H, prev + H


@kernel(void(Matrix, Matrix, Matrix, int64, int64, int64, int64, int64, int64))
def scale_rows_backward(gates, h, dread, row, before, stream, rows, unit, units):
    """Rows of dread from `stream` on, the derivative by `read`, become that by the state before; block 0 of the gates becomes
    its dz."""
    H, G = h.shape[1], gates.shape[1]
    g, prev, back = row * G + unit, before * H + unit, stream * H + unit
    for _ in range(rows):
        scale_backward(gates, g, h, prev, dread, back, H, units)
        g, prev, back = g + G, prev + H, back + H
