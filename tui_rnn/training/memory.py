"""How much memory a run will take: settings that are fine one by one can need terabytes together."""

from __future__ import annotations

from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.data.symbols import Symbols
from tui_rnn.display import counted_tokens
from tui_rnn.errors import InputError
from tui_rnn.training.moments import MEGABYTE
from tui_rnn.training.networks import stored_count

LIMIT_BYTES = 4 << 30
# weights, Adam's two moments, the gradients of two shards, packed panels twice: 7; weights and moments (3) of the last good
# state, of the best and of the copy that is saved: 9; while the file is made, the bytes of these and of the best, twice: 12
_COPIES = 28
_COPIES_OF_PAST = 4  # the moments, the copy that is saved, and the file's bytes


def training_bytes(config: RunConfig, symbols: Symbols, rows: int, longest: int = 0, letters: int = 0) -> int:
    """About how many bytes training takes: the parameters with their copies, and the activations of one step over so many rows,
    one for each token. longest: the longest source; a decoder with attention keeps so many weights in each row. letters: how
    many letters of the step's words are also read."""
    past = _COPIES_OF_PAST * int(config.moments_mb * MEGABYTE)
    activations = rows * _width(config, symbols, longest) + letters * _read_width(config, 2, config.embedding_size)
    return 4 * (_COPIES * stored_count(config, symbols) + activations) + past


def check_memory(config: RunConfig, symbols: Symbols, rows: int, longest: int = 0, letters: int = 0) -> None:
    """Raise InputError if a run would take more than LIMIT_BYTES."""
    needed = training_bytes(config, symbols, rows, longest, letters)
    if needed > LIMIT_BYTES:
        of_step = f"batch_size {config.batch_size}" + (f" and seq_len {config.seq_len}" if symbols.kind.is_stream else "")
        raise InputError(
            f"{config.name} with {of_step} on {counted_tokens(len(symbols.vocabulary), symbols.vocabulary.kind)} needs "
            f"about {needed / 2**30:,.0f} GiB of memory, expected at most {LIMIT_BYTES >> 30}: lower one of them"
        )


def _width(config: RunConfig, symbols: Symbols, longest: int) -> int:
    """How many numbers are kept for a row."""
    H, L, gates, kind = config.hidden_size, config.num_layers, len(CELLS[config.cell].blocks), symbols.kind
    if kind.is_stream:
        return L * H * (gates + 4) + H + symbols.outputs
    ways = 2 if config.bidirectional else 1
    decoder = L * H * (gates + 6) + 6 * H + longest if kind.writes_answers else 0
    return L * _read_width(config, ways, H) + 2 * symbols.outputs + 2 * ways * H + decoder


def _read_width(config: RunConfig, ways: int, H: int) -> int:
    """How many numbers a layer keeps for a row of an example, read in so many directions."""
    return ways * H * (2 * len(CELLS[config.cell].blocks) + 6)
