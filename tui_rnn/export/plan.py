"""A network as every target of the export sees it: its parts with their shapes, and its parameters by name.

    symbols → embedding → recurrent layers, each in one direction or both → the picked states → V, b_out

An encoder-decoder has two such stacks: the states of the encoder become a memory (P, S), at which the decoder looks. V reads
the decoder's state, or R's product of that state and of c. Parameters have the names and shapes of tui_rnn/reference: matrices
are (from, to), rows on the left. Biases that a network lacks are zeros here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.data.lexicon import SpelledLexicon
from tui_rnn.data.symbols import Symbols
from tui_rnn.errors import InputError
from tui_rnn.export.cells import Floats, TwoBiases, with_two_biases
from tui_rnn.kinds import Kind

Picked = Literal["each", "final", "mean"]


@dataclass(frozen=True)
class Stack:
    """Recurrent layers that read symbols. prefix: how the names of their parameters begin; ways: how they end, for each
    direction. context_size: how many numbers the lowest layer reads beside its symbol. speller: the layer that reads the
    letters of words, if these are read."""

    prefix: str
    symbols: int
    embedding_size: int
    ways: tuple[str, ...]
    hidden_size: int
    num_layers: int
    context_size: int = 0
    speller: Stack | None = None

    @property
    def layers(self) -> range:
        return range(self.num_layers)

    @property
    def input_size(self) -> int:
        """How many numbers the lowest layer reads for a symbol: its embedding, and the speller's states; or one-hot."""
        spelled = 2 * self.speller.hidden_size if self.speller else 0
        return (self.embedding_size or self.symbols) + spelled


@dataclass(frozen=True)
class Decoder:
    """The stack that writes; </s> is the last of its symbols. attends: by attention, else c is the same at every step."""

    stack: Stack
    attends: bool
    has_S: bool
    reads_context: bool


@dataclass(frozen=True)
class Plan:
    """A network. picked: which states are read out: each position's, the final one, or the mean. tied: V is the embedding."""

    config: RunConfig
    kind: Kind
    parameters: Mapping[str, Floats]
    encoder: Stack
    picked: Picked
    decoder: Decoder | None
    classes: int
    tied: bool

    @property
    def carried(self) -> tuple[str, ...]:
        """The states that go on to the next step."""
        return CELLS[self.config.cell].carried

    @property
    def steps_alone(self) -> bool:
        """Whether it has an output after each symbol that depends only on the symbols so far."""
        return self.decoder is None and len(self.encoder.ways) == 1 and self.picked != "mean"

    @property
    def V_name(self) -> str:
        """The parameter that reads out: V or, tied, an embedding."""
        return f"{(self.decoder.stack if self.decoder else self.encoder).prefix}E" if self.tied else "V"

    @property
    def V(self) -> Floats:
        """(classes, D · H)."""
        return self.parameters[self.V_name]

    @property
    def b_out(self) -> Floats:
        return self.parameters["b_out"]

    def layer(self, stack: Stack, k: int, way: str, order: tuple[str, ...]) -> TwoBiases:
        """One direction of a layer with W's blocks in this order; the lowest layer reads c after its symbol."""
        W = self.parameters[f"{stack.prefix}W{k}{way}"]
        if k == 0 and stack.context_size:
            W = np.concatenate([W, self.parameters[f"{stack.prefix}C"]])
        U, b = (self.parameters[f"{stack.prefix}{letter}{k}{way}"] for letter in "Ub")
        return with_two_biases(self.config.cell, order, W, U, b)


def plan_of(network: Any, symbols: Symbols) -> Plan:
    """The network of a run. Raises InputError for a tagger without overlap."""
    config: RunConfig = network.config
    if not config.overlap:
        raise InputError("a tagger without overlap can't be exported: no other program joins h_t^f with h_t+1^b")
    kind, H, D, layers = symbols.kind, config.hidden_size, config.embedding_size, config.num_layers
    edge = 1 if kind.draws_items else 0  # <s> and </s>
    reads = len(symbols.vocabulary) + edge
    decoder = None
    if kind.writes_answers:
        written = Stack("decoder.", symbols.outputs + 1, D, ("",), H, layers, context_size=H)
        decoder = Decoder(written, config.attention != "none", config.attention == "general", config.readout == "context")
    speller = None
    if isinstance(symbols.vocabulary, SpelledLexicon):
        speller = Stack("speller.", len(symbols.vocabulary.letters), D, ("", "_reverse"), D, 1)
    ways = ("", "_reverse") if config.bidirectional else ("",)
    encoder = Stack("encoder." if decoder else "", reads, D, ways, H, layers, speller=speller)
    whole = kind.answers and not kind.labels_words and decoder is None
    return Plan(
        config=config,
        kind=kind,
        parameters=_complete(network.parameters, config, encoder, decoder),
        encoder=encoder,
        picked="each" if not whole else "mean" if config.pool == "mean" else "final",
        decoder=decoder,
        classes=decoder.stack.symbols if decoder else symbols.outputs + edge,
        tied=config.tie_weights,
    )


def _complete(
    parameters: Mapping[str, Floats], config: RunConfig, encoder: Stack, decoder: Decoder | None
) -> dict[str, Floats]:
    """The parameters, with zeros for biases that the network lacks."""
    found = dict(parameters)
    if config.bias:
        return found
    for stack in (encoder, encoder.speller, decoder.stack if decoder else None):
        if stack is not None:
            wide = len(CELLS[config.cell].blocks) * stack.hidden_size
            found |= {f"{stack.prefix}b{k}{way}": np.zeros(wide, np.float32) for k in stack.layers for way in stack.ways}
    if decoder and decoder.reads_context:
        found["decoder.b_R"] = np.zeros(config.hidden_size, np.float32)
    classes = len(found["V"] if "V" in found else found[f"{(decoder.stack if decoder else encoder).prefix}E"])
    return found | {"b_out": np.zeros(classes, np.float32)}
