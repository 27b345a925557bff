"""`tui-rnn runs`: what has been saved."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from tui_rnn.cli import scores
from tui_rnn.cli.output import Json, print_json
from tui_rnn.display import counted, visible

if TYPE_CHECKING:
    from tui_rnn.training.run_facts import RunFacts
    from tui_rnn.training.runs import SavedRun


def run(
    folder: Annotated[Path | None, Parameter(help="Another folder than the one where runs are saved by themselves.")] = None,
    /,
    *,
    json: Json = False,
) -> int:
    """List the saved runs, the latest first."""
    from tui_rnn.errors import InputError
    from tui_rnn.paths import runs_dir
    from tui_rnn.training.runs import list_runs

    if folder is not None and not folder.is_dir():
        raise InputError(f"{folder} is not a folder: give one that holds .safetensors files, or none")
    saved = list_runs(folder)
    if json:
        for one in saved:
            print_json(_record(one))
        return 0
    print(f"{counted(len(saved), 'saved run')} in {visible(str(folder or runs_dir()))}")
    for one in saved:
        print(_line(one))
    return 0


def _record(saved: SavedRun) -> dict[str, Any]:
    record: dict[str, Any] = {"event": "run", "path": str(saved.path), "bytes": saved.byte_count, "saved_at": saved.saved_at}
    if (facts := saved.facts) is None:
        return record | {"problem": saved.problem}
    main = facts.kind.main_metric
    return record | {
        "name": facts.config.name,
        "task": facts.kind.task,
        "corpus": facts.data.name,
        "source": facts.data.source,
        "step": facts.step,
        "kept_step": facts.kept_step,
        "chars": facts.chars,
        "elapsed_s": facts.elapsed_s,
        "val_loss_nats": facts.number("val_loss_nats"),
        **({main.key: facts.number("val_metric")} if main is not None else {}),
        "config": facts.config.settings,
    }


def _line(saved: SavedRun) -> str:
    from tui_rnn import formats

    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(saved.saved_at))
    if (facts := saved.facts) is None:
        return f"{when}  {visible(saved.path.name)}: {visible(saved.problem)}"
    metric, loss = facts.number("val_metric"), facts.number("val_loss_nats")
    score = scores.brief(facts.kind, metric, loss, facts.data.request.loss_unit)
    return (
        f"{when}  {facts.kind.title}: {visible(facts.config.name)} on {visible(facts.data.name)}, step "
        f"{_step(facts)}, {formats.duration(facts.elapsed_s)}, validation {score}\n{'':18}{visible(saved.path.name)}"
    )


def _step(facts: RunFacts) -> str:
    """The step of the weights, and how many were done where that is not the same."""
    return f"{facts.weights_step:,}" + (f" (its best, of {facts.step:,})" if facts.kept_step is not None else "")
