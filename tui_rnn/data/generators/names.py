"""Invented names, one a line, all different: syllables with vowel harmony, so that the first vowel decides the others."""

from __future__ import annotations

from tui_rnn.data.generators.dice import Dice

ONSETS = "b d f g h j k l m n p r s t v z br dr kr sh st th tr".split()
CODAS = ("", "", "", "l", "m", "n", "n", "r", "r", "s")
# a name takes all its vowels from one of the two classes, and also its ending
FRONT = (("e", "e", "i", "i", "ei"), ("e", "i", "en", "is", "ette", "iel", "mir"))
BACK = (("a", "a", "o", "o", "u", "ou"), ("a", "o", "an", "us", "olda", "oun", "mar"))
SYLLABLES = (1, 2, 2, 2, 3)  # before the ending


def text(count: int = 40_000, seed: int = 1) -> str:
    """`count` different names in random order, a newline after each."""
    dice = Dice(seed)
    names: dict[str, None] = {}
    while len(names) < count:
        vowels, endings = FRONT if dice.chance(0.5) else BACK
        syllables = [dice.pick(ONSETS) + dice.pick(vowels) + dice.pick(CODAS) for _ in range(dice.pick(SYLLABLES))]
        if syllables[-1][-1] in "aeiou":
            syllables.append(dice.pick("lmnrstv"))
        names["".join([*syllables, dice.pick(endings)]).capitalize()] = None
    return "\n".join(names) + "\n"
