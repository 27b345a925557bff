"""The Python API, as the README shows it."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tui_rnn
from tui_rnn.data.corpus import Corpus
from tui_rnn.errors import InputError, RunError
from tui_rnn.training.api import Run, goal_config
from tui_rnn.training.run_facts import read_facts

SETTINGS: dict[str, Any] = {"hidden_size": 16, "batch_size": 4, "seq_len": 16, "warmup_steps": 5}


@pytest.fixture(scope="module")
def run(corpus: Corpus) -> Run:
    return tui_rnn.train(corpus, cell="lstm", steps=150, **SETTINGS)


def in_python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = "numpy", "numba", "textual", "rich", "safetensors", "platformdirs"
    assert in_python(f"import sys, tui_rnn; print([name for name in {heavy} if name in sys.modules])") == "[]"


@pytest.mark.parametrize("first", ["", "from tui_rnn import train; tui_rnn.load; "])
def test_train_can_be_called_whatever_was_imported_before(first: str) -> None:
    verbs = "callable(tui_rnn.train), callable(tui_rnn.load), tui_rnn.training.schedule.Schedule.__name__"
    code = f"import tui_rnn; {first}import tui_rnn.training.schedule; print({verbs})"
    assert in_python(code) == "True True Schedule"


def test_a_run_is_trained_on_a_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    run = tui_rnn.train(tmp_path / "a.txt", cell="elman", epochs=0.1, **SETTINGS)
    assert run.config.cell == "elman"
    assert run.val_loss_nats < math.log(len(run.vocabulary))


def test_a_run_is_trained_on_several_files(tmp_path: Path, text: str) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    run = tui_rnn.train([tmp_path / "a.txt", str(tmp_path / "b.txt")], cell="elman", epochs=0.1, **SETTINGS)
    run.save(tmp_path / "x.safetensors")
    assert read_facts(tmp_path / "x.safetensors").data.name == "a.txt and 1 more"


def test_a_seed_fixes_what_is_generated(run: Run) -> None:
    once, again, other = (run.generate("the ", length=40, seed=seed) for seed in (1, 1, 2))
    assert once == again != other
    assert len(once) == 4 + 40
    assert once.startswith("the ")


def test_temperature_0_takes_the_likeliest_character(run: Run) -> None:
    ids = run.vocabulary.encode("the ca")[0]
    likeliest = run.symbols.vocabulary.characters[int(run.trace("the ca")["log_probs"][-1].argmax())]
    assert run.generate("the ca", length=1, temperature=0) == "the ca" + likeliest
    assert len(ids) == 6


def test_it_generates_without_a_prompt(run: Run) -> None:
    assert len(run.generate(length=10)) == 10


def test_a_text_is_scored_as_the_trace_predicts_it(run: Run) -> None:
    text = "the cat sat. a dog ran away\n"
    log_probs = run.trace(text)["log_probs"]
    ids = run.vocabulary.encode(text)[0]
    expected = -log_probs[np.arange(len(text) - 1), ids[1:]].mean()
    score = run.evaluate(text)
    assert score.loss_nats == pytest.approx(expected, rel=1e-5)
    assert score.count == len(text) - 1
    assert score.bits == pytest.approx(score.loss_nats / math.log(2))
    assert score.perplexity == pytest.approx(math.exp(score.loss_nats))


def test_unknown_characters_are_counted_and_read_as_the_fallback(run: Run) -> None:
    score = run.evaluate("theξcatξ")
    assert score.unknown == 2
    assert score.loss_nats == run.evaluate("the cat ").loss_nats
    assert len(run.generate("ξξ", length=5)) == 2 + 5


def test_a_trace_names_every_gate(run: Run) -> None:
    trace = run.trace("a dog")
    assert set(trace) == {"i", "f", "g", "o", "c", "h", "log_probs", "symbols"}
    assert trace["symbols"].tolist() == list("a dog")
    assert trace["f"].shape == (5, 1, 16)
    assert trace["log_probs"].shape == (5, len(run.vocabulary))


def test_a_saved_run_is_the_same_run(run: Run, tmp_path: Path) -> None:
    run.save(tmp_path / "a.safetensors")
    loaded = tui_rnn.load(tmp_path / "a.safetensors")
    assert loaded.generate("the", length=50, seed=5) == run.generate("the", length=50, seed=5)
    assert loaded.evaluate("a dog sat.").loss_nats == run.evaluate("a dog sat.").loss_nats


@pytest.mark.parametrize(
    ("settings", "message"),
    [({}, "has no goal"), ({"steps": 3, "hiden_size": 3}, "no setting 'hiden_size'"), ({"steps": 3, "seconds": 1}, "one goal")],
)
def test_settings_that_can_not_be_are_refused(settings: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        goal_config("lm", **settings)


def test_with_a_goal_the_learning_rate_falls_unless_asked_otherwise() -> None:
    assert goal_config("lm", steps=3).schedule == "cosine"
    assert goal_config("lm", steps=3, schedule="constant").schedule == "constant"


def test_a_run_that_diverges_says_so(corpus: Corpus) -> None:
    with pytest.raises(RunError, match=r"diverged at step .*lower the learning rate"):
        tui_rnn.train(corpus, steps=500, learning_rate=1e7, **SETTINGS)


@pytest.mark.parametrize(
    "call",
    [
        lambda run: run.generate(length=-1),
        lambda run: run.generate(temperature=float("nan")),
        lambda run: run.generate(top_p=0),
        lambda run: run.generate(top_k=-1),
        lambda run: run.evaluate("x"),
        lambda run: run.trace(""),
        lambda run: run.trace(["a"]),
        lambda run: run.generate(5),
        lambda run: run.generate(temperature="hot"),
        lambda run: run.generate(length="long"),
        lambda run: run.generate(seed="x"),
        lambda run: run.evaluate(5),
        lambda run: run.evaluate(["a"]),
        lambda run: run.predict(5),
        lambda run: run.save(5),
        lambda run: tui_rnn.load(5),  # type: ignore[arg-type]
        lambda run: tui_rnn.load("no such file.safetensors"),
        lambda run: tui_rnn.train(5, steps=1),  # type: ignore[arg-type]
        lambda run: tui_rnn.train("counting", validation=5, steps=1),  # type: ignore[arg-type]
        lambda run: tui_rnn.train("no such file.txt", steps=1),
    ],
)
def test_what_can_not_be_done_is_refused_in_one_line(call: object, run: Run) -> None:
    with pytest.raises(InputError, match=r"\A[^\n]+\Z"):
        call(run)  # type: ignore[operator]


def test_a_text_of_one_character_is_too_short_to_score(run: Run) -> None:
    with pytest.raises(InputError, match="the text has 1 character, expected at least 2"):
        run.evaluate("x")


def test_a_run_is_saved_in_and_loaded_from_the_home_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    run.save("~/a.safetensors")
    assert (tmp_path / "a.safetensors").is_file()
    assert tui_rnn.load("~/a.safetensors").task == "lm"


def test_a_language_model_does_not_predict_labels(run: Run) -> None:
    with pytest.raises(InputError, match="language models generate"):
        run.predict("a text")
    with pytest.raises(InputError, match="is scored on a text"):
        run.evaluate([("a", "b")])
