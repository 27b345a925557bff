"""How long it takes to find what a text copies: `python -m tui_rnn.bench.copies [MB of training text]`."""

from __future__ import annotations

import resource
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from tui_rnn.bench.scale import MEGABYTE, write_text
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import open_corpus
from tui_rnn.insight.copied import Copied
from tui_rnn.insight.registry import answer
from tui_rnn.training.subjects import subject_of
from tui_rnn.training.trainer import Trainer

TOKENS = 2000  # of the text that is looked for, half of it copied


@dataclass(frozen=True)
class CopyTimes:
    """The times of a first answer, which counts the validation part too, and of the next: seconds, and seconds of one processor
    (fewer on a busy machine). bytes_per_char: memory at its peak beyond what the opened data take."""

    megabytes: int
    first_s: float
    first_cpu_s: float
    next_s: float
    next_cpu_s: float
    bytes_per_char: float


def measure(megabytes: int) -> CopyTimes:
    """On a generated text of this size."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        write_text(path, megabytes * MEGABYTE)
        trainer = Trainer(RunConfig(hidden_size=16), open_corpus(str(path)))
        subject = subject_of(trainer)
        train = subject.data.train
        half = subject.symbols.vocabulary.decode(train[len(train) // 2 : len(train) // 2 + TOKENS // 2])
        answer(subject_of(Trainer(RunConfig(hidden_size=16), open_corpus("prose"))), Copied(half))  # compiles
        before, times = _peak(), list[tuple[float, float]]()
        for text in (half + half[::-1], half[::-1] + half):
            wall, cpu = perf_counter(), process_time()
            answer(subject, Copied(text))
            times.append((perf_counter() - wall, process_time() - cpu))
        return CopyTimes(megabytes, *times[0], *times[1], (_peak() - before) / (megabytes * MEGABYTE))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def in_words(times: CopyTimes) -> str:
    return (
        f"{times.megabytes:,} MB of training text, {TOKENS:,} characters looked for: the first answer {times.first_s:.2f} s "
        f"({times.first_cpu_s:.2f} s of a processor), the next {times.next_s:.2f} s ({times.next_cpu_s:.2f} s), "
        f"{times.bytes_per_char:.2f} bytes a character more"
    )


if __name__ == "__main__":
    print(in_words(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10)))
