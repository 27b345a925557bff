"""How a screen finds a training that can be watched: a door (lab/line.py), and a card that holds its address and its key.

The card is in tui-rnn's folder `watch`. That folder is trusted only if it belongs to this user and nobody else can read it:
anyone who can read a card can come in. A socket is in a new folder of its own (mode 0700) among the system's temporary files,
since its path may have only about 100 bytes; a named pipe of Windows has a name that nobody can guess.
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
    """A training that can be watched. run: the path of its file; address, key: of its door."""

    pid: int
    run: str
    name: str
    data: str
    address: str
    key: str


class Meeting:
    """A door and its card, until `close`. Raises RunError if they can't be made, or not privately."""

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
            raise RunError(f"--watchable is not possible: {where}: {error.strerror or error}{shorter}") from None

    def close(self) -> None:
        """Let nobody else come."""
        with contextlib.suppress(OSError):
            self._card_path.unlink()
        self.door.close()
        self._clear()

    def _clear(self) -> None:
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def private_folder() -> Path:
    """The folder of the cards, made if it is missing. Raises RunError if others could read it."""
    folder = watch_dir()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if trouble := not_private(folder):
        raise RunError(
            f"{folder} {trouble}: it must be yours alone (chmod 700), since anyone who can open it could steer your training"
        )
    return folder


def not_private(folder: Path) -> str:
    """Why a folder is not private to this user; "" if it is."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return "is not a folder"
    if not hasattr(os, "geteuid"):  # Windows lets nobody else into a user's own folders
        return ""
    if found.st_uid != os.geteuid():
        return "belongs to another user"
    return "can be opened by others" if stat.S_IMODE(found.st_mode) & 0o077 else ""


def cards() -> list[Card]:
    """The trainings that can be watched now. The card and the socket of a killed process are removed."""
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
    """Whether anybody answers: the process on the card may have been killed, and another one may have its number."""
    try:
        call(address).close()
    except (ConnectionRefusedError, FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:  # it has no room for another caller
        return True
    return True


def _clear(path: Path) -> None:
    """Remove a socket and its folder, if they look as a training makes them."""
    folder = path.parent
    with contextlib.suppress(OSError):
        if path.name == SOCKET and folder.name.startswith(PREFIX) and not not_private(folder):
            if path.is_socket():
                path.unlink()
            folder.rmdir()  # only if it is empty


def find(wanted: str) -> Card:
    """The training that a person named by its process number, its run's path, or the end of that path; '' means the only one.
    Raises InputError."""
    there = cards()
    listed = "; ".join(f"{card.pid}: {card.name} on {card.data}" for card in there)
    if not there:
        raise InputError("no training can be watched now: start one with tui-rnn train SOURCE --watchable")
    if not wanted:
        if len(there) == 1:
            return there[0]
        raise InputError(f"{len(there)} trainings can be watched: name one of {listed}")
    path = os.path.abspath(os.path.expanduser(wanted))
    found = [card for card in there if wanted == str(card.pid) or card.run == path]
    found = found or [card for card in there if Path(card.run).stem.endswith(wanted.removesuffix(".safetensors"))]
    if len(found) != 1:
        raise InputError(
            f"{wanted} {'names several trainings' if found else 'is not a training that can be watched'}: name one of {listed}"
        )
    return found[0]


def connect(card: Card) -> Line:
    """Connect to it. Raises RunError if it is gone, is stopped, or does not know the card's key."""
    try:
        line = call(card.address)
    except OSError as error:
        raise RunError(f"the training in process {card.pid} can't be reached: {error.strerror or error}") from None
    try:
        with line.at_most(ANSWER_S):
            line.prove(bytes.fromhex(card.key), calls=True)
    except (EOFError, ValueError):
        line.close()
        raise RunError(
            f"process {card.pid} does not answer as the training on its card: if it was stopped (Ctrl-Z), resume it first (fg)"
        ) from None
    return line
