"""Who may come in: checked before anything else is done for a request.

Any web page that is open in the same browser can send requests to a server on this machine and open WebSockets to it; and a
name of another site can be made to lead here (DNS rebinding). So the name in the address must be this server's, a WebSocket
must come from this server's own page, and if there is a token, the browser must have it.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

from tui_rnn.serving import LOOPBACK

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
COOKIE = "tui-rnn-token"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address may hold the token
    "Cache-Control": "no-store",
}
"""Nothing is loaded from elsewhere, and no other page shows this one in a frame. xterm.js writes its styles into the page."""


class Guard:
    """host: the address that the server listens on. token: what a visitor must know; None: nothing."""

    def __init__(self, host: str, token: str | None) -> None:
        self._local, self._token = host in LOOPBACK, token

    def middleware(self) -> Middleware:
        """For aiohttp: refuses a request, or lets it in and adds the headers."""

        @web.middleware
        async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
            if reason := self._refusal(request):
                raise web.HTTPForbidden(text=f"{reason}\n", headers=HEADERS)
            if self._token is not None and "token" in request.query:  # a person may show the address: the token leaves it
                moved = web.HTTPFound("/", headers=HEADERS)
                moved.set_cookie(COOKIE, self._token, httponly=True, samesite="Strict")
                raise moved
            return await handler(request)

        return guarded

    async def prepare(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add the headers to whatever is sent."""
        response.headers.update(HEADERS)

    def _refusal(self, request: web.Request) -> str:
        """Why this request is refused; "" if it may come in."""
        host = request.headers.get("Host", "")
        if self._local and _name(host) not in LOOPBACK:
            return f"this server answers only to {', '.join(LOOPBACK)}, not to {host[:100]!r}"
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return "this server answers only to its own page"
        if request.path == "/ws" and origin is None:
            return "only this server's own page may open a WebSocket"
        if self._token is not None and not self._knows_token(request):
            return "this playground wants its token: open the address that tui-rnn serve printed"
        return ""

    def _knows_token(self, request: web.Request) -> bool:
        said = request.query.get("token") or request.cookies.get(COOKIE) or ""
        return self._token is not None and secrets.compare_digest(said.encode("utf-8", "replace"), self._token.encode())


def _name(host: str) -> str:
    """The name in a Host header, without the port, which may be one that ssh forwards."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
