"""`tui-rnn bench`: how fast this machine trains, alone or against PyTorch."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter, Token, convert

from tui_rnn.cells import CELLS
from tui_rnn.cli import bench_tasks
from tui_rnn.cli.options import CHOICE, FLAG, AnsweringTask, option_name
from tui_rnn.cli.output import Json, Progress, print_json
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError
from tui_rnn.kinds import ANSWERING, RUNNING_TEXT

if TYPE_CHECKING:
    from tui_rnn.bench.compare import Point

TIMED_CELLS, HIDDEN_SIZES, BATCH_SIZES = ("elman", "lstm"), (32, 64, 128, 256, 512), (1, 16, 64)
ALL_POINTS = {"cell": TIMED_CELLS, "hidden_size": HIDDEN_SIZES, "batch_size": BATCH_SIZES}
A_FEW = {"cell": TIMED_CELLS, "hidden_size": (64, 128, 256), "batch_size": (16,)}

_OPTIONS_OF = {
    "task": (
        "against",
        "cell",
        "hidden_size",
        "batch_size",
        "num_layers",
        "embedding_size",
        "dropout",
        "rounds",
        "sample_seconds",
    ),
    "scale": ("max_mb", "markdown"),
    "playground": ("rounds", "markdown"),
}
"""The options that go with each of the other tables, besides --json."""

PLAYGROUND_S = 6.0  # how long each round trains with the screen, and again without it
KEY_PRESSES = 60


def _split_at_commas(type_: Any, tokens: Sequence[Token]) -> Any:
    """Each value of each token: a list ends with its token, so that SOURCE may follow."""
    return convert(type_, [token.evolve(value=value) for token in tokens for value in token.value.split(",")])


Listed = Parameter(negative_iterable=(), converter=_split_at_commas)


def run(
    source: Annotated[str | None, Parameter(help="File or built-in corpus of a --task.")] = None,
    /,
    *,
    task: Annotated[
        AnsweringTask | None, CHOICE, Parameter(help="Time this task's networks, on SOURCE.", metavar="|".join(ANSWERING))
    ] = None,
    against: Annotated[
        Literal["torch"] | None, CHOICE, Parameter(help="Also time the same networks there, in turns.", metavar="torch")
    ] = None,
    cell: Annotated[
        list[str] | None,
        Parameter(help=f"Only these cells, such as {','.join(list(CELLS)[:2])}.", metavar=f"{'|'.join(CELLS)}[,…]"),
        Listed,
    ] = None,
    hidden_size: Annotated[
        list[int] | None, Parameter(help="Only these sizes, such as 64,128.", metavar="N[,N…]"), Listed
    ] = None,
    batch_size: Annotated[
        list[int] | None, Parameter(help="Only these batch sizes, such as 1,16.", metavar="N[,N…]"), Listed
    ] = None,
    num_layers: Annotated[int | None, Parameter(help="Recurrent layers (without: 1, and 2 to tag).")] = None,
    embedding_size: Annotated[
        int | None, Parameter(help="Size of the embedding (without: 0, one-hot, for a text; 32 for a task).")
    ] = None,
    dropout: Annotated[float | None, Parameter(help="Share of each layer's outputs that is dropped (without: 0).")] = None,
    scale: Annotated[bool, FLAG, Parameter(help="Time texts of 1 MB to 1 GB instead.")] = False,
    max_mb: Annotated[int | None, Parameter(help="The largest of them, in MB (without: 1000).")] = None,
    playground: Annotated[bool, FLAG, Parameter(help="Time the playground beside training without a screen instead.")] = False,
    rounds: Annotated[int | None, Parameter(help="Samples of each kind; their median counts (without: 5).")] = None,
    sample_seconds: Annotated[float | None, Parameter(help="Length of a sample (without: 0.15).")] = None,
    startup: Annotated[
        bool | None, Parameter(help="Also time compiling and starting (without: unless against).", negative="--no-startup")
    ] = None,
    markdown: Annotated[bool, FLAG, Parameter(help="Print the table for a page of documentation.")] = False,
    json: Json = False,
) -> int:
    """Measure training and sampling speed on this machine, in characters a second.

    A training step is forward, backward through 64 characters, clipping and Adam, with 65 distinct characters. Its
    share of the peak compares it with the machine's fastest float32 matrix product, measured beside it.

    PyTorch trains the same network with an embedding of size 16 or of the hidden size, on one thread or on all: the fastest
    counts. Before a network is timed, both sides must give the same loss and gradients.

    --scale trains an LSTM 128 on generated texts of 1, 10, 100 and 1000 MB, each in a new process, and measures the time to
    open the text and to the first step, the time per character, and the memory.

    --playground times its two runs on a built-in text with and without the screen, about 20 s a round, and then how long it
    takes until a key press is seen.

    --task and a file time the task's networks on batches of that file: packed sequences in PyTorch.
    """
    if (task is None) != (source is None):
        raise InputError("--task and SOURCE go together: give both, or leave both out")
    lists = {"cell": cell, "hidden_size": hidden_size, "batch_size": batch_size}
    sizes = {"num_layers": num_layers, "embedding_size": embedding_size, "dropout": dropout}
    others = {"against": against, "max_mb": max_mb, "rounds": rounds, "sample_seconds": sample_seconds, "startup": startup}
    chosen = [name for name, wanted in (("task", task), ("scale", scale), ("playground", playground)) if wanted]
    _check_they_go_together(chosen, {**lists, **sizes, **others, "markdown": markdown})
    rounds = 5 if rounds is None else rounds
    sample_seconds = 0.15 if sample_seconds is None else sample_seconds
    if rounds < 1:
        raise InputError(f"--rounds is {rounds}, expected at least 1")
    if not sample_seconds > 0:
        raise InputError(f"--sample-seconds is {sample_seconds:g}, expected more than 0")
    if task is not None and source is not None:
        settings: dict[str, Any] = {name: value for name, value in sizes.items() if value is not None}
        for name, values in lists.items():
            if values and len(values) > 1:
                raise InputError(f"{option_name(name)} has {len(values)} values, expected one with --task")
            if values:
                settings[name] = values[0]
        return bench_tasks.run(source, task, settings, against is not None, rounds, sample_seconds, json)
    if scale:
        return _measure_scale(1000 if max_mb is None else max_mb, markdown, json)
    if playground:
        return _measure_playground(rounds, markdown, json)
    default: dict[str, Any] = ALL_POINTS if against else A_FEW
    base = RunConfig(num_layers=num_layers or 1, embedding_size=embedding_size or 0, dropout=dropout or 0.0, learning_rate=1e-4)
    configs = [
        replace(base, **dict(zip(default, values, strict=True)))
        for values in product(*(lists[name] or default[name] for name in default))
    ]
    startup = against is None if startup is None else startup
    return _measure(configs, against is not None, rounds, sample_seconds, startup, markdown, json)


def _check_they_go_together(tables: list[str], options: dict[str, Any]) -> None:
    """Raise InputError for two tables at once, and for an option that does not go with the chosen one."""
    if len(tables) > 1:
        raise InputError(f"{option_name(tables[0])} and {option_name(tables[1])} are two tables: leave one of them out")
    useful = _OPTIONS_OF[tables[0]] if tables else options.keys() - {"max_mb"}
    for name, value in options.items():
        if value is not None and value is not False and name not in useful:
            if not tables:
                raise InputError(f"{option_name(name)} goes with --scale: give both, or leave both out")
            raise InputError(f"{option_name(name)} does not go with {option_name(tables[0])}: leave one of them out")


def _measure(
    configs: list[RunConfig], against: bool, rounds: int, sample_s: float, startup: bool, markdown: bool, json: bool
) -> int:
    from rich.console import Console

    from tui_rnn.bench import compare, report
    from tui_rnn.bench.startup import measure_startup
    from tui_rnn.bench.timing import Effort
    from tui_rnn.cli.compiling import compile_kernels

    against = against and bench_tasks.torch_found()
    compile_kernels(RUNNING_TEXT, json)
    progress = Progress(sys.stderr)
    points: list[Point] = []
    for k, config in enumerate(configs):
        progress.hint(f"measuring {config.name}, batch {config.batch_size}: {k + 1} of {len(configs)}")
        points.append(compare.measure(config, against_torch=against, effort=Effort(rounds, sample_s)))
        if json:
            print_json(report.point_record(points[-1]))
    if startup:
        progress.hint("compiling the kernels in a new process")
    started = measure_startup() if startup else None
    progress.clear()
    if json:
        print_json(report.done_record(points, started))
        return 0
    console = Console()
    if markdown:
        print(report.markdown(points))
    else:
        console.print(report.table(points))
        console.print(report.bars(points))
    for line in report.summary(points, started):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 0


def _measure_scale(max_mb: int, markdown: bool, json: bool) -> int:
    from rich.console import Console

    from tui_rnn.bench import scale
    from tui_rnn.cli.compiling import compile_kernels

    sizes = scale.sizes_up_to(max_mb)
    compile_kernels(RUNNING_TEXT, json)
    progress = Progress(sys.stderr)
    points: list[scale.ScalePoint] = []
    measuring = scale.measure_scale(max_mb)
    for size in sizes:
        progress.hint(f"measuring a text of {size:,} MB")
        points.append(next(measuring))
        if json:
            print_json(scale.record(points[-1]))
    measuring.close()
    progress.clear()
    if json:
        print_json({"event": "done", "points": len(points)})
        return 0
    if markdown:
        print(scale.markdown(points))
        return 0
    console = Console()
    console.print(scale.table(points))
    console.print(scale.bars(points))
    return 0


def _measure_playground(rounds: int, markdown: bool, json: bool) -> int:
    from rich.console import Console

    from tui_rnn.bench import keys, playground
    from tui_rnn.cli.compiling import compile_kernels

    compile_kernels(RUNNING_TEXT, json)
    progress = Progress(sys.stderr)
    turns: list[playground.Turn] = []
    progress.hint(f"measuring with and without a screen: round 1 of {rounds}")
    for turn in playground.measure_playground(rounds, PLAYGROUND_S):
        turns.append(turn)
        if json:
            print_json(playground.record(turn))
        if len(turns) < rounds:
            progress.hint(f"measuring with and without a screen: round {len(turns) + 1} of {rounds}")
    progress.hint("measuring how long it takes until a key press is seen")
    pressed = keys.measure_keys(playground.SOURCE, KEY_PRESSES)
    progress.clear()
    if json:
        print_json({"event": "keys"} | keys.record(pressed))
        print_json({"event": "done", "rounds": len(turns), "shares": playground.shares(turns)})
    elif markdown:
        print(playground.markdown(turns))
        print(f"\n{keys.in_words(pressed)}")
    else:
        Console().print(playground.table(turns))
        print(keys.in_words(pressed))
    return 0
