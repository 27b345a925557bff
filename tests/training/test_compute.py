"""How much arithmetic a training takes, against counts by hand."""

from __future__ import annotations

import pytest

from tui_rnn.bench import work
from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.kinds import KINDS
from tui_rnn.training.compute import flops_per_char, parameter_count
from tui_rnn.training.networks import NETWORKS

READ, WRITTEN, H, D = 50, 11, 16, 8


def shapes(kind: str, **settings):
    sizes = (READ, WRITTEN) if KINDS[kind].answers else (READ,)
    config = RunConfig(kind, **{"hidden_size": H, "embedding_size": D} | settings)
    return NETWORKS[kind].array_shapes(config, *sizes)


@pytest.mark.parametrize(
    ("kind", "settings", "weights"),
    [
        # U, and V over the symbols; E and W are a table
        ("lm", {"cell": "elman"}, H * H + H * READ),
        ("lm", {"cell": "lstm"}, 4 * H * H + H * READ),
        ("lm", {"cell": "lstm", "embedding_size": 0}, 4 * H * H + H * READ),
        ("lm", {"cell": "lstm", "num_layers": 2}, 3 * 4 * H * H + H * READ),
        ("lm", {"cell": "mingru"}, H * READ),  # no U
        ("lm", {"cell": "mingru", "num_layers": 2}, 2 * H * H + H * READ),
        ("lm", {"cell": "elman", "embedding_size": H, "tie_weights": True}, H * H + H * READ),
        ("items", {"cell": "elman"}, H * H + H * (READ + 1)),  # </s> can come, too
        # both directions, and no V, which is not used at each character
        ("tag", {"cell": "lstm"}, 2 * 4 * H * H),
        ("classify", {"cell": "lstm", "num_layers": 2}, 2 * 4 * H * H + 2 * 4 * (2 * H) * H + 2 * 4 * H * H),
        # the encoder's two U for half of the symbols; P, the decoder's U and C, and V over targets with </s> for the other
        ("seq2seq", {"cell": "lstm", "attention": "none"}, None),
    ],
)
def test_each_weight_that_a_character_is_multiplied_with_costs_six(kind, settings, weights):
    found = flops_per_char(KINDS[kind], shapes(kind, **settings))
    if weights is None:
        own = shapes(kind, **settings)
        looked_up = {"encoder.E", "encoder.W0", "encoder.W0_reverse", "decoder.E", "decoder.W0"}
        used = [n for n in own if n not in looked_up and not n.startswith(("adam", "state")) and len(own[n]) == 2]
        assert {"encoder.U0", "encoder.U0_reverse", "decoder.U0", "decoder.C", "V"} <= {*used}
        weights = sum(own[n][0] * own[n][1] for n in used) / 2
    assert found == 6 * weights


@pytest.mark.parametrize("cell", CELLS)
def test_the_benchmark_counts_the_same(cell):
    config = RunConfig(cell=cell, hidden_size=32, num_layers=3)
    of_input, of_state = len(CELLS[cell].input_blocks), len(CELLS[cell].recurrent_blocks)  # the lowest W is a table
    assert work.flops_per_char(config, 65) == pytest.approx(6 * ((2 * of_input + 3 * of_state) * 32 * 32 + 32 * 65))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("share_gates", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_parameters_are_counted_as_the_network_counts_them(kind, share_gates, cell):
    if share_gates and not CELLS[cell].gate_blocks:
        return
    sizes = (READ, WRITTEN) if KINDS[kind].answers else (READ,)
    config = RunConfig(kind, cell=cell, hidden_size=H, embedding_size=D, num_layers=2, share_gates=share_gates)
    assert (
        parameter_count(config, NETWORKS[kind].array_shapes(config, *sizes)) == NETWORKS[kind](config, *sizes).parameter_count
    )
