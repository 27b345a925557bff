"""How much memory a run takes, before it takes it: settings that are fine one by one can ask for terabytes together."""

from __future__ import annotations

from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError

LIMIT_BYTES = 4 << 30
_GATES = {"elman": 1, "gru": 4, "lstm": 4}
_COPIES = 8  # weights, gradient, Adam's two moments, packed panels twice, the last good ones, a save under way


def training_bytes(config: RunConfig, vocab_size: int) -> int:
    """About what training takes: the parameters with their copies, and the activations of one step."""
    H, L, gates = config.hidden_size, config.num_layers, _GATES[config.cell]
    given = config.embedding_size or vocab_size
    parameters = vocab_size * (config.embedding_size + H) + gates * H * (given + (L - 1) * H + L * H)
    activations = config.seq_len * config.batch_size * (L * H * (gates + 4) + H + vocab_size)
    return 4 * (_COPIES * parameters + activations)


def check_memory(config: RunConfig, vocab_size: int) -> None:
    """Raise InputError when a run would take more than LIMIT_BYTES."""
    needed = training_bytes(config, vocab_size)
    if needed > LIMIT_BYTES:
        raise InputError(
            f"{config.name} with batch_size {config.batch_size} and seq_len {config.seq_len} on {vocab_size} characters needs "
            f"about {needed / 2**30:,.0f} GiB of memory, at most {LIMIT_BYTES >> 30} are allowed: lower one of them"
        )
