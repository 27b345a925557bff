"""The views of each kind of data."""

from __future__ import annotations

from tui_rnn.kinds import ITEMS, LABELLED, PAIRS, TAGGED
from tui_rnn.tui.views.classifying import AS_READ, CONTRIBUTIONS, TEXTS
from tui_rnn.tui.views.confusion import confusion_matrix
from tui_rnn.tui.views.items import STREAM
from tui_rnn.tui.views.lengths import BY_LENGTH
from tui_rnn.tui.views.tagging import SENTENCES
from tui_rnn.tui.views.view import View
from tui_rnn.tui.views.writing import ATTENTION, OUTPUTS

VIEWS: dict[str, tuple[View, ...]] = {
    TAGGED.name: (SENTENCES, confusion_matrix(TAGGED)),
    LABELLED.name: (TEXTS, AS_READ, CONTRIBUTIONS, confusion_matrix(LABELLED)),
    PAIRS.name: (OUTPUTS, ATTENTION, BY_LENGTH),
    ITEMS.name: (STREAM,),
}
"""The views of each kind, in the order of the key; a language model of running text has a pane of its own."""
