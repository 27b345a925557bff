"""Where a regular expression that a person typed matches a text, searched in a separate process that can be killed.

Python's `re` can't be interrupted, and some patterns, such as (a+)+b, take practically for ever. The process gets pattern and
text through a pipe, imports nothing of ours, and is killed when its time is over.
"""

from __future__ import annotations

import re
import subprocess
import sys
import warnings

import numpy as np
from numpy.typing import NDArray

from tui_rnn.errors import InputError

LONGEST_S = 5.0
MAX_PATTERN = 1000
YES, NO = "yes", "no"

_SEARCH = """
import array, re, sys, warnings
warnings.simplefilter("ignore")
size, given = int(sys.stdin.buffer.readline()), sys.stdin.buffer.read()
pattern, text = (part.decode("utf-32-le", "surrogatepass") for part in (given[:size], given[size:]))
compiled = re.compile(pattern)
names = [name for name in ("yes", "no") if name in compiled.groupindex]
groups = names or ([1] if compiled.groups else [0])
spans = array.array("q")
for found in compiled.finditer(text):
    for number, group in enumerate(groups):
        if found.start(group) >= 0:
            spans.extend((number, *found.span(group)))
sys.stdout.buffer.write(spans.tobytes())
"""


def matched(pattern: str, text: str) -> NDArray[np.float64]:
    """(len(text),): 1 where the pattern matches, else 0. If the pattern has a group, only the first group's match counts. With
    groups named yes and no, their matches are 1 and 0, the rest is NaN. Raises InputError for what is no pattern or takes too
    long."""
    compiled = _checked(pattern)
    named = [name for name in (YES, NO) if name in compiled.groupindex]
    found = np.full(len(text), np.nan if NO in named else 0.0)
    value = {name: float(name == YES) for name in named} or {"": 1.0}
    for number, start, end in _spans(pattern, text).tolist():
        found[start:end] = list(value.values())[number]
    return found


def _checked(pattern: str) -> re.Pattern[str]:
    if not 1 <= len(pattern) <= MAX_PATTERN:
        raise InputError(f"the regular expression has {len(pattern):,} characters, expected 1 to {MAX_PATTERN:,}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise InputError(f"{pattern!r:.60} is no regular expression: {error}") from None
    if NO in compiled.groupindex and YES not in compiled.groupindex:
        raise InputError(f"{pattern!r:.60} has a group named no, but none named yes: name both, or neither")
    return compiled


def _spans(pattern: str, text: str) -> NDArray[np.int64]:
    """(n, 3): the group, the start and the end of each match."""
    asked = pattern.encode("utf-32-le", "surrogatepass")
    given = b"%d\n" % len(asked) + asked + text.encode("utf-32-le", "surrogatepass")
    command = [sys.executable, "-I", "-S", "-c", _SEARCH]
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        told = f"{pattern!r:.60} was not done after {LONGEST_S:g} s over {len(text):,} characters"
        raise InputError(f"{told}: write it without one repeat inside another, such as (a+)+") from None
    except OSError as error:
        raise InputError(f"the regular expression can't be searched for: {error}") from None
    if done.returncode:
        raise InputError(f"{pattern!r:.60} can't be searched for: {done.stderr.decode(errors='replace').strip()[-80:]}")
    return np.frombuffer(done.stdout, np.int64).reshape(-1, 3)
