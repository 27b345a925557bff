"""What the parts of all tasks share on the way from text to ids, and what a person is told about the unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tui_rnn.data.examples.ragged import Ragged
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import describe, visible

NAMES_SHOWN = 5


def encode_characters(texts: Sequence[str], vocabulary: Vocabulary) -> tuple[Ragged, list[str]]:
    """The ids of each text's characters, and a notice when some are unknown (read as the vocabulary's fallback)."""
    joined = "".join(texts)
    ids, unknown = vocabulary.encode(joined)
    ragged = Ragged.from_lengths(ids, [len(text) for text in texts])
    if not unknown:
        return ragged, []
    named = _some([describe(ch) for ch, _ in Counter(joined[i] for i in unknown).most_common()])
    times = f"{len(unknown):,} character{'' if len(unknown) == 1 else 's'}"
    return ragged, [f"{times} that training lacks ({named}) read as {describe(vocabulary.fallback)}"]


def unknown_labels(labels: Sequence[str], positions: Sequence[int], what: str) -> list[str]:
    """A notice about labels that training lacks: `what` is "label" or "tag"."""
    if not positions:
        return []
    named = _some([visible(label) for label, _ in Counter(labels[i] for i in positions).most_common()])
    many = len(positions) != 1
    return [
        f"{len(positions):,} {what}{'s' if many else ''} that training lacks ({named}): "
        f"{'they count' if many else 'it counts'} as wrong and {'are' if many else 'is'} left out of the loss"
    ]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMES_SHOWN]) + (", …" if len(names) > NAMES_SHOWN else "")
