"""The same weights give the same loss and gradients as PyTorch's LSTMs over letters and words, word by word."""

from typing import Any

import numpy as np
import pytest

from tests.tasks.random_sequences import assert_same_gradients, with_biases
from tests.tasks.test_words_with_letters import LETTERS, TAGS, UNKNOWN, WORDS, sentences_of, tags_of
from tui_rnn.config import RunConfig
from tui_rnn.tasks.tagger import Tagger

torch = pytest.importorskip("torch", reason="PyTorch is not installed: the comparison with it is left out")


def lstm(leaves, prefix, x):
    """Both directions over x (T, D): (T, 2 H)."""
    inputs, size = x.shape[1], leaves[f"{prefix}U0"].shape[0]
    module = torch.nn.LSTM(inputs, size, bidirectional=True, dtype=torch.float64)
    weights: dict[str, Any] = {}
    for way in ("", "_reverse"):
        W, U, b = (leaves[f"{prefix}{letter}0{way}"] for letter in "WUb")
        weights |= {f"weight_ih_l0{way}": W.T, f"weight_hh_l0{way}": U.T}
        weights |= {f"bias_ih_l0{way}": b, f"bias_hh_l0{way}": torch.zeros_like(b)}
    return torch.func.functional_call(module, weights, (x[:, None],))[0][:, 0]


@pytest.mark.parametrize("count", [1, 9])
def test_a_taggers_loss_and_gradients_equal_pytorchs(count):
    model = with_biases(Tagger(RunConfig("tag", hidden_size=17, embedding_size=5), WORDS, TAGS, LETTERS, UNKNOWN))
    sentences = sentences_of(2, count)
    ends, tags = tags_of(sentences)
    found, gradients = model.loss_and_gradients(sentences, ends, tags)

    leaves = {name: torch.tensor(v.astype(np.float64), requires_grad=True) for name, v in model.parameters.items()}
    rows = []
    for one in sentences:
        spelled = []
        for form in one.forms:
            y = lstm(leaves, "speller.", leaves["speller.E"][torch.tensor(one.letters[form].astype(np.int64))])
            spelled.append(torch.cat([y[-1, :5], y[0, 5:]]))
        x = torch.cat([leaves["E"][torch.tensor(one.ids.astype(np.int64))], torch.stack(spelled)], 1)
        rows.append(lstm(leaves, "", x))
    logits = torch.cat(rows) @ leaves["V"].T + leaves["b_out"]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(np.concatenate(tags)))
    loss.backward()

    assert found == pytest.approx(float(loss.detach()), rel=1e-5)
    assert_same_gradients(gradients, {name: leaf.grad.numpy() for name, leaf in leaves.items()})
