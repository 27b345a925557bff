"""How cost grows with the corpus: texts of 1 MB to 1 GB, each opened and trained on in a process of its own.

Only the time to open the text should grow with its size, neither the time for each character nor the memory.
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from tui_rnn.bench.fresh import FOLDER_PREFIX, run_in_new_process
from tui_rnn.bench.tables import bar, markdown_table, terminal_table
from tui_rnn.errors import InputError

MEGABYTE = 1_000_000
SIZES_MB = (1, 10, 100, 1000)
DISK_FACTOR = 2.5  # the text, and its ids beside it: what opening keeps on the disk
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,.;!?"
TRAINING_S = 3.0

TRAIN = """
import json, statistics, sys
from time import perf_counter
start = perf_counter()
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import open_corpus
from tui_rnn.layers.team import cores
from tui_rnn.training.trainer import Trainer

corpus = open_corpus(sys.argv[1])
opened = perf_counter()
trainer = Trainer(RunConfig(cell="lstm", hidden_size=128), corpus, threads=cores())
while not trainer.advance(1):
    pass
first_step = perf_counter()
seconds_per_step = []
while perf_counter() < first_step + float(sys.argv[2]) or not seconds_per_step:
    begin = perf_counter()
    if steps := trainer.advance_for(0.05):  # else it was an evaluation
        seconds_per_step.append((perf_counter() - begin) / steps)
chars = trainer.config.batch_size * trainer.config.seq_len
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
except ImportError:
    peak = None
print(json.dumps({
    "open_s": opened - start,
    "first_step_s": first_step - start,
    "ns_per_char": statistics.median(seconds_per_step) / chars * 1e9,
    "peak_bytes": peak,
}))
"""


@dataclass(frozen=True)
class ScalePoint:
    """What a text of so many bytes costs. Seconds from the start of Python; peak memory where the system knows it."""

    bytes: int
    open_s: float
    first_step_s: float
    ns_per_char: float
    peak_bytes: int | None


def sizes_up_to(max_mb: int) -> list[int]:
    """The sizes in MB to be measured. Raises InputError when there is none."""
    sizes = [size for size in SIZES_MB if size <= max_mb]
    if not sizes:
        raise InputError(f"--max-mb is {max_mb}, expected at least {SIZES_MB[0]}")
    return sizes


def measure_scale(max_mb: int, training_s: float = TRAINING_S) -> Generator[ScalePoint, None, None]:
    """A point for each size, smallest first. Raises InputError when the disk has no room for the largest."""
    sizes = sizes_up_to(max_mb)
    with tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX, ignore_cleanup_errors=True) as folder:
        free, needed = shutil.disk_usage(folder).free, int(sizes[-1] * MEGABYTE * DISK_FACTOR)
        if free < needed:
            raise InputError(f"{folder} has {free // MEGABYTE:,} MB free, expected {needed // MEGABYTE:,}: lower --max-mb")
        path = Path(folder) / "text.txt"
        for size in sizes:
            write_text(path, size * MEGABYTE)
            yield ScalePoint(size * MEGABYTE, **_in_new_process(path, training_s))


def write_text(path: Path, byte_count: int) -> None:
    """Write words of random letters, so many bytes: the same megabyte again and again, since only the length matters here."""
    rng = random.Random(0)
    words = ["".join(rng.choices(LETTERS, k=rng.randint(1, 9))) for _ in range(MEGABYTE // 5)]
    block = "\n".join(" ".join(words[k : k + 10]) for k in range(0, len(words), 10)).encode()[: MEGABYTE - 1] + b"\n"
    with path.open("wb") as file:
        for start in range(0, byte_count, len(block)):
            file.write(block[: byte_count - start])


def _in_new_process(path: Path, training_s: float) -> dict[str, Any]:
    what = f"training on a text of {path.stat().st_size:,} bytes"
    printed = run_in_new_process(TRAIN, str(path), str(training_s), what=what)
    return dict(json.loads(printed.splitlines()[-1]))


def table(points: list[ScalePoint]) -> RenderableType:
    """A row for each size."""
    return terminal_table(_cells(points), words=0)


def markdown(points: list[ScalePoint]) -> str:
    """The same for a page of documentation."""
    return markdown_table(_cells(points), words=0)


def bars(points: list[ScalePoint]) -> RenderableType:
    """The training time for each character. If the text's size costs nothing, all bars are equally long."""
    most = max(point.ns_per_char for point in points)
    lines = [Text("time per character of training", style="bold")]
    for point in points:
        label = f"{point.bytes // MEGABYTE:>5,} MB"
        lines.append(bar(label, point.ns_per_char / most, f"{point.ns_per_char:,.0f} ns", "cyan"))
    return Group(*lines)


def record(point: ScalePoint) -> dict[str, Any]:
    """One size's line of JSON."""
    return {"event": "point"} | asdict(point)


def _cells(points: list[ScalePoint]) -> list[list[str]]:
    headings = ["text\nMB", "opened\ns", "first step\ns", "training\nns/char", "peak memory\nMB"]
    rows = [
        [
            f"{point.bytes // MEGABYTE:,}",
            f"{point.open_s:.2f}",
            f"{point.first_step_s:.2f}",
            f"{point.ns_per_char:,.0f}",
            f"{point.peak_bytes // MEGABYTE:,}" if point.peak_bytes else "",
        ]
        for point in points
    ]
    return [headings, *rows]
