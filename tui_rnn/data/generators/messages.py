"""Classification: short messages of two kinds, praise and complaint, to an inn. Single words don't decide: "not bad at all",
"far from perfect", "the soup was cold, but the room was lovely" (what follows "but" decides; what follows "although" doesn't).
"""

from __future__ import annotations

from tui_rnn.data.generators.dice import Dice, table_of

ONE = "the bed, the breakfast, the bread, the garden, the music, the porridge, the room, the soup, the stove, the tea, the view"
MANY = "the beds, the chairs, the dumplings, the neighbours, the pancakes, the stairs, the towels, the waiters, the windows"
GOOD = "charming, clean, comfortable, excellent, friendly, fresh, lovely, pleasant, perfect, splendid, warm, ideal".split(", ")
BAD = "awful, bad, broken, cold, damp, dirty, dreadful, dull, grim, shabby, stale, unfriendly".split(", ")
PLAIN = ("{be}", "{be} really", "{be} quite", "{be} simply", "{be} so", "{be} truly")
NEGATED = ("{be} not", "{be} never", "{be} hardly", "{be} far from", "{be} anything but", "{be} by no means")
OPENINGS = ("", "", "", "dear host, ", "hello, ", "to whom it may concern: ", "good evening, ", "a note from room {room}: ")
CLOSINGS = ("", "", "", " we stayed {nights} nights.", " this was in {month}.", " yours, room {room}.", " we came by {way}.")
MONTHS = ("March", "April", "May", "June", "July", "October")
WAYS = ("bicycle", "boat", "bus", "train")


def text(count: int = 12_000, seed: int = 1) -> str:
    """A TSV with a header: text, label; `count` different messages, half of them of each kind on average."""
    dice = Dice(seed)

    def row() -> tuple[str, str]:
        praise = dice.chance(0.5)
        kind = dice.uniform()
        if kind < 0.35:
            body = _opinion(dice, praise)
        elif kind < 0.55:
            body = f"{_opinion(dice, praise)} and {_opinion(dice, praise)}"
        elif kind < 0.8:
            body = f"{_opinion(dice, not praise)}, but {_opinion(dice, praise)}"
        else:
            body = f"{_opinion(dice, praise)}, although {_opinion(dice, not praise)}"
        message = f"{dice.pick(OPENINGS)}{body}.{dice.pick(CLOSINGS)}".format(
            room=dice.between(1, 40), nights=dice.between(2, 9), month=dice.pick(MONTHS), way=dice.pick(WAYS)
        )
        return message, "praise" if praise else "complaint"

    return table_of(count, "text\tlabel", row)


def _opinion(dice: Dice, praise: bool) -> str:
    subjects, be = (ONE, "was") if dice.chance(0.6) else (MANY, "were")
    negated = dice.chance(0.4)
    adjective = dice.pick(GOOD if praise != negated else BAD)
    return f"{dice.pick(subjects.split(', '))} {dice.pick(NEGATED if negated else PLAIN).format(be=be)} {adjective}"
