"""`tui-rnn runs`: what has been saved."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from tui_rnn.cli.output import Json, print_json
from tui_rnn.display import visible

if TYPE_CHECKING:
    from tui_rnn.train.runs import SavedRun


def run(
    folder: Annotated[Path | None, Parameter(help="Another folder than the one where runs are saved by themselves.")] = None,
    /,
    *,
    json: Json = False,
) -> int:
    """List the saved runs, the latest first."""
    from tui_rnn.errors import InputError
    from tui_rnn.paths import runs_dir
    from tui_rnn.train.runs import list_runs

    if folder is not None and not folder.is_dir():
        raise InputError(f"{folder} is not a folder: give one that holds .safetensors files, or none")
    saved = list_runs(folder)
    if json:
        for one in saved:
            print_json(_record(one))
        return 0
    print(f"{len(saved)} saved {'run' if len(saved) == 1 else 'runs'} in {visible(str(folder or runs_dir()))}")
    for one in saved:
        print(_line(one))
    return 0


def _record(saved: SavedRun) -> dict[str, Any]:
    record: dict[str, Any] = {"event": "run", "path": str(saved.path), "bytes": saved.byte_count, "saved_at": saved.saved_at}
    if (facts := saved.facts) is None:
        return record | {"problem": saved.problem}
    return record | {
        "name": facts.config.name,
        "corpus": facts.data.name,
        "source": facts.data.source,
        "step": facts.step,
        "chars": facts.chars,
        "elapsed_s": facts.elapsed_s,
        "val_loss_nats": _val_loss(saved),
        "config": asdict(facts.config),
    }


def _line(saved: SavedRun) -> str:
    from tui_rnn.tui import formats

    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(saved.saved_at))
    if (facts := saved.facts) is None:
        return f"{when}  {visible(saved.path.name)}: {visible(saved.problem)}"
    loss = formats.loss(_val_loss(saved), "nats")
    return (
        f"{when}  {visible(facts.config.name)} on {visible(facts.data.name)}, step {facts.step:,}, "
        f"{formats.duration(facts.elapsed_s)}, validation {loss} nats/char\n{'':18}{visible(saved.path.name)}"
    )


def _val_loss(saved: SavedRun) -> float:
    """The latest validation loss; the header is not ours until it is a number."""
    loss = saved.facts.history.get("val_loss_nats") if saved.facts else None
    return float(loss) if isinstance(loss, (int, float)) else float("nan")
