"""`tui-rnn train`: one run without the screen, to its goal or until it is interrupted, saved either way."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from tui_rnn.cli.compiling import compile_kernels
from tui_rnn.cli.interrupt import Interruption
from tui_rnn.cli.options import given, option_name, with_settings
from tui_rnn.cli.output import Json, drop_stdout, note
from tui_rnn.cli.train_report import Report, report_for
from tui_rnn.config import RunConfig
from tui_rnn.errors import InputError, RunError
from tui_rnn.paths import new_run_path, runs_dir

if TYPE_CHECKING:
    from tui_rnn.train.trainer import Trainer

GOALS = ("steps", "epochs", "seconds")
DEFAULT_GOAL = {"seconds": 60.0}
MAX_THREADS = 256
CALL_S = 0.05
SAVE_INTERVAL_S = 30.0


@with_settings
def run(
    source: Annotated[str | None, Parameter(help="Text file, folder or built-in corpus; --resume knows its own.")] = None,
    /,
    *,
    out: Annotated[Path | None, Parameter(help="The file to save the run in; without, one in the runs folder.")] = None,
    resume: Annotated[Path | None, Parameter(help="Go on with this saved run, to its goal or to a new one.")] = None,
    new_text: Annotated[
        bool, Parameter(help="Let --resume go on with another text in the same characters.", negative=(), show_default=False)
    ] = False,
    encoding: Annotated[str | None, Parameter(help="The text's encoding, where it is not UTF-8.")] = None,
    threads: Annotated[int | None, Parameter(help="Processor cores to use; they never change the result.")] = None,
    json: Json = False,
    **settings: str | bool | None,
) -> int:
    """Train a network on a text, without the screen.

    Without a goal it trains for 60 seconds. With a goal the learning rate falls along a cosine to it, unless --schedule
    says otherwise. Ctrl-C saves, and --resume goes on from there.
    """
    with Interruption() as interruption:
        trainer, out = _prepare(source, resume, new_text, encoding, threads, given(settings), out)
        if out.parent == runs_dir():
            out.parent.mkdir(parents=True, exist_ok=True)
        report = report_for(trainer, out, json)
        interruption.defer()
        report.start()
        _train(trainer, out, report, interruption)
        trainer.save(out)
        report.scoring()
        score = trainer.evaluate(cancelled=lambda: interruption.requested)
        report.done("diverged" if trainer.diverged else "interrupted" if interruption.requested else "finished", score)
    if trainer.diverged:
        raise RunError(f"{trainer.message}; saved in {out}")
    return 130 if interruption.requested else 0


def _prepare(
    source: str | None,
    resume: Path | None,
    new_text: bool,
    encoding: str | None,
    threads: int | None,
    settings: dict[str, Any],
    out: Path | None,
) -> tuple[Trainer, Path]:
    """Everything that can be wrong with the input is found here, before anything is compiled or written."""
    if source is None and resume is None:
        raise InputError("nothing to train on: give a text file, a folder or a built-in corpus (see tui-rnn corpora)")
    if threads is not None and not 1 <= threads <= MAX_THREADS:
        raise InputError(f"--threads is {threads}, expected 1 to {MAX_THREADS}")
    if resume is None and new_text:
        raise InputError("--new-text is for --resume: a new run takes any text")
    goal = {name: settings[name] for name in GOALS if name in settings}
    if resume is not None and (fixed := sorted(settings.keys() - goal.keys())):
        raise InputError(f"{option_name(fixed[0])} can't be changed by --resume: it goes on with the run's own settings")

    if resume is not None:
        return _resumed(resume, source, new_text, encoding, threads, goal, out)
    assert source is not None
    from tui_rnn.data.corpus import open_corpus, require_length

    config = RunConfig(**{"schedule": "cosine", **settings, **({} if goal else DEFAULT_GOAL)})
    corpus = open_corpus(source, encoding=encoding)
    require_length(corpus, config.seq_len)
    if out is not None:
        _check_out(out, overwritten=False)
    compile_kernels()
    from tui_rnn.layers.team import cores
    from tui_rnn.train.trainer import Trainer

    return Trainer(config, corpus, threads=threads or cores()), out or new_run_path(corpus.name, config.name)


def _resumed(
    path: Path,
    source: str | None,
    new_text: bool,
    encoding: str | None,
    threads: int | None,
    goal: dict[str, Any],
    out: Path | None,
) -> tuple[Trainer, Path]:
    from tui_rnn.data.corpus import open_corpus
    from tui_rnn.train import checkpoint as checkpoints

    saved = checkpoints.read(path)
    record = saved.facts.corpus
    known = saved.vocabulary if new_text else None
    corpus = open_corpus(source or record.source, encoding=encoding or record.encoding, vocabulary=known)
    if corpus.unknown_count:
        raise InputError(f"{corpus.notices[-1]}: the run can only go on with the characters it knows; train a new one")
    out = out or path
    _check_out(out, overwritten=out == path)
    compile_kernels()
    from tui_rnn.layers.team import cores
    from tui_rnn.train.trainer import Trainer

    trainer = Trainer.restored(saved, corpus, goal=goal, new_text=new_text, threads=threads or cores())
    return trainer, out


def _check_out(out: Path, overwritten: bool) -> None:
    """Raise InputError where the run can't be saved, or would take the place of what is no run."""
    from tui_rnn.train.checkpoint import read_facts
    from tui_rnn.train.tensor_file import check_target

    check_target(out)
    if out.exists() and not overwritten:
        try:
            read_facts(out)
        except InputError:
            raise InputError(f"--out {out} exists and is no run, so it is not overwritten: choose another name") from None


def _train(trainer: Trainer, out: Path, report: Report, interruption: Interruption) -> None:
    """Train to the goal, until divergence or until interrupted. Saves now and then, for the case of a power cut."""
    saved_at = time.monotonic()
    while not (trainer.finished or trainer.diverged or interruption.requested):
        trainer.advance_for(CALL_S, lambda: interruption.requested)
        try:
            report.progress()
        except BrokenPipeError:  # whoever read has left: stop as if told to
            drop_stdout()
            interruption.requested = True
        if time.monotonic() - saved_at >= SAVE_INTERVAL_S:
            saved_at = time.monotonic()
            try:
                trainer.save(out)
            except RunError as error:
                note(f"{error}; training goes on")
