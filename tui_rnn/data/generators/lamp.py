"""Tagging: a lamp that words set and turn over, and its state after each word. What a press does depends on the state before: a
network must know whether the number of presses since the lamp was last set is even."""

from __future__ import annotations

from tui_rnn.data.generators.dice import Dice

SHORTEST, LONGEST = 6, 20  # words of a sentence
PRESS, WAIT = 0.4, 0.4  # the shares of the words that turn the lamp over and that leave it alone; the others set it


def text(count: int = 1_500, seed: int = 1) -> str:
    """`count` different sentences: a word, a tab and the lamp's state a line, a blank line between. First it is off."""
    dice, sentences = Dice(seed), dict[str, None]()
    while len(sentences) < count:
        lit, lines = False, list[str]()
        for _ in range(SHORTEST + dice.below(LONGEST - SHORTEST + 1)):
            kind = dice.uniform()
            word = "press" if kind < PRESS else "wait" if kind < PRESS + WAIT else dice.pick(("on", "off"))
            lit = {"press": not lit, "wait": lit}.get(word, word == "on")
            lines.append(f"{word}\t{'ON' if lit else 'OFF'}\n")
        sentences["".join(lines)] = None
    return "\n".join(sentences)
