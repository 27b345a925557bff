"""A tiny problem for each task, and settings with which a small network learns it within a second."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui_rnn.config import RunConfig
from tui_rnn.data.opening import Data, open_data
from tui_rnn.data.request import DataRequest, SourceFiles


def texts() -> str:
    """A text's class is told by its first letter."""
    chance = random.Random(1)
    rows = {"".join(chance.choices("abcd", k=chance.randint(2, 7))) for _ in range(700)}
    return "text\tlabel\n" + "".join(f"{text}\t{'low' if text[0] in 'ab' else 'high'}\n" for text in sorted(rows))


def sentences() -> str:
    """A word's tag is told by its last letter, but 'xo' is what comes after it in the sentence."""
    chance, rows = random.Random(2), []
    tags = {"a": "NOUN", "e": "VERB"}
    for _ in range(220):
        words = ["".join(chance.choices("klm", k=chance.randint(1, 5))) + chance.choice("ae") for _ in range(4)]
        place = chance.randrange(4)
        words.insert(place, "xo")
        rows += [f"{word}\t{tags[words[k + 1][-1]] if word == 'xo' else tags[word[-1]]}" for k, word in enumerate(words)]
        rows.append("")
    return "\n".join(rows)


def pairs() -> str:
    """Letters, written large."""
    chance = random.Random(3)
    sources = sorted({"".join(chance.choices("abcde", k=chance.randint(1, 3))) for _ in range(400)})
    return "source\ttarget\n" + "".join(f"{source}\t{source.upper()}\n" for source in sources)


def items() -> str:
    """A letter, again and again."""
    return "".join(f"{letter * n}\n" for letter in "abcdefgh" for n in range(1, 13))


@dataclass(frozen=True)
class Problem:
    """How to make its file, what to ask for, and the settings that learn it."""

    text: Callable[[], str]
    request: dict[str, Any]
    config: RunConfig

    def open(self, folder: Path) -> Data:
        """Written to a file in `folder` and opened from there."""
        path = folder / "examples.tsv"
        path.write_text(self.text(), encoding="utf-8")
        return open_data(DataRequest(SourceFiles(str(path)), **self.request))


SMALL: dict[str, Any] = {
    "hidden_size": 16,
    "embedding_size": 8,
    "batch_size": 16,
    "warmup_steps": 5,
    "seed": 3,
    "learning_rate": 0.02,
}
PROBLEMS = {
    "classify": Problem(texts, {}, RunConfig("classify", **SMALL)),
    "tag": Problem(sentences, {"task": "tag"}, RunConfig("tag", **SMALL)),
    "seq2seq": Problem(pairs, {}, RunConfig("seq2seq", **SMALL | {"hidden_size": 24})),
    "items": Problem(items, {"items": "lines"}, RunConfig("items", **SMALL)),
}
