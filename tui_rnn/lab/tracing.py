"""What goes on inside a run while it reads a text, looked at between two training steps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tui_rnn.data.corpus import Corpus
from tui_rnn.data.tokens import token_texts
from tui_rnn.insight.answers import Reading
from tui_rnn.insight.asking import longest_reading, readings
from tui_rnn.lab.answering import Asked, answer_in_detail, read_as, watched
from tui_rnn.lab.messages import Traced
from tui_rnn.tasks.item_model import ItemModel
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.training.trainer import Trainer

TOP_SYMBOLS = 8


def trace(trainer: Trainer, run_id: int, probe: str | None, probe_length: int, probe_example: int = 0) -> Traced:
    """Everything inside while the run reads the probe: None is the start of a text's validation part, or of the validation
    examples that are watched the one at that place. A text whose trace would be too large is cut."""
    longest = longest_reading(trainer.config)
    if isinstance(trainer.learner.network, LanguageModel | ItemModel):
        if probe is None:
            probe = _start(trainer, min(probe_length, longest), probe_example)
        return _predictions(trainer, run_id, probe, longest)
    asked = watched(trainer, probe_example) if probe is None else Asked(read_as(trainer, probe)[:longest])
    if len(asked.text) > longest:
        asked = Asked(asked.text[:longest])
    found = readings(trainer.learner.network, trainer.learner.symbols, asked.text)
    return Traced(
        run_id=run_id,
        step=trainer.step,
        text=asked.text,
        unknown=trainer.data.vocabulary.encode(asked.text)[1],
        readings=tuple(replace(r, symbols=tuple(asked.text)) if r.name != "decoder" else r for r in found),
        answer=answer_in_detail(trainer, asked),
    )


def _start(trainer: Trainer, length: int, example: int) -> str:
    data = trainer.data
    if isinstance(data, Corpus):
        return data.vocabulary.decode(data.validation[:length])
    return watched(trainer, example).text


def _predictions(trainer: Trainer, run_id: int, probe: str, longest: int) -> Traced:
    """What a language model expects after each token. Of an item <s> is read first, and </s> can be expected."""
    network, vocabulary = trainer.learner.network, trainer.data.vocabulary
    ids, unknown = vocabulary.encode(probe)
    ids = ids[:longest]
    unknown = tuple(k for k in unknown if k < len(ids))
    text = probe[: len(ids)] if vocabulary.kind == "char" else vocabulary.decode(ids)
    symbols = tuple(text) if vocabulary.kind == "char" else token_texts(vocabulary, ids)
    if isinstance(network, ItemModel):
        ids, symbols = np.append(network.vocab_size, ids), ("<s>", *symbols)
        unknown = tuple(k + 1 for k in unknown)
        reader = network.reader()
    else:
        assert isinstance(network, LanguageModel)
        reader = network
    traced = reader.trace(ids)
    log_probs = traced.log_probs
    likeliest = np.argsort(-log_probs, axis=1, kind="stable")[:, : min(TOP_SYMBOLS, log_probs.shape[1])]
    kinds = np.unique(likeliest)
    names = dict(zip(kinds.tolist(), token_texts(vocabulary, kinds[kinds < len(vocabulary)]), strict=False))
    names[len(vocabulary)] = "</s>"
    next_prob, next_rank = np.full(len(ids), np.nan, np.float32), np.zeros(len(ids), np.int32)
    here = np.setdiff1d(np.arange(len(ids) - 1), np.array(unknown, dtype=np.int64) - 1)  # what really follows is known
    there = log_probs[here, ids[here + 1]]
    next_prob[here] = np.exp(there)
    next_rank[here] = 1 + (log_probs[here] > there[:, None]).sum(axis=1)
    return Traced(
        run_id=run_id,
        step=trainer.step,
        text=text,
        unknown=unknown,
        readings=(Reading("forward", symbols, traced.signals),),
        top_symbols=tuple(tuple(names[k] for k in row) for row in likeliest.tolist()),
        top_probs=np.exp(np.take_along_axis(log_probs, likeliest, axis=1)),
        next_prob=next_prob,
        next_rank=next_rank,
    )
