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
from tui_rnn.cli.options import CHOICE, SEVERAL, check_belongs, given, option_name, with_settings
from tui_rnn.cli.output import Json, note
from tui_rnn.cli.piped import keep_stdin
from tui_rnn.cli.sweep_grid import read_grid
from tui_rnn.config import GOALS
from tui_rnn.data.sources import listed
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
        SEVERAL,
        Parameter(
            help="A setting to vary and its values, such as cell=elman,lstm; repeat it for another one. Any option of train "
            "below can be varied. With --search, a number may lie between two limits: learning_rate=0.001..0.03.",
            metavar="KEY=V,V",
        ),
    ] = ()
    seeds: Annotated[
        int | None, Parameter(help="Train each setting with N seeds, from --seed on (default 1).", metavar="N")
    ] = None
    search: Annotated[
        Literal["random", "tpe"] | None,
        CHOICE,
        Parameter(
            help="Instead of the whole grid: draw at random, or near settings that did well (TPE).", metavar="random|tpe"
        ),
    ] = None
    trials: Annotated[
        int | None,
        Parameter(
            help=f"At most how many runs a search makes (default {DEFAULT_TRIALS}); without --search, it means tpe.",
            metavar="N",
        ),
    ] = None
    stop: Annotated[
        Literal["asha"] | None,
        CHOICE,
        Parameter(
            help="Stop bad runs early: of all runs that reach a ninth of their goal, and then a third, the best third goes on.",
            metavar="asha",
        ),
    ] = None
    workers: Annotated[int | None, Parameter(help="Processes on this machine (default: one a core).", metavar="N")] = None
    scheduler: Annotated[
        str | None,
        Parameter(
            help="Train on an existing Dask cluster, such as tcp://host:8786. It gets your data, and its results are trusted: "
            "its owner must care for its access and its TLS.",
            metavar="ADDRESS",
        ),
    ] = None
    out: Annotated[Path | None, Parameter(help="The new folder for the runs and the table.", metavar="FOLDER")] = None
    resume: Annotated[
        Path | None,
        Parameter(help="Resume the sweep in this folder: ended trials stay; --trials may be larger.", metavar="FOLDER"),
    ] = None


NO_OPTIONS, NO_DATA_OPTIONS = SweepOptions(), DataOptions()


@with_settings
def run(
    source: Annotated[
        tuple[str, ...], SEVERAL, Parameter(help="Files, a folder or a built-in corpus; --resume knows its own.")
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
    journal for --resume. Ctrl-C keeps what is finished. A setting that isn't varied has the value that you give, or the default
    below; no recipe chooses it. Without a goal, a trial trains for 30 seconds. Needs tui-rnn[sweep]; docs/sweeps.md has more.
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
    """Raise InputError if a package of the extra is missing."""
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise InputError(f'sweeps need {", ".join(missing)}: pip install "tui-rnn[sweep]"')


def _prepare(
    sources: tuple[str, ...], options: SweepOptions, data_options: DataOptions, settings: dict[str, Any]
) -> tuple[SweepFolder, Plan, Data]:
    """Check all input, before anything is compiled; the folder is made last."""
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
        raise InputError("no folder is given: say where to save the runs with --out FOLDER")
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
        raise InputError(f"{both[0]} is varied by --grid, and its option gives one value: leave one of them out")
    if grid.seeds and (options.seeds is not None or "seed" in settings):
        raise InputError("the seeds are given twice, by --grid seed=… and by an option: leave one of them out")
    if not {*grid.space, *settings} & set(GOALS):
        settings = settings | DEFAULT_GOAL
    if (varied := {*grid.space} & set(GOALS)) and (fixed := {*settings} & set(GOALS)):
        raise InputError(f"a run has one goal, found {varied.pop()} in --grid and {fixed.pop()}: give only one of them")
    search = options.search or ("tpe" if options.trials is not None else "")
    if not search and (drawn := [name for name, one in grid.space.items() if isinstance(one, Between)]):
        raise InputError(
            f"--grid {drawn[0]} lies between two limits, and a grid needs single values: add --search random or tpe"
        )
    first = settings.pop("seed", 1)
    seeds = grid.seeds or tuple(range(first, first + (options.seeds or 1)))
    trials = options.trials or max(DEFAULT_TRIALS, len(seeds))
    if search and trials < len(seeds):
        raise InputError(f"--trials is {trials}, expected at least {len(seeds)}: each setting is trained with so many seeds")
    return Plan(grid.space, settings, seeds, search, trials if search else 0, options.stop or "")


def _resumed(
    path: Path, sources: tuple[str, ...], options: SweepOptions, data_options: DataOptions, settings: dict[str, Any]
) -> tuple[SweepFolder, Plan, Data]:
    from tui_rnn.sweep.folder import SweepFolder

    folder = SweepFolder(path)
    plan, request, sha256 = folder.plan()
    given_too = [name for name in ("grid", "seeds", "search", "stop", "out") if getattr(options, name) not in (None, ())]
    if fixed := [*given_too, *settings, *data_options.given(), *(["SOURCE"] if sources else [])]:
        name = fixed[0] if fixed[0] == "SOURCE" else option_name(fixed[0])
        raise InputError(f"{name} can't be changed by --resume: the sweep goes on as it began")
    if options.trials is not None:
        if not plan.search or options.trials < plan.trials:
            expected = f"at least {plan.trials}" if plan.search else "none: the size of a grid is fixed"
            raise InputError(f"--trials is {options.trials}, expected {expected}")
        plan = replace(plan, trials=options.trials)
    data = open_visibly(request)
    if data.sha256 != sha256:
        raise InputError(
            f"{listed(data.source)} has changed since the sweep began (SHA-256 {data.sha256[:12]}…): restore the old one"
        )
    plan.check(data)
    folder.save_plan(plan, request, sha256)
    return folder, plan, data
