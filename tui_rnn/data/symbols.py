"""What a network reads and writes."""

from __future__ import annotations

from dataclasses import dataclass

from tui_rnn.data.examples.labels import Labels, Tokens
from tui_rnn.data.tokens import TextVocabulary
from tui_rnn.kinds import Kind


@dataclass(frozen=True)
class Symbols:
    """What a network for data of a kind reads and writes: made from the training part, and kept with the weights.

    labels: classes or tags. targets: of sequence to sequence. words: the words of a tagger's training part.
    """

    kind: Kind
    vocabulary: TextVocabulary
    labels: Labels | None = None
    targets: Tokens | None = None
    words: frozenset[str] | None = None

    @property
    def outputs(self) -> int:
        """How many classes, tags or target tokens (with <unk>, without <s> and </s>) there are to choose among; for language
        models, tokens."""
        if self.targets is not None:
            return len(self.targets)
        return len(self.labels or self.vocabulary)

    @property
    def loss_unit(self) -> str:
        """What the loss is a mean over, such as char or word."""
        return self.kind.loss_unit or (self.targets.unit if self.targets is not None else self.vocabulary.kind)
