"""Questions that the screen asks a run between two training steps: text drawn from it, and what goes on inside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus
from tui_rnn.insight.answers import Reading
from tui_rnn.lab.messages import SampleDrawn, Sampling, Traced
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.train.run import check_sampling, start_prompt
from tui_rnn.train.trainer import Trainer

TOP_CHARS = 8
MAX_TRACE_CELLS = 1 << 22  # 16 MB for all signals of a trace
MAX_LENGTH = 100_000


@dataclass(frozen=True)
class Question:
    """What a run is asked to write. request_id: of the one who waits for just this answer."""

    run_id: int
    prompt: str
    sampling: Sampling
    seed: int
    request_id: int | None = None


def draw_sample(trainer: Trainer, question: Question) -> SampleDrawn:
    """Text from the current weights. Without a prompt it begins as after a line end, which is not shown.

    Raises InputError when the numbers of the sampling are out of range.
    """
    sampling, vocabulary = question.sampling, trainer.data.vocabulary
    length = min(sampling.length, MAX_LENGTH)
    check_sampling(length, sampling.temperature, sampling.top_k, sampling.top_p)
    ids, unknown = vocabulary.encode(question.prompt or start_prompt(vocabulary))
    drawn, surprise, prompt_surprise = language_model(trainer).generate(
        ids,
        length,
        temperature=sampling.temperature,
        top_k=sampling.top_k,
        top_p=sampling.top_p,
        seed=question.seed,
    )
    if question.prompt:
        surprise = np.concatenate([prompt_surprise, surprise])
    return SampleDrawn(
        run_id=question.run_id,
        step=trainer.step,
        prompt=question.prompt,
        text=question.prompt + vocabulary.decode(drawn),
        surprise_nats=surprise.astype(np.float32),
        sampling=sampling,
        request_id=question.request_id,
        unknown=unknown if question.prompt else (),
    )


def trace(trainer: Trainer, run_id: int, probe: str | None, probe_length: int) -> Traced:
    """Everything inside while the run reads the probe, or the start of the validation part. A text whose trace would be
    too large is cut."""
    vocabulary, longest = trainer.data.vocabulary, longest_trace(trainer.config)
    assert isinstance(trainer.data, Corpus)
    if probe is None:
        probe = vocabulary.decode(trainer.data.validation[: min(probe_length, longest)])
    text = probe[:longest]
    ids, unknown = vocabulary.encode(text)
    traced = language_model(trainer).trace(ids)
    log_probs = traced.log_probs
    order = np.argsort(-log_probs, axis=1, kind="stable")[:, : min(TOP_CHARS, len(vocabulary))]
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
        readings=(Reading("forward", tuple(text), traced.signals),),
        top_symbols=tuple(tuple(vocabulary.decode(row)) for row in order),
        top_probs=np.exp(np.take_along_axis(log_probs, order, axis=1)),
        next_prob=next_prob,
        next_rank=next_rank,
    )


def language_model(trainer: Trainer) -> LanguageModel:
    """The trainer's network, where it is a language model over a running text."""
    network = trainer.learner.network
    assert isinstance(network, LanguageModel)
    return network


def longest_trace(config: RunConfig) -> int:
    """How many characters a trace may have, so that a message stays small enough to draw from."""
    return max(1, MAX_TRACE_CELLS // (6 * config.num_layers * config.hidden_size))
