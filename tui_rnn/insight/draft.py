"""A text that a person writes with a network, token by token; every attempt is kept as a branch.

A draft is a tree. Each node adds one token to its parent's text; the cursor is the node whose text is being written. Going
back moves the cursor to the parent and forgets nothing: a new token there begins a branch, unless the branch exists already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tui_rnn.errors import InputError
from tui_rnn.insight.drawing import Sampling

Author = Literal["typed", "chosen", "drawn"]
AUTHORS: tuple[Author, ...] = ("typed", "chosen", "drawn")
ROOT = 0
MAX_NODES = 1_000_000
LONGEST_PIECE = 1000  # characters of a token


@dataclass(frozen=True)
class Node:
    """One token. parent: the node that it follows, -1 for the root. by: who put it there. how: for a drawn token, the place of
    its way in the draft's list of ways, else -1."""

    parent: int
    text: str
    by: Author = "typed"
    how: int = -1


@dataclass(frozen=True)
class Way:
    """How the tokens of one call were drawn."""

    sampling: Sampling
    seed: int


@dataclass(frozen=True)
class Branch:
    """A way through the tree to a leaf. leaves_at: the node at which it leaves the path to the cursor; tail: its text from
    there on. length: its number of tokens."""

    leaf: int
    leaves_at: int
    tail: str
    length: int


@dataclass(frozen=True)
class Draft:
    """nodes[0] is the root, without text. cursor: a node. onward: pairs of a node to which the cursor came back, and the child
    to which going forward leads."""

    nodes: tuple[Node, ...] = (Node(-1, ""),)
    ways: tuple[Way, ...] = ()
    cursor: int = ROOT
    onward: tuple[tuple[int, int], ...] = ()

    # ------------------------------------------------------------- what is there

    def path(self, node: int | None = None) -> tuple[int, ...]:
        """The nodes from the first token to this one, by default to the cursor."""
        found = []
        at = self.cursor if node is None else node
        while at != ROOT:
            found.append(at)
            at = self.nodes[at].parent
        return tuple(reversed(found))

    def text(self, node: int | None = None) -> str:
        """The text up to a node, by default up to the cursor."""
        return "".join(self.nodes[at].text for at in self.path(node))

    def children(self, node: int) -> tuple[int, ...]:
        """The children of a node, the oldest first."""
        return tuple(at for at, one in enumerate(self.nodes) if one.parent == node)

    def branches(self) -> tuple[Branch, ...]:
        """Every leaf of the tree except the one at or after the cursor, the oldest first."""
        parents = {one.parent for one in self.nodes}
        here = {ROOT, *self.path(self.end())}
        found = []
        for leaf in range(1, len(self.nodes)):
            if leaf in parents or leaf in here:
                continue
            way = self.path(leaf)
            own = [at for at in way if at not in here]
            found.append(Branch(leaf, self.nodes[own[0]].parent, "".join(self.nodes[at].text for at in own), len(way)))
        return tuple(found)

    def end(self) -> int:
        """Where going forward as far as possible leads."""
        at, onward = self.cursor, dict(self.onward)
        while (child := onward.get(at)) is not None:
            at = child
        return at

    # ------------------------------------------------------------------ changes

    def add(self, pieces: Iterable[str], by: Author, way: Way | None = None) -> Draft:
        """With these tokens after the cursor, which then is at the last of them. A branch that begins with the same tokens is
        followed. Raises InputError when the draft would become too large."""
        nodes, at, how = list(self.nodes), self.cursor, -1
        ways = self.ways
        known = {(one.parent, one.text): number for number, one in enumerate(nodes)}
        onward = dict(self.onward)
        for piece in pieces:
            if not piece:
                continue
            child = known.get((at, piece))
            if child is None:
                if len(nodes) >= MAX_NODES:
                    raise InputError(f"the draft has {MAX_NODES:,} tokens, expected no more: prune branches first")
                if way is not None and how < 0:
                    ways, how = (*ways, way), len(ways)
                child = len(nodes)
                nodes.append(Node(at, piece, by, how))
                known[at, piece] = child
            onward.pop(at, None)
            at = child
        return replace(self, nodes=tuple(nodes), ways=ways, cursor=at, onward=tuple(onward.items()))

    def back(self, tokens: int = 1) -> Draft:
        """With the cursor so many tokens earlier, at the root at most."""
        at, onward = self.cursor, dict(self.onward)
        for _ in range(tokens):
            if at == ROOT:
                break
            parent = self.nodes[at].parent
            onward[parent] = at
            at = parent
        return replace(self, cursor=at, onward=tuple(onward.items()))

    def forward(self, tokens: int = 1) -> Draft:
        """With the cursor so many tokens later, along the way on which it came back."""
        at, onward = self.cursor, dict(self.onward)
        for _ in range(tokens):
            child = onward.pop(at, None)
            if child is None:
                break
            at = child
        return replace(self, cursor=at, onward=tuple(onward.items()))

    def go(self, node: int) -> Draft:
        """With the cursor at a node."""
        return replace(self, cursor=node, onward=())

    def prune(self, branch: Branch) -> Draft:
        """Without a branch, from where it leaves all other branches."""
        doomed, at = {branch.leaf}, self.nodes[branch.leaf].parent
        kept = {ROOT, *self.path(self.end())}
        while at not in kept and set(self.children(at)) <= doomed:
            doomed.add(at)
            at = self.nodes[at].parent
        number = {old: new for new, old in enumerate(at for at in range(len(self.nodes)) if at not in doomed)}
        nodes = tuple(replace(one, parent=number.get(one.parent, -1)) for at, one in enumerate(self.nodes) if at not in doomed)
        onward = tuple((number[a], number[b]) for a, b in self.onward if a in number and b in number)
        return replace(self, nodes=nodes, cursor=number[self.cursor], onward=onward)


def checked(nodes: Sequence[Node], ways: Sequence[Way], cursor: int, onward: tuple[tuple[int, int], ...] = ()) -> Draft:
    """A draft from the content of a file. Raises InputError if it is no tree, or something in it is not allowed."""
    if not nodes or nodes[0] != Node(-1, ""):
        raise InputError("the draft has no beginning, expected a first node without text and parent")
    if len(nodes) > MAX_NODES:
        raise InputError(f"the draft has {len(nodes):,} tokens, expected at most {MAX_NODES:,}")
    seen = set[tuple[int, str]]()
    for number, node in enumerate(nodes[1:], start=1):
        if not 0 <= node.parent < number:
            raise InputError(f"token {number} of the draft follows token {node.parent}, expected one before it")
        if not 0 < len(node.text) <= LONGEST_PIECE:
            raise InputError(f"token {number} of the draft has {len(node.text):,} characters, expected 1 to {LONGEST_PIECE:,}")
        if node.by not in AUTHORS or not -1 <= node.how < len(ways):
            raise InputError(f"token {number} of the draft was put there by {node.by!r:.20} in way {node.how}, which is none")
        if (node.parent, node.text) in seen:
            raise InputError(f"token {number} of the draft is there twice")
        seen.add((node.parent, node.text))
    if not 0 <= cursor < len(nodes):
        raise InputError(f"the draft's cursor is at token {cursor}, expected 0 to {len(nodes) - 1}")
    for at, child in onward:
        if not 0 < child < len(nodes) or nodes[child].parent != at:
            raise InputError(f"the draft goes on from token {at} to token {child}, which does not follow it")
    return Draft(tuple(nodes), tuple(ways), cursor, tuple(dict(onward).items()))
