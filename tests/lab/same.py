"""Whether two messages are the same, through all that they hold: dataclasses with arrays have no == of their own."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def same(a: Any, b: Any) -> bool:
    """Equal in value and in type, NaN like NaN."""
    if type(a) is not type(b):
        return False
    if is_dataclass(a):
        return all(same(getattr(a, spec.name), getattr(b, spec.name)) for spec in fields(a))
    if isinstance(a, np.ndarray):
        return bool(a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b or (isinstance(a, float) and a != a and b != b))
