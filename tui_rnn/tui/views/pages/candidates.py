"""What may come next at the cursor: candidates with their believed and drawn chances, and what each would lead to."""

from __future__ import annotations

from collections.abc import Sequence

from tui_rnn.insight.candidates import OF_NEXT, Candidates, NextTokens
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.surprise import BITS
from tui_rnn.insight.trace import START
from tui_rnn.tui.views import sampling
from tui_rnn.tui.views.desk.rows import candidate_rows
from tui_rnn.tui.views.pages.page import Page, Room, Row, Standing
from tui_rnn.tui.views.view import Help

_COUNT = 30


class CandidatesPage(Page):
    """A row for each candidate."""

    name = "what may come next"
    asks = Candidates
    guide = Help(
        "the likeliest symbols after the cursor: the network's chance for each, its cost in bits if it came, its chance to be "
        "drawn with the settings of v, and what would follow if the likeliest symbol came at every step",
        "bits are −log₂ of the believed chance: half the chance costs one bit more; a low temperature makes the drawn bars "
        "steeper than the believed ones, a high one flatter; a symbol without a bar is never drawn",
        "set the temperature to 0.5 and to 2 and compare the two columns of bars",
        "drawn: the repetition penalty on z, softmax(z / temperature), then top-k, top-p, min-p",
    )

    def __init__(self) -> None:
        self.sampling: Sampling = OF_NEXT
        self.settings = tuple(one for one in sampling.settings(self) if one.name != "length")

    def change_sampling(self, what: str, by: int) -> None:
        self.sampling = sampling.changed(self.sampling, what, by)

    def question(self, at: Standing) -> Candidates:
        return Candidates(text_up_to(at), self.sampling, _COUNT)

    def caption(self, answer: NextTokens, at: Standing) -> str:
        how = ", ".join(sampling.in_force(self.sampling))
        return (
            f"entropy {answer.entropy_nats / BITS:.2f} bits believed, {answer.drawn_entropy_nats / BITS:.2f} drawn ({how}) · "
            f"v changes how it is drawn · ← → move the cursor"
        )

    def rows(self, answer: NextTokens, at: Standing, room: Room) -> Sequence[Row]:
        follows = at.position + 1
        return candidate_rows(answer, room, at.symbols[follows] if follows < len(at.symbols) else None, costs=True)


def text_up_to(at: Standing) -> str:
    """The map's text up to the cursor, with the cursor's symbol."""
    tokens = [symbol for symbol in at.symbols if symbol != START]
    before = tokens[: at.position + 1 - (len(at.symbols) - len(tokens))]
    if sum(map(len, tokens)) == len(at.whole_text):  # characters or words
        return at.whole_text[: sum(map(len, before))]
    return at.whole_text.encode()[: len(before)].decode(errors="ignore")  # bytes


PAGE = CandidatesPage
