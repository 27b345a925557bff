"""How changes inside an encoder-decoder affect its loss on pairs when it is fed the truth: many pairs and variants side by
side.

Places are those of the encoder, (layer, 0) and (layer, 1), and of the decoder, (layer, DECODER).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_rnn.insight.examples import chosen_rows
from tui_rnn.insight.expectation import END
from tui_rnn.insight.interventions import Predictions, Readout, Variant, batches, changes_of, padded, pooled
from tui_rnn.insight.question import Subject
from tui_rnn.insight.stepping import Change, Ids, Layer, Numbers, Place, Stack, changing, with_cut
from tui_rnn.insight.trace import DIRECTIONS
from tui_rnn.reference.cells import Moment

DECODER = 2


class _Memory(NamedTuple):
    """What the decoder sees, for N rows: the states h^e (N, S, H), the keys, which places are inside the source, and c = h^e_n
    (N, H)."""

    states: Numbers
    keys: Numbers
    inside: NDArray[np.bool_]
    final: Numbers


class EffectsOnPairs:
    """The effects on each symbol of a target, and on </s>, for pairs from all over the part that is asked about."""

    def __init__(self, subject: Subject, length: int) -> None:
        config, given = subject.config, subject.network.parameters
        targets = subject.symbols.targets
        assert targets is not None
        self.stack = Stack(given, config, "encoder.")
        self.places: Mapping[Place, str] = {
            **{(k, d): f"encoder {DIRECTIONS[d]}" for k, d in self.stack.layers},
            **{(k, DECODER): "decoder" for k in range(config.num_layers)},
        }
        self._given, self._attends = {name: np.asarray(value) for name, value in given.items()}, config.attention != "none"
        self._decoder = self._layers(config.num_layers)
        V = self._given["V" if "V" in given else "decoder.E"]
        self._readout = Readout(V, self._given.get("b_out", np.zeros(len(V), V.dtype)))
        E = self._given.get("decoder.E", np.eye(len(V), dtype=V.dtype))
        self._table = self._decoder[0].from_inputs(E)
        part: Any = subject.part
        rows, end = chosen_rows(part.inputs.lengths + part.target_ids.lengths + 1, length), len(targets)
        self._sources = [np.asarray(part.inputs[row], np.int64) for row in rows]
        self._targets = [np.append(part.target_ids[row], end).astype(np.int64) for row in rows]
        counts = np.array([len(target) for target in self._targets])
        self._first = np.cumsum(counts) - counts
        owner, names = np.repeat(np.arange(len(counts)), counts), (*targets.texts, END)

        def before(n: int) -> str:
            number = int(owner[n])
            written = self._targets[number][: n - int(self._first[number])]
            return f"{part.shown(rows[number]).text} → {targets.join(names[k] for k in written)}"

        self.predictions = Predictions(np.concatenate(self._targets), lambda ids: tuple(names[k] for k in ids), owner, before)

    def _layers(self, depth: int) -> list[Layer]:
        cell, found = self.stack.layers[0, 0].cell, []
        for k in range(depth):
            U = self._given[f"decoder.U{k}"]
            b = self._given.get(f"decoder.b{k}", np.zeros(cell.blocks * U.shape[0], U.dtype))
            found.append(Layer(cell, self._given[f"decoder.W{k}"], U, b))
        return found

    @property
    def _pairs(self) -> list[Ids]:
        return [np.concatenate(pair) for pair in zip(self._sources, self._targets, strict=True)]

    @property
    def steps(self) -> int:
        return sum(map(len, self._pairs))

    def nats(self, variants: Sequence[Variant], progress: Callable[[int], None]) -> NDArray[np.float32]:
        R, found = len(variants), np.empty((len(variants), len(self.predictions)), np.float32)
        for numbers in batches(self._pairs, R * 4 * self.stack.hidden_size):
            B = len(numbers)
            top, truth = self._read(numbers, changes_of(variants, B), R)
            nats = self._readout.nats(top, np.tile(truth, R)).reshape(len(truth), R, B)
            for b, number in enumerate(numbers.tolist()):
                n = len(self._targets[number])
                found[:, self._first[number] + np.arange(n)] = nats[:n, :, b].T
            progress(R * sum(len(self._sources[k]) + len(self._targets[k]) for k in numbers))
        return found

    def _read(
        self,
        numbers: NDArray[np.int64],
        changes: Sequence[Change],
        R: int,
        moments: dict[Place, list[Moment]] | None = None,
    ) -> tuple[Numbers, Ids]:
        """The states that are read out at each step, (T, R · B, H), and the padded targets (T, B). moments: if given, filled
        with the moments of each place."""
        sources, lengths = padded([self._sources[k] for k in numbers])
        truth, _ = padded([self._targets[k] for k in numbers])
        end = np.full((1, len(numbers)), len(self._readout.V) - 1)
        fed = np.concatenate([end, truth[:-1]])
        lengths = np.tile(lengths, R)
        reading = self.stack.read(np.tile(sources, R), lengths=lengths, changes=changes, keep=moments is not None)
        if moments is not None:
            moments.update(reading.moments)
        return self._decode(self._memory(reading.top, lengths), np.tile(fed, R), changes, moments), truth

    def _memory(self, top: Numbers, lengths: Ids) -> _Memory:
        final = pooled(top, lengths, "final", self.stack.hidden_size)
        states = np.moveaxis(top, 0, 1)
        if (P := self._given.get("P")) is not None:
            states, final = states @ P, final @ P
        S = self._given.get("S")
        return _Memory(states, states if S is None else states @ S, np.arange(len(top)) < lengths[:, None], final)

    def _look(self, memory: _Memory, h: Numbers) -> Numbers:
        """The c that the state h (N, H) finds."""
        if not self._attends:
            return memory.final
        scores = np.where(memory.inside, np.einsum("nsh,nh->ns", memory.keys, h), -np.inf)
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        return np.asarray(np.einsum("ns,nsh->nh", weights, memory.states))

    def _decode(
        self, memory: _Memory, fed: Ids, changes: Sequence[Change], moments: dict[Place, list[Moment]] | None
    ) -> Numbers:
        """The states that are read out after each step, (T, N, H), when the decoder is fed ids (T, N)."""
        N, C, R, b_R = fed.shape[1], self._given["decoder.C"], self._given.get("decoder.R"), self._given.get("decoder.b_R", 0.0)
        now = [layer.zero(N) | {"h": memory.final} for layer in self._decoder]
        kept: list[list[Moment]] = [[moment] for moment in now]
        context, last = self._look(memory, memory.final), len(self._decoder) - 1
        top = np.empty((len(fed), N, self.stack.hidden_size), memory.final.dtype)
        for t, ids in enumerate(fed):
            zx = self._table[ids]
            zx[:, : C.shape[1]] += context @ C
            for k, layer in enumerate(self._decoder):
                own = [change for change in changes if change.place == (k, DECODER) and change.acts(t)]
                now[k] = layer.step(zx, with_cut(now[k], own), changing(own))
                kept[k].append(now[k]) if moments is not None else None
                if k < last:
                    zx = self._decoder[k + 1].from_inputs(now[k]["h"])
            y = now[last]["h"]
            context = self._look(memory, y)
            top[t] = y if R is None else np.tanh(np.concatenate([y, context], axis=1) @ R + b_R)
        if moments is not None:
            moments.update({(k, DECODER): one for k, one in enumerate(kept)})
        return top

    def means(self) -> dict[Place, Numbers]:
        sums = {place: np.zeros(self.stack.hidden_size) for place in self.places}
        for numbers in batches(self._pairs, 16 * self.stack.hidden_size):  # all moments are kept
            moments: dict[Place, list[Moment]] = {}
            self._read(numbers, (), 1, moments)
            counts = {side: np.array([len(self._of(side)[k]) for k in numbers]) for side in (0, DECODER)}
            for place, kept in moments.items():
                h = np.array([now["h"] for now in kept[1:]])
                inside = np.arange(len(h))[:, None] < counts[DECODER if place[1] == DECODER else 0]
                sums[place] += h[inside].sum(axis=0, dtype=np.float64)
        steps = {place: sum(map(len, self._of(place[1]))) for place in sums}
        return {place: total / steps[place] for place, total in sums.items()}

    def _of(self, direction: int) -> list[Ids]:
        return list(self._targets if direction == DECODER else self._sources)
