"""Messages as bytes: what goes in comes out, and what was tampered with becomes a message or one error, nothing else."""

from __future__ import annotations

import json
import math
import random
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.lab.same import same
from tests.tui.fake_engine import FakeEngine
from tests.tui.page_answers import ANSWERS
from tui_rnn.config import RunConfig, default_configs
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.insight import registry
from tui_rnn.insight.alike import Alike
from tui_rnn.insight.edit import Edit
from tui_rnn.insight.hold import Hold
from tui_rnn.insight.items import Items
from tui_rnn.insight.predict import Predict
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.scores import Scores
from tui_rnn.insight.trace import Trace
from tui_rnn.kinds import KINDS
from tui_rnn.lab.messages import (
    AddRun,
    Answered,
    Ask,
    Hello,
    HoldWeights,
    Notice,
    OpenData,
    Pause,
    ScaleLearningRate,
    Shutdown,
    Unanswered,
    Watch,
    Watched,
    Working,
)
from tui_rnn.lab.wire.classes import answer_of, classes
from tui_rnn.lab.wire.coding import NotAMessage, decode, encode


def asked(question: type) -> Any:
    """A question of this class."""
    given = {Hold: {"gate": "f"}, Edit: {"text": "once", "other": "onto"}, Alike: {"range": "0:4"}}
    return question(**given.get(question, {}))


def commands() -> Iterator[Any]:
    yield OpenData(DataRequest(SourceFiles("a\ud800.txt", columns=("1", "2"))), None)
    for kind in KINDS:
        yield from map(AddRun, default_configs(kind))
    yield from (Pause(), Pause(3), HoldWeights(1, 7), ScaleLearningRate(1, 0.8), Shutdown(), Hello(True, "0"))
    questions = [Trace("é\x1b[31m"), Sample("once"), *map(asked, ANSWERS)]
    yield Watch(tuple(Watched(question, (1, 2), 0.5) for question in questions))
    yield Ask(1, 2, Trace("x"), at_step=3)
    yield Unanswered(1, 2, Trace(), "why")
    yield Working("compiling", 1, 2, left_s=math.inf)


def told() -> Iterator[Any]:
    """What an engine says on each kind of data."""
    for kind in KINDS:
        engine = FakeEngine(kind)
        engine.send(OpenData(DataRequest(SourceFiles("tale.txt")), None))
        questions = (Trace("once"), Sample("a"), Scores(), Items(), Predict(("a text",)))
        fitting = [q for q in questions if kind in registry.entry_of(q).kinds and not (kind == "lm" and isinstance(q, Scores))]
        engine.send(Watch(tuple(Watched(question, (1, 2), 0.0) for question in fitting)))
        engine.advance(5)
        yield from engine.events()
        yield engine.latest()


def answers() -> Iterator[Any]:
    for question, answer in ANSWERS.items():
        yield Answered(1, asked(question), answer(12, asked(question)), 7)


MESSAGES = [*commands(), *told(), *answers()]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(getattr(message, "answer", message)).__name__)
def test_a_message_comes_back_as_it_was(message: Any) -> None:
    assert same(decode(encode(message)), message)


def test_every_question_and_its_answer_can_be_sent() -> None:
    known = set(classes().values())
    for entry in registry.QUESTIONS.values():
        assert {entry.question, answer_of(entry.question)} <= known


def test_a_message_that_is_cut_anywhere_is_none() -> None:
    data = encode(Ask(1, 2, Trace("x")))
    for end in range(len(data)):
        with pytest.raises(NotAMessage):
            decode(data[:end])


def test_whatever_is_changed_in_a_message_it_is_a_message_or_none() -> None:
    draw = random.Random(1)
    sound = [encode(message) for message in MESSAGES]
    read = 0
    for _ in range(4000):
        data = bytearray(draw.choice(sound)[:4000])
        for _ in range(draw.randint(1, 4)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        try:
            decode(bytes(data))
            read += 1
        except NotAMessage:
            pass
    assert read < 4000


def by_hand(held: Any, blocks: bytes = b"") -> bytes:
    text = json.dumps(held).encode()
    return struct.pack("<I", len(text)) + text + blocks


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"c": ["os.system", {"command": "true"}]}, "not a class of messages"),
        ({"c": ["LabScreen", {}]}, "not a class of messages"),
        ({"c": ["Pause", {}]}, "other fields"),
        ({"c": ["Pause", {"run_id": None, "more": 1}]}, "other fields"),
        ({"c": ["Pause", {"run_id": "1"}]}, "Pause.run_id"),
        ({"c": ["Notice", {"text": "x", "severity": "fatal"}]}, "Notice.severity"),
        ({"c": ["AddRun", {"config": {"c": ["RunConfig", {"kind": "lm", "hidden_size": 0}]}}]}, "hidden_size"),
        ({"c": ["AddRun", {"config": {"c": ["RunConfig", {"kind": "lm", "nonsense": 0}]}}]}, "other fields"),
        ({"a": ["<f8", [1 << 39]]}, "announced"),
        ({"a": ["|O", [1]]}, "not a type of numbers"),
        ({"a": ["<f8", [-1]]}, "has no shape"),
        ({"a": ["<f8,<i4", [1]]}, "not a type of numbers"),
        ({"x": 1}, "unknown kind"),
        ({"d": [[{"list": []}, 1]]}, "key"),
        ({"a": 1, "c": 2}, "2 keys"),
        ([{"f": "1e5"}], "not a number"),
    ],
)
def test_what_is_no_message_is_named(held: Any, said: str) -> None:
    with pytest.raises(NotAMessage, match=said):
        decode(by_hand(held))


def test_an_answer_to_another_question_is_none() -> None:
    question, answer = next(iter(ANSWERS.items()))
    scored = Answered(1, Scores(), answer(1, asked(question)))
    with pytest.raises(NotAMessage, match="is not an answer to Scores"):
        decode(encode(scored))


def test_what_is_nested_deeply_is_none() -> None:
    text = b"[" * 100_000 + b"]" * 100_000
    with pytest.raises(NotAMessage, match="nested"):
        decode(struct.pack("<I", len(text)) + text)


def test_what_is_left_over_is_named() -> None:
    with pytest.raises(NotAMessage, match="left over"):
        decode(encode(Notice("x")) + b"more")


def test_an_array_is_the_readers_own() -> None:
    array = decode(encode(({"a": np.arange(3.0)},)))[0]["a"]
    array[0] = 5  # a view of the bytes could not be written


def test_a_run_keeps_its_settings() -> None:
    config = RunConfig("lm", cell="gru", hidden_size=7, steps=3)
    assert decode(encode(AddRun(config))).config == config
