"""What happens inside a tagger, a classifier or an encoder-decoder while it reads a text, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import numpy as np

from tui_rnn.cli import answering, heatmap
from tui_rnn.cli.heatmap import Panel
from tui_rnn.cli.inspection import Inspection, rounded, traced
from tui_rnn.cli.text_inspection import named
from tui_rnn.display import visible
from tui_rnn.insight.answers import ClassifiedText, TaggedText, TextAnswer, WrittenText
from tui_rnn.kinds import LABELLED, PAIRS, TAGGED, Kind

if TYPE_CHECKING:
    from tui_rnn.insight.answers import Reading
    from tui_rnn.training.run import Run

CLASSES_DRAWN = 20
SOURCES_SHOWN = 3  # the source symbols with the largest attention weights of a decoder step

Said = TypeVar("Said", bound=TextAnswer)


class AnswerInspection(Inspection, Generic[Said]):
    """answer: the network's answer to the text."""

    def __init__(self, name: str, kind: Kind, text: str, readings: tuple[Reading, ...], answer: Said) -> None:
        super().__init__(name, text, readings[0].symbols, readings)
        self.kind, self.answer = kind, answer

    @classmethod
    def of(cls, run: Run, text: str) -> Self:
        """Let the run read `text` and answer it. A tagger reads the words with one space between them."""
        found = traced(run, text, 0)
        answer: Any = run.predict(text)
        return cls(run.config.name, run.kind, found.text, found.readings, answer)

    def records(self) -> Iterator[dict[str, Any]]:
        for reading in self.readings:
            for position, symbol in enumerate(reading.symbols):
                yield {
                    "event": "symbol",
                    "reading": reading.name,
                    "position": position,
                    "symbol": symbol,
                    "signals": rounded(reading.signals, position),
                }
        said = {**answering.FORMS[self.kind.name].record(self.answer), **self.numbers()}
        yield {"event": "answer", "task": self.kind.task, "text": self.text, **said}

    def numbers(self) -> dict[str, Any]:
        """Arrays with a value for each position."""
        return {}

    def hints(self) -> list[str]:
        """What a page shows when the pointer rests on each symbol."""
        return [named(symbol) for symbol in self.symbols]

    def page_lines(self) -> list[str]:
        """The lines of a page above its pictures."""
        return list(self.lines())

    def page(self, panels: list[Panel]) -> str:
        return heatmap.html_page(self.symbols, panels, self.name, self.hints(), lines=self.page_lines())


class TaggedInspection(AnswerInspection[TaggedText]):
    """A tagger's."""

    def lines(self) -> Iterator[str]:
        answer = self.answer
        width = max(len(visible(word)) for word in answer.words)
        for word, tag, share, new in zip(answer.words, answer.tags, answer.probs, answer.unseen, strict=True):
            yield f"{visible(word):<{width}}  {visible(tag)} {share:.0%}{'  (not in training)' if new else ''}"

    def hints(self) -> list[str]:
        answer = self.answer
        of_word = [place for place, word in enumerate(answer.words) for _ in f"{word} "][:-1]
        return [f"{answer.words[k]}: {answer.tags[k]} {answer.probs[k]:.0%}" for k in of_word]

    def more_arrays(self) -> dict[str, Any]:
        return {"words": np.array(self.answer.words), "tags": np.array(self.answer.tags), "probs": self.answer.probs}


class ClassifiedInspection(AnswerInspection[ClassifiedText]):
    """A classifier's."""

    def numbers(self) -> dict[str, Any]:
        answer = self.answer
        added = {} if answer.contributions is None else {"contributions": answer.contributions}
        return {"labels": answer.labels, "after_each": answer.after_each, **added}

    def lines(self) -> Iterator[str]:
        answer = self.answer
        for position, symbol in enumerate(self.symbols[: len(answer.after_each)]):
            yield f"{position:>4}  {named(symbol):<9} {answering.classes(answer, position)}"
        yield f"answer: {answering.classes(answer)}"

    def hints(self) -> list[str]:
        hints = super().hints()
        if not len(self.answer.after_each):
            return hints
        return [f"{hint}. so far {answering.classes(self.answer, place)}" for place, hint in enumerate(hints)]

    def page_lines(self) -> list[str]:
        return [] if len(self.answer.after_each) > 100 else super().page_lines()

    def more_arrays(self) -> dict[str, Any]:
        return {**self.numbers(), "labels": np.array(self.answer.labels), "probs": self.answer.probs}

    def more_panels(self) -> list[Panel]:
        answer = self.answer
        best = (-answer.probs).argsort(kind="stable")[:CLASSES_DRAWN]
        names, panels = [answer.labels[k] for k in best], []
        if len(answer.after_each):
            panels.append(Panel.shares("class after each symbol", answer.after_each[:, best], self.symbols, names))
        if answer.contributions is not None:
            added = answer.contributions[:, best]
            panels.append(Panel.amounts("what each symbol adds to the logits", added, self.symbols, names))
        return panels


class WrittenInspection(AnswerInspection[WrittenText]):
    """An encoder-decoder's."""

    def numbers(self) -> dict[str, Any]:
        return {"attention": self.answer.outputs[0].attention}

    def lines(self) -> Iterator[str]:
        written = self.answer.outputs[0]
        for step, token in enumerate(self.readings[-1].symbols):
            yield f"{step:>4}  {named(token):<9}{self._looked_at(step)}"
        yield f"answer: {visible(written.text)}  (ln p {written.log_prob:.3f})"

    def more_arrays(self) -> dict[str, Any]:
        return {"output": np.array(self.answer.outputs[0].tokens), **self.numbers()}

    def more_panels(self) -> list[Panel]:
        attention = self.answer.outputs[0].attention
        return [Panel.shares("attention", attention.T, self.symbols, self.readings[-1].symbols)] if len(attention) else []

    def _looked_at(self, step: int) -> str:
        """' looked at 'a' (3) 81%, 'b' (4) 9%'; '' without attention."""
        attention = self.answer.outputs[0].attention
        if step >= len(attention):
            return ""
        most = (-attention[step]).argsort(kind="stable")[:SOURCES_SHOWN]
        return " looked at " + ", ".join(f"{named(self.symbols[k])} ({k}) {attention[step, k]:.0%}" for k in most)


INSPECTIONS: dict[str, type[AnswerInspection[Any]]] = {
    TAGGED.name: TaggedInspection,
    LABELLED.name: ClassifiedInspection,
    PAIRS.name: WrittenInspection,
}
"""By the kind of data."""
