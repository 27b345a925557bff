"""Compiled kernels whose bits were flipped: each start computes the same, none crashes, and the cache is whole again.

python tests/soak/kernel_cache.py --flips 20
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

TRAINS = "import tui_rnn; print(tui_rnn.train('prose', hidden_size=8, seq_len=16, steps=3, threads=1).val_loss_nats.hex())"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flips", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as place:

        def start() -> tuple[int, str]:
            environment = os.environ | {"TUI_RNN_KERNEL_CACHE": place}
            done = subprocess.run([sys.executable, "-c", TRAINS], env=environment, capture_output=True, text=True)
            return done.returncode, done.stdout.strip()

        whole = start()
        files = sorted(Path(place).rglob("*.kernel"))
        crashes = others = 0
        for _ in range(asked.flips):
            path = draw.choice(files)
            data = bytearray(path.read_bytes())
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
            path.write_bytes(data)
            code, loss = start()
            crashes += code != 0
            others += (code, loss) != whole
        again = sorted(Path(place).rglob("*.kernel"))
    print(
        f"{asked.flips} flips over {len(files)} kernels: {crashes} crashes, {others} other results, {len(again)} kernels after"
    )
    return 1 if crashes or others or again != files else 0


if __name__ == "__main__":
    raise SystemExit(main())
