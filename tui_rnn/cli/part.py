"""The data that a saved run is scored on, or asked about: a part of its own data, or all of another file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tui_rnn.cli.opening import open_visibly, read_visibly
from tui_rnn.cli.options import option_name
from tui_rnn.data.sources import listed
from tui_rnn.display import counted_tokens
from tui_rnn.errors import InputError

if TYPE_CHECKING:
    from tui_rnn.data.opening import Data, Part
    from tui_rnn.data.request import SourceFiles
    from tui_rnn.data.symbols import Symbols
    from tui_rnn.kinds import Kind
    from tui_rnn.training.run_facts import RunFacts

PartName = Literal["all", "train", "validation", "test"]


@dataclass(frozen=True)
class FoundPart:
    """What is scored. own: the data that the run was trained on, if `part` is a part of them. unknown: how many tokens of a
    running text the run doesn't know."""

    source: str
    name: str
    part: Part
    notices: tuple[str, ...]
    own: Data | None = None
    unknown: int = 0


def find_part(facts: RunFacts, symbols: Symbols, files: SourceFiles, part: PartName | None, own_wanted: bool) -> FoundPart:
    if facts.kind.is_stream:
        return _text(facts, symbols, files, part, own_wanted)
    source, trained = files.source, facts.data.request.files
    said = {name: getattr(files, name) for name in _READING if getattr(files, name)}
    alike = all(value == getattr(trained, name) for name, value in said.items())
    if own_wanted and said:
        raise InputError(f"{option_name(next(iter(said)))} is for another file: the run knows how to read its own")
    own = own_data(facts, symbols) if own_wanted or (alike and _same_source(source, facts.data.source)) else None
    if own is None and own_wanted:
        raise InputError(f"{listed(source)} has changed since the run was trained on it: name it to score all of it")
    if own is not None and part != "all":
        name = part or "validation"
        chosen = {"train": own.train, "validation": own.validation, "test": own.test}[name]
        if chosen is None:
            raise InputError(_NO_TEST)
        return FoundPart(source, name, chosen, own.notices, own)
    if part not in (None, "all"):
        raise InputError(f"--part is {part}, but {listed(source)} is not what the run was trained on, so all of it is scored")
    read = replace(
        trained, **{"source": source, **({} if own is not None else _of_another(facts.kind, trained, source)), **said}
    )
    try:
        examples, notices = read_visibly(read, symbols)
    except InputError as error:
        if own is not None or read.columns is None or "columns" in said:
            raise
        raise InputError(f"{error}; it was read as the run's own data, with --columns {','.join(read.columns)}") from None
    return FoundPart(source, "all", examples, notices, own)


def _of_another(kind: Kind, trained: SourceFiles, source: str) -> dict[str, Any]:
    """What is different when another source is read: it has an encoding of its own. It also has a format of its own, unless
    both files have the same ending, or hold items, which nothing else shows."""
    alike = trained.format != "folder" and Path(source).suffix.lower() == Path(trained.source).suffix.lower()
    return {"encoding": None, "format": trained.format if alike or kind.draws_items else None}


_NO_TEST = "--part is test, but the run was trained without --test: leave --part out and name the file to score"
_READING = ("columns", "format", "encoding", "skip_bad_lines")


def _text(facts: RunFacts, symbols: Symbols, files: SourceFiles, part: PartName | None, own_wanted: bool) -> FoundPart:
    for name in ("columns", "format", "skip_bad_lines"):
        if getattr(files, name):
            raise InputError(f"{option_name(name)} is for tables of examples, but this run reads a running text: leave it out")
    request = facts.data.request
    read = replace(request.files, source=files.source, encoding=files.encoding)
    if own_wanted:
        read = replace(read, encoding=files.encoding or request.files.encoding)
    elif not _same_source(files.source, facts.data.source):
        read = replace(read, validation=None, test=None)
    text: Any = open_visibly(replace(request, files=read), symbols)
    own = text.sha256 == facts.data.sha256
    if own_wanted and not own:
        raise InputError(f"{listed(files.source)} has changed since the run was trained on it: name it to score all of it")
    name = part or ("validation" if own else "all")
    ids = {"all": text.ids, "train": text.train, "validation": text.validation, "test": text.test}[name]
    if ids is None:
        raise InputError(_NO_TEST)
    if len(ids) < 2:
        found = counted_tokens(len(ids), text.vocabulary.kind)
        raise InputError(f"the {name} part of {text.name} has {found}, expected at least 2: use --part all")
    unknown = ({"validation": text.held_out, "test": text.tested}.get(name) or text).unknown_count
    return FoundPart(text.source, name, ids, text.notices, text if own else None, unknown)


def own_data(facts: RunFacts, symbols: Symbols) -> Data | None:
    """The data that the run was trained on, None if they have changed. Raises InputError if they are gone."""
    data = open_visibly(facts.data.request, symbols)
    return data if data.sha256 == facts.data.sha256 else None


def _same_source(source: str, own: str) -> bool:
    from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS
    from tui_rnn.data.sources import find_source

    return own == source or (source not in (*BUILTINS, *TASK_BUILTINS) and own == find_source(source, ()).source)
