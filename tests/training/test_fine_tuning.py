"""Going on from another run's weights: what was known computes what it did, what is new begins as the mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tui_rnn
from tests.export.networks import KIND_NAMES, example_of, network_of, symbols_of
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.data.examples.labels import Labels, Tokens
from tui_rnn.data.lexicon import Lexicon, SpelledLexicon
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import WordVocabulary
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError
from tui_rnn.kinds import KINDS
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.checkpoint import Checkpoint
from tui_rnn.training.fine_tuning import config_from, request_for, start_from, symbols_of_both
from tui_rnn.training.history import History
from tui_rnn.training.networks import new_network
from tui_rnn.training.old_data import data_of_parent, for_the_new, old_data
from tui_rnn.training.resuming import checkpoint_of, restored, save_run
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
    assert start.told == "new to the network: 4 characters; each begins as the mean of the known ones"
    assert start.parent == Parent("old", "0" * 64, 7, DataRequest(SourceFiles(""), task="lm"))


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


@pytest.mark.parametrize("kind", ["tag", "classify"])
def test_words_with_their_letters_give_the_logits_that_they_gave(kind: str) -> None:
    old = SpelledLexicon(("cat", "the"), letters=Vocabulary(" aceht"))
    joined = SpelledLexicon(("a", "cat", "dog", "the"), letters=Vocabulary(" acdeghot"))
    known = symbols_of(kind, old)
    both = symbols_of_both(known, symbols_of(kind, SpelledLexicon(("a", "dog", "the"), letters=Vocabulary(" adeghot"))))
    network = network_of(kind, "lstm", "tanh", known, embedding_size=5)
    start = start_from(saved(network, known), both)
    new = new_network(network.config, both)
    new.set_parameters(start.weights)
    before, now = (one.spelled([("the", "cat", "heat", "the")])[0] for one in (old, joined))

    assert both.vocabulary == joined
    np.testing.assert_allclose(new.logits(now), network.logits(before), atol=1e-6)
    assert start.told == "new to the network: 2 words; each begins as the mean of the known ones"


def test_new_data_are_read_as_the_runs_own_told() -> None:
    """The request of the run names no tokens: its data were sentences."""
    lexicon = Lexicon(("cat", "the"))
    known = Symbols(KINDS["seq2seq"], lexicon, targets=Tokens((" chat", " le"), "words"))
    request = request_for(saved(network_of("seq2seq", "lstm", "tanh", known), known), DataRequest(SourceFiles("new")))

    assert (request.tokens, request.target_units) == ("word", "words")


def test_data_of_another_kind_are_refused() -> None:
    with pytest.raises(InputError, match="but the run is for classify"):
        symbols_of_both(symbols_of("classify"), symbols_of("lm"))


def test_the_network_stays_the_one_whose_weights_they_are() -> None:
    found = saved(network_of("lm", "lstm", "tanh", embedding_size=5), symbols_of("lm"))

    config = config_from(found, {"steps": 5, "learning_rate": 0.001})

    assert (config.cell, config.hidden_size, config.embedding_size, config.learning_rate) == ("lstm", 8, 5, 0.001)
    with pytest.raises(InputError, match="hidden_size can't be changed"):
        config_from(found, {"hidden_size": 9, "steps": 5})


def test_a_sampled_softmax_goes_on_unless_another_is_given() -> None:
    found = saved(network_of("lm", "lstm", "tanh", sampled_softmax=2), symbols_of("lm"))

    assert config_from(found, {"steps": 5}).sampled_softmax == 2
    assert config_from(found, {"steps": 5, "sampled_softmax": 0}).sampled_softmax == 0


def test_a_run_begins_with_those_weights_and_remembers_whose_they_were(tmp_path: Path) -> None:
    data = corpus_from_text("ab cd\n" * 400)
    config = RunConfig("lm", hidden_size=8, batch_size=2, seq_len=8, steps=4)
    first = Trainer(config, data)
    start = start_from(checkpoint_of(first), data.symbols)

    second = Trainer(replace(config, seed=2), data, start=start)

    assert all(np.array_equal(second.learner.network.parameters[name], value) for name, value in start.weights.items())
    save_run(second, tmp_path / "run.safetensors")
    read = checkpoints.read(tmp_path / "run.safetensors")
    assert read.facts.parent == start.parent
    assert checkpoint_of(restored(read, data)).facts.parent == start.parent


OPTIMIZER = RunConfig("lm", hidden_size=8, embedding_size=4, batch_size=2, seq_len=8, warmup_steps=0, schedule="constant")


def test_a_kept_optimiser_trains_on_to_the_same_bits_as_plain_resuming_where_the_data_are_the_same() -> None:
    data = corpus_from_text("ab cd\n" * 400)
    first = Trainer(replace(OPTIMIZER, steps=6), data)
    while not first.finished:
        first.advance(6)
    found = checkpoint_of(first)

    resumed = restored(found, data, goal={"steps": 11})
    begun = Trainer(replace(OPTIMIZER, steps=5), data, start=start_from(found, data.symbols, keep_optimizer=True))
    carried = {name: array for name, array in found.network.items() if name.startswith("state.")}
    begun.learner.network.load_arrays(begun.learner.network.arrays() | carried)  # both stand in the middle of the text
    begun.learner.feed.load_state(found.feed)
    for name, array in resumed.learner.network.arrays().items():
        np.testing.assert_array_equal(begun.learner.network.arrays()[name], array, name)
    for trainer in (resumed, begun):
        while not trainer.finished:
            trainer.advance(5)

    assert begun.parent is not None
    assert (begun.step, resumed.step, begun.parent.optimizer_steps) == (5, 11, 6)
    for name, array in resumed.learner.network.arrays().items():
        np.testing.assert_array_equal(begun.learner.network.arrays()[name], array, name)


def test_a_fresh_optimiser_has_seen_nothing_and_a_kept_one_nothing_of_what_is_new() -> None:
    known = symbols_of("lm")
    both = symbols_of_both(known, with_more(known))
    network = network_of("lm", "lstm", "tanh", embedding_size=5)
    moments = {name: np.ones_like(array) for name, array in network.arrays().items() if name.startswith("adam_v.")}
    network.load_arrays(network.arrays() | moments)
    old = saved(network, known)

    kept, new = start_from(old, both, keep_optimizer=True), both.vocabulary.characters.index("z")

    assert start_from(old, both).optimizer == {}
    assert kept.optimizer["adam_v.E"].sum(axis=1).astype(bool).sum() == len(known.vocabulary)
    assert not kept.optimizer["adam_v.E"][new].any()
    assert kept.parent.optimizer_steps == 7


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A text, and another one in other characters."""
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("ab cd\n" * 400, encoding="utf-8")
    new.write_text("xy a z\n" * 400, encoding="utf-8")
    return old, new


def fine_tuned(old: Path, new: Path, **options: Any) -> Trainer:
    """A run on the new text from one on the old, before its first step."""
    first = Trainer(replace(OPTIMIZER, steps=30), open_data(DataRequest(SourceFiles(str(old)), "lm")))
    while not first.finished:
        first.advance(30)
    found, request = checkpoint_of(first), DataRequest(SourceFiles(str(new)), "lm")
    both = symbols_of_both(found.symbols, open_data(request).symbols)
    before = old_data(found.facts.data, for_the_new(found, both))
    return Trainer(
        replace(OPTIMIZER, steps=60), open_data(request, symbols=both), start=start_from(found, both), old=before, **options
    )


def test_what_is_forgotten_is_the_score_of_the_old_text_that_validated(files: tuple[Path, Path], tmp_path: Path) -> None:
    trainer = fine_tuned(*files)
    while not trainer.finished:
        trainer.advance(7)
    save_run(trainer, tmp_path / "run.safetensors")

    run = tui_rnn.load(tmp_path / "run.safetensors")
    validated = files[0].read_text("utf-8")[-240:]  # its last tenth
    curve = trainer.history.curves()

    assert trainer.history.old_loss_nats == pytest.approx(run.evaluate(validated).loss_nats, rel=1e-6)
    assert len(curve["old_loss_nats"]) == len(curve["val_loss_nats"])
    assert curve["old_loss_nats"][-1] > curve["old_loss_nats"][0] + 0.5  # it forgets
    assert curve["val_loss_nats"][-1] < curve["val_loss_nats"][0] - 0.5  # while it learns


def test_a_run_that_is_resumed_goes_on_scoring_the_old_text(files: tuple[Path, Path], tmp_path: Path) -> None:
    trainer = fine_tuned(*files)
    trainer.advance(1)
    trainer.advance(3)
    save_run(trainer, tmp_path / "run.safetensors")
    read = checkpoints.read(tmp_path / "run.safetensors")

    again = restored(read, trainer.data, old=data_of_parent(read.facts.parent, read.symbols))
    for one in (trainer, again):
        while not one.finished:
            one.advance(7)

    assert again.old is not None
    np.testing.assert_array_equal(again.history.curves()["old_loss_nats"], trainer.history.curves()["old_loss_nats"])


def test_a_run_that_goes_back_to_its_best_has_that_ones_loss_on_the_old_text(files: tuple[Path, Path]) -> None:
    trainer = fine_tuned(*files, keep_best=True)
    trainer.set_learning_rate(0.2)  # too much: its best is not its last
    while not trainer.finished:
        trainer.advance(7)

    assert trainer.old is not None
    scored = trainer.evaluate(trainer.old.scored)
    assert scored is not None
    assert trainer.history.old_loss_nats == pytest.approx(scored.loss_nats, rel=1e-6)


def test_where_the_old_text_is_gone_nothing_is_scored_of_it(files: tuple[Path, Path]) -> None:
    trainer = fine_tuned(*files)
    files[0].write_text("changed\n" * 400, encoding="utf-8")

    assert data_of_parent(trainer.parent, trainer.data.symbols) is None
    files[0].unlink()
    assert data_of_parent(trainer.parent, trainer.data.symbols) is None
