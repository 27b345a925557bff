"""One Python file, for learners to read, that computes the network with NumPy alone; and its weights."""

from __future__ import annotations

import importlib.util
import io
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template
from types import ModuleType
from typing import Any

import numpy as np

from tui_rnn.export.about import ABOUT, as_json
from tui_rnn.export.cells import NUMPY_ACTIVATIONS, NUMPY_CELLS
from tui_rnn.export.numpy_text import (
    ATTENTION,
    DECODER,
    FINAL,
    GENERATE,
    HEAD,
    LOGITS,
    READER,
    SIGMOID,
    SOFTMAX,
    SPELLED,
    SPELLER,
    WRITER,
)
from tui_rnn.export.plan import Plan, Stack
from tui_rnn.export.python_text import generating, head_of, joined, main_of, of_text, reads_and_shows
from tui_rnn.export.target import Logits, Target, plain


def source(plan: Plan, told: Mapping[str, Any]) -> str:
    """The program."""
    config = plan.config
    values: dict[str, Any] = head_of(plan, told) | {
        "zero": "",
        "zeros": _zeros(plan, "H"),
        "more": "".join(", np.zeros(H)" for _ in plan.carried[1:]) or ",",
        "V": plan.V_name,
    }
    if not plan.kind.answers:
        values["zero"] = f"ZERO = [{values['zeros']}] * LAYERS  # what each layer carries before the first symbol\n"
    cell = Template(NUMPY_CELLS[config.cell]).substitute(g=NUMPY_ACTIVATIONS[config.activation], name=config.activation)
    parts = [
        Template(HEAD).substitute(values),
        reads_and_shows(plan, told),
        SOFTMAX,
        *([SIGMOID] if "sigmoid(" in cell else []),
        cell,
    ]
    if plan.kind.answers:
        if plan.encoder.speller:
            parts.append(Template(SPELLER).substitute(zeros=_zeros(plan, str(plan.encoder.speller.hidden_size))))
        parts += [_reader(plan, values), _decoder(plan, values) if plan.decoder else _labels(plan)]
    else:
        parts.append(Template(WRITER).substitute(values, row=_row(plan.encoder, "i")))
        parts.append(generating(GENERATE, plan, 'int(rng.integers(len(P["b_out"])))'))
    return joined([*parts, main_of(plan)])


def _zeros(plan: Plan, size: str) -> str:
    """What a layer of so many units carries before its first symbol."""
    return f"({', '.join(f'np.zeros({size})' for _ in plan.carried)}{',' * (len(plan.carried) == 1)})"


def _row(stack: Stack, ids: str) -> str:
    """x W for symbols: W's rows, if nothing is embedded."""
    W = f'P["{stack.prefix}W0"]'
    return f'P["{stack.prefix}E"][{ids}] @ {W}' if stack.embedding_size else f"{W}[{ids}]"


def _reader(plan: Plan, values: Mapping[str, Any]) -> str:
    stack, both = plan.encoder, len(plan.encoder.ways) > 1
    W = f'P[f"{stack.prefix}W{{k}}{{way}}"]'
    return Template(READER).substitute(
        values,
        prefix=stack.prefix,
        directions="2 H" if both else "H",
        both=" Each layer reads from the start and from the end." if both else "",
        ids=_ids(plan),
        inputs=SPELLED if stack.speller else f'P["{stack.prefix}E"][ids]' if stack.embedding_size else "ids",
        ways=repr(stack.ways),
        a=f"x @ {W}" if stack.embedding_size else f"{W}[x] if k == 0 else x @ {W}",
    )


def _ids(plan: Plan) -> str:
    """What is read."""
    return "ids, letters" if plan.encoder.speller else "ids"


def _labels(plan: Plan) -> str:
    both = len(plan.encoder.ways) > 1
    read = f"x = read({_ids(plan)})"
    picked = {"each": read, "mean": f"{read}.mean(axis=0)", "final": f"{read}\n    x = {FINAL[both]}"}
    return Template(LOGITS).substitute(told=of_text(plan), ids=_ids(plan), picked=picked[plan.picked], read="x")


def _decoder(plan: Plan, values: Mapping[str, Any]) -> str:
    decoder, both = plan.decoder, len(plan.encoder.ways) > 1
    assert decoder is not None
    combine = (
        '    y = np.tanh(np.concatenate([y, look(y, memory)]) @ P["decoder.R"] + P["decoder.b_R"])\n'
        if decoder.reads_context
        else ""
    )
    return Template(DECODER).substitute(
        values,
        final=FINAL[both],
        projected='x @ P["P"], last @ P["P"]' if both else "x, last",
        keys='states @ P["S"]' if decoder.has_S else "states",
        attention="the states of the source whose keys are most like it" if decoder.attends else "the source's last state",
        looking=ATTENTION if decoder.attends else "    return last",
        row=_row(decoder.stack, "i"),
        combine=combine,
    )


NAMES = ("model.py", "weights.npz", ABOUT)


def files(plan: Plan, told: Mapping[str, Any]) -> dict[str, bytes]:
    """model.py, weights.npz and about.json."""
    weights, arrays = io.BytesIO(), dict[str, Any](plan.parameters)
    np.savez(weights, **arrays)
    return {
        "model.py": source(plan, told).encode(),
        "weights.npz": weights.getvalue(),
        ABOUT: as_json(told).encode(),
    }


def loaded(path: Path) -> ModuleType:
    """The program at `path` as a module."""
    spec = importlib.util.spec_from_file_location("exported_model", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # its folder gets no other file
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    return module


def opened(folder: Path) -> dict[str, Logits]:
    """Its own logits."""
    module = loaded(folder / "model.py")
    return {"": lambda *ids: module.logits(*plain(ids))}


TARGET = Target("numpy", "a Python file that needs NumPy alone, to be read, and the weights", "", NAMES, files, opened)
