"""The playground on the tasks: which pane they get, what its keys do, and what is asked of the engine."""

from __future__ import annotations

import re

import pytest

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import (
    METRIC,
    NEXT_VIEW,
    PREVIOUS_VIEW,
    playground,
)
from tui_rnn.insight.predict import Predict
from tui_rnn.lab.messages import OpenData
from tui_rnn.tui.views.registry import VIEWS


@pytest.mark.parametrize(
    ("kind", "header", "body"),
    [
        ("tag", "tagging · 9k sentences · 2 tags", "✗NOUN→VERB"),
        ("classify", "classification · 9k texts · 3 classes", "✗ Czech"),
        ("seq2seq", "sequence to sequence · 9k pairs", "May 1 1999"),
        ("items", "item by item · 9k items", "= emma"),
    ],
)
async def test_each_task_has_a_pane_of_its_own_and_one_key_goes_through_all_its_views(
    kind: str, header: str, body: str
) -> None:
    async with playground(FakeEngine(kind), size=(140, 40)) as lab:
        await lab.train(4)

        assert header in lab.top
        assert f"─ {VIEWS[kind][0].name} · " in lab.text
        assert body in lab.text
        assert "sample · " not in lab.text

        if kind == "seq2seq":  # the table has the metric
            table = lab.text.splitlines()[-5:-1]
            assert "exact" in table[0]
            assert "%" in table[1]

        names = [view.name for view in VIEWS[kind]] if kind != "items" else []  # which has one view
        for name in (*names, *names[:1]):  # one key goes through all views, and around
            assert f"─ {name} · " in lab.text
            await lab.press(NEXT_VIEW)


async def test_the_metric_takes_the_place_of_the_loss_with_its_baselines() -> None:
    async with playground(FakeEngine("tag")) as lab:
        assert "loss · bits/word over characters" in lab.text
        await lab.press(METRIC)

        assert "accuracy · % over characters" in lab.text
        assert "counting alone 50.0%" in lab.text
        assert "dots: landmarks" in lab.text


async def test_only_what_is_seen_is_answered() -> None:
    async with playground(FakeEngine("tag"), size=(80, 24)) as lab:
        assert "tab views 1/3" in lab.line(-1), "the way to the next pane is named"
        assert lab.engine.watched(Predict) is None
        await lab.press("tab")
        assert lab.engine.question(Predict).examples > 0


async def test_the_reason_for_the_task_is_said_and_why_a_key_has_no_use_once_while_it_can_be_read() -> None:
    async with playground(FakeEngine("tag")) as lab:
        assert "task tag: seen in the file (another with --task)" in lab.notices
        await lab.press("z", "z", "z")
        assert sum("nothing was changed yet" in notice for notice in lab.notices) == 1

        await lab.press("tab", "full_stop")  # the loss chart
        assert "this view has one page only" in lab.notices[-1]


async def test_a_key_that_depends_on_the_task_says_to_wait_while_the_data_open() -> None:
    async with playground(FakeEngine("tag", compile_s=3600)) as lab:
        for key in ("p", "right_square_bracket", "s"):
            lab.forget_notices()
            await lab.press(key)
            assert lab.notices[-1:] == ["the data are still being opened"], key


async def test_help_tells_what_each_view_shows() -> None:
    async with playground(FakeEngine("classify"), size=(120, 100)) as lab:
        await lab.press("question_mark")

        await lab.press("question_mark")
        for view in VIEWS["classify"]:
            assert view.help.shows[:40] in lab.text


async def test_other_data_bring_their_own_pane() -> None:
    async with playground(FakeEngine("tag")) as lab:
        lab.engine.kind = "lm"
        lab.engine.send(OpenData(lab.engine.sent_of(OpenData)[0].request, None))
        await lab.train(4)
        assert "─ sample · " in lab.text
        assert "─ sentences · " not in lab.text


async def test_a_score_says_of_which_step_it_is_beside_newer_answers() -> None:
    async with playground(FakeEngine("classify"), size=(200, 50)) as lab:
        await lab.train(1)
        assert re.search(r"% right at step [\d,]+ · .*% macro F1 · answers of step [\d,]+", lab.text)

        await lab.press(PREVIOUS_VIEW)  # the confusion holds the scores alone
        assert "at step" in lab.text
        assert "answers of step" not in lab.text
