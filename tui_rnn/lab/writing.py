"""Text and items drawn from a run between two training steps, with the surprise at each character."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tui_rnn.data.examples.items import found_in
from tui_rnn.data.tokens import TextVocabulary, start_prompt, token_texts
from tui_rnn.errors import InputError
from tui_rnn.insight.asking import draw_items
from tui_rnn.lab.messages import ItemsDrawn, SampleDrawn, Sampling
from tui_rnn.tasks.item_model import ItemModel
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.training.trainer import Trainer

MAX_LENGTH = 100_000
MAX_ITEMS = 100
MAX_ITEM_TOKENS = 1000


@dataclass(frozen=True)
class Question:
    """What a run is asked to write. request_id: of the one who waits for just this answer."""

    run_id: int
    prompt: str
    sampling: Sampling
    seed: int
    request_id: int | None = None


def draw_sample(trainer: Trainer, question: Question) -> SampleDrawn:
    """Text from the current weights. Without a prompt a text begins as after a line end, which is not shown; an item always
    begins at <s> and ends before </s>.

    Raises InputError when the numbers of the sampling are out of range, or the run is no language model.
    """
    sampling, vocabulary, network = question.sampling, trainer.data.vocabulary, trainer.learner.network
    length = min(sampling.length, MAX_LENGTH)
    given, unknown = vocabulary.encode(question.prompt)
    if isinstance(network, ItemModel):
        begin, reader, hidden = np.append(network.vocab_size, given), network.reader(), 1
    elif isinstance(network, LanguageModel):
        begin = given if len(given) else vocabulary.encode(start_prompt(vocabulary))[0]
        reader, hidden = network, len(begin) - len(given)
    else:
        raise InputError(
            f"{trainer.config.name} goes on with no text: only language models do, its task is {trainer.data.kind.name}"
        )
    drawn, surprise, before = reader.generate(
        begin,
        length,
        temperature=sampling.temperature,
        top_k=sampling.top_k,
        top_p=sampling.top_p,
        seed=question.seed,
    )
    if isinstance(network, ItemModel):
        ended = np.flatnonzero(drawn == network.vocab_size)
        drawn = drawn[: ended[0]] if len(ended) else drawn
    shown = _pieces(vocabulary, np.concatenate([given, drawn]), question.prompt)
    nats = np.concatenate([before[hidden:], surprise[: len(drawn)]])
    text, ends = "".join(shown), np.cumsum([0, *map(len, shown)])
    places, words = _lacking(vocabulary, unknown, shown)
    return SampleDrawn(
        run_id=question.run_id,
        step=trainer.step,
        prompt=text[: ends[len(given)]],
        text=text,
        surprise_nats=_by_character(shown, nats),
        sampling=sampling,
        request_id=question.request_id,
        unknown=places,
        unknown_words=words,
    )


def draw_fresh_items(trainer: Trainer, run_id: int, count: int, sampling: Sampling, prompt: str, seed: int) -> ItemsDrawn:
    """Items from the current weights that begin with the prompt. Raises InputError when the numbers of the sampling are out
    of range."""
    network, data = trainer.learner.network, trainer.data
    assert isinstance(network, ItemModel)
    find = found_in(data)
    items = draw_items(
        network,
        trainer.learner.symbols,
        min(count, MAX_ITEMS),
        prompt=prompt,
        limit=min(max(sampling.length, 1), MAX_ITEM_TOKENS),
        temperature=sampling.temperature,
        top_k=sampling.top_k,
        top_p=sampling.top_p,
        seed=seed,
        found_in=find,
    )
    vocabulary = data.vocabulary
    given, unknown = vocabulary.encode(prompt)
    shown = _pieces(vocabulary, given, prompt)
    begun = "".join(shown)
    if unknown:  # an unknown character stands there as it was typed
        read = len(vocabulary.decode(given))
        texts = [begun + item.text[read:] for item in items]
        items = [replace(item, text=text, found_in=find(text)) for item, text in zip(items, texts, strict=True)]
    return ItemsDrawn(run_id, trainer.step, tuple(items), sampling, begun, *_lacking(vocabulary, unknown, shown))


def _lacking(vocabulary: TextVocabulary, unknown: Sequence[int], shown: Sequence[str]) -> tuple[tuple[int, ...], int]:
    """Where the unknown tokens stand in the text that is shown, and how many words they are: 0 where tokens are no words."""
    ends = np.cumsum([0, *map(len, shown)]).tolist()
    places = tuple(place for k in unknown for place in range(ends[k], ends[k + 1]))
    return places, len(unknown) if vocabulary.kind == "word" else 0


def _pieces(vocabulary: TextVocabulary, ids: NDArray[np.integer], prompt: str) -> list[str]:
    """What each token adds to the text. A prompt's unknown characters stay as they are, an unknown word reads <unk>; bytes
    add a character when it is whole."""
    if vocabulary.kind == "char":
        return [*prompt, *vocabulary.decode(ids[len(prompt) :])]
    if vocabulary.kind == "word":
        return list(token_texts(vocabulary, ids))
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    return [decoder.decode(bytes([k]), final=at == len(ids) - 1) for at, k in enumerate(ids.tolist())]


def _by_character(pieces: Sequence[str], nats: NDArray[np.float32]) -> NDArray[np.float32]:
    """The surprise of the token, or of the bytes together, that each character comes from."""
    spread: list[float] = []
    waiting = 0.0
    for piece, surprise in zip(pieces, nats.tolist(), strict=True):
        waiting += surprise
        if piece:
            spread += [waiting] * len(piece)
            waiting = 0.0
    return np.array(spread, np.float32)
