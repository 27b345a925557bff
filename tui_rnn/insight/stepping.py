"""A network's layers step by step in NumPy, many rows side by side, with changes inside them.

The equations are those of reference/cells.py. This file goes through time and layers for whole batches, in float32 for speed:
`Stack.read` forward, `Stack.backward` back to each input and each state. Nothing here loads the compiler: it needs only the
network's parameters.

Letters: T steps, B rows, V ids, D directions, H units, G columns of z. Rows are sequences side by side; shorter ones are padded
at their ends. A direction that reads from the end has its arrays in the order in which it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.config import RunConfig
from tui_rnn.reference.cells import CELLS, Array, Cell, Moment, as_it_is, read_by_U, through_U

Numbers = NDArray[Any]
Ids = NDArray[np.integer[Any]]
Place = tuple[int, int]
"""A layer and a direction."""

CHUNK_CELLS = 1 << 21  # numbers of z that are computed ahead
BY_STATE = "Uh"
"""The name of U h_{t-1}, through which a unit's z's depend on the step before. Another way, such as z ⊙ h_{t-1}, stays."""


@dataclass(frozen=True, eq=False)
class Change:
    """Sets a gate or state of a layer and direction to `values` in some rows and units, from the step `start` up to `end`.

    rows, units (n,), values (n,) or one for all: signal[rows[i], units[i]] := values[i]. carried: the change is not in what the
    step computes, but in what it gets from the step before. The signal may also be BY_STATE: what U h_{t-1} adds to each z.
    """

    place: Place
    signal: str
    rows: NDArray[np.int64]
    units: NDArray[np.int64]
    values: Numbers | float
    carried: bool = False
    start: int = 0
    end: int | None = None

    def acts(self, step: int) -> bool:
        """Whether it acts at a step."""
        return self.start <= step and (self.end is None or step < self.end)


class Layer(NamedTuple):
    """One direction of a layer: W (rows, w·H), U (H, u·H), b (G,). z has W's columns first and U's last."""

    cell: Cell
    W: Numbers
    U: Numbers
    b: Numbers

    def from_inputs(self, x: Numbers) -> Numbers:
        """W x + b in the columns of z: (…, rows) → (…, G)."""
        z = np.zeros((*x.shape[:-1], len(self.b)), x.dtype)
        z[..., : self.W.shape[1]] = x @ self.W
        return z + self.b

    def step(self, zx: Numbers, before: Moment, change: Callable[[str, Array], Array] = as_it_is) -> Moment:
        """One step of B rows. zx (B or 1, G): what the input adds to z."""
        if self.cell.scales:
            zx = np.repeat(zx, len(before["h"]) // len(zx), axis=0)  # a change may be of one row alone
        by_state = read_by_U(self.cell, zx, before["h"], change) @ self.U
        if change is not as_it_is:
            H = self.U.shape[0]
            for first in range(0, self.U.shape[1], H):
                change(BY_STATE, by_state[:, first : first + H])  # in place: the blocks are views
        if by_state.shape[1] == len(self.b):
            by_state += zx
            return self.cell.forward(by_state, before, change)
        z = np.repeat(zx, len(by_state) // len(zx), axis=0)
        z[:, z.shape[1] - by_state.shape[1] :] += by_state
        return self.cell.forward(z, before, change)

    def zero(self, rows: int) -> Moment:
        """The state before the first step."""
        return {name: np.zeros((rows, self.U.shape[0]), self.U.dtype) for name in self.cell.carried}


class Reading(NamedTuple):
    """What a stack computed. top (T, B, D·H): the topmost layer's state at each position. state: the last moment of each place.
    moments: T + 1 for each place, the first is where it began; empty unless `keep`."""

    top: Numbers
    state: dict[Place, Moment]
    moments: dict[Place, list[Moment]]


class Slopes(NamedTuple):
    """Derivatives of one number for each row. inputs (T, B, D): by the input of the first layer. h, c: for each place (T, B,
    H), by each h_t, in all its uses, and by each c_t as it is carried to the next step; c is empty if none is carried."""

    inputs: Numbers
    h: dict[Place, Numbers]
    c: dict[Place, Numbers]


class Stack:
    """Stacked layers over ids 0 … V-1, and over V itself, which reads as `average`: the mean input over a distribution."""

    def __init__(
        self,
        parameters: Mapping[str, Numbers],
        config: RunConfig,
        prefix: str = "",
        dtype: Any = np.float32,
        inputs: Numbers | None = None,
    ) -> None:
        """inputs (V, D): the input for each id, if it is no row of E: see insight/spelled.py."""
        own = {
            name.removeprefix(prefix): np.asarray(value, dtype) for name, value in parameters.items() if name.startswith(prefix)
        }
        relu = config.cell == "elman" and config.activation == "relu"
        cell = CELLS["elman_relu" if relu else config.cell]
        self.ways = ("", "_reverse") if config.bidirectional else ("",)
        self._overlap = config.overlap
        self.hidden_size, self.depth, self.dtype = config.hidden_size, config.num_layers, np.dtype(dtype)
        self.layers: dict[Place, Layer] = {}
        for k in range(config.num_layers):
            for d, way in enumerate(self.ways):
                W, U = own[f"W{k}{way}"], own[f"U{k}{way}"]
                b = own.get(f"b{k}{way}", np.zeros(cell.blocks * config.hidden_size, dtype))
                self.layers[k, d] = Layer(cell, W, U, b)
        E = own.get("E")
        if inputs is None:
            inputs = np.eye(len(own["W0"]), dtype=dtype) if E is None else E
        self.inputs = inputs
        """The input for each id, (V, D): a row of E or, without an embedding, one-hot."""
        self.average_over(np.full(len(self.inputs), 1 / len(self.inputs)))

    def average_over(self, shares: Numbers) -> None:
        """Let the id V read as the mean input over these shares (V,), which sum to 1."""
        self.read_average_as(shares @ self.inputs)

    def read_average_as(self, average: Numbers) -> None:
        """Let the id V read as this input (D,)."""
        self.average = np.asarray(average, self.dtype)
        table = np.concatenate([self.inputs, self.average[None]])
        self._tables = [self.layers[0, d].from_inputs(table) for d in range(len(self.ways))]

    def zero(self, rows: int) -> dict[Place, Moment]:
        """The state of every place before the first step."""
        return {place: layer.zero(rows) for place, layer in self.layers.items()}

    def read(
        self,
        ids: Ids,
        rows: int | None = None,
        *,
        lengths: Ids | None = None,
        state: Mapping[Place, Moment] | None = None,
        changes: Sequence[Change] = (),
        first_step: int = 0,
        keep: bool = False,
    ) -> Reading:
        """Read ids (T, B), or ids (T, 1) that are the same for all `rows`. lengths (B,): where the rows end, which a direction
        that reads from the end needs; without, all have T. state: where to begin, by default the zero state. first_step: the
        number of the first step, for the `start` of changes."""
        B = rows or ids.shape[1]
        begin = self.zero(B) if state is None else state
        moments: dict[Place, list[Moment]] = {}
        last: dict[Place, Moment] = {}
        x: Numbers | None = None
        for k in range(self.depth):
            outputs = []
            for d in range(len(self.ways)):
                place = k, d
                own = [change for change in changes if change.place == place]
                zx = self._tables[d][ids] if x is None else self.layers[place].from_inputs(x)
                h, kept = _through(self.layers[place], in_order(zx, lengths, d), begin[place], own, first_step, keep)
                last[place] = kept[-1]
                if keep:
                    moments[place] = kept
                outputs.append(self._joined(in_order(h, lengths, d), lengths, d))
            x = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=2)
        assert x is not None
        return Reading(x, last, moments)

    def _joined(self, h: Numbers, lengths: Ids | None, direction: int) -> Numbers:
        """What a direction's h (T, B, H) gives to each position: h_t or, from the end and without overlap, h_t+1."""
        if not direction or self._overlap:
            return h
        after = np.zeros_like(h)
        after[:-1] = h[1:]
        if lengths is not None:
            after[lengths - 1, np.arange(h.shape[1])] = 0
        return after

    def _asked_of(self, dy: Numbers, lengths: Ids | None, direction: int) -> Numbers:
        """From the derivatives by the result of `_joined` to those by h (T, B, H)."""
        if not direction or self._overlap:
            return dy
        of_h = np.zeros_like(dy)
        of_h[1:] = dy[:-1]
        if lengths is not None:
            longer = np.flatnonzero(lengths < len(dy))
            of_h[lengths[longer], longer] = 0
        return of_h

    def backward(self, reading: Reading, dtop: Numbers, lengths: Ids | None = None) -> Slopes:
        """From dtop (T, B, D·H), the derivatives by `top` of a reading that kept its moments and had no changes."""
        of_h, of_c = dict[Place, Numbers](), dict[Place, Numbers]()
        dy, H = dtop, self.hidden_size
        for k in reversed(range(self.depth)):
            dx: Any = 0
            for d in range(len(self.ways)):
                place = k, d
                dh = in_order(self._asked_of(dy[..., d * H : (d + 1) * H], lengths, d), lengths, d)
                dz, of_h[place], of_c[place] = _back_through(self.layers[place], reading.moments[place], dh)
                W = self.layers[place].W
                dx = dx + in_order(dz[..., : W.shape[1]], lengths, d) @ W.T
            dy = dx
        return Slopes(dy, of_h, of_c)


def in_order(x: Numbers, lengths: Ids | None, direction: int) -> Numbers:
    """x (T, B, ·) in the order in which a direction reads, and back; the padding stays at the end."""
    if not direction:
        return x
    if lengths is None:
        return x[::-1]
    t = np.arange(len(x))[:, None]
    return np.asarray(x[np.where(t < lengths, lengths - 1 - t, t), np.arange(x.shape[1])])


def _through(
    layer: Layer, zx: Numbers, start: Moment, changes: Sequence[Change], first_step: int, keep: bool
) -> tuple[Numbers, list[Moment]]:
    """Through time: h (T, B, H), and all moments, `start` first, or only the last."""
    moments, B = [start], len(start["h"])
    h = np.empty((len(zx), B, layer.U.shape[0]), layer.U.dtype)
    now = start
    for t in range(len(zx)):
        under_way = [change for change in changes if change.acts(first_step + t)]
        now = layer.step(zx[t], with_cut(now, under_way), changing(under_way)) if under_way else layer.step(zx[t], now)
        h[t] = now["h"]
        if keep:
            moments.append(now)
    return h, moments if keep else [now]


def with_cut(before: Moment, changes: Sequence[Change]) -> Moment:
    """What a step gets from the step before, with the changes to that."""
    changed = {change.signal for change in changes if change.carried}
    if not changed:
        return before
    before = {name: value.copy() if name in changed else value for name, value in before.items()}
    for change in changes:
        if change.carried:
            before[change.signal][change.rows, change.units] = change.values
    return before


def changing(changes: Sequence[Change]) -> Callable[[str, Array], Array]:
    """A function that makes the changes in what a step computes."""
    by_name: dict[str, list[Change]] = {}
    for change in changes:
        if not change.carried:
            by_name.setdefault(change.signal, []).append(change)

    def change_it(name: str, value: Array) -> Array:
        for change in by_name.get(name, ()):
            value[change.rows, change.units] = change.values
        return value

    return change_it


def _back_through(layer: Layer, moments: list[Moment], dh: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Back through time from dh (T, B, H), the derivatives by each h_t except through the next step. Returns dz (T, B, G) and
    the derivatives by each h_t and c_t, see Slopes."""
    T, B, H = dh.shape
    dz, of_h = np.empty((T, B, len(layer.b)), dh.dtype), np.empty_like(dh)
    has_c = "c" in layer.cell.carried
    of_c = np.empty_like(dh) if has_c else dh[:0]
    later = {name: np.zeros((B, H), dh.dtype) for name in layer.cell.carried}
    for t in reversed(range(T)):
        of_h[t] = later["h"] + dh[t]
        if has_c:
            of_c[t] = later["c"]
        dz[t], direct = layer.cell.backward(moments[t + 1], moments[t], later | {"h": of_h[t]})
        later = direct | {"h": direct.get("h", 0) + through_U(layer.cell, layer.U, dz[t], moments[t + 1], moments[t])}
    return dz, of_h, of_c


def log_softmax(logits: Numbers) -> Numbers:
    """ln softmax over the last axis; logits are overwritten."""
    logits -= logits.max(axis=-1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    return logits
