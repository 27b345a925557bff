"""The parts of a PyTorch state_dict: which tensor is the embedding, which are recurrent layers, which is the readout."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tui_rnn.errors import InputError
from tui_rnn.export.cells import ELSEWHERE, TORCH_MODULES, Floats, TwoBiases, with_one_bias
from tui_rnn.training import tensor_file
from tui_rnn.training.run_facts import METADATA_KEY

_RECURRENT = re.compile(r"(?P<module>(?:.*\.)?)(?P<what>weight|bias)_(?P<side>ih|hh)_l(?P<layer>\d+)(?P<way>_reverse)?")
MAX_FLOATS = 1 << 30


@dataclass(frozen=True)
class StateDict:
    """A network of one embedding (or one-hot symbols), one recurrent module, and one linear layer.

    cell: by our name. layers: for each layer its directions; W is (from, to). embedding (symbols, D), or None. V (classes,
    D · H), b_out (classes,) or None.
    """

    cell: str
    layers: tuple[tuple[TwoBiases, ...], ...]
    has_biases: bool
    embedding: Floats | None
    V: Floats
    b_out: Floats | None
    ways: tuple[str, ...]

    @property
    def hidden_size(self) -> int:
        return len(self.layers[0][0].U)

    @property
    def symbols(self) -> int:
        """How many it reads."""
        return len(self.layers[0][0].W if self.embedding is None else self.embedding)

    @property
    def tied(self) -> bool:
        """Whether V is the embedding."""
        return self.embedding is not None and np.array_equal(self.embedding, self.V)


def read_tensors(path: Path) -> dict[str, Floats]:
    """The floating-point tensors of a .safetensors file, as float32. Raises InputError."""
    try:
        with tensor_file.opened(path) as file:
            if METADATA_KEY in file.metadata:
                raise InputError(f"{path} is a run of tui-rnn already: open it as it is")
            if sum(int(np.prod(tensor.shape)) for tensor in file.tensors.values()) > MAX_FLOATS:
                raise InputError(f"{path} holds more than {MAX_FLOATS:,} numbers: the network is too large for this program")
            found = {name: file.read(name) for name, tensor in file.tensors.items() if tensor.dtype.kind == "f"}
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}") from None
    except ValueError as error:
        reason = str(error).partition(": name a file")[0]
        advice = "save one by safetensors.torch.save_file(model.float().state_dict(), path)"
        raise InputError(f"{path} can't be imported, since {reason}: {advice}") from None
    for name, array in found.items():
        if not np.isfinite(array).all():
            raise InputError(f"{path}: the tensor {name!r} holds NaN or infinity")
    return {name: np.ascontiguousarray(array, np.float32) for name, array in found.items()}


def taken_apart(tensors: Mapping[str, Floats], embedding: str | None, rnn: str | None, readout: str | None) -> StateDict:
    """The parts, found by the given names of modules, else by names and shapes. Raises InputError when a part is missing or
    several tensors fit, or when a tensor belongs to no part."""
    left = dict(tensors)
    module = _recurrent_module(left, rnn)
    layers, ways, cell, has_biases = _layers(left, module)
    H, width = len(layers[0][0].U), len(layers[0][0].U) * len(ways)
    V, b_out = _readout(left, readout, embedding, width)
    columns = len(layers[0][0].W)
    E = _embedding(left, embedding, columns)
    if E is None and columns == H == width and len(V) != columns:
        E = V  # tied, and saved once
        if b_out is None and (biases := [name for name, array in left.items() if array.shape == (len(V),)]):
            b_out = left.pop(biases[0])
    if left:
        raise InputError(
            f"the tensor {min(left)!r} belongs neither to the embedding, nor to the {H} recurrent units, nor to the readout: "
            "only a network of these three can be imported"
        )
    return StateDict(cell, layers, has_biases, E, V, b_out, ways)


def _recurrent_module(tensors: Mapping[str, Floats], rnn: str | None) -> str:
    """How the names of the recurrent layers' tensors begin: 'lstm.'."""
    found = sorted({match["module"] for name in tensors if (match := _RECURRENT.fullmatch(name))})
    if rnn is not None:
        if f"{rnn}." in found:
            return f"{rnn}."
        raise InputError(f"--rnn is {rnn!r}, found {_named(found) or f'no {TORCH_MODULES}'}")
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(f"no tensor is the weight_ih_l0 of {TORCH_MODULES}, found {_named(sorted(tensors))}")
    raise InputError(f"there are several recurrent modules, {_named(found)}: choose one with --rnn")


def _named(names: list[str]) -> str:
    return ", ".join(repr(name.removesuffix(".")) for name in names[:6]) + (", …" if len(names) > 6 else "")


def _layers(left: dict[str, Floats], module: str) -> tuple[tuple[tuple[TwoBiases, ...], ...], tuple[str, ...], str, bool]:
    """The layers, whose tensors are removed from `left`; their directions, the cell and whether they have biases."""
    ways = ("", "_reverse") if f"{module}weight_ih_l0_reverse" in left else ("",)
    count = sum(bool(re.fullmatch(re.escape(module) + r"weight_hh_l\d+", name)) for name in left)
    has_biases = f"{module}bias_ih_l0" in left
    if f"{module}weight_hh_l0" not in left or left[f"{module}weight_hh_l0"].ndim != 2:
        raise InputError(f"there is no matrix {module}weight_hh_l0")
    if not left[f"{module}weight_hh_l0"].size:
        raise InputError(f"the matrix {module}weight_hh_l0 is empty")
    rows, H = left[f"{module}weight_hh_l0"].shape
    cell = _cell(rows, H, module)
    blocks = rows // H
    layers: list[tuple[TwoBiases, ...]] = []
    for k in range(count):
        inputs = None if k == 0 else H * len(ways)
        layer = []
        for way in ways:
            end = f"l{k}{way}"
            W = _taken(left, f"{module}weight_ih_{end}", (blocks * H, inputs))
            U = _taken(left, f"{module}weight_hh_{end}", (blocks * H, H))
            zeros = np.zeros(blocks * H, np.float32)
            b_W, b_U = (
                _taken(left, f"{module}bias_{side}_{end}", (blocks * H,)) if has_biases else zeros for side in ("ih", "hh")
            )
            layer.append(TwoBiases(W.T, U.T, b_W, b_U))
        layers.append(tuple(layer))
    return tuple(layers), ways, cell, has_biases


def _cell(rows: int, H: int, module: str) -> str:
    for name, known in ELSEWHERE.items():
        if rows == H * len(known.torch_order):
            return name
    told = ", ".join(f"{len(known.torch_order)} (nn.{known.torch})" for known in ELSEWHERE.values())
    raise InputError(f"{module}weight_hh_l0 has {rows} rows for {H} units, expected {told} times as many")


def _taken(left: dict[str, Floats], name: str, shape: tuple[int | None, ...]) -> Floats:
    """A tensor of this shape (None: any size), removed from `left`."""
    if name not in left:
        raise InputError(f"the tensor {name!r} is missing")
    array = left.pop(name)
    if array.ndim != len(shape) or any(want not in (None, size) for size, want in zip(array.shape, shape, strict=True)):
        wanted = str(shape).replace("None", "any")
        raise InputError(f"the tensor {name!r} is {array.shape}, expected {wanted}: can't be imported")
    return array


def _matrices(left: Mapping[str, Floats], columns: int) -> list[str]:
    """The modules whose weight has so many columns."""
    return sorted(
        name.removesuffix(".weight")
        for name, array in left.items()
        if name.endswith(".weight") and array.ndim == 2 and array.shape[1] == columns
    )


_EMBEDS = re.compile(r"emb|wte|lookup", re.IGNORECASE)


def _readout(left: dict[str, Floats], readout: str | None, embedding: str | None, width: int) -> tuple[Floats, Floats | None]:
    fits = [name for name in _matrices(left, width) if name != embedding]
    if readout is None and len(fits) > 1:  # the embedding may have the same shape
        fits = [name for name in fits if f"{name}.bias" in left] or [name for name in fits if not _EMBEDS.search(name)]
    if readout is not None:
        fits = [name for name in fits if name == readout.removesuffix(".weight")]
    if len(fits) != 1:
        found = f"{_named(fits)} fit" if fits else "none fits"
        raise InputError(f"the readout is a linear layer of {width} columns, {found}: say which by --readout")
    V = left.pop(f"{fits[0]}.weight")
    return V, _taken(left, f"{fits[0]}.bias", (len(V),)) if f"{fits[0]}.bias" in left else None


def _embedding(left: dict[str, Floats], embedding: str | None, columns: int) -> Floats | None:
    fits = _matrices(left, columns)
    if embedding is not None:
        fits = [name for name in fits if name == embedding.removesuffix(".weight")]
        if not fits:
            raise InputError(
                f"--embedding is {embedding!r}, but no such matrix has {columns} columns, as many as the first layer reads"
            )
    if len(fits) > 1:
        raise InputError(f"{_named(fits)} have {columns} columns, as the embedding has: say which it is by --embedding")
    return left.pop(f"{fits[0]}.weight") if fits else None


def parameters_of_layers(found: StateDict) -> dict[str, Floats]:
    """Our W0, U0, b0 …"""
    named: dict[str, Floats] = {}
    order = ELSEWHERE[found.cell].torch_order
    for k, layer in enumerate(found.layers):
        for way, direction in zip(found.ways, layer, strict=True):
            W, U, b = with_one_bias(found.cell, order, direction)
            named |= {f"W{k}{way}": W, f"U{k}{way}": U, f"b{k}{way}": b}
    return named
