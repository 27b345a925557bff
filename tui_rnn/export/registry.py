"""Every target of an export by its name: a new one is a file and a line here."""

from __future__ import annotations

from tui_rnn.export import to_json, to_numpy, to_onnx, to_torch
from tui_rnn.export.target import Target

TARGETS: dict[str, Target] = {
    target.name: target for target in (to_onnx.TARGET, to_torch.TARGET, to_numpy.TARGET, to_json.TARGET)
}

FILE_NAMES = tuple(sorted({name for target in TARGETS.values() for name in target.names}))
"""The names of all files that exports have."""
