"""Four playgrounds at once in one home: all train, all are left, and each run has a file of its own.

python tests/soak/four.py
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import pexpect

from tui_rnn.training.run_facts import read_facts


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"TUI_RNN_HOME": home, "TERM": "xterm-256color"}
        command = [sys.executable, "-m", "tui_rnn", "prose"]
        screens: list[pexpect.spawn[bytes]] = [
            pexpect.spawn(command[0], command[1:], env=environment, dimensions=(40, 160), timeout=None) for _ in range(4)
        ]
        seen = [b""] * 4
        begun = time.monotonic()
        until = begun + 40
        while time.monotonic() < until or not all(re.search(rb"[1-9][0-9.]*[kM]? char/s", text) for text in seen):
            assert time.monotonic() < begun + 600, "not all train"
            for k, screen in enumerate(screens):
                with contextlib.suppress(pexpect.TIMEOUT):
                    seen[k] = (seen[k] + screen.read_nonblocking(1 << 16, timeout=0.05))[-200_000:]
        for screen in screens:
            screen.send("q")
        codes = []
        for screen in screens:
            screen.expect(pexpect.EOF, timeout=120)
            screen.close()
            codes.append(screen.exitstatus)
        steps = [read_facts(path).step for path in sorted((Path(home) / "runs").glob("*.safetensors"))]
    print(f"exit codes {codes}, {len(steps)} runs saved, at steps {steps}")
    return 0 if codes == [0] * 4 and len(steps) == 8 and all(steps) else 1


if __name__ == "__main__":
    raise SystemExit(main())
