"""The views of each task."""

from __future__ import annotations

from tui_rnn.tui.widgets.tasks import classifying, tagging
from tui_rnn.tui.widgets.tasks.classifying import AsRead, Contributions, Texts
from tui_rnn.tui.widgets.tasks.confusion import ConfusionMatrix
from tui_rnn.tui.widgets.tasks.items import Stream
from tui_rnn.tui.widgets.tasks.lengths import ByLength
from tui_rnn.tui.widgets.tasks.scene import View
from tui_rnn.tui.widgets.tasks.tagging import Sentences
from tui_rnn.tui.widgets.tasks.writing import Attention, Outputs

VIEWS: dict[str, tuple[View, ...]] = {
    "tag": (Sentences(), ConfusionMatrix(tagging.METRICS, "word")),
    "classify": (Texts(), AsRead(), Contributions(), ConfusionMatrix(classifying.METRICS, "text")),
    "seq2seq": (Outputs(), Attention(), ByLength()),
    "items": (Stream(),),
}
"""The views of each task, in the order of the key; the language model over a stream has a pane of its own."""
