"""Recurrent networks in plain NumPy, float64: the textbook's equations and their derivatives, nothing else.

Read this to learn how the networks work; the tests hold the fast kernels to it. Everything is a function of arrays.
In the chapter's order: cells, layer, language_model, sampled_softmax, learning, sampling; then what reads whole sequences:
sequences (stacked and bidirectional layers), tagging, classification, attention, encoder_decoder; and sharing, for gates with
one matrix.

Letters are the textbook's. E embeds, W reads the input, U reads the previous hidden state, V reads out:

    e_t = E x_t        z_t = W e_t + U h_{t-1} + b        h_t = cell(z_t, ...)        ŷ_t = softmax(V h_t + b_out)

Every cell gets its pre-activations z that way; the cells differ only in the few lines that turn z into h. A matrix is
stored as (from, to), so that in code a product is x @ W; E and V are stored as (vocabulary, size). Arrays are
time-major: T steps, B streams side by side, so x is (T, B, D) and h is (T, B, H).

`parameters` maps names to arrays, and the names say what the network is: E (absent: characters enter one-hot), W0 U0 b0
for the first layer, W1 U1 b1 for the second and so on, W0_reverse … for layers that also read from the end, V (absent:
tied, V = E), b_out. Without biases all b's are absent. A gradient has the name of its parameter; inside functions it
takes the prefix d.
"""

from tui_rnn.reference import attention, classification, encoder_decoder, sequences, sharing, tagging
from tui_rnn.reference.cells import CELLS, Array, Cell, Ids, Moment, Parameters, sigmoid
from tui_rnn.reference.language_model import (
    Forward,
    cross_entropy,
    forward,
    log_softmax,
    loss_and_gradients,
    reset,
    zero_state,
)
from tui_rnn.reference.layer import run_layer, run_layer_backward
from tui_rnn.reference.learning import BETA1, BETA2, EPSILON, Adam, adam_step, clip_by_global_norm
from tui_rnn.reference.sampled_softmax import estimated_cross_entropy, sampled_cross_entropy
from tui_rnn.reference.sampling import penalised, sampling_probabilities

__all__ = [
    "BETA1", "BETA2", "CELLS", "EPSILON", "Adam", "Array", "Cell", "Forward", "Ids", "Moment", "Parameters", "adam_step",
    "attention", "classification", "clip_by_global_norm", "cross_entropy", "encoder_decoder",
    "estimated_cross_entropy", "forward", "log_softmax", "loss_and_gradients", "penalised", "reset", "run_layer",
    "run_layer_backward", "sampled_cross_entropy", "sampling_probabilities", "sequences", "sharing", "sigmoid", "tagging",
    "zero_state",
]  # fmt: skip
