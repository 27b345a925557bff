"""A network computed again in float64 by the equations of reference/: the inputs of a unit at one position, the readout, and
the loss there with its gradient. Nothing here loads the compiler: it needs only the network's parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_rnn.cells import CELLS
from tui_rnn.insight.trace import DIRECTIONS
from tui_rnn.reference.cells import Array, Moment, Parameters
from tui_rnn.reference.language_model import log_softmax
from tui_rnn.reference.sequences import Reading, final_state, final_state_backward, layers_backward, read, read_backward
from tui_rnn.reference.spelling import spell, spell_backward
from tui_rnn.reference.tagging import apart, apart_backward

Ids = NDArray[Any]
Own = Mapping[str, NDArray[np.float32]]
"""The network's own signals of a layer at a position, (H,) each."""
WAYS = ("", "_reverse")
"""How the names of each direction's parameters end."""


@dataclass(frozen=True)
class Place:
    """A unit of a layer, counted from 1, and of a direction."""

    layer: int
    direction: str
    unit: int


@dataclass(frozen=True, eq=False)
class Vector:
    """Numbers that a row of weights is multiplied by. symbol: its name; about: what it is, "" for a layer's own h. name_of(k):
    the name of its k-th number; place_of(k): the unit whose state that is."""

    symbol: str
    about: str
    values: Array
    name_of: Callable[[int], str]
    place_of: Callable[[int], Place | None] = lambda k: None


@dataclass(frozen=True, eq=False)
class UnitInputs:
    """The inputs of a layer's units. products: the letter of a matrix, its name among the parameters, and the vector that it is
    multiplied by. bias: the name of b. before: the states from the step before; now: all signals of this step, (H,) each."""

    products: tuple[tuple[str, str, Vector], ...]
    bias: str
    before: Moment
    now: Moment


@dataclass(frozen=True, eq=False)
class Readout:
    """logits = V vector + b_out. V: the name of the matrix. names: of the outputs. target: the output whose loss it is.
    is_known: the target really came or is right; else it is only the likeliest."""

    vector: Vector
    V: str
    logits: Array
    names: tuple[str, ...]
    target: int
    is_known: bool


@dataclass(frozen=True, eq=False)
class ByHand:
    """Everything at a position. cell: its name in reference/. symbol: what is read there. about: which loss it is. steps_back:
    how many positions its gradient goes through. readout: None if the loss is a mean over several readouts."""

    cell: str
    parameters: Parameters
    symbol: str
    position: int
    inputs: UnitInputs
    own: Own
    readout: Readout | None
    about: str
    steps_back: int
    loss: Callable[[Parameters], float]
    gradient: Callable[[], Parameters]


@dataclass(frozen=True, eq=False)
class Text:
    """The text that is read here: ids (T,) and their symbols. row: the symbol that is asked about; position: its place in all
    that the network reads. carried: the states of all layers before the first symbol, zero by default. letters: of each word,
    if they are read too."""

    ids: Ids
    symbols: tuple[str, ...]
    row: int
    position: int
    carried: tuple[Moment, ...] | None = None
    letters: tuple[Ids, ...] = ()

    def read(self, parameters: Parameters, cell: str) -> Reading:
        """Read the text with stacked layers."""
        inputs = spell(parameters, cell, self.ids, self.letters).inputs if self.letters else None
        return read(parameters, cell, self.ids, carried=self.carried, inputs=inputs)

    def backward(self, parameters: Parameters, cell: str, seen: Reading, dy: Array) -> Parameters:
        """From the derivative by the topmost states to the gradient by each parameter that reading used."""
        if not self.letters:
            return read_backward(parameters, cell, self.ids, seen, dy)
        found, dx = layers_backward(parameters, cell, seen, dy)
        spelled = spell(parameters, cell, self.ids, self.letters)
        return found | spell_backward(parameters, cell, self.ids, self.letters, spelled, dx)


@dataclass(frozen=True, eq=False)
class Head:
    """How states are read out: pick(states (T, ·)) is multiplied by V, unpick puts its derivative back. symbol: its name;
    about: which loss it is; known, unknown: what the target is when it is known and when it isn't."""

    pick: Callable[[Array], Array]
    unpick: Callable[[Array, Array], Array]
    symbol: str
    about: str
    known: str
    unknown: str


def head_at(row: int, about: str, known: str, unknown: str) -> Head:
    """Reads out the topmost h of one row."""

    def unpick(dx: Array, states: Array) -> Array:
        dy = np.zeros_like(states)
        dy[row] = dx
        return dy

    return Head(lambda states: np.asarray(states[row]), unpick, "h", about, known, unknown)


def without_overlap(head: Head) -> Head:
    """Reads out the same of [h_t^f ; h_t+1^b]."""
    return replace(
        head,
        pick=lambda states: head.pick(apart(states)),
        unpick=lambda dx, states: apart_backward(head.unpick(dx, states)),
    )


def head_of_all(parameters: Parameters, mean: bool, about: str, known: str, unknown: str) -> Head:
    """Reads out the mean of the topmost h, or the final state."""
    if mean:
        return Head(
            lambda states: np.asarray(states.mean(axis=0)),
            lambda dx, states: np.tile(dx / len(states), (len(states), 1)),
            "mean h", about, known, unknown,
        )  # fmt: skip
    return Head(
        lambda states: final_state(states, parameters),
        lambda dx, states: final_state_backward(states, parameters, dx),
        "h", about, known, unknown,
    )  # fmt: skip


def parameters_of(network: Any) -> Parameters:
    """The parameters in float64."""
    return {name: array.astype(np.float64) for name, array in network.parameters.items()}


def reference_cell(config: Any) -> str:
    """The name of a run's cell in reference/."""
    codes = CELLS[config.cell].activation_codes
    return f"{config.cell}_{config.activation}" if config.activation in codes else str(config.cell)


def of_text(
    config: Any,
    parameters: Parameters,
    text: Text,
    place: Place,
    head: Head,
    target: int | None,
    names: tuple[str, ...],
    own: Own,
) -> ByHand:
    """A position of a text that stacked layers read, with the loss of one readout."""
    cell, V = reference_cell(config), "V" if "V" in parameters else "E"
    seen = text.read(parameters, cell)
    out = read_out(parameters, V, head.pick(seen.states), names, target, config.num_layers, config.hidden_size, head.symbol)

    def logits(given: Parameters, states: Array) -> Array:
        return np.asarray(given[V] @ head.pick(states) + given.get("b_out", 0.0))

    def loss(given: Parameters) -> float:
        return -float(log_softmax(logits(given, text.read(given, cell).states))[out.target])

    def gradient() -> Parameters:
        dlogits = np.exp(log_softmax(out.logits))
        dlogits[out.target] -= 1
        found = text.backward(parameters, cell, seen, head.unpick(dlogits @ parameters[V], seen.states))
        found[V] = np.asarray(found.get(V, 0.0) + np.outer(dlogits, out.vector.values))
        return found | ({"b_out": dlogits} if "b_out" in parameters else {})

    k, d = place.layer - 1, DIRECTIONS.index(place.direction)
    moments = seen.moments[k][d]
    at = len(text.ids) - 1 - text.row if d else text.row
    inputs = unit_inputs(
        config.cell,
        place,
        moments[at],
        moments[at + 1],
        input_vector(config, seen.inputs[k][text.row], k, text.symbols[text.row], len(seen.moments[0])),
    )
    about = f"{head.about}: −ln ŷ of {names[out.target]!r}, {head.known if out.is_known else head.unknown}"
    return ByHand(
        cell, parameters, text.symbols[text.row], text.position, inputs, own, out, about, len(text.ids), loss, gradient
    )


def unit_inputs(cell: str, place: Place, before: Moment, now: Moment, *inputs: Vector, prefix: str = "") -> UnitInputs:
    """The inputs of a layer: its own h of the step before, what it reads, and perhaps a decoder's context."""
    k, way = place.layer - 1, WAYS[DIRECTIONS.index(place.direction)] if place.direction in DIRECTIONS else ""
    flat = [{name: array[0] for name, array in moment.items()} for moment in (before, now)]
    direction = place.direction
    state, of_U = flat[0]["h"], "h_t−1"
    if scale := CELLS[cell].scale_block:
        state, of_U = flat[1][scale] * state, f"({scale} ⊙ h_t−1)"
    own = Vector(of_U, "", state, lambda u: f"{of_U}[{u}]", lambda u: Place(k + 1, direction, u))
    products = [("U", f"{prefix}U{k}{way}", own), ("W", f"{prefix}W{k}{way}", inputs[0])]
    products += [("C", f"{prefix}C", context) for context in inputs[1:]]
    return UnitInputs(tuple(products), f"{prefix}b{k}{way}", *flat)


def input_vector(config: Any, x: Array, k: int, symbol: str, ways: int, direction: str = "") -> Vector:
    """What layer k, from 0 on, reads: a symbol; its embedding, perhaps with the speller's states; or the states of the layer
    below. direction: of a decoder."""
    if k:
        below = f"h of layer {k}" if ways == 1 else f"[h^f ; h^b] of layer {k}"
        return Vector("x", f"x is {below}", x, lambda u: f"x[{u}]", place_in(k, config.hidden_size, direction))
    if 0 < config.embedding_size < len(x):
        about = f"x is [e ; s]: the embedding of {symbol!r}, {config.embedding_size} numbers, then the states after its letters"
        return Vector("x", about, x, lambda u: f"x[{u}]")
    if config.embedding_size:
        return Vector("e", f"e is the embedding of {symbol!r}", x, lambda u: f"e[{u}]")
    return Vector("x", f"x is 1 at {symbol!r}, else 0", x, lambda u: f"x[{symbol!r}]")


def place_in(layer: int, hidden: int, direction: str = "") -> Callable[[int], Place]:
    """The unit whose state is the u-th number of [h^f ; h^b] of a layer, from 1 on; direction: of a decoder."""
    return lambda u: Place(layer, direction or DIRECTIONS[u // hidden], u % hidden)


def read_out(
    parameters: Parameters,
    V: str,
    values: Array,
    names: tuple[str, ...],
    target: int | None,
    layers: int,
    hidden: int,
    symbol: str = "h",
    direction: str = "",
    about: str = "",
) -> Readout:
    """V and b_out over the topmost states. target None: it isn't known, so the likeliest counts."""
    logits = np.asarray(parameters[V] @ values + parameters.get("b_out", 0.0))
    vector = Vector(symbol, about, values, lambda u: f"{symbol}[{u}]", place_in(layers, hidden, direction))
    return Readout(vector, V, logits, names, int(np.argmax(logits)) if target is None else target, target is not None)
