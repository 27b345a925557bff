"""A small package with kernels of its own, and a cache for them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import tui_rnn
from tests.kernels import small_package


def copied(folder):
    source, copy = Path(tui_rnn.__file__).parent, folder / "package" / "tui_rnn"
    (copy / "kernels" / "machine").mkdir(parents=True)
    (copy / "__init__.py").touch()
    for module in ("paths.py", "errors.py", "kernels/__init__.py", *small_package.MACHINE):
        shutil.copy(source / module, copy / module)
    (copy / "kernels" / "helper.py").write_text(small_package.HELPER, encoding="utf-8")
    (copy / "kernels" / "sums.py").write_text(small_package.KERNELS, encoding="utf-8")
    return copy


@pytest.fixture
def package(tmp_path):
    """A copy of the machinery that compiles, with two small kernels and a helper of their own."""
    return copied(tmp_path)


@pytest.fixture
def cache(tmp_path):
    """Where nothing was compiled yet."""
    return tmp_path / "cache"


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled")
    assert small_package.ask(copied(folder), folder / "cache") == (7.5, True)
    return folder / "cache"


@pytest.fixture
def filled(compiled: Path) -> Callable[[Path], Path]:
    """Makes of a folder the cache of a start that compiled all kernels of the package; it was compiled once."""
    return lambda folder: Path(shutil.copytree(compiled, folder))
