"""A run's card: one Markdown page that says what it is, what it learnt from, how well it does, and how to repeat it.

Texts from files and models are escaped, or stand in a block that they can't close.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import tui_rnn
from tui_rnn import formats
from tui_rnn.cells import CELLS
from tui_rnn.config import SETTINGS
from tui_rnn.data.opening import Data
from tui_rnn.display import TOKEN_NAMES, counted, counted_tokens, visible
from tui_rnn.errors import InputError
from tui_rnn.export import repeating
from tui_rnn.fields import as_typed
from tui_rnn.formats import LossUnit
from tui_rnn.insight.baselines import baselines
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.items import Items
from tui_rnn.insight.predict import Predict
from tui_rnn.insight.sample import Sample
from tui_rnn.training.evaluation import Evaluation
from tui_rnn.training.run import Run
from tui_rnn.training.run_facts import RunFacts

SAMPLES, SAMPLE_LENGTH, ANSWERS, ITEMS_DRAWN = 2, 300, 6, 10
TEMPERATURE = 0.8
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~-])")


@dataclass(frozen=True)
class Scores:
    """How well a run does on a part of its own data, and how well counting alone does there."""

    of: str
    own: Evaluation
    counted: Sequence[tuple[str, dict[str, float]]]


def scored(run: Run, data: Data) -> list[Scores]:
    """On the validation part and, if there is one, on the test part."""
    found = []
    for name, part in (("validation", data.validation), ("test", data.test)):
        if part is not None and len(part):
            counted = [(one.name, one.metrics) for one in baselines(run.symbols, data.train, part)]
            found.append(Scores(name, run.score_part(part), counted))
    return found


def card(run: Run, facts: RunFacts, curve: str, command: str, unit: LossUnit) -> str:
    """The page. curve: where the SVG of its losses is. command: what trains it again, quoted for a shell."""
    try:
        data = run.own_data()
    except InputError:
        data = None
    parts = [
        [f"# {escaped(facts.config.name)} on {escaped(facts.data.name)}", "", *_what(run, facts)],
        ["## Data", "", *_data(run, facts)],
        ["## Scores", "", *(_scores(run, scored(run, data), unit) if data is not None else _last_score(facts, unit))],
        ["## While it learnt", "", f"![losses over what it was trained on]({curve})"],
        ["## Samples", "", *_samples(run, data)],
        ["## Settings", "", *_settings(facts)],
        ["## To repeat it", "", *fenced(command), "", *repeating.remarks(facts)],
        [f"Written by tui-rnn {tui_rnn.__version__}."],
    ]
    return "\n\n".join("\n".join(part).rstrip("\n") for part in parts) + "\n"


def escaped(text: str) -> str:
    """Any text, made safe within a line of Markdown."""
    return _MARKDOWN.sub(r"\\\1", html.escape(visible(text), quote=False))


def fenced(text: str) -> list[str]:
    """A block that the text can't close."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", visible(text, keep_newlines=True), fence]


def _what(run: Run, facts: RunFacts) -> list[str]:
    kind, cell, tokens = facts.kind, CELLS[facts.config.cell].title, run.vocabulary.kind
    told = f"{kind.title.capitalize()}: {cell}, {counted(run.network.parameter_count, 'parameter')}."
    if not facts.step:
        return [f"{told} It was not trained by tui-rnn."]
    if facts.parent is not None:
        told += (
            f" It began from weights that were trained on {escaped(facts.parent.data_name)} up to step {facts.parent.step:,}."
        )
    kept = "" if facts.kept_step is None else f" Its weights are those of step {facts.kept_step:,}, its best."
    return [
        f"{told} It was trained for {counted(facts.step, 'step')}, on {counted(facts.chars, TOKEN_NAMES[tokens])} in all, "
        f"in {_time(facts.elapsed_s)}.{kept}"
    ]


def _time(seconds: float) -> str:
    for limit, length, unit in ((100, 1, "s"), (6000, 60, "min")):
        if seconds < limit:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 3600:.1f} h"


def _data(run: Run, facts: RunFacts) -> list[str]:
    symbols, data = run.symbols, facts.data
    rows = [("name", escaped(data.name)), ("size", formats.size(data.byte_count)), ("SHA-256", f"`{escaped(data.sha256)}`")]
    rows.append(("reads", counted_tokens(len(symbols.vocabulary), symbols.vocabulary.kind, "distinct")))
    if symbols.labels is not None and facts.kind.label is not None:
        names = ", ".join(map(escaped, symbols.labels.names[:20])) + (", …" if len(symbols.labels) > 20 else "")
        rows.append((facts.kind.label.many, f"{len(symbols.labels):,}: {names}"))
    if symbols.targets is not None:
        rows.append(("writes", f"{len(symbols.targets.names):,} distinct {symbols.targets.units}"))
    return _table(("", ""), rows)


def _scores(run: Run, found: Sequence[Scores], unit: LossUnit) -> Iterator[str]:
    for one in found:
        metrics = [metric for metric in run.kind.metrics if metric.key in one.own.metrics]
        loss = formats.unit_label(unit, f"nats/{one.own.unit}")
        head = ("", *(" ".join(filter(None, (m.title or "accuracy", m.of))) for m in metrics), loss)
        rows = [("**this run**", *(formats.metric(one.own.metrics[m.key], m) for m in metrics), _loss(one.own.loss_nats, unit))]
        for name, values in one.counted:
            shown = [formats.metric(values[m.key], m) if m.key in values else "" for m in metrics]
            rows.append((escaped(name), *shown, _loss(values["loss_nats"], unit) if "loss_nats" in values else ""))
        predictions = counted(one.own.count, TOKEN_NAMES.get(one.own.unit, one.own.unit))
        of = f", {run.kind.example.count(one.own.examples)}" if run.kind.example is not None and one.own.examples else ""
        yield from (
            f"On all of the {one.of} part ({predictions}{of}), beside counting alone:",
            "",
            *_table(head, rows),
            "",
        )


def _last_score(facts: RunFacts, unit: LossUnit) -> list[str]:
    loss, label = facts.number("val_loss_nats"), formats.unit_label(unit, facts.loss_unit)
    if math.isnan(loss):
        return ["Its data can't be opened here, and it was not scored before."]
    return [f"Its data can't be opened here. At its last evaluation: {_loss(loss, unit)} {label}."]


def _loss(nats: float, unit: LossUnit) -> str:
    value = formats.in_unit(nats, unit)
    return f"{value:.4f}" if math.isfinite(value) else "—"


def _samples(run: Run, data: Data | None) -> Iterator[str]:
    if run.kind.answers:
        if data is None:
            yield "Its data can't be opened here, so there are no examples outside its training."
            return
        answer = run.ask(Predict(examples=ANSWERS))
        yield from (f"What it says to the first {counted(len(answer.said), 'validation example')}:", "")
        yield from fenced("\n".join(answer.lines()))
        return
    if run.kind.draws_items:
        drawn = run.ask(Items("", ITEMS_DRAWN, Sampling(TEMPERATURE), 1)).items
        yield from (f"The first {len(drawn)} items that it draws, temperature {TEMPERATURE}, seed 1:", "")
        yield from fenced("\n".join(item.text for item in drawn))
        return
    for seed in range(1, SAMPLES + 1):
        drawn_text = run.ask(Sample("", Sampling(TEMPERATURE, length=SAMPLE_LENGTH), seed)).text
        yield from (f"Temperature {TEMPERATURE}, seed {seed}, not chosen:", "", *fenced(drawn_text), "")


def _settings(facts: RunFacts) -> list[str]:
    """The settings; those that differ from the defaults stand out."""
    rows = []
    for name, value in facts.config.settings.items():
        setting = SETTINGS[name]
        if value is None:
            continue
        usual, shown = value == setting.default_for(facts.kind.name), as_typed(value)
        rows.append((f"`{name}`", shown if usual else f"**{shown}**", escaped(setting.help)))
    return ["Values in bold differ from the defaults.", "", *_table(("setting", "value", "what it is"), rows)]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
