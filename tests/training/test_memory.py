"""Runs that would not fit are refused by their settings alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.training.tasks import PROBLEMS
from tui_rnn.bench.fresh import run_in_new_process
from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import Corpus
from tui_rnn.data.examples.labels import Labels
from tui_rnn.data.lexicon import SpelledLexicon
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.errors import InputError
from tui_rnn.kinds import RUNNING_TEXT, TAGGED
from tui_rnn.tasks.language_model import LanguageModel
from tui_rnn.training.memory import check_memory, training_bytes
from tui_rnn.training.networks import new_network
from tui_rnn.training.trainer import Trainer

SAVED = """
import itertools, sys
from dataclasses import replace
from pathlib import Path
from tui_rnn.config import RunConfig
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest
from tui_rnn.data.request import SourceFiles
from tui_rnn.training.memory import training_bytes
from tui_rnn.training.networks import new_network
from tui_rnn.training.resuming import save_run
from tui_rnn.training.trainer import Trainer

kind, source, out = sys.argv[1], sys.argv[2], Path(sys.argv[3])
of_kind = RunConfig(kind, batch_size=4, seq_len=4) if kind == "lm" else RunConfig(kind, batch_size=16)
data = open_data(DataRequest(SourceFiles(source), kind))

def save(hidden_size):
    config = replace(of_kind, cell="elman", hidden_size=hidden_size, num_layers=3, steps=40)
    trainer = Trainer(config, data, threads=2, keep_best=True)
    evaluate, losses = trainer.learner.evaluate, itertools.count(1.0, 0.01)  # the first is the best
    trainer.learner.evaluate = lambda *given: replace(evaluate(*given), loss_nats=next(losses), metrics={})
    while trainer.history.evaluated_step < 2:
        trainer.advance(5)
    save_run(trainer, out)
    rows = 16 if kind == "lm" else int(data.validation.lengths.sum())
    return training_bytes(config, trainer.learner.symbols, rows)

def peak():  # its own: getrusage would begin with that of the process which started this one
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(status.split("VmHWM:")[1].split()[0])

save(8)
before = peak()
needed = save(int(sys.argv[4]))
print(needed, peak() - before)
"""
LETTERS = Symbols(RUNNING_TEXT, Vocabulary("".join(map(chr, range(65, 130)))))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("size", [{}, {"num_layers": 3, "embedding_size": 48}, {"batch_size": 200, "hidden_size": 32}])
@pytest.mark.parametrize("shared", [False, True])
def test_the_estimate_covers_what_a_model_holds(cell: str, size: dict[str, Any], shared: bool) -> None:
    shares = shared and bool(CELLS[cell].gate_blocks)
    config = RunConfig(cell=cell, moments_mb=0.0, share_gates=shares, **size)  # a model has no past
    model = LanguageModel(config, 65)
    encoders = [shard.encoder for shard in model._shards]
    activations = [array for encoder in encoders for layer in encoder._layers for array in layer.activations]
    scratch = [
        array for encoder in encoders for array in (encoder._scratch.product, encoder._scratch.dy, encoder._scratch.carry)
    ]
    logits = [shard.readout.logits for shard in model._shards]
    arrays = (model._store.flat, *model._store._panels.values(), *activations, *scratch, *logits)
    held = sum(array.nbytes for array in arrays)
    needed = training_bytes(config, LETTERS, config.batch_size * config.seq_len)
    assert held < 1.1 * needed < 4.4 * held


@pytest.mark.parametrize("cell", CELLS)
def test_the_estimate_covers_what_reads_the_letters_of_words(cell: str) -> None:
    words = tuple(f"w{k:02}" * 6 for k in range(40))  # of 18 letters
    symbols = Symbols(
        TAGGED, SpelledLexicon(words, letters=Vocabulary("".join(sorted("w0123456789")))), labels=Labels(("a", "b"))
    )
    config = RunConfig("tag", cell=cell, hidden_size=16, embedding_size=64, batch_size=4, moments_mb=0.0)
    sentences = list(symbols.vocabulary.spelled([words] * 4))  # type: ignore[attr-defined]
    network = new_network(config, symbols)
    places = np.arange(len(words))
    network.train(sentences, [places] * 4, [places % 2] * 4, 0.01, 0)
    encoders = [one for shard in network._shards for one in (shard.encoder, shard.encoder._speller._encoder)]
    arrays = [array for one in encoders for layer in one._layers for array in layer.activations]
    arrays += [array for one in encoders for array in (*one._scratch, one._x, one._dx)]
    held = sum(array.nbytes for array in (network._store.flat, *network._store._panels.values(), *arrays))
    needed = training_bytes(config, symbols, 160, letters=40 * 18)
    assert held < 1.1 * needed
    assert needed < 4 * held


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process its own peak so")
@pytest.mark.parametrize(("kind", "hidden_size"), [("lm", "512"), ("classify", "320")])
def test_the_estimate_covers_a_run_that_is_saved_with_its_best_weights(
    kind: str, hidden_size: str, text: str, tmp_path: Path
) -> None:
    source = tmp_path / "source.txt"
    source.write_text(text if kind == "lm" else PROBLEMS[kind].text(), encoding="utf-8")
    said = run_in_new_process(SAVED, kind, str(source), str(tmp_path / "run.safetensors"), hidden_size, what="a run")
    needed, taken = map(int, said.split())
    assert taken < needed < 1.35 * taken


def test_settings_that_ask_for_too_much_together_are_refused(corpus: Corpus) -> None:
    with pytest.raises(InputError, match=r"seq_len 4096 on 65 characters needs about \d+ GiB of memory"):
        check_memory(RunConfig(batch_size=1024, seq_len=4096), LETTERS, 1024 * 4096)
    with pytest.raises(InputError, match="GiB of memory"):
        Trainer(RunConfig(hidden_size=4096, num_layers=8, seq_len=8), corpus)
