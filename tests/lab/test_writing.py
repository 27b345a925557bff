"""Text drawn from models that read words or bytes: shown as characters, with the surprise of what each belongs to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.running_text import in_tokens
from tui_rnn.lab.messages import Sampling
from tui_rnn.lab.tracing import trace
from tui_rnn.lab.writing import Question, draw_fresh_items, draw_sample
from tui_rnn.training.trainer import Trainer

SAMPLING = Sampling(length=40)


def trained(text: str, tokens: str) -> Trainer:
    trainer = Trainer(
        RunConfig(hidden_size=8, batch_size=4, seq_len=16, warmup_steps=5), in_tokens(corpus_from_text(text), tokens)
    )
    while trainer.step < 20:
        trainer.advance(20)
    return trainer


@pytest.fixture(scope="module")
def words(text: str) -> Trainer:
    return trained(text, "word")


@pytest.fixture(scope="module")
def octets(text: str) -> Trainer:
    return trained(text, "byte")


def test_every_character_of_a_word_has_the_word_s_surprise(words: Trainer) -> None:
    prompt = "the cat sat. a dog ran"
    drawn = draw_sample(words, Question(1, prompt, SAMPLING, seed=3))
    ids = words.data.vocabulary.encode(prompt)[0]
    log_probs = words.learner.network.trace(ids).log_probs
    assert drawn.text.startswith(prompt)
    assert len(drawn.surprise_nats) == len(drawn.text)
    assert np.isnan(drawn.surprise_nats[:3]).all()
    start = 3
    for t, word in enumerate((" cat", " sat", ".", " a", " dog", " ran"), 1):
        end = start + len(word)
        assert drawn.surprise_nats[start:end] == pytest.approx(-log_probs[t - 1, ids[t]], abs=1e-3)
        start = end


def test_an_unknown_word_of_a_prompt_is_shown_as_it_was_read(words: Trainer) -> None:
    drawn = draw_sample(words, Question(1, "the zebra sat", SAMPLING, seed=3))
    assert drawn.prompt == "the <unk> sat"
    assert drawn.unknown == tuple(range(3, 9))
    assert drawn.unknown_words == 1
    assert drawn.text.startswith(drawn.prompt)


def test_items_begun_by_unknown_words_count_the_words(tmp_path: Path) -> None:
    file = tmp_path / "items.txt"
    file.write_text("\n".join(["the cat sat", "the dog ran", "a cat ran"] * 5), encoding="utf-8")
    data = open_data(DataRequest(SourceFiles(str(file)), "lm", "lines", "word"))
    drawn = draw_fresh_items(Trainer(RunConfig("items", hidden_size=8), data), 1, 2, SAMPLING, "the zebra or yak", seed=3)
    assert drawn.prompt == "the <unk> <unk> <unk>"
    assert drawn.unknown == tuple(range(3, 21))
    assert drawn.unknown_words == 3


def test_unknown_characters_are_no_words(text: str) -> None:
    drawn = draw_sample(trained(text, "char"), Question(1, "the €", SAMPLING, seed=3))
    assert drawn.unknown == (4,)
    assert drawn.unknown_words == 0


def test_the_bytes_of_a_character_are_surprising_together(octets: Trainer) -> None:
    drawn = draw_sample(octets, Question(1, "a „oh“", SAMPLING, seed=3))
    ids = octets.data.vocabulary.encode("a „oh“")[0]
    log_probs = octets.learner.network.trace(ids).log_probs
    nats = [np.nan, *(-log_probs[t, ids[t + 1]] for t in range(len(ids) - 1))]
    assert drawn.text.startswith("a „oh“")
    assert len(drawn.surprise_nats) == len(drawn.text)
    assert drawn.surprise_nats[2] == pytest.approx(sum(nats[2:5]), abs=1e-3)  # „ is three bytes
    assert drawn.surprise_nats[3] == pytest.approx(nats[5], abs=1e-3)


def test_the_symbols_of_a_trace_are_the_words(words: Trainer) -> None:
    traced = trace(words, 1, "the cat sat.", 0)
    assert traced.readings[0].symbols == ("the", " cat", " sat", ".")
    assert traced.readings[0].signals["h"].shape == (4, 1, 8)
    assert all(len(row) == 8 for row in traced.top_symbols)


def test_without_a_probe_as_many_words_as_asked_for_are_read(words: Trainer) -> None:
    traced = trace(words, 1, None, 12)
    assert traced.text == words.data.vocabulary.decode(words.data.validation[:12])
    assert len(traced.readings[0].symbols) == 12
