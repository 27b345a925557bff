"""`tui-rnn ask`: a command for each question, made from its fields; answers as the API gives them."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.training.tasks import PROBLEMS
from tui_rnn.config import RunConfig
from tui_rnn.data.opening import open_data
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.fields import flat
from tui_rnn.insight.question import record
from tui_rnn.insight.registry import QUESTIONS, SOURCE, TEXT_OR_SOURCE
from tui_rnn.insight.sample import Sample
from tui_rnn.insight.scores import Scores
from tui_rnn.insight.surprise import Surprise
from tui_rnn.insight.trace import Trace
from tui_rnn.insight.units import Units
from tui_rnn.training.api import load
from tui_rnn.training.resuming import save_run
from tui_rnn.training.trainer import Trainer

Cli = Callable[..., Any]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved language model that trained 30 steps."""
    folder = tmp_path_factory.mktemp("ask")
    (folder / "cat.txt").write_text("the cat sat on the mat. a dog ran away.\n" * 60, encoding="utf-8")
    config = RunConfig(hidden_size=8, embedding_size=4, batch_size=4, seq_len=8, warmup_steps=2)
    trainer = Trainer(config, open_data(DataRequest(SourceFiles(str(folder / "cat.txt")), "lm")))
    while trainer.step < 30:
        trainer.advance(30 - trainer.step)
    save_run(trainer, folder / "a.safetensors")
    return folder / "a.safetensors"


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tagger")
    save_run(Trainer(PROBLEMS["tag"].config, PROBLEMS["tag"].open(folder)), folder / "tag.safetensors")
    return folder / "tag.safetensors"


def test_a_trace_says_what_the_api_says(tui_rnn: Cli, run: Path) -> None:
    (found,) = tui_rnn("ask", "trace", run, "the cat", "--likeliest", "3", "--json").records
    assert {"event": "answer", "question": "trace", "run": str(run)}.items() <= found.items()
    expected = record(load(run).ask(Trace("the cat", likeliest=3)))
    assert {name: value for name, value in found.items() if name in expected} == expected


def test_options_within_a_dataclass_of_the_question_are_its_own(tui_rnn: Cli, run: Path) -> None:
    (found,) = tui_rnn("ask", "sample", run, "the", "--length", "9", "--temperature", "0", "--seed", "3", "--json").records
    off = {"top_k": 0, "top_p": 1.0, "min_p": 0.0, "repetition_penalty": 1.0, "penalty_window": 64}
    assert found["sampling"] == {"temperature": 0.0, **off, "length": 9}
    sampling = Sample().sampling
    expected = load(run).ask(Sample("the", type(sampling)(0.0, length=9), seed=3)).text
    assert found["text"] == expected


def test_a_moment_is_asked_by_its_step_and_all_by_over_time(tui_rnn: Cli, run: Path) -> None:
    loaded = load(run)
    (one,) = tui_rnn("ask", "scores", run, "--at-step", "4", "--json").records
    assert (one["step"], one["loss_nats"]) == (4, loaded.ask(Scores(), at_step=4).loss_nats)
    every = tui_rnn("ask", "scores", run, "--over-time", "--json").records
    assert tuple(found["step"] for found in every) == loaded.moments
    assert every[0]["loss_nats"] > every[-1]["loss_nats"]


def test_a_step_whose_weights_were_not_kept_is_said_with_those_that_were(tui_rnn: Cli, run: Path) -> None:
    moments = load(run).moments
    result = tui_rnn("ask", "scores", run, "--at-step", "99999", "--json")
    assert result.records[0]["step"] == moments[-1]
    assert f"--at-step 99,999: the nearest kept step is {moments[-1]}; kept are {moments[0]} {moments[1]}" in result.err


def test_over_time_a_person_gets_a_line_for_each_moment(tui_rnn: Cli, run: Path) -> None:
    loaded = load(run)
    title, names, *lines = tui_rnn("ask", "surprise", run, "the cat sat", "--over-time").out.splitlines()
    assert title == "a.safetensors (LSTM 8)"
    assert names.split() == ["step", "bits", "per", "token"]
    assert [int(line.split()[0]) for line in lines] == list(loaded.moments)
    first = loaded.ask(Surprise("the cat sat"), at_step=0).mean_nats / math.log(2)
    assert float(lines[0].split()[1]) == pytest.approx(first, rel=1e-3)


def test_a_text_that_is_a_headline_stands_in_one_line(tui_rnn: Cli, run: Path) -> None:
    lines = tui_rnn("ask", "sample", run, "the\n", "--length", "200", "--over-time").out.splitlines()
    assert len(lines) == 2 + len(load(run).moments)
    assert all("the↵" in line and line.endswith("…") for line in lines[2:])


def test_several_runs_are_asked_the_same(tui_rnn: Cli, run: Path) -> None:
    found = tui_rnn("ask", "trace", run, run, "cat", "--json").records
    assert len(found) == 2
    assert found[0] == found[1]
    assert tui_rnn("ask", "trace", run, run, "cat").out.count("(LSTM 8), step 30") == 2


def test_two_runs_are_compared_over_a_text_or_a_file(tui_rnn: Cli, run: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("a cat ran. " * 20, encoding="utf-8")
    for what, count in (("the cat sat on the mat", 21), (other, 219)):
        one, two, both = tui_rnn("ask", "surprise", run, run, what, "--json").records
        assert one["counted"] == two["counted"] == count
        assert (both["event"], both["runs"]) == ("compared", [str(run), str(run)])
        assert both["categories"][0]["count"] == count
        assert both["categories"][0]["difference_bits"] == 0
    assert "second − first" in tui_rnn("ask", "surprise", run, run, "the cat").out


def test_another_file_can_be_asked_about(tui_rnn: Cli, run: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("a cat ran. " * 20, encoding="utf-8")
    (found,) = tui_rnn("ask", "scores", run, other, "--json").records
    assert found["predictions"] == 219


def test_a_person_gets_lines_that_are_safe_to_show(tui_rnn: Cli, run: Path) -> None:
    result = tui_rnn("ask", "trace", run, "the\x1b[2J cat", "--likeliest", "1")
    assert result.code == 0
    assert "\x1b" not in result.out
    assert "next" in result.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "expected one of trace"),
        (["nope"], "'nope' is not a question"),
        (["items", "RUN"], "only a language model over items"),
        (["predict", "RUN", "cat"], "a language model answers no texts"),
        (["trace", "RUN", "a", "b"], "one word too many"),
        (["trace", "RUN", "cat", "--likeliest", "-1"], "--likeliest is -1, expected at least 0"),
        (["trace", "RUN", "cat", "--likeliest", "few"], "--likeliest is 'few', expected a whole number"),
        (["sample", "RUN", "--top-p", "2"], "--top-p is 2"),
        (["trace", "RUN", ""], "the text is empty"),
        (["scores", "RUN", "no-such-file.txt"], "no-such-file.txt"),
        (["scores", "no-such-run.safetensors"], "no-such-run.safetensors"),
        (["scores", "RUN", "--at-step", "3", "--over-time"], "give only one of the two"),
        (["scores", "RUN", "--at-step", "-3"], "--at-step is -3"),
        (["scores", "RUN", "--nope"], "--nope"),
    ],
)
def test_what_can_not_be_asked_is_one_line_and_exit_2(tui_rnn: Cli, run: Path, words: list[str], says: str) -> None:
    result = tui_rnn("ask", *(run if word == "RUN" else word for word in words))
    assert (result.code, result.out) == (2, "")
    assert says in result.err
    assert result.err.count("\n") == 1


def test_texts_are_answered_one_by_one(tui_rnn: Cli, tagger: Path) -> None:
    (found,) = tui_rnn("ask", "predict", tagger, "kla mle", "xo la", "--json").records
    assert [said["words"] for said in found["said"]] == [["kla", "mle"], ["xo", "la"]]


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_a_help_page_with_its_fields(tui_rnn: Cli, name: str) -> None:
    page, entry = tui_rnn("ask", name, "--help"), QUESTIONS[name]
    assert page.code == 0
    for path, _ in flat(entry.question):
        assert (f"--{path[-1].replace('_', '-')} " in page.out) == (path[0] not in entry.arguments)
    assert f"tui-rnn ask {name} RUN" in page.out


def test_no_two_options_of_a_question_share_a_name() -> None:
    for entry in QUESTIONS.values():
        names = [path[-1] for path, _ in flat(entry.question)]
        assert len(set(names)) == len(names)
        assert not {"json", "at_step", "over_time", "rest", "run"} & set(names)
        assert all(
            name in (SOURCE, TEXT_OR_SOURCE) or name in {path[0] for path, _ in flat(entry.question)}
            for name in entry.arguments
        )
        assert bool(entry.elsewhere) == (len(entry.kinds) < 5)


def test_units_are_ranked_as_the_api_ranks_them_on_the_part_that_validates_or_on_a_source(
    tui_rnn: Cli, run: Path, tmp_path: Path
) -> None:
    (found,) = tui_rnn("ask", "units", run, "--where", "vowel", "--length", "200", "--listed", "3", "--json").records
    expected = record(load(run).ask(Units("vowel", length=200, listed=3)))
    assert {name: value for name, value in found.items() if name in expected} == expected
    assert found["units"][0].keys() >= {"layer", "signal", "unit", "score", "interval", "chance"}
    assert (found["hypothesis"], found["of"]) == ("vowel", 200)

    other = tmp_path / "other.txt"
    other.write_text("a cat and the dog. " * 30, encoding="utf-8")
    (found,) = tui_rnn("ask", "units", run, other, "--where", "vowel", "--json").records
    assert found["read"] == "570 characters"


def test_a_hypothesis_that_is_none_is_refused_in_one_line(tui_rnn: Cli, run: Path) -> None:
    for where in ("", "quote", "regex:("):
        result = tui_rnn("ask", "units", run, "--where", where)
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
