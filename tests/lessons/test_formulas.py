"""A formula asks what it says and computes what it says; nothing else can be written in one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tui_rnn.errors import InputError
from tui_rnn.insight.predict import Predict
from tui_rnn.insight.question import Answer, Question
from tui_rnn.insight.sample import Sample
from tui_rnn.lessons import formulas
from tui_rnn.lessons.formulas import Missing


class World:
    """Answers with what it was told, and keeps what was asked."""

    def __init__(self, answer: Any = None, **known: Any) -> None:
        self.answer, self.known, self.asked = answer, known, list[tuple[str, Question[Any]]]()

    def fact(self, run: str, name: str) -> Any:
        return self.known[f"{run}.{name}" if run else name]

    def setting(self, run: str, name: str) -> Any:
        return f"{run} {name}"

    def landmark(self, run: str, name: str, measure: str) -> float:
        return {"bigram": 2.5, "most frequent tag": 0.8}[name]

    def ask(self, run: str, question: Question[Any]) -> Any:
        self.asked.append((run, question))
        return self.answer


def value(text: str, world: World | None = None, runs: tuple[str, ...] = ()) -> Any:
    return formulas.read(text, runs).value(world or World(step=7, val_loss=2.0))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("-(4 - 6) / 4", 0.5),
        ("7 // 2 + 7 % 2", 4),
        ("step * 2", 14),
        ("exp(ln(step))", pytest.approx(7.0)),
        ("bits(ln(2))", pytest.approx(1.0)),
        ("'below' if val_loss < landmark('bigram') else 'above'", "below"),
        ("1 < val_loss <= 2 and not step > 7", True),
        ("landmark('most frequent tag', measure='accuracy')", 0.8),
        ("(1, 5, 3)[argmax((1, 5, 3))]", 5),
        ("'abcd'[1:3] + 'e'", "bce"),
        ("max(3, 4) + min((1, 2))", 5),
        ("1 / 0 == 1 / 0", False),  # not a number
        ("join(('a', 'b'), between=', ')", "a, b"),
    ],
)
def test_a_formula_is_worked_out(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_a_question_is_asked_with_its_fields_of_the_run_that_is_named() -> None:
    world = World(answer=SimpleNamespace())
    for text in ("predict(texts=('a b',), beam=2)", "elman.sample(prompt='x', temperature=0, length=5)"):
        formulas.read(text, ("elman",)).value(world)
    assert world.asked[0] == ("", Predict(("a b",), 2))
    run, question = world.asked[1]
    assert run == "elman"
    assert isinstance(question, Sample)
    assert question.sampling.temperature == 0
    assert question.sampling.length == 5


def test_a_way_into_an_answer_goes_by_fields_places_and_names() -> None:
    found = {"rows": [{"name": "h", "value": 0.25}, {"name": "z", "value": np.float32(0.5)}], "p": np.array([0.1, 0.9])}
    world = World(answer=found)
    assert value("scores().rows[0].value", world) == 0.25
    assert value("scores().rows['z'].value", world) == 0.5
    assert value("scores().p[-1]", world) == 0.9
    assert value("mean(scores().p)", world) == pytest.approx(0.5)
    assert value("argmax(scores().p)", world) == 1


def test_facts_of_another_run_stand_behind_its_name() -> None:
    world = World(**{"elman.val_loss": 3.0, "val_loss": 2.0})
    assert value("elman.val_loss - val_loss", world, ("elman",)) == 1.0
    assert value("elman.setting('seed')", world, ("elman",)) == "elman seed"


def test_a_figure_with_a_name_is_worked_out_where_it_is_named() -> None:
    half = formulas.read("step / 2")
    assert formulas.read("half + 1", figures={"half": half}).value(World(step=4)) == 3.0


def test_the_sides_of_a_comparison_are_told_apart() -> None:
    assert formulas.read("val_loss < landmark('bigram')").sides(World(val_loss=2.75)) == (2.75, "<", 2.5)
    assert formulas.read("val_loss").sides(World(val_loss=2.75)) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("__import__('os')", "can't be called"),
        ("open('x')", "can't be called"),
        ("scores().__class__", "begins with _"),
        ("(lambda: 1)()", "can't be called"),
        ("[x for x in (1, 2)]", "ListComp"),
        ("2 ** 999999999", "no operation"),
        ("~step", "no operation"),
        ("step is 3", "can't be asked"),
        ("f'{step}'", "can't stand"),
        ("b'x'", "can't stand"),
        ("steps", "expected step"),
        ("predict(text='a')", "no field 'text', expected one of texts"),
        ("predict('a')", "without a name"),
        ("scores(**step)", "gets \\*\\*"),
        ("sample(temperature=-1)", "temperature is -1"),
        ("step +", "is no formula"),
        ("(" * 900, "is no formula"),
        ("1" * 2000, "expected at most 1,000"),
        ("step := 3", "is no formula"),
    ],
)
def test_what_is_no_formula_is_refused_in_one_line(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        formulas.read(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("'a' * 1000", "can't be combined"),
        ("ln(0)", "ln of 0"),
        ("(1, 2)[5]", "no place 5 of 2"),
        ("'a' < 1", "can't be compared"),
        ("scores() + 1", "can't be combined"),
        ("len(1)", "can't be computed"),
    ],
)
def test_what_cannot_be_worked_out_says_why(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        value(text, World(answer=Answer(1)))


def test_a_field_that_an_answer_lacks_is_named_with_those_that_it_has() -> None:
    with pytest.raises(Missing, match="Answer has no field 'loss', expected one of step"):
        value("scores().loss", World(answer=Answer(1)))
