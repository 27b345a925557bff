"""An encoder-decoder computed by hand: a unit of its encoder and the loss of the whole target, or a unit of its decoder and the
loss of one symbol of the target. See insight/by_hand.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from tui_rnn.insight.by_hand import (
    ByHand,
    Ids,
    Own,
    Place,
    UnitInputs,
    Vector,
    input_vector,
    read_out,
    reference_cell,
    unit_inputs,
)
from tui_rnn.insight.trace import DIRECTIONS, START
from tui_rnn.reference.cells import Array, Moment, Parameters
from tui_rnn.reference.encoder_decoder import (
    Decoding,
    Memory,
    decode,
    decode_backward,
    remember,
    remember_backward,
    side,
)
from tui_rnn.reference.language_model import log_softmax
from tui_rnn.reference.sequences import Reading, add, read, read_backward

DECODER = "decoder"


def of_pair(
    config: Any,
    parameters: Parameters,
    source: Ids,
    symbols: tuple[str, ...],
    target: Ids,
    known: bool,
    place: Place,
    position: int,
    names: tuple[str, ...],
    own: Own,
) -> ByHand:
    """symbols: the source's. target: the right one for the source if it is known, else what the network itself writes. names:
    of the outputs; </s> is the last. position: in the source, or among the decoder's steps."""
    cell, attention, end = reference_cell(config), config.attention != "none", len(names) - 1
    fed, truth = np.append(end, target).astype(np.int64), np.append(target, end).astype(np.int64)
    in_decoder = place.direction == DECODER
    weights = np.eye(len(truth))[position] if in_decoder else np.full(len(truth), 1 / len(truth))

    def run(given: Parameters) -> tuple[Reading, Memory, Decoding]:
        seen = read(side(given, "encoder"), cell, source)
        memory = remember(given, seen)
        return seen, memory, decode(given, cell, attention, memory, fed)

    def loss(given: Parameters) -> float:
        log_probs = log_softmax(run(given)[2].logits)
        return -float(weights @ log_probs[np.arange(len(truth)), truth])

    seen, memory, done = run(parameters)

    def gradient() -> Parameters:
        dlogits = (np.exp(log_softmax(done.logits)) - np.eye(len(names))[truth]) * weights[:, None]
        dmemory, of_decoder = decode_backward(parameters, cell, attention, memory, done, dlogits)
        dy, of_memory = remember_backward(parameters, seen, memory, dmemory)
        of_encoder = read_backward(side(parameters, "encoder"), cell, source, seen, dy)
        return add(of_decoder | of_memory, {f"encoder.{name}": found for name, found in of_encoder.items()})

    which = "the right target" if known else "what it writes itself, since nobody knows the right target"
    if not in_decoder:
        inputs = _in_encoder(config, parameters, seen, symbols, place, position)
        about = f"the mean loss of the target, </s> included: {which}"
        return ByHand(cell, parameters, symbols[position], position, inputs, own, None, about, len(source), loss, gradient)
    symbol = START if fed[position] == end else names[fed[position]]
    inputs = _in_decoder(config, parameters, done, symbol, place, position)
    V, H = "V" if "V" in parameters else "decoder.E", config.hidden_size
    letter, what = ("y", "y is tanh(R [h ; c] + b_R)") if "decoder.R" in parameters else ("h", "")
    out = read_out(
        parameters, V, done.outputs[-1][position], names, int(truth[position]), config.num_layers, H, letter, DECODER, what
    )
    about = f"the loss at step {position} of the decoder: −ln ŷ of {names[truth[position]]!r}, of {which}"
    return ByHand(cell, parameters, symbol, position, inputs, own, out, about, position + 1 + len(source), loss, gradient)


def _in_encoder(
    config: Any, parameters: Parameters, seen: Reading, symbols: tuple[str, ...], place: Place, position: int
) -> UnitInputs:
    k, d = place.layer - 1, DIRECTIONS.index(place.direction)
    moments, ways = seen.moments[k][d], len(seen.moments[0])
    at = len(symbols) - 1 - position if d else position
    x = input_vector(config, seen.inputs[k][position], k, symbols[position], ways)
    return unit_inputs(config.cell, place, moments[at], moments[at + 1], x, prefix="encoder.")


def _in_decoder(config: Any, parameters: Parameters, done: Decoding, symbol: str, place: Place, step: int) -> UnitInputs:
    k, moments = place.layer - 1, done.moments[place.layer - 1]
    x: Array
    if k:
        x = done.outputs[k - 1][step]
    elif "decoder.E" in parameters:
        x = parameters["decoder.E"][done.inputs[step]]
    else:
        x = np.eye(parameters["decoder.W0"].shape[0])[done.inputs[step]]
    given = [input_vector(config, x, k, symbol, 1, DECODER)]
    if not k:
        about = "c is what it looks at in the source" if config.attention != "none" else "c is the source's final state"
        given.append(Vector("c", about, done.contexts[step], lambda u: f"c[{u}]"))
    before: Moment = moments[step]
    return unit_inputs(config.cell, place, before, moments[step + 1], *given, prefix="decoder.")
