"""Saved runs as files: rename them, delete them, keep a remark with them. None replaces another."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from tui_rnn.errors import InputError, RunError
from tui_rnn.paths import RUN_SUFFIX
from tui_rnn.training import tensor_file
from tui_rnn.training.run_facts import MAX_REMARK_CHARS, METADATA_KEY, read_facts, refusing


def renamed(path: Path, name: str) -> Path:
    """Give a run's file another name in its folder, with `.safetensors` added if it is missing; returns the new path. Raises
    InputError for a name that is impossible or taken, RunError if the system refuses."""
    name = name.strip()
    if not name or name in (".", "..") or name != Path(name).name or not name.isprintable():
        raise InputError(f"the new name is {name!r:.80}, expected the name of a file in the same folder")
    new = path.with_name(name if name.endswith(RUN_SUFFIX) else f"{name}{RUN_SUFFIX}")
    if new == path:
        return path
    try:
        if _is_one_file(path, new):
            os.rename(path, new)
        elif os.path.lexists(new):
            raise FileExistsError
        else:
            _move(path, new)
    except FileExistsError:
        raise InputError(f"{new} exists already and stays as it is: choose another name") from None
    except OSError as error:
        raise RunError(f"{path} was not renamed: {error.strerror or error}") from None
    return new


def _is_one_file(path: Path, new: Path) -> bool:
    """Whether the names differ only in case, on a system that takes them for one."""
    return path.name.casefold() == new.name.casefold() and os.path.lexists(new) and os.path.samefile(path, new)


def _move(path: Path, new: Path) -> None:
    """Rename a file. If the system has hard links, a file that appears meanwhile is not overwritten."""
    try:
        os.link(path, new, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):
        os.rename(path, new)
        return
    os.unlink(path)


def note(path: Path, remark: str) -> None:
    """Keep a remark with a saved run, in place of the last one. Raises InputError if it is too long or the file is not a run,
    RunError if the system refuses."""
    remark = remark.strip()
    if len(remark) > MAX_REMARK_CHARS:
        raise InputError(f"the remark has {len(remark):,} characters, expected at most {MAX_REMARK_CHARS:,}")
    read_facts(path)

    def change(metadata: dict[str, str]) -> dict[str, str]:
        facts = json.loads(metadata[METADATA_KEY])
        return metadata | {METADATA_KEY: json.dumps(facts | {"remark": remark}, allow_nan=False)}

    with refusing(path):
        tensor_file.change_metadata(path, change)


def to_trash(path: Path) -> None:
    """Put a run's file into the system's trash. Raises InputError if it is gone, RunError if that is not possible."""
    from send2trash import send2trash  # type: ignore[import-untyped]  # it carries no types

    if not path.exists():
        raise InputError(f"{path} does not exist any more")
    try:
        send2trash(path)
    except OSError as error:
        raise RunError(f"{path} can't be put into the trash: {error.strerror or error}") from None


def delete(path: Path) -> None:
    """Delete a run's file for good. Raises RunError if the system refuses."""
    try:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
    except OSError as error:
        raise RunError(f"{path} was not deleted: {error.strerror or error}") from None
