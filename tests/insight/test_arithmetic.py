"""The arithmetic of a unit: each line is worked out again from its printed digits, and the numbers are the network's own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.training.tasks import PROBLEMS
from tui_rnn.cells import CELLS
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.data.opening import Data, open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.running_text import in_tokens
from tui_rnn.errors import InputError
from tui_rnn.insight.arithmetic import Arithmetic, Worked
from tui_rnn.insight.by_hand import Place
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer
from tui_rnn.insight.sheet import Line
from tui_rnn.training.subjects import subject_of
from tui_rnn.training.trainer import Trainer

EVERY_CELL = [(name, activation) for name, cell in CELLS.items() for activation in ("tanh", *cell.activation_codes)]
TEXT = "the cat sat"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Data]:
    """A little of each kind."""
    found = {task: problem.open(tmp_path_factory.mktemp(task)) for task, problem in PROBLEMS.items()}
    return found | {"lm": in_tokens(corpus_from_text("the cat sat on the mat. a dog ran away, „oh“! " * 40), "char")}


def subject(data: Data, **settings: Any) -> Subject:
    """An untrained network with weights that neither vanish nor saturate, and biases that are not zero."""
    own = {"seq_len": 6} if data.kind.is_stream else {}
    config = RunConfig(data.kind.name, **{"hidden_size": 7, "embedding_size": 5, "batch_size": 2, **own, **settings})
    trainer = Trainer(config, data)
    rng, network = np.random.default_rng(8), trainer.learner.network
    network.set_parameters({name: rng.normal(0, 0.5, a.shape).astype(np.float32) for name, a in network.parameters.items()})
    return subject_of(trainer)


def evaluated(numbers: str) -> float:
    """A right side, as it is printed, worked out."""
    python = numbers.replace("−", "-").replace("·", "*").replace("σ", "sigmoid")
    functions = {"sigmoid": lambda x: 1 / (1 + math.exp(-x)), "tanh": math.tanh, "exp": math.exp, "ln": math.log, "max": max}
    return float(eval(python, {"__builtins__": {}}, functions))


def decimals(shown: str) -> int:
    return len(shown.partition(".")[2])


def check_what_is_printed(worked: Worked) -> None:
    printed = list(worked.lines())
    assert worked.steps
    for line in worked.steps:
        assert any(str(line) == one.removeprefix("  ") for one in printed), "a person sees each line"
        shown = line.shown.partition(" ")[0]
        assert evaluated(shown) == pytest.approx(line.value, abs=0.5000001 * 10.0 ** -decimals(shown))
        if line.numbers:
            again = f"{evaluated(line.numbers):.{decimals(shown)}f}"
            assert again.replace("-", "−") == shown, str(line)
    agree_where_they_come_again(worked.steps)


def agree_where_they_come_again(steps: tuple[Line, ...]) -> None:
    """A sum's parts are what the lines below it show: to the last digit of the shorter of the two."""
    for at, line in enumerate(steps):
        below = [one for one in _below(steps, at) if one.level == line.level + 1]
        parts = line.numbers.replace(" − ", " + −").split(" + ")
        for part, one in zip(parts, below, strict=False):
            digits = min(decimals(part), decimals(one.shown))
            assert abs(evaluated(part) - evaluated(one.shown)) <= 0.5000001 * 10.0**-digits * 2


def _below(steps: tuple[Line, ...], at: int) -> Iterator[Line]:
    for line in steps[at + 1 :]:
        if line.level <= steps[at].level:
            return
        yield line


def named(worked: Worked, name: str) -> Line:
    return next(line for line in worked.steps if line.name == name)


@pytest.mark.parametrize(("cell", "activation"), EVERY_CELL)
@pytest.mark.parametrize("layer", [1, 2])
def test_each_line_of_a_language_model_is_right_as_it_is_printed(
    data: dict[str, Data], cell: str, activation: str, layer: int
) -> None:
    asked = subject(data["lm"], cell=cell, activation=activation, num_layers=2)
    ids = asked.symbols.vocabulary.encode(TEXT)[0]
    traced = asked.network.trace(ids)
    for position, unit in ((0, 3), (4, 0), (9, 6)):
        worked = answer(asked, Arithmetic(TEXT, position=position, unit=unit, layer=layer))
        check_what_is_printed(worked)
        for step in CELLS[cell].steps:
            if step.name in traced.signals:
                own = traced.signals[step.name][position, layer - 1, unit]
                assert named(worked, step.name).value == pytest.approx(own, rel=1e-6, abs=2e-6)
        assert worked.loss_nats == pytest.approx(-traced.log_probs[position, ids[position + 1]], abs=1e-5)
        assert worked.difference == pytest.approx(worked.gradient, abs=1e-6)
        assert worked.float32_error < 1e-5


@pytest.mark.parametrize(("cell", "activation"), EVERY_CELL)
@pytest.mark.parametrize("task", ["items", "tag", "classify", "seq2seq"])
def test_each_line_of_a_task_is_right_as_it_is_printed(data: dict[str, Data], task: str, cell: str, activation: str) -> None:
    """On the examples that validate, in all layers and directions; the loss is the network's own."""
    both = {} if task == "items" else {"bidirectional": True}
    asked = subject(data[task], cell=cell, activation=activation, num_layers=2, **both)
    ways = ["forward"] if task == "items" else ["forward", "backward", *(["decoder"] if task == "seq2seq" else [])]
    for direction in ways:
        for layer in (1, 2):
            question = Arithmetic(example=2, position=1, unit=4, layer=layer, direction=direction)
            worked = answer(asked, question)
            check_what_is_printed(worked)
            assert worked.difference == pytest.approx(worked.gradient, abs=1e-6)
            assert worked.float32_error < 1e-5
            assert worked.place == Place(layer, direction, 4)


@pytest.mark.parametrize("settings", [{"bias": False}, {"embedding_size": 0}, {"embedding_size": 7, "tie_weights": True}])
def test_without_biases_or_an_embedding_or_with_tied_weights_the_lines_still_add_up(
    data: dict[str, Data], settings: dict[str, Any]
) -> None:
    worked = answer(subject(data["lm"], **settings), Arithmetic(TEXT, position=8, unit=2))
    check_what_is_printed(worked)
    assert worked.difference == pytest.approx(worked.gradient, abs=1e-6)
    if settings.get("embedding_size") == 0:
        assert named(worked, "W_f[2,'s'] · x['s']").numbers.endswith("· 1.0000")


@pytest.mark.parametrize(
    ("task", "settings"),
    [
        ("tag", {"bidirectional": True}),
        ("tag", {"bidirectional": True, "overlap": False}),
        ("classify", {"pool": "mean"}),
        ("classify", {"pool": "final", "bidirectional": True}),
        ("seq2seq", {"attention": "dot"}),
        ("seq2seq", {"attention": "general", "readout": "context"}),
        ("seq2seq", {"attention": "none"}),
    ],
)
def test_the_loss_of_an_example_and_its_gradient_are_those_that_training_takes(
    data: dict[str, Data], task: str, settings: dict[str, Any]
) -> None:
    """By the kernels' own back-propagation: one example, whose loss is the batch's."""
    asked = subject(data[task], **settings)
    part: Any = data[task].validation
    worked = answer(asked, Arithmetic(example=0, unit=1, position=0))
    shown = [part.shown(row) for row in range(len(part))]
    vocabulary = asked.symbols.vocabulary
    from tui_rnn.insight.examples import example_at

    example = example_at(asked, 0)
    assert example in shown
    ids = vocabulary.encode(example.text)[0]
    symbols = asked.symbols
    if task == "tag":
        assert symbols.labels is not None
        words, tags = example.words, example.truth
        assert words is not None
        end, tag = len(words[0]) - 1, symbols.labels.names.index(tags[0])
        loss, gradients = asked.network.loss_and_gradients([ids], [np.array([end])], [np.array([tag])])
    elif task == "classify":
        assert symbols.labels is not None
        loss, gradients = asked.network.loss_and_gradients([ids], np.array([symbols.labels.names.index(example.truth)]))
    else:
        assert symbols.targets is not None
        loss, gradients = asked.network.loss_and_gradients([ids], [symbols.targets.encode_all([example.truth])[0]])
    assert worked.loss_nats == pytest.approx(loss, abs=1e-5)
    own = {name: array for name, array in gradients.items() if name.removeprefix("encoder.") in ("W0", "U0", "b0")}
    largest = max(float(np.abs(array.reshape(-1, array.shape[-1])[:, 1::7]).max()) for array in own.values())
    assert abs(worked.gradient) == pytest.approx(largest, abs=1e-5)


def test_a_decoder_whose_readout_sees_the_context_says_what_v_reads(data: dict[str, Data]) -> None:
    asked = subject(data["seq2seq"], readout="context", tie_weights=False)
    worked = answer(asked, Arithmetic("abc", position=1, unit=3, direction="decoder"))
    check_what_is_printed(worked)
    assert "y is tanh(R [h ; c] + b_R)" in next(iter(worked.lines()))
    assert any(line.name.endswith("· y[0]") for line in answer(asked, Arithmetic("abc", direction="decoder", terms=100)).steps)
    assert worked.difference == pytest.approx(worked.gradient, abs=1e-6)


def test_more_terms_leave_no_rest_and_more_digits_are_shown_on_demand(data: dict[str, Data]) -> None:
    asked = subject(data["lm"])
    worked = answer(asked, Arithmetic(TEXT, position=5, terms=100, digits=7))
    check_what_is_printed(worked)
    assert not any("the other" in line.equation for line in worked.steps if line.level == 1)
    assert decimals(named(worked, "h").shown) >= 7


def test_a_term_says_which_unit_it_comes_from(data: dict[str, Data]) -> None:
    asked = subject(data["tag"], num_layers=2, bidirectional=True)
    worked = answer(asked, Arithmetic("kla mle", position=2, layer=2, direction="backward"))
    own = [line for line in worked.steps if line.name.startswith("U_f[")]
    below = [line for line in worked.steps if line.name.startswith("W_f[")]
    assert [line.place and (line.place.layer, line.place.direction) for line in own] == [(2, "backward")] * 4
    assert all(line.place and line.place.layer == 1 for line in below)
    for line in own:
        assert line.place is not None
        assert line.name.endswith(f"h_t−1[{line.place.unit}]")


def test_the_gradient_of_a_running_text_goes_back_as_far_as_in_training(data: dict[str, Data]) -> None:
    long = TEXT * 20
    worked = answer(subject(data["lm"]), Arithmetic(long, position=150))
    assert worked.steps_back == 6
    check_what_is_printed(worked)
    assert worked.float32_error < 2e-6  # although what is before was read by the network alone
    assert worked.difference == pytest.approx(worked.gradient, abs=1e-6)


def test_where_nothing_follows_the_loss_is_of_the_likeliest(data: dict[str, Data]) -> None:
    worked = answer(subject(data["lm"]), Arithmetic(TEXT, position=len(TEXT) - 1))
    assert "the likeliest, since nobody knows what follows" in worked.about
    check_what_is_printed(worked)


def test_numbers_that_are_huge_or_tiny_are_printed_so_that_they_add_up(data: dict[str, Data]) -> None:
    asked = subject(data["lm"])
    network = asked.network
    for scale in (1e-4, 30.0):
        network.set_parameters({name: a * np.float32(scale) for name, a in subject(data["lm"]).network.parameters.items()})
        worked = answer(replace(asked, network=network), Arithmetic(TEXT, position=6, unit=5))
        check_what_is_printed(worked)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (Arithmetic(TEXT, unit=7), "unit is 7, expected 0 to 6"),
        (Arithmetic(TEXT, layer=2), "layer is 2, expected 1"),
        (Arithmetic(TEXT, position=11), "position is 11, the text has positions 0 to 10"),
        (Arithmetic(TEXT, direction="backward"), "direction is backward, this network has forward only"),
        (Arithmetic(""), "the text is empty"),
    ],
)
def test_a_place_that_is_not_there_is_named(data: dict[str, Data], question: Arithmetic, says: str) -> None:
    with pytest.raises(InputError, match=says):
        answer(subject(data["lm"]), question)


def test_tokens_that_are_words_or_bytes_have_their_arithmetic_too(words: Subject, octets: Subject) -> None:
    for asked, text in ((words, "the cat sat. a dog"), (octets, "the „oh“ cat")):
        for position in (0, 3, None):
            worked = answer(asked, Arithmetic(text, position=position, unit=1))
            check_what_is_printed(worked)
            assert worked.difference == pytest.approx(worked.gradient, abs=1e-6)


def test_a_source_of_words_has_the_arithmetic_of_its_words(tmp_path: Path) -> None:
    """Its positions are words, not characters, from either end."""
    lines = [f"the small {one} sat {k}\tle petit {one} {k}\n" for one in ("cat", "dog") for k in range(20)]
    path = tmp_path / "pairs.tsv"
    path.write_text("source\ttarget\n" + "".join(lines), encoding="utf-8")
    pairs = open_data(DataRequest(SourceFiles(str(path)), "seq2seq", tokens="word", target_units="words"))
    asked = subject(pairs, bidirectional=True)
    for direction in ("forward", "backward"):
        worked = answer(asked, Arithmetic("the small cat sat", position=1, unit=4, direction=direction))
        check_what_is_printed(worked)
        assert "'small'" in next(iter(worked.lines()))
        assert worked.float32_error < 1e-5
