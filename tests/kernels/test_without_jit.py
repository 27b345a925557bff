"""The same code as Python and as machine code gives the same bits, where it is plain: dropout's mask and the drawing of ids.

The other kernels are written in the processor's vectors (kernels/machine/simd.py), which Python can't run; the reference
in float64 stands beside these. Python checks every index, which machine code does not.
"""

import numpy as np
import pytest

from tui_rnn.kernels.equations import dropout as dropouts
from tui_rnn.kernels.equations import sampling
from tui_rnn.kernels.machine.jit import Kernel


@pytest.fixture
def python(monkeypatch):
    """A kernel as the Python that it was written as, and so all that it calls."""

    def run(kernel, *arguments):
        with monkeypatch.context() as patch:
            patch.setattr(Kernel, "__call__", lambda called, *given: called._function(*given))
            return kernel(*arguments)

    return run


@pytest.mark.parametrize("temperature", [0.0, 0.3, 1.0, 2.5])
@pytest.mark.parametrize(
    ("top_k", "top_p", "min_p", "penalty"), [(0, 1.0, 0.0, 1.0), (3, 1.0, 0.1, 1.3), (0, 0.6, 0.0, 2.0), (5, 0.4, 0.3, 1.0)]
)
def test_an_id_is_drawn_alike(python, temperature, top_k, top_p, min_p, penalty):
    random = np.random.default_rng(1)
    for size in (1, 2, 7, 40):
        logits = random.normal(0, 3, (1, size)).astype(np.float32)
        logits[0, -1] = logits[0, 0]  # a tie
        for u in (1e-9, 0.2, 0.5, 0.999999):
            found = []
            for run in (lambda kernel, *given: kernel(*given), python):
                how = sampling.Drawing(temperature, top_k, top_p, min_p, penalty, 3, 0)
                p, scratch, text = np.zeros(size), np.zeros(size, np.int32), np.arange(4, dtype=np.int32) % size
                run(sampling.penalise, logits, size, how, text, 4, p, scratch)
                found.append(run(sampling.draw, p, size, how, u, scratch))
            assert found[0] == found[1]
            assert 0 <= found[0] < size


@pytest.mark.filterwarnings("ignore:overflow encountered")  # integers of the mask wrap around on purpose
@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_a_mask_is_the_same_bits(python, p):
    source = np.random.default_rng(2).normal(size=(6, 16)).astype(np.float32)
    compiled, plain = np.full_like(source, np.nan), np.full_like(source, np.nan)
    arguments = (source, 1, compiled, 0, 0, 5, np.uint32(77), p)
    dropouts.dropout(*arguments)
    python(dropouts.dropout, source, 1, plain, 0, 0, 5, np.uint32(77), p)

    assert compiled.tobytes() == plain.tobytes()
    assert np.isnan(compiled[5]).all()
