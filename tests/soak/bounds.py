"""Each kind of network trains, is scored, asked and written by, with every index in the kernels checked.

    python tests/soak/bounds.py

Kernels are compiled anew with Numba's bounds checks, which costs them their speed and a minute; what is outside is printed,
and the exit code is 1. What is read and written in vectors (kernels/machine/simd.py) is not checked by this: see
tests/kernels, which compares it with the reference.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np


def use_all(place: Path) -> None:
    """Train, score, ask: in the process whose kernels check."""
    from tests.training.tasks import PROBLEMS
    from tui_rnn.config import RunConfig
    from tui_rnn.tasks.language_model import LanguageModel
    from tui_rnn.training.trainer import Trainer

    for cell in ("elman", "lstm", "gru"):
        for embedding_size, layers, batch_size in ((0, 1, 1), (5, 2, 17)):
            config = RunConfig(
                cell=cell, hidden_size=20, embedding_size=embedding_size, num_layers=layers, batch_size=batch_size, seq_len=6,
                dropout=0.2,
            )  # fmt: skip
            model, random = LanguageModel(config, 11), np.random.default_rng(0)
            tokens = random.integers(0, 11, (4, 7, batch_size)).astype(np.int32)
            for threads in (1, 3):
                model.train(tokens, random.random((4, batch_size)) < 0.5, np.full(4, 1e-3), 0, threads)
            text = random.integers(0, 11, 300)
            model.evaluate(text, threads=2)
            model.generate(text[:3], 40, top_k=3)
            model.generate(text[:1], 40, top_p=0.6)
            model.trace(text)
    for task, problem in PROBLEMS.items():
        folder = place / task
        folder.mkdir()
        trainer = Trainer(problem.config, problem.open(folder), threads=2)
        while trainer.step < 8:
            trainer.advance(2)
        trainer.evaluate()
        print(f"{task}: {trainer.step} steps", flush=True)


def main() -> int:
    if sys.argv[1:]:
        use_all(Path(sys.argv[1]))
        return 0
    with tempfile.TemporaryDirectory() as place:
        checking = {"NUMBA_BOUNDSCHECK": "1", "NUMBA_FULL_TRACEBACKS": "1", "TUI_RNN_KERNEL_CACHE": f"{place}/kernels"}
        ended = subprocess.run(
            [sys.executable, __file__, place], env=os.environ | checking, text=True, encoding="utf-8", capture_output=True
        )
    outside = [line for line in ended.stdout.splitlines() if "IndexError" in line]
    print(ended.stdout, end="")
    print(ended.stderr[-2000:], end="", file=sys.stderr)
    print(f"{len(outside):,} indices outside of their arrays")
    return 1 if outside or ended.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
