"""A lesson of three pages for the tests of Learn, and how a test goes through it."""

from __future__ import annotations

from tests.tui.lab_driver import Driver
from tui_rnn.lessons.lesson import Lesson

LESSON = """
title = "A small lesson"
afterwards = ["what a step is"]
source = "prose"

[[runs]]
name = "one"
cell = "elman"
hidden_size = 8
seed = 5

[[pages]]
title = "First"
text = "It has made {step:d} steps and has {parameters:,d} weights.\\n\\nIts loss is {val_loss:.2f} nats."
view = { name = "loss" }

[pages.until]
says = "it has made 40 steps"
holds = "step >= 40"

[[pages]]
title = "Second"
text = "It reads [{trace(text='ab').text}]."
view = { name = "gates", text = "ab", position = 1, unit = 3 }

[pages.guess]
asks = "How many characters does it read?"
choices = [
    { says = "two", holds = "len(trace(text='ab').text) == 2" },
    { says = "three", holds = "len(trace(text='ab').text) == 3" },
]

[[pages]]
title = "Third"
text = "Now it is your turn."
view = { name = "samples" }
do = "Press n."

[pages.until]
says = "a step was made by hand"
key = "n"
"""


async def learn(lab: Driver, lesson: Lesson) -> None:
    lab.app.lab.navigation.learn(lesson)
    await settled(lab)


async def settled(lab: Driver) -> None:
    """Until the page's runs are there and all it asks is answered."""
    teacher = lab.app.lab.teacher
    for _ in range(200):
        await lab.look()
        teacher.look()
        if teacher.is_complete:
            await lab.look()
            return
    raise AssertionError("the page is not filled in")


def page(lab: Driver) -> str:
    """The words of the page, whatever the lines are broken like."""
    return lab.app.lab.panes.views.lesson.to_copy
