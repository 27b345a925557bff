"""How the streams of a batch are divided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.config import RunConfig
from tui_rnn.kernels.equations.dropout import mask_seed
from tui_rnn.kernels.equations.recurrent import ROW_TILE
from tui_rnn.layers.language_model import streams_of_shards


@given(st.integers(1, 500))
def test_every_stream_is_in_one_shard_and_none_is_less_than_a_tile(batch_size):
    streams = streams_of_shards(RunConfig(), batch_size)
    assert sum(streams) == batch_size
    assert len(streams) == 1 or min(streams) >= ROW_TILE


@given(st.integers(16, 500))
def test_two_threads_have_nearly_equal_work(batch_size):
    first, second = streams_of_shards(RunConfig(), batch_size)
    assert abs(first - second) < ROW_TILE


@pytest.mark.parametrize(
    ("cell", "hidden_size", "streams", "shards"),
    [
        ("lstm", 512, 16, 1),
        ("lstm", 512, 32, 1),
        ("lstm", 512, 33, 2),
        ("gru", 512, 16, 1),
        ("lstm", 256, 16, 2),
        ("lstm", 520, 16, 2),
    ],
)
def test_streams_are_not_divided_where_threads_share_the_units_of_a_large_u(cell, hidden_size, streams, shards):
    assert len(streams_of_shards(RunConfig(cell=cell, hidden_size=hidden_size), streams)) == shards


def test_shards_draw_their_dropout_masks_from_seeds_of_their_own():
    assert len({mask_seed(seed, shard) for seed in range(1000) for shard in range(2)}) == 2000
