"""The teacher: opens a lesson's pages and their networks, fills in their numbers, and notes what a person has reached."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tui_rnn.lab.messages import AddRun, OpenData
from tui_rnn.lessons.lesson import Lesson, Page, Until
from tui_rnn.lessons.progress import Progress
from tui_rnn.tui.learn.coming import Coming, is_open, paused_words, waited_for
from tui_rnn.tui.learn.filling import Filling
from tui_rnn.tui.learn.keeping import Keeping
from tui_rnn.tui.learn.looking import look_at, units_of, view_of
from tui_rnn.tui.learn.world import ScreenWorld
from tui_rnn.tui.views.lesson.seen import Listed, PageSeen, UntilSeen

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen

LOOK_S = 0.3  # between two looks at what can be filled in
REFRESH_S = 3.0  # while training goes on, the weights of a page are no older
REFRESH_SHARE = 4  # they stay at least so many times as long as the page's questions need


class Teacher:
    """Goes through lessons on a lab screen."""

    def __init__(self, lab: LabScreen) -> None:
        self._lab = lab
        pane = lab.panes.views.lesson
        pane.turned, pane.guessed, pane.chosen = self.turn, self.guess, self.open_named
        pane.why_no_turn = lambda: self.why_no_page
        self.lesson: Lesson | None = None
        self.at = 0
        self.world = ScreenWorld(lab.state, lab.panes.selection.steps, lab.asks, self.look)
        self._fill = Filling(self.world)
        self._kept = Keeping(lab)
        self._lessons: Sequence[Lesson] = ()
        self._guesses: dict[tuple[str, int], int] = {}
        self._coming = Coming()
        self._arrived = False  # whether the page's runs have come, and its view shows them
        self._before: dict[str, Any] = {}  # the selection when the page opened
        self._looked_s = self._held_s = 0.0
        self._asked_s: float | None = None
        self._told_step: int | None = None  # of the weights that last gave all of the page's numbers

    # ------------------------------------------------------------- lessons and pages

    def lessons(self) -> Sequence[Lesson]:
        """The chapter's lessons, read when first needed."""
        if not self._lessons:
            from tui_rnn.lessons import shelf

            self._lessons = tuple(shelf.lessons())
        return self._lessons

    def listed(self) -> tuple[Listed, ...]:
        """The list of lessons, with the person's progress."""
        return tuple(
            Listed(
                lesson.name, lesson.called, (now := self._kept.of(lesson.name)).told(lesson),
                "Afterwards you can say " + "; ".join(lesson.afterwards) + ".", now.done(lesson),
            )
            for lesson in self.lessons()
        )  # fmt: skip

    def open(self, lesson: Lesson) -> None:
        """Go on with a lesson where it was left; a finished one begins again."""
        self.lesson, self._guesses, self._fill = lesson, {}, Filling(self.world)
        self._coming.forget()
        now = self._kept.of(lesson.name)
        self._go_to(0 if now.done(lesson) else min(now.page, len(lesson.pages) - 1))

    def open_named(self, name: str) -> None:
        self.open(next(lesson for lesson in self.lessons() if lesson.name == name))

    def close(self) -> None:
        """Back to the list."""
        self.lesson = None
        self.world.forget()
        self._lab.panes.put_beside("loss")
        self._show()

    @property
    def why_no_page(self) -> str:
        """Why there is no page to turn to."""
        return "no lesson is open: Enter opens one" if self.lesson is None else ""

    @property
    def opens(self) -> bool:
        """Whether the data that are open, or being opened, are the lesson's own, not a person's choice."""
        corpus, lesson = self._lab.state.corpus, self.lesson
        if lesson is None or self._coming.request is not None or lesson.any_data or corpus is None:
            return lesson is not None and self._coming.request is not None
        return is_open(corpus, lesson.run(self.page.run).request)

    def turn(self, by: int) -> None:
        """Go to the next page, or to the one before. At an end, say so."""
        if self.lesson is None:
            return
        if 0 <= (at := self.at + by) < len(self.lesson.pages):
            self._go_to(at)
        else:
            self._lab.say(f"this is the {'first' if at < 0 else 'last'} page: a lists the lessons")

    @property
    def page(self) -> Page:
        assert self.lesson is not None
        return self.lesson.pages[self.at]

    def _go_to(self, at: int) -> None:
        assert self.lesson is not None
        self.at, self._arrived, self._before, self._told_step = at, False, {}, None
        self._coming.turn(self.world.runs, self._lab.state.corpus)
        self.world.forget()
        self._fill.forget()
        self._note_progress(self._now.at(at))
        self._lab.panes.put_beside(view_of(self.page, (self.lesson.name, at) in self._guesses))
        self.look()

    @property
    def _now(self) -> Progress:
        assert self.lesson is not None
        return self._kept.of(self.lesson.name)

    def _note_progress(self, now: Progress) -> None:
        assert self.lesson is not None
        self._kept.note(self.lesson.name, now)

    def guess(self, choice: int) -> None:
        """Take a person's guess, and show the page."""
        if self.lesson is not None and self.page.guess is not None:
            self._guesses.setdefault((self.lesson.name, self.at), choice)
            self._lab.panes.put_beside(view_of(self.page))
            self.look()

    # ------------------------------------------------------------- from moment to moment

    def beat(self) -> None:
        """Look again now and then."""
        if self.lesson is not None and time.monotonic() - self._looked_s >= LOOK_S:
            self.look()

    def look(self) -> None:
        """Get the page's networks, fill in the numbers, and see whether what the page waits for has come."""
        if self.lesson is None or not self._lab.panes.teaches:
            self._show()
            return
        self._looked_s = time.monotonic()
        self._prepare(self.lesson)
        if self._arrived:
            self._refresh()
        self._show()

    def _prepare(self, lesson: Lesson) -> None:
        """Open the page's data and runs, unless they are open; then show what the page is about."""
        state, page = self._lab.state, self.page
        if lesson.any_data and state.corpus is not None:
            if state.current is not None:
                self.world.runs = {run.name: state.current.run_id for run in lesson.runs}
                self._arrive(page, [state.current.run_id])
            return
        request = lesson.run(page.run).request
        wanted = [run for run in lesson.runs if run.request == request]
        if state.corpus is None or not is_open(state.corpus, request):
            self.world.runs = {}  # nothing is said about the networks of other data
            if self._coming.request != request:
                self._coming.opens(request, state.corpus)
                command = OpenData(request, tuple(run.config for run in wanted), lesson.begins_paused and self.at == 0)
                if state.corpus is None:
                    self._lab.app.opening = (command,)
                state.coming = "The networks of this page come when its data are read."
                self._lab.send(command)
            return
        left, found = list(state.runs.values()), dict[str, int]()
        for run in wanted:
            if (one := next((one for one in left if one.config == run.config), None)) is not None:
                left.remove(one)
                found[run.name] = one.run_id
            elif self._coming.request != request and run.name not in self._coming.added:
                self._coming.added.add(run.name)
                self._lab.send(AddRun(run.config))
        self.world.runs, self.world.own = found, page.run
        if all(name in found for name in page.shown) and page.run in found:
            self._arrive(page, [found[name] for name in page.shown])

    def _arrive(self, page: Page, shown: list[int]) -> None:
        if self._arrived:
            return
        self._arrived, self._coming.request = True, None
        self.world.own = page.run
        state = self._lab.state
        state.shown, state.chosen = tuple(shown), True
        look_at(self._lab, page)
        self._before = self._selected
        if not state.runs[shown[0]].paused:
            self._lab.frozen.go_to(None)
            self._held_s = time.monotonic()

    @property
    def _selected(self) -> dict[str, Any]:
        selection = self._lab.panes.selection
        return {"unit": selection.unit, "position": selection.position, "range": selection.range, "text": selection.text}

    def _refresh(self) -> None:
        """While training goes on, look at newer weights once the page has all numbers of the held ones."""
        state, selection, now = self._lab.state, self._lab.panes.selection, time.monotonic()
        runs = [state.runs[run_id] for run_id in self.world.runs.values() if run_id in state.runs]
        self._lab.frozen.look(runs)
        self.world.forget_old()
        if self._fill.pending or self.world.waits:
            self._asked_s = self._asked_s or now
            return
        took, self._asked_s = (now - self._asked_s if self._asked_s else 0.0), None
        newer = any(run.snapshot and selection.steps.get(run.run_id, -1) < run.snapshot.weights_step for run in runs)
        due = newer and selection.at_step is None and now - self._held_s > max(REFRESH_S, REFRESH_SHARE * took)
        if due and not any(view.stoppable for view in self._lab.panes.views.pages):
            self._held_s = now
            self._lab.frozen.go_to(None)

    @property
    def is_complete(self) -> bool:
        """Whether the page's networks have come, and have answered all its questions."""
        return self._arrived and not self._fill.pending and not self.world.waits

    def pressed(self, *names: str) -> None:
        """A person pressed a key with these names."""
        if (until := self._until_now) is not None and until.key in names:
            self._reach()

    def typed(self) -> None:
        """A person typed a text for the networks."""
        if (until := self._until_now) is not None and until.types:
            self._reach()

    @property
    def _until_now(self) -> Until | None:
        """What the page waits for, while it is in view."""
        return self.page.until if self.lesson is not None and self._lab.panes.teaches else None

    def _reach(self) -> None:
        if self.at not in self._now.reached:
            self._note_progress(self._now.with_reached(self.at))
            self.look()

    # ------------------------------------------------------------- what there is to see

    def _show(self) -> None:
        pane = self._lab.panes.views.lesson
        if self.lesson is None:
            pane.list(self.listed() if self._lab.panes.teaches else ())
        else:
            pane.show(self._seen(self.lesson))

    def _seen(self, lesson: Lesson) -> PageSeen:
        page, corpus, fill = self.page, self._lab.state.corpus, self._fill
        fill.begin(self._lab.panes.views.loss.axes.unit, corpus.loss_unit if corpus else "nats/char")
        last = self.at == len(lesson.pages) - 1
        return PageSeen(
            lesson.called,
            self.at,
            len(lesson.pages),
            page.title,
            fill.words(page.text),
            page.equation,
            fill.words(page.do),
            fill.guess(page.guess, self._guesses.get((lesson.name, self.at))) if page.guess else None,
            self._until(page.until) if page.until else None,
            self._about(),
            fill.notes[0] if fill.notes else waited_for(self._lab.state, self.world.runs, arrived=self._arrived),
            units_of(page, self._lab.panes.views.loss.axes.unit),
            lesson.afterwards if last or self.at == 0 else (),
        )

    def _until(self, until: Until) -> UntilSeen:
        now, reached = "", self.at in self._now.reached
        if until.holds is not None:
            holds, now = self._fill.holds(until.holds)
            now += paused_words(self._lab.state, self.world.runs) if now else ""
        else:
            holds = bool(until.selects and self._before and self._selected[until.selects] != self._before[until.selects])
        if holds and not reached:
            self._note_progress(self._now.with_reached(self.at))
        return UntilSeen(self._fill.words(until.says), now, reached or holds)

    def _about(self) -> str:
        """The run and the step of the numbers; while newer weights are asked, both steps."""
        state = self._lab.state
        run = state.runs.get(self.world.runs.get(self.world.own, -1))
        if run is None or run.run_id not in self.world.steps:
            return ""
        step = self.world.steps[run.run_id]
        if not self._fill.pending:
            self._told_step = step
        told = f"{self._told_step:,} → {step:,}" if self._told_step not in (None, step) else f"{step:,}"
        return f"{state.number_of(run.run_id)} {run.name}, step {told}"
