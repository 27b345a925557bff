"""A sweep's folder: the runs as ordinary run files, what was asked for, the journal, and one table of all trials.

sweep.json: the plan, and what opens the data; journal.log: Optuna's; results.csv and results.json: the table; one .safetensors
file for each run, named after its settings. Every file is written whole or not at all.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tui_rnn import leftovers
from tui_rnn.data.request import DataRequest
from tui_rnn.errors import InputError, RunError
from tui_rnn.kinds import Kind
from tui_rnn.sweep.plan import Plan
from tui_rnn.sweep.trial import Trial, TrialRecord
from tui_rnn.sweep.worker import REMARK
from tui_rnn.training import tensor_file
from tui_rnn.training.run_facts import facts_from, request_from

PLAN, JOURNAL, TABLE_CSV, TABLE_JSON, LOCK = "sweep.json", "journal.log", "results.csv", "results.json", "sweep.lock"
FORMAT = 1
MAX_PLAN_BYTES = 10_000_000
NUMBERS = ("loss_nats", "share", "step", "chars", "elapsed_s", "parameter_count")


class SweepFolder:
    """The folder at `path`. One process works in it at a time: see `held`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def journal(self) -> Path:
        return self.path / JOURNAL

    def check_new(self) -> None:
        """Raise InputError if a sweep or something else is in the way."""
        if (self.path / PLAN).exists():
            raise InputError(
                f"{self.path} holds a sweep: go on with it with --resume {self.path}, or choose another folder with --out"
            )
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise InputError(f"{self.path} exists and is not empty: name a new folder with --out")

    def make(self) -> None:
        """Make the folder if it doesn't exist. Raises InputError if it can't be made."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"the folder {self.path} can't be made ({error.strerror}): name another with --out") from None

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """While the block runs, no other process can work in it. Raises InputError if one does."""
        lock, mine = self.path / LOCK, f"{socket.gethostname()} {os.getpid()}"
        for _ in range(2):
            try:
                with lock.open("x", encoding="utf-8") as file:
                    file.write(mine)
                break
            except FileExistsError:
                if _alive(_text(lock)):
                    raise InputError(
                        f"another sweep works in {self.path} ({_text(lock)!r:.80}): wait for its end, or delete {lock}"
                    ) from None
                lock.unlink(missing_ok=True)
            except OSError as error:
                with contextlib.suppress(OSError):  # an empty one, left by a full disk, would look like another process's
                    lock.unlink()
                raise InputError(f"{lock} can't be written: {error.strerror}: choose another folder") from None
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)

    def save_plan(self, plan: Plan, request: DataRequest, sha256: str) -> None:
        """Write what is asked for, before the first trial."""
        record = {"format": FORMAT, "plan": plan.as_json(), "request": asdict(request), "sha256": sha256}
        self._put(PLAN, json.dumps(record, indent=1).encode())

    def plan(self) -> tuple[Plan, DataRequest, str]:
        """What was asked for, and the SHA-256 of the data. Raises InputError if it can't be read."""
        path = self.path / PLAN
        try:
            with path.open("rb") as file:
                record = json.loads(file.read(MAX_PLAN_BYTES))
            if record["format"] != FORMAT:
                raise ValueError(f"its format is {record['format']!r:.40}, expected {FORMAT}")
            return Plan.from_json(record["plan"]), request_from(record["request"]), str(record["sha256"])
        except FileNotFoundError:
            raise InputError(f"{self.path} holds no sweep ({PLAN} is missing): name the --out of one") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, InputError) as error:
            raise InputError(f"{path} is damaged ({error!s:.200}): begin a new sweep in another folder") from None

    def put_run(self, trial: Trial, run: bytes) -> None:
        """Keep a run under its trial's name."""
        tensor_file.put(self.path / trial.file_name, run)

    def record_of(self, trial: Trial) -> TrialRecord | None:
        """The record of a trial whose run is here already, with the trial's present number; None if it isn't."""
        path = self.path / trial.file_name
        try:
            with tensor_file.opened(path) as file:
                facts_from(file.metadata)
                record = TrialRecord.from_json(json.loads(file.metadata[REMARK]))
        except (OSError, ValueError, KeyError, TypeError, InputError):
            return None
        return replace(record, number=trial.number) if record.key == trial.key else None

    def save_table(self, records: list[TrialRecord], space: Mapping[str, Any], kind: Kind, more: Mapping[str, Any]) -> None:
        """Write both forms of the table. more: what else results.json has."""
        self._put(TABLE_JSON, json.dumps({**more, "trials": [one.as_json() for one in records]}, indent=1).encode())
        text = io.StringIO()
        metrics = [metric.key for metric in kind.metrics]
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["trial", "status", *space, "seed", *NUMBERS, *metrics, "file", "problem"])
        for one in records:
            numbers = [_cell(getattr(one, name)) for name in NUMBERS]
            scored = [_cell(one.metrics.get(name, math.nan)) for name in metrics]
            settings = [one.settings[name] for name in space]
            writer.writerow([one.number, one.status, *settings, one.seed, *numbers, *scored, one.file, one.problem])
        self._put(TABLE_CSV, text.getvalue().encode())

    def _put(self, name: str, content: bytes) -> None:
        try:
            leftovers.put(self.path / name, content)
        except OSError as error:
            raise RunError(f"{self.path / name} was not written: {error.strerror or error}: free some space") from None


def _cell(value: float) -> str:
    return "" if isinstance(value, float) and not math.isfinite(value) else repr(value)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")[:200]
    except OSError:
        return ""


def _alive(holder: str) -> bool:
    """Whether the process that a lock names may still run; on another machine, it may."""
    import psutil

    host, _, pid = holder.partition(" ")
    return host != socket.gethostname() or (pid.isdecimal() and psutil.pid_exists(int(pid)))
