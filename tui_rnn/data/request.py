"""What is asked to be opened: which files, for which task, cut into which tokens."""

from __future__ import annotations

from dataclasses import dataclass

from tui_rnn.data.examples.splits import ExampleFiles
from tui_rnn.data.tokens import TOKEN_KINDS
from tui_rnn.errors import InputError

TASKS = ("lm", "tag", "classify", "seq2seq")
ITEM_KINDS = ("lines", "paragraphs")


@dataclass(frozen=True)
class DataRequest:
    """All that opens the same data again. Raises InputError when the parts don't fit together.

    task: one of TASKS; None: by the content of the files. items: for lm, one item a line or a paragraph, each on its own
    from <s> to </s>; None: one running text. tokens: what a language model's text is cut into. target_units: for seq2seq,
    characters or tokens; None: by the targets.
    """

    files: ExampleFiles
    task: str | None = None
    items: str | None = None
    tokens: str = "char"
    target_units: str | None = None

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("task", self.task, TASKS),
            ("items", self.items, ITEM_KINDS),
            ("tokens", self.tokens, TOKEN_KINDS),
        ):
            if value is not None and value not in allowed:
                raise InputError(f"{name} is {value!r}, expected one of {', '.join(allowed)}")
        if self.items is not None and self.task not in (None, "lm"):
            raise InputError(f"items are for the task lm, found {self.task}: leave one of them out")
