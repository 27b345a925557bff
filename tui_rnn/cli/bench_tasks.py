"""`tui-rnn bench --task …`: how fast the tasks' networks train on a file, alone or against PyTorch."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui_rnn.cli.output import Progress, note, print_json

if TYPE_CHECKING:
    from tui_rnn.bench.tasks import TaskPoint


def torch_found() -> bool:
    """Whether PyTorch is installed; if not, say that its columns are left out."""
    from tui_rnn.bench.compare import torch_installed

    found = torch_installed()
    if not found:
        note("PyTorch is not installed, so its columns are left out: pip install torch")
    return found


def run(source: str, task: str, settings: dict[str, Any], against: bool, rounds: int, sample_s: float, json: bool) -> int:
    """Time a task's networks on a source. settings: those that differ from the task's own. Raises InputError."""
    from rich.console import Console

    from tui_rnn.bench import report, tasks
    from tui_rnn.bench.timing import Effort
    from tui_rnn.cli.compiling import compile_kernels
    from tui_rnn.data.opening import open_data
    from tui_rnn.data.request import DataRequest, SourceFiles

    configs = [replace(config, **settings) for config in tasks.BENCHES[task].networks]
    request = DataRequest(SourceFiles(source), task)
    data: Any = open_data(request)
    against = against and torch_found()
    if against and data.symbols.vocabulary.kind == "word+char":
        data = open_data(replace(request, tokens="word"))
        note("the network in PyTorch reads words without their letters, so here both do")
    compile_kernels(data.kind, json)
    progress = Progress(sys.stderr)
    points: list[TaskPoint] = []
    for k, config in enumerate(configs):
        progress.hint(f"measuring {config.name}, batch {config.batch_size}: {k + 1} of {len(configs)}")
        points.append(tasks.measure_task(data, config, against_torch=against, effort=Effort(rounds, sample_s)))
        if json:
            print_json(report.task_record(points[-1]))
    progress.clear()
    if json:
        print_json(report.tasks_done_record(points))
    else:
        Console().print(report.task_table(points))
    return 0
