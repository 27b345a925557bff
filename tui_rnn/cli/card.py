"""`tui-rnn card`: a page about a run."""

from __future__ import annotations

import base64
import urllib.parse
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tui_rnn.cli.options import FLAG
from tui_rnn.cli.output import Json, print_json, shell_line, waiting
from tui_rnn.display import visible
from tui_rnn.errors import InputError, RunError


def run(
    run: Annotated[Path, Parameter(help="A saved run.")],
    /,
    *,
    out: Annotated[
        Path | None,
        Parameter(
            help="The page's file, ending in .md; its curve is saved beside it as .svg. Without, stdout.", metavar="FILE"
        ),
    ] = None,
    overwrite: Annotated[bool, FLAG, Parameter(help="Replace files that are there.")] = False,
    json: Json = False,
) -> int:
    """Write a run's card: one Markdown page that says what it is, what it learnt from (name, size, SHA-256), its settings,
    its losses as a curve, how well it does beside what counting alone gets, samples, and the command that repeats it.

    If its data can't be opened any more, the page gives the last score.
    """
    from tui_rnn.cli import scores
    from tui_rnn.cli.compiling import load_run
    from tui_rnn.export import curve, repeating
    from tui_rnn.export.card import card
    from tui_rnn.training.run_facts import read_facts

    facts = read_facts(run)
    picture = None if out is None else out.with_suffix(".svg")
    if out is not None and picture is not None:
        _check(out, picture, overwrite)
    loaded, unit = load_run(run, json), scores.loss_unit()
    svg = curve.svg(loaded.history, unit, facts.loss_unit, scores.COUNTED[loaded.vocabulary.kind])
    where = _embedded(svg) if picture is None else urllib.parse.quote(picture.name)
    command = shell_line(*repeating.command(facts))
    with waiting(f"scoring {visible(facts.data.name)}"):
        page = card(loaded, facts, where, command, unit)
    if out is None or picture is None:
        print_json({"event": "card", "run": str(run), "markdown": page}) if json else print(page, end="")
        return 0
    for path, text in ((picture, svg), (out, page)):
        try:
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise RunError(f"{path} was not written: {error.strerror or error}: choose another place") from None
    if json:
        print_json({"event": "card", "run": str(run), "out": str(out), "picture": str(picture)})
    else:
        print(f"{visible(str(out))}, with its curve in {visible(picture.name)}")
    return 0


def _embedded(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}"


def _check(out: Path, picture: Path, overwrite: bool) -> None:
    if out.suffix.lower() != ".md":
        raise InputError(f"--out is {out.name!r:.60}, expected a name that ends in .md")
    if not out.parent.is_dir():
        raise InputError(f"{out} can't be written: there is no folder {out.parent}: make it or choose another place")
    for path in (out, picture):
        if path.exists() and (not path.is_file() or not overwrite):
            raise InputError(f"{path} exists: choose another name, or replace it with --overwrite")
