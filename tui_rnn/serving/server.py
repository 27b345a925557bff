"""The web server: a page with a terminal, drawn by textual-serve's script, and a playground for each page.

Everything that the page loads comes from this server. textual-serve's own page loads a font from another site, so it isn't
used.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

import textual_serve
from aiohttp import WSCloseCode, web
from textual_serve.download_manager import DownloadManager

from tui_rnn.serving.guard import Guard, Handler
from tui_rnn.serving.visit import MOST_TYPED, Visit, size_within

STATICS = Path(textual_serve.__file__).parent / "static"
PAGE = files("tui_rnn.serving") / "page"
TYPES = {"": ("index.html", "text/html"), "page.js": ("page.js", "text/javascript"), "page.css": ("page.css", "text/css")}
HEARTBEAT_S = 15.0  # notices a browser that vanished
CLOSING_S = 2.0


class PlaygroundServer:
    """sources: what a visitor may open. most: visitors at a time."""

    def __init__(self, sources: Sequence[str], guard: Guard, most: int) -> None:
        self._sources, self._guard, self._most = tuple(sources), guard, most
        self._downloads = DownloadManager()
        self._visits: dict[Visit, web.WebSocketResponse] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def app(self) -> web.Application:
        """What aiohttp runs."""
        app = web.Application(middlewares=[self._guard.middleware()])
        app.on_response_prepare.append(self._guard.prepare)
        app.on_shutdown.append(self._end)
        app.add_routes(
            [
                *(web.get(f"/{name}", _page(*found)) for name, found in TYPES.items()),
                web.get("/ws", self._visit),
                web.get("/download/{key}", self._download),
                web.static("/static", STATICS),
            ]
        )
        return app

    async def _visit(self, request: web.Request) -> web.StreamResponse:
        """A page is open: run a playground for it, until one of the two ends."""
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=4 * MOST_TYPED)
        await socket.prepare(request)
        while len(self._visits) >= self._most and self._leaving:  # such as this page before it was loaded again
            await asyncio.wait(self._leaving, return_when=asyncio.FIRST_COMPLETED)
        if len(self._visits) >= self._most:
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"full")
            return socket
        visit = Visit(self._sources, socket, self._downloads)
        self._visits[visit] = socket
        try:
            await visit.start(*size_within(_number(request, "width", 80), _number(request, "height", 24)))
            await visit.obey()
        finally:
            leaving = asyncio.create_task(self._leave(visit))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
            await asyncio.shield(leaving)
        return socket

    async def _leave(self, visit: Visit) -> None:
        """The place is free when the playground has ended."""
        await visit.stop()
        self._visits.pop(visit, None)

    async def _end(self, app: web.Application) -> None:
        """The server ends: every playground saves and ends first."""
        visits = list(self._visits.items())
        await asyncio.gather(*(visit.stop() for visit, _ in visits), return_exceptions=True)
        for _, socket in visits:
            await asyncio.wait({asyncio.create_task(socket.close(code=WSCloseCode.GOING_AWAY))}, timeout=CLOSING_S)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """A file that a visitor exported, once, for a request with its random key."""
        key = request.match_info["key"]
        try:
            found = await self._downloads.get_download_metadata(key)
        except KeyError:
            raise web.HTTPNotFound(text="there is no such download: export it again\n") from None
        response = web.StreamResponse()
        response.content_type = "application/octet-stream"
        name = "".join(ch if ch.isalnum() or ch in " ._-" else "_" for ch in found.file_name)
        response.headers["Content-Disposition"] = f'attachment; filename="{name.encode("ascii", "replace").decode()}"'
        await response.prepare(request)
        async for chunk in self._downloads.download(key):
            await response.write(chunk)
        await response.write_eof()
        return response


def _page(name: str, content_type: str) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(body=(PAGE / name).read_bytes(), content_type=content_type, charset="utf-8")

    return handle


def _number(request: web.Request, name: str, otherwise: int) -> int:
    try:
        return int(request.query.get(name, ""))
    except ValueError:
        return otherwise


async def serve(server: PlaygroundServer, host: str, port: int, ready: Callable[[int], None]) -> None:
    """Serve until this task is cancelled. ready: called with the port once pages can be opened. Raises OSError when the port
    is not free."""
    logging.getLogger("textual-serve").setLevel(logging.CRITICAL)
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=CLOSING_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        ready(runner.addresses[0][1])
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
