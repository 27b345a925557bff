"""The screens are tested as they look in a terminal of many colours, whatever terminal the tests run in, and without sleep."""

from __future__ import annotations

import os

os.environ.pop("NO_COLOR", None)
os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none"}

from tests.tui import idle, stylesheets  # Textual reads the environment when it is imported

idle.install()
stylesheets.install()
