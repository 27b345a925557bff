"""`tui-rnn train`: one run without the screen, to its goal or until it is interrupted; it is saved in both cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from tui_rnn.cli.compiling import compile_kernels
from tui_rnn.cli.data_options import KINDS_OF, DataOptions, was_given
from tui_rnn.cli.fine_tuning import Forgetting, begun_from
from tui_rnn.cli.interrupt import Interruption
from tui_rnn.cli.opening import open_visibly
from tui_rnn.cli.options import CHOICE, FLAG, SEVERAL, check_belongs, given, option_name, with_settings
from tui_rnn.cli.output import Json, note, shell_line
from tui_rnn.cli.piped import keep_stdin
from tui_rnn.cli.saving import check_out, make_runs_dir, save
from tui_rnn.cli.streams import drop_dead_streams
from tui_rnn.cli.train_json import JsonReport
from tui_rnn.cli.train_text import TextReport
from tui_rnn.cli.training_loop import save_now, status_of, tell, train
from tui_rnn.cli.watchable import check_watchable, how_it_ended, watching
from tui_rnn.config import GOALS, RunConfig
from tui_rnn.errors import InputError, RunError
from tui_rnn.paths import new_run_path, runs_dir
from tui_rnn.training.own_files import OwnFiles

if TYPE_CHECKING:
    from tui_rnn.data.opening import Data
    from tui_rnn.data.request import DataRequest
    from tui_rnn.training.trainer import Trainer

DEFAULT_GOAL = {"seconds": 60.0}
MAX_THREADS = 256
GENTLER = 0.3  # the suggested learning rate, as a share of the one at which a run diverged
REMEMBERED = ("task", "items", "tokens", "target_units", "fold_case", "split_seed", "cut_long", "join_labels")
"""The options that --resume takes from the saved run."""


@Parameter(name="*")
@dataclass(frozen=True)
class RunOptions:
    """The options of `train` about the run's file and the machine."""

    out: Annotated[
        Path | None, Parameter(help="The file to save the run in; without, one in the runs folder.", metavar="FILE")
    ] = None
    overwrite: Annotated[bool, FLAG, Parameter(help="Let --out replace a run that is there.")] = False
    resume: Annotated[Path | None, Parameter(help="Resume this saved run, to its goal or to a new one.", metavar="RUN")] = None
    from_: Annotated[
        Path | None,
        Parameter(
            name="--from",
            help="Begin from this saved run's weights, on new data. New symbols get rows of their own, and the loss on its old "
            "data shows how much it forgets.",
            metavar="RUN",
        ),
    ] = None
    optimizer_state: Annotated[
        Literal["fresh", "keep"] | None,
        CHOICE,
        Parameter(
            help="With --from: Adam's moments start at zero (fresh, the default), or stay as they are (keep).",
            metavar="fresh|keep",
        ),
    ] = None
    new_text: Annotated[bool, FLAG, Parameter(help="Let --resume train on other data with the same characters and labels.")] = (
        False
    )
    recipe: Annotated[
        bool,
        Parameter(
            help="With a goal in time, choose the settings that you don't give from the time, the data and this machine's "
            "speed; --no-recipe takes the defaults below.",
            show_default=False,
        ),
    ] = True
    watchable: Annotated[
        bool, FLAG, Parameter(help="Let the playground watch it, from this user's other terminals: tui-rnn attach.")
    ] = False
    record: Annotated[
        Path | None,
        Parameter(
            help="With --watchable: record what a screen would show in a new file, which tui-rnn replay plays; at most 64 MB.",
            metavar="FILE",
        ),
    ] = None
    threads: Annotated[
        int | None,
        Parameter(help="Processor cores to use (all, or 1 if that is faster); they never change the result.", metavar="N"),
    ] = None


NO_OPTIONS, NO_DATA_OPTIONS = RunOptions(), DataOptions()


@with_settings
def run(
    source: Annotated[
        tuple[str, ...], SEVERAL, Parameter(help="Files, a folder, a built-in corpus, or - for stdin; --resume knows its own.")
    ] = (),
    /,
    *,
    options: RunOptions = NO_OPTIONS,
    json: Json = False,
    data: DataOptions = NO_DATA_OPTIONS,
    **settings: str | bool | None,
) -> int:
    """Train a network on a file, without the screen.

    For example: tui-rnn train alice.txt --minutes 2

    The content of the file decides the task: a language model of a text, tags for words, classes for texts, or texts for
    texts. --task overrides it. All other options may also be left out.

    Without a goal it trains for 60 seconds. With a goal in time, a recipe chooses the network and how it is trained; it
    keeps each setting that you give. The run ends on time and keeps its best weights. Compiling does not count. With
    --steps or --epochs, what you leave out has the default below. The learning rate falls along a cosine to the goal;
    --schedule constant keeps it. Ctrl-C saves the run, and --resume goes on from there.
    """
    keep_stdin((*source, *data.valid, *data.test))
    with Interruption() as interruption:
        trainer, out, why, old = _prepare(source, options, data, given(settings), json)
        if out.parent == runs_dir():
            make_runs_dir(out)
        from tui_rnn.training.closing import closing_scores

        report = (JsonReport if json else TextReport)(trainer, out, why)
        trainer.closes = True
        report.prepare()
        interruption.defer()
        report.start()
        files = OwnFiles([out])

        def save_here() -> Path:
            return save_now(trainer, files, out, report)

        resumed = options.resume is not None and options.out is None
        screens = watching(options.watchable, options.record, trainer, out, resumed, save_here)
        ended = f"The training of {trainer.config.name} ended by an error"
        try:
            train(trainer, report, interruption, save_here, screens)
            report.out = save(trainer, files, out)
            screens.note_saved(report.out)
            ended = how_it_ended(trainer, status_of(trainer, interruption), report.out)
        finally:
            screens.end(ended)
        tell(report.scoring, interruption)
        status = status_of(trainer, interruption)
        closing = closing_scores(trainer, lambda: interruption.requested)
        try:
            if old is not None and json:  # `done` is the last line
                old.tell(trainer.data.kind, closing.old, json)
            report.done(status, closing.validation, closing.test)
            if old is not None and not json:
                old.tell(trainer.data.kind, closing.old, json)
        except OSError:
            if not interruption.requested:
                raise
            drop_dead_streams()
    if trainer.diverged:
        rate = f"{trainer.learning_rate * GENTLER:.2g}"
        command = shell_line("tui-rnn", "train", "--resume", str(report.out), "--learning-rate", rate)
        raise RunError(f"{trainer.message}: {command}")
    return 130 if interruption.requested else 0 if report.out == out else RunError.exit_code


def _prepare(
    sources: tuple[str, ...], options: RunOptions, data_options: DataOptions, settings: dict[str, Any], json: bool
) -> tuple[Trainer, Path, str, Forgetting | None]:
    """Check all input, before anything is compiled or written. Returns the trainer, where the run is saved, why these settings
    were chosen ("" if nobody chose them) and, for a run that begins from another, what it can forget."""
    resume, threads = options.resume, options.threads
    check_watchable(options.watchable, options.record)
    if not sources and resume is None:
        raise InputError("nothing to train on: give a file, a folder or a built-in corpus (see tui-rnn corpora)")
    if threads is not None and not 1 <= threads <= MAX_THREADS:
        raise InputError(f"--threads is {threads}, expected 1 to {MAX_THREADS}")
    if resume is None and options.new_text:
        raise InputError("--new-text is for --resume: a new run takes any text")
    if options.optimizer_state is not None and options.from_ is None:
        raise InputError("--optimizer-state is for --from: a new run has no optimiser state yet, and --resume keeps its own")
    if options.from_ is not None:
        if resume is not None:
            raise InputError("--from begins a new run and --resume continues an old one: give only one of them")
        if options.out is not None:
            check_out(options.out, options.overwrite)
        wanted = {} if settings.keys() & set(GOALS) else DEFAULT_GOAL
        keep = options.optimizer_state == "keep"
        found = begun_from(options.from_, sources, data_options, settings | wanted, options.recipe, threads, json, keep)
        return found.trainer, options.out or new_run_path(found.trainer.data.name, found.trainer.config.name), "", found.old
    if resume is not None:
        return *_resumed(resume, sources, options, data_options, settings, json), "", None
    from tui_rnn.data.opening import with_task

    given_options = [*settings, *data_options.given()]
    settings |= {} if settings.keys() & set(GOALS) else DEFAULT_GOAL
    request, told_by = with_task(data_options.request(*sources))
    try:
        data, config = _checked(request, options, settings, given_options)
    except InputError as error:
        told = "the columns were" if data_options.task else "the task was"
        raise InputError(f"{error}; {told} found by {told_by}" if told_by else str(error)) from None
    if told_by:
        note(told_by)
    compile_kernels(data.kind, json)
    from tui_rnn.layers.team import cores
    from tui_rnn.training.networks import threads_for
    from tui_rnn.training.trainer import Trainer

    out = options.out
    if config.seconds is None or not options.recipe:
        threads = threads or threads_for(data.kind, config, cores())
        return Trainer(config, data, threads=threads), out or new_run_path(data.name, config.name), "", None
    from tui_rnn.training.recipes import recipe_on

    recipe = recipe_on(data, settings, threads or cores())
    threads = threads or threads_for(data.kind, recipe.config, cores())
    trainer = Trainer(recipe.config, data, threads=threads, keep_best=True, spent_s=recipe.spent_s)
    return trainer, out or new_run_path(data.name, recipe.config.name), recipe.why, None


def _checked(request: DataRequest, options: RunOptions, settings: dict[str, Any], names: list[str]) -> tuple[Data, RunConfig]:
    """The data and the settings of a new run, after a check that they fit together, and that the options `names` are for its
    task."""
    from tui_rnn.training.learners import plan

    assert request.kind is not None
    check_belongs(names, KINDS_OF, request.kind.name)
    data = open_visibly(request)
    config = RunConfig.to_goal(data.kind.name, **settings)
    plan(config, data)
    if options.out is not None:
        check_out(options.out, options.overwrite)
    return data, config


def _resumed(
    path: Path, sources: tuple[str, ...], options: RunOptions, data_options: DataOptions, settings: dict[str, Any], json: bool
) -> tuple[Trainer, Path]:
    from tui_rnn.training import checkpoint as checkpoints
    from tui_rnn.training.same_data import check_same_data, check_there

    goal = {name: settings[name] for name in GOALS if name in settings}
    remembered = [name for name in data_options.given() if name in REMEMBERED]
    if fixed := sorted([*(settings.keys() - {*goal, "learning_rate"}), *remembered]):
        raise InputError(f"{option_name(fixed[0])} can't be changed by --resume: the run keeps its own settings")
    saved = checkpoints.read(path)
    check_belongs(data_options.given(), KINDS_OF, saved.facts.kind.name)
    record = saved.facts.data
    said = data_options.request(*(sources or (record.source,))).files
    changed = {name: value for name, value in vars(said).items() if was_given(value) and name != "split_seed"}
    request = replace(record.request, files=replace(record.request.files, **changed))
    if not sources:
        check_there(record, str(path))
    # a run that began from another's weights, or was trained elsewhere, may know more than its data hold
    data = open_visibly(request, saved.symbols)
    check_same_data(saved, data, options.new_text)
    if data.trains_on_unknown and data.vocabulary.characters:  # <unk> is a word like others
        raise InputError(
            f"{data.unknown_notice}: a resumed run can't learn them; --from begins a new run with its weights, which can"
        )
    out = options.out or path
    check_out(out, options.overwrite, of_run=path)
    compile_kernels(saved.facts.kind, json)
    from tui_rnn.layers.team import cores
    from tui_rnn.training.networks import threads_for
    from tui_rnn.training.old_data import data_of_parent
    from tui_rnn.training.past_goal import goal_of
    from tui_rnn.training.resuming import restored

    threads = options.threads or threads_for(saved.facts.kind, saved.facts.config, cores())
    old = data_of_parent(saved.facts.parent, saved.symbols)
    trainer = restored(saved, data, goal=goal, new_data=options.new_text, threads=threads, old=old)
    if "learning_rate" in settings:
        trainer.set_learning_rate(settings["learning_rate"])
    if trainer.finished:
        note(f"{path} is at step {trainer.step:,}, past its goal: give a larger goal, counted from the run's beginning")
    elif not goal_of(trainer.config):
        note(f"{path} has no goal, so it trains until you stop it (Ctrl-C saves it): --steps, --epochs or --seconds set one")
    return trainer, out
