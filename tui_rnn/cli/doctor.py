"""`tui-rnn doctor`: one line for each thing that can be right or wrong about this machine."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Literal, NamedTuple

from tui_rnn import paths, preferences
from tui_rnn.cli.output import Json, print_json
from tui_rnn.display import visible
from tui_rnn.errors import InputError

LOW_DISK_BYTES = 500_000_000
PACKAGES = ("textual", "textual-plot", "rich", "numpy", "numba", "llvmlite", "cyclopts", "safetensors", "platformdirs")


class Finding(NamedTuple):
    """One line of the report: 'ok' or 'warn', what was checked, what was found."""

    state: Literal["ok", "warn"]
    what: str
    found: str


def run(*, json: Json = False) -> int:
    """Check this machine: versions, processor, folders, terminal."""
    for finding in findings():
        if json:
            print_json({"event": "check", **finding._asdict()})
        else:
            print(f"{finding.state:<5} {finding.what:<16} {visible(finding.found)}")
    return 0


def findings() -> Iterator[Finding]:
    """All findings, the most general first."""
    bits = "64-bit" if sys.maxsize > 2**32 else "32-bit"
    yield Finding("ok", "python", f"{platform.python_version()} ({platform.python_implementation()}, {bits})")
    yield Finding("ok", "platform", platform.platform())
    for package in PACKAGES:
        try:
            yield Finding("ok", package, metadata.version(package))
        except metadata.PackageNotFoundError:
            yield Finding("warn", package, f"not installed: pip install {package}")
    yield from _processor()
    yield _kernels()
    yield _folder("runs", paths.runs_dir(), count="*.safetensors")
    yield _folder("log", paths.log_dir())
    yield from _settings()
    yield _disk(paths.runs_dir())
    yield _terminal()


def _processor() -> Iterator[Finding]:
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield Finding("ok", "cores", f"{available} usable of {os.cpu_count()}")
    try:
        from llvmlite import binding
    except ImportError as error:
        yield Finding("warn", "processor", f"unknown: {error}")
        return
    features = binding.get_host_cpu_features()
    known = [name for name in ("avx512f", "avx2", "fma", "neon") if features.get(name)]
    # LLVM leaves 'neon' out on processors where it is always there
    width = 512 if "avx512f" in known else 256 if "avx2" in known else 128
    fast = width > 128 or platform.machine().lower() in ("arm64", "aarch64")
    yield Finding(
        "ok", "processor", f"{binding.get_host_cpu_name()} ({platform.machine()}; {' '.join(known) or 'no extensions'})"
    )
    yield Finding("ok" if fast else "warn", "vector width", f"{width} bits, {width // 32} numbers at once")


def _kernels() -> Finding:
    from tui_rnn.kernels.machine.private_folder import distrusted

    folder = paths.kernels_dir()
    compiled = list(folder.rglob("*.kernel")) if folder.is_dir() else []
    state = _folder("kernel cache", folder)
    if state.state == "ok" and (reason := distrusted(folder)):
        state = Finding("warn", state.what, f"{folder}: {reason}")
    if state.state == "warn":
        return Finding("warn", state.what, f"{state.found}: the kernels are compiled at every start")
    size = sum(file.stat().st_size for file in compiled) / 1e6
    return state._replace(found=f"{folder} ({len(compiled)} compiled, {size:.1f} MB)" if compiled else f"{folder} (empty)")


def _settings() -> Iterator[Finding]:
    """The settings file, and whether everything in it can be used."""
    from tui_rnn.config import default_configs
    from tui_rnn.kinds import KINDS

    path, loaded = paths.settings_path(), preferences.load()
    faults = [loaded.problem] if loaded.problem else []
    chosen = loaded.preferences
    try:
        for kind in KINDS:
            for config in default_configs(kind):
                chosen.begun(config)
    except InputError as error:
        faults.append(f"{path}: new_runs: {error}")
    if chosen.keys:
        from tui_rnn.tui.workspaces.registry import use_keys

        faults += [f"{path}: {problem}" for problem in use_keys(chosen.keys)]
    if chosen.theme and chosen.theme not in _themes():
        faults.append(f"{path}: theme is {chosen.theme!r}, but there is no theme of that name")
    for fault in faults:
        yield Finding("warn", "settings", fault)
    if not faults:
        told = [f"losses in {chosen.loss_unit}", *([f"theme {chosen.theme}"] if chosen.theme else [])]
        told += [f"{len(chosen.keys)} keys of your own"] if chosen.keys else []
        told += [f"{len(chosen.new_runs)} settings for new runs"] if chosen.new_runs else []
        yield Finding("ok", "settings", f"{path} ({', '.join(told)}{'' if path.exists() else '; not written yet'})")


def _themes() -> set[str]:
    """The names of all themes of the playground."""
    from textual.theme import BUILTIN_THEMES

    from tui_rnn.tui.themes import THEMES

    return {*BUILTIN_THEMES, *(theme.name for theme in THEMES)}


def _folder(what: str, folder: Path, count: str | None = None) -> Finding:
    """Whether files can be written in a folder, or in the nearest folder above it that exists."""
    existing = _nearest(folder)
    if not existing.is_dir():
        return Finding("warn", what, f"{folder}: {existing} is not a folder")
    if not os.access(existing, os.W_OK | os.X_OK):
        return Finding("warn", what, f"{folder}: {existing} is not writable")
    if not folder.exists():
        return Finding("ok", what, f"{folder} (not made yet)")
    return Finding("ok", what, f"{folder} ({len(list(folder.glob(count)))} saved)" if count else str(folder))


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next((one for one in (folder, *folder.parents) if one.exists()), folder)


def _disk(folder: Path) -> Finding:
    try:
        free = shutil.disk_usage(_nearest(folder)).free
    except OSError as error:
        return Finding("warn", "free disk", f"unknown: {error.strerror}")
    return Finding("ok" if free >= LOW_DISK_BYTES else "warn", "free disk", f"{free / 1e9:.1f} GB")


def _terminal() -> Finding:
    from rich.console import Console

    if not sys.stdout.isatty():
        return Finding("ok", "terminal", "none (output goes to a pipe or a file): the playground needs one")
    size = shutil.get_terminal_size()
    colours = {None: "no colours", "standard": "16 colours", "256": "256 colours", "truecolor": "16 million colours"}
    system = Console().color_system
    found = f"{os.environ.get('TERM', 'TERM not set')}, {size.columns} × {size.lines}, {colours.get(system, system)}"
    if "NO_COLOR" in os.environ:
        found += ", NO_COLOR is set"
    wide_enough = size.columns >= 80 and size.lines >= 24
    return Finding("ok" if wide_enough else "warn", "terminal", found + ("" if wide_enough else " (80 × 24 is needed)"))
