"""A network's numbers: its parameters, their gradient and Adam's moments in one array, and the parameters in panels."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

import numpy as np

from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.kernels.machine.matmul import PANEL, panel_count
from tui_rnn.kernels.machine.tape import Program
from tui_rnn.layers.parameters import Floats, Layout, initial_parameters
from tui_rnn.layers.room import floats

_MOMENTS = {"adam_m": 2, "adam_v": 3}


class Store:
    """flat (4, parameters with their padding): θ, its gradient, Adam's m and v. The config's seed decides the first θ.

    A batch in several shards has a gradient for each shard; those after the first are in rows 4, 5, … A store is one shard's
    view, at first that of shard 0; `shard` gives the others. number: which shard's view this is.
    """

    def __init__(self, layout: Layout, config: RunConfig, shards: int = 1):
        self.layout = layout
        self.flat = floats(3 + shards, layout.size)
        self.flat[0] = initial_parameters(layout, config)
        self._repeats = layout.repeats
        self.number = 0
        self._panels: dict[str, Floats] = {}
        self._rooms: dict[str, Floats] = {}

    def shard(self, number: int) -> Store:
        """The same parameters and panels, with the gradient of another shard."""
        twin = copy.copy(self)
        twin.number = number
        return twin

    @property
    def _gradient(self) -> Floats:
        return np.asarray(self.flat[3 + self.number if self.number else 1])

    def panels(self, name: str, rows: int, columns: int, *stack: int) -> Floats:
        """Room for matrices (rows, columns) in panels (see `matmul`). All shards that ask by this name get the same."""
        if name not in self._panels:
            self._panels[name] = floats(*stack, panel_count(columns), rows, PANEL)
        return self._panels[name]

    def room(self, name: str, *shape: int) -> Floats:
        """Zeros, the same for every shard that asks by this name."""
        if name not in self._rooms:
            self._rooms[name] = floats(*shape)
        return self._rooms[name]

    def view(self, name: str) -> tuple[Floats, Floats]:
        """The parameter `name` and its gradient, with their padding: (rows, columns)."""
        return self.layout.view(self.flat[0], name), self.layout.view(self._gradient, name)

    def stack(self, names: Sequence[str]) -> tuple[Floats, Floats]:
        """Parameters of one shape that lie one after another, and their gradients: (names, rows, columns)."""
        return self.layout.stack(self.flat[0], names), self.layout.stack(self._gradient, names)

    def biases(self, names: Sequence[str], columns: int) -> tuple[Floats, Floats]:
        """Biases and their gradients: (names, columns). A network without biases has zeros here that are not trained."""
        if names[0] not in self.layout.shapes():
            return floats(len(names), columns), floats(len(names), columns)
        theta, gradient = self.stack(names)
        return theta.reshape(len(names), columns), gradient.reshape(len(names), columns)

    @staticmethod
    def shapes(layout: Layout) -> dict[str, tuple[int, ...]]:
        """Name → shape of every array of `arrays()`, computed without allocating anything."""
        parameters = layout.shapes()
        return parameters | {f"{moment}.{name}": shape for moment in _MOMENTS for name, shape in parameters.items()}

    @property
    def parameters(self) -> dict[str, Floats]:
        """Copies of the parameters by name."""
        return self.layout.read(self.flat[0])

    def set_parameters(self, values: Mapping[str, Floats]) -> None:
        """Replace the parameters; Adam's moments stay as they are."""
        self.layout.write(self.flat[0], values)

    def take_gradients(self) -> dict[str, Floats]:
        """Copies of the gradients by name; the gradients are zero afterwards. A matrix that is stored in several places has the
        same gradient in each."""
        gradients = self.layout.read(self.flat[1] + self.flat[4:].sum(axis=0))
        self.clear_gradients()
        return {piece.name: piece.with_sums(gradients[piece.name]) for piece in self.layout.pieces}

    @property
    def shares(self) -> bool:
        """Whether matrices are stored in several places."""
        return len(self._repeats) > 0

    def gather_repeated(self, program: Program) -> None:
        """Add the gradients of all places of a shared matrix in its first place."""
        from tui_rnn.kernels.equations.sharing import gather_repeated  # few networks share: compiled only for them

        gather_repeated(self.flat, self._repeats, program)

    def repeat(self, program: Program) -> None:
        """Copy the first place of a shared matrix to its others."""
        from tui_rnn.kernels.equations.sharing import repeat

        repeat(self.flat, self._repeats, program)

    def clear_gradients(self) -> None:
        self.flat[1] = self.flat[4:] = 0

    def arrays(self) -> dict[str, Floats]:
        """Copies of all that training resumes from: the parameters, and the moments as adam_m.NAME, adam_v.NAME."""
        arrays = self.parameters
        for moment, row in _MOMENTS.items():
            arrays |= {f"{moment}.{name}": values for name, values in self.layout.read(self.flat[row]).items()}
        return arrays

    def load_arrays(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from what `arrays()` gave."""
        self.flat[1:] = 0
        self.layout.write(self.flat[0], arrays)
        for moment, row in _MOMENTS.items():
            self.layout.write(self.flat[row], {p.name: arrays[f"{moment}.{p.name}"] for p in self.layout.pieces})


def check_shared(values: Mapping[str, Floats], layout: Layout) -> None:
    """Raise InputError unless the gates of `values` share their matrices as the layout says."""
    for piece in layout.pieces:
        if not piece.is_shared_in(values[piece.name]):
            raise InputError(f"array {piece.name} differs from gate to gate, but share_gates says one matrix for all of them")


def check_arrays(arrays: Mapping[str, Floats], shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Raise InputError unless `arrays` has everything that `shapes` names, in its shape."""
    for name, shape in shapes.items():
        if name not in arrays:
            raise InputError(f"array {name} is missing, expected shape {shape}: the file is of another network")
        if arrays[name].shape != shape:
            raise InputError(f"array {name} has shape {arrays[name].shape}, expected {shape}: the file is of another network")
