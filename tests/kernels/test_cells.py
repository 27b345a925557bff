"""Each cell's one-row kernels against the reference's equations."""

import numpy as np
import pytest

from tui_rnn import reference
from tui_rnn.cells import CELLS
from tui_rnn.kernels.equations import cells

CODES = {name: cell.code for name, cell in CELLS.items()} | {"elman_relu": CELLS["elman"].code_for("relu")}
CELL_NAMES = sorted(CODES)
GATES = {name: CELLS[name].blocks if name in CELLS and CELLS[name].has_gates else () for name in CODES}
H = 32


def numbers(rng, *shape, scale=1.0):
    return rng.normal(0, scale, shape).astype(np.float32)


def run_forward(cell, z, h, c):
    """The kernel on one row: the gates' values, h_t, c_t and tanh c_t."""
    gates, hs, cs = z.copy(), np.vstack([h, np.zeros_like(h)]), np.vstack([c, np.zeros_like(c)])
    tanh_c = np.zeros_like(h)
    if reference.CELLS[cell].scales:
        cells.scale_rows(gates, hs, np.zeros_like(h), 0, 0, 1, 0, H)
    cells.cell_forward(CODES[cell], gates, hs, cs, tanh_c, 0, 0, 1, 1, 0, H)
    return gates, hs, cs, tanh_c


@pytest.fixture(params=CELL_NAMES)
def cell(request):
    return request.param


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def pre_activations(rng, cell, scale=2.0):
    return numbers(rng, 1, reference.CELLS[cell].blocks * H, scale=scale)


def test_forward_gives_the_references_states_and_gates(cell, rng):
    z, h, c = pre_activations(rng, cell), numbers(rng, 1, H), numbers(rng, 1, H)
    gates, hs, cs, _ = run_forward(cell, z, h, c)
    expected = reference.CELLS[cell].forward(z.astype(float), {"h": h.astype(float), "c": c.astype(float)})
    np.testing.assert_allclose(hs[1], expected["h"][0], atol=1e-6)
    if "c" in expected:
        np.testing.assert_allclose(cs[1], expected["c"][0], atol=1e-6)
    if GATES[cell]:
        np.testing.assert_allclose(gates, np.concatenate([expected[name] for name in GATES[cell]], axis=1), atol=1e-6)


def test_backward_gives_the_references_derivatives(cell, rng):
    z, h, c = pre_activations(rng, cell), numbers(rng, 1, H), numbers(rng, 1, H)
    dh, carry = numbers(rng, 1, H), numbers(rng, 1, H)
    gates, hs, cs, tanh_c = run_forward(cell, z, h, c)
    carried = carry.copy()
    cells.cell_backward(CODES[cell], gates, hs, cs, tanh_c, dh.copy(), carried, 0, 0, 1, 0, 1, 0, H)
    if reference.CELLS[cell].scales:  # nothing comes back through U
        cells.scale_rows_backward(gates, hs, np.zeros_like(h), 0, 0, 0, 1, 0, H)

    oracle, before = reference.CELLS[cell], {"h": h.astype(float), "c": c.astype(float)}
    now, reaching = oracle.forward(z.astype(float), before), {"h": dh.astype(float), "c": carry.astype(float)}
    # the kernel's carry is dc where there is a c, else what reaches h by another way than through U
    if "h" in oracle.backward(now, before, reaching)[1]:
        reaching["h"] = reaching["h"] + carry
    dz, direct = oracle.backward(now, before, reaching)
    np.testing.assert_allclose(gates, dz, atol=5e-6)
    if direct:
        (way_back,) = direct.values()
        np.testing.assert_allclose(carried, way_back, atol=5e-6)


def test_a_share_of_the_units_leaves_the_others_alone(cell, rng):
    z, h, c = pre_activations(rng, cell), numbers(rng, 1, H), numbers(rng, 1, H)
    _, whole, _, _ = run_forward(cell, z, h, c)
    gates, hs, cs = z.copy(), np.vstack([h, np.full_like(h, 9)]), np.vstack([c, np.zeros_like(c)])
    cells.cell_forward(CODES[cell], gates, hs, cs, np.zeros_like(h), 0, 0, 1, 1, 16, 16)
    np.testing.assert_array_equal(hs[1, 16:], whole[1, 16:])
    np.testing.assert_array_equal(hs[1, :16], 9)


def elman_of(z):
    """h = tanh(z), through the kernel."""
    row = np.resize(np.asarray(z, np.float32), H)[None]
    _, hs, _, _ = run_forward("elman", row, np.zeros((1, H), np.float32), np.zeros((1, H), np.float32))
    return hs[1, : len(z)]


def test_tanh_is_within_1e_6_everywhere_and_never_beyond_one():
    z = np.concatenate([np.linspace(-20, 20, 4001), [-3e38, 3e38, 0, 1e-30]]).astype(np.float32)
    found = np.concatenate([elman_of(part) for part in np.array_split(z, 150)])
    np.testing.assert_allclose(found, np.tanh(z.astype(float)), atol=1e-6)
    assert np.abs(found).max() <= 1 + 1e-6


def test_tanh_of_infinity_is_one():
    np.testing.assert_allclose(elman_of([np.inf, -np.inf]), [1, -1], atol=1e-6)


def test_nan_stays_nan(cell):
    z = np.zeros((1, reference.CELLS[cell].blocks * H), np.float32)
    z[0, 5 - H] = np.nan  # in the last block
    _, hs, _, _ = run_forward(cell, z, np.ones((1, H), np.float32), np.ones((1, H), np.float32))
    assert np.isnan(hs[1, 5])
    assert np.isfinite(np.delete(hs[1], 5)).all()
