"""The dropout mask: a share p of zeros, inverted scaling, a pure function of its key."""

import numpy as np
import pytest

from tui_rnn.kernels.equations.dropout import dropout


def mask(rows=500, H=64, key=123, p=0.3):
    ones, out = np.ones((rows, H), np.float32), np.full((rows, H), np.nan, np.float32)
    dropout(ones, 0, out, 0, 0, rows, np.uint32(key), np.float32(p))
    return out


@pytest.mark.parametrize("p", [0.1, 0.3, 0.5, 0.9])
def test_a_share_p_is_dropped_and_the_rest_is_scaled_up(p):
    found = mask(p=p)
    n = found.size
    dropped = np.count_nonzero(found == 0) / n
    assert abs(dropped - p) < 5 * np.sqrt(p * (1 - p) / n)
    np.testing.assert_allclose(found[found != 0], 1 / (1 - p), rtol=1e-6)


def test_the_same_key_gives_the_same_mask_and_another_key_an_unrelated_one():
    np.testing.assert_array_equal(mask(key=5), mask(key=5))
    agreement = np.mean((mask(key=5, p=0.5) == 0) == (mask(key=6, p=0.5) == 0))
    assert abs(agreement - 0.5) < 0.02


def test_neither_rows_nor_columns_share_a_pattern():
    zeros = mask(p=0.5) == 0
    for axis in (0, 1):
        shares = zeros.mean(axis=axis)
        expected_deviation = 0.5 / np.sqrt(zeros.shape[axis])
        assert np.std(shares) < 1.4 * expected_deviation
    assert abs(np.mean(zeros[1:] == zeros[:-1]) - 0.5) < 0.02
    assert abs(np.mean(zeros[:, 1:] == zeros[:, :-1]) - 0.5) < 0.02


def test_a_share_of_the_rows_gets_the_rows_of_the_whole_mask():
    source = np.ones((20, 32), np.float32)
    whole, parts = np.zeros_like(source), np.zeros_like(source)
    dropout(source, 0, whole, 0, 0, 20, np.uint32(9), np.float32(0.4))
    for first, last in ((13, 20), (0, 13)):
        dropout(source, 0, parts, 0, first, last, np.uint32(9), np.float32(0.4))
    np.testing.assert_array_equal(whole, parts)
