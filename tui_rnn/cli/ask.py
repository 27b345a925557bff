"""`tui-rnn ask`: ask saved runs a question. Each question of insight.registry has a command, made from its fields."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Group, Parameter

from tui_rnn.cli.moment import OF_WEIGHTS, AtStep, check_step, tell_nearest
from tui_rnn.cli.options import FLAG, SEVERAL, option_name
from tui_rnn.cli.output import Json, print_json, telling
from tui_rnn.display import visible
from tui_rnn.errors import InputError
from tui_rnn.fields import allowed, flat
from tui_rnn.paths import RUN_SUFFIX

if TYPE_CHECKING:
    from tui_rnn.data.opening import Part
    from tui_rnn.insight.question import Answer
    from tui_rnn.insight.registry import QuestionEntry
    from tui_rnn.training.run import Run

Spec = Field[Any]
OF_QUESTION = Group("Question", sort_key=1)
OverTime = Annotated[bool, FLAG, Parameter(help="Every moment of the past that was kept.", group=OF_WEIGHTS)]


def run(*question: Annotated[str, Parameter(show=False)]) -> int:
    """Ask saved runs a question: what happens inside them, what they expect, write and answer, and how well they do.

    Each question is a command of its own: tui-rnn ask trace --help.
    """
    from tui_rnn.insight.registry import QUESTIONS

    found = f"{question[0]!r:.60} is not a question" if question else "ask needs a question"
    raise InputError(f"{found}, expected one of {', '.join(QUESTIONS)}: see tui-rnn ask --help")


def app(**options: Any) -> App:
    """The command, with a command for each question below it."""
    from tui_rnn.insight.registry import QUESTIONS

    asking = App(help=inspect.getdoc(run), help_format="plaintext", **options)
    asking.default(run)
    for place, entry in enumerate(QUESTIONS.values()):
        usage = f"Usage: tui-rnn ask {entry.name} RUN [RUN ...] {_usage(entry)}[OPTIONS]"
        asking.command(_command(entry), name=entry.name, help=_help(entry), usage=usage, sort_key=place)
    return asking


def _usage(entry: QuestionEntry) -> str:
    names = [name.removesuffix("s") + (" ..." if _is_tuple(entry, name) else "") for name in entry.arguments]
    return "".join(f"[{name.upper()}] " for name in names)


def _help(entry: QuestionEntry) -> str:
    from tui_rnn.kinds import KINDS

    kinds = "" if len(entry.kinds) == len(KINDS) else f" For {', '.join(KINDS[name].said_as for name in entry.kinds)}."
    return entry.title[:1].upper() + entry.title[1:] + f". {entry.help}{kinds}"


def _command(entry: QuestionEntry) -> Callable[..., int]:
    """A function whose signature has the question's fields as options."""

    def ask(
        run: Path, *rest: str, at_step: int | None = None, over_time: bool = False, json: bool = False, **given: Any
    ) -> int:
        return _ask(entry, (str(run), *rest), given, at_step, over_time, json)

    names = "/".join(["RUN", *(name.upper() for name in entry.arguments)])
    more = Annotated[str, SEVERAL, Parameter(name=names, help=_rest_help(entry))]
    parameters = [
        inspect.Parameter("run", inspect.Parameter.POSITIONAL_ONLY, annotation=Annotated[Path, Parameter(help="A saved run.")]),
        inspect.Parameter("rest", inspect.Parameter.VAR_POSITIONAL, annotation=more),
        inspect.Parameter("at_step", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=AtStep),
        inspect.Parameter("over_time", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=OverTime),
        inspect.Parameter("json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Json),
        *(_option(spec) for path, spec in flat(entry.question) if path[0] not in entry.arguments),
    ]
    ask.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    ask.__annotations__ = {one.name: one.annotation for one in parameters}
    return ask


def _rest_help(entry: QuestionEntry) -> str:
    told = [_described(entry, name) for name in entry.arguments]
    return "; ".join(["More saved runs, which end in .safetensors", *told]) + "."


def _described(entry: QuestionEntry, name: str) -> str:
    from tui_rnn.insight.registry import SOURCE, TEXT_OR_SOURCE

    if name == SOURCE:
        return "a file, folder or built-in to ask about (without: the validation part of the run's own data)"
    if name == TEXT_OR_SOURCE:
        return "a text, or a file, folder or built-in (without: the validation part of the run's own data; --text for any text)"
    help: str = dict(_top(entry))[name].metadata["help"]
    return help


def _top(entry: QuestionEntry) -> Iterator[tuple[str, Spec]]:
    return ((path[0], spec) for path, spec in flat(entry.question) if len(path) == 1)


def _is_tuple(entry: QuestionEntry, name: str) -> bool:
    spec = dict(_top(entry)).get(name)
    return spec is not None and str(spec.type).startswith("tuple")


def _option(spec: Spec) -> inspect.Parameter:
    may, many = allowed(spec), str(spec.type).startswith("tuple")
    default = "" if spec.default in (None, (), "", MISSING) or may.is_bool else f"default {spec.default}"
    told = "; ".join(filter(None, (may.bounds() if not may.is_bool else "", default)))
    text = f"{spec.metadata['help']} ({told})" if told else spec.metadata["help"]
    metavar = "|".join(may.choices) or ("N" if may.is_int else "TEXT" if may.is_free_text else "X")
    kind: Any = bool if may.is_bool else Literal[may.choices] if may.choices else str
    how = Parameter(
        help=text, group=OF_QUESTION, negative_iterable=(), show_default=False, metavar=None if may.is_bool else metavar
    )
    annotation: Any = Annotated[list[kind] if many else kind, how]  # None is the default of all
    return inspect.Parameter(spec.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _ask(
    entry: QuestionEntry, words: tuple[str, ...], given: dict[str, Any], at_step: int | None, over_time: bool, json: bool
) -> int:
    from tui_rnn.cli.compiling import load_run
    from tui_rnn.insight.registry import check_fits
    from tui_rnn.training.run_facts import read_facts

    if at_step is not None and over_time:
        raise InputError("--at-step names one moment and --over-time names all of them: give only one of the two")
    check_step(at_step)
    count = next((k for k, word in enumerate(words) if k and not word.endswith(RUN_SUFFIX)), len(words))
    paths, (texts, source) = [Path(word) for word in words[:count]], _arguments(entry, words[count:])
    question = _question(entry, given, texts)
    for path in paths:
        check_fits(entry, read_facts(path).kind)
    answers: list[Answer] = []
    for path in paths:
        loaded = load_run(path, json)
        tell_nearest(loaded, at_step)
        part = None if source is None else _part(path, loaded, source)
        table = _Table(path, loaded) if over_time and not json else None
        for step in loaded.moments if over_time else (at_step,):
            with telling(entry.title) as progress:
                answer = loaded.ask(question, at_step=step, source=part, progress=progress)
            answers.append(answer)
            if table is None or not table.add(answer):
                _tell(entry, path, loaded, answer, json, many=len(paths) > 1 or over_time or at_step is not None)
    if entry.compared is not None and len(paths) == 2 and not over_time:
        _tell_compared(entry, paths, entry.compared(answers), json)
    return 0


def _tell_compared(entry: QuestionEntry, paths: list[Path], answer: Answer, json: bool) -> None:
    """Print what the answers of two runs say together."""
    from tui_rnn.insight.question import record

    if json:
        print_json({"event": "compared", "question": entry.name, "runs": [str(path) for path in paths], **record(answer)})
        return
    print(visible(f"{paths[0].name} (first) and {paths[1].name} (second)"))
    for line in answer.lines():
        print(visible(line))


class _Table:
    """A line for each moment of a run's training: its step and the headlines of the answer."""

    def __init__(self, path: Path, loaded: Run) -> None:
        self._title: str | None = f"{path.name} ({loaded.config.name})"

    def add(self, answer: Answer) -> bool:
        """Print the answer's line; False if it has none."""
        if not answer.headlines:
            return False
        if self._title is not None:
            print(visible(self._title))
            print(visible(f"{'step':>9}  " + "  ".join(f"{one.name:>9}" for one in answer.headlines)))
            self._title = None
        cells = (f"{one!s:>{max(9, len(one.name))}}" for one in answer.headlines)
        print(visible(f"{answer.step:>9,}  " + "  ".join(cells)), flush=True)
        return True


def _arguments(entry: QuestionEntry, words: tuple[str, ...]) -> tuple[dict[str, Any], str | None]:
    """The fields that are given without an option's name, and the source."""
    from tui_rnn.insight.registry import SOURCE, TEXT_OR_SOURCE

    texts: dict[str, Any] = {}
    source, left = None, list(words)
    for name in entry.arguments:
        if not left:
            break
        if _is_tuple(entry, name):
            texts[name], left = tuple(left), []
        elif name == SOURCE or (name == TEXT_OR_SOURCE and _is_source(left[0])):
            source = left.pop(0)
        elif name == TEXT_OR_SOURCE:
            texts["text"] = left.pop(0)
        else:
            texts[name] = left.pop(0)
    if left:
        raise InputError(f"{left[0]!r:.60} is one word too many for ask {entry.name}: put a text in quotes")
    return texts, source


def _is_source(word: str) -> bool:
    """Whether there is a file, a folder or a built-in of this name."""
    from tui_rnn.data.builtin import BUILTINS

    try:
        return word in BUILTINS or Path(word).exists()
    except (OSError, ValueError):  # too long for a name, or with a NUL
        return False


def _question(entry: QuestionEntry, given: dict[str, Any], texts: dict[str, Any]) -> Any:
    """The question from the options and arguments. Raises InputError, which names the option."""
    values: dict[str, Any] = dict(texts)
    for path, spec in flat(entry.question):
        if (value := given.get(spec.name)) is None or path[0] in entry.arguments:
            continue
        may = allowed(spec)
        try:
            if isinstance(value, list):
                value = tuple(may.parse(one) if isinstance(one, str) else one for one in value)
            elif isinstance(value, str):
                value = may.parse(value)
        except InputError as error:
            raise InputError(str(error).replace(spec.name, option_name(spec.name), 1)) from None
        if len(path) > 1:  # a field of a dataclass within the question
            value = replace(values.get(path[0], entry.question.__dataclass_fields__[path[0]].default), **{path[1]: value})
        values[path[0]] = value
    return entry.question(**values)


def _part(path: Path, loaded: Run, source: str) -> Part:
    """All of a source; of the run's own, its validation part."""
    from tui_rnn.cli.data_options import example_files
    from tui_rnn.cli.part import find_part
    from tui_rnn.training.run_facts import read_facts

    return find_part(read_facts(path), loaded.symbols, example_files(source, None, None, None, False), None, False).part


def _tell(entry: QuestionEntry, path: Path, loaded: Run, answer: Any, json: bool, many: bool) -> None:
    from tui_rnn.insight.question import record

    if json:
        told = {one.name: one.value for one in answer.headlines}
        print_json({"event": "answer", "question": entry.name, "run": str(path), **record(answer), "headlines": told})
        return
    if many:
        print(f"{visible(path.name)} ({visible(loaded.config.name)}), step {answer.step:,}")
    for line in answer.lines():
        print(visible(line))
