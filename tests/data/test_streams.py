"""Streams go round through the text in order, pass by pass, restart at their own times, and go on from a saved state."""

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
    assert (tokens.shape, tokens.dtype) == ((7, 6, 3), np.dtype(np.int32))
    assert (fresh.shape, fresh.dtype) == ((7, 3), np.dtype(np.bool_))


def test_tokens_are_contiguous_in_memory() -> None:
    assert Streams(COUNTING, 3, 5, 4, 1).take(7)[0].flags.c_contiguous


def test_each_chunk_is_consecutive_text_and_the_start_follows_the_end() -> None:
    tokens, _ = Streams(COUNTING, 4, 9, 3, 1).take(5_000)
    assert np.all((np.diff(tokens, axis=1) == 1) | (tokens[:, 1:] == 0) & (tokens[:, :-1] == len(COUNTING) - 1))
    assert (tokens[:, 1:] == 0).any()


def test_a_stream_goes_on_where_it_was() -> None:
    tokens, _ = Streams(COUNTING, 4, 9, 3, 1).take(50)
    assert np.array_equal(tokens[1:, 0, :], tokens[:-1, -1, :])  # the last target is the next input


@given(
    length=st.integers(4, 300),
    batch_size=st.integers(1, 40),
    seq_len=st.integers(1, 40),
    seed=st.integers(0, 2**62),
)
@settings(deadline=None)
def test_each_character_is_a_target_once_before_any_is_twice(length: int, batch_size: int, seq_len: int, seed: int) -> None:
    seq_len = min(seq_len, length - 2)
    streams = Streams(np.arange(length, dtype=np.uint16), batch_size, seq_len, 4, seed)
    counts = np.zeros(length, np.int64)
    while streams.passes < 3:
        counts += np.bincount(streams.take(1)[0][:, 1:].ravel(), minlength=length)
        assert counts.max() - counts.min() <= 1
        assert counts.mean() == pytest.approx(streams.passes)
        assert counts.min() == int(streams.passes + 1e-9)


def test_the_chunks_of_another_pass_begin_elsewhere() -> None:
    first, second = (set(part.ravel().tolist()) for part in np.split(starts(Streams(np.arange(1009), 4, 16, 4, 1), 32), 2))
    assert len(first & second) < len(first) / 4


def test_all_streams_begin_fresh() -> None:
    assert Streams(COUNTING, 5, 8, 16, 1).take(1)[1].all()


def test_streams_begin_evenly_spaced_over_the_text() -> None:
    first = np.sort(starts(Streams(COUNTING, 16, 64, 16, 1), 1)[0])
    gaps = np.diff(np.append(first, first[0] + len(COUNTING)))
    assert gaps.max() - gaps.min() <= 1


def test_another_seed_begins_elsewhere() -> None:
    one, other = (starts(Streams(COUNTING, 16, 64, 16, seed), 1) for seed in (1, 2))
    assert not np.array_equal(one, other)


def test_the_same_seed_gives_the_same_batches() -> None:
    one, other = (Streams(COUNTING, 16, 64, 16, 7).take(40)[0] for _ in range(2))
    assert np.array_equal(one, other)


def test_each_stream_resets_every_so_many_steps() -> None:
    fresh = Streams(COUNTING, 4, 2, 8, 1).take(100)[1]
    times = [np.flatnonzero(fresh[1:, b]) for b in range(4)]
    assert all(np.all(np.diff(t) == 8) for t in times)


def test_resets_are_spread_over_the_steps() -> None:
    fresh = Streams(COUNTING, 16, 2, 16, 1).take(65)[1]
    assert np.all(fresh[1:].sum(axis=1) == 1)


def test_with_no_resets_a_stream_starts_from_zeros_but_once() -> None:
    fresh = Streams(np.arange(40, dtype=np.uint8), 2, 3, 0, 1).take(500)[1]
    assert fresh[0].all()
    assert not fresh[1:].any()


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
    assert set(tokens[:, 0, :].ravel().tolist()) == set(range(10))


def test_a_shorter_text_is_refused_with_what_it_needs() -> None:
    with pytest.raises(InputError, match="has 9 characters, seq_len 8 needs at least 10"):
        Streams(np.arange(9, dtype=np.uint8), 3, 8, 4, 1)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32])
def test_ids_of_every_width_give_the_same_tokens(dtype: type) -> None:
    ids = np.arange(3000) % 200
    tokens = Streams(ids.astype(dtype), 4, 16, 4, 1).take(9)[0]
    assert np.array_equal(tokens, Streams(ids, 4, 16, 4, 1).take(9)[0])


BAD_STATES = {
    "no step": {},
    "two steps": {"step": np.array([1, 2])},
    "negative step": {"step": np.array([-1])},
    "a step beyond all training": {"step": np.array([2**62])},
}


@pytest.mark.parametrize("state", BAD_STATES.values(), ids=BAD_STATES.keys())
def test_a_state_that_does_not_fit_is_refused(state: dict[str, np.ndarray]) -> None:
    with pytest.raises(InputError, match="fit"):
        Streams(COUNTING, 3, 8, 4, 1).load_state(state)
