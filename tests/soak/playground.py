"""A long session in the playground, with keys pressed for a given time: memory, threads and open files of both processes.

    python tests/soak/playground.py --minutes 60

Draws keys at random (seeded) from those that a person would press, sends them to the real command in a pseudo-terminal, and
prints one line a minute. At the end: the slope of each process's memory over the second half, in MB a minute. Exit code 1 when
the screen's is more than --limit, or threads or files grew, or the playground ended by itself: then it prints the exit code,
the last keys and the last of what the playground wrote. --census also counts what the screen's process holds (see census.py).
No test of the suite, which must be quick.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

import numpy as np
import pexpect

UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
PRESSED = [
    *(UP, DOWN, LEFT, RIGHT, "\t", "\x1b[Z", "\x7f", "\r"),
    *("T", "I", "F", "1", "2", "c", "g", "G", ",", ".", "m", "z", "n", "s", "y", " ", " "),
    *("?\x1b", "??\x1b", "a\x1b", "o\x1b", "v\x1b", ":\x1b", "r\x1b", "v\x1b[B\x1b[C\x1b", "r\x1b[C\x1b[D\x1b"),
    *("p\x1b", "pThe night\r", "/e\r", "p\r", ":max\x1b"),
]
SAMPLE_S = 1.0


def measured(pid: int) -> tuple[float, int, int]:
    """Resident memory in MB that is the process's own, its threads, its open files."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    anonymous = float(status["RssAnon"].split()[0]) / 1024
    return anonymous, int(status["Threads"]), len(os.listdir(f"/proc/{pid}/fd"))


def child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def ended(child: pexpect.spawn[bytes], screen: bytes, last: deque[str], sent: int) -> int:
    """Tell how the playground ended before it was told to."""
    child.close(force=True)
    print(f"it ended after {sent:,} keys, exit code {child.exitstatus}, signal {child.signalstatus}", file=sys.stderr)
    print("the last keys:", *map(repr, last), file=sys.stderr)
    print("the last of the screen:", screen.decode("utf-8", "replace"), file=sys.stderr)
    return 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=20.0, help="keys a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=0.1, help="MB a minute that the screen may grow")
    parser.add_argument("--keys", default="", help="only these")
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--census", default="", metavar="FILE", help="what the screen's process holds, by type, into this file")
    parser.add_argument("arguments", nargs="*", default=["prose"])
    asked = parser.parse_args()
    columns, lines = map(int, asked.size.split("x"))
    keys = list(asked.keys) or PRESSED
    draw = random.Random(asked.seed)
    start = [str(Path(__file__).with_name("census.py")), asked.census] if asked.census else ["-m", "tui_rnn"]
    command = [sys.executable, *start, *asked.arguments]
    home = tempfile.TemporaryDirectory()  # gone with this process
    environment = {"TERM": "xterm-256color", **os.environ, "TUI_RNN_HOME": home.name}
    child: pexpect.spawn[bytes] = pexpect.spawn(command[0], command[1:], dimensions=(lines, columns), env=environment)
    begun = time.monotonic()
    rows: list[tuple[float, ...]] = []
    sent, sampled_at, told_at = 0, 0.0, 0.0
    engine = 0
    last: deque[str] = deque(maxlen=200)
    screen = b""  # the last of what it wrote
    while (now := time.monotonic() - begun) < asked.minutes * 60 + 20:
        try:
            screen = (screen + child.read_nonblocking(1 << 20, timeout=0.02))[-3000:]
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            return ended(child, screen, last, sent)
        if now < 20:  # compiling, and the first steps
            continue
        while sent < (now - 20) * asked.rate:
            last.append(draw.choice(keys))
            child.send(last[-1])
            sent += 1
        if now - sampled_at >= SAMPLE_S:
            sampled_at = now
            assert child.pid is not None
            try:
                engine = engine or child_of(child.pid)
                rows.append(((now - 20) / 60, *measured(child.pid), *measured(engine)))
            except (OSError, IndexError, KeyError):  # it ends, or its engine did
                if not child.isalive():
                    return ended(child, screen, last, sent)
                engine = 0
                continue
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
