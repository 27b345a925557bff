"""The playground on the tasks: which pane they get, what its keys do, and what is asked of the engine."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.tui import fake_tasks
from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import (
    BEAM,
    DIRECTION,
    HOTTER,
    METRIC,
    NEXT_VIEW,
    ORDER,
    PREVIOUS_VIEW,
    READ,
    Driver,
    playground,
)
from tests.tui.task_examples import confusion
from tui_rnn.insight.answers import ClassifiedText
from tui_rnn.insight.items import Items
from tui_rnn.insight.predict import Predict
from tui_rnn.insight.trace import Trace
from tui_rnn.lab.messages import OpenData
from tui_rnn.tui.views.gates import GatesPane
from tui_rnn.tui.views.registry import VIEWS
from tui_rnn.tui.views.task_pane import TaskPane
from tui_rnn.tui.widgets.heatmap import HeatMap


def pane(lab: Driver, number: int = 1) -> TaskPane:
    return lab.app.screen.query_one(f"#task-{number}", TaskPane)


@pytest.mark.parametrize(
    ("kind", "header", "body"),
    [
        ("tag", "tagging · 9k sentences · 2 tags", "✗NOUN→VERB"),
        ("classify", "classification · 9k texts · 3 classes", "✗ Czech"),
        ("seq2seq", "sequence to sequence · 9k pairs", "May 1 1999"),
        ("items", "item by item · 9k items", "= emma"),
    ],
)
async def test_each_task_has_a_pane_of_its_own(kind: str, header: str, body: str) -> None:
    async with playground(FakeEngine(kind), size=(140, 40)) as lab:
        await lab.train(4)

        assert header in lab.top
        assert f"─ {VIEWS[kind][0].name} · " in lab.text
        assert body in lab.text
        assert "sample · " not in lab.text


async def test_the_reason_for_the_task_is_said() -> None:
    async with playground(FakeEngine("tag")) as lab:
        assert "task tag: seen in the file (another with --task)" in lab.notices


@pytest.mark.parametrize("kind", ["tag", "classify", "seq2seq"])
async def test_one_key_goes_through_all_views_and_the_views_go_around(kind: str) -> None:
    async with playground(FakeEngine(kind)) as lab:
        await lab.train(4)
        names = [view.name for view in VIEWS[kind]]
        for name in names:
            assert f"─ {name} · " in lab.text
            await lab.press(NEXT_VIEW)

        assert f"─ {names[0]} · " in lab.text


async def test_what_is_typed_is_asked_of_the_shown_run_and_read_by_the_gates() -> None:
    async with playground(FakeEngine("tag")) as lab:
        await lab.press("p", *"go", "enter")
        await lab.train(1)

        assert lab.engine.asked(Predict)[-1] == (lab.current.run_id, Predict(("go",)))
        assert lab.engine.question(Trace).text == "go"
        assert "›? go" in lab.text


async def test_escape_lets_go_of_what_was_typed() -> None:
    async with playground(FakeEngine("tag")) as lab:
        await lab.press("p", *"go", "enter", "escape")
        await lab.train(1)

        assert lab.engine.question(Trace).text is None
        assert "›? go" not in lab.text


async def test_a_text_for_the_gates_is_answered_too() -> None:
    async with playground(FakeEngine("classify")) as lab:
        await lab.press(READ, *"Dvorak", "enter")

        assert lab.engine.asked(Predict)[-1][1].texts == ("Dvorak",)
        assert "? Czech" in lab.text


async def test_the_chosen_example_is_what_the_gates_read() -> None:
    async with playground(FakeEngine("classify")) as lab:
        await lab.press("right_square_bracket")
        await lab.train(1)

        assert lab.engine.question(Trace).example == 1
        assert lab.app.screen.query_one("#gates-1", GatesPane).focus_on.now.text == "Kowalski"


async def test_a_beam_is_asked_for_what_is_typed() -> None:
    async with playground(FakeEngine("seq2seq")) as lab:
        await lab.press(BEAM, "p", *"7", "enter")

        assert lab.engine.asked(Predict)[-1][1].beam == 3


async def test_comparing_shows_the_same_view_of_both_runs() -> None:
    async with playground(FakeEngine("seq2seq"), size=(160, 40)) as lab:
        await lab.press("c", NEXT_VIEW)
        await lab.train(4)

        assert lab.text.count("─ attention · ") == 2


async def test_compared_runs_are_told_apart_in_narrow_panes_too() -> None:
    async with playground(FakeEngine("seq2seq"), size=(80, 24)) as lab:
        await lab.press("c", "tab", NEXT_VIEW)
        await lab.train(1)
        assert "─ attention · 1 BiLSTM 128 ─" in lab.line(2)
        assert "─ attention · 2 BiLSTM 128 no atten… ─" in lab.line(2)

        await lab.press("tab")
        await lab.train(1)
        assert "─ 1 encoder forward · f forget gate ─" in lab.line(2)
        assert "─ 2 encoder forward · f forget gate ─" in lab.line(2)


async def test_states_beside_gates_are_titled_like_these() -> None:
    async with playground(FakeEngine("tag"), size=(120, 40)) as lab:
        await lab.press("c")
        await lab.train(1)

        assert "─ gates · 2 BiLSTM 128 · forward · f forget gate ─" in lab.text
        assert "─ states · 1 BiElman 128 · forward · h hidden state ─" in lab.text


async def test_the_gates_of_compared_runs_are_titled_alike() -> None:
    async with playground(FakeEngine("seq2seq"), size=(120, 40)) as lab:
        await lab.press("c")
        await lab.train(1)

        assert "─ gates · 1 BiLSTM 128 · encoder forward · f forget gate ─" in lab.text
        assert re.search(r"─ 2 BiLSTM 128 no att\w*… · encoder forward · f forget gate ─", lab.text)


async def test_one_chart_of_every_run_is_enough_while_comparing() -> None:
    async with playground(FakeEngine("seq2seq")) as lab:
        await lab.press("c", PREVIOUS_VIEW)
        await lab.train(4)
        assert lab.text.count("─ by length · every run") == 1

        await lab.press(NEXT_VIEW)
        assert lab.text.count("─ outputs · ") == 2


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_narrow_pane_names_the_view_and_how_many_there_are(size: tuple[int, int]) -> None:
    async with playground(FakeEngine("classify"), size=size) as lab:
        await lab.press("c", NEXT_VIEW, NEXT_VIEW)

        assert ", .  contributions  3 of 4" in lab.text


async def test_the_metric_takes_the_place_of_the_loss_with_its_baselines() -> None:
    async with playground(FakeEngine("tag")) as lab:
        assert "loss · bits/word over characters" in lab.text
        await lab.press(METRIC)

        assert "accuracy · % over characters" in lab.text
        assert "counting alone 50.0%" in lab.text
        assert "dots: landmarks" in lab.text


async def test_what_the_dots_are_is_said_in_whole_words_beside_two_compared_runs() -> None:
    async with playground(FakeEngine("tag")) as lab:
        await lab.press(METRIC, "c")
        assert "dots: landmarks" in lab.text


async def test_the_table_has_the_metric() -> None:
    async with playground(FakeEngine("seq2seq")) as lab:
        table = lab.text.splitlines()[-5:-1]

        assert "exact" in table[0]
        assert "%" in table[1]


async def test_the_gates_show_each_direction_and_the_decoder() -> None:
    async with playground(FakeEngine("seq2seq")) as lab:
        await lab.train(1)
        seen = []
        for _ in range(3):
            seen += [name for name in ("encoder forward", "encoder backward", "decoder") if f"· {name} ·" in lab.text]
            await lab.press(DIRECTION)

        assert seen == ["encoder forward", "encoder backward", "decoder"]


async def test_compared_runs_show_the_same_direction() -> None:
    async with playground(FakeEngine("tag"), size=(160, 40)) as lab:
        await lab.train(1)
        await lab.press(DIRECTION, "c", DIRECTION, DIRECTION)
        await lab.train(1)

        assert lab.text.count("· backward ·") == 2


async def test_a_direction_chosen_before_comparing_holds_for_both() -> None:
    async with playground(FakeEngine("tag"), size=(160, 40)) as lab:
        await lab.train(1)
        await lab.press(DIRECTION, "c")
        await lab.train(1)

        assert lab.text.count("· backward ·") == 2


@pytest.mark.parametrize(("key", "seen"), [("g", "g candidate"), ("enter", "over the text"), (ORDER, "by index")])
async def test_what_was_chosen_in_the_gates_of_one_run_is_chosen_for_both(key: str, seen: str) -> None:
    async with playground(FakeEngine("classify"), size=(240, 40)) as lab:  # two LSTMs
        await lab.press(key, "c")
        await lab.train(1)

        assert lab.text.count(seen) == 2


@pytest.mark.parametrize("steps", [-1, 25])
async def test_the_chosen_example_comes_into_view_in_both_compared_panes(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    names = tuple(f"N{number}" for number in range(40))
    monkeypatch.setitem(fake_tasks.TEXTS, "classify", names)
    async with playground(FakeEngine("classify"), size=(100, 28)) as lab:
        await lab.press("c")
        lab.app.lab.navigation.next_example(steps)
        await lab.look()
        await lab.train(4)

        chosen = names[steps]
        assert len(re.findall(f"› . Czech +.70 {chosen} ", lab.text)) == 2


@pytest.mark.parametrize("view", [1, 2])  # as read, contributions
async def test_another_long_text_is_shown_where_its_cursor_is(view: int, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ("x" * 60, "y" * 60, "z" * 60)
    monkeypatch.setitem(fake_tasks.TEXTS, "classify", texts)
    async with playground(FakeEngine("classify"), size=(100, 30)) as lab:
        await lab.train(1)
        await lab.press(*[NEXT_VIEW] * view, "tab", "end", "right_square_bracket")
        await lab.train(1)

        start = 0 if view == 1 else int(np.abs(first_contributions()).argmax())
        assert start in pane(lab).query_one(HeatMap).characters_in_view


def first_contributions() -> np.ndarray:
    """Of each character to the class that the fake network names."""
    answer = fake_tasks.answer("classify", fake_tasks.TEXTS["classify"][1])
    assert isinstance(answer, ClassifiedText)
    assert answer.contributions is not None
    found: np.ndarray = answer.contributions[:, 0]
    return found


async def test_the_cursor_of_a_confusion_stays_where_it_began(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "truth Polish, said Czech"  # the most frequent mistake, at first
    async with playground(FakeEngine("classify")) as lab:
        await lab.press(NEXT_VIEW, NEXT_VIEW, NEXT_VIEW)
        await lab.train(1)
        assert told in lab.text

        other = confusion(fake_tasks.CLASSES, [[2, 1, 7], [1, 7, 0], [0, 0, 5]])
        scored = fake_tasks.scored
        monkeypatch.setattr(fake_tasks, "scored", lambda *args: replace(scored(*args), confusion=other))
        await lab.train(4)
        assert told in lab.text
        assert "12.5% · " in lab.text  # 1 of 8


async def test_only_what_is_seen_is_answered() -> None:
    async with playground(FakeEngine("tag"), size=(80, 24)) as lab:
        assert lab.engine.watched(Predict) is None
        await lab.press("tab")
        assert lab.engine.question(Predict).examples > 0


async def test_items_follow_the_temperature() -> None:
    async with playground(FakeEngine("items")) as lab:
        await lab.press(HOTTER)
        await lab.train(4)

        assert lab.engine.question(Items).count > 0
        assert lab.engine.question(Items).sampling.temperature == pytest.approx(0.9)
        assert "temperature 0.9" in lab.text


async def test_items_begin_with_what_is_typed_until_it_is_let_go() -> None:
    async with playground(FakeEngine("items")) as lab:
        await lab.press("p", *"Jo", "enter")
        await lab.train(4)
        assert lab.engine.question(Items).prompt == "Jo"
        assert 'begun by "Jo" ─' in lab.text
        assert "Joemma" in lab.text

        await lab.press("escape")
        await lab.train(4)
        assert lab.engine.question(Items).prompt == ""
        assert "begun by" not in lab.text


async def test_an_emptied_line_lets_go_of_what_was_typed() -> None:
    async with playground(FakeEngine("items")) as lab:
        await lab.press("p", "J", "enter", "p", "backspace", "enter")
        await lab.train(4)

        assert lab.engine.question(Items).prompt == ""
        assert lab.app.screen.focused is pane(lab)


async def test_items_of_other_data_begin_freely() -> None:
    async with playground(FakeEngine("items")) as lab:
        await lab.press("p", "J", "enter")
        lab.engine.send(OpenData(lab.engine.sent_of(OpenData)[0].request, None))
        await lab.train(4)

        assert lab.engine.question(Items).prompt == ""


async def test_a_key_without_a_use_says_so() -> None:
    async with playground(FakeEngine("tag")) as lab:
        await lab.press("tab", "full_stop")  # the loss chart
        assert "this view has one page only" in lab.notices[-1]


async def test_a_warning_that_can_still_be_read_is_not_said_again() -> None:
    async with playground(FakeEngine("tag")) as lab:
        await lab.press("z", "z", "z")
        assert sum("nothing was changed yet" in notice for notice in lab.notices) == 1


@pytest.mark.parametrize("key", ["p", "right_square_bracket", "s"])
async def test_a_key_that_depends_on_the_task_says_to_wait_while_the_data_open(key: str) -> None:
    async with playground(FakeEngine("tag", compile_s=3600)) as lab:
        await lab.press(key)
        assert lab.notices[-1] == "the data are still being opened"


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


@pytest.mark.parametrize("kind", ["seq2seq", "items"])
async def test_resizing_never_fails(kind: str) -> None:
    async with playground(FakeEngine(kind)) as lab:
        await lab.press("c")
        for width, height in ((80, 24), (1, 1), (100, 28)):
            await lab.pilot.resize_terminal(width, height)
            await lab.press("full_stop", "tab")
            await lab.train(4)

        assert lab.app.is_running


async def test_while_a_text_is_typed_the_last_line_names_no_letters() -> None:
    async with playground(FakeEngine("tag"), size=(80, 24)) as lab:
        await lab.press("p", "g", "o")
        assert lab.text.splitlines()[-1].split() == "Enter done Esc let go tab next pane F1 help".split()

        await lab.press("enter")
        assert "space pause" in lab.text.splitlines()[-1]


@pytest.mark.parametrize(("key", "words"), [(READ, "Enter read it  Esc leave"), ("p", "Enter write on  Esc let go")])
async def test_the_last_line_says_what_becomes_of_a_typed_text(key: str, words: str) -> None:
    async with playground() as lab:
        await lab.press(key)
        assert words in lab.text.splitlines()[-1]


@pytest.mark.parametrize("kind", ["lm", *VIEWS])
async def test_the_way_to_the_next_pane_is_always_named(kind: str) -> None:
    async with playground(FakeEngine(kind), size=(80, 24)) as lab:
        assert "tab views 1/3" in lab.text.splitlines()[-1]


@pytest.mark.parametrize("kind", VIEWS)
async def test_where_a_text_is_typed_its_key_stands_before_the_line(kind: str) -> None:
    async with playground(FakeEngine(kind), size=(60, 20)) as lab:
        await lab.press("tab")
        await lab.train(1)

        assert re.search("│p › a \\w+", lab.text)


async def test_in_a_very_small_terminal_it_is_said_which_of_how_many_views_is_seen() -> None:
    async with playground(FakeEngine("classify"), size=(60, 20)) as lab:
        assert lab.text.splitlines()[-1].split() == "space pause p type c two runs tab 1/3 ? help q quit".split()


async def test_a_score_says_of_which_step_it_is_beside_newer_answers() -> None:
    async with playground(FakeEngine("classify"), size=(200, 50)) as lab:
        await lab.train(1)
        assert re.search(r"% right at step [\d,]+ · .*% macro F1 · answers of step [\d,]+", lab.text)

        await lab.press(PREVIOUS_VIEW)  # the confusion holds the scores alone
        assert "at step" in lab.text
        assert "answers of step" not in lab.text


@pytest.mark.parametrize("kind", VIEWS)
async def test_where_to_type_is_named_in_a_small_terminal_too(kind: str) -> None:
    async with playground(FakeEngine(kind), size=(80, 24)) as lab:
        for _ in VIEWS[kind]:
            assert re.search(r"  p (type|prompt)  ", lab.text.splitlines()[-1])
            await lab.press("tab", "full_stop")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_matrix_that_is_seen_in_part_says_so(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fake_tasks.TEXTS, "seq2seq", ("1234567890" * 4,))
    async with playground(FakeEngine("seq2seq"), size=size) as lab:
        await lab.press("c", NEXT_VIEW)
        await lab.train(4)
        rows = re.search(r"rows 1–(\d+)(?: of |/)(\d+)", lab.text)
        assert rows is not None
        (seen, count) = map(int, rows.groups())
        assert count == 41
        assert "characters 1–" in lab.text

        pane(lab).focus()
        await lab.press(*["down"] * (seen + 1))
        assert re.search(f"rows 3–{seen + 2}(?: of |/)41", lab.text)


async def test_a_matrix_that_is_seen_whole_says_nothing_of_it() -> None:
    async with playground(FakeEngine("classify")) as lab:
        await lab.press(PREVIOUS_VIEW)
        await lab.train(4)

        assert " of the row" in lab.text
        assert not re.search(r"(rows|columns) \d+–\d+ of 3", lab.text)


async def test_the_label_of_a_row_stands_beside_its_numbers() -> None:
    async with playground(FakeEngine("classify"), size=(200, 60)) as lab:
        pane(lab).focus()
        await lab.press(PREVIOUS_VIEW, "m")
        await lab.train(4)

        for label, share in (("Czech", 80), ("Polish", 75), ("Dutch", 100)):
            assert re.search(rf"│{label} .* {share} ", lab.text)


@pytest.mark.parametrize("kind", ["classify", "seq2seq"])
async def test_which_example_is_chosen_is_said_between_compared_runs_too(kind: str) -> None:
    async with playground(FakeEngine(kind)) as lab:
        await lab.press("c", "right_square_bracket")
        await lab.train(4)
        count = len(fake_tasks.TEXTS[kind])

        assert len(re.findall(rf"\[ \] (example 2 of|2/) ?{count}", lab.text)) == 2


async def test_without_colour_the_number_in_a_full_cell_stands_on_its_ground(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with playground(FakeEngine("classify"), size=(200, 60)) as lab:
        pane(lab).focus()
        await lab.press(PREVIOUS_VIEW, "m", "up", "up", "up", "left", "left", "left")  # the cursor out of the way
        await lab.train(4)

        numbers = [
            segment for strip in lab.app.screen._compositor.render_strips() for segment in strip if "100" in segment.text
        ]
        assert any(segment.text.strip() == "100" and segment.style and segment.style.reverse for segment in numbers)


@pytest.mark.parametrize(("kind", "view"), [("classify", "as read"), ("seq2seq", "attention")])
async def test_a_character_that_is_chosen_in_a_matrix_is_chosen_in_the_gates_and_the_other_way_round(
    kind: str, view: str
) -> None:
    async with playground(FakeEngine(kind)) as lab:
        await lab.press("tab", NEXT_VIEW)
        assert pane(lab).view.name == view
        gates = lab.app.screen.query_one("#gates-1", GatesPane)
        pane(lab).focus()
        await lab.press("left", "left", "left", "left", "left", "left", "left", "left", "left", "right", "right")
        assert gates.focus_on.pinned[0] == 2

        gates.focus()
        await lab.press("right")
        assert gates.focus_on.pinned[0] == 3
        assert pane(lab)._stage._place(pane(lab)._stage.scene.body)[0] == 3  # type: ignore[arg-type]
