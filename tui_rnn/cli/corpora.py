"""`tui-rnn corpora`: the built-in corpora by task, and what each one shows."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tui_rnn.cli import scores
from tui_rnn.cli.output import Json, print_json
from tui_rnn.kinds import ANSWERING, KINDS, RUNNING_TEXT, Kind

if TYPE_CHECKING:
    from tui_rnn.data.builtin import Builtin, TaskBuiltin, Tracked


def run(*, json: Json = False) -> int:
    """List the built-in corpora by task: size, the source's entropy rate if it is known, what to look for, and how well the
    best unit tracks it."""
    from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS

    _tell_heading(RUNNING_TEXT, json)
    for builtin in BUILTINS.values():
        _tell_text(builtin, json)
    for kind in map(KINDS.__getitem__, ANSWERING):
        if not json:
            print()
        _tell_heading(kind, json)
        for name, of_task in TASK_BUILTINS.items():
            if of_task.task == kind.task:
                _tell_examples(name, of_task, json)
    return 0


def _tell_heading(kind: Kind, json: bool) -> None:
    if not json:
        print(f"{kind.title} (--task {kind.task})")


def _tell_text(builtin: Builtin, json: bool) -> None:
    from tui_rnn.errors import InputError
    from tui_rnn.formats import exact_loss, size
    from tui_rnn.insight.question import record

    about: dict[str, Any] = {"name": builtin.name, "task": RUNNING_TEXT.task, "kind": builtin.kind, "summary": builtin.summary}
    try:
        text, rate = builtin.text(), builtin.entropy_rate_nats
    except InputError as error:  # the others can still be used
        if json:
            print_json({"event": "corpus", **about, "problem": str(error)})
        else:
            _print(builtin.name, str(error))
        return
    byte_count, distinct = len(text.encode("utf-8")), len(set(text))
    if json:
        measured = {"bytes": byte_count, "characters": len(text), "distinct_characters": distinct}
        about |= {"entropy_rate_nats": rate, "what_to_look_for": builtin.what_to_look_for}
        about |= {"tracked": [{**record(one), "seconds": one.seconds} for one in builtin.tracked]}
        print_json({"event": "corpus", **about, **measured})
    else:
        floor = "" if rate is None else f", entropy rate {exact_loss(rate, scores.loss_unit(), 'char')}"
        title = f"{builtin.name} ({builtin.kind}): {size(byte_count)}, {distinct} distinct characters{floor}"
        _print(title, f"{builtin.summary}. {builtin.what_to_look_for} {_measured(builtin.tracked)}")


def _measured(tracked: Sequence[Tracked]) -> str:
    """What was measured, with the hypothesis that repeats it: ask units RUN --where quotes."""
    from tui_rnn.insight.hypotheses import hypothesis

    told = []
    for one in tracked:
        measure = "Spearman" if hypothesis(one.where).amount else "AUC"
        told.append(f"{one.where}: {measure} {one.score:.2f}, by chance {one.chance:.2f}, linear probe {one.probe:.2f}")
    after = f"{tracked[0].steps:,} steps (about {tracked[0].seconds:.0f} s)"
    return f"An LSTM 128 after {after}, the best unit, by ask units --where: {'; '.join(told)}."


def _tell_examples(name: str, builtin: TaskBuiltin, json: bool) -> None:
    from tui_rnn.data.builtin import GENERATED
    from tui_rnn.formats import size

    text = builtin.text()
    byte_count, distinct = len(text.encode("utf-8")), len(set(text))
    if "\n\n" in text:  # sentences, one word a line
        example = text.split("\n\n", 1)[0].replace("\t", "/").replace("\n", " ")
    else:
        example = text.split("\n", 2)[1].replace("\t", " → ")  # the first line is the header
    if json:
        about = {"name": name, "task": builtin.task, "kind": GENERATED, "summary": builtin.summary}
        about["what_to_look_for"] = builtin.what_to_look_for
        measured = {"bytes": byte_count, "characters": len(text), "distinct_characters": distinct}
        print_json({"event": "corpus", **about, "example": example, **measured})
    else:
        title = f"{name} ({GENERATED}): {size(byte_count)}, {distinct} distinct characters"
        _print(title, f"{builtin.summary}. For example: {example} {builtin.what_to_look_for}".rstrip())


def _print(title: str, about: str) -> None:
    width = min(shutil.get_terminal_size().columns, 100)
    print(f"  {title}")
    print(textwrap.fill(about, width, initial_indent=" " * 6, subsequent_indent=" " * 6))
