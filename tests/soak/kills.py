"""Saves that are killed: the file is always one of the two that were written, and what is left over goes.

    python tests/soak/kills.py --kills 1000

A child writes two states of a run to one file, in turn, without end; it is killed (SIGKILL) at a random moment; the file must
be, to the byte, one of the two. POSIX only.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import time
from pathlib import Path

import numpy as np

from tui_rnn import leftovers
from tui_rnn.training import tensor_file


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "run.safetensors"
        states = [{"w": np.full((512, 512), fill, np.float32)} for fill in (1, 2)]
        known = []
        for state in states:
            tensor_file.write(path, state, {"tui_rnn": "{}"})
            known.append(path.read_bytes())
        bad = 0
        for _ in range(asked.kills):
            child = os.fork()
            if child == 0:
                while True:
                    for state in states:
                        tensor_file.write(path, state, {"tui_rnn": "{}"})
            time.sleep(draw.uniform(0.001, 0.02))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            bad += path.read_bytes() not in known
        left = [found for found in Path(place).iterdir() if found != path]
        for found in left:
            os.utime(found, (time.time() - 2 * leftovers.OLD_S,) * 2)
        leftovers._cleared.clear()
        tensor_file.write(path, states[0], {"tui_rnn": "{}"})
        still = len(list(Path(place).iterdir())) - 1
    print(
        f"{asked.kills:,} kills: {bad} bad files; {len(left)} left temporary files, {still} after the next save an hour later"
    )
    return 0 if not bad and not still else 1


if __name__ == "__main__":
    raise SystemExit(main())
