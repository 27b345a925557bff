"""The longest matches between two texts: the longer one passes once through a suffix automaton of the shorter one.

A state stands for the substrings of the shorter text that end at the same places; its link leads to the longest suffix that
also ends elsewhere. Time and memory grow in proportion to the two lengths, for any texts (Blumer et al. 1985).
"""

from typing import NamedTuple

import numpy as np
from numba import int32, int64, void
from numpy.typing import NDArray

from tui_rnn.kernels.machine.jit import kernel
from tui_rnn.kernels.machine.records import named

Ints = NDArray[np.int32]


class Automaton(NamedTuple):
    """Room for the automaton of m symbols below K. Of a state (2m + 2 of them):"""

    length: Ints  # of its longest substring
    link: Ints  # the state that its link leads to
    first_edge: Ints
    longest: Ints  # the length of the longest match that passed through it
    ends: NDArray[np.int64]  # where that match ends in the long text
    # of an edge (4m + 4 of them)
    next_edge: Ints  # the next edge of the same state
    symbol: Ints
    target: Ints
    root: Ints  # (K,): where the first state's edges lead, 0 if there is none
    prefix: Ints  # (m,): the state of the symbols up to each place
    sizes: NDArray[np.int64]  # (4,): how many states and edges; the state and match length from which reading goes on


AutomatonType = named(
    Automaton,
    int32[::1], int32[::1], int32[::1], int32[::1], int64[::1], int32[::1], int32[::1], int32[::1], int32[::1], int32[::1],
    int64[::1],
)  # fmt: skip


def room_for(m: int, K: int) -> Automaton:
    """An automaton of up to m symbols below K, with nothing in it yet."""

    def ints(size: int) -> Ints:
        return np.zeros(size, np.int32)

    states, edges = 2 * m + 2, 4 * m + 4
    return Automaton(
        length=ints(states),
        link=ints(states),
        first_edge=ints(states),
        longest=ints(states),
        ends=np.zeros(states, np.int64),
        next_edge=ints(edges),
        symbol=ints(edges),
        target=ints(edges),
        root=ints(max(K, 1)),
        prefix=ints(m),
        sizes=np.zeros(4, np.int64),
    )


@kernel(int64(AutomatonType, int64, int64))
def edge_of(a, state, symbol):
    """The number of a state's edge for a symbol, -1 where it has none."""
    edge = int64(a.first_edge[state])
    while edge >= 0:
        if a.symbol[edge] == symbol:
            return edge
        edge = int64(a.next_edge[edge])
    return -1


@kernel(void(AutomatonType, int64, int64, int64))
def add_edge(a, state, symbol, target):
    """One more edge of a state."""
    edge = a.sizes[1]
    a.sizes[1] += 1
    a.symbol[edge], a.target[edge] = symbol, target
    a.next_edge[edge] = a.first_edge[state]
    a.first_edge[state] = edge
    if state == 0:
        a.root[symbol] = target


@kernel(int64(AutomatonType, int64))
def add_state(a, length):
    """One more state, without edges and link."""
    state = a.sizes[0]
    a.sizes[0] += 1
    a.length[state], a.link[state], a.first_edge[state] = length, -1, -1
    return state


@kernel(void(AutomatonType, int32[::1]), entry=True)
def build(a, text):
    """The automaton of a text (m,), symbols below K. A symbol below 0 divides the text: no match crosses it."""
    last = add_state(a, 0)
    for at in range(len(text)):
        symbol = int64(text[at])
        if symbol < 0:
            last = int64(0)
            a.prefix[at] = 0
            continue
        edge = edge_of(a, last, symbol)
        if edge >= 0:  # an earlier part of the text begins with the same symbols
            old = int64(a.target[edge])
            if a.length[old] == a.length[last] + 1:
                last = old
                a.prefix[at] = last
                continue
        state = add_state(a, int64(a.length[last]) + 1)
        walk = last
        while walk >= 0 and edge_of(a, walk, symbol) < 0:
            add_edge(a, walk, symbol, state)
            walk = int64(a.link[walk])
        if walk < 0:
            a.link[state] = 0
        else:
            old = int64(a.target[edge_of(a, walk, symbol)])
            if a.length[old] == a.length[walk] + 1:
                a.link[state] = old
            else:
                clone = add_state(a, int64(a.length[walk]) + 1)
                a.link[clone] = a.link[old]
                edge = int64(a.first_edge[old])
                while edge >= 0:
                    add_edge(a, clone, int64(a.symbol[edge]), int64(a.target[edge]))
                    edge = int64(a.next_edge[edge])
                while walk >= 0:
                    edge = edge_of(a, walk, symbol)
                    if edge < 0 or a.target[edge] != old:
                        break
                    a.target[edge] = clone
                    if walk == 0:
                        a.root[symbol] = clone
                    walk = int64(a.link[walk])
                a.link[old] = clone
                a.link[state] = clone
        last = state
        a.prefix[at] = last


@kernel(void(AutomatonType, int32[::1], int64), entry=True)
def pass_through(a, block, start):
    """Read the next symbols (n,) of the long text; the first one is its symbol number `start`. One below 0 is in no match."""
    state, matched = a.sizes[2], a.sizes[3]
    for at in range(len(block)):
        symbol = int64(block[at])
        if symbol < 0:
            state = matched = int64(0)
            continue
        while True:
            if state == 0:
                state = int64(a.root[symbol])
                matched = matched + 1 if state > 0 else int64(0)
                break
            edge = edge_of(a, state, symbol)
            if edge >= 0:
                state = int64(a.target[edge])
                matched += 1
                break
            state = int64(a.link[state])
            matched = int64(a.length[state])
        if matched > a.longest[state]:
            a.longest[state] = matched
            a.ends[state] = start + at + 1
    a.sizes[2], a.sizes[3] = state, matched


@kernel(void(AutomatonType, int64[::1], int64[::1], int64[::1]), entry=True)
def matches(a, by_length, lengths, ends):
    """lengths (m,) ← the longest match that ends at each place of the short text; ends (m,) ← where it ends in the long text.
    by_length: the states, the longest first. Nothing can be read after this: the states are changed."""
    for k in range(len(by_length)):  # a match that passed through a state also passed through its suffixes
        state = by_length[k]
        link = int64(a.link[state])
        if a.longest[state] > 0 and link > 0 and a.longest[link] < a.length[link]:
            a.longest[link], a.ends[link] = a.length[link], a.ends[state]
    for k in range(len(by_length) - 1, -1, -1):  # a state without a match takes the match of its longest suffix
        state = by_length[k]
        if a.longest[state] == 0 and a.link[state] > 0:
            link = int64(a.link[state])
            a.longest[state], a.ends[state] = a.longest[link], a.ends[link]
    for at in range(len(lengths)):
        lengths[at], ends[at] = a.longest[a.prefix[at]], a.ends[a.prefix[at]]
