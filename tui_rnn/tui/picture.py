"""The screen as a picture in a file."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from platformdirs import user_downloads_path
from textual.app import App

from tui_rnn.display import visible


async def save_picture(app: App[Any]) -> None:
    """Save the screen as SVG among the user's downloads or, where there is no such folder, in the working folder; say where."""
    svg, downloads = app.export_screenshot(), user_downloads_path()
    folder = downloads if downloads.is_dir() else Path.cwd()
    path = folder / time.strftime("tui-rnn %Y-%m-%d %H.%M.%S.svg")
    try:
        await asyncio.to_thread(path.write_text, svg, "utf-8")
    except OSError as error:
        told = f"the picture was not saved in {folder}: {error.strerror or error}: start the playground in another folder"
        app.notify(visible(told), severity="error", markup=False)
    else:
        app.notify(visible(f"saved the screen in {path}"), markup=False)
