"""What can be seen in the gates of a built-in corpus: the sentence, and the unit that shows it now."""

from __future__ import annotations

from dataclasses import replace

from tests.tui.fake_engine import FakeEngine
from tests.tui.lab_driver import playground
from tui_rnn.insight.unit_ranking import ProbeScore, UnitScore
from tui_rnn.insight.units import Units, UnitsFound
from tui_rnn.lab.messages import Answered, Command, DataOpened, Event, Watch

LOOK = "A unit that climbs with each bracket."


class OfBuiltin(FakeEngine):
    """It opens a corpus that says what to look for, and by which hypothesis."""

    def emit(self, *events: Event) -> None:
        super().emit(*map(telling, events))


def telling(event: Event) -> Event:
    return replace(event, what_to_look_for=LOOK, tracks="depth") if isinstance(event, DataOpened) else event


def found(score: float) -> UnitsFound:
    best = UnitScore(1, "forward", "c", 61, 0.7, score, (0.6, 0.9), 0.31, True)
    probe = ProbeScore(256, 0.99, (0.98, 1.0), 0.2)
    return UnitsFound(1151, "depth", "depth of brackets", "Spearman", 900, 4000, "4,000 characters", 768, (best,), probe)


def watched(commands: list[Command]) -> list[Units]:
    latest = [one for one in commands if isinstance(one, Watch)][-1]
    return [one.question for one in latest.questions if isinstance(one.question, Units)]


async def test_the_hint_names_the_unit_that_holds_now_with_its_score_and_chance() -> None:
    engine = OfBuiltin()
    async with playground(engine) as lab:
        assert LOOK in lab.text
        assert [one.where for one in watched(engine.sent)] == ["depth"]
        run_id = lab.current.run_id
        engine.runs[run_id].step = 1151
        engine.emit(Answered(run_id, watched(engine.sent)[0], found(0.82)))
        await lab.look()
        shown = " ".join(lab.text.replace("│", " ").split())
        assert "Best at step 1,151: c of unit 61 (Spearman .82, by chance .31, over" in shown
        engine.emit(Answered(run_id, watched(engine.sent)[0], found(0.2)))
        await lab.look()
        assert "No unit at step 1,151 is beyond chance" in " ".join(lab.text.replace("│", " ").split())


async def test_the_hint_says_nothing_of_weights_from_before_half_of_the_training() -> None:
    engine = OfBuiltin()
    async with playground(engine) as lab:
        await lab.train(3)
        engine.runs[lab.current.run_id].step = 2303
        engine.emit(Answered(lab.current.run_id, watched(engine.sent)[0], found(0.82)))
        await lab.look()
        assert "Best at" not in lab.text
        engine.runs[lab.current.run_id].step = 2301
        await lab.look()
        assert "Best at step 1,151" in lab.text


async def test_with_the_hint_the_asking_ends() -> None:
    engine = OfBuiltin()
    async with playground(engine) as lab:
        await lab.press("escape")
        await lab.train(1)
        assert LOOK not in lab.text
        assert watched(engine.sent) == []


async def test_a_text_without_a_hint_asks_nothing() -> None:
    engine = FakeEngine()
    async with playground(engine):
        assert watched(engine.sent) == []
