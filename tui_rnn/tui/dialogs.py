"""The dialogs of the lab, and what follows from their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_rnn import formats
from tui_rnn.config import RunConfig, default_configs
from tui_rnn.display import visible
from tui_rnn.errors import InputError
from tui_rnn.lab.messages import AddRun
from tui_rnn.tui.run_actions import STILL_OPENING
from tui_rnn.tui.run_state import RunState
from tui_rnn.tui.settings import ViewSetting, action
from tui_rnn.tui.workspaces.of_data import DATA_COMMANDS, read_as, readable
from tui_rnn.tui.workspaces.of_pages import pages_of
from tui_rnn.tui.workspaces.of_runs import RUN_COMMANDS, SCREEN_COMMANDS
from tui_rnn.tui.workspaces.registry import keys_of
from tui_rnn.tui.workspaces.workspace import LabKey

if TYPE_CHECKING:
    from tui_rnn.tui.screens.lab import LabScreen


class Dialogs:
    """Opens dialogs over the lab screen. It imports each when first needed: the first paint needs none."""

    def __init__(self, lab: LabScreen) -> None:
        self._lab, self._app = lab, lab.app
        self._wanted = ""  # by the last search

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
        """`then` is called on yes, `otherwise` on no. unasked: it opens by itself, not by a key. loses: yes loses something."""
        from tui_rnn.tui.screens.confirm import ConfirmScreen

        def answered(answer: bool | None) -> None:
            if answer:
                then()
            elif otherwise is not None:
                otherwise()

        self._app.push_screen(ConfirmScreen(visible(question), yes, no, unasked, loses), answered)

    def add_run(self) -> None:
        """Ask for a configuration that begins as the current run's, with the coach's proposal."""
        from tui_rnn.tui.screens.run_form import NewRun, RunForm

        def add(new: NewRun | None) -> None:
            if new is not None:
                self._app.engine.send(read_as(self._lab, new.tokens, (new.config,)) if new.tokens else AddRun(new.config))

        state = self._lab.state
        if self._lab.refuses(AddRun):
            return
        if state.corpus is None:  # its task decides which settings there are
            self._lab.say(STILL_OPENING, "warning")
            return
        kind, current = state.corpus.kind, state.current
        config = current.config if current else self._new_config(kind)
        self._app.push_screen(RunForm(config, *readable(self._lab), self._lab.bars.proposed("a")), add)

    def _new_config(self, kind: str) -> RunConfig:
        """The configuration that the form begins with before there is a run."""
        config = default_configs(kind)[-1]
        try:
            return self._app.preferences.begun(config)
        except InputError:  # `tui-rnn doctor` names the problem
            return config

    @property
    def _keys(self) -> Mapping[str, Sequence[LabKey]]:
        """All keys that work now, by group."""
        own, keys = self._app.session.keys, keys_of(self._lab.panes.workspace)
        return {"Here": own, **keys} if own else keys

    def help(self) -> None:
        """Explain the view with the focus; pressed again, all keys."""
        from tui_rnn.tui.screens.help import HelpScreen

        panes = self._lab.panes
        about = panes.acts.about_current
        self._app.push_screen(HelpScreen(self._keys, panes.views.of_task, about))

    def view_settings(self) -> None:
        """The settings of the view with the focus; a lesson's text has none, so those of the view beside it."""
        view = self._lab.panes.acts.to_set
        self.menu(f"{view.view_name}: settings", view.settings)

    def run_menu(self) -> None:
        """The actions on the shown run."""
        runs, openings = self._lab.runs, self._lab.openings
        if (current := runs.current()) is None:
            return

        def rate() -> str:
            now = current.snapshot
            return formats.number(now.learning_rate) if now else formats.number(current.config.learning_rate)

        past = "from the next step on; a finished run trains on at this rate"
        settings = (
            *self._as_coached(current, past),
            ViewSetting(
                "learning rate",
                rate,
                lambda by: runs.scale_rate(1.25 if by > 0 else 0.8),
                f"right: a quarter more, left: a fifth less, {past}",
                lasting=False,  # it notes by itself how to take it back
            ),
            ViewSetting(
                "pause this run",
                lambda: "trains" if current.goes else "paused",
                lambda by: runs.pause_one(),
                "alone; or let it train on, also past its goal",
                lasting=False,
            ),
            self.leaving("reset", runs.reset, "start it again from its first weights"),
            self.leaving("remove", runs.remove, "take it out of the lab; it is saved first"),
            self.leaving(
                "go on with other text",
                openings.go_on_elsewhere,
                "from its weights; new symbols get rows of their own, and the chart shows what the run forgets",
            ),
            self.leaving("load another", openings.load_run, "bring a saved run into the lab"),
        )
        self.menu(current.name, settings)

    def leaving(
        self, name: str, act: Callable[[], object], help: str, why_not: Callable[[int], str] = lambda by: ""
    ) -> ViewSetting:
        """A line of a menu that closes the menu and does this."""

        def step() -> None:
            self._app.pop_screen()
            act()

        return action(name, step, help, why_not)

    def _as_coached(self, run: RunState, past: str) -> tuple[ViewSetting, ...]:
        """The learning rate that the coach proposes for this run now, if any: in the first line, so that Enter takes it."""
        lab, proposed, now = self._lab, self._lab.bars.proposed("r"), run.snapshot
        if proposed is None or now is None or not now.learning_rate > 0:
            return ()
        rate, factor = proposed[1], proposed[1] / now.learning_rate

        def follow() -> None:
            lab.runs.scale_rate(factor)
            lab.coach.dismiss()

        about = f"Enter: the learning rate that the coach proposes, {past}"
        return (replace(self.leaving("as the coach says", follow, about), value=lambda: formats.number(rate)),)

    def menu(self, title: str, settings: Sequence[ViewSetting]) -> None:
        from tui_rnn.tui.screens.settings_menu import SettingsMenu

        self._app.push_screen(SettingsMenu(visible(title), settings, self._lab.undo, self._lab.settings_changed))

    def find(self) -> None:
        """Ask what to find in the text that the network reads."""
        from tui_rnn.tui.screens.one_line import OneLine

        def found(wanted: str | None) -> None:
            if wanted:
                self._wanted = wanted
                self._lab.navigation.find(wanted)

        words = "what to find; Enter goes to the next place after the cursor", "what to find"
        below = "Enter: the next place · Esc: leave"
        self._app.push_screen(OneLine("find in the text", words, self._wanted, "find", below), found)

    def export(self) -> None:
        """Ask for the name of a file for the view with the focus."""
        from tui_rnn.tui.exporting import ENDINGS
        from tui_rnn.tui.screens.one_line import OneLine

        def named(name: str | None) -> None:
            if name:
                self._lab.navigation.export(name)

        name = self._lab.panes.acts.current.view_name
        below = f"the ending says the form: {', '.join(ENDINGS)} · Enter: write · Esc: leave"
        suggested = f"{'-'.join(name.split())}.svg"
        self._app.push_screen(OneLine(f"export: {name}", ("the name of a new file",), suggested, "write", below), named)

    def pages(self) -> None:
        """The pages of Inspect by name."""
        self._choose_command({"what can be asked": pages_of(self._lab.panes.views.book)}, remember=False)

    def palette(self) -> None:
        """Every command by name."""
        pages = {"Pages of Inspect": pages_of(self._lab.panes.views.book)}
        self._choose_command({**self._keys, **pages, "Runs": RUN_COMMANDS, "Data": DATA_COMMANDS, "Screen": SCREEN_COMMANDS})

    def _choose_command(self, groups: Mapping[str, Sequence[LabKey]], *, remember: bool = True) -> None:
        """remember: whether the palette offers recent commands first, this one among them the next time."""
        from tui_rnn.tui.screens.palette import MOST_RECENT, Palette

        lab = self._lab

        def chosen(command: LabKey | None) -> None:
            if command is not None and remember:
                lab.recent = [command, *(other for other in lab.recent if other is not command)][:MOST_RECENT]
            if command is not None:
                lab.call_after_refresh(lab.do, command)

        self._app.push_screen(Palette(groups, lab.recent if remember else (), lab, brief=not remember), chosen)
