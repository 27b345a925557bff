"""Who may come in: over HTTP, against the real server, without a playground behind it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

aiohttp = pytest.importorskip("aiohttp")
pytest.importorskip("textual_serve")

from aiohttp.test_utils import TestClient, TestServer  # noqa: E402

from tui_rnn.serving import server as serving  # noqa: E402
from tui_rnn.serving.guard import COOKIE, Guard  # noqa: E402
from tui_rnn.serving.server import PlaygroundServer  # noqa: E402

Open = Callable[..., Awaitable[Any]]


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """A client of a server that listens as `host`; it keeps cookies as a browser does."""
    clients: list[Any] = []

    async def open_(host: str = "127.0.0.1", token: str | None = None, most: int = 1) -> Any:
        app = PlaygroundServer(("prose",), Guard(host, token), most).app()
        clients.append(TestClient(TestServer(app), cookie_jar=aiohttp.CookieJar(unsafe=True)))
        await clients[-1].start_server()
        return clients[-1]

    yield open_
    for client in clients:
        await client.close()


async def test_the_page_loads_nothing_from_another_site(opened: Open) -> None:
    client = await opened()
    for path in ("/", "/page.js", "/page.css"):
        answer = await client.get(path)
        text = await answer.text()
        assert answer.status == 200
        assert not re.search(r"https?://|(src|href)=\"//", text), path
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_name_that_is_led_here_gets_nothing(opened: Open) -> None:
    client = await opened()

    assert (await client.get("/", headers={"Host": "evil.example:8000"})).status == 403
    assert (await client.get("/", headers={"Host": "localhost:9"})).status == 200  # a port that ssh forwards


async def test_a_page_of_another_site_opens_no_websocket(opened: Open) -> None:
    client = await opened()
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await client.ws_connect("/ws", headers=headers)
        assert refused.value.status == 403


async def test_without_the_token_nothing_is_served_not_even_the_page(opened: Open) -> None:
    client = await opened("0.0.0.0", "secret")
    for path in ("/", "/page.js", "/static/js/textual.js", "/download/x", "/?token=wrong", "/?token=", "/ws"):
        assert (await client.get(path)).status == 403, path


async def test_the_address_with_the_token_lets_a_browser_in_and_loses_the_token(opened: Open) -> None:
    client = await opened("0.0.0.0", "secret")
    moved = await client.get("/?token=secret", allow_redirects=False)
    cookie = moved.cookies[COOKIE]

    assert moved.status == 302
    assert moved.headers["Location"] == "/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert (await client.get("/")).status == 200


async def test_a_visitor_too_many_is_told_that_all_places_are_taken(opened: Open) -> None:
    client = await opened(most=0)
    socket = await client.ws_connect("/ws", headers={"Origin": str(client.make_url("")).rstrip("/")})
    await socket.receive()

    assert socket.close_code == 1013


async def test_a_page_that_is_loaded_again_waits_until_its_old_playground_has_saved(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = asyncio.Event()
    monkeypatch.setattr(serving, "Visit", lambda sources, socket, downloads: FakeVisit(socket, saved))
    client = await opened(most=1)
    page = {"Origin": str(client.make_url("")).rstrip("/")}
    first = await client.ws_connect("/ws", headers=page)
    assert await first.receive_str() == "started"
    await first.close()
    again = await client.ws_connect("/ws", headers=page)
    saved.set()

    assert await again.receive_str() == "started"


class FakeVisit:
    """It ends when its page is closed, and takes until `saved` to save."""

    def __init__(self, socket: Any, saved: asyncio.Event) -> None:
        self._socket, self._saved = socket, saved

    async def start(self, width: int, height: int) -> None:
        await self._socket.send_str("started")

    async def obey(self) -> None:
        await self._socket.receive()

    async def stop(self) -> None:
        await self._saved.wait()


async def test_no_file_outside_of_the_static_ones_is_served(opened: Open) -> None:
    client = await opened()
    for path in ("/static/", "/static/..%2f..%2fserver.py", "/static/%2e%2e/server.py", "/..%2fserver.py"):
        assert (await client.get(path)).status in (403, 404), path


def test_the_font_that_the_page_names_comes_with_textual_serve() -> None:
    css = (Path(str(serving.PAGE)) / "page.css").read_text(encoding="utf-8")
    named = re.findall(r'url\("/static/([^"]+)"\)', css)

    assert named
    assert all((serving.STATICS / name).is_file() for name in named)
