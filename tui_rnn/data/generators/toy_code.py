"""Programs in a toy language: the part of Python that has functions, if, else, while, whole numbers and print.

Every program is valid Python, uses only names that it has assigned before, and ends.
"""

from __future__ import annotations

from tui_rnn.data.generators.dice import Dice, lines_of

RULE = "#" + "-" * 39 + "\n"  # between programs: from here on, the names of the program before are forgotten
VARIABLES = (
    "age cost count day depth draw fish gain goal hour jump left level limit luck mass night node price rank right road "
    "salt score size speed step sum tail tide time total turn wage width wind year zone"
).split()
FUNCTIONS = "area best blend climb drift fold grow join pace pick reach scale share shift slope spend trade twist".split()
COMPARE = ("<", ">", "<=", ">=", "==", "!=")
COUNTERS = "ijk"  # loop counters by nesting; nothing else is assigned to them, so that every loop ends
INDENT = "    "


def text(size: int = 400_000, seed: int = 1) -> str:
    """Whole programs, a rule after each, at least `size` characters in all."""
    dice = Dice(seed)
    return lines_of(size, lambda: "".join(line + "\n" for line in _Program(dice).lines) + RULE)


class _Program:
    """One program, written as it is constructed: one or two functions, then statements that call them."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.lines: list[str] = []
        self.arity: dict[str, int] = {}  # functions that can be called here
        names = dice.sample(VARIABLES, 6)
        for function in dice.sample(FUNCTIONS, dice.between(1, 2)):
            self.function(function, names[: dice.between(1, 2)], names[2:4])
        self.known: list[str] = []
        for name in names[2:4]:
            self.put(0, f"{name} = {dice.below(100)}")
            self.known.append(name)
        self.block(0, dice.between(2, 4), names[2:])
        self.put(0, f"print({dice.pick(self.known)})")

    def put(self, depth: int, line: str) -> None:
        self.lines.append(INDENT * depth + line)

    def function(self, name: str, parameters: list[str], local: list[str]) -> None:
        self.known = list(parameters)
        self.put(0, f"def {name}({', '.join(parameters)}):")
        self.block(1, self.dice.between(1, 3), parameters + local)
        self.put(1, f"return {self.expression()}")
        self.put(0, "")
        self.arity[name] = len(parameters)

    def block(self, depth: int, statements: int, names: list[str], loops: int = 0) -> None:
        """Statements that assign to `names`. A name that is first assigned in a branch or loop is unknown after it."""
        for _ in range(statements):
            kind = self.dice.uniform()
            if depth >= 4 or kind < 0.5:
                self.assignment(depth, names, in_loop=loops > 0)
            elif kind < 0.6:
                self.put(depth, f"print({self.expression()})")
            elif kind < 0.8 or loops == 2:
                self.branch(depth, names, loops)
            else:
                self.loop(depth, names, loops)

    def assignment(self, depth: int, names: list[str], in_loop: bool) -> None:
        name = self.dice.pick(names)
        # products and calls in loops would make numbers grow without limit
        value = self.sum(besides=name) if in_loop else self.expression(besides=name)
        self.put(depth, f"{name} = {value}")
        if name not in self.known:
            self.known.append(name)

    def branch(self, depth: int, names: list[str], loops: int) -> None:
        outside = list(self.known)
        left = self.dice.pick(self.known)
        self.put(depth, f"if {left} {self.dice.pick(COMPARE)} {self.atom(besides=left)}:")
        self.block(depth + 1, self.dice.between(1, 2), names, loops)
        self.known = list(outside)
        if self.dice.chance(0.5):
            self.put(depth, "else:")
            self.block(depth + 1, self.dice.between(1, 2), names, loops)
        self.known = outside

    def loop(self, depth: int, names: list[str], loops: int) -> None:
        outside = list(self.known)
        counter = COUNTERS[loops]
        self.put(depth, f"{counter} = 0")
        self.put(depth, f"while {counter} < {self.dice.between(2, 9)}:")
        self.known.append(counter)
        self.block(depth + 1, self.dice.between(1, 2), names, loops + 1)
        self.put(depth + 1, f"{counter} = {counter} + {self.dice.between(1, 3)}")
        self.known = outside

    def expression(self, besides: str = "") -> str:
        kind = self.dice.uniform()
        if self.arity and kind < 0.3:
            name = self.dice.pick(list(self.arity))
            return f"{name}({', '.join(self.atom() for _ in range(self.arity[name]))})"
        if kind < 0.5:
            return f"{self.dice.pick(self.known)} * {self.dice.between(2, 9)}"
        return self.sum(besides)

    def sum(self, besides: str = "") -> str:
        """A value of one or two operands; never the name `besides` alone, nor the same name twice."""
        kind = self.dice.uniform()
        if kind < 0.2:
            return self.atom(besides)
        left = self.dice.pick(self.known)
        if kind < 0.35:
            return f"{left} % {self.dice.between(2, 9)}"
        return f"{left} {'+' if kind < 0.7 else '-'} {self.atom(besides=left)}"

    def atom(self, besides: str = "") -> str:
        name = self.dice.pick(self.known) if self.dice.chance(0.6) else ""
        return name if name not in ("", besides) else str(self.dice.below(100))
