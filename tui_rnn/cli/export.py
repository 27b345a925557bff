"""`tui-rnn export`: a run's network as files for other programs, proved equal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from tui_rnn.cli.moment import AtStep, check_step, tell_nearest
from tui_rnn.cli.options import CHOICE, FLAG
from tui_rnn.cli.output import Json, note, print_json
from tui_rnn.display import visible
from tui_rnn.errors import RunError

if TYPE_CHECKING:
    from tui_rnn.export.proof import Proof
    from tui_rnn.export.writing import Exported


def run(
    run: Annotated[Path, Parameter(help="A saved run.")],
    /,
    *,
    to: Annotated[
        Literal["onnx", "torch", "numpy", "json"],
        CHOICE,
        Parameter(
            help="onnx: for onnxruntime, over sequences and step by step (needs tui-rnn[export]). torch: a state_dict and an "
            "nn.Module. numpy: one file to read, and the weights. json: for JavaScript, with a page that writes in a browser.",
            metavar="onnx|torch|numpy|json",
        ),
    ],
    out: Annotated[
        Path | None, Parameter(help="The new folder; without, one here that is named after the run and the target.")
    ] = None,
    at_step: AtStep = None,
    overwrite: Annotated[bool, FLAG, Parameter(help="Replace an export that is there.")] = False,
    json: Json = False,
) -> int:
    """Write a run's network as files that compute it elsewhere.

    If the other side is installed, it then reads 200 tokens that were not trained on, and the command prints the largest
    difference of its logits from the run's. docs/export.md says what the files hold.
    """
    from tui_rnn.cli.compiling import load_run
    from tui_rnn.export import registry, writing
    from tui_rnn.training.run_facts import read_facts

    check_step(at_step)
    target = registry.TARGETS[to]
    folder = Path(f"{run.stem}-{to}") if out is None else out
    facts = read_facts(run)
    writing.check(target, folder, overwrite, registry.FILE_NAMES)
    loaded = load_run(run, json)
    tell_nearest(loaded, at_step)
    done = writing.export(loaded, facts, target, folder, at_step)
    if json:
        print_json({"event": "export", "run": str(run), "to": to, **_record(done)})
    else:
        _tell(done)
    if done.proof is not None and not done.proof.holds:
        raise RunError(f"{folder} does not equal the run: its logits differ by {_differences(done.proof)}: don't use it")
    return 0


def _record(done: Exported) -> dict[str, object]:
    proof = done.proof
    return {
        "folder": str(done.folder),
        "files": done.sizes,
        "largest_difference": proof and proof.differences,
        "largest_logit": proof and proof.largest_logit,
        "tokens": proof and proof.tokens,
        "text": proof and proof.text,
        "unproved": done.unproved or None,
    }


def _tell(done: Exported) -> None:
    from tui_rnn.formats import size

    files = ", ".join(f"{name} ({size(count)})" for name, count in done.sizes.items())
    print(f"{visible(str(done.folder))}: {files}")
    if done.proof is None:
        note(f"not checked whether it equals the run: {done.unproved}")
        return
    print(
        f"largest difference of the logits from the run's: {_differences(done.proof)}, over {done.proof.tokens} "
        f"{done.proof.text}"
    )


def _differences(proof: Proof) -> str:
    """'3.1e-07', or '3.1e-07 (sequence) and 2e-07 (step)'."""
    return " and ".join(f"{value:.1e}" + (f" ({name})" if name else "") for name, value in proof.differences.items())
