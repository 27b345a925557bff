"""How the streams of a batch are divided."""

from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.kernels.equations.dropout import mask_seed
from tui_rnn.kernels.equations.recurrent import ROW_TILE
from tui_rnn.layers.language_model import streams_of_shards


@given(st.integers(1, 500))
def test_every_stream_is_in_one_shard_and_none_is_less_than_a_tile(batch_size):
    streams = streams_of_shards(batch_size)
    assert sum(streams) == batch_size
    assert len(streams) == 1 or min(streams) >= ROW_TILE


@given(st.integers(16, 500))
def test_two_threads_have_nearly_equal_work(batch_size):
    first, second = streams_of_shards(batch_size)
    assert abs(first - second) < ROW_TILE


def test_shards_draw_their_dropout_masks_from_seeds_of_their_own():
    assert len({mask_seed(seed, shard) for seed in range(1000) for shard in range(2)}) == 2000
