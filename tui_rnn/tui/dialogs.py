"""The dialogs of the lab, and what becomes of their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from tui_rnn import formats
from tui_rnn.config import RunConfig, default_configs
from tui_rnn.display import visible
from tui_rnn.errors import InputError
from tui_rnn.lab.messages import AddRun
from tui_rnn.tui.run_actions import STILL_OPENING
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting
from tui_rnn.tui.workspaces.of_data import DATA_COMMANDS, read_as, readable
from tui_rnn.tui.workspaces.of_pages import pages_of
from tui_rnn.tui.workspaces.of_runs import RUN_COMMANDS, SCREEN_COMMANDS
from tui_rnn.tui.workspaces.registry import keys_of
from tui_rnn.tui.workspaces.workspace import LabKey

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen


class Dialogs:
    """Opens dialogs over the lab screen. Each is imported when it is first wanted: the first paint needs none."""

    def __init__(self, lab: LabScreen) -> None:
        self._lab, self._app = lab, lab.app
        self._wanted = ""  # what was looked for last

    def ask(
        self,
        question: str,
        yes: str,
        then: Callable[[], object],
        no: str = "Cancel",
        otherwise: Callable[[], None] | None = None,
        unasked: bool = False,
        loses: bool = False,
    ) -> None:
        """`then` is called on yes, `otherwise` on no. unasked: no key of the person opens it. loses: yes loses something."""
        from tui_rnn.tui.screens.confirm import ConfirmScreen

        def answered(answer: bool | None) -> None:
            if answer:
                then()
            elif otherwise is not None:
                otherwise()

        self._app.push_screen(ConfirmScreen(visible(question), yes, no, unasked, loses), answered)

    def add_run(self) -> None:
        """Ask for a configuration, starting from the current run's, with what the coach proposes."""
        from tui_rnn.tui.screens.run_form import NewRun, RunForm

        def add(new: NewRun | None) -> None:
            if new is not None:
                self._app.engine.send(read_as(self._lab, new.tokens, (new.config,)) if new.tokens else AddRun(new.config))

        state = self._lab.state
        if self._lab.refuses(AddRun):
            return
        if state.corpus is None:  # which settings there are depends on their task
            self._lab.say(STILL_OPENING, "warning")
            return
        kind, current = state.corpus.kind, state.current
        config = current.config if current else self._new_config(kind)
        self._app.push_screen(RunForm(config, *readable(self._lab), self._lab.bars.proposed("a")), add)

    def _new_config(self, kind: str) -> RunConfig:
        """What the form begins with where there is no run yet."""
        config = default_configs(kind)[-1]
        try:
            return self._app.preferences.begun(config)
        except InputError:  # doctor names what does not fit
            return config

    @property
    def _keys(self) -> Mapping[str, Sequence[LabKey]]:
        """All keys that work now, by their groups."""
        own, keys = self._app.session.keys, keys_of(self._lab.panes.workspace)
        return {"Here": own, **keys} if own else keys

    def help(self) -> None:
        """On the view with the focus; asked again, all keys."""
        from tui_rnn.tui.screens.help import HelpScreen

        panes = self._lab.panes
        about = panes.acts.about_current
        self._app.push_screen(HelpScreen(self._keys, panes.views.of_task, about))

    def view_settings(self) -> None:
        """The menu of the settings of the view with the focus; of the one beside a lesson's text, which has none."""
        name, view = self._lab.panes.acts.to_set
        self.menu(f"{name}: settings", view.settings)

    def run_menu(self) -> None:
        """The menu of what can be done to the run that is shown."""
        runs, openings, current = self._lab.runs, self._lab.openings, self._lab.state.current
        if current is None:
            self._lab.say("there is no run yet: a adds one" if self._lab.state.corpus else STILL_OPENING, "warning")
            return
        name = current.name

        def leaving(act: Callable[[], None]) -> Callable[[int], None]:
            def step(by: int) -> None:
                self._app.pop_screen()
                act()

            return step

        def rate() -> str:
            now = current.snapshot
            return formats.number(now.learning_rate) if now else formats.number(current.config.learning_rate)

        past = "from the next step on; a finished run trains on at this rate"
        settings = (
            *self._as_coached(current, leaving, past),
            ViewSetting(
                "learning rate",
                rate,
                lambda by: runs.scale_rate(1.25 if by > 0 else 0.8),
                f"right: a quarter more, left: a fifth less, {past}",
                lasting=False,  # it notes by itself how it is taken back
            ),
            ViewSetting(
                "pause this run",
                lambda: "trains" if current.goes else "stands",
                lambda by: runs.pause_one(),
                "alone; or let it train on, one that is done past its goal",
                lasting=False,
            ),
            ViewSetting("reset", lambda: "…", leaving(runs.reset), "start it again from its first weights", lasting=False),
            ViewSetting(
                "remove", lambda: "…", leaving(runs.remove), "take it out of the lab; it is saved first", lasting=False
            ),
            ViewSetting(
                "go on with other text",
                lambda: "…",
                leaving(openings.go_on_elsewhere),
                "from its weights; what is new gets rows of its own, and what it forgets is shown",
                lasting=False,
            ),
            ViewSetting(
                "load another",
                lambda: "…",
                leaving(openings.load_run),
                "bring a saved run into the lab",
                lasting=False,
            ),
        )
        self.menu(f"{name}", settings)

    def _as_coached(
        self, run: RunState, leaving: Callable[[Callable[[], None]], Callable[[int], None]], past: str
    ) -> tuple[ViewSetting, ...]:
        """The learning rate that the coach proposes for this run, if it does so now: the first line, so that Enter takes it."""
        lab, proposed, now = self._lab, self._lab.bars.proposed("r"), run.snapshot
        if proposed is None or now is None or not now.learning_rate > 0:
            return ()
        rate, factor = proposed[1], proposed[1] / now.learning_rate

        def follow() -> None:
            lab.runs.scale_rate(factor)
            lab.coach.dismiss()

        about = f"Enter: the learning rate that the coach proposes, {past}"
        return (ViewSetting("as the coach says", lambda: formats.number(rate), leaving(follow), about, lasting=False),)

    def menu(self, title: str, settings: Sequence[ViewSetting]) -> None:
        from tui_rnn.tui.screens.settings_menu import SettingsMenu

        self._app.push_screen(SettingsMenu(visible(title), settings, self._lab.undo, self._lab.settings_changed))

    def find(self) -> None:
        """Find a place in the text that is read."""
        from tui_rnn.tui.screens.one_line import OneLine

        def found(wanted: str | None) -> None:
            if wanted:
                self._wanted = wanted
                self._lab.navigation.find(wanted)

        words = "what to find; Enter goes to the next place after the cursor", "what to find"
        below = "Enter: the next place · Esc: leave"
        self._app.push_screen(OneLine("find in the text", words, self._wanted, "find", below), found)

    def export(self) -> None:
        """Ask for the name of a file for what the view with the focus shows."""
        from tui_rnn.tui.exporting import ENDINGS
        from tui_rnn.tui.screens.one_line import OneLine

        def named(name: str | None) -> None:
            if name:
                self._lab.navigation.export(name)

        name = self._lab.panes.acts.name_of_current
        below = f"the ending says the form: {', '.join(ENDINGS)} · Enter: write · Esc: leave"
        suggested = f"{'-'.join(name.split())}.svg"
        self._app.push_screen(OneLine(f"export: {name}", ("the name of a new file",), suggested, "write", below), named)

    def pages(self) -> None:
        """The pages of Inspect by their names."""
        self._choose_command({"what can be asked": pages_of(self._lab.panes.views.book)}, remember=False)

    def palette(self) -> None:
        """Every command by its name."""
        lab = self._lab
        pages = {"Pages of Inspect": pages_of(lab.panes.views.book)}
        others = {"Runs": RUN_COMMANDS, "Data": DATA_COMMANDS, "Screen": SCREEN_COMMANDS}
        groups = {**self._keys, **pages, **others}
        self._choose_command(groups)

    def _choose_command(self, groups: Mapping[str, Sequence[LabKey]], *, remember: bool = True) -> None:
        """remember: whether what is chosen is offered first the next time, as it was before."""
        from tui_rnn.tui.screens.palette import MOST_RECENT, Palette

        lab = self._lab

        def chosen(command: LabKey | None) -> None:
            if command is not None and remember:
                lab.recent = [command, *(other for other in lab.recent if other is not command)][:MOST_RECENT]
            if command is not None:
                lab.call_after_refresh(lab.do, command)

        self._app.push_screen(Palette(groups, lab.recent if remember else (), lab, brief=not remember), chosen)
