"""Templates for the parts of a model.py for NumPy: to_numpy.py joins the parts that a network needs."""

from __future__ import annotations

HEAD = '''"""$name, $title, in NumPy alone: written by tui-rnn.

    python model.py $example

Vectors are rows: a layer's input goes through W, its own state through U. weights.npz has the parameters by the names that
they have here; about.json says which symbol each id stands for.
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
    """The prompt and its continuation: each symbol is drawn, then read."""
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
def read($ids):
    """The topmost layer's states at each position, (T, $directions).$both"""
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
SPELLER = '''
def spell(letters):
    """The letters of a word as numbers: the final state of a layer that reads them from the start, and of one from the end."""
    found = []
    for way in ("", "_reverse"):
        state = $zeros
        for i in letters[::-1] if way else letters:
            a = P["speller.E"][i] @ P[f"speller.W0{way}"]
            state = cell(a, state, P[f"speller.U0{way}"], P[f"speller.b0{way}"])
        found.append(state[0])
    return np.concatenate(found)
'''
SPELLED = 'np.concatenate([P["E"][ids], [spell(word) for word in letters]], axis=1)'
FINAL = {
    False: "x[-1]",
    True: "np.concatenate([x[-1, :H], x[0, H:]])  # the state of each direction at its end",
}
LOGITS = '''
def logits($ids):
    """$told"""
    $picked
    return $read @ P["V"].T + P["b_out"]
'''
DECODER = '''
def remember(source):
    """What the decoder knows of a source: the states that it looks at, their keys, and the last state."""
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
    """Read i, the symbol written before, and c: the logits of the next symbol, and the states after it."""
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
SIGMOID = """
def sigmoid(z):
    return 0.5 * np.tanh(0.5 * z) + 0.5
"""
