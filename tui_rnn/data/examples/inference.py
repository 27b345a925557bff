"""Finds out from the content of a source (a file, several files, or a folder) which task it is for, and says why."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from tui_rnn.data import standard_input
from tui_rnn.data.decoding import Findings, beginning, decode_file
from tui_rnn.data.examples.columns import SOURCE_NAMES, TARGET_NAMES
from tui_rnn.data.examples.detectors import USUAL_LABELS
from tui_rnn.data.examples.documents import Document, class_folders
from tui_rnn.data.examples.first_look import BUILT_IN, FirstLook, Inferred
from tui_rnn.data.request import DataRequest
from tui_rnn.data.sources import Source, find_source
from tui_rnn.display import counted, visible
from tui_rnn.kinds import KINDS

SHORT_BYTES = 20_000
FILES_A_CLASS = 5
LINES_TO_PAIR = 10


def infer_task(
    source: str, encoding: str | None = None, format: str | None = None, columns: tuple[str, str] | None = None
) -> Inferred:
    """The most likely task of a source, from its first megabyte. format, columns: as given, see request.SourceFiles. Raises
    InputError as opening it does."""
    from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS  # the generators are not needed for a file

    if source in TASK_BUILTINS:
        task = TASK_BUILTINS[source].task
        return Inferred(task, f"{source} is a built-in corpus for {KINDS[task].title}")
    if source in BUILTINS:
        return Inferred("lm", f"{source} {BUILT_IN}")
    found = find_source(source, (*BUILTINS, *TASK_BUILTINS))
    if found.folder is not None:
        return _of_folder(found)
    path, byte_count = found.files[0].path, found.files[0].byte_count
    text, whole = beginning(path, byte_count, encoding)
    lines = text.split("\n")
    document = Document(standard_input.shown(path), path.stem, text)
    ending = path.suffix if path.suffix.lower() not in (".gz", ".bz2", ".xz") else path.with_suffix("").suffix
    look = FirstLook(document, lines if whole else lines[:-1] or lines, whole, ending.lower(), format, columns)
    return look.infer() if len(found.files) == 1 else _of_several(found, look.infer(), encoding)


def with_columns(request: DataRequest) -> tuple[DataRequest, str]:
    """A request with a given task, and with its columns, if none were given and they are not the first two; and why."""
    files = request.files
    if files.columns is not None or files.format == "folder":
        return request, ""
    told = infer_task(files.source, files.encoding, files.format)
    if told.columns is None or told.task != request.task:
        return request, ""
    return replace(request, files=replace(files, columns=told.columns)), told.reason


def _of_folder(found: Source) -> Inferred:
    """A folder: the folders in it are classes if they have names of labels, or many short files."""
    classes = class_folders(found)
    if not classes:
        return Inferred("lm", "a folder of text files: language model (--format folder reads it as one file a class)")
    some = ", ".join(visible(name)[:20] for name in sorted(classes)[:3]) + (", …" if len(classes) > 3 else "")
    inside = [file for file in found.files if file.path.parent != found.folder]
    sizes = sorted(file.byte_count for file in inside)
    texts = sum(file.path.suffix.lower() in ("", ".txt") for file in inside)
    short = sizes[len(sizes) // 2] <= SHORT_BYTES and texts == len(inside) and min(classes.values()) >= FILES_A_CLASS
    if short or all(name.casefold() in USUAL_LABELS for name in classes):
        held = f"{counted(len(classes), 'folder')} ({some}) of {counted(len(inside), 'file')}"
        return Inferred("classify", f"{held}, a class each: {KINDS['classify'].title}")
    advice = f"--task classify takes the folders in it, {some}, as classes, each file a text"
    return Inferred("lm", f"a folder of text files: language model ({advice})")


def _of_several(found: Source, first: Inferred, encoding: str | None) -> Inferred:
    """Several files: the task of the first one; two plain texts with the same number of lines may be sources and targets."""
    if first.task != "lm" or len(found.files) != 2:
        return first
    counts = {_line_count(file.path, file.byte_count, encoding) for file in found.files}
    if len(counts) > 1 or min(counts) < LINES_TO_PAIR:
        return first
    lines = f"two files of {counts.pop():,} lines each"
    if _called_parallel(*(file.path for file in found.files)):
        return Inferred("seq2seq", f"{lines}, called like sources and targets: {KINDS['seq2seq'].title}")
    return Inferred("lm", f"{lines}, read as one text: language model (--task seq2seq reads them as pairs)")


def _line_count(path: Path, byte_count: int, encoding: str | None) -> int:
    """How many lines a file has; the last one may lack its line end."""
    lines, ended = 0, True
    for block in decode_file(path, byte_count, encoding, Findings(), lambda _: None):
        lines += block.count("\n")
        ended = block.endswith("\n") if block else ended
    return lines + (not ended)


def _called_parallel(first: Path, second: Path) -> bool:
    """Whether two names differ only in usual names of sources and targets, or in the codes of two languages."""
    names = [re.split(r"[._-]", path.name.removesuffix(".txt").casefold()) for path in (first, second)]
    if len(names[0]) != len(names[1]):
        return False
    parts = [pair for pair in zip(*names, strict=True) if pair[0] != pair[1]]
    if len(parts) != 1:
        return False
    one, other = parts[0]
    if one in (*SOURCE_NAMES, "x") and other in (*TARGET_NAMES, "trg", "y"):
        return True
    return len(names[0]) > 1 and all(2 <= len(code) <= 3 and code.isalpha() for code in (one, other))
