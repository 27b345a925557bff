"""With how many threads steps are done: as many as they may have, or one where that is faster now."""

from __future__ import annotations

from tui_rnn.training.learner import Learner

WINDOW_S = 0.1  # training that is compared: longer than a system lets a program keep a core
FIRST_S, LONGEST_S = 0.25, 16.0  # training between two tries
LIGHT = 1e10  # products of a weight and a token: one thread needs about a second for them


def evaluates_lightly(learner: Learner, tokens: int) -> bool:
    """Whether one thread soon scores so many tokens of a running text."""
    weights = sum(array.size for array in learner.network.parameters.values())
    return learner.data.kind.is_stream and weights * tokens <= LIGHT


class TeamSize:
    """Threads meet several times in a step. On a machine that other programs use, too, one that has lost its core makes the
    others wait, and one thread alone can be many times as fast. So the other number is tried now and then, for a moment, and
    kept if it is faster. Results don't depend on it. light: an evaluation is no long work for one thread."""

    def __init__(self, light: bool = False) -> None:
        self._light = light
        self._begin(1)

    def _begin(self, most: int) -> None:
        self._most, self._alone, self._trying, self._tried = most, most == 1, False, False
        self._cost, self._wait_s, self._trained_s = float("inf"), FIRST_S, 0.0
        self._window_s, self._window_chars = 0.0, 0

    def threads(self, most: int) -> int:
        """How many the next call of training has, of at most so many."""
        if most != self._most:
            self._begin(most)
        return 1 if self._alone != self._trying else self._most

    def faster(self, most: int) -> int:
        """Which number, 1 or this, was the faster one at the last try. Before the first: 1 for light work, else this."""
        alone = self._alone if self._tried and most == self._most else self._light
        return 1 if alone else most

    def took(self, seconds: float, chars: int) -> None:
        """How long that call took, and how many characters it trained on."""
        self._trained_s += seconds
        self._window_s, self._window_chars = self._window_s + seconds, self._window_chars + chars
        if self._most == 1 or self._window_s < WINDOW_S or not self._window_chars:
            return
        cost, self._window_s, self._window_chars = self._window_s / self._window_chars, 0.0, 0
        if not self._trying:
            self._cost, self._trying = cost, self._trained_s >= self._wait_s
            return
        faster = cost < self._cost
        self._alone, self._trying, self._tried, self._trained_s = self._alone != faster, False, True, 0.0
        self._wait_s = FIRST_S if faster else min(LONGEST_S, 2 * self._wait_s)
