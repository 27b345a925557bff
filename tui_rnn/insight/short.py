"""How Python shows results at a prompt or in a notebook: in a line or two, however much they hold."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

FEW = 6  # how many elements of a sequence or an array are shown
LONGEST = 60  # characters of a text


def short_repr(value: Any) -> str:
    """The repr of a dataclass with long texts, sequences and arrays shortened: 'Written(text='ab', attention=float32 (3,
    9))'."""
    shown = (f"{spec.name}={_short(getattr(value, spec.name))}" for spec in fields(value))
    return f"{type(value).__name__}({', '.join(shown)})"


def _short(value: Any) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        return short_repr(value)
    if isinstance(value, np.ndarray):
        few = value.ndim == 1 and len(value) <= FEW
        return f"[{' '.join(f'{one:.4g}' for one in value.tolist())}]" if few else f"{value.dtype} {value.shape}"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, str):
        return repr(value) if len(value) <= LONGEST else f"{value[:LONGEST]!r}…"
    if isinstance(value, dict):
        return f"{{{_listed([f'{key!r}: {_short(one)}' for key, one in value.items()])}}}"
    if isinstance(value, (list, tuple)):
        opening, closing = "[]" if isinstance(value, list) else "()"
        return f"{opening}{_listed([_short(one) for one in value[:FEW]], len(value))}{closing}"
    return repr(value)


def _listed(shown: list[str], total: int | None = None) -> str:
    count = len(shown) if total is None else total
    more = f", … {count:,} in all" if count > FEW else "," if total == 1 else ""
    return ", ".join(shown[:FEW]) + more
