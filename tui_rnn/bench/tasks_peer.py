"""Tagger, classifier and encoder-decoder in PyTorch, as a user would write them: packed sequences, and a decoder that
goes step by step only where attention needs it.

It imports torch, which is no dependency: call compare.torch_installed() first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from tui_rnn.bench.torch_cells import copy, hidden, layer_gradients, load_layer, options_of, start_from, torch_cell
from tui_rnn.config import RunConfig

Arrays = Mapping[str, NDArray[Any]]
Sequences = Sequence[NDArray[Any]]

NOT_SCORED = -100  # the target that cross_entropy leaves out


class TaskPeer(nn.Module):  # type: ignore[misc]
    """What the three have in common. A subclass prepares and scores a batch, and says where our arrays lie."""

    def __init__(self, config: RunConfig, vocab_size: int) -> None:
        super().__init__()
        self.config, H = config, config.hidden_size
        self.ways = ("", "_reverse") if config.bidirectional else ("",)
        self.embedding = nn.Embedding(vocab_size, config.embedding_size)
        self.encoder = torch_cell(config).layers(config.embedding_size, H, **self.options(bidirectional=config.bidirectional))
        self.dropout = nn.Dropout(config.dropout)

    def options(self, **more: Any) -> dict[str, Any]:
        """The arguments for a module of PyTorch's stacked layers."""
        config = self.config
        between = config.dropout if config.num_layers > 1 else 0.0
        return {"num_layers": config.num_layers, "dropout": between} | options_of(config) | more

    def states(self, ids: Any, lengths: Any) -> Any:
        """(longest, B, D·H) after dropout, 0 after the end of a sequence."""
        packed = pack_padded_sequence(self.embedding(ids), lengths, enforce_sorted=False)
        return self.dropout(pad_packed_sequence(self.encoder(packed)[0])[0])

    def final(self, states: Any, lengths: Any) -> Any:
        """[h_n^f ; h_1^b] of every sequence, (B, D·H)."""
        H, last = self.config.hidden_size, states[lengths - 1, torch.arange(len(lengths))]
        return torch.cat([last[:, :H], states[0, :, H:]], dim=1) if self.config.bidirectional else last

    def prepare(self, *batch: Any) -> tuple[Any, ...]:
        """A batch, as this project's networks take it, as tensors."""
        raise NotImplementedError

    def loss(self, *prepared: Any) -> Any:
        """Mean cross-entropy of a prepared batch."""
        raise NotImplementedError

    def places(self) -> dict[str, tuple[Any, bool]]:
        """Our names → the parameter here, and whether it is stored transposed; without the recurrent layers' parameters."""
        raise NotImplementedError

    def recurrent_layers(self) -> list[tuple[Any, str, list[str], str, str]]:
        """For every layer in every direction: the module, how the names of its parameters end, our names of the matrices that
        are stacked in weight_ih, and our names of U and of b."""
        raise NotImplementedError

    def encoder_layers(self, prefix: str = "") -> list[tuple[Any, str, list[str], str, str]]:
        return [
            (self.encoder, f"_l{k}{way}", [f"{prefix}W{k}{way}"], f"{prefix}U{k}{way}", f"{prefix}b{k}{way}")
            for k in range(self.config.num_layers)
            for way in self.ways
        ]

    def load(self, parameters: Arrays) -> None:
        """Take over the weights of this project's network."""
        with torch.no_grad():
            for name, (place, turned) in self.places().items():
                copy(parameters[name].T if turned else parameters[name], place)
            for module, end, inputs, recurrent, bias in self.recurrent_layers():
                W = np.concatenate([parameters[name] for name in inputs])
                load_layer(self.config, module, end, W, parameters[recurrent], parameters.get(bias))

    def gradients(self, *prepared: Any) -> tuple[float, dict[str, NDArray[Any]]]:
        """The loss and its gradients by our names, without dropout."""
        H = self.config.hidden_size
        self.eval()
        self.zero_grad(set_to_none=True)
        loss = self.loss(*prepared)
        loss.backward()
        found = {name: (p.grad.T if turned else p.grad).numpy() for name, (p, turned) in self.places().items()}
        for module, end, inputs, recurrent, bias in self.recurrent_layers():
            dW, found[recurrent], db = layer_gradients(self.config, module, end)
            heights = [self.config.embedding_size, H] if len(inputs) > 1 else [len(dW)]
            found |= dict(zip(inputs, np.split(dW, np.cumsum(heights)[:-1]), strict=True))
            if db is not None:
                found[bias] = db
        self.train()
        return float(loss.detach()), found

    def trainer(self) -> Callable[..., None]:
        """A function that takes a training step on a prepared batch: forward, backward, clipping, fused Adam."""
        parameters = list(self.parameters())
        adam = torch.optim.Adam(parameters, lr=self.config.learning_rate, betas=(0.9, 0.99), fused=True)

        def step(*prepared: Any) -> None:
            adam.zero_grad(set_to_none=True)
            self.loss(*prepared).backward()
            nn.utils.clip_grad_norm_(parameters, self.config.clip_norm)
            adam.step()

        return step


class Labeller(TaskPeer):
    """A tagger or a classifier: encoder states, some of which are read out."""

    def __init__(self, config: RunConfig, vocab_size: int, classes: int) -> None:
        super().__init__(config, vocab_size)
        self.readout = nn.Linear(config.hidden_size * len(self.ways), classes, bias=config.bias)

    def places(self) -> dict[str, tuple[Any, bool]]:
        bias = {"b_out": (self.readout.bias, False)} if self.config.bias else {}
        return {"E": (self.embedding.weight, False), "V": (self.readout.weight, False)} | bias

    def recurrent_layers(self) -> list[tuple[Any, str, list[str], str, str]]:
        return self.encoder_layers()


class TaggerPeer(Labeller):
    def prepare(self, sentences: Sequences, ends: Sequences, tags: Sequences) -> tuple[Any, ...]:
        number = np.repeat(np.arange(len(ends)), [len(e) for e in ends])
        return *_padded(sentences), _long(np.concatenate(ends)), _long(number), _long(np.concatenate(tags))

    def loss(self, ids: Any, lengths: Any, position: Any, number: Any, tags: Any) -> Any:
        return F.cross_entropy(self.readout(self.states(ids, lengths)[position, number]), tags)


class ClassifierPeer(Labeller):
    def prepare(self, texts: Sequences, labels: NDArray[Any]) -> tuple[Any, ...]:
        return *_padded(texts), _long(labels)

    def loss(self, ids: Any, lengths: Any, labels: Any) -> Any:
        states = self.states(ids, lengths)
        mean = self.config.pool == "mean"
        return F.cross_entropy(self.readout(states.sum(0) / lengths[:, None] if mean else self.final(states, lengths)), labels)


class Seq2SeqPeer(TaskPeer):
    """With attention a loop over the decoder's cells; without it the decoder's inputs are known: one packed call."""

    def __init__(self, config: RunConfig, vocab_size: int, target_size: int) -> None:
        super().__init__(config, vocab_size)
        D, H = config.embedding_size, config.hidden_size
        self.end, self.attends = target_size, config.attention != "none"
        self.project = nn.Linear(2 * H, H, bias=False) if config.bidirectional else nn.Identity()
        self.score = nn.Linear(H, H, bias=False) if config.attention == "general" else nn.Identity()
        self.written = nn.Embedding(target_size + 1, D)
        if self.attends:
            sizes = [D + H] + [H] * (config.num_layers - 1)
            self.cells = nn.ModuleList([torch_cell(config).step(size, H, **options_of(config)) for size in sizes])
        else:
            self.decoder = torch_cell(config).layers(D + H, H, **self.options())
        self.combine = nn.Linear(2 * H, H, bias=config.bias) if config.readout == "context" else None
        self.readout = nn.Linear(H, target_size + 1, bias=config.bias)

    def prepare(self, sources: Sequences, targets: Sequences) -> tuple[Any, ...]:
        end = np.array([self.end])
        fed, lengths = _padded([np.concatenate([end, target]) for target in targets])
        truth = pad_sequence([_long(np.concatenate([t, end])) for t in targets], padding_value=NOT_SCORED)
        ids, source_lengths = _padded(sources)
        beyond = torch.arange(len(ids)) >= source_lengths[:, None]
        return ids, source_lengths, beyond, fed, lengths, truth

    def loss(self, ids: Any, source_lengths: Any, beyond: Any, fed: Any, lengths: Any, truth: Any) -> Any:
        states = self.states(ids, source_lengths)
        final = self.project(self.final(states, source_lengths))
        read = self.written(fed)
        if self.attends:
            written, context = self.attending(read, self.project(states.transpose(0, 1)), final, beyond)
        else:
            context = final.expand(len(fed), *final.shape)
            packed = pack_padded_sequence(torch.cat([read, context], dim=2), lengths, enforce_sorted=False)
            start = final.expand(self.config.num_layers, *final.shape).contiguous()
            written = pad_packed_sequence(self.decoder(packed, start_from(self.config, start))[0])[0]
        if self.combine is not None:
            written = torch.tanh(self.combine(torch.cat([written, context], dim=2)))
        logits = self.readout(self.dropout(written))
        return F.cross_entropy(logits.flatten(0, 1), truth.flatten(), ignore_index=NOT_SCORED)

    def attending(self, read: Any, states: Any, final: Any, beyond: Any) -> Any:
        """h^d of every step and the c that it finds, (steps, B, H) each; states (B, longest, H)."""
        keys = self.score(states)
        state = [start_from(self.config, final) for _ in self.cells]

        def look(query: Any) -> Any:
            scores = torch.bmm(keys, query.unsqueeze(2)).squeeze(2).masked_fill(beyond, -torch.inf)
            return torch.bmm(F.softmax(scores, dim=1).unsqueeze(1), states).squeeze(1)

        top, context, steps, contexts = final, look(final), [], []
        for symbols in read:
            x = torch.cat([symbols, context], dim=1)
            for k, cell in enumerate(self.cells):
                state[k] = cell(x if k == 0 else self.dropout(top), state[k])
                top = hidden(state[k])
            context = look(top)
            steps.append(top)
            contexts.append(context)
        return torch.stack(steps), torch.stack(contexts)

    def places(self) -> dict[str, tuple[Any, bool]]:
        matrices = {"encoder.E": self.embedding, "decoder.E": self.written, "V": self.readout}
        found = {name: (module.weight, False) for name, module in matrices.items()}
        found |= {"b_out": (self.readout.bias, False)} if self.config.bias else {}
        if self.combine is not None:
            found |= {"decoder.R": (self.combine.weight, True)}
            found |= {"decoder.b_R": (self.combine.bias, False)} if self.config.bias else {}
        found |= {"P": (self.project.weight, True)} if self.config.bidirectional else {}
        return found | ({"S": (self.score.weight, True)} if self.config.attention == "general" else {})

    def recurrent_layers(self) -> list[tuple[Any, str, list[str], str, str]]:
        own = []
        for k in range(self.config.num_layers):
            module, end = (self.cells[k], "") if self.attends else (self.decoder, f"_l{k}")
            inputs = [f"decoder.W{k}", "decoder.C"] if k == 0 else [f"decoder.W{k}"]
            own.append((module, end, inputs, f"decoder.U{k}", f"decoder.b{k}"))
        return self.encoder_layers("encoder.") + own


def _padded(sequences: Sequences) -> tuple[Any, Any]:
    return pad_sequence([_long(s) for s in sequences]), _long(np.array([len(s) for s in sequences]))


def _long(values: NDArray[Any]) -> Any:
    return torch.as_tensor(np.asarray(values, np.int64))
