"""The screens that watch a training: who comes in, what each is told, and how they leave.

Each screen has a thread that reads and one that writes. A screen that stands still, dies or leaves costs the training nothing:
what it has not read is replaced by what is newer.
"""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable

import tui_rnn
from tui_rnn.lab.asking import Asker
from tui_rnn.lab.frames import receive, send
from tui_rnn.lab.messages import Command, Ended, Event, Hello, Notice, Shutdown, Snapshot, Watch
from tui_rnn.lab.pipe import Mailbox
from tui_rnn.lab.watching import Watcher
from tui_rnn.lab.wire.coding import NotAMessage

RUN = 1
"""The number of the only run."""
MOST_SCREENS = 8
MOST_WAITING = 200  # commands of a screen that are not carried out yet; more, and it is no screen
HELLO_S, FAREWELL_S = 10.0, 2.0


class Screen:
    """One screen. steers: whether it may do more than look and ask. commands: what it asks for, oldest first."""

    def __init__(self, peer: socket.socket, steers: bool, gone: Callable[[Screen], None]) -> None:
        self.steers = steers
        self.watch = Watch()
        self.commands: queue.Queue[Command] = queue.Queue(MOST_WAITING)
        self.news = Mailbox()
        self.asker = Asker(RUN, self.news.put)
        self.watcher = Watcher(RUN, self.news.put, self.asker)
        self._peer, self._gone = peer, gone
        self._writer = threading.Thread(target=self._write, name="screen writer", daemon=True)

    def begin(self) -> None:
        """Listen, and speak."""
        self._writer.start()
        threading.Thread(target=self._read, name="screen reader", daemon=True).start()

    def leave(self) -> None:
        """Take no more questions; what there still is to say is sent."""
        self.asker.close()
        self.news.close()

    def wait(self, seconds: float) -> None:
        """Until all is sent, but not longer."""
        self._writer.join(seconds)

    def _read(self) -> None:
        try:
            while not isinstance(command := receive(self._peer), Shutdown):
                self.commands.put_nowait(command)
        except (EOFError, queue.Full):
            pass
        except NotAMessage as error:
            self.news.put(Notice(f"this screen was not understood: {error}", "error"))
        self._gone(self)

    def _write(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                send(self._peer, self.news.take())
        with contextlib.suppress(OSError):
            self._peer.shutdown(socket.SHUT_RDWR)  # the reader hears of it
        self._peer.close()


class Audience:
    """Lets screens in at a socket. introduce: tells one what it must know before anything else; then: what may take
    longer, on a thread of its own."""

    def __init__(self, door: socket.socket, introduce: Callable[[Screen], None], then: Callable[[Screen], None]) -> None:
        self._door, self._introduce, self._then = door, introduce, then
        self._screens: list[Screen] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, name="door", daemon=True).start()

    def present(self) -> list[Screen]:
        """The screens that watch now."""
        with self._lock:
            return list(self._screens)

    def tell(self, news: Event | Snapshot) -> None:
        """Tell all of them."""
        with self._lock:
            for screen in self._screens:
                screen.news.put(news)

    def dismiss(self) -> None:
        """Let all go, when they have heard what there was to say. One that stands still is not waited for."""
        screens, deadline = self.present(), time.monotonic() + FAREWELL_S
        for screen in screens:
            screen.leave()
        for screen in screens:
            screen.wait(max(0.0, deadline - time.monotonic()))

    def _gone(self, screen: Screen) -> None:
        screen.leave()
        with self._lock:
            if screen in self._screens:
                self._screens.remove(screen)

    def _accept(self) -> None:
        """Let screens in, one after another, until the door is closed."""
        while True:
            try:
                peer, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._greet, args=(peer,), name="greeting", daemon=True).start()

    def _greet(self, peer: socket.socket) -> None:
        """Who comes says first what it is."""
        try:
            if not same_user(peer):
                raise NotAMessage("another user")
            peer.settimeout(HELLO_S)
            hello = receive(peer)
            peer.settimeout(None)
            if not isinstance(hello, Hello):
                raise NotAMessage("no Hello")
        except (EOFError, OSError, NotAMessage):
            peer.close()
            return
        screen = Screen(peer, hello.steers, self._gone)
        with self._lock:
            refusal = self._refusal(hello)
            if refusal:
                screen.news.put(Ended(refusal))
            else:
                self._introduce(screen)
                self._screens.append(screen)
        screen.begin()
        if refusal:
            screen.leave()
        else:
            self._then(screen)

    def _refusal(self, hello: Hello) -> str:
        if hello.version != tui_rnn.__version__:
            return f"this training runs by tui-rnn {tui_rnn.__version__}: attach with this version, not {hello.version[:20]}"
        if len(self._screens) >= MOST_SCREENS:
            return f"{MOST_SCREENS} screens watch this training already, and there may be no more"
        return ""


def same_user(peer: socket.socket) -> bool:
    """Whether the process at the other end is this user's (or root's), where the system tells."""
    if sys.platform != "linux":
        return True  # the socket's folder lets nobody else in
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", credentials)[1] in (os.geteuid(), 0)
