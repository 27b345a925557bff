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
from tui_rnn.export.plan import Plan, Stack
from tui_rnn.export.python_text import joined, reads_and_shows
from tui_rnn.export.target import Logits, Target

HEAD = '''"""$name, $title, in NumPy alone: written by tui-rnn.

    python model.py $example

Vectors are rows: what a layer reads goes through W, its own state through U. weights.npz has the parameters by their
names here; about.json says which symbol each id stands for.
"""

import json
${imports}import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
ABOUT = json.loads((HERE / "about.json").read_text("utf-8"))
P = dict(np.load(HERE / "weights.npz"))
LAYERS, H = $layers, $hidden
$zero
'''
WRITER = '''
def step(i, states):
    """Read the symbol i: the logits of what comes next, and the states after it."""
    after = []
    for k in range(LAYERS):
        a = $row if k == 0 else after[-1][0] @ P[f"W{k}"]
        after.append(cell(a, states[k], P[f"U{k}"], P[f"b{k}"]))
    return after[-1][0] @ P["$V"].T + P["b_out"], after


def logits(ids):
    """The logits after each of ids, read from the zero state: (T, symbols)."""
    states, found = ZERO, []
    for i in ids:
        values, states = step(i, states)
        found.append(values)
    return np.array(found)
'''
GENERATE = '''
def generate(prompt, length=200, temperature=0.8, seed=None):
    """The prompt and what the network goes on with, each symbol drawn and read in turn."""
    rng, states = np.random.default_rng(seed), ZERO
    ids = $begun
    for i in ids:
        values, states = step(i, states)
    for _ in range(length):
        ids.append(int(rng.choice(len(values), p=softmax(values / temperature))))
$ends        values, states = step(ids[-1], states)
    return decode(ids$shown)
'''
READER = '''
def read(ids):
    """What the topmost layer says at each position, (T, $directions).$both"""
    x = $inputs
    for k in range(LAYERS):
        said = []
        for way in $ways:
            a = $a
            state, h = $zeros, []
            for a_t in a[::-1] if way else a:
                state = cell(a_t, state, P[f"${prefix}U{k}{way}"], P[f"${prefix}b{k}{way}"])
                h.append(state[0])
            said.append(h[::-1] if way else h)
        x = np.concatenate(said, axis=1)
    return x
'''
FINAL = {
    False: "x[-1]",
    True: "np.concatenate([x[-1, :H], x[0, H:]])  # what each direction holds at its end",
}
LOGITS = '''
def logits(ids):
    """$told"""
    $picked
    return $read @ P["V"].T + P["b_out"]
'''
DECODER = '''
def remember(source):
    """What the decoder knows of a source: the states that it looks at, the keys they are found by, and the last one."""
    x = read(source)
    last = $final
    states, last = $projected
    return states, $keys, last


def look(h, memory):
    """c, for the state h: $attention."""
    states, keys, last = memory
$looking


def begin(memory):
    """The state of each layer before the first symbol: h is the source's last state."""
    return [(memory[2]$more) for _ in range(LAYERS)]


def step(i, states, memory):
    """Write: read the symbol written before, i, and c; the logits of the next symbol, and the states after."""
    c, after = look(states[-1][0], memory), []
    for k in range(LAYERS):
        a = $row + c @ P["decoder.C"] if k == 0 else after[-1][0] @ P[f"decoder.W{k}"]
        after.append(cell(a, states[k], P[f"decoder.U{k}"], P[f"decoder.b{k}"]))
    y = after[-1][0]
$combine    return y @ P["$V"].T + P["b_out"], after


def logits(source, target):
    """The logits of each step while the target is given: (len(target) + 1, symbols), </s> the last symbol."""
    memory = remember(source)
    states, found = begin(memory), []
    for i in [ABOUT["edge"], *target]:
        values, states = step(i, states, memory)
        found.append(values)
    return np.array(found)


def write(source):
    """The likeliest symbol at each step, until </s>."""
    memory = remember(source)
    states, ids, i = begin(memory), [], ABOUT["edge"]
    while len(ids) < 2 * len(source) + 20:
        values, states = step(i, states, memory)
        i = int(values.argmax())
        if i == ABOUT["edge"]:
            break
        ids.append(i)
    return ids
'''
ATTENTION = """    score = keys @ h
    return softmax(score) @ states"""
SOFTMAX = """
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()
"""


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
        "zeros": f"({', '.join('np.zeros(H)' for _ in plan.carried)}{',' * (len(plan.carried) == 1)})",
        "more": "".join(", np.zeros(H)" for _ in plan.carried[1:]) or ",",
        "V": f"{(plan.decoder.stack if plan.decoder else plan.encoder).prefix}E" if plan.tied else "V",
        "g": NUMPY_ACTIVATIONS[config.activation],
    }
    if not plan.kind.answers:
        values["zero"] = f"ZERO = [{values['zeros']}] * LAYERS  # what each layer carries before the first symbol\n"
    cell = Template(elsewhere(config.cell).numpy).substitute(g=values["g"], name=config.activation)
    parts = [Template(HEAD).substitute(values), reads_and_shows(plan, told), SOFTMAX, cell]
    if plan.kind.answers:
        parts += [_reader(plan, values), _decoder(plan, values) if plan.decoder else _labels(plan)]
    else:
        parts += [Template(WRITER).substitute(values, row=_row(plan.encoder, "i")), _generate(plan)]
    return joined([*parts, _main(plan)])


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
        inputs=f'P["{stack.prefix}E"][ids]' if stack.embedding_size else "ids",
        ways=repr(stack.ways),
        a=f"x @ {W}" if stack.embedding_size else f"{W}[x] if k == 0 else x @ {W}",
    )


def _labels(plan: Plan) -> str:
    both = len(plan.encoder.ways) > 1
    told = {"each": "The logits at each character, (T, tags): a word's tag is told at its last one."}
    whole = "The logits of the whole text, (classes,)."
    picked = {"each": "x = read(ids)", "mean": "x = read(ids).mean(axis=0)", "final": f"x = read(ids)\n    x = {FINAL[both]}"}
    return Template(LOGITS).substitute(told=told.get(plan.picked, whole), picked=picked[plan.picked], read="x")


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
    return {"": lambda *ids: module.logits(*([int(i) for i in one] for one in ids))}


TARGET = Target("numpy", "a Python file that needs NumPy alone, to be read, and the weights", "", NAMES, files, opened)
