"""`tui-rnn serve`: the playground in a browser."""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import secrets
import signal
import socket
from typing import Annotated

from cyclopts import Parameter

from tui_rnn.cli.options import FLAG, SEVERAL
from tui_rnn.cli.output import note
from tui_rnn.errors import InputError, RunError
from tui_rnn.serving import LOOPBACK

MOST_VISITORS = 64
NEEDS = ("textual_serve", "aiohttp")
RISKS = (
    "anyone who can reach this address can train networks on this machine, read the files that serve was given, and save runs "
    "in its folder for runs"
)
"""What a visitor can do, and no more: see tui/given.py."""


def run(
    source: Annotated[
        tuple[str, ...],
        SEVERAL,
        Parameter(
            help="What a visitor may open: files, folders, built-in corpora, saved runs. A single one opens at once; of "
            "several the visitor chooses one; without any, one of the built-in corpora."
        ),
    ] = (),
    /,
    *,
    port: Annotated[int, Parameter(help="The port to listen on; 0: any that is free.", metavar="N")] = 8000,
    host: Annotated[
        str, Parameter(help="The address to listen on; only this machine can reach the default one.", metavar="HOST")
    ] = "127.0.0.1",
    token: Annotated[
        bool, FLAG, Parameter(help="Demand a secret, a new one at each start: it is in the address that is printed.")
    ] = False,
    insecure: Annotated[bool, FLAG, Parameter(help="Let in anyone who can reach another --host, without a token.")] = False,
    visitors: Annotated[int, Parameter(help="Visitors at a time; each trains networks of their own.", metavar="N")] = 4,
) -> int:
    """Show the playground in a browser.

    For example: tui-rnn serve prose --port 8000

    Each open page has a playground and an engine of its own. Closing the page saves its runs and ends both. A visitor can open
    what you name here and the built-in corpora, and no other file. An export goes to the browser. Ctrl-C ends the server. The
    connection is not encrypted: docs/elsewhere.md says how to reach it through ssh.
    """
    _check(host, port, token, insecure, visitors)
    from tui_rnn.serving.given_sources import checked

    sources = checked(source)
    if missing := [name for name in NEEDS if importlib.util.find_spec(name) is None]:
        raise InputError(f"serve needs {missing[0]}, which is not installed: pip install 'tui-rnn[web]'")
    import asyncio

    from tui_rnn.serving.guard import Guard
    from tui_rnn.serving.server import PlaygroundServer

    secret = secrets.token_urlsafe(24) if token else None
    return asyncio.run(_serve(PlaygroundServer(sources, Guard(host, secret), visitors), host, port, secret))


def _check(host: str, port: int, token: bool, insecure: bool, visitors: int) -> None:
    """Raise InputError for values out of range, and for a server that is open to others by mistake."""
    if not 0 <= port <= 65535:
        raise InputError(f"--port is {port}, expected 0 to 65535")
    if not 1 <= visitors <= MOST_VISITORS:
        raise InputError(f"--visitors is {visitors}, expected 1 to {MOST_VISITORS}")
    if not host:
        raise InputError("--host is an empty string, expected an address such as 127.0.0.1 or 0.0.0.0")
    if not (host in LOOPBACK or token or insecure):
        raise InputError(
            f"--host {host} lets other machines in: {RISKS}; add --token, so that only people with the printed address can "
            "enter, or --insecure"
        )


def _not_listening(host: str, port: int, error: OSError) -> str:
    """Why the server can't listen there, and what to do: asyncio's text would name the address twice."""
    if error.errno == errno.EADDRINUSE:
        return f"--port {port} of {host} is taken by another program: choose another, or 0 for any that is free"
    if error.errno == errno.EACCES:
        return f"--port {port} is not open to you: choose one from 1024 on, or 0 for any that is free"
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"--host {host} is no address of this machine: give one that it has, or 0.0.0.0 for all"
    return f"can't listen on --port {port} of {host}: {error.strerror or error}"


async def _serve(server: object, host: str, port: int, secret: str | None) -> int:
    import asyncio

    from tui_rnn.serving.server import PlaygroundServer, serve

    assert isinstance(server, PlaygroundServer)
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if (number := getattr(signal, name, None)) is not None:
            with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises there
                loop.add_signal_handler(number, task.cancel)

    def ready(found: int) -> None:
        shown = f"[{host}]" if ":" in host else host
        print(f"the playground is at http://{shown}:{found}/{f'?token={secret}' if secret else ''}", flush=True)
        note("Ctrl-C ends it" if host in LOOPBACK else f"{RISKS}. The connection is not encrypted. Ctrl-C ends it")

    try:
        await serve(server, host, port, ready)
    except asyncio.CancelledError:
        return 130
    except OSError as error:
        raise RunError(_not_listening(host, port, error)) from None
    return 0
