"""Every export gives the logits of the network that it was made from."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.export.networks import CHARACTERS, SOME, SPELLED, example_of, few_settings_of, network_of, symbols_of
from tui_rnn.config import RunConfig
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.tokens import TextVocabulary
from tui_rnn.errors import InputError
from tui_rnn.export import to_json, to_numpy, to_onnx, to_torch
from tui_rnn.export.about import about
from tui_rnn.export.plan import plan_of
from tui_rnn.export.target import NotInstalled, Target
from tui_rnn.export.torch_cells import OWN
from tui_rnn.kinds import KINDS
from tui_rnn.training.networks import new_network
from tui_rnn.training.run_facts import DataRecord, RunFacts

TOLERANCE = 1e-4


def facts_of(network: Any) -> RunFacts:
    kind = KINDS[network.config.kind]
    data = DataRecord("</script>\u202e", DataRequest(SourceFiles("")), "0" * 64, 10)
    return RunFacts(kind, network.config, data, 3, 100, 1.0, 0.01, (), {})


def written(target: Target, network: Any, folder: Path, symbols: Any = None) -> None:
    symbols = symbols or symbols_of(network.config.kind)
    plan = plan_of(network, symbols)
    for name, content in target.files(plan, about(plan, symbols, facts_of(network), 3)).items():
        (folder / name).write_bytes(content)


def test_a_matrix_that_the_gates_share_stands_in_the_place_of_each(tmp_path: Path) -> None:
    symbols = symbols_of("lm")
    network = new_network(RunConfig("lm", hidden_size=8, share_gates=True), symbols)
    written(to_numpy.TARGET, network, tmp_path)
    example = example_of(network, symbols)
    for logits in to_numpy.TARGET.opened(tmp_path).values():
        np.testing.assert_allclose(logits(*example), network.logits(*example), atol=TOLERANCE, rtol=0)
    i, f, _, o = np.split(plan_of(network, symbols).parameters["U0"], 4, axis=1)
    np.testing.assert_array_equal(i, f)
    np.testing.assert_array_equal(i, o)


def test_a_tagger_without_overlap_is_refused_with_the_reason() -> None:
    network = network_of("tag", "lstm", "tanh", overlap=False)
    with pytest.raises(InputError, match="a tagger without overlap can't be exported: no other program joins"):
        plan_of(network, symbols_of("tag"))


def check(
    targets: Sequence[Target], kind: str, cell: str, activation: str, top: Path, vocabulary: TextVocabulary = CHARACTERS
) -> None:
    """Each network is made once for all targets."""
    in_node, expected = [], []
    symbols = symbols_of(kind, vocabulary)
    embeds = vocabulary.kind == SPELLED.kind  # such words have an embedding
    for number, settings in enumerate(one for one in few_settings_of(kind) if one["embedding_size"] or not embeds):
        network = network_of(kind, cell, activation, symbols, **settings)
        example = example_of(network, symbols)
        truth = network.logits(*example)
        for target in targets:
            folder = top / f"{target.name}-{number}"
            folder.mkdir()
            written(target, network, folder, symbols)
            if target is to_json.TARGET:  # one process of Node for all: starting it takes longer than what it computes
                in_node.append((folder, example))
                expected.append(truth)
                continue
            for form, logits in target.opened(folder).items():
                told = f"{target.name} {form} {settings}"
                np.testing.assert_allclose(logits(*example), truth, atol=TOLERANCE, rtol=0, err_msg=told)
    if in_node:
        for (folder, _), found, truth in zip(in_node, to_json.in_node(in_node), expected, strict=True):
            np.testing.assert_allclose(found, truth, atol=TOLERANCE, rtol=0, err_msg=folder.name)


INSTALLED: dict[Target, bool] = {
    to_numpy.TARGET: True,
    to_onnx.TARGET: importlib.util.find_spec("onnxruntime") is not None,
    to_json.TARGET: shutil.which("node") is not None,
}


@pytest.mark.parametrize(("kind", "cell", "activation"), SOME)
def test_every_export_gives_the_networks_logits(kind: str, cell: str, activation: str, tmp_path: Path) -> None:
    check([target for target, there in INSTALLED.items() if there], kind, cell, activation, tmp_path)


@pytest.mark.parametrize(("kind", "cell", "activation"), [one for one in SOME if one[0] in ("tag", "classify")])
def test_every_export_reads_words_with_their_letters(kind: str, cell: str, activation: str, tmp_path: Path) -> None:
    check([target for target, there in INSTALLED.items() if there], kind, cell, activation, tmp_path, SPELLED)


@pytest.mark.parametrize("target", INSTALLED, ids=lambda target: target.name)
def test_the_other_side_is_there_to_compare_with(target: Target) -> None:
    if not INSTALLED[target]:
        pytest.skip(f"{target.name} is not compared: install what runs it")


@pytest.mark.parametrize(("kind", "cell", "activation"), SOME)
def test_pytorch_gives_the_networks_logits(kind: str, cell: str, activation: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    check([to_torch.TARGET], kind, cell, activation, tmp_path)


@pytest.mark.parametrize(("kind", "cell", "activation"), [one for one in SOME if one[0] in ("tag", "classify")])
def test_pytorch_reads_words_with_their_letters(kind: str, cell: str, activation: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    check([to_torch.TARGET], kind, cell, activation, tmp_path, SPELLED)


@pytest.mark.parametrize("target", [to_numpy.TARGET, to_onnx.TARGET, to_json.TARGET, to_torch.TARGET], ids=lambda one: one.name)
def test_an_empty_target_has_the_logits_of_its_end(target: Target, tmp_path: Path) -> None:
    """As of a source whose answer is nothing."""
    network = network_of("seq2seq", "lstm", "tanh", embedding_size=5)
    written(target, network, tmp_path)
    source, nothing = example_of(network, symbols_of("seq2seq"))[0], np.zeros(0, np.int32)
    try:
        (logits,) = target.opened(tmp_path).values()
    except NotInstalled as missing:
        pytest.skip(str(missing))

    np.testing.assert_allclose(logits(source, nothing), network.logits(source, nothing), atol=TOLERANCE)


@pytest.mark.parametrize("cell", OWN)
def test_a_module_that_pytorch_lacks_learns_by_the_networks_gradients(cell: str, tmp_path: Path) -> None:
    """PyTorch derives them by itself from the equations in model.py."""
    torch = pytest.importorskip("torch")
    network, symbols = network_of("lm", cell, "tanh", num_layers=2, embedding_size=5, seq_len=6), symbols_of("lm")
    written(to_torch.TARGET, network, tmp_path)
    model = to_numpy.loaded(tmp_path / "model.py").load()
    tokens = np.random.default_rng(4).integers(0, len(symbols.vocabulary), (7, 2)).astype(np.int32)

    loss, gradients = network.loss_and_gradients(tokens, np.ones(2, bool))
    logits, _ = model(torch.tensor(tokens[:-1].T.astype(np.int64)))
    theirs = torch.nn.functional.cross_entropy(logits.flatten(0, 1), torch.tensor(tokens[1:].T.astype(np.int64)).flatten())
    theirs.backward()

    assert loss == pytest.approx(float(theirs.detach()), rel=1e-5)
    expected = to_torch.state_dict(replace(plan_of(network, symbols), parameters=gradients))
    for name, parameter in model.named_parameters():
        if not name.endswith("U.bias"):  # PyTorch's second bias of a gate learns, too; ours has one
            np.testing.assert_allclose(parameter.grad.numpy(), expected[name], rtol=0, atol=1e-5, err_msg=name)
