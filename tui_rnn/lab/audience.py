"""The screens that watch a training: how they connect, which messages each gets, and how they leave.

Each screen has a thread that reads and one that writes. A screen that hangs, crashes or leaves costs the training nothing:
newer messages replace the ones that it has not read.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable

import tui_rnn
from tui_rnn.lab.asking import Asker
from tui_rnn.lab.line import Door, Line
from tui_rnn.lab.messages import Answered, Command, Ended, Event, Hello, Notice, Shutdown, Snapshot, Unanswered, Watch
from tui_rnn.lab.pipe import Mailbox
from tui_rnn.lab.watching import Watcher
from tui_rnn.lab.wire.coding import NotAMessage

RUN = 1
"""The number of the only run."""
MOST_SCREENS = 8
MOST_WAITING = 200  # commands that wait at a time; a screen with more is not one of ours
HELLO_S, FAREWELL_S = 10.0, 2.0


class Screen:
    """One screen. steers: whether it may do more than look and ask. commands: what it has sent, oldest first."""

    def __init__(self, line: Line, steers: bool, gone: Callable[[Screen], None]) -> None:
        self.steers = steers
        self.watch = Watch()
        self.commands: queue.Queue[Command] = queue.Queue(MOST_WAITING)
        self.news = Mailbox()
        self.asker = Asker(RUN, self.news.put)
        self.watcher = Watcher(RUN, self.news.put, self.asker)
        self._line, self._gone = line, gone
        self._writer = threading.Thread(target=self._write, name="screen writer", daemon=True)

    def begin(self) -> None:
        """Listen, and speak."""
        self._writer.start()
        threading.Thread(target=self._read, name="screen reader", daemon=True).start()

    def leave(self) -> None:
        """Take no more questions; messages that wait are still sent."""
        self.asker.close()
        self.news.close()

    def wait(self, seconds: float) -> None:
        """Wait until everything is sent, at most so long."""
        self._writer.join(seconds)

    def _read(self) -> None:
        try:
            while not isinstance(command := self._line.receive(), Shutdown):
                self.commands.put_nowait(command)
        except (EOFError, queue.Full):
            pass
        except NotAMessage as error:
            self.news.put(Notice(f"the training did not understand this screen: {error}", "error"))
        self._gone(self)
        self.wait(FAREWELL_S)
        self._line.hang_up()
        self._writer.join()
        self._line.close()

    def _write(self) -> None:
        told: set[type] = set()  # the kinds of watched messages that are too large
        with contextlib.suppress(EOFError, OSError):
            while True:
                news = self.news.take()
                try:
                    self._line.send(news)
                except NotAMessage as error:
                    instead = _instead_of(news, str(error))
                    if isinstance(instead, Unanswered) or type(news) not in told:
                        self._line.send(instead)
                        told.add(type(news))
        self._line.hang_up()  # ends the reader


def _instead_of(news: object, reason: str) -> Event:
    """The message that a screen gets in place of one that is too large."""
    if isinstance(news, Answered) and news.request_id is not None:
        return Unanswered(RUN, news.request_id, news.question, f"the answer is too large to be sent: {reason}; ask for less")
    return Notice(f"a {type(news).__name__} is too large to be sent: {reason}", "error")


class Audience:
    """Lets in the screens that know a door's key. introduce: tells a screen what it must know before anything else; then: what
    may take longer, on a thread of its own."""

    def __init__(self, door: Door, key: bytes, introduce: Callable[[Screen], None], then: Callable[[Screen], None]) -> None:
        self._door, self._key, self._introduce, self._then = door, key, introduce, then
        self._screens: list[Screen] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, name="door", daemon=True).start()

    def present(self) -> list[Screen]:
        """The screens that watch now."""
        with self._lock:
            return list(self._screens)

    def tell(self, news: Event | Snapshot) -> None:
        """Tell all screens."""
        with self._lock:
            for screen in self._screens:
                screen.news.put(news)

    def dismiss(self) -> None:
        """End all screens, once they have got all messages. A screen that hangs is not waited for."""
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
        with contextlib.suppress(EOFError):
            while True:
                threading.Thread(target=self._greet, args=(self._door.next(),), name="greeting", daemon=True).start()

    def _greet(self, line: Line) -> None:
        """A screen first proves that it knows the key, then it says what it is."""
        try:
            with line.at_most(HELLO_S):
                line.prove(self._key, calls=False)
                hello = line.receive()
            if not isinstance(hello, Hello):
                raise NotAMessage("no Hello")
        except (EOFError, NotAMessage):
            line.close()
            return
        screen = Screen(line, hello.steers, self._gone)
        with self._lock:
            refusal = self._refusal(hello)
            if refusal:
                screen.news.put(Ended(refusal))
            else:
                self._introduce(screen)
                self._screens.append(screen)
            screen.begin()  # before others see it, since `dismiss` waits for its threads
        if refusal:
            screen.leave()
        else:
            self._then(screen)

    def _refusal(self, hello: Hello) -> str:
        if hello.version != tui_rnn.__version__:
            return f"this training runs with tui-rnn {tui_rnn.__version__}: attach with this version, not {hello.version[:20]}"
        if len(self._screens) >= MOST_SCREENS:
            return f"{MOST_SCREENS} screens already watch this training, and no more are allowed: close one of them"
        return ""
