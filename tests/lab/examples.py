"""Small data for each task, and small networks for them: what the tests of the lab train."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from tui_rnn.config import RunConfig
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.insight.answers import ClassifiedText, TaggedText, WrittenText

_NAMES = [a + b + c for a in ("ka", "mo", "li") for b in ("ra", "no", "vi", "tu") for c in ("", "s", "n", "del")]
_RANDOM = random.Random(1)


def _sentence(k: int) -> str:
    subject, verb = _RANDOM.choice(_NAMES), _RANDOM.choice(("runs", "sings", "sleeps"))
    words = [("the", "D"), (subject, "N"), (verb, "V")] + [("again", "A")] * (k % 2)
    return "\n".join(f"{word}\t{tag}" for word, tag in words) + "\n"


EXAMPLES = {
    "tag": [_sentence(k) for k in range(60)],
    "classify": [f"{name}\t{'short' if len(name) < 10 else 'long'}" for name in (n + m for n in _NAMES[:6] for m in _NAMES)],
    "seq2seq": [f"{name}\t{name[::-1].upper()}" for name in (n + m for n in _NAMES[:5] for m in _NAMES)],
    "items": _NAMES,
    "lm": [" ".join(_RANDOM.choice(_NAMES[:12]) for _ in range(8)) for _ in range(300)],
}
EXAMPLE_TASKS = ("tag", "classify", "seq2seq")
TASKS = (*EXAMPLE_TASKS, "items", "lm")
UNITS = 8


def request(task: str, source: str) -> DataRequest:
    files = SourceFiles(source)
    return DataRequest(files, "lm", items="lines") if task == "items" else DataRequest(files, task)


def config(task: str) -> RunConfig:
    """An LSTM of UNITS units, in both directions where that makes sense."""
    if task in ("lm", "items"):
        streams: dict[str, Any] = {"seq_len": 16} if task == "lm" else {}
        return RunConfig(task, hidden_size=UNITS, batch_size=4, warmup_steps=5, **streams)
    return RunConfig(task, hidden_size=UNITS, batch_size=8, warmup_steps=5)


def mean_pooling() -> RunConfig:
    return replace(config("classify"), pool="mean")


def as_found(answer: object) -> str:
    """The example in the file that was answered."""
    match answer:
        case TaggedText():
            assert answer.truth is not None
            return "\n".join(f"{word}\t{tag}" for word, tag in zip(answer.words, answer.truth, strict=True)) + "\n"
        case ClassifiedText():
            return f"{answer.text}\t{answer.truth}"
        case WrittenText():
            return f"{answer.source}\t{answer.truth}"
    raise AssertionError
