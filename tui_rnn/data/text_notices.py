"""What a person should know about a text that was read: unknown characters, and invisible characters."""

from __future__ import annotations

from collections.abc import Sequence

from tui_rnn.data.collector import Collected
from tui_rnn.data.decoding import Findings
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.display import counted, describe, is_unseen

_UNKNOWN_SHOWN = 5  # unknown characters that a notice names


def notices(findings: Findings, collected: Collected, own: bool) -> list[str]:
    """Notices about a text. own: whether its vocabulary was made from it."""
    said = [unknown_notice(collected, own), _invisible_notice(collected.vocabulary) if own else ""]
    return [*findings.notices(), *filter(None, said)]


def unknown_notice(collected: Collected, own: bool) -> str:
    """How many characters are read as another one, and which; "" if there are none."""
    if not collected.unknown_count:
        return ""
    named = _some(collected.unknown)
    times = counted(collected.unknown_count, "character")
    where = "of the validation part that the training part lacks" if own else "outside the vocabulary"
    return f"{times} {where} ({named}) read as {describe(collected.vocabulary.fallback)}"


def _invisible_notice(vocabulary: Vocabulary) -> str:
    """Which characters of a vocabulary are invisible. C1 controls are really letters and quotes of cp1252, read as latin-1."""
    unseen = [ch for ch in vocabulary.characters if is_unseen(ch)]
    if not unseen:
        return ""
    advice = ""
    if any("\x80" <= ch <= "\x9f" for ch in unseen):
        advice = "; U+0080 to U+009F are not text: if the file is in cp1252, give --encoding cp1252"
    kinds = counted(len(unseen), "character that cannot be seen is", "characters that cannot be seen are")
    return f"{kinds} in the vocabulary like any other ({_some(unseen)}){advice}"


def _some(characters: Sequence[str]) -> str:
    return ", ".join(map(describe, characters[:_UNKNOWN_SHOWN])) + (", …" if len(characters) > _UNKNOWN_SHOWN else "")
