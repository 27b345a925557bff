"""The language model's parameters, and how the streams of its batch are divided."""

from __future__ import annotations

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations.recurrent import ROW_TILE
from tui_rnn.kernels.machine.threads import SHARDS
from tui_rnn.layers.parameters import Layout, ParameterPlace, gate_matrix


def layout_of(config: RunConfig, vocab_size: int) -> Layout:
    """Its parameters: E (with an embedding), W0 …, U0 …, b0 …, V (unless tied), b_out."""
    H, D, cell = config.hidden_size, config.embedding_size, CELLS[config.cell]
    layers = range(config.num_layers)
    plan = [ParameterPlace("E", vocab_size, D)] if D else []
    plan += [gate_matrix(config, f"W{k}", H if k else D or vocab_size) for k in layers]
    plan += [gate_matrix(config, f"U{k}", H) for k in layers]
    plan += [ParameterPlace(f"b{k}", 1, H, len(cell.blocks)) for k in layers if config.bias]
    if not config.tie_weights:
        plan.append(ParameterPlace("V", vocab_size, H))
    return Layout.of([*plan, ParameterPlace("b_out", 1, vocab_size)] if config.bias else plan)


def streams_of_shards(batch_size: int) -> list[int]:
    """How many streams each shard of a batch has: two of them, or one where each would have fewer than a tile's rows."""
    if batch_size < SHARDS * ROW_TILE:
        return [batch_size]
    first = batch_size // 8 * 4
    return [first, batch_size - first]
