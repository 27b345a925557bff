"""`tui-rnn serve` in a headless Chromium, with the real server, playgrounds and engines."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyte
import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE_S = 120.0  # a bound against hanging on a busy machine
COLUMNS, LINES = 200, 60  # more than any page here has

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are looked up in /proc")


@dataclass
class Served:
    """A server, and the address that it printed."""

    process: subprocess.Popen[str]
    address: str
    home: Path

    def playgrounds(self) -> list[int]:
        """The process numbers of the visitors' playgrounds."""
        return children(self.process.pid)


@dataclass
class Visitor:
    """An open page. What its terminal is sent is read as a terminal reads it."""

    page: Any
    screen: pyte.Screen = field(default_factory=lambda: pyte.Screen(COLUMNS, LINES))
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        stream = pyte.ByteStream(self.screen)

        def hear(data: Any) -> None:
            if isinstance(data, bytes):
                stream.feed(data)

        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: socket.on("framereceived", hear))

    @property
    def shown(self) -> str:
        return "\n".join(self.screen.display)

    def until(self, pattern: str) -> re.Match[str]:
        """Wait until the screen matches."""
        deadline = time.monotonic() + PATIENCE_S
        while (found := re.search(pattern, self.shown)) is None:
            assert time.monotonic() < deadline, f"never saw {pattern!r}:\n{self.shown}"
            self.page.wait_for_timeout(50)
        return found

    def click(self, text: str) -> None:
        """Click on the first place where this stands."""
        row = next(k for k, line in enumerate(self.screen.display) if text in line)
        column = self.screen.display[row].index(text)
        box = self.page.locator(".xterm-screen").bounding_box()
        size = self.page.evaluate(
            "() => { const s = getComputedStyle(document.querySelector('.xterm-helper-textarea')); "
            "return [parseFloat(s.width), parseFloat(s.lineHeight)]; }"
        )
        self.page.mouse.click(box["x"] + (column + 1) * size[0], box["y"] + (row + 0.5) * size[1])


def children(pid: int) -> list[int]:
    try:
        return [int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()]
    except OSError:
        return []


def gone(pids: list[int]) -> bool:
    """Whether these processes have ended. One that nobody waited for yet has."""
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state not in "ZX":
            return False
    return True


def wait_for(what: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while not (found := what()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("given") / "cat.txt"
    path.write_text("the cat sat on a mat and then it ran off\n" * 800, encoding="utf-8")
    return path


@pytest.fixture
def served(text: Path, home: Path) -> Iterator[Served]:
    pytest.importorskip("textual_serve")
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "tui_rnn", "serve", str(text), "--port", "0"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)},
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    yield Served(process, line.split()[-1], home)
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def visit(served: Served) -> Iterator[Callable[[], Visitor]]:
    """Open the address in a tab of its own."""
    api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    sandbox = [] if getattr(os, "geteuid", lambda: 1)() else ["--no-sandbox"]  # Chromium wants it so as root
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)

        def open_() -> Visitor:
            visitor = Visitor(browser.new_page(viewport={"width": 1200, "height": 720}))
            visitor.page.goto(served.address)
            return visitor

        yield open_
        browser.close()


def test_two_visitors_train_networks_of_their_own_until_their_pages_are_closed(
    served: Served, visit: Callable[[], Visitor]
) -> None:
    """One test: each start of an engine costs seconds."""
    one, other = visit(), visit()
    one.until(r"[1-9][\d.,]*[kM]? char/s")  # it trains
    other.until(r"[1-9][\d.,]*[kM]? char/s")
    assert all(url.startswith(served.address) for url in one.requests), "asked another site"
    playgrounds = served.playgrounds()
    engines = [engine for pid in playgrounds for engine in children(pid)]
    assert len(playgrounds) == len(engines) == 2

    one.page.keyboard.press("Space")
    one.until(r"paused")
    assert "paused" not in other.shown

    one.click("Inspect")  # the mouse
    one.until(r"❄|held|frozen|newest")
    one.page.keyboard.press("T")  # a key
    one.until(r"loss · bits/char")
    one.page.keyboard.press("o")  # the picker has what was given, and no other path
    one.until(r"cat\.txt")
    one.page.keyboard.type("/etc/passwd")
    one.until(r"nothing here")
    one.page.keyboard.press("Escape")

    one.page.close()
    wait_for(lambda: len(served.playgrounds()) == 1)
    [left] = served.playgrounds()
    assert gone([pid for pid in playgrounds if pid != left])
    wait_for(lambda: sum(not gone([engine]) for engine in engines) == 1)
    assert list((served.home / "runs").glob("cat-*.safetensors"))
    assert "char/s" in other.shown  # the other goes on

    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(PATIENCE_S) == 130
    other.page.wait_for_function("document.body.classList.contains('-closed')")
    assert gone([*playgrounds, *engines])


def test_a_server_that_is_killed_leaves_no_process_behind(served: Served, visit: Callable[[], Visitor]) -> None:
    visit().until(r"cat\.txt")
    playgrounds = served.playgrounds()
    engines = wait_for(lambda: [engine for pid in playgrounds for engine in children(pid)])
    served.process.kill()

    wait_for(lambda: gone([*playgrounds, *engines]))
