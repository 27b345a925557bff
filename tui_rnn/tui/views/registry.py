"""The views of each task."""

from __future__ import annotations

from tui_rnn.tui.views import classifying, tagging
from tui_rnn.tui.views.classifying import AsRead, Contributions, Texts
from tui_rnn.tui.views.confusion import ConfusionMatrix
from tui_rnn.tui.views.items import Stream
from tui_rnn.tui.views.lengths import ByLength
from tui_rnn.tui.views.tagging import Sentences
from tui_rnn.tui.views.view import View
from tui_rnn.tui.views.writing import Attention, Outputs

VIEWS: dict[str, tuple[View, ...]] = {
    "tag": (Sentences(), ConfusionMatrix(tagging.METRICS, "word")),
    "classify": (Texts(), AsRead(), Contributions(), ConfusionMatrix(classifying.METRICS, "text")),
    "seq2seq": (Outputs(), Attention(), ByLength()),
    "items": (Stream(),),
}
"""The views of each task, in the order of the key; the language model over a stream has a pane of its own."""
