"""The home of the kinds of data."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tui_rnn.config import default_configs
from tui_rnn.kinds import ANSWERING, KINDS, LANGUAGE_MODELS, PAIRS, RUNNING_TEXT, TAGGED, TASKS, Kind


def test_every_kind_either_answers_or_is_a_language_model() -> None:
    assert {*ANSWERING, *LANGUAGE_MODELS} == set(KINDS)
    assert not set(ANSWERING) & set(LANGUAGE_MODELS)
    assert all(kind.metrics for kind in KINDS.values() if kind.answers)


def test_tasks_name_no_task_twice() -> None:
    assert TASKS == ("lm", "tag", "classify", "seq2seq")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_default_runs_are_settings_that_a_network_of_the_kind_takes(kind: Kind) -> None:
    runs = default_configs(kind.name)
    assert len({run.name for run in runs}) == len(runs) >= 2  # to be compared


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_placeholders_take_ever_fewer_words(kind: Kind) -> None:
    lengths = [len(words) for words in kind.placeholders]
    assert lengths == sorted(lengths, reverse=True)
    assert len(lengths) >= 2


def test_the_main_metric_is_the_first_one() -> None:
    assert TAGGED.main_metric is TAGGED.metrics[0]
    assert RUNNING_TEXT.main_metric is None
    assert not PAIRS.metrics[1].higher_is_better


def test_nouns_count_with_the_right_form() -> None:
    assert TAGGED.example is not None
    assert [TAGGED.example.count(n) for n in (1, 1200)] == ["1 sentence", "1,200 sentences"]


def test_only_a_running_text_is_a_stream() -> None:
    assert [kind.name for kind in KINDS.values() if kind.is_stream] == ["lm"]


def test_the_kinds_load_neither_numpy_nor_a_layer() -> None:
    code = "import sys, tui_rnn.kinds; print([m for m in sys.modules if m == 'numpy' or m.count('.') > 1 and 'tui_rnn' in m])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "[]"
