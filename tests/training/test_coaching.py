"""The facts that the coach gets are the trainer's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.tasks import PROBLEMS
from tui_rnn.config import RunConfig
from tui_rnn.data.corpus import corpus_from_text
from tui_rnn.insight.coach import remark
from tui_rnn.training.coaching import facts_of
from tui_rnn.training.trainer import Trainer


def test_a_text_that_repeats_itself_is_told_before_its_loss_is_believed(text: str, small: RunConfig) -> None:
    trainer = Trainer(replace(small, seq_len=16), corpus_from_text(text[:2000] * 20))
    while trainer.step < 60:
        trainer.advance(20)
    facts = facts_of(trainer, [("trigram", 0.1)])
    assert facts.repeated > 0.9
    assert facts.parameters == trainer.learner.network.parameter_count
    assert facts.val_step[-1] == trainer.history.evaluated_step
    assert facts.train_step[-1] == pytest.approx(trainer.step)
    assert facts.update > 0
    said = remark(facts)
    assert said is not None
    assert said.name == "copied"
    assert f"{facts.repeated:.0%} of the validation part" in said.told


@pytest.mark.parametrize("task", sorted(PROBLEMS))
def test_a_run_on_examples_has_facts_too(task: str, tmp_path: Path) -> None:
    trainer = Trainer(PROBLEMS[task].config, PROBLEMS[task].open(tmp_path))
    assert facts_of(trainer).step == 0
    while trainer.step < 3:
        trainer.advance(3)
    facts = facts_of(trainer)
    assert (facts.repeated, facts.unlike_nats) == (0.0, 0.0)
    assert all(0 <= share <= 1 for _, share in facts.stuck)


LINES = [f"the {word} sits {'so ' * n}" for n in range(40) for word in ("cat", "dog")]
WORDS = {
    "tag": "".join("".join(f"{word}\t{word[0].upper()}\n" for word in line.split()) + "\n" for line in LINES),
    "classify": "text\tlabel\n" + "".join(f"{line}\t{line[4:7]}\n" for line in LINES),
}


@pytest.mark.parametrize("task", WORDS)
def test_a_run_that_reads_words_with_their_letters_has_facts_too(task: str, tmp_path: Path) -> None:
    problem = PROBLEMS[task]
    problem = replace(problem, text=lambda: WORDS[task], request=problem.request | {"tokens": "word+char"})
    trainer = Trainer(problem.config, problem.open(tmp_path))
    while trainer.step < 3:
        trainer.advance(3)
    assert facts_of(trainer).stuck
