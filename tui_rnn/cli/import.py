"""`tui-rnn import`: a network that was trained in PyTorch, as a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from tui_rnn.cli.options import CHOICE, FLAG
from tui_rnn.cli.output import Json, note, print_json, shell_line
from tui_rnn.display import counted, visible


def run(
    file: Annotated[Path, Parameter(help="A state_dict in a .safetensors file.")],
    /,
    *,
    out: Annotated[Path, Parameter(help="Where the run is saved.", metavar="FILE")],
    vocab: Annotated[
        Path | None,
        Parameter(
            help="Its tokens by id: JSON (a list, or an object from token to id), the characters in order, one a line, or the "
            "text that it was trained on: its sorted characters get the ids. Without: bytes.",
            metavar="FILE",
        ),
    ] = None,
    task: Annotated[
        Literal["lm", "tag", "classify"], CHOICE, Parameter(help="What it was trained for.", metavar="lm|tag|classify")
    ] = "lm",
    labels: Annotated[
        Path | None, Parameter(help="For tag and classify: the names by id, one a line or JSON.", metavar="FILE")
    ] = None,
    data: Annotated[
        str | None,
        Parameter(help="The data that the playground opens with it, to train it further.", metavar="SOURCE"),
    ] = None,
    activation: Annotated[
        Literal["tanh", "relu"], CHOICE, Parameter(help="For nn.RNN: its nonlinearity.", metavar="tanh|relu")
    ] = "tanh",
    pool: Annotated[
        Literal["final", "mean"],
        CHOICE,
        Parameter(help="For a classifier: what it reads out, the final state or the mean.", metavar="final|mean"),
    ] = "final",
    embedding: Annotated[
        str | None, Parameter(help="The embedding's module, if its shape doesn't tell.", metavar="NAME")
    ] = None,
    rnn: Annotated[str | None, Parameter(help="The recurrent module, if there are several.", metavar="NAME")] = None,
    readout: Annotated[str | None, Parameter(help="The linear layer, if its shape doesn't tell.", metavar="NAME")] = None,
    overwrite: Annotated[bool, FLAG, Parameter(help="Replace a run that is there.")] = False,
    json: Json = False,
) -> int:
    """Import a network that was trained in PyTorch: recurrent layers, such as an nn.LSTM, with an embedding (or one-hot
    characters) below and a linear layer above.

    Save it in PyTorch with safetensors.torch.save_file(model.state_dict(), "model.safetensors"). The run can be traced,
    sampled, asked and compared like any other; with --data it opens in the playground.
    """
    from tui_rnn.cli.compiling import compile_kernels
    from tui_rnn.cli.saving import check_out
    from tui_rnn.export.from_torch import Stages, imported
    from tui_rnn.kinds import KINDS
    from tui_rnn.training import checkpoint as checkpoints
    from tui_rnn.training.networks import parameter_count

    check_out(out, overwrite)
    settings = {"pool": pool} if KINDS[task].label is not None and not KINDS[task].labels_words else {}
    stages = Stages(embedding, rnn, readout)

    def ready() -> None:
        compile_kernels(KINDS[task], json)

    found = imported(file, task, vocab, labels, stages, data, ready, activation=activation, **settings)
    checkpoints.write(found.checkpoint, out)
    config, symbols = found.checkpoint.facts.config, found.checkpoint.symbols
    count = parameter_count(config, symbols)
    if json:
        record = {"event": "import", "file": str(file), "run": str(out), "task": task, "config": config.settings}
        print_json({**record, "parameters": count, "notices": found.notices})
        return 0
    for line in found.notices:
        note(line)
    print(f"{visible(config.name)}, {counted(count, 'parameter')}, saved in {visible(str(out))}")
    print(f"look inside: {shell_line('tui-rnn', 'ask', 'trace' if task == 'lm' else 'predict', str(out), 'TEXT')}")
    if data is not None:
        print(f"in the playground: {shell_line('tui-rnn', str(out))}")
    return 0
