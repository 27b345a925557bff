"""Packed products against NumPy in float64."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_rnn.kernels.machine import matmul

MULTIPLES_OF_16 = st.integers(1, 9).map(lambda n: 16 * n)


def numbers(seed, *shape):
    return np.random.default_rng(seed).normal(0, 1, shape).astype(np.float32)


def packed(B):
    K, N = B.shape
    P = np.zeros((matmul.panel_count(N), K, matmul.PANEL), np.float32)
    matmul.pack(B, P, 0, 1)
    return P


def error(found, expected):
    return np.abs(found - expected).max() / max(1.0, np.abs(expected).max())


@settings(deadline=None, max_examples=60)
@given(rows=st.integers(1, 37), K=st.integers(1, 70), N=MULTIPLES_OF_16, seed=st.integers(0, 9))
def test_matmul_adds_the_product(rows, K, N, seed):
    A, B, C = numbers(seed, rows, K), numbers(seed + 1, K, N), numbers(seed + 2, rows, N)
    expected = C + A.astype(float) @ B
    matmul.matmul(A, 0, 0, packed(B), C, 0, 0, rows, 0, N)
    assert error(C, expected) < 1e-5


@settings(deadline=None, max_examples=40)
@given(rows=st.integers(1, 19), part=st.lists(st.integers(0, 15), min_size=2, max_size=2, unique=True).map(sorted))
def test_matmul_works_on_a_part_of_rows_and_columns_and_leaves_the_rest(rows, part):
    A, B = numbers(0, 22, 40), numbers(1, 20, 240)
    first, last = (16 * bound for bound in part)
    C, expected = np.zeros((25, 300), np.float32), np.zeros((25, 300))
    matmul.matmul(A, 2, 7, packed(B), C, 3, 50, rows, first, last)
    expected[3 : 3 + rows, 50 + first : 50 + last] = A[2 : 2 + rows, 7:27].astype(float) @ B[:, first:last]
    np.testing.assert_allclose(C, expected, atol=1e-5)


@settings(deadline=None, max_examples=20)
@given(rows=st.integers(1, 37), N=MULTIPLES_OF_16)
def test_a_row_has_the_same_bits_in_whatever_group_it_is_computed(rows, N):
    A, B = numbers(0, rows, 33), numbers(1, 33, N)
    together, alone = np.zeros((rows, N), np.float32), np.zeros((rows, N), np.float32)
    matmul.matmul(A, 0, 0, packed(B), together, 0, 0, rows, 0, N)
    for row in range(rows):
        matmul.matmul(A, row, 0, packed(B), alone, row, 0, 1, 0, N)
    np.testing.assert_array_equal(together, alone)


@settings(deadline=None, max_examples=20)
@given(K=st.integers(1, 70), N=MULTIPLES_OF_16, threads=st.integers(1, 4))
def test_pack_transposed_packs_the_transpose_in_any_number_of_shares(K, N, threads):
    B = numbers(0, K, N)
    P = np.zeros_like(packed(B))
    for tid in range(threads):
        matmul.pack_transposed(np.ascontiguousarray(B.T), P, tid, threads)
    np.testing.assert_array_equal(P, packed(B))


@settings(deadline=None, max_examples=40)
@given(rows=st.integers(1, 300), M=MULTIPLES_OF_16, N=MULTIPLES_OF_16, threads=st.integers(1, 3), seed=st.integers(0, 9))
def test_add_outer_sums_outer_products_and_has_the_same_bits_for_any_number_of_threads(rows, M, N, threads, seed):
    A, D, start = numbers(seed, rows, M), numbers(seed + 1, rows, N), numbers(seed + 2, M, N)
    scratch = np.zeros((matmul.GROUP, matmul.DEPTH, matmul.PANEL), np.float32)
    alone, shared = start.copy(), start.copy()
    matmul.add_outer(A, 0, D, 0, 0, rows, alone, scratch, 0, 1)
    for tid in range(threads):
        matmul.add_outer(A, 0, D, 0, 0, rows, shared, scratch, tid, threads)
    assert error(alone, start + A.T.astype(float) @ D) < 1e-5
    np.testing.assert_array_equal(shared, alone)
