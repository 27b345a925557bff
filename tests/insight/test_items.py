"""Items that a network draws, against its own loss on them and the file that they may stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_rnn.config import RunConfig
from tui_rnn.data.examples.dataset import ExampleData
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.items import Items
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer
from tui_rnn.training.subjects import subject_of
from tui_rnn.training.trainer import Trainer

AS_BELIEVED = Sampling(temperature=1.0, length=200)


def test_items_are_drawn_to_their_end_with_their_loss(subjects: dict[str, Subject]) -> None:
    subject, question = subjects["items"], Items(count=20, sampling=AS_BELIEVED, seed=4)
    items = answer(subject, question).items
    assert items == answer(subject, question).items
    assert len({item.text for item in items}) > 3
    for item in items:
        assert item.ended
        ids = subject.symbols.vocabulary.encode(item.text)[0]
        assert subject.network.evaluate([ids])[0] == pytest.approx(item.loss_nats, rel=1e-4)


def test_an_item_goes_on_from_its_prompt_and_stops_at_the_limit(subjects: dict[str, Subject]) -> None:
    items = answer(subjects["items"], Items("cc", 300, Sampling(temperature=1.0, length=3), seed=0)).items
    assert all(item.text.startswith("cc") and len(item.text) <= 3 for item in items)
    assert {item.ended for item in items} == {True, False}


def test_drawn_items_that_stand_in_the_file_are_told(trainers: dict[str, Trainer], subjects: dict[str, Subject]) -> None:
    data = trainers["items"].data
    assert isinstance(data, ExampleData)
    items = answer(subjects["items"], Items(count=40, sampling=AS_BELIEVED, seed=0)).items
    known = {**dict.fromkeys(data.validation.examples, "validation"), **dict.fromkeys(data.train.examples, "training")}
    assert {item.found_in for item in items} & {"training"}
    assert all(item.found_in == known.get(item.text) for item in items)


def test_items_begun_by_unknown_words_count_the_words(tmp_path: Path) -> None:
    file = tmp_path / "items.txt"
    file.write_text("\n".join(["the cat sat", "the dog ran", "a cat ran"] * 5), encoding="utf-8")
    data = open_data(DataRequest(SourceFiles(str(file)), "lm", "lines", "word"))
    subject = subject_of(Trainer(RunConfig("items", hidden_size=8), data))
    drawn = answer(subject, Items("the zebra or yak", 2, seed=3))
    assert drawn.prompt == "the <unk> <unk> <unk>"
    assert drawn.unknown == tuple(range(3, 21))
    assert drawn.unknown_words == 3
