"""How long the screen's loop is held up, and how long a call into the kernels takes: while kernels compile and load, and after.

    python tests/soak/lag.py --seconds 60

The first: the playground in a pseudo-terminal, with a task in its loop that wakes every 10 ms and notes how late it was. The
second: the calls by which the engine trains (at most about 40 ms each, so that commands are heard).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pexpect

import tui_rnn.lab.run_thread as run_thread
from tui_rnn.config import RunConfig
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.training.trainer import Trainer

PROBED = """
import asyncio, json, sys, time
from tui_rnn.tui.app import PlaygroundApp

late, begun, mount = [], time.monotonic(), PlaygroundApp.on_mount

async def probe():
    while True:
        at = time.monotonic()
        await asyncio.sleep(0.01)
        late.append((at - begun, time.monotonic() - at - 0.01))
        if len(late) % 200 == 0:
            with open(sys.argv[1], "w") as file:
                json.dump(late, file)

def mounted(app):
    app.probe = asyncio.get_running_loop().create_task(probe())
    return mount(app)

PlaygroundApp.on_mount = mounted
from tui_rnn.cli.main import run
run(sys.argv[2:])
"""


def told(what: str, seconds: np.ndarray) -> None:
    if not len(seconds):
        print(f"{what}: not once in the time")
        return
    ms = 1000 * np.asarray(seconds)
    print(f"{what}: p50 {np.median(ms):.1f} ms, p99 {np.quantile(ms, 0.99):.1f} ms, most {ms.max():.1f} ms, of {len(ms):,}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        found = Path(place) / "late.json"
        environment = os.environ | {"TUI_RNN_HOME": place, "TERM": "xterm-256color"}
        environment |= {"TUI_RNN_KERNEL_CACHE": str(Path(place) / "kernels")}  # empty: the first start compiles
        screen = pexpect.spawn(sys.executable, ["-c", PROBED, str(found), "prose"], env=environment, dimensions=(40, 120))
        until = time.monotonic() + asked.seconds
        while time.monotonic() < until:
            with contextlib.suppress(pexpect.TIMEOUT):
                screen.read_nonblocking(1 << 16, timeout=0.05)
        screen.send("q")
        screen.expect(pexpect.EOF, timeout=120)
        late = np.array(json.loads(found.read_text()))
    told("the loop, while kernels compile", late[late[:, 0] < 15, 1])
    told("the loop, while two networks train", late[late[:, 0] > 25, 1])
    for source in ("prose", "names", "tagged-sentences", "messages", "dates"):
        data = open_data(DataRequest(SourceFiles(source)))
        trainer = Trainer(RunConfig(kind=data.kind.name), data)
        lengths: list[float] = []
        until = time.monotonic() + asked.seconds / 8
        while time.monotonic() < until:
            begun = time.monotonic()
            if trainer.advance_for(run_thread.CALL_S) and trainer.step > 3:
                lengths.append(time.monotonic() - begun)
        told(f"a call that trains {trainer.config.name} on {source}", np.array(lengths))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
