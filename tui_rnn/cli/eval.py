"""`tui-rnn eval`: how well a saved run does on its own validation part, or on another file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

from cyclopts import Parameter

from tui_rnn.cli.data_options import Columns, Encoding, Format, SkipBadLines, example_files
from tui_rnn.cli.options import CHOICE, SEVERAL
from tui_rnn.cli.output import Json, note, print_json, waiting
from tui_rnn.cli.part import FoundPart, PartName, find_part, own_data
from tui_rnn.cli.piped import keep_stdin
from tui_rnn.data.sources import in_brief, listed, together
from tui_rnn.display import visible
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui_rnn.data.symbols import Symbols
    from tui_rnn.training.run_facts import RunFacts

IN_WORDS = {"all": "all of it", "train": "the training part", "validation": "the validation part", "test": "the test part"}


def run(
    run: Annotated[Path, Parameter(help="A saved run.")],
    source: Annotated[
        tuple[str, ...], SEVERAL, Parameter(help="Files, a folder, a built-in corpus, or - for stdin; without, the run's own.")
    ] = (),
    /,
    *,
    part: Annotated[
        PartName | None,
        CHOICE,
        Parameter(
            help="What to score; without: the validation part of the run's own data, all of any other.",
            metavar="all|train|validation|test",
        ),
    ] = None,
    columns: Columns = None,
    format: Format = None,
    skip_bad_lines: SkipBadLines = False,
    encoding: Encoding = None,
    dynamic: Annotated[
        float | None,
        Parameter(
            help="For a running text: also score it while the network learns from it, by Adam at this rate, such as 0.001. "
            "Each 32 tokens are scored before the network learns from them; the run's file stays as it is.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Score a run, beside what counting alone gets on the same data.

    For language models: nats and bits per character, perplexity. For the others: accuracy or exact match, and the task's
    other metrics. Characters that the run doesn't know are read as its fallback, and counted; an example whose label it
    doesn't know counts as wrong.
    """
    from tui_rnn.cli import scores
    from tui_rnn.cli.compiling import load_run
    from tui_rnn.layers.team import cores
    from tui_rnn.training.run_facts import read_facts
    from tui_rnn.training.scoring import score

    facts = read_facts(run)
    _check_dynamic(dynamic, facts)
    loaded = load_run(run, json)
    keep_stdin(source)
    files = example_files(together(source) or facts.data.source, columns, format, encoding, skip_bad_lines)
    found = find_part(facts, loaded.symbols, files, part, own_wanted=not source)
    with waiting(f"scoring {visible(in_brief(found.source))}"):
        evaluation = score(loaded.network, loaded.symbols, found.part, cores())
    assert evaluation is not None
    learnt = None
    if dynamic is not None:
        from tui_rnn.training.dynamic import evaluated_dynamically

        with waiting("scoring it again, and learning from it"):
            learnt = evaluated_dynamically(loaded.network, cast("NDArray[Any]", found.part), dynamic)
    baselines = _baselines(facts, loaded.symbols, found)
    if json:
        record: dict[str, Any] = {"event": "eval", "source": listed(found.source), "part": found.name}
        record |= scores.record(facts.kind, evaluation, baselines)
        if facts.kind.is_stream:
            record[f"unknown_{scores.COUNTED[evaluation.unit]}"] = found.unknown
        if learnt is not None:
            record["dynamic"] = {"rate": learnt.rate, "chunk": learnt.chunk, "loss_nats": learnt.loss_nats}
        print_json({**record, "notices": found.notices})
        return 0
    for notice in found.notices if found.own is None else ():
        note(notice)
    own = found.own is not None and {"all": ", most of which it was trained on", "train": " that it was trained on"}.get(
        found.name
    )
    print(f"{visible(listed(found.source))}, {IN_WORDS[found.name]}{own or ''}")
    for line in scores.lines(facts.kind, evaluation, baselines):
        print(line)
    if learnt is not None:
        print(scores.dynamic_line(evaluation, learnt))
    return 0


def _check_dynamic(rate: float | None, facts: RunFacts) -> None:
    """Raise InputError if the network can't learn from what it is scored on, or not at that rate."""
    if rate is None:
        return
    if not facts.kind.is_stream:
        raise InputError(
            f"--dynamic is for language models of a running text, but this run is for {facts.kind.title}: leave it out"
        )
    if not 0 < rate <= 1:
        raise InputError(f"--dynamic is {rate:g}, expected a rate above 0 and up to 1, such as 0.001")


def _baselines(facts: RunFacts, symbols: Symbols, found: FoundPart) -> list[Any] | None:
    """What counting the run's own training part gets on what is scored; None if that part is itself scored, or is gone."""
    from tui_rnn.insight.baselines import baselines

    if found.own is not None and found.name in ("all", "train"):
        return None
    try:
        own = found.own or own_data(facts, symbols)
    except InputError:
        return None
    if own is None:
        return None
    with waiting("counting, to compare with"):
        return baselines(symbols, own.train, found.part)
