"""Streams run through the text in order, jump at their own times, and go on exactly from a saved state."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_rnn.data.streams import Streams
from tui_rnn.errors import InputError

COUNTING = np.arange(50_000, dtype=np.uint16)  # the id at a place is the place: a chunk shows where it came from


def starts(streams: Streams, n: int) -> np.ndarray:
    return streams.take(n)[0][:, 0, :]


def test_shapes_and_types_are_time_major() -> None:
    tokens, fresh = Streams(COUNTING, batch_size=3, seq_len=5, reset_every=4, seed=1).take(7)
    assert (tokens.shape, tokens.dtype, fresh.shape, fresh.dtype) == ((7, 6, 3), np.int32, (7, 3), np.bool_)


def test_tokens_are_contiguous_in_memory() -> None:
    assert Streams(COUNTING, 3, 5, 4, 1).take(7)[0].flags.c_contiguous


def test_each_chunk_is_consecutive_text() -> None:
    tokens, _ = Streams(COUNTING, 4, 9, 3, 1).take(50)
    assert np.all(np.diff(tokens, axis=1) == 1)


def test_a_stream_that_is_not_fresh_goes_on_where_it_was() -> None:
    tokens, fresh = Streams(COUNTING, 4, 9, 3, 1).take(50)
    goes_on = tokens[1:, 0, :] == tokens[:-1, -1, :]  # the last target is the next input
    assert np.all(goes_on | fresh[1:])


def test_all_streams_begin_fresh() -> None:
    assert Streams(COUNTING, 5, 8, 16, 1).take(1)[1].all()


def test_streams_begin_evenly_spaced_over_the_text() -> None:
    first = np.sort(starts(Streams(COUNTING, 16, 64, 16, 1), 1)[0])
    gaps = np.diff(np.append(first, first[0] + len(COUNTING) - 64))
    assert gaps.max() - gaps.min() <= 1


def test_another_seed_begins_elsewhere() -> None:
    assert not np.array_equal(*(starts(Streams(COUNTING, 16, 64, 16, seed), 1) for seed in (1, 2)))


def test_another_seed_jumps_elsewhere() -> None:
    once, again = (starts(Streams(COUNTING, 16, 64, 1, seed), 20)[1:] for seed in (1, 2))
    assert np.mean(once == again) < 0.01


def test_the_same_seed_gives_the_same_batches() -> None:
    assert np.array_equal(*(Streams(COUNTING, 16, 64, 16, 7).take(40)[0] for _ in range(2)))


def test_each_stream_resets_every_so_many_steps() -> None:
    fresh = Streams(COUNTING, 4, 2, 8, 1).take(100)[1]
    times = [np.flatnonzero(fresh[1:, b]) for b in range(4)]
    assert all(np.all(np.diff(t) == 8) for t in times)


def test_resets_are_spread_over_the_steps() -> None:
    fresh = Streams(COUNTING, 16, 2, 16, 1).take(65)[1]
    assert np.all(fresh[1:].sum(axis=1) == 1)


def test_jumps_reach_the_whole_text() -> None:
    tokens, fresh = Streams(COUNTING, 16, 4, 1, 1).take(200)
    landed = np.histogram(tokens[:, 0, :][fresh], bins=10, range=(0, len(COUNTING)))[0]
    assert landed.min() > 0.7 * landed.mean()


def test_with_no_resets_a_stream_reads_on_to_the_end_of_the_text() -> None:
    tokens, fresh = Streams(np.arange(40, dtype=np.uint8), 1, 3, 0, 1).take(500)
    lasts = tokens[np.flatnonzero(fresh[1:, 0]), -1, 0]
    assert set(lasts.tolist()) == {37, 38, 39}  # from these on, no chunk of 3 and its target fits


def test_no_chunk_runs_over_the_end() -> None:
    tokens, _ = Streams(np.arange(100, dtype=np.uint8), 7, 30, 5, 1).take(300)
    assert np.all(np.diff(tokens, axis=1) == 1)


@given(
    length=st.integers(4, 300),
    batch_size=st.integers(1, 9),
    seq_len=st.integers(1, 40),
    reset_every=st.integers(0, 20),
    seed=st.integers(0, 2**62),
    cuts=st.lists(st.integers(0, 9), max_size=6),
)
@settings(deadline=None)
def test_how_steps_are_grouped_does_not_matter(
    length: int, batch_size: int, seq_len: int, reset_every: int, seed: int, cuts: list[int]
) -> None:
    ids = np.arange(length, dtype=np.uint16)
    seq_len = min(seq_len, length - 2)
    whole, parts = (Streams(ids, batch_size, seq_len, reset_every, seed) for _ in range(2))
    tokens, fresh = whole.take(sum(cuts))
    taken = [parts.take(n) for n in cuts]
    assert np.array_equal(tokens, np.concatenate([t for t, _ in taken] or [tokens]))
    assert np.array_equal(fresh, np.concatenate([f for _, f in taken] or [fresh]))


def test_streams_go_on_from_a_saved_state() -> None:
    run, resumed = Streams(COUNTING, 5, 8, 4, 3), Streams(COUNTING, 5, 8, 4, 3)
    run.take(11)
    resumed.load_state(run.state())
    for expected, found in zip(run.take(20), resumed.take(20), strict=True):
        assert np.array_equal(found, expected)


def test_a_saved_state_does_not_change_as_the_streams_go_on() -> None:
    streams = Streams(COUNTING, 5, 8, 4, 3)
    streams.take(3)
    state = streams.state()
    kept = {name: array.copy() for name, array in state.items()}
    streams.take(3)
    assert all(np.array_equal(state[name], kept[name]) for name in kept)


def test_the_shortest_text_that_works_is_two_longer_than_a_sequence() -> None:
    tokens, _ = Streams(np.arange(10, dtype=np.uint8), 3, 8, 4, 1).take(30)
    assert set(tokens[:, 0, :].ravel().tolist()) == {0, 1}


def test_a_shorter_text_is_refused_with_what_it_needs() -> None:
    with pytest.raises(InputError, match="has 9 characters, seq_len 8 needs at least 10"):
        Streams(np.arange(9, dtype=np.uint8), 3, 8, 4, 1)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32])
def test_ids_of_every_width_give_the_same_tokens(dtype: type) -> None:
    ids = np.arange(3000) % 200
    tokens = Streams(ids.astype(dtype), 4, 16, 4, 1).take(9)[0]
    assert np.array_equal(tokens, Streams(ids, 4, 16, 4, 1).take(9)[0])


BAD_STATES = {
    "no positions": {"step": np.array([1])},
    "no step": {"positions": np.zeros(3, dtype=np.int64)},
    "another batch size": {"positions": np.zeros(4, dtype=np.int64), "step": np.array([1])},
    "not whole numbers": {"positions": np.zeros(3), "step": np.array([1])},
    "beyond the text": {"positions": np.array([0, 0, 10**9]), "step": np.array([1])},
    "before the text": {"positions": np.array([0, 0, -1]), "step": np.array([1])},
    "negative step": {"positions": np.zeros(3, dtype=np.int64), "step": np.array([-1])},
}


@pytest.mark.parametrize("state", BAD_STATES.values(), ids=BAD_STATES.keys())
def test_a_state_that_does_not_fit_is_refused(state: dict[str, np.ndarray]) -> None:
    with pytest.raises(InputError, match="fit"):
        Streams(COUNTING, 3, 8, 4, 1).load_state(state)
