"""Encoder-decoder: one network reads the source, another writes the target from the states of the first.

    c = h^e_n        h^d_0 = c        h^d_t = g(ŷ_{t-1}, h^d_{t-1}, c)        ŷ_t = softmax(V h^d_t + b_out)

Without attention c is the same at every step. With attention c_t = Σ_j softmax_j(h^d_{t-1} · key_j) h^e_j. An encoder
that reads both ways has states of 2H numbers: P makes H of them, h^e_j = [h_j^f ; h_j^b] P, and c = [h_n^f ; h_1^b] P.
With R, V reads tanh([h^d_t ; c_{t+1}] R + b_R) in place of h^d_t: the state, and what it looks at.

Parameters: encoder.E, encoder.W0 … (see sequences), P, S (general attention), decoder.E, decoder.W0, decoder.U0,
decoder.b0, decoder.C (reads c), decoder.W1 …, decoder.R, decoder.b_R, V, b_out. Symbols are 0 … K-1; K is <s> where the
decoder reads and </s> where it writes. The state of the decoder's topmost layer attends and is read out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tui_rnn.reference.attention import attend, attend_backward
from tui_rnn.reference.cells import (
    CELLS,
    Array,
    Ids,
    Moment,
    Parameters,
    read_by_U,
    states_read,
    through_U,
)
from tui_rnn.reference.sequences import (
    Reading,
    add,
    final_state,
    final_state_backward,
    layers_of,
    read,
    read_backward,
    score,
)


class Memory(NamedTuple):
    """What the decoder sees of the source: h^e (n, H), the keys (n, H) for the scores, and c = h^e_n (H,)."""

    states: Array
    keys: Array
    final: Array


class Decoding(NamedTuple):
    """All that the decoder computed. inputs (T,): what it was fed. contexts (T + 1, H), weights (T + 1, n): c and α of its
    states from h^d_0 on; c_t belongs to h^d_{t-1}. moments: T + 1 for each layer. outputs: what the next layer read, (T, H)."""

    inputs: Ids
    contexts: Array
    weights: Array
    moments: list[list[Moment]]
    outputs: list[Array]
    logits: Array


def side(parameters: Parameters, name: str) -> Parameters:
    """The encoder's or the decoder's own parameters, without that word in their names."""
    return {key.removeprefix(f"{name}."): value for key, value in parameters.items() if key.startswith(f"{name}.")}


def remember(parameters: Parameters, seen: Reading) -> Memory:
    """The source as the decoder sees it."""
    P = parameters.get("P", np.eye(seen.states.shape[1]))
    states = seen.states @ P
    return Memory(states, states @ parameters.get("S", np.eye(states.shape[1])), _final(parameters, seen) @ P)


def _final(parameters: Parameters, seen: Reading) -> Array:
    return final_state(seen.states, side(parameters, "encoder"))


def decode(
    parameters: Parameters, cell: str, attention: bool, memory: Memory, fed: Ids, masks: Sequence[Array] | None = None
) -> Decoding:
    """Write T symbols. fed (T,): what is read at each step, <s> first; a symbol below 0 stands for the likeliest of the step
    before. masks: dropout of each layer's output, (T, H)."""
    own, H = side(parameters, "decoder"), memory.final.shape[0]
    W0 = own["E"] @ own["W0"] if "E" in own else own["W0"]
    layers = layers_of(own)
    start: Moment = {name: np.zeros((1, H)) for name in CELLS[cell].carried} | {"h": memory.final[None]}
    moments: list[list[Moment]] = [[start] for _ in range(layers)]
    outputs: list[list[Array]] = [[] for _ in range(layers)]
    inputs, logits = list[int](), list[Array]()
    contexts, weights = list[Array](), list[Array]()

    def look() -> None:
        context, alpha = memory.final, np.zeros(len(memory.states))
        if attention:
            context, alpha = attend(moments[-1][-1]["h"][0], memory.keys, memory.states)
        contexts.append(context)
        weights.append(alpha)

    look()
    V = parameters["V"] if "V" in parameters else own["E"]
    for t, symbol in enumerate(fed):
        inputs.append(int(np.argmax(logits[-1])) if symbol < 0 else int(symbol))
        from_below = W0[inputs[-1]] + contexts[-1] @ own["C"]
        for k in range(layers):
            U, before = own[f"U{k}"], moments[k][-1]
            z = np.zeros((1, CELLS[cell].blocks * H))
            z[0, : len(from_below)] += from_below
            z += own.get(f"b{k}", 0.0)
            z[:, z.shape[1] - U.shape[1] :] += read_by_U(CELLS[cell], z, before["h"]) @ U
            moments[k].append(CELLS[cell].forward(z, before))
            y = moments[k][-1]["h"][0]
            if k == layers - 1:
                look()
                if "R" in own:
                    y = np.tanh(np.concatenate([y, contexts[-1]]) @ own["R"] + own.get("b_R", 0.0))
            outputs[k].append(y * (1.0 if masks is None else masks[k][t]))
            if k + 1 < layers:
                from_below = outputs[k][-1] @ own[f"W{k + 1}"]
        logits.append(V @ outputs[-1][-1] + parameters.get("b_out", 0.0))
    return Decoding(
        np.array(inputs), np.array(contexts), np.array(weights), moments, [np.array(y) for y in outputs], np.array(logits)
    )


def decode_backward(
    parameters: Parameters,
    cell: str,
    attention: bool,
    memory: Memory,
    done: Decoding,
    dlogits: Array,
    masks: Sequence[Array] | None = None,
) -> tuple[Memory, Parameters]:
    """From dlogits (T, K + 1) to the derivatives by the memory, and the gradients of the decoder, V and b_out."""
    own, layers, H = side(parameters, "decoder"), len(done.moments), memory.final.shape[0]
    d = {name: np.zeros_like(value) for name, value in own.items()}
    dW0 = np.zeros_like(own["E"] @ own["W0"] if "E" in own else own["W0"])
    dmemory = Memory(*(np.zeros_like(part) for part in memory))
    V = parameters["V"] if "V" in parameters else own["E"]
    later = [{name: np.zeros_like(done.moments[k][0][name]) for name in CELLS[cell].carried} for k in range(layers)]
    dcontext = np.zeros(H)  # the derivative by the c that h^d_t finds, which the step after reads

    def look_backward(t: int) -> Array:
        """The derivative by h^d_t through the c that it finds, (H,)."""
        if not attention:
            dmemory.final[:] += dcontext
            return np.zeros(H)
        query = done.moments[-1][t]["h"][0]
        dquery, dkeys, dstates = attend_backward(query, memory.keys, memory.states, done.weights[t], dcontext)
        dmemory.keys[:] += dkeys
        dmemory.states[:] += dstates
        return dquery

    for t in reversed(range(len(done.inputs))):
        dy = dlogits[t] @ V
        for k in reversed(range(layers)):
            U, now, before = own[f"U{k}"], done.moments[k][t + 1], done.moments[k][t]
            dy = dy * (1.0 if masks is None else masks[k][t])
            if k == layers - 1 and "R" in own:
                joined = np.concatenate([now["h"][0], done.contexts[t + 1]])
                dr = dy * (1 - np.tanh(joined @ own["R"] + own.get("b_R", 0.0)) ** 2)
                d["R"] += np.outer(joined, dr)
                if "b_R" in own:
                    d["b_R"] += dr
                dy, by_context = np.split(own["R"] @ dr, 2)
                dcontext = dcontext + by_context
            dh = later[k]["h"] + dy + (look_backward(t + 1) if k == layers - 1 else 0)
            dz, direct = CELLS[cell].backward(now, before, later[k] | {"h": dh})
            dz_U, dz_W = dz[:, dz.shape[1] - U.shape[1] :], dz[0, : own["C"].shape[1]]
            d[f"U{k}"] += states_read(CELLS[cell], [before, now])[0].T @ dz_U
            by_state = through_U(CELLS[cell], U, dz, now, before)
            if f"b{k}" in own:
                d[f"b{k}"] += dz[0]
            later[k] = direct | {"h": direct.get("h", 0) + by_state}
            if k:
                d[f"W{k}"] += np.outer(done.outputs[k - 1][t], dz_W)
                dy = dz_W @ own[f"W{k}"].T
        dW0[done.inputs[t]] += dz_W
        d["C"] += np.outer(done.contexts[t], dz_W)
        dcontext = dz_W @ own["C"].T
    dmemory.final[:] += look_backward(0)
    for state in later:
        dmemory.final[:] += state["h"][0]
    d["W0"] = own["E"].T @ dW0 if "E" in own else dW0
    if "E" in own:
        d["E"] += dW0 @ own["W0"].T
    gradients = {f"decoder.{name}": value for name, value in d.items()}
    gradients = add(gradients, {"V" if "V" in parameters else "decoder.E": dlogits.T @ done.outputs[-1]})
    return dmemory, gradients | ({"b_out": dlogits.sum(axis=0)} if "b_out" in parameters else {})


def loss_and_gradients(
    parameters: Parameters,
    cell: str,
    attention: bool,
    sources: Sequence[Ids],
    targets: Sequence[Ids],
    fed: Sequence[Ids] | None = None,
    masks: Sequence[tuple[Sequence[Array], Sequence[Array]]] | None = None,
) -> tuple[float, Parameters]:
    """The mean loss over all symbols of all targets, </s> included, in nats, and its gradient.

    fed: what the decoder reads (see decode); without, <s> and the truth, which is teacher forcing. No gradient flows through
    what it fed itself. masks: for each pair, those of the encoder's and of the decoder's layers.
    """
    count, total = sum(len(target) + 1 for target in targets), 0.0
    gradients: Parameters = {}
    K = (parameters["V"] if "V" in parameters else parameters["decoder.E"]).shape[0] - 1
    reader = side(parameters, "encoder")
    for k, (source, target) in enumerate(zip(sources, targets, strict=True)):
        encoder_masks, decoder_masks = (None, None) if masks is None else masks[k]
        seen = read(reader, cell, source, encoder_masks)
        memory = remember(parameters, seen)
        inputs = np.concatenate([[K], target]) if fed is None else fed[k]
        done = decode(parameters, cell, attention, memory, inputs, decoder_masks)
        loss, dlogits = score(done.logits, np.concatenate([target, [K]]).astype(np.int64), count)
        dmemory, of_decoder = decode_backward(parameters, cell, attention, memory, done, dlogits, decoder_masks)
        dy, of_memory = remember_backward(parameters, seen, memory, dmemory)
        of_encoder = read_backward(reader, cell, source, seen, dy, encoder_masks)
        total += loss
        gradients = add(gradients, of_decoder | of_memory | {f"encoder.{name}": g for name, g in of_encoder.items()})
    return total, gradients


def remember_backward(parameters: Parameters, seen: Reading, memory: Memory, d: Memory) -> tuple[Array, Parameters]:
    """From the derivatives by the memory to those by the encoder's states, and the gradients of P and S."""
    gradients, dstates = {}, d.states + d.keys
    if "S" in parameters:
        gradients["S"] = memory.states.T @ d.keys
        dstates = d.states + d.keys @ parameters["S"].T
    dy, dfinal = dstates, d.final
    if "P" in parameters:
        gradients["P"] = seen.states.T @ dstates + np.outer(_final(parameters, seen), d.final)
        dy, dfinal = dstates @ parameters["P"].T, d.final @ parameters["P"].T
    return dy + final_state_backward(seen.states, side(parameters, "encoder"), dfinal), gradients
