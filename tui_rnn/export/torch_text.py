"""Templates for the parts of a model.py for PyTorch: to_torch.py joins the parts that a network needs."""

from __future__ import annotations

HEAD = '''"""$name, $title, in PyTorch: written by tui-rnn.

    python model.py $example

`load()` gives the Model, an nn.Module like any other: train it further, or use it in another network. It needs only PyTorch.
about.json says which symbol each id stands for.
"""

import json
${imports}import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import $functions

HERE = Path(__file__).parent
ABOUT = json.loads((HERE / "about.json").read_text("utf-8"))
H, LAYERS = $hidden, $layers

'''
WRITER = '''
class Model(nn.Module):
    def __init__(self):
        super().__init__()
$modules
        self.readout = nn.Linear(H, $classes, bias=$bias)
$tie
    def forward(self, tokens, state=None):
        """tokens (batch, time) → logits of what comes next (batch, time, $classes), and the state to go on from."""
        x, state = self.rnn($x, state)
        return self.readout(x), state
'''
READER = '''
class Model(nn.Module):
    def __init__(self):
        super().__init__()
$modules
        self.readout = nn.Linear($width, $classes, bias=$bias)
$spell
    def forward(self, $inputs):
        """$told"""
        x, state = self.rnn($x)
$picked        return self.readout(x)
'''
SPELL = '''
    def spell(self, letters, counts):
        """The letters of each word as numbers (batch, time, ·): the last states of both directions."""
        x = self.letter_embedding(letters.flatten(0, 1))$read
        h = $h
        return torch.cat([h[0], h[1]], dim=1).unflatten(0, counts.shape)
'''
READ_LETTERS = {
    True: """
        words = nn.utils.rnn.pack_padded_sequence(x, counts.flatten().cpu(), batch_first=True, enforce_sorted=False)
        _, state = self.speller(words)""",
    False: """
        _, state = self.speller(x, counts=counts.flatten())""",
}
"""Whether the speller is a module of PyTorch."""
SPELLED = "torch.cat([self.embedding(tokens), self.spell(letters, counts)], dim=2)"
PICKED = {
    "each": "",
    "mean": "        x = x.mean(dim=1)\n",
    "final": "        h = $h  # (layers · directions, batch, H): the topmost layer stands last\n        x = $x\n",
}
PAIRS = '''
class Model(nn.Module):
    """An encoder reads the source, a decoder writes the target symbol by symbol."""

    def __init__(self):
        super().__init__()
$modules
        self.readout = nn.Linear(H, $classes, bias=$bias)
$tie
    def remember(self, source):
        """source (batch, length) → states (batch, length, H), their keys, and the last state (batch, H)."""
        x, state = self.encoder($x)
        h = $h
        states, last = x, $last
$project        return states, $keys, last

    def look(self, h, memory):
        """c (batch, H) for the decoder's state h: $attention."""
        states, keys, last = memory
$looking

    def begin(self, memory):
        """The decoder's state before the first symbol: h of each layer is the source's last state."""
        h = memory[2].expand(LAYERS, -1, -1).contiguous()
        return $begin

    def step(self, token, state, memory):
        """token (batch,), the symbol written before → logits of the next one (batch, $classes), and the state after."""
        c = self.look(self.top(state), memory)
        y, state = self.decoder(torch.cat([$e, c], dim=1)[:, None], state)
        y = y[:, 0]
$combine        return self.readout(y), state

    def top(self, state):
        return $top

    def forward(self, source, target):
        """source (batch, length), target (batch, steps) → logits (batch, steps + 1, $classes) while the target is given."""
        memory = self.remember(source)
        state, found = self.begin(memory), []
        edge = target.new_full((len(target), 1), ABOUT["edge"])
        for token in torch.cat([edge, target], dim=1).T:
            logits, state = self.step(token, state, memory)
            found.append(logits)
        return torch.stack(found, dim=1)
'''
LOADER = '''
def load():
    """The network with its weights."""
    model = Model()
    model.load_state_dict(tensors(HERE / "model.safetensors"))
    return model.eval()


def tensors(path):
    """The tensors of a .safetensors file: 8 bytes with the header's length, a header in JSON, the numbers."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    return {
        name: torch.frombuffer(bytearray(data[start + a : start + b]), dtype=torch.float32).reshape(entry["shape"])
        for name, entry in header.items()
        for a, b in [entry["data_offsets"]]
    }
'''
SOFTMAX = """
def softmax(z):
    return torch.softmax(z, dim=-1)
"""
LOGITS = '''
@torch.no_grad()
def logits(ids):
    """$told"""
    return load()(torch.tensor([ids]))$index
'''
SPELLED_LOGITS = '''
@torch.no_grad()
def logits(ids, letters):
    """$told"""
    counts = torch.tensor([[len(word) for word in letters]])
    padded = nn.utils.rnn.pad_sequence([torch.tensor(word) for word in letters], batch_first=True)[None]
    return load()(torch.tensor([ids]), padded, counts)$index
'''
PAIR_LOGITS = '''
@torch.no_grad()
def logits(source, target):
    """The logits of each step while the target is given: (len(target) + 1, symbols), </s> the last symbol."""
    return load()(torch.tensor([source]), torch.tensor([target], dtype=torch.long))[0]


@torch.no_grad()
def write(source):
    """The likeliest symbol at each step, until </s>."""
    model = load()
    memory = model.remember(torch.tensor([source]))
    state, ids, i = model.begin(memory), [], ABOUT["edge"]
    while len(ids) < 2 * len(source) + 20:
        values, state = model.step(torch.tensor([i]), state, memory)
        i = int(values.argmax())
        if i == ABOUT["edge"]:
            break
        ids.append(i)
    return ids
'''
GENERATE = '''
@torch.no_grad()
def generate(prompt, length=200, temperature=0.8):
    """The prompt and its continuation: each symbol is drawn, then read."""
    model, ids = load(), $begun
    values, state = model(torch.tensor([ids]))
    for _ in range(length):
        ids.append(int(torch.multinomial(softmax(values[0, -1] / temperature), 1)))
$ends        values, state = model(torch.tensor([ids[-1:]]), state)
    return decode(ids$shown)
'''
