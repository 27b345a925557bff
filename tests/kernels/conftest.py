"""A small package with kernels of its own, and a cache for them."""

import shutil
from pathlib import Path

import pytest

import tui_rnn
from tests.kernels import small_package


@pytest.fixture
def package(tmp_path):
    """A copy of the machinery that compiles, with two small kernels and a helper of their own."""
    source, copy = Path(tui_rnn.__file__).parent, tmp_path / "package" / "tui_rnn"
    (copy / "kernels" / "machine").mkdir(parents=True)
    (copy / "__init__.py").touch()
    for module in ("paths.py", "errors.py", "kernels/__init__.py", *small_package.MACHINE):
        shutil.copy(source / module, copy / module)
    (copy / "kernels" / "helper.py").write_text(small_package.HELPER, encoding="utf-8")
    (copy / "kernels" / "sums.py").write_text(small_package.KERNELS, encoding="utf-8")
    return copy


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"
