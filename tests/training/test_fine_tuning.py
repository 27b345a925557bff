"""Going on from another run's weights: what was known computes what it did, what is new begins as the mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.export.networks import KIND_NAMES, example_of, network_of, symbols_of
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.data.examples.labels import Labels, Tokens
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import WordVocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError
from tui_rnn.kinds import KINDS
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.fine_tuning import config_from, start_from, symbols_of_both
from tui_rnn.training.history import History
from tui_rnn.training.networks import new_network
from tui_rnn.training.run_facts import DataRecord, Parent, RunFacts
from tui_rnn.training.trainer import Trainer


def saved(network: Any, symbols: Symbols) -> Checkpoint:
    data = DataRecord("old", DataRequest(SourceFiles(""), task=KINDS[network.config.kind].task), "0" * 64, 10)
    facts = RunFacts(KINDS[network.config.kind], network.config, data, 7, 100, 1.0, 0.01, (), {})
    return Checkpoint(facts, symbols, network.arrays(), {}, History())


def with_more(symbols: Symbols) -> Symbols:
    """With new symbols before, between and behind those that are known."""
    more: dict[str, Any] = {"vocabulary": Vocabulary("".join(sorted(" <abcdefé" + "\n5z€")))}
    if symbols.labels is not None:
        more["labels"] = Labels(("no", "other", "yes", "zero", "zone"))
    if symbols.targets is not None:
        more["targets"] = Tokens(("a", "u", "v", "w", "y", "é"))
    return replace(symbols, **more)


@pytest.mark.parametrize(
    "embedding", [{"embedding_size": 0}, {"embedding_size": 5}, {"embedding_size": 8, "tie_weights": True}]
)
@pytest.mark.parametrize("kind", KIND_NAMES)
def test_what_was_known_gives_the_logits_that_it_gave(kind: str, embedding: dict[str, Any]) -> None:
    if embedding.get("tie_weights") and kind in ("tag", "classify"):
        embedding = {"embedding_size": 8}
    known = symbols_of(kind)
    both = symbols_of_both(known, with_more(known))
    old = network_of(kind, "gru", "tanh", **embedding)
    new = new_network(old.config, both)
    new.set_parameters(start_from(saved(old, known), both).weights)
    example = example_of(old, known)
    old_read, new_read = list(known.vocabulary.characters), list(both.vocabulary.characters)
    read = np.array([*(new_read.index(ch) for ch in old_read), len(new_read)], np.int32)
    if known.targets is not None and both.targets is not None:
        chosen = np.array(
            [*(both.targets.names.index(name) for name in known.targets.names), len(both.targets) - 1, len(both.targets)]
        )
    elif known.labels is not None and both.labels is not None:
        chosen = np.array([both.labels.names.index(name) for name in known.labels.names])
    else:
        chosen = read if kind == "items" else read[:-1]

    moved = [read[example[0]], *(chosen[ids].astype(np.int32) for ids in example[1:])]

    np.testing.assert_allclose(new.logits(*moved)[..., chosen], old.logits(*example), atol=1e-6)


def test_a_new_row_is_the_mean_of_those_that_were_known() -> None:
    known = symbols_of("lm")
    both = symbols_of_both(known, with_more(known))
    network = network_of("lm", "lstm", "tanh", embedding_size=5)
    start = start_from(saved(network, known), both)

    for name in ("E", "V", "b_out"):
        np.testing.assert_allclose(
            start.weights[name][both.vocabulary.characters.index("z")], network.parameters[name].mean(axis=0)
        )
    assert start.told == "new to the network: 4 characters; each begins as the mean of those that it knew"
    assert start.parent == Parent("old", "0" * 64, 7)


def test_where_nothing_is_new_the_weights_are_as_they_were() -> None:
    known = symbols_of("seq2seq")
    network = network_of("seq2seq", "lstm", "tanh", attention="general")
    start = start_from(saved(network, known), symbols_of_both(known, known))

    assert start.told == ""
    assert all(np.array_equal(start.weights[name], value) for name, value in network.parameters.items())


def test_words_keep_their_rows_and_unknown_ones_theirs() -> None:
    old, new = WordVocabulary((" cat", "the")), WordVocabulary((" a", " cat", "then"))
    known = symbols_of("lm", old)
    both = symbols_of_both(known, symbols_of("lm", new))
    network = network_of("lm", "elman", "tanh", known, embedding_size=5)
    E = start_from(saved(network, known), both).weights["E"]

    assert both.vocabulary == WordVocabulary((" a", " cat", "the", "then"))
    np.testing.assert_array_equal(E[[1, 2, 4]], network.parameters["E"])


def test_data_of_another_kind_are_refused() -> None:
    with pytest.raises(InputError, match="the run is for classify"):
        symbols_of_both(symbols_of("classify"), symbols_of("lm"))


def test_the_network_stays_the_one_whose_weights_they_are() -> None:
    found = saved(network_of("lm", "lstm", "tanh", embedding_size=5), symbols_of("lm"))

    config = config_from(found, {"steps": 5, "learning_rate": 0.001})

    assert (config.cell, config.hidden_size, config.embedding_size, config.learning_rate) == ("lstm", 8, 5, 0.001)
    with pytest.raises(InputError, match="hidden_size can't be changed"):
        config_from(found, {"hidden_size": 9, "steps": 5})


def test_a_run_begins_with_those_weights_and_remembers_whose_they_were(tmp_path: Path) -> None:
    data = corpus_from_text("ab cd\n" * 400)
    config = RunConfig("lm", hidden_size=8, batch_size=2, seq_len=8, steps=4)
    first = Trainer(config, data)
    start = start_from(first.checkpoint(), data.symbols)

    second = Trainer(replace(config, seed=2), data, start=start)

    assert all(np.array_equal(second.learner.network.parameters[name], value) for name, value in start.weights.items())
    second.save(tmp_path / "run.safetensors")
    read = checkpoints.read(tmp_path / "run.safetensors")
    assert read.facts.parent == start.parent
    assert Trainer.restored(read, data).checkpoint().facts.parent == start.parent
