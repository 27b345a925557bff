"""The screens are tested as they look in a terminal of many colours, whatever terminal the tests run in."""

from __future__ import annotations

import os

os.environ.pop("NO_COLOR", None)
os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
