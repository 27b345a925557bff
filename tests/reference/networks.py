"""Small random networks that read whole sequences, as the reference wants them."""

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.reference import Array, Parameters

COLUMNS = {  # of W, U, b; times H
    name: (len(cell.input_blocks), len(cell.recurrent_blocks), len(cell.blocks))
    for name, cell in {**CELLS, "elman_relu": CELLS["elman"]}.items()
}


def random_stack(
    cell: str, vocabulary: int, *, H: int = 3, layers: int = 1, embedding: int = 0, both_ways: bool = False, bias: bool = True
) -> Parameters:
    """Random parameters of stacked layers; weights of a size that neither vanishes nor saturates."""
    rng = np.random.default_rng(layers + embedding)
    ways, (w, u, b) = ("", "_reverse") if both_ways else ("",), COLUMNS[cell]
    shapes: dict[str, tuple[int, ...]] = {"E": (vocabulary, embedding)} if embedding else {}
    for k in range(layers):
        given = H * len(ways) if k else embedding or vocabulary
        for way in ways:
            shapes |= {f"W{k}{way}": (given, w * H), f"U{k}{way}": (H, u * H)}
            shapes |= {f"b{k}{way}": (b * H,)} if bias else {}
    return {name: rng.normal(0, 0.6, shape) for name, shape in shapes.items()}


def with_readout(parameters: Parameters, classes: int, H: int = 3, bias: bool = True) -> Parameters:
    """The same with V and b_out over the topmost states."""
    width = H * (2 if "W0_reverse" in parameters else 1)
    rng = np.random.default_rng(classes)
    return parameters | {"V": rng.normal(0, 0.6, (classes, width))} | ({"b_out": rng.normal(0, 0.6, classes)} if bias else {})


def random_encoder_decoder(
    cell: str,
    source_vocabulary: int,
    target_vocabulary: int,
    *,
    H: int = 3,
    layers: int = 1,
    embedding: int = 0,
    both_ways: bool = False,
    bias: bool = True,
    general: bool = False,
    tied: bool = False,
    context_readout: bool = False,
) -> Parameters:
    """Random parameters of an encoder and a decoder."""
    rng = np.random.default_rng(5)
    encoder = random_stack(cell, source_vocabulary, H=H, layers=layers, embedding=embedding, both_ways=both_ways, bias=bias)
    decoder = random_stack(cell, target_vocabulary + 1, H=H, layers=layers, embedding=embedding, bias=bias)
    decoder["C"] = rng.normal(0, 0.6, (H, COLUMNS[cell][0] * H))
    if context_readout:
        decoder["R"] = rng.normal(0, 0.6, (2 * H, H))
        decoder |= {"b_R": rng.normal(0, 0.6, H)} if bias else {}
    parameters = {f"encoder.{name}": value for name, value in encoder.items()}
    parameters |= {f"decoder.{name}": value for name, value in decoder.items()}
    parameters |= {"P": rng.normal(0, 0.6, (2 * H, H))} if both_ways else {}
    parameters |= {"S": rng.normal(0, 0.6, (H, H))} if general else {}
    parameters |= {} if tied else {"V": rng.normal(0, 0.6, (target_vocabulary + 1, H))}
    return parameters | ({"b_out": rng.normal(0, 0.6, target_vocabulary + 1)} if bias else {})


def random_mask(rng: np.random.Generator, *shape: int, rate: float = 0.4) -> Array:
    """Dropout: 0 with probability `rate`, else 1 / (1 - rate)."""
    return (rng.random(shape) > rate) / (1 - rate)
