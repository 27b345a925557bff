"""The same network in PyTorch: embedding → nn.RNN, nn.LSTM or nn.GRU → linear → cross-entropy, clipping, fused Adam.

The only module that imports torch, which is no dependency: ask `available()` in the package's other modules first.
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
from tui_rnn.config import RunConfig

Arrays = Mapping[str, NDArray[Any]]


class Peer:
    """A network with the settings of `config`. embedding_size 0 (one-hot) becomes an embedding that is the identity."""

    def __init__(self, config: RunConfig, vocab_size: int, dtype: Any = torch.float32) -> None:
        self.config, self.vocab_size = config, vocab_size
        one_hot = config.embedding_size == 0
        size = config.embedding_size or vocab_size
        sizes: dict[str, Any] = {"input_size": size, "hidden_size": config.hidden_size, "num_layers": config.num_layers}
        options = {"bias": config.bias, "dropout": config.dropout if config.num_layers > 1 else 0.0, "dtype": dtype}
        if config.cell == "elman":
            self.recurrent = nn.RNN(**sizes, **options, nonlinearity=config.activation)
        else:
            self.recurrent = {"lstm": nn.LSTM, "gru": nn.GRU}[config.cell](**sizes, **options)
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
        """Mean cross-entropy of tokens (T + 1, B), each predicted from those before it, and the state at the end."""
        logits, state = self.logits(tokens[:-1], state)
        return F.cross_entropy(logits.reshape(-1, self.vocab_size), tokens[1:].reshape(-1)), state

    def load(self, parameters: Arrays) -> None:
        """Take over the weights of a LanguageModel with the same settings."""
        with torch.no_grad():
            if "E" in parameters:
                _copy(parameters["E"], self.embedding.weight)
            if "V" in parameters:
                _copy(parameters["V"], self.readout.weight)
            if "b_out" in parameters:
                _copy(parameters["b_out"], self.readout.bias)
            for k in range(self.config.num_layers):
                W, b = parameters[f"W{k}"], parameters.get(f"b{k}")
                if self.config.cell == "gru":  # torch's gates are r, z, n; ours n, r, z
                    W = np.roll(W, -self.config.hidden_size, axis=1)
                _copy(W.T, self._layer("weight_ih", k))
                _copy(parameters[f"U{k}"].T, self._layer("weight_hh", k))
                if b is not None:
                    b_input, b_hidden = self._split_bias(b)
                    _copy(b_input, self._layer("bias_ih", k))
                    _copy(b_hidden, self._layer("bias_hh", k))

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
            found["E"] = _gradient(self.embedding.weight)
        if not self.config.tie_weights:
            found["V"] = _gradient(self.readout.weight)
        if self.config.bias:
            found["b_out"] = _gradient(self.readout.bias)
        H = self.config.hidden_size
        for k in range(self.config.num_layers):
            dW = _gradient(self._layer("weight_ih", k)).T
            found[f"W{k}"] = np.roll(dW, H, axis=1) if self.config.cell == "gru" else dW
            found[f"U{k}"] = _gradient(self._layer("weight_hh", k)).T
            if self.config.bias:
                db = _gradient(self._layer("bias_ih", k))
                if self.config.cell == "gru":
                    db = np.concatenate([np.roll(db, H), _gradient(self._layer("bias_hh", k))[2 * H :]])
                found[f"b{k}"] = db
        self.recurrent.train()
        self.dropout.train()
        return float(loss.detach()), found

    def _layer(self, name: str, k: int) -> Any:
        return getattr(self.recurrent, f"{name}_l{k}")

    def _split_bias(self, b: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """torch has a bias beside W and one beside U; only the GRU's candidate needs both."""
        if self.config.cell != "gru":
            return b, np.zeros_like(b)
        n, r, z, m = np.split(b, 4)
        return np.concatenate([r, z, n]), np.concatenate([0 * r, 0 * z, m])


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


def _copy(source: NDArray[Any], target: Any) -> None:
    target.copy_(torch.as_tensor(np.ascontiguousarray(source)))


def _gradient(parameter: Any) -> NDArray[Any]:
    return np.asarray(parameter.grad.numpy())
