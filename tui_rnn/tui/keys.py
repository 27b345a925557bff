"""Every action of the playground's frame, once: its key, its name, and what it does. The bindings, the help
screen and the command palette are all made from this table and from the ones of the gates and sample panes.

No key here is one that tmux or a terminal takes for itself: letters, digits, F-keys, arrows, space, Enter, signs.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True)
class KeyCommand:
    """`keys` in Textual's names, comma-separated; `label` is how a person reads them."""

    keys: str
    label: str
    action: str
    title: str
    help: str

    @property
    def binding(self) -> Binding:
        return Binding(self.keys, self.action, self.title, show=False, key_display=self.label)


_NONE_PAUSED = "where none is paused, those that are done past their goal, and those that diverged"
_DONE = "one that is done, past its goal"
_RATE = "from the next step on; of a run that is done, for training on past its goal"

FRAME_KEYS: dict[str, tuple[KeyCommand, ...]] = {
    "Training": (
        KeyCommand("space", "space", "pause_all", "Pause", f"pause every run, or let the paused ones train on; {_NONE_PAUSED}"),
        KeyCommand("t", "t", "pause_one", "Pause this run", f"pause the shown run alone, or let it train on; {_DONE}"),
        KeyCommand("n", "n", "step_once", "One step", f"one training step of the shown run, which then stands paused; {_DONE}"),
        KeyCommand("u", "u", "learning_rate(1.25)", "Learning rate up", f"a quarter more, {_RATE}"),
        KeyCommand("d", "d", "learning_rate(0.8)", "Learning rate down", f"a fifth less, {_RATE}"),
        KeyCommand("R", "R", "reset_run", "Reset", "start the shown run again from its first weights"),
    ),
    "Runs": (
        KeyCommand("c", "c", "compare", "Compare", "show two runs side by side in every pane"),
        KeyCommand("a", "a", "add_run", "Add run", "add a run: another cell, size, learning rate …"),
        KeyCommand("X", "X", "remove_run", "Remove run", "take the shown run out of the lab; it is saved first"),
        KeyCommand("s", "s", "save", "Save", "save every run now"),
        KeyCommand("v", "v", "load_run", "Load a saved run", "bring a saved run into the lab"),
        KeyCommand("f", "f", "open_text", "Open another text", "choose a file, a folder or a built-in corpus"),
    ),
    "Loss chart": (
        KeyCommand("M", "M", "chart('metric')", "Loss or metric", "what is charted: the loss, or how much is right"),
        KeyCommand("b", "b", "chart('unit')", "Unit of loss", "bits, nats or perplexity, wherever a loss stands"),
        KeyCommand("y", "y", "chart('log')", "Log axes", "linear, log loss, log time, both"),
        KeyCommand("e", "e", "chart('x')", "By characters or time", "what runs along the chart's horizontal axis"),
        KeyCommand("w", "w", "chart('glyphs')", "Braille or blocks", "how the chart's lines are drawn"),
        KeyCommand("plus,equals_sign", "+", "chart('in')", "Zoom in", "the chart, around its middle; or the mouse wheel"),
        KeyCommand("minus", "−", "chart('out')", "Zoom out", "the chart; the arrows move it while it has the focus"),
        KeyCommand(
            "0",
            "0",
            "chart('all')",
            "Whole chart",
            "with the steep start, or without it, so that late differences are seen; or back from a zoom",
        ),
    ),
    "View": (
        KeyCommand("tab", "tab", "next_pane(1)", "Next pane", "move to the next pane; on a small screen, switch to it"),
        KeyCommand("shift+tab", "shift+tab", "next_pane(-1)", "Previous pane", "the other way round"),
        KeyCommand("m", "m", "maximise", "Maximise", "the pane with the focus fills the screen, and back"),
        KeyCommand("D", "D", "app.toggle_dark", "Dark or light", "switch the theme; the command palette has more"),
    ),
    "Playground": (
        KeyCommand("question_mark,f1", "?", "help", "Help", "all keys"),
        KeyCommand("colon", ":", "app.command_palette", "Commands", "search every action by name"),
        KeyCommand("ctrl+z", "^Z", "app.suspend_job", "Suspend", "stop the playground and its training; `fg` brings them back"),
        KeyCommand("q,ctrl+c", "q", "app.quit", "Quit", "save, and give the terminal back"),
    ),
}
