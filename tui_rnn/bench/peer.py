"""The same network in PyTorch: embedding → recurrent layers → linear → cross-entropy, clipping, fused Adam.

It imports torch, which is no dependency: call compare.torch_installed() first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F

from tui_rnn.bench.timing import Job
from tui_rnn.bench.torch_cells import copy, gradient, layer_gradients, load_layer, options_of, torch_cell
from tui_rnn.config import RunConfig

Arrays = Mapping[str, NDArray[Any]]


class Peer:
    """A network with the settings of `config`. embedding_size 0 (one-hot) becomes an embedding that is the identity."""

    def __init__(self, config: RunConfig, vocab_size: int, dtype: Any = torch.float32) -> None:
        self.config, self.vocab_size = config, vocab_size
        one_hot = config.embedding_size == 0
        size = config.embedding_size or vocab_size
        sizes: dict[str, Any] = {"input_size": size, "hidden_size": config.hidden_size, "num_layers": config.num_layers}
        options = options_of(config) | {"dropout": config.dropout if config.num_layers > 1 else 0.0, "dtype": dtype}
        self.recurrent = torch_cell(config).layers(**sizes, **options)
        self.embedding = nn.Embedding(vocab_size, size, dtype=dtype)
        if one_hot:
            self.embedding.weight = nn.Parameter(torch.eye(vocab_size, dtype=dtype), requires_grad=False)
        self.dropout = nn.Dropout(config.dropout)
        self.readout = nn.Linear(config.hidden_size, vocab_size, bias=config.bias, dtype=dtype)
        if config.tie_weights:
            self.readout.weight = self.embedding.weight
        modules = nn.ModuleList([self.embedding, self.recurrent, self.readout])
        self.parameters = [p for p in modules.parameters() if p.requires_grad]

    def logits(self, ids: Any, state: Any = None) -> tuple[Any, Any]:
        """Logits (T, B, vocabulary) after the characters ids (T, B), and the state after the last."""
        h, state = self.recurrent(self.embedding(ids), state)
        return self.readout(self.dropout(h)), state

    def loss(self, tokens: Any, state: Any = None) -> tuple[Any, Any]:
        """Mean cross-entropy of tokens (T + 1, B), each predicted from the ones before it, and the state at the end."""
        logits, state = self.logits(tokens[:-1], state)
        return F.cross_entropy(logits.reshape(-1, self.vocab_size), tokens[1:].reshape(-1)), state

    def load(self, parameters: Arrays) -> None:
        """Take over the weights of a LanguageModel with the same settings."""
        with torch.no_grad():
            if "E" in parameters:
                copy(parameters["E"], self.embedding.weight)
            if "V" in parameters:
                copy(parameters["V"], self.readout.weight)
            if "b_out" in parameters:
                copy(parameters["b_out"], self.readout.bias)
            for k in range(self.config.num_layers):
                W, U, b = parameters[f"W{k}"], parameters[f"U{k}"], parameters.get(f"b{k}")
                load_layer(self.config, self.recurrent, f"_l{k}", W, U, b)

    def gradients(self, tokens: Any) -> tuple[float, dict[str, NDArray[Any]]]:
        """The loss from the zero state and its gradients, by the names of a LanguageModel. Without dropout."""
        self.recurrent.eval()
        self.dropout.eval()
        for parameter in self.parameters:
            parameter.grad = None
        loss, _ = self.loss(torch.as_tensor(np.asarray(tokens, np.int64)))
        loss.backward()
        found: dict[str, NDArray[Any]] = {}
        if self.embedding.weight.requires_grad:
            found["E"] = gradient(self.embedding.weight)
        if not self.config.tie_weights:
            found["V"] = gradient(self.readout.weight)
        if self.config.bias:
            found["b_out"] = gradient(self.readout.bias)
        for k in range(self.config.num_layers):
            found[f"W{k}"], found[f"U{k}"], db = layer_gradients(self.config, self.recurrent, f"_l{k}")
            if db is not None:
                found[f"b{k}"] = db
        self.recurrent.train()
        self.dropout.train()
        return float(loss.detach()), found


def training(config: RunConfig, vocab_size: int, tokens: NDArray[np.int32], threads: int) -> Job:
    """One training step on tokens (T + 1, B), with the state carried over. Amount: characters."""
    peer = Peer(config, vocab_size)
    adam = torch.optim.Adam(peer.parameters, lr=config.learning_rate, betas=(0.9, 0.99), fused=True)
    batch = torch.as_tensor(tokens.astype(np.int64))
    state: Any = None

    def run() -> None:
        nonlocal state
        torch.set_num_threads(threads)
        adam.zero_grad(set_to_none=True)
        loss, state = peer.loss(batch, state)
        loss.backward()
        nn.utils.clip_grad_norm_(peer.parameters, config.clip_norm)
        adam.step()
        state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()

    return Job(run, config.seq_len * config.batch_size)
