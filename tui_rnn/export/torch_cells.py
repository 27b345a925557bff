"""The cells that PyTorch lacks, as the source of modules in an exported model.py: a step of each cell, and layers of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

from tui_rnn.cells import CELLS


@dataclass(frozen=True)
class OwnCell:
    """A cell as a module of our own. name: of the module with its layers. about: what the cell is, in one line. equations: the
    lines from a (batch, W's blocks · H) and h (batch, H) to the state after; self.U is there if the cell has U."""

    name: str
    about: str
    equations: str


_MGRU = """
        q, n, r, z = a.chunk(4, dim=1)
        m, r_U, z_U = self.U(2 * torch.sigmoid(q) * h).chunk(3, dim=1)
        r, z = torch.sigmoid(r + r_U), torch.sigmoid(z + z_U)
        return (1 - z) * torch.tanh(n + r * m) + z * h
"""
_MINGRU = """
        n, z = a.chunk(2, dim=1)
        z = torch.sigmoid(z)
        return (1 - z) * n + z * h
"""
_MINLSTM = """
        f, i, n = a.chunk(3, dim=1)
        f = torch.sigmoid(logsigmoid(f) - logsigmoid(i))  # p / (p + q), with p and q the sigmoids of f and i
        return (1 - f) * n + f * h
"""
OWN: Mapping[str, OwnCell] = {
    "mgru": OwnCell("MGRU", "mGRU: its U reads q h; q, between 0 and 2, comes from the input.", _MGRU),
    "mingru": OwnCell("MinGRU", "minGRU: it has no U, so a unit reads no other unit's state.", _MINGRU),
    "minlstm": OwnCell("MinLSTM", "minLSTM: an LSTM without U, whose f and 1 - f are its two gates.", _MINLSTM),
}
"""By the names of tui_rnn.cells.CELLS. W's blocks stand in the order of that table, U's in that of order_of_U."""

_LAYERS = '''
class Cell(nn.Module):
    """$about"""

    def __init__(self, inputs, hidden, bias):
        super().__init__()
        self.W = nn.Linear(inputs, $of_W * hidden, bias=bias)
$U
    def forward(self, a, h):
        """a = W x + b of one step and the state before → the state after, (batch, hidden)."""
$equations

class $name(nn.Module):
    """Layers of such cells, in one direction or in both, called as PyTorch's own are with batch_first=True."""

    def __init__(self, inputs, hidden, layers, bias=True, bidirectional=False):
        super().__init__()
        self.hidden, self.layers, self.ways = hidden, layers, ("", "_reverse") if bidirectional else ("",)
        sizes = [inputs] + [len(self.ways) * hidden] * (layers - 1)
        cells = {f"l{k}{way}": Cell(size, hidden, bias) for k, size in enumerate(sizes) for way in self.ways}
        self.cells = nn.ModuleDict(cells)

    def forward(self, x, state=None$counts):
        """x (batch, time, inputs) → the topmost layer's states (batch, time, directions · hidden), and the last states of all
        (layers · directions, batch, hidden).$told"""
        before = iter(x.new_zeros(len(self.cells), len(x), self.hidden) if state is None else state)
        after = []
        for k in range(self.layers):
            said = []
            for way in self.ways:
                cell, h, found = self.cells[f"l{k}{way}"], next(before), []
                a = cell.W(x)
                for t in reversed(range(x.shape[1])) if way else range(x.shape[1]):
                    h = $h
                    found.append(h)
                after.append(h)
                said.append(torch.stack(found[::-1] if way else found, dim=1))
            x = torch.cat(said, dim=2)
        return x, torch.stack(after)
'''
_STEP = "cell(a[:, t], h)"


def modules_of(cell: str, spells: bool) -> str:
    """The source of a cell's modules. spells: whether a layer of it reads letters, some words having more than others."""
    own, of = OWN[cell], CELLS[cell]
    of_U = len(of.recurrent_blocks)
    return Template(_LAYERS).substitute(
        about=own.about,
        name=own.name,
        of_W=len(of.input_blocks),
        U=f"        self.U = nn.Linear(hidden, {of_U} * hidden, bias=bias)\n" if of_U else "",
        equations=own.equations.strip("\n") + "\n",
        counts=", counts=None" if spells else "",
        told="\n        counts (batch,): how many steps each sequence has, from its start; None: all." if spells else "",
        h=f"{_STEP} if counts is None else torch.where((t < counts)[:, None], {_STEP}, h)" if spells else _STEP,
    )
