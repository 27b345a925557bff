"""The command that trains a run again, made from what its file remembers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tui_rnn.config import GOALS, RunConfig
from tui_rnn.data.request import DataRequest
from tui_rnn.data.sources import apart
from tui_rnn.display import counted, visible
from tui_rnn.training.run_facts import RunFacts


def command(facts: RunFacts) -> list[str]:
    """The words of `tui-rnn train …`. For a run without a goal, the goal is the steps that it was trained for."""
    words = ["tui-rnn", "train", *_names(facts.data.source or facts.data.name), *data_words(facts.data.request)]
    return words + _of_settings(facts)


def remarks(facts: RunFacts) -> list[str]:
    """Why the command may not give the same weights; none if it does, on a processor of the same kind."""
    told = []
    if not facts.step:
        told.append("It was not trained here: the command trains a new network with its settings.")
    if facts.parent is not None:
        told.append(
            f"It began from the weights of a run on other data (SHA-256 {visible(facts.parent.sha256)[:12]}…, step "
            f"{facts.parent.step:,}): the command needs --from with that run."
        )
    if facts.config.seconds is not None:
        told.append("Its goal is a time, so how many steps it trains depends on the machine.")
    if facts.learning_rate_changes:
        times = counted(len(facts.learning_rate_changes), "time")
        told.append(f"Its learning rate was changed by hand {times}, last at step {facts.learning_rate_changes[-1][0]:,}.")
    if facts.keep_best:
        told.append("It kept its best weights.")
    return told


def _of_settings(facts: RunFacts) -> list[str]:
    config, kind = facts.config, facts.kind.name
    goal = config.goal or {"steps": facts.step or 1}
    usual = RunConfig.to_goal(kind, **goal)
    words: list[str] = []
    for name, value in (config.settings | goal).items():
        # where the goal is a time, a recipe would choose what is left out
        if value is None or (name not in GOALS and value == getattr(usual, name) and "seconds" not in goal):
            continue
        words += option_words(name, value)
    return words


def data_words(request: DataRequest) -> list[str]:
    """The options that open the data in the same way."""
    files, words = request.files, list[str]()
    if request.items is None and request.task is not None:
        words += option_words("task", request.task)
    for name, value, usual in (
        ("items", request.items, None),
        ("tokens", request.tokens, "char" if request.kind is None or not request.kind.answers else None),
        ("target_units", request.target_units, None),
        ("columns", None if files.columns is None else ",".join(files.columns), None),
        ("encoding", files.encoding, None),
        ("split_seed", files.split_seed if request.kind is not None and not request.kind.is_stream else 1, 1),
        ("format", None if request.items else files.format, None),
    ):
        if value not in (None, usual):
            words += option_words(name, value)
    for name, source in (("valid", files.validation), ("test", files.test)):
        for one in _names(source) if source is not None else ():
            words += option_words(name, one)
    flags = {"fold_case": request.fold_case} | {
        name: getattr(files, name) for name in ("skip_bad_lines", "cut_long", "join_labels")
    }
    return words + [word for name, given in flags.items() if given for word in option_words(name, True)]


def option_words(name: str, value: Any) -> list[str]:
    """An option with its value, as a person types it."""
    dashed = name.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{'' if value else 'no-'}{dashed}"]
    return [f"--{dashed}", repr(value) if isinstance(value, float) else str(value)]


def _names(source: str) -> list[str]:
    """The names of files without their folders, which are nobody else's business."""
    return [Path(one).name or one for one in apart(source)]
