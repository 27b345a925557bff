"""`tui-rnn sweep`: many runs that differ in some settings, on all cores or on many machines."""

from __future__ import annotations

import importlib.util
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from tui_rnn.cli.compiling import compile_kernels
from tui_rnn.cli.data_options import KINDS_OF, DataOptions
from tui_rnn.cli.interrupt import Interruption
from tui_rnn.cli.opening import open_visibly
from tui_rnn.cli.options import IN_ANY_CASE, check_belongs, given, with_settings
from tui_rnn.cli.output import Json, note
from tui_rnn.cli.piped import keep_stdin
from tui_rnn.cli.sweep_grid import read_grid
from tui_rnn.config import GOALS
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from tui_rnn.data.opening import Data
    from tui_rnn.sweep.folder import SweepFolder
    from tui_rnn.sweep.plan import Plan

NEEDED = ("optuna", "distributed", "cryptography")
DEFAULT_GOAL = {"seconds": 30.0}
DEFAULT_TRIALS = 24
MAX_WORKERS = 1024


@Parameter(name="*")
@dataclass(frozen=True)
class SweepOptions:
    """The options of `sweep` besides those about data and settings; None unless given."""

    grid: Annotated[
        tuple[str, ...],
        Parameter(
            help="A setting to vary and its values, such as cell=elman,lstm; say it again for another one. Any option of "
            "train below can be one. With --search, a number may lie between two limits: learning_rate=0.001..0.03.",
            metavar="KEY=V,V",
            negative_iterable=(),
            show_default=False,
        ),
    ] = ()
    seeds: Annotated[
        int | None, Parameter(help="Train each setting from so many seeds, --seed the first (default 1).", metavar="N")
    ] = None
    search: Annotated[
        Literal["random", "tpe"] | None,
        IN_ANY_CASE,
        Parameter(
            help="Instead of the whole grid: draw at random, or near what did well (TPE).",
            metavar="random|tpe",
            show_choices=False,
        ),
    ] = None
    trials: Annotated[
        int | None,
        Parameter(
            help=f"How many runs a search makes at most (default {DEFAULT_TRIALS}); alone, it asks for tpe.", metavar="N"
        ),
    ] = None
    stop: Annotated[
        Literal["asha"] | None,
        IN_ANY_CASE,
        Parameter(
            help="Stop the hopeless: of all runs that reach a ninth of their goal, and then a third, the best third goes on.",
            metavar="asha",
            show_choices=False,
        ),
    ] = None
    workers: Annotated[int | None, Parameter(help="Processes on this machine (default: one a core).", metavar="N")] = None
    scheduler: Annotated[
        str | None,
        Parameter(
            help="Train on a Dask cluster that exists, such as tcp://host:8786. It gets your data, and what it sends back is "
            "believed: who can reach it, and its TLS, are its owner's business.",
            metavar="ADDRESS",
        ),
    ] = None
    out: Annotated[Path | None, Parameter(help="The folder that is made for the runs and the table.", metavar="FOLDER")] = None
    resume: Annotated[
        Path | None,
        Parameter(help="Go on with the sweep in this folder: what ended stays; --trials may be more.", metavar="FOLDER"),
    ] = None


NO_OPTIONS, NO_DATA_OPTIONS = SweepOptions(), DataOptions()


@with_settings
def run(
    source: Annotated[
        tuple[str, ...],
        Parameter(
            help="Files, a folder or a built-in corpus; --resume knows its own.", negative_iterable=(), show_default=False
        ),
    ] = (),
    /,
    *,
    options: SweepOptions = NO_OPTIONS,
    json: Json = False,
    data: DataOptions = NO_DATA_OPTIONS,
    **settings: str | bool | None,
) -> int:
    """Train many runs that differ in some settings, and rank them.

    For example: tui-rnn sweep alice.txt --grid cell=elman,lstm --grid hidden_size=64,128 --seeds 3 --seconds 30 --out cells

    Each trial is a run on one core; all cores work. The folder holds ordinary run files, results.csv and results.json, and the
    journal that --resume goes on from. Ctrl-C keeps what is finished. What isn't varied has the value that you give, or the
    default below; no recipe chooses it. Without a goal, a trial trains for 30 seconds. Needs tui-rnn[sweep]; docs/sweeps.md
    tells more.
    """
    _check_installed()
    keep_stdin((*source, *data.valid, *data.test))
    folder, plan, opened = _prepare(source, options, data, given(settings))
    from tui_rnn.cli.sweep_report import watcher_for
    from tui_rnn.sweep.cluster import cores, foreign_cluster, own_cluster
    from tui_rnn.sweep.conduct import Conductor
    from tui_rnn.sweep.study import Study
    from tui_rnn.sweep.trial import lower_is_better

    compile_kernels(opened.kind, json)
    workers = options.workers or cores()
    with Interruption() as interruption, folder.held():
        study = Study(folder.journal, plan, lower_is_better(opened.kind))
        watcher = watcher_for(json, plan, study, folder, opened)
        workers = min(workers, max(1, plan.count - len(study.records)))
        cluster: AbstractContextManager[Any]
        cluster = foreign_cluster(options.scheduler) if options.scheduler is not None else own_cluster(workers)
        watcher.start(options.scheduler or "", workers)
        interruption.defer()
        if len(study.records) < plan.count:
            with cluster as client:
                conductor = Conductor(client, plan, study, folder, opened, watcher, ours=options.scheduler is None)
                try:
                    conductor.run(lambda: interruption.requested, watcher.save_table)
                finally:
                    watcher.close()
                watcher.worked(conductor)
        watcher.done(interruption.requested)
    return 130 if interruption.requested else 0


def _check_installed() -> None:
    """Raise InputError where the extra is missing."""
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise InputError(f'sweeps need {", ".join(missing)}: pip install "tui-rnn[sweep]"')


def _prepare(
    sources: tuple[str, ...], options: SweepOptions, data_options: DataOptions, settings: dict[str, Any]
) -> tuple[SweepFolder, Plan, Data]:
    """Everything that can be wrong with the input is found here, before anything is compiled; the folder is made last."""
    for name, value, most in (("seeds", options.seeds, 10_000), ("trials", options.trials, 100_000)):
        if value is not None and not 1 <= value <= most:
            raise InputError(f"--{name} is {value}, expected 1 to {most:,}")
    if options.workers is not None and not 1 <= options.workers <= MAX_WORKERS:
        raise InputError(f"--workers is {options.workers}, expected 1 to {MAX_WORKERS:,}")
    if options.workers is not None and options.scheduler is not None:
        raise InputError("--workers is for this machine's own processes: with --scheduler, leave it out")
    if options.resume is not None:
        return _resumed(options.resume, sources, options, data_options, settings)
    from tui_rnn.data.opening import with_task
    from tui_rnn.sweep.folder import SweepFolder

    if not sources:
        raise InputError("nothing to train on: give a file, a folder or a built-in corpus (see tui-rnn corpora)")
    if options.out is None:
        raise InputError("the folder is not named: say where the runs go with --out FOLDER")
    plan = _plan(options, settings)
    folder = SweepFolder(options.out)
    folder.check_new()
    request, told_by = with_task(data_options.request(*sources))
    assert request.kind is not None
    check_belongs([*plan.space, *plan.fixed, *data_options.given()], KINDS_OF, request.kind.name)
    if told_by:
        note(told_by)
    data = open_visibly(request)
    plan.check(data)
    folder.make()
    folder.save_plan(plan, data.request, data.sha256)
    return folder, plan, data


def _plan(options: SweepOptions, settings: dict[str, Any]) -> Plan:
    from tui_rnn.sweep.plan import Plan
    from tui_rnn.sweep.space import Between

    grid = read_grid(options.grid)
    if not grid.space:
        raise InputError("nothing is varied: name a setting and its values with --grid, such as --grid hidden_size=64,128")
    if both := [name for name in grid.space if name in settings]:
        raise InputError(f"{both[0]} is varied by --grid and has one value by its option: leave one of them out")
    if grid.seeds and (options.seeds is not None or "seed" in settings):
        raise InputError("the seeds are given by --grid seed=… and by an option: leave one of them out")
    if not {*grid.space, *settings} & set(GOALS):
        settings = settings | DEFAULT_GOAL
    if (varied := {*grid.space} & set(GOALS)) and (fixed := {*settings} & set(GOALS)):
        raise InputError(f"a run has one goal, found {varied.pop()} in --grid and {fixed.pop()}: give only one of them")
    search = options.search or ("tpe" if options.trials is not None else "")
    if not search and (drawn := [name for name, one in grid.space.items() if isinstance(one, Between)]):
        raise InputError(
            f"--grid {drawn[0]} lies between two limits, which a grid can't go through: add --search random or tpe"
        )
    first = settings.pop("seed", 1)
    seeds = grid.seeds or tuple(range(first, first + (options.seeds or 1)))
    trials = options.trials or max(DEFAULT_TRIALS, len(seeds))
    if search and trials < len(seeds):
        raise InputError(f"--trials is {trials}, expected at least {len(seeds)}: each setting is trained from so many seeds")
    return Plan(grid.space, settings, seeds, search, trials if search else 0, options.stop or "")


def _resumed(
    path: Path, sources: tuple[str, ...], options: SweepOptions, data_options: DataOptions, settings: dict[str, Any]
) -> tuple[SweepFolder, Plan, Data]:
    from tui_rnn.sweep.folder import SweepFolder

    folder = SweepFolder(path)
    plan, request, sha256 = folder.plan()
    given_too = [name for name in ("grid", "seeds", "search", "stop", "out") if getattr(options, name) not in (None, ())]
    if fixed := [*given_too, *settings, *data_options.given(), *(["SOURCE"] if sources else [])]:
        name = fixed[0] if fixed[0] == "SOURCE" else f"--{fixed[0].replace('_', '-')}"
        raise InputError(f"{name} can't be changed by --resume: the sweep goes on as it was begun")
    if options.trials is not None:
        if not plan.search or options.trials < plan.trials:
            expected = f"at least {plan.trials}" if plan.search else "none: a grid has as many as it has"
            raise InputError(f"--trials is {options.trials}, expected {expected}")
        plan = replace(plan, trials=options.trials)
    data = open_visibly(request)
    if data.sha256 != sha256:
        raise InputError(f"{data.source} has changed since the sweep began (SHA-256 {data.sha256[:12]}…): put the old one back")
    plan.check(data)
    folder.save_plan(plan, request, sha256)
    return folder, plan, data
