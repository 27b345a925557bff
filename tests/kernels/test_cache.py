"""What lies among the compiled kernels is executed: nobody else may put something there, and what is damaged is made anew."""

import hashlib
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.kernels.small_package import ask, compiled_files, opened
from tui_rnn.kernels.machine.cache import CompiledKernels, open_kernels
from tui_rnn.kernels.machine.private_folder import PrivateFolder, Unsafe, distrusted

owners = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owners and mode bits to look at")
two_users = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can act as another user")
NOBODY = 65534


class Payload:
    """Pickled, it leaves a file behind when it is read."""

    def __init__(self, witness):
        self.witness = witness

    def __reduce__(self):
        return os.mkdir, (str(self.witness),)


def planted(folder, names, witness):
    """Make every file of a cache one that runs something when it is loaded, with a checksum that is right."""
    contents = pickle.dumps(Payload(witness))
    for name in names:
        digest = hashlib.sha256(name.removesuffix(".kernel").encode() + b"\0" + contents).digest()
        (folder / name).write_bytes(digest + contents)


@owners
def test_a_cache_below_a_folder_that_others_can_write_to_is_neither_read_nor_written(package, filled, tmp_path):
    shared, witness = tmp_path / "shared", tmp_path / "owned"
    (build,) = filled(shared / "a" / "cache").iterdir()
    planted(build, [path.name for path in compiled_files(build)], witness)
    before = compiled_files(shared)
    shared.chmod(0o777)

    assert ask(package, shared / "a" / "cache") == (7.5, False)
    assert not witness.exists()
    assert compiled_files(shared) == before


@owners
@pytest.mark.parametrize("mode", [0o777, 0o770 | 0o002, 0o707])
@pytest.mark.parametrize("place", ["shared", "shared/cache", "shared/cache/build"])
def test_a_folder_that_others_can_write_to_holds_no_cache(tmp_path, mode, place):
    opened(tmp_path / "shared" / "cache")
    (tmp_path / place).chmod(mode)

    kernels, why = open_kernels(tmp_path / "shared" / "cache", "build")
    assert kernels is None
    assert f"others can write to {tmp_path / place}" in why


@owners
def test_what_is_planted_would_run_if_the_folder_were_trusted(package, cache, filled, tmp_path):
    """The attack of the tests here is one: where it is let in, it succeeds."""
    (build,) = filled(cache).iterdir()
    planted(build, [path.name for path in compiled_files(build)], tmp_path / "owned")

    assert ask(package, cache) == (7.5, True)
    assert (tmp_path / "owned").exists()


@owners
@two_users
@pytest.mark.parametrize("mode", [0o777, 0o1777])
def test_another_user_who_makes_or_swaps_the_folder_first_runs_nothing(package, filled, mode):
    with tempfile.TemporaryDirectory() as place:  # pytest's own folders can't be entered by others
        shared, witness = Path(place) / "shared", Path(place) / "shared" / "owned"
        Path(place).chmod(0o755)
        shared.mkdir()
        shared.chmod(mode)
        spare = filled(Path(place) / "spare")
        (build,) = spare.iterdir()
        planted(build, [path.name for path in compiled_files(build)], witness)
        spare.chmod(0o755)
        for path in (build, *build.iterdir()):
            path.chmod(0o755)

        def attack():
            return subprocess.run(
                ["/bin/sh", "-c", 'mv "$2" "$2.gone" 2>/dev/null; cp -r "$1" "$2"', "sh", spare, shared / "cache"],
                user=NOBODY,
                group=NOBODY,
                extra_groups=[],
                stderr=subprocess.DEVNULL,
            ).returncode

        assert attack() == 0
        assert (shared / "cache").stat().st_uid == NOBODY
        assert open_kernels(shared / "cache", "build")[0] is None
        assert ask(package, shared / "cache") == (7.5, False)
        assert not witness.exists()
        shutil.rmtree(shared / "cache")

        # the folder is ours now, and lies where others can write
        kept = mode == 0o1777
        assert (open_kernels(shared / "cache", "build")[0] is not None) == kept
        attack()
        assert (open_kernels(shared / "cache", "build")[0] is not None) == kept
        assert not witness.exists()


def test_folders_are_made_for_their_user_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        kernels = opened(tmp_path / "a" / "b" / "kernels")
        kernels.write("one", b"code")
    finally:
        os.umask(before)
    made = [tmp_path / "a", tmp_path / "a" / "b", tmp_path / "a" / "b" / "kernels", tmp_path / "a" / "b" / "kernels" / "build"]
    assert {path.stat().st_mode & 0o7777 for path in made} == {0o700}
    assert {path.stat().st_mode & 0o7777 for path in made[-1].iterdir()} == {0o600}


@owners
@two_users
def test_a_folder_above_that_belongs_to_another_user_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir(mode=0o755)
    os.chown(tmp_path / "theirs", NOBODY, NOBODY)

    kernels, why = open_kernels(tmp_path / "theirs" / "kernels", "build")
    assert kernels is None
    assert why == (
        f"compiled kernels are not kept, since {tmp_path / 'theirs'} belongs to another user, and files there are executed: "
        "set TUI_RNN_KERNEL_CACHE to a folder of your own"
    )


@owners
def test_a_link_on_the_way_is_followed_once_and_what_it_leads_to_is_looked_at(tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    (tmp_path / "link").symlink_to(tmp_path / "shared")

    with pytest.raises(Unsafe, match=r"others can write to .*shared"):
        PrivateFolder.made(tmp_path / "link" / "kernels")
    assert "chmod o-w" in distrusted(tmp_path / "link" / "kernels")
    assert not list((tmp_path / "shared").iterdir())


@owners
def test_a_folder_that_was_swapped_after_it_was_opened_is_not_read(tmp_path):
    kernels = opened(tmp_path / "kernels")
    kernels.write("one", b"ours")
    (tmp_path / "kernels").rename(tmp_path / "gone")
    other = opened(tmp_path / "kernels")
    other.write("one", b"theirs")

    assert kernels.read("one") == b"ours"


@owners
def test_a_link_a_pipe_and_a_file_without_end_are_no_kernels(tmp_path):
    kernels = opened(tmp_path / "kernels")
    build = tmp_path / "kernels" / "build"
    (build / "link.kernel").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(build / "pipe.kernel")
    with (build / "huge.kernel").open("wb") as file:
        file.truncate(1 << 40)

    assert [kernels.read(name) for name in ("link", "pipe", "huge", "missing")] == [None] * 4


@owners
def test_a_group_of_ones_own_may_write_and_a_group_with_others_may_not(tmp_path, monkeypatch):
    import grp
    import pwd
    from types import SimpleNamespace

    folder = tmp_path / "cache"
    folder.mkdir()
    folder.chmod(0o770)
    me = pwd.getpwuid(os.geteuid())
    members: list[str] = []
    monkeypatch.setattr(grp, "getgrgid", lambda number: SimpleNamespace(gr_mem=members))
    monkeypatch.setattr(pwd, "getpwall", lambda: [me])
    assert distrusted(folder / "kernels") == ""

    members.append("somebody")
    assert distrusted(folder / "kernels") == f"others can write to {folder}: chmod g-w {folder}"


def test_builds_keep_apart(tmp_path):
    first = CompiledKernels.opened(tmp_path / "kernels", "first")
    second = CompiledKernels.opened(tmp_path / "kernels", "second")
    first.write("one", b"first")
    assert second.read("one") is None
