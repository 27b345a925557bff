"""Networks of PyTorch taken in: their logits are the same, and what doesn't fit is named in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.export.networks import KNOWN_CELLS, H, example_of, few_settings_of, network_of, symbols_of
from tui_rnn.errors import InputError
from tui_rnn.export import to_torch
from tui_rnn.export.from_torch import Stages, imported
from tui_rnn.export.plan import plan_of
from tui_rnn.export.state_dict import taken_apart
from tui_rnn.export.token_file import as_characters, read_tokens
from tui_rnn.training import checkpoint
from tui_rnn.training.networks import new_network

NO_STAGES = Stages()
CHARACTERS = "ba \ncé"  # by their ids in PyTorch: not sorted


def saved(folder: Path, tensors: dict[str, Any]) -> Path:
    path = folder / "model.safetensors"
    save_file({name: np.ascontiguousarray(array) for name, array in tensors.items()}, path)
    return path


def network_in(found: Any) -> Any:
    network = new_network(found.checkpoint.facts.config, found.checkpoint.symbols)
    network.load_arrays(found.checkpoint.network)
    return network


def labels_file(folder: Path) -> Path:
    path = folder / "labels.txt"
    path.write_text("no\nyes\nzero\n")
    return path


@pytest.mark.parametrize(("cell", "activation"), KNOWN_CELLS)
@pytest.mark.parametrize("kind", ["lm", "tag", "classify"])
def test_what_was_exported_comes_back_as_it_was(kind: str, cell: str, activation: str, tmp_path: Path) -> None:
    symbols = symbols_of(kind)
    vocabulary = tmp_path / "vocabulary.txt"
    vocabulary.write_text(symbols.vocabulary.characters, encoding="utf-8")
    for settings in few_settings_of(kind):
        network = network_of(kind, cell, activation, **settings)
        path = saved(tmp_path, to_torch.state_dict(plan_of(network, symbols)))
        labels = labels_file(tmp_path) if kind != "lm" else None
        pool = {"pool": settings["pool"]} if "pool" in settings else {}
        found = network_in(imported(path, kind, vocabulary, labels, NO_STAGES, activation=activation, **pool))

        example = example_of(network, symbols)
        np.testing.assert_array_equal(found.logits(*example), network.logits(*example), str(settings))


@pytest.mark.parametrize("embeds", [True, False])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("module", ["RNN", "LSTM", "GRU"])
def test_a_network_of_pytorch_has_the_same_logits_here(module: str, layers: int, embeds: bool, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(3)

    class Model(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            size = 5 if embeds else len(CHARACTERS)
            if embeds:
                self.embed = torch.nn.Embedding(len(CHARACTERS), size)
            self.body = getattr(torch.nn, module)(size, H, layers, batch_first=True)
            self.head = torch.nn.Linear(H, len(CHARACTERS))

        def forward(self, ids: Any) -> Any:
            one_hot = torch.nn.functional.one_hot(ids, len(CHARACTERS)).float()
            return self.head(self.body(self.embed(ids) if embeds else one_hot)[0])

    model, text = Model(), "abc éab\nc"
    path = saved(tmp_path, {name: tensor.numpy() for name, tensor in model.state_dict().items()})
    vocabulary = tmp_path / "vocabulary.json"
    vocabulary.write_text(json.dumps({"stoi": {ch: i for i, ch in enumerate(CHARACTERS)}}))

    found = imported(path, "lm", vocabulary, None, NO_STAGES)

    ids = found.checkpoint.symbols.vocabulary.encode(text)[0]
    theirs = model(torch.tensor([[CHARACTERS.index(ch) for ch in text]])).detach().numpy()[0]
    order = [CHARACTERS.index(ch) for ch in sorted(CHARACTERS)]
    np.testing.assert_allclose(network_in(found).logits(ids), theirs[:, order], atol=1e-5)


def tensors_of(**more: Any) -> dict[str, Any]:
    """A small LSTM over the six characters."""
    rng = np.random.default_rng(1)
    shapes = {
        "embedding.weight": (6, 5),
        "lstm.weight_ih_l0": (4 * H, 5),
        "lstm.weight_hh_l0": (4 * H, H),
        "lstm.bias_ih_l0": (4 * H,),
        "lstm.bias_hh_l0": (4 * H,),
        "head.weight": (6, H),
        "head.bias": (6,),
    }
    found = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()} | more
    return {name: array for name, array in found.items() if array is not None}


def test_the_run_is_written_and_read_as_any_other(tmp_path: Path) -> None:
    vocabulary = tmp_path / "v.txt"
    vocabulary.write_text(CHARACTERS, encoding="utf-8")
    found = imported(saved(tmp_path, tensors_of()), "lm", vocabulary, None, NO_STAGES)
    checkpoint.write(found.checkpoint, tmp_path / "run.safetensors")

    read = checkpoint.read(tmp_path / "run.safetensors")

    assert read.facts.config == found.checkpoint.facts.config
    assert read.facts.config.cell == "lstm"
    assert {name: array.tobytes() for name, array in read.network.items()} == {
        name: array.tobytes() for name, array in found.checkpoint.network.items()
    }


def zeros(*shape: int) -> Any:
    return np.zeros(shape, np.float32)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"norm.weight": zeros(H)}, "'norm.weight' belongs neither"),
        ({"other.weight_ih_l0": zeros(4, 4)}, "several recurrent modules, 'lstm', 'other': choose one with --rnn"),
        ({"lstm.weight_hh_l0": zeros(5 * H, H)}, "has 40 rows for 8 units, expected 1 (nn.RNN), 4 (nn.LSTM), 3 (nn.GRU)"),
        ({"lstm.weight_hh_l0": zeros(0, 0)}, "weight_hh_l0 is empty"),
        ({"lstm.bias_hh_l0": None}, "'lstm.bias_hh_l0' is missing"),
        ({"lstm.weight_hr_l0": zeros(3, H)}, "'lstm.weight_hr_l0'"),
        ({"head.weight": None, "head.bias": None}, "none fits: say which by --readout"),
        ({"head2.weight": zeros(6, H), "head2.bias": zeros(6)}, "'head', 'head2' fit: say which by --readout"),
        ({"embedding2.weight": zeros(6, 5)}, "say which it is by --embedding"),
        ({"head.bias": zeros(7)}, "'head.bias' is (7,), expected (6,)"),
        ({"lstm.weight_ih_l1": zeros(4 * H, H)}, "'lstm.weight_ih_l1' belongs neither"),
    ],
)
def test_what_does_not_fit_is_named(more: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as error:
        taken_apart(tensors_of(**more), None, None, None)

    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_names_of_modules_decide_where_shapes_do_not() -> None:
    found = tensors_of(**{"head2.weight": zeros(6, H), "embedding2.weight": zeros(6, 5)})
    with pytest.raises(InputError, match="belongs neither"):
        taken_apart(found, "embedding", None, "head")
    del found["head2.weight"], found["embedding2.weight"]

    assert np.array_equal(taken_apart(found, "embedding", "lstm", "head.weight").V, found["head.weight"])


def test_tied_weights_that_were_saved_once_are_found() -> None:
    tied = {"embedding.weight": zeros(6, H) + 1, "lstm.weight_ih_l0": zeros(4 * H, H), "head.weight": None}
    found = taken_apart(tensors_of(**tied), None, None, None)

    assert found.tied
    assert found.b_out is not None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("v.txt", "ba"),
        ("v.txt", "b\na\n"),
        ("v.json", '["b", "a"]'),
        ("v.json", '{"b": 0, "a": 1}'),
        ("v.json", '{"itos": {"0": "b", "1": "a"}}'),
    ],
)
def test_a_vocabulary_is_read_as_people_keep_it(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)

    assert read_tokens(tmp_path / name, 2) == ("b", "a")


def test_the_training_text_does_as_a_vocabulary(tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_text("to be or not to be\n")

    assert read_tokens(tmp_path / "v.txt", 8) == ("\n", " ", "b", "e", "n", "o", "r", "t")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": 0, "b": 2}', "has ids from 0 to 2, expected .* from 0 to 1"),
        ('{"a": "x"}', "has no ids"),
        ("[1, 2]", "has 1 for the id 0"),
        ('["a", ""]', "has '' for the id 1"),
        ('["a"]', "has 1 names, the network 2"),
        ("{", "is no JSON"),
        ("3", "holds 3"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_a_malformed_vocabulary_is_refused(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "v.json").write_text(text)

    with pytest.raises(InputError, match=told):
        read_tokens(tmp_path / "v.json", 2)


def test_a_token_such_as_pad_has_a_character_that_no_text_has() -> None:
    characters, instead = as_characters(("<pad>", "a", "[UNK]"))

    assert characters == "\ue000a\ue001"
    assert instead == {"<pad>": "\ue000", "[UNK]": "\ue001"}
    with pytest.raises(InputError, match=r"'the' is U\+0074 U\+0068 U\+0065, expected one character"):
        as_characters(("the",))
    with pytest.raises(InputError, match="'a' has the ids 0 and 2"):
        as_characters(("a", "b", "a"))


def test_an_exported_cell_that_pytorch_lacks_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, to_torch.state_dict(plan_of(network_of("lm", "mgru", "tanh"), symbols_of("lm"))))
    with pytest.raises(InputError, match=r"no tensor is the weight_ih_l0 of nn\.RNN, nn\.LSTM or nn\.GRU, found '"):
        imported(path, "lm", None, None, NO_STAGES)
