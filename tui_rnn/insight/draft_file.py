"""A draft in a file: the tree of what was written, how each token was drawn, and which network wrote. It is JSON, checked when
it is read, since anybody may have made it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NoReturn

from tui_rnn import leftovers
from tui_rnn.errors import InputError
from tui_rnn.insight.draft import Draft, Node, Way, checked
from tui_rnn.insight.drawing import Sampling

FORMAT, VERSION = "tui-rnn draft", 1
SUFFIX = ".draft.json"
MAX_BYTES = 64_000_000
MAX_SEED = 1 << 62
LONGEST_NAME = 4096  # characters of a name or path
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Writer:
    """Which network wrote: the run's name, its file if it was saved, the step and the SHA-256 of its weights (see
    insight/identity.py)."""

    name: str
    path: str | None
    step: int
    weights_sha256: str


@dataclass(frozen=True)
class SavedDraft:
    """sampling, seed: how the next token is drawn."""

    draft: Draft
    writer: Writer
    sampling: Sampling
    seed: int


def write(path: Path, saved: SavedDraft) -> None:
    """Write the file, whole or not at all. Raises OSError."""
    draft = saved.draft
    record = {
        "format": FORMAT,
        "version": VERSION,
        "writer": vars(saved.writer),
        "sampling": vars(saved.sampling),
        "seed": saved.seed,
        "cursor": draft.cursor,
        "onward": [list(pair) for pair in draft.onward],
        "ways": [{"sampling": vars(way.sampling), "seed": way.seed} for way in draft.ways],
        "nodes": [[node.parent, node.text, node.by, node.how] for node in draft.nodes[1:]],
    }
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
    leftovers.put(path, text.encode("utf-8", "backslashreplace"), mode=0o600)


def read(path: Path) -> SavedDraft:
    """The draft in a file. Raises InputError, which names the file, if it is no draft or something in it is not allowed;
    OSError if it can't be read."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InputError(f"{path.name} has more than {MAX_BYTES // 1_000_000} MB, expected a draft, which has less")
    try:
        record = json.loads(content.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise InputError(f"{path.name} is no draft: it is no JSON") from None
    try:
        return _saved(record)
    except InputError as error:
        raise InputError(f"{path.name} is no draft: {error}") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _saved(record: Any) -> SavedDraft:
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise InputError(f'it has no "format": "{FORMAT}"')
    if (version := _whole(record, "version", 1, 1 << 31)) != VERSION:
        raise InputError(f"it is of version {version}, this tui-rnn reads {VERSION}: update tui-rnn")
    ways = [Way(_sampling(_dict(way), "a way"), _whole(_dict(way), "seed", 0, MAX_SEED)) for way in _list(record, "ways")]
    nodes = [Node(-1, ""), *map(_node, _list(record, "nodes"))]
    draft = checked(nodes, ways, _whole(record, "cursor", 0, len(nodes) - 1), tuple(map(_pair, _list(record, "onward"))))
    return SavedDraft(draft, _writer(_dict(record.get("writer"))), _sampling(record, "it"), _whole(record, "seed", 0, MAX_SEED))


def _writer(record: dict[str, Any]) -> Writer:
    name, path, sha256 = record.get("name"), record.get("path"), record.get("weights_sha256")
    if not isinstance(name, str) or not len(name) <= LONGEST_NAME:
        raise InputError(f"its writer's name is {name!r:.60}, expected a text")
    if path is not None and not (isinstance(path, str) and len(path) <= LONGEST_NAME):
        raise InputError(f"its writer's path is {path!r:.60}, expected a text or null")
    if not (isinstance(sha256, str) and _SHA256.fullmatch(sha256)):
        raise InputError(f"its writer's weights_sha256 is {sha256!r:.60}, expected 64 hex digits")
    return Writer(name, path, _whole(record, "step", 0, 1 << 62), sha256)


def _sampling(record: dict[str, Any], what: str) -> Sampling:
    values = _dict(record.get("sampling"))
    known = {spec.name for spec in fields(Sampling)}
    if odd := sorted(values.keys() ^ known):
        wrong = "lacks" if odd[0] in known else "has the unknown field"
        raise InputError(f"the sampling of {what} {wrong} {odd[0]!r:.60}")
    return Sampling(**values)


def _node(record: Any) -> Node:
    if not (isinstance(record, list) and len(record) == 4):
        raise InputError(f"a token is {record!r:.60}, expected [parent, text, by, way]")
    parent, text, by, how = record
    if not (_is_whole(parent) and isinstance(text, str) and isinstance(by, str) and _is_whole(how)):
        raise InputError(f"a token is {record!r:.60}, expected [number, text, text, number]")
    if _SURROGATE.search(text):
        raise InputError(f"a token is {text!r:.60}, which is no text: it has half a character")
    return Node(parent, text, by, how)  # type: ignore[arg-type]  # `checked` refuses other authors


def _pair(record: Any) -> tuple[int, int]:
    if not (isinstance(record, list) and len(record) == 2 and all(map(_is_whole, record))):
        raise InputError(f"onward has {record!r:.60}, expected two numbers of tokens")
    return record[0], record[1]


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _whole(record: dict[str, Any], name: str, low: int, high: int) -> int:
    value = record.get(name)
    if not _is_whole(value) or not low <= value <= high:  # type: ignore[operator]  # it is a number then
        raise InputError(f"{name} is {value!r:.60}, expected a whole number from {low} to {high}")
    return int(value)  # type: ignore[arg-type]


def _dict(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"it has {value!r:.60}, expected an object there")
    return value


def _list(record: dict[str, Any], name: str) -> list[Any]:
    value = record.get(name)
    if not isinstance(value, list):
        raise InputError(f"{name} is {value!r:.60}, expected a list")
    return value
