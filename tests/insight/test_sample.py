"""Text drawn from models that read characters, words or bytes, with the surprise of what each character belongs to, against
the model's own distribution over the next token."""

from __future__ import annotations

import numpy as np
import pytest

from tui_rnn.errors import InputError
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer
from tui_rnn.insight.sample import Sample

SHORT = Sampling(length=30)


def test_a_sample_goes_on_from_its_prompt_with_the_surprise_of_each_character(reader: Subject) -> None:
    drawn = answer(reader, Sample("the cat", SHORT, seed=4))
    assert drawn.text.startswith("the cat")
    assert len(drawn.text) == len(drawn.surprise_nats) == 37
    assert np.isnan(drawn.surprise_nats[0])
    ids = reader.symbols.vocabulary.encode(drawn.text)[0]
    log_probs = reader.network.trace(ids).log_probs
    expected = [-log_probs[t, ids[t + 1]] for t in range(36)]
    assert drawn.surprise_nats[1:] == pytest.approx(expected, abs=1e-3)
    assert drawn.token_nats == pytest.approx(expected[6:], abs=1e-3)


def test_a_sample_without_a_prompt_begins_as_after_a_line_end(reader: Subject) -> None:
    drawn, after = answer(reader, Sample("", SHORT, seed=4)), answer(reader, Sample("\n", SHORT, seed=4))
    assert drawn.prompt == ""
    assert drawn.text == after.text[1:]
    assert np.isfinite(drawn.surprise_nats).all()


def test_unknown_characters_of_a_prompt_are_told_and_shown(reader: Subject) -> None:
    drawn = answer(reader, Sample("aξ", Sampling(length=5), seed=4))
    assert drawn.unknown == (1,)
    assert drawn.unknown_words == 0
    assert drawn.text.startswith("aξ")


def test_without_a_seed_the_weights_of_a_step_give_one_text(reader: Subject) -> None:
    drawn = answer(reader, Sample())
    assert drawn.text == answer(reader, Sample()).text
    assert drawn.text == answer(reader, Sample(seed=reader.config.seed + reader.step)).text
    assert drawn.text != answer(reader, Sample(seed=99)).text


@pytest.mark.parametrize("wrong", [{"temperature": -1.0}, {"top_p": 0.0}, {"top_k": -1}, {"length": -1}])
def test_sampling_out_of_range_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        Sampling(**wrong)  # type: ignore[arg-type]


def test_every_character_of_a_word_has_the_word_s_surprise(words: Subject) -> None:
    prompt = "the cat sat. a dog ran"
    drawn = answer(words, Sample(prompt, SHORT, seed=3))
    ids = words.symbols.vocabulary.encode(prompt)[0]
    log_probs = words.network.trace(ids).log_probs
    assert drawn.text.startswith(prompt)
    assert len(drawn.surprise_nats) == len(drawn.text)
    assert np.isnan(drawn.surprise_nats[:3]).all()
    start = 3
    for t, word in enumerate((" cat", " sat", ".", " a", " dog", " ran"), 1):
        end = start + len(word)
        assert drawn.surprise_nats[start:end] == pytest.approx(-log_probs[t - 1, ids[t]], abs=1e-3)
        start = end


def test_an_unknown_word_of_a_prompt_is_shown_as_it_was_read(words: Subject) -> None:
    drawn = answer(words, Sample("the zebra sat", SHORT, seed=3))
    assert drawn.prompt == "the <unk> sat"
    assert drawn.unknown == tuple(range(3, 9))
    assert drawn.unknown_words == 1
    assert drawn.text.startswith(drawn.prompt)


def test_the_bytes_of_a_character_are_surprising_together(octets: Subject) -> None:
    drawn = answer(octets, Sample("a „oh“", SHORT, seed=3))
    ids = octets.symbols.vocabulary.encode("a „oh“")[0]
    log_probs = octets.network.trace(ids).log_probs
    nats = [np.nan, *(-log_probs[t, ids[t + 1]] for t in range(len(ids) - 1))]
    assert drawn.text.startswith("a „oh“")
    assert len(drawn.surprise_nats) == len(drawn.text)
    assert drawn.surprise_nats[2] == pytest.approx(sum(nats[2:5]), abs=1e-3)  # „ is three bytes
    assert drawn.surprise_nats[3] == pytest.approx(nats[5], abs=1e-3)
