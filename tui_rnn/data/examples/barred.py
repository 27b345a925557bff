"""Tables with bars: Markdown's, and the `source ||| target` of translation tools (Moses, fast_align).

Neither has the quotes of CSV. A table of Markdown has a ruler below its headings, bars outside, and prose around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice, pairwise
from typing import Literal

FIELD = "|||"
_NEARLY_ALL = 0.95
_MOST = 0.8  # of the lines that are not blank; the rest is prose around the table
_LINES_TO_TELL = 200
_RULER = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)+\|?\s*|\s*\|\s*:?-+:?\s*\|\s*")
_BAR = re.compile(r"(?<!\\)\|")

Bars = Literal["fields", "markdown"]


def bars(lines: Iterable[str]) -> Bars | None:
    """The style of bars in a file's first lines; None: there are none, or it is CSV with bars for commas."""
    filled = list(islice((line for line in lines if line.strip()), _LINES_TO_TELL))
    if len(filled) < 2:
        return None
    if sum(f" {FIELD} " in f" {line} " for line in filled) >= _NEARLY_ALL * len(filled):
        return "fields"
    ruled = any(_RULER.fullmatch(line) and "|" in before for before, line in pairwise(filled))
    return "markdown" if ruled and sum("|" in line for line in filled) >= _MOST * len(filled) else None


def barred_cells(line: str, style: Bars) -> list[str]:
    """The cells of a line. A blank line has none; in Markdown, a ruler and prose have none either."""
    if style == "fields":
        return [cell.strip() for cell in line.split(FIELD)] if line.strip() else []
    if "|" not in line or _RULER.fullmatch(line):
        return []
    inside = line.strip().removeprefix("|")
    inside = inside[:-1] if inside.endswith("|") and not inside.endswith("\\|") else inside
    return [cell.strip().replace("\\|", "|") for cell in _BAR.split(inside)]
