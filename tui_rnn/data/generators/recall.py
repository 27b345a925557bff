"""A word, a long gap of dots, and the same word again: kobe...............kobe. Only memory helps with the second word."""

from __future__ import annotations

from math import log

from tui_rnn.data.generators.dice import Dice, lines_of

CONSONANTS, VOWELS = "bdfgklmn", "aeiou"
SHORTEST_GAP, LONGEST_GAP = 8, 24


def text(size: int = 400_000, seed: int = 1) -> str:
    """Whole lines, at least `size` characters in all; word and gap are drawn anew for each."""
    dice = Dice(seed)

    def line() -> str:
        word = "".join(map(dice.pick, (CONSONANTS, VOWELS, CONSONANTS, VOWELS)))
        return word + "." * dice.between(SHORTEST_GAP, LONGEST_GAP) + word + "\n"

    return lines_of(size, line)


def entropy_rate_nats() -> float:
    """Nats per character of the source, newlines included: H(line) / E[length of a line].

    A line is a word (consonant, vowel, consonant, vowel), a gap and the word again. Word and gap are uniform and
    independent, and the second word is certain for a network that remembers the first:
    H(line) = H(word) + log(number of gap lengths), H(word) = 2 log 8 + 2 log 5. The mean length is two words, the
    mean gap and the newline.
    """
    return (_word_nats() + log(LONGEST_GAP - SHORTEST_GAP + 1)) / _mean_length()


def forgetful_rate_nats() -> float:
    """The same rate for a model that knows everything but has forgotten the first word when the second comes."""
    return entropy_rate_nats() + _word_nats() / _mean_length()


def _word_nats() -> float:
    return 2 * log(len(CONSONANTS)) + 2 * log(len(VOWELS))


def _mean_length() -> float:
    return len("kobekobe\n") + (SHORTEST_GAP + LONGEST_GAP) / 2
