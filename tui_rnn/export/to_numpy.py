"""One Python file that computes the network with NumPy alone, to be read by learners, and its weights."""

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
from tui_rnn.export.cells import NUMPY_ACTIVATIONS, elsewhere
from tui_rnn.export.numpy_text import (
    ATTENTION,
    DECODER,
    FINAL,
    GENERATE,
    HEAD,
    LOGITS,
    READER,
    SOFTMAX,
    SPELLED,
    SPELLER,
    WRITER,
)
from tui_rnn.export.plan import Plan, Stack
from tui_rnn.export.python_text import joined, of_text, reads_and_shows
from tui_rnn.export.target import Logits, Target, plain


def source(plan: Plan, told: Mapping[str, Any]) -> str:
    """The program."""
    config = plan.config
    values: dict[str, Any] = {
        "name": config.name,
        "title": plan.kind.title,
        "example": '"a source"' if plan.decoder else '"a text"' if plan.kind.answers else '"a beginning" 200',
        "imports": "import re\n" if "pattern" in told else "",
        "layers": config.num_layers,
        "hidden": config.hidden_size,
        "zero": "",
        "zeros": _zeros(plan, "H"),
        "more": "".join(", np.zeros(H)" for _ in plan.carried[1:]) or ",",
        "V": f"{(plan.decoder.stack if plan.decoder else plan.encoder).prefix}E" if plan.tied else "V",
        "g": NUMPY_ACTIVATIONS[config.activation],
    }
    if not plan.kind.answers:
        values["zero"] = f"ZERO = [{values['zeros']}] * LAYERS  # what each layer carries before the first symbol\n"
    cell = Template(elsewhere(config.cell).numpy).substitute(g=values["g"], name=config.activation)
    parts = [Template(HEAD).substitute(values), reads_and_shows(plan, told), SOFTMAX, cell]
    if plan.kind.answers:
        if plan.encoder.speller:
            parts.append(Template(SPELLER).substitute(zeros=_zeros(plan, str(plan.encoder.speller.hidden_size))))
        parts += [_reader(plan, values), _decoder(plan, values) if plan.decoder else _labels(plan)]
    else:
        parts += [Template(WRITER).substitute(values, row=_row(plan.encoder, "i")), _generate(plan)]
    return joined([*parts, _main(plan)])


def _zeros(plan: Plan, size: str) -> str:
    """What a layer of so many units carries before its first symbol."""
    return f"({', '.join(f'np.zeros({size})' for _ in plan.carried)}{',' * (len(plan.carried) == 1)})"


def _row(stack: Stack, ids: str) -> str:
    """x W of symbols: W's row, where nothing is embedded."""
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


def _generate(plan: Plan) -> str:
    items = plan.kind.draws_items
    return Template(GENERATE).substitute(
        begun='[ABOUT["edge"], *encode(prompt)]' if items else 'encode(prompt) or [int(rng.integers(len(P["b_out"])))]',
        ends='        if ids[-1] == ABOUT["edge"]:\n            ids.pop()\n            break\n' if items else "",
        shown="[1:]" if items else "",
    )


def _main(plan: Plan) -> str:
    if plan.kind.answers:
        return '\nif __name__ == "__main__":\n    show(" ".join(sys.argv[1:]))\n'
    return (
        '\nif __name__ == "__main__":\n'
        '    prompt = sys.argv[1] if len(sys.argv) > 1 else ""\n'
        "    print(generate(prompt, int(sys.argv[2]) if len(sys.argv) > 2 else 200))\n"
    )


NAMES = ("model.py", "weights.npz", ABOUT)


def files(plan: Plan, told: Mapping[str, Any]) -> dict[str, bytes]:
    """model.py, weights.npz and about.json."""
    weights = io.BytesIO()
    np.savez(weights, allow_pickle=False, **plan.parameters)
    return {
        "model.py": source(plan, told).encode(),
        "weights.npz": weights.getvalue(),
        ABOUT: as_json(told).encode(),
    }


def loaded(path: Path) -> ModuleType:
    """A program that was written just now, as a module."""
    spec = importlib.util.spec_from_file_location("exported_model", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # nothing more in its folder
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
