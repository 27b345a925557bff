"""The playground as the command starts it, counting once a minute what the screen's process holds.

python tests/soak/census.py FOUND.txt ARGUMENTS-OF-TUI-RNN

FOUND.txt gets, each minute, the objects by type that grew since the third minute, the lru_caches that did, and, with
PYTHONTRACEMALLOC=8 set, the lines of code that hold the most new memory. The engine is another process and is not counted.
"""

from __future__ import annotations

import functools
import gc
import os
import sys
import threading
import time
import tracemalloc
from collections import Counter

SETTLED_MINUTES = 3
SHOWN = 30


def counted() -> Counter[str]:
    gc.collect()
    return Counter(f"{type(found).__module__}.{type(found).__qualname__}" for found in gc.get_objects())


def remembered() -> Counter[str]:
    """How many results each function remembers that has an lru_cache, of how many at most."""
    found: Counter[str] = Counter()
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper):
            info = one.cache_info()
            name = f"{one.__module__}.{getattr(one, '__qualname__', one)}, at most {info.maxsize}"
            found[name] += info.currsize
    return found


def watch(path: str) -> None:
    first: Counter[str] = Counter()
    caches: Counter[str] = Counter()
    lines: tracemalloc.Snapshot | None = None
    minute = 0
    while True:
        time.sleep(60)
        minute += 1
        if minute < SETTLED_MINUTES:
            continue
        now, kept = counted(), remembered()
        snapshot = tracemalloc.take_snapshot() if tracemalloc.is_tracing() else None
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"minute {minute}: {now.total():,} objects, {sys.getallocatedblocks():,} blocks\n")
            if not first:
                first, caches, lines = now, kept, snapshot
                continue
            for name, grown in (now - first).most_common(SHOWN):
                file.write(f"  {grown:+8,} of {now[name]:8,} {name}\n")
            for name, grown in (kept - caches).most_common(SHOWN):
                file.write(f"  {grown:+8,} of {kept[name]:8,} results of {name}\n")
            if snapshot is not None and lines is not None:
                for found in snapshot.compare_to(lines, "traceback")[:SHOWN]:
                    at = " < ".join(f"{frame.filename.split('site-packages/')[-1]}:{frame.lineno}" for frame in found.traceback)
                    file.write(f"  {found.size_diff / 1024:+9.1f} kB {found.count_diff:+7,} {at}\n")


if __name__ == "__main__":
    threading.Thread(target=watch, args=[os.path.abspath(sys.argv[1])], daemon=True).start()
    from tui_rnn.cli.main import run

    sys.exit(run(sys.argv[2:]))
