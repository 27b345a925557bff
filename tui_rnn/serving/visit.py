"""One visit: the playground of one open page, and the messages between the two."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from typing import Any

from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from tui_rnn.paths import python_environment

ENDING_S = 30.0  # a playground whose page is closed saves its runs and ends; after so long it is killed
DRIVER = "tui_rnn.serving.driver:VisitorDriver"
MOST_CELLS = 1000, 500
MOST_TYPED = 1 << 20  # characters at once: a text that is pasted


class Visit(AppService):
    """textual-serve's service for one page. Its process is started without a shell, and is sure to end."""

    def __init__(self, sources: Sequence[str], socket: web.WebSocketResponse, downloads: DownloadManager) -> None:

        async def close() -> None:
            await socket.close()

        super().__init__(
            "",
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=close,
            download_manager=downloads,
        )
        self._sources, self._socket = tuple(sources), socket

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """The process is in a session or group of its own: Ctrl-C reaches only the server, which then ends its visits."""
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "tui_rnn.serving.visitor", *self._sources,
            stdin=PIPE, stdout=PIPE, stderr=PIPE,
            env=self._build_environment(width, height)
            | {"PYTHONPATH": python_environment()["PYTHONPATH"], "TEXTUAL_DRIVER": DRIVER},
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )  # fmt: skip
        self._stdin = process.stdin
        return process

    async def stop(self) -> None:
        """Let the playground save and end, and make sure that it does."""
        process = self._process
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(super().stop(), ENDING_S)
        if process is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), ENDING_S)
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def obey(self) -> None:
        """Pass on what the page sends until it is closed. Anything but a message of textual-serve's page ends the visit."""
        async for message in self._socket:
            if message.type != WSMsgType.TEXT or not await self._pass_on(message.data):
                break

    async def _pass_on(self, text: str) -> bool:
        try:
            envelope: Any = json.loads(text)
        except (ValueError, RecursionError):
            return False
        match envelope:
            case ["stdin", str(typed)] if len(typed) <= MOST_TYPED:
                await self.send_bytes(typed.encode("utf-8", "replace"))
            case ["resize", {"width": int(width), "height": int(height)}]:
                await self.set_terminal_size(*size_within(width, height))
            case ["ping", str(sent_at)]:
                await self._socket.send_json(["pong", sent_at[:32]])
            case ["focus"]:
                await self.focus()
            case ["blur"]:
                await self.blur()
            case _:
                return False
        return True


def size_within(width: int, height: int) -> tuple[int, int]:
    """A terminal's size, at most that of a large screen."""
    return min(max(width, 1), MOST_CELLS[0]), min(max(height, 1), MOST_CELLS[1])
