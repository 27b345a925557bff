"""Run files that are cut at every byte, and changed at random: refused in one line, or read, and never more memory.

    python tests/soak/mutations.py --mutations 20000
    python tests/soak/mutations.py --minutes 30

Trains one small run of each kind, then reads what becomes of its file, with the process held to 1 GiB beyond what it has.
Anything else than our own errors ends it. POSIX only.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from tests.training.tasks import PROBLEMS
from tui_rnn.errors import InputError
from tui_rnn.training import checkpoint as checkpoints
from tui_rnn.training.resuming import save_run
from tui_rnn.training.trainer import Trainer


def mutated(data: bytes, draw: random.Random) -> bytes:
    """One of: a byte, a run of bytes, a piece left out, doubled or moved, most often within the header."""
    length = 8 + int.from_bytes(data[:8], "little")
    end = length if draw.random() < 0.8 else len(data)
    a, b = sorted(draw.randrange(end) for _ in range(2))
    b = min(b, a + draw.choice([1, 1, 2, 4, 8, 64]))
    match draw.randrange(5):
        case 0:
            return data[:a] + bytes([draw.randrange(256)]) + data[a + 1 :]
        case 1:
            return data[:a] + draw.randbytes(b - a) + data[b:]
        case 2:
            return data[:a] + data[b:]
        case 3:
            return data[:b] + data[a:b] * draw.choice([1, 50]) + data[b:]
        case _:
            digits = [k for k in range(8, length) if 48 <= data[k] < 58]
            k = draw.choice(digits)
            return data[:k] + str(draw.choice([0, 9, 2**31, 2**63, -1, 1e300])).encode() + data[k + 1 :]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutations", type=int, default=20_000, help="so many at least")
    parser.add_argument("--minutes", type=float, default=0.0, help="and as many as go into so many minutes, cuts included")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-cuts", action="store_true", help="mutations alone")
    asked = parser.parse_args()
    draw, begun = random.Random(asked.seed), time.monotonic()
    counts = {"cut": 0, "mutated": 0, "refused": 0, "read": 0}
    with tempfile.TemporaryDirectory() as place:
        files = []
        for task, problem in PROBLEMS.items():
            folder = Path(place) / task
            folder.mkdir()
            trainer = Trainer(problem.config, problem.open(folder))
            trainer.advance(1)
            save_run(trainer, folder / "run.safetensors")
            files.append((folder / "run.safetensors").read_bytes())
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30),) * 2)
        path = Path(place) / "altered.safetensors"

        def read(data: bytes) -> None:
            path.write_bytes(data)
            try:
                checkpoints.read(path)
                counts["read"] += 1
            except InputError as error:
                counts["refused"] += 1
                if "\n" in str(error):
                    raise SystemExit(f"more than one line: {error}") from None

        for data in [] if asked.no_cuts else files:
            header = 8 + int.from_bytes(data[:8], "little")
            for size in [*range(header), *range(header, len(data), 97)]:
                read(data[:size])
                counts["cut"] += 1
        while counts["mutated"] < asked.mutations or time.monotonic() < begun + 60 * asked.minutes:
            read(mutated(draw.choice(files), draw))
            counts["mutated"] += 1
    print(", ".join(f"{count:,} {what}" for what, count in counts.items()), f"in {time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
