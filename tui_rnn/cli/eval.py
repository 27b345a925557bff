"""`tui-rnn eval`: how well a saved run does on its own validation part, or on another file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from tui_rnn.cli.data_options import Columns, Encoding, Format, SkipBadLines, example_files
from tui_rnn.cli.opening import open_visibly, read_visibly
from tui_rnn.cli.options import IN_ANY_CASE
from tui_rnn.cli.output import Json, note, print_json, waiting
from tui_rnn.display import counted_tokens, visible
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from tui_rnn.data.opening import Data, Part
    from tui_rnn.data.request import SourceFiles
    from tui_rnn.data.symbols import Symbols
    from tui_rnn.kinds import Kind
    from tui_rnn.training.run_facts import Facts

PartName = Literal["all", "train", "validation", "test"]
IN_WORDS = {"all": "all of it", "train": "the training part", "validation": "the validation part", "test": "the test part"}


def run(
    run: Annotated[Path, Parameter(help="A saved run.")],
    source: Annotated[str | None, Parameter(help="File, folder or built-in corpus; without, the run's own.")] = None,
    /,
    *,
    part: Annotated[
        PartName | None,
        IN_ANY_CASE,
        Parameter(
            help="What to score; without: validation of the run's own data, all of any other.",
            metavar="all|train|validation|test",
            show_choices=False,
        ),
    ] = None,
    columns: Columns = None,
    format: Format = None,
    skip_bad_lines: SkipBadLines = False,
    encoding: Encoding = None,
    json: Json = False,
) -> int:
    """Score a run, beside what counting alone gets on the same.

    Language models: nats and bits per character, perplexity. The others: accuracy or exact match, and what else the task
    has. Characters that the run doesn't know are read as its fallback, and counted; labels that it doesn't know are
    wrong, whatever it says.
    """
    from tui_rnn.cli import scores
    from tui_rnn.cli.compiling import load_run
    from tui_rnn.layers.team import cores
    from tui_rnn.training.run_facts import read_facts
    from tui_rnn.training.scoring import score

    loaded, facts = load_run(run, json), read_facts(run)
    files = example_files(source or facts.data.source, columns, format, encoding, skip_bad_lines)
    found = _found(facts, loaded.symbols, files, part, own_wanted=source is None)
    with waiting(f"scoring {visible(Path(found.source).name)}"):
        evaluation = score(loaded.network, loaded.symbols, found.part, cores())
    assert evaluation is not None
    baselines = _baselines(facts, loaded.symbols, found)
    if json:
        record: dict[str, Any] = {"event": "eval", "source": found.source, "part": found.name}
        record |= scores.record(facts.kind, evaluation, baselines)
        if facts.kind.is_stream:
            record[f"unknown_{scores.COUNTED[evaluation.unit]}"] = found.unknown
        print_json({**record, "notices": found.notices})
        return 0
    for notice in found.notices if found.own is None else ():
        note(notice)
    own = found.own is not None and {"all": ", most of which it was trained on", "train": " that it was trained on"}.get(
        found.name
    )
    print(f"{visible(found.source)}, {IN_WORDS[found.name]}{own or ''}")
    for line in scores.lines(facts.kind, evaluation, baselines):
        print(line)
    return 0


@dataclass(frozen=True)
class _Found:
    """What is scored. own: the data that the run was trained on, where it is a part of them. unknown: tokens of a running
    text that the run doesn't know."""

    source: str
    name: str
    part: Part
    notices: tuple[str, ...]
    own: Data | None = None
    unknown: int = 0


def _found(facts: Facts, symbols: Symbols, files: SourceFiles, part: PartName | None, own_wanted: bool) -> _Found:
    if facts.kind.is_stream:
        return _text(facts, symbols, files, part, own_wanted)
    source, trained = files.source, facts.data.request.files
    said = {name: getattr(files, name) for name in _READING if getattr(files, name)}
    alike = all(value == getattr(trained, name) for name, value in said.items())
    if own_wanted and said:
        raise InputError(f"--{next(iter(said)).replace('_', '-')} is for another file: the run knows how to read its own")
    own = _own(facts, symbols) if own_wanted or (alike and _same_source(source, facts.data.source)) else None
    if own is None and own_wanted:
        raise InputError(f"{source} has changed since the run was trained on it: name it, to score all of it")
    if own is not None and part != "all":
        name = part or "validation"
        chosen = {"train": own.train, "validation": own.validation, "test": own.test}[name]
        if chosen is None:
            raise InputError(_NO_TEST)
        return _Found(source, name, chosen, own.notices, own)
    if part not in (None, "all"):
        raise InputError(f"--part is {part}, but {source} is not what the run was trained on, so all of it is scored")
    read = replace(
        trained, **{"source": source, **({} if own is not None else _of_another(facts.kind, trained, source)), **said}
    )
    try:
        examples, notices = read_visibly(read, symbols)
    except InputError as error:
        if own is not None or read.columns is None or "columns" in said:
            raise
        raise InputError(f"{error}; it was read like the run's own data, with --columns {','.join(read.columns)}") from None
    return _Found(source, "all", examples, notices, own)


def _of_another(kind: Kind, trained: SourceFiles, source: str) -> dict[str, Any]:
    """How another source is read otherwise than the run's own: the encoding is its own, and so is the format, unless both are
    files of the same ending, or items, which are told by nothing else."""
    alike = trained.format != "folder" and Path(source).suffix.lower() == Path(trained.source).suffix.lower()
    return {"encoding": None, "format": trained.format if alike or kind.draws_items else None}


_NO_TEST = "--part is test, but the run was trained without --test: leave --part out and name the file to score"
_READING = ("columns", "format", "encoding", "skip_bad_lines")


def _text(facts: Facts, symbols: Symbols, files: SourceFiles, part: PartName | None, own_wanted: bool) -> _Found:
    for name in ("columns", "format", "skip_bad_lines"):
        if getattr(files, name):
            raise InputError(
                f"--{name.replace('_', '-')} is for tables of examples, this run reads a running text: leave it out"
            )
    request = facts.data.request
    read = replace(request.files, source=files.source, encoding=files.encoding)
    if own_wanted:
        read = replace(read, encoding=files.encoding or request.files.encoding)
    elif not _same_source(files.source, facts.data.source):
        read = replace(read, validation=None, test=None)
    text: Any = open_visibly(replace(request, files=read), symbols)
    own = text.sha256 == facts.data.sha256
    if own_wanted and not own:
        raise InputError(f"{files.source} has changed since the run was trained on it: name it, to score all of it")
    name = part or ("validation" if own else "all")
    ids = {"all": text.ids, "train": text.train, "validation": text.validation, "test": text.test}[name]
    if ids is None:
        raise InputError(_NO_TEST)
    if len(ids) < 2:
        found = counted_tokens(len(ids), text.vocabulary.kind)
        raise InputError(f"the {name} part of {text.name} has {found}, expected at least 2: use --part all")
    unknown = ({"validation": text.held_out, "test": text.tested}.get(name) or text).unknown_count
    return _Found(text.source, name, ids, text.notices, text if own else None, unknown)


def _own(facts: Facts, symbols: Symbols) -> Data | None:
    """The data that the run was trained on, None where they have changed. Raises InputError where they are gone."""
    data = open_visibly(facts.data.request, symbols)
    return data if data.sha256 == facts.data.sha256 else None


def _same_source(source: str, own: str) -> bool:
    from tui_rnn.data.sources import absolute_path, source_path

    return own in (source, str(absolute_path(source_path(source))))


def _baselines(facts: Facts, symbols: Symbols, found: _Found) -> list[Any] | None:
    """What counting the run's own training part gets on what is scored; None where that part is scored or is gone."""
    from tui_rnn.insight.baselines import baselines

    if found.own is not None and found.name in ("all", "train"):
        return None
    try:
        own = found.own or _own(facts, symbols)
    except InputError:
        return None
    if own is None:
        return None
    with waiting("counting, to compare with"):
        return baselines(symbols, own.train, found.part)
