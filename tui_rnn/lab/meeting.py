"""Where a training that can be watched is met: a door (lab/line.py), and a card that says where it is and holds its key.

The card lies in the folder `watch` of tui-rnn's own, which must belong to this user, and nobody else may be able to look into
it, before it is trusted: who can read a card can come in. A socket lies in a new folder of its own (mode 0700) where the system
keeps what is temporary, since its path may have some 100 bytes only; a named pipe of Windows has a name that nobody can guess.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from tui_rnn.errors import InputError, RunError
from tui_rnn.lab.line import NAMED_PIPES, Door, Line, call
from tui_rnn.paths import watch_dir

MAX_CARD_BYTES = 20_000
PREFIX, SOCKET, PIPES = "tui-rnn-", "socket", "\\\\.\\pipe\\"
ANSWER_S = 5.0


@dataclass(frozen=True)
class Card:
    """A training that can be watched. run: the path that it is saved at; address: where its door is; key: what opens it."""

    pid: int
    run: str
    name: str
    data: str
    address: str
    key: str


class Meeting:
    """A door and its card, until `close`. Raises RunError where they can't be made, or not privately."""

    def __init__(self, run: str, name: str, data: str) -> None:
        self._folder: str | None = None
        try:
            place = private_folder()
            if not NAMED_PIPES:
                self._folder = tempfile.mkdtemp(prefix=PREFIX)  # mode 0700, a name that nobody had before
            address = os.path.join(self._folder or PIPES, SOCKET if self._folder else PREFIX + secrets.token_hex(16))
            self.card = Card(os.getpid(), run, name, data, address, secrets.token_hex(32))
            self.door = Door(address)
            self._card_path = place / f"{self.card.pid}.json"
            begun = self._card_path.with_suffix(".new")  # a reader must not find half a card and delete it
            descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:
                json.dump(asdict(self.card), file)
            os.replace(begun, self._card_path)
        except OSError as error:
            if hasattr(self, "door"):  # the card could not be written
                self.door.close()
            self._clear()
            shorter = "; set TMPDIR to a folder whose path is shorter" if "too long" in str(error) else ""
            where = error.filename or self._folder or "a pipe"
            raise RunError(f"--watchable can't be had: {where}: {error.strerror or error}{shorter}") from None

    def close(self) -> None:
        """Nobody can come any more."""
        with contextlib.suppress(OSError):
            self._card_path.unlink()
        self.door.close()
        self._clear()

    def _clear(self) -> None:
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def private_folder() -> Path:
    """The folder of the cards, made where it is missing. Raises RunError where others could look into it."""
    folder = watch_dir()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if trouble := not_private(folder):
        raise RunError(
            f"{folder} {trouble}: it must be yours alone (chmod 700), since who can open it could steer your training"
        )
    return folder


def not_private(folder: Path) -> str:
    """Why a folder is not this user's alone, "" where it is."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return "is no folder"
    if not hasattr(os, "geteuid"):  # Windows lets nobody else into a user's own folders
        return ""
    if found.st_uid != os.geteuid():
        return "belongs to another user"
    return "can be opened by others" if stat.S_IMODE(found.st_mode) & 0o077 else ""


def cards() -> list[Card]:
    """The trainings that can be watched now. What a killed process left is taken away: its card and its socket."""
    folder = watch_dir()
    try:
        if not_private(folder):
            return []
        paths = sorted(folder.glob("*.json"))
    except OSError:
        return []
    found = []
    for path in paths:
        card = _read(path)
        if card is not None and _listens(card.address):
            found.append(card)
            continue
        with contextlib.suppress(OSError):
            path.unlink()
        if card is not None:
            _clear(Path(card.address))
    return found


def _read(path: Path) -> Card | None:
    try:
        with path.open(encoding="utf-8") as file:
            held: Any = json.loads(file.read(MAX_CARD_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    types = {spec.name: int if spec.name == "pid" else str for spec in fields(Card)}
    if not isinstance(held, dict) or {name: type(value) for name, value in held.items()} != types:
        return None
    return Card(**held)


def _listens(address: str) -> bool:
    """Whether anybody is there: the process that the card names may have been killed, and another one have its number."""
    try:
        call(address).close()
    except (ConnectionRefusedError, FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:  # one that has no room for one more
        return True
    return True


def _clear(path: Path) -> None:
    """Take away a socket and its folder, where they are as a training makes them."""
    folder = path.parent
    with contextlib.suppress(OSError):
        if path.name == SOCKET and folder.name.startswith(PREFIX) and not not_private(folder):
            if path.is_socket():
                path.unlink()
            folder.rmdir()  # only if it is empty


def find(wanted: str) -> Card:
    """The training that a person named: by its process number, its run's path, or how the path ends. '' is the only one.
    Raises InputError."""
    there = cards()
    listed = "; ".join(f"{card.pid}: {card.name} on {card.data}" for card in there)
    if not there:
        raise InputError("no training can be watched now: start one with tui-rnn train SOURCE --watchable")
    if not wanted:
        if len(there) == 1:
            return there[0]
        raise InputError(f"{len(there)} trainings can be watched, name one: {listed}")
    path = os.path.abspath(os.path.expanduser(wanted))
    found = [card for card in there if wanted == str(card.pid) or card.run == path]
    found = found or [card for card in there if Path(card.run).stem.endswith(wanted.removesuffix(".safetensors"))]
    if len(found) != 1:
        raise InputError(
            f"{wanted} {'are several trainings' if found else 'is no training that can be watched'}, there are {listed}"
        )
    return found[0]


def connect(card: Card) -> Line:
    """Meet it. Raises RunError where it is gone, stands still, or does not know the card's key."""
    try:
        line = call(card.address)
    except OSError as error:
        raise RunError(f"the training in process {card.pid} can't be met: {error.strerror or error}") from None
    try:
        with line.at_most(ANSWER_S):
            line.prove(bytes.fromhex(card.key), calls=True)
    except (EOFError, ValueError):
        line.close()
        raise RunError(
            f"process {card.pid} does not answer as the training that its card names: where it stands (Ctrl-Z), let it go on "
            "first (fg)"
        ) from None
    return line
