"""The Python API on tasks: examples are scored and predicted, and what a task can't do is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tui_rnn
from tests.training.tasks import PROBLEMS
from tui_rnn.data.opening import encode_given
from tui_rnn.data.tokens import split_words
from tui_rnn.errors import InputError
from tui_rnn.insight.answers import ClassifiedText, WrittenText
from tui_rnn.training.api import Run

SETTINGS: dict[str, Any] = {"hidden_size": 16, "batch_size": 4, "seq_len": 16, "warmup_steps": 5}


TASK_SETTINGS: dict[str, Any] = {"hidden_size": 16, "embedding_size": 8, "batch_size": 16, "learning_rate": 0.02, "seed": 3}


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Run:
    data = PROBLEMS["classify"].open(tmp_path_factory.mktemp("classify"))
    return tui_rnn.train(data.source, steps=120, pool="mean", **TASK_SETTINGS)


def test_a_task_is_trained_from_a_file_and_predicts(classifier: Run) -> None:
    assert classifier.task == "classify"
    answer = classifier.predict("abcd")
    assert isinstance(answer, ClassifiedText)
    assert answer.label == "low"
    assert answer.contributions is not None
    assert [one.label for one in classifier.predict(["abcd", "dabc"]) if isinstance(one, ClassifiedText)] == ["low", "high"]


def test_examples_are_scored_from_memory_and_from_a_file(classifier: Run, tmp_path: Path) -> None:
    examples = [("abcd", "low"), ("dabc", "high"), ("aaa", "high")]
    score = classifier.evaluate(examples)
    assert score.metrics["accuracy"] == 2 / 3
    (tmp_path / "some.csv").write_text(
        "label,text\n" + "".join(f"{label},{text}\n" for text, label in examples), encoding="utf-8"
    )
    assert classifier.evaluate_file(tmp_path / "some.csv").loss_nats == score.loss_nats


def test_a_file_whose_labels_training_lacks_is_scored_with_a_warning(classifier: Run, tmp_path: Path) -> None:
    (tmp_path / "some.tsv").write_text("low\tabcd\nhigh\tdabc\n", encoding="utf-8")
    with pytest.warns() as caught:
        score = classifier.evaluate_file(tmp_path / "some.tsv")
    characters, labels = (str(warning.message) for warning in caught)
    assert "characters that training lacks" in characters
    assert "2 labels that training lacks" in labels
    assert "give --columns, such as 1,2 or 2,1" in labels
    assert score.metrics["accuracy"] == 0
    assert classifier.evaluate_file(tmp_path / "some.tsv", columns=("2", "1")).metrics["accuracy"] == 1


def test_a_saved_task_predicts_the_same(classifier: Run, tmp_path: Path) -> None:
    classifier.save(tmp_path / "a.safetensors")
    loaded = tui_rnn.load(tmp_path / "a.safetensors")
    one, other = loaded.predict("abcd"), classifier.predict("abcd")
    assert isinstance(one, ClassifiedText)
    assert isinstance(other, ClassifiedText)
    assert np.array_equal(one.probs, other.probs)


def test_pairs_are_written_by_a_beam(tmp_path: Path) -> None:
    run = tui_rnn.train(PROBLEMS["seq2seq"].open(tmp_path), epochs=1, **TASK_SETTINGS)
    answer = run.predict("abc", beam=4)
    assert isinstance(answer, WrittenText)
    assert len(answer.outputs) == 4
    assert run.evaluate([("abc", "ABC")]).metrics["token_error_rate"] >= 0


def test_items_are_drawn_and_found_in_the_file(tmp_path: Path) -> None:
    run = tui_rnn.train(PROBLEMS["items"].open(tmp_path).source, items="lines", steps=100, **TASK_SETTINGS)
    items = run.draw_items(20, seed=1)
    assert len(items) == 20
    assert "training" in {item.found_in for item in items}
    score = run.evaluate(["aaa", "bb"])
    assert (score.count, score.examples) == (7, 2)
    assert score.nats_per_example == pytest.approx(score.loss_nats * 7 / 2)


def test_a_loaded_run_finds_its_items_in_the_file_or_says_that_it_can_not(tmp_path: Path) -> None:
    path = tmp_path / "items.txt"
    path.write_text("ab\ncd\nef\n" * 9, encoding="utf-8")
    trained = tui_rnn.train(path, items="lines", steps=150, **TASK_SETTINGS)
    trained.save(tmp_path / "run.safetensors")
    drawn = trained.draw_items(40, seed=1)
    lines = {"ab", "cd", "ef"}
    assert all((item.found_in is not None) == (item.text in lines) for item in drawn)
    assert len({item.found_in for item in drawn}) > 1
    assert tui_rnn.load(tmp_path / "run.safetensors").draw_items(40, seed=1) == drawn
    path.write_text("gh\nab\n", encoding="utf-8")
    assert {item.found_in for item in tui_rnn.load(tmp_path / "run.safetensors").draw_items(40, seed=1)} == {"unknown"}
    path.unlink()
    assert {item.found_in for item in tui_rnn.load(tmp_path / "run.safetensors").draw_items(40, seed=1)} == {"unknown"}


@pytest.mark.parametrize("tokens", ["char", "word", "byte"])
def test_an_item_is_generated_and_traced_from_its_beginning_to_its_end(tokens: str, tmp_path: Path) -> None:
    (tmp_path / "items.txt").write_text("".join(f"a b {c} d\n" for c in "efgh" for _ in range(9)), encoding="utf-8")
    (tmp_path / "scored.txt").write_text("a b e d\na b f d\n", encoding="utf-8")
    run = tui_rnn.train(
        tmp_path / "items.txt",
        items="lines",
        tokens=tokens,
        validation=tmp_path / "scored.txt",
        steps=150,
        **TASK_SETTINGS,
    )
    assert run.generate("a b e", temperature=0) == "a b e d"  # and not on to the next item
    assert run.generate(length=200, temperature=0).startswith("a b ")
    trace = run.trace("a b")
    count = 1 + (2 if tokens == "word" else 3)  # <s> has a row
    assert trace["symbols"].tolist()[:2] == ["<s>", "a"]
    assert trace["h"].shape == (count, 1, 16)
    assert trace["log_probs"].shape == (count, len(run.vocabulary) + 1)
    whole = run.trace("a b e d")["log_probs"]
    assert whole[-1].argmax() == len(run.vocabulary)  # </s>


def test_words_are_generated(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    run = tui_rnn.train(tmp_path / "a.txt", tokens="word", steps=50, **SETTINGS)
    assert len(split_words(run.generate("the", length=30, seed=1))) > 10
    assert run.evaluate("the cat sat. a dog").unit == "word"


@pytest.mark.parametrize(
    "call",
    [
        lambda run: run.generate("a"),
        lambda run: run.trace("a"),
        lambda run: run.draw_items(3),
        lambda run: run.predict(""),
        lambda run: run.predict(5),
        lambda run: run.predict([5]),
        lambda run: run.evaluate("a text"),
        lambda run: run.evaluate([]),
        lambda run: run.evaluate_file("no such file.tsv"),
    ],
)
def test_what_a_classifier_can_not_do_is_refused_in_one_line(call: object, classifier: Run) -> None:
    with pytest.raises(InputError, match=r"\A[^\n]+\Z"):
        call(classifier)  # type: ignore[operator]


SHAPELESS = ["ab", ("ab",), ("a", "b", "c"), ("a", 3), (3, "a"), ("a", None), 3, None]


@pytest.mark.parametrize(
    ("task", "examples"),
    [
        ("items", [("ab", "low"), 3, None, ["a"]]),
        ("classify", [*SHAPELESS, ("", "low"), (["a"], ["low"])]),
        ("seq2seq", [*SHAPELESS, ("", "A"), (["a"], ["A"])]),
        (
            "tag",
            [*SHAPELESS, ("ke", "NV"), (["ka"], "V"), (["ka", "le"], ["V"]), ([], []), (["ka", ""], ["N", "V"]), ([3], ["V"])],
        ),
    ],
)
def test_an_example_that_has_not_the_form_of_its_task_is_refused_and_shown(
    task: str, examples: list[object], tmp_path: Path
) -> None:
    symbols = PROBLEMS[task].open(tmp_path).symbols
    for example in examples:
        with pytest.raises(InputError) as caught:
            encode_given([example], symbols)
        assert repr(example) in str(caught.value)
