"""A long session in the playground, with keys pressed for a given time: memory, threads and open files of both processes.

    python tests/soak/playground.py --minutes 60

Draws keys at random (seeded) from those that a person would press, sends them to the real command in a pseudo-terminal, and
prints one line a minute. At the end: the slope of each process's memory over the second half, in MB a minute. Exit code 1 when
the screen's is more than --limit, or threads or files grew. No test of the suite, which must be quick.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path

import numpy as np
import pexpect

UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
PRESSED = [
    UP,
    DOWN,
    LEFT,
    RIGHT,
    "\t",
    "1",
    "2",
    "g",
    "z",
    "m",
    "b",
    "x",
    "?\x1b",
    "a\x1b",
    "f\x1b",
    "v\x1b",
    ":\x1b",
    "p\x1b",
    "n",
    "s",
    "D",
    "T",
]
SAMPLE_S = 1.0


def measured(pid: int) -> tuple[float, int, int]:
    """Resident memory in MB that is the process's own, its threads, its open files."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    anonymous = float(status["RssAnon"].split()[0]) / 1024
    return anonymous, int(status["Threads"]), len(os.listdir(f"/proc/{pid}/fd"))


def child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=20.0, help="keys a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=0.1, help="MB a minute that the screen may grow")
    parser.add_argument("--keys", default="", help="only these")
    parser.add_argument("--size", default="120x40")
    parser.add_argument("arguments", nargs="*", default=["prose"])
    asked = parser.parse_args()
    columns, lines = map(int, asked.size.split("x"))
    keys = list(asked.keys) or PRESSED
    draw = random.Random(asked.seed)
    command = [sys.executable, "-m", "tui_rnn", *asked.arguments]
    environment = {**os.environ, "TERM": "xterm-256color"}
    child: pexpect.spawn[bytes] = pexpect.spawn(command[0], command[1:], dimensions=(lines, columns), env=environment)
    begun = time.monotonic()
    rows: list[tuple[float, ...]] = []
    sent, sampled_at, told_at = 0, 0.0, 0.0
    engine = 0
    while (now := time.monotonic() - begun) < asked.minutes * 60 + 20:
        try:
            child.read_nonblocking(1 << 20, timeout=0.02)
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            print("it ended:", child.before[-2000:] if child.before else "", file=sys.stderr)
            return 1
        if now < 20:  # compiling, and the first steps
            continue
        while sent < (now - 20) * asked.rate:
            child.send(draw.choice(keys))
            sent += 1
        if now - sampled_at >= SAMPLE_S:
            sampled_at = now
            assert child.pid is not None
            try:
                engine = engine or child_of(child.pid)
                rows.append(((now - 20) / 60, *measured(child.pid), *measured(engine)))
            except (OSError, IndexError):
                child.expect(pexpect.EOF, timeout=30)
                print(
                    f"it ended after {sent:,} keys:", (child.before or b"")[-3000:].decode("utf-8", "replace"), file=sys.stderr
                )
                return 1
            if now - told_at >= 60:
                told_at = now
                minute, memory, threads, files, e_memory, e_threads, e_files = rows[-1]
                print(
                    f"minute {minute:5.1f} · {sent:6,} keys · screen {memory:6.1f} MB {threads} threads {files} files · "
                    f"engine {e_memory:6.1f} MB {e_threads} threads {e_files} files",
                    flush=True,
                )
    child.send("\x03")
    try:
        child.expect(pexpect.EOF, timeout=30)
    except pexpect.TIMEOUT:
        child.close(force=True)
    table = np.array(rows)
    half = table[len(table) // 2 :]
    screen, of_engine = (np.polyfit(half[:, 0], half[:, column], 1)[0] for column in (1, 4))
    print(f"second half: screen {screen:+.3f} MB a minute, engine {of_engine:+.3f} MB a minute, {sent:,} keys")
    steady = (half[-60:, [2, 3, 5, 6]].max(axis=0) <= half[:60, [2, 3, 5, 6]].max(axis=0) + 1).all()
    return 0 if screen <= asked.limit and steady else 1


if __name__ == "__main__":
    raise SystemExit(main())
