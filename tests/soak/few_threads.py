"""A system that starts no more threads or processes (ulimit -u): one line that says so, exit code 1, and nothing lost.

python tests/soak/few_threads.py

Runs as another user, whom the limit holds (root is not held), with the right to read this user's files. Linux, as root.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pexpect

USER = 4242
READS = "+dac_override,+dac_read_search"
NO_ENGINE = "the engine process could not be started"
SAID = "the system starts no more threads (see ulimit -u)"


def limited(limit: int, place: str, *arguments: str) -> list[str]:
    """The command under a limit of so many threads."""
    own = [f"HOME={place}", f"TUI_RNN_HOME={place}/home", f"TUI_RNN_KERNEL_CACHE={place}/kernels", "TERM=xterm-256color"]
    user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    rights = [f"--inh-caps={READS}", f"--ambient-caps={READS}", f"--bounding-set=-all,{READS}"]
    command = f'ulimit -u {limit}; exec "$0" -m tui_rnn "$@"'
    return [*user, *rights, "env", *own, "bash", "-c", command, sys.executable, *arguments]


def main() -> int:
    failed = 0
    with tempfile.TemporaryDirectory() as place:
        os.chown(place, USER, USER)
        for limit in (1, 2, 3):
            for threads in (1, 2):
                out = Path(place) / f"{limit}-{threads}.safetensors"
                small = ("--hidden-size", "8", "--seq-len", "16", "--steps", "3", "--threads", str(threads))
                done = subprocess.run(
                    limited(limit, place, "train", "prose", *small, "--out", str(out)), capture_output=True, text=True
                )
                good = (done.returncode, out.exists()) == (0, True) or (done.returncode == 1 and SAID in done.stderr)
                good = good and "Traceback" not in done.stderr
                print(f"ulimit -u {limit}, train --threads {threads}: exit code {done.returncode}{'' if good else done.stderr}")
                failed += not good
            command = limited(limit, place, "prose")
            screen: pexpect.spawn[bytes] = pexpect.spawn(command[0], command[1:], dimensions=(24, 80), timeout=60)
            screen.expect(pexpect.EOF)
            screen.close()
            told = (screen.before or b"").decode()
            good = screen.exitstatus == 1 and (SAID in told or NO_ENGINE in told)
            print(f"ulimit -u {limit}, the playground: exit code {screen.exitstatus}{'' if good else told}")
            failed += not good
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
