"""Saves the screen as a picture."""

from __future__ import annotations

import asyncio
import contextlib
import io
import secrets
import time
from pathlib import Path
from typing import Any

from platformdirs import user_downloads_path
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tui_rnn.display import visible
from tui_rnn.tui.private_api import lines_of


def painted(screen: Screen[Any], view: Widget) -> list[Strip]:
    """The lines of a view as they were painted last. Only Textual's compositor has them."""
    region = view.region
    lines = lines_of(screen)[region.y : region.bottom]
    return [line.crop(region.x, region.right) for line in lines]


async def save_picture(app: App[Any]) -> None:
    """Save the screen as SVG in the user's folder of downloads, or without one in the working folder, and say where. A browser
    gets it as a download."""
    svg, downloads = app.export_screenshot(), user_downloads_path()
    folder = downloads if downloads.is_dir() else Path.cwd()
    path = folder / f"{time.strftime('tui-rnn %Y-%m-%d %H.%M.%S')} {secrets.token_hex(4)}.svg"
    if app.is_web:
        deliver(app, path, svg.encode())
        return
    try:
        await asyncio.to_thread(write_new, path, svg.encode())
    except OSError as error:
        told = f"the picture was not saved in {folder}: {error.strerror or error}: start the playground in another folder"
        app.notify(visible(told), severity="error", markup=False)
    else:
        app.notify(visible(f"saved the screen in {path}"), markup=False)


def deliver(app: App[Any], path: Path, data: bytes) -> None:
    """Give the browser a file of this name, of a type that it does not open as a page of this server."""
    app.deliver_binary(io.BytesIO(data), save_filename=path.name, mime_type="application/octet-stream")


def write_new(path: Path, data: bytes) -> None:
    """Write a new file, whole or not at all. It replaces nothing: neither a file nor a link."""
    with path.open("xb") as file:
        try:
            file.write(data)
            file.flush()
        except BaseException:
            with contextlib.suppress(OSError):
                path.unlink()
            raise
