"""What is damaged among the compiled kernels, or was left half done by a start that died, is made anew."""

import os
import random
import shutil
import subprocess
import sys
import time

import pytest

from tests.kernels.small_package import ask, compiled_files, opened
from tui_rnn.kernels.machine.cache import open_kernels
from tui_rnn.kernels.machine.private_folder import PrivateFolder

owners = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owners and mode bits to look at")


def test_a_kernel_with_any_bit_flipped_cut_short_or_under_anothers_name_is_not_loaded(tmp_path):
    kernels = opened(tmp_path / "kernels")
    file = tmp_path / "kernels" / "build" / "one.kernel"
    kernels.write("one", bytes(range(64)))
    whole = file.read_bytes()
    assert kernels.read("one") == bytes(range(64))
    for bit in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        file.write_bytes(damaged)
        assert kernels.read("one") is None
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        assert kernels.read("one") is None
    file.write_bytes(whole)
    shutil.copy(file, file.with_name("two.kernel"))
    assert kernels.read("two") is None


def test_a_start_over_a_damaged_cache_computes_right_and_mends_it(package, cache, filled):
    filled(cache)
    whole = {path: path.read_bytes() for path in compiled_files(cache)}
    draw = random.Random(1)
    for path, data in whole.items():
        damaged = bytearray(data)
        damaged[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        path.write_bytes(damaged)

    assert ask(package, cache) == (7.5, True)
    compiled = compiled_files(cache)
    assert compiled.keys() == whole.keys()
    assert ask(package, cache) == (7.5, True)
    assert compiled_files(cache) == compiled


DIES = """
import os, sys
from pathlib import Path
from tui_rnn.kernels.machine.cache import open_kernels
kernels, _ = open_kernels(Path(sys.argv[1]), "build")
if sys.argv[2] == "leaving":
    kernels.leave_no_mark()
with kernels.loading():
    print("loading", flush=True)
    if sys.argv[2] != "crash":
        sys.stdin.read()
    os.abort() if sys.argv[2] == "crash" else os._exit(0)
"""


def loader(folder, how):
    process = subprocess.Popen(
        [sys.executable, "-c", DIES, str(folder), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"loading\n"
    return process


@owners
def test_after_a_start_that_died_while_loading_all_is_made_anew_and_only_then(tmp_path):
    folder = tmp_path / "kernels"
    kernels = opened(folder)
    kernels.write("one", b"code")
    with kernels.loading():
        pass
    assert opened(folder).read("one") == b"code"

    with loader(folder, "live") as living:  # another start that loads just now has not died
        assert opened(folder).read("one") == b"code"
        living.kill()
    assert opened(folder).read("one") is None
    assert [path.name for path in (folder / "build").iterdir()] == []

    kernels.write("one", b"code")
    with loader(folder, "leaving") as leaving:  # a process that is told to end while it loads has not crashed
        leaving.kill()
    assert opened(folder).read("one") == b"code"

    with loader(folder, "crash") as crashed:
        crashed.wait()
    assert opened(folder).read("one") is None


@owners
def test_what_a_killed_start_was_writing_is_cleared_away_when_it_is_old(tmp_path):
    open_kernels(tmp_path / "kernels", "build")
    left = tmp_path / "kernels" / "build" / ".tmp-0123456789abcdef"
    left.write_bytes(b"half")
    open_kernels(tmp_path / "kernels", "build")
    assert left.exists()  # it may be somebody's who writes just now
    os.utime(left, (time.time() - 7200,) * 2)
    open_kernels(tmp_path / "kernels", "build")
    assert not left.exists()


def test_a_full_disk_only_costs_the_time_to_compile(tmp_path, monkeypatch):
    kernels = opened(tmp_path / "kernels")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PrivateFolder, "rename", full)
    kernels.write("one", b"code")
    with kernels.loading():
        pass
    assert kernels.read("one") is None
    assert list((tmp_path / "kernels" / "build").iterdir()) == []
