"""The playground on a recording: a bar with its position, and the keys that play it."""

from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.events import Click

from tui_rnn import formats
from tui_rnn.display import visible
from tui_rnn.lab.playback import FASTEST, SLOWEST, Playback
from tui_rnn.lab.steering import LOOKING
from tui_rnn.tui.bars.bar import Bar
from tui_rnn.tui.keys import KeyCommand
from tui_rnn.tui.session import Session

REFRESH_S = 0.2
SEEK_S = 10.0
_FEWEST, _MOST = 8, 60  # cells of the line
PLAYED = "this is a recording: nothing trains here, so nothing can be changed"


class ReplayBar(Bar):
    """'▶ 1:23 ├───●──┤ 4:56 · 2×'. A click on the line goes there."""

    def __init__(self, playback: Playback) -> None:
        super().__init__("replay")
        self._playback = playback
        self._start = self._cells = 0  # of the line

    def on_mount(self) -> None:
        self.set_interval(REFRESH_S, self.show)
        self.call_after_refresh(self.show)

    def show(self) -> None:
        """Say where the recording is."""
        play, recording = self._playback, self._playback.recording
        sign = "■" if play.ended else "‖" if play.paused else "▶"
        here, end = formats.duration(play.position_s), formats.duration(recording.seconds)
        speed = f"{play.speed:g}×" if play.speed >= 1 else f"1/{1 / play.speed:g}×"
        cut = " · it breaks off there" if recording.cut else ""
        made = f" · recorded {visible(str(recording.head.get('at', ''))[:19])}"
        if not self.size.width or not self.is_new(sign, here, speed, self.size.width):
            return
        before, after = f" {sign} {here} ", f" {end} · {speed}{cut}{made}"
        self._cells = max(_FEWEST, min(_MOST, self.size.width - len(before) - len(after) - 2))
        self._start = len(before) + 1
        share = play.position_s / recording.seconds if recording.seconds else 1.0
        at = round(share * (self._cells - 1))
        self.update(
            Content.assemble(
                (before, "bold"),
                "├" + "─" * at,
                ("●", "bold $accent"),
                "─" * (self._cells - 1 - at) + "┤",
                (after, "$text-muted"),
            ),
            layout=False,
        )

    def on_click(self, event: Click) -> None:
        share = (event.x - self._start) / max(self._cells - 1, 1)
        if -0.01 <= share <= 1.01:
            self._playback.seek(share * self._playback.recording.seconds)
            self.show()


def session_of(playback: Playback) -> Session:
    """A session that plays this recording."""

    def key(keys: str, label: str, act: Any, title: str, help: str) -> KeyCommand[Any]:
        return KeyCommand(keys, label, lambda lab: act(), title, help)

    return Session(
        chooses=False,
        tag="replay",
        why_not=lambda command: "" if command in LOOKING else PLAYED,
        farewell=lambda state: "",
        keys=(
            KeyCommand(
                "space", "space", lambda lab: playback.toggle(), "Play", "or pause; at the end, from the beginning again",
                now=lambda lab: "again" if playback.ended else "play" if playback.paused else "pause",
            ),
            key("plus", "+", lambda: playback.scale(2.0), "Faster", f"twice as fast, up to {FASTEST:g} times"),
            key("minus", "-", lambda: playback.scale(0.5), "Slower", f"half as fast, down to 1/{1 / SLOWEST:g}"),
            key("left_parenthesis", "(", lambda: playback.seek(playback.position_s - SEEK_S), "Back", f"{SEEK_S:g} seconds"),
            key("right_parenthesis", ")", lambda: playback.seek(playback.position_s + SEEK_S), "On", f"{SEEK_S:g} seconds"),
        ),
        bar=lambda: ReplayBar(playback),
        broken=f"{playback.recording.path} holds what can't be shown",
    )  # fmt: skip
