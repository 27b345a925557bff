"""The views of each kind of data."""

from __future__ import annotations

from tui_rnn.kinds import ITEMS, LABELLED, PAIRS, TAGGED
from tui_rnn.tui.views.classifying import AsRead, Contributions, Texts
from tui_rnn.tui.views.confusion import ConfusionMatrix
from tui_rnn.tui.views.items import Stream
from tui_rnn.tui.views.lengths import ByLength
from tui_rnn.tui.views.tagging import Sentences
from tui_rnn.tui.views.view import View
from tui_rnn.tui.views.writing import Attention, Outputs

VIEWS: dict[str, tuple[View, ...]] = {
    TAGGED.name: (Sentences(), ConfusionMatrix(TAGGED)),
    LABELLED.name: (Texts(), AsRead(), Contributions(), ConfusionMatrix(LABELLED)),
    PAIRS.name: (Outputs(), Attention(), ByLength()),
    ITEMS.name: (Stream(),),
}
"""The views of each kind, in the order of the key; the language model over a stream has a pane of its own."""
