"""What a tagger, a classifier or an encoder-decoder held inside while it read a text, and what it answered on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tui_rnn.cli import answering, heatmap
from tui_rnn.cli.heatmap import Panel
from tui_rnn.cli.inspection import Inspection, rounded, traced
from tui_rnn.cli.text_inspection import named
from tui_rnn.display import visible
from tui_rnn.insight.answers import ClassifiedText, Reading, TaggedText, TextAnswer, WrittenText

if TYPE_CHECKING:
    from tui_rnn.training.run import Run

CLASSES_SHOWN = 3
CLASSES_DRAWN = 20
SOURCES_SHOWN = 3  # that a step of the decoder looked at most


class AnswerInspection(Inspection):
    """task: tag, classify or seq2seq. answer: what was said to the text."""

    def __init__(self, name: str, task: str, text: str, readings: tuple[Reading, ...], answer: TextAnswer) -> None:
        super().__init__(name, text, readings[0].symbols, readings)
        self.task, self.answer = task, answer

    @classmethod
    def of(cls, run: Run, text: str) -> AnswerInspection:
        """Let the run read `text` and answer it. A tagger reads the words with single spaces between."""
        found = traced(run, text, 0)
        return cls(run.config.name, run.task, found.text, found.readings, run.predict(text))

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
        yield {"event": "answer", "task": self.task, "text": self.text, **answering.record(self.answer), **self._numbers()}

    def lines(self) -> Iterator[str]:
        answer = self.answer
        if isinstance(answer, TaggedText):
            width = max(len(visible(word)) for word in answer.words)
            for word, tag, share, new in zip(answer.words, answer.tags, answer.probs, answer.unseen, strict=True):
                yield f"{visible(word):<{width}}  {visible(tag)} {share:.0%}{'  (not in training)' if new else ''}"
        elif isinstance(answer, ClassifiedText):
            for position, symbol in enumerate(self.symbols[: len(answer.after_each)]):
                yield f"{position:>4}  {named(symbol):<9} {answering.classes(answer, position)}"
            yield f"answer: {answering.classes(answer)}"
        else:
            written = answer.outputs[0]
            for step, token in enumerate(self.readings[-1].symbols):
                yield f"{step:>4}  {named(token):<9}{self._looked_at(step)}"
            yield f"answer: {visible(written.text)}  (ln p {written.log_prob:.3f})"

    def page(self, panels: list[Panel]) -> str:
        answer, hints = self.answer, [named(symbol) for symbol in self.symbols]
        if isinstance(answer, TaggedText):
            of_word = [place for place, word in enumerate(answer.words) for _ in f"{word} "][:-1]
            hints = [f"{answer.words[k]}: {answer.tags[k]} {answer.probs[k]:.0%}" for k in of_word]
        elif isinstance(answer, ClassifiedText) and len(answer.after_each):
            hints = [f"{hint}. so far {answering.classes(answer, place)}" for place, hint in enumerate(hints)]
        lines = [] if isinstance(answer, ClassifiedText) and len(answer.after_each) > 100 else list(self.lines())
        return heatmap.html_page(self.symbols, panels, self.name, hints, lines=lines)

    def more_arrays(self) -> dict[str, Any]:
        answer = self.answer
        if isinstance(answer, TaggedText):
            return {"words": np.array(answer.words), "tags": np.array(answer.tags), "probs": answer.probs}
        if isinstance(answer, ClassifiedText):
            added = {} if answer.contributions is None else {"contributions": answer.contributions}
            return {"labels": np.array(answer.labels), "probs": answer.probs, "after_each": answer.after_each, **added}
        return {"output": np.array(answer.outputs[0].tokens), "attention": answer.outputs[0].attention}

    def more_panels(self) -> list[Panel]:
        answer = self.answer
        if isinstance(answer, ClassifiedText):
            best = (-answer.probs).argsort(kind="stable")[:CLASSES_DRAWN]
            names, panels = [answer.labels[k] for k in best], []
            if len(answer.after_each):
                panels.append(Panel.shares("class after each character", answer.after_each[:, best], self.symbols, names))
            if answer.contributions is not None:
                added = answer.contributions[:, best]
                panels.append(Panel.amounts("what each character adds to the logits", added, self.symbols, names))
            return panels
        if isinstance(answer, WrittenText) and len(answer.outputs[0].attention):
            attention = answer.outputs[0].attention
            return [Panel.shares("attention", attention.T, self.symbols, self.readings[-1].symbols)]
        return []

    def _numbers(self) -> dict[str, Any]:
        """What belongs to positions: as lists of lists."""
        answer = self.answer
        if isinstance(answer, ClassifiedText):
            added = {} if answer.contributions is None else {"contributions": answer.contributions}
            return {"labels": answer.labels, "after_each": answer.after_each, **added}
        return {"attention": answer.outputs[0].attention} if isinstance(answer, WrittenText) else {}

    def _looked_at(self, step: int) -> str:
        """looked at 'a' (3) 81%, 'b' (4) 9%; nothing without attention."""
        assert isinstance(self.answer, WrittenText)
        attention = self.answer.outputs[0].attention
        if step >= len(attention):
            return ""
        most = (-attention[step]).argsort(kind="stable")[:SOURCES_SHOWN]
        return " looked at " + ", ".join(f"{named(self.symbols[k])} ({k}) {attention[step, k]:.0%}" for k in most)
