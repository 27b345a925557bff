"""What the engine process and the screen say to each other: frozen dataclasses, nothing else.

Commands go down (client to host), events come up. Large numbers travel as NumPy arrays. A `Snapshot` is the latest
state of everything that changes all the time; it may be skipped. An event is never skipped.
"""

from tui_rnn.lab.messages.commands import *  # noqa: F403 (each message is named once, where it is defined)
from tui_rnn.lab.messages.events import *  # noqa: F403
from tui_rnn.lab.messages.snapshot import *  # noqa: F403
