"""Reads a lesson's file, which may be a stranger's: TOML, with every value checked. An error is one line that names the file,
the page, the field, the value found, and what was expected."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tui_rnn.config import RunConfig, settings_for
from tui_rnn.data.opening import with_task
from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.data.sources import check_regular
from tui_rnn.errors import InputError
from tui_rnn.lessons import formulas, text
from tui_rnn.lessons.formulas import NAMES, Formula
from tui_rnn.lessons.lesson import CUTS, LONGEST_TRAINING_S, VIEWS, Choice, Guess, Lesson, LessonRun, Look, Page, Until
from tui_rnn.lessons.text import Piece

MOST_BYTES = 1 << 20
MOST_PAGES = 100
SELECTS = ("unit", "position", "range")
_DATA = ("source", "task", "items", "tokens", "target_units", "format", "validation")


class Table:
    """A table of the file, with its name for errors. A field that nothing asked for is an error too."""

    def __init__(self, values: dict[str, Any], where: str) -> None:
        self._values, self.where, self._asked = values, where, set[str]()

    def bad(self, field: str, expected: str) -> InputError:
        found = f"is {self._values[field]!r:.60}" if field in self._values else "is missing"
        return InputError(f"{self.where}: {field} {found}, expected {expected}")

    def get(self, field: str, kind: type | tuple[type, ...], expected: str, default: Any = ...) -> Any:
        """A value of a type; it must exist unless there is a default."""
        self._asked.add(field)
        value = self._values.get(field, default)
        if value is ... or (
            field in self._values and (not isinstance(value, kind) or isinstance(value, bool) != (kind is bool))
        ):
            raise self.bad(field, expected)
        return value

    def words(self, field: str, default: Any = ...) -> Any:
        value = self.get(field, str, "a text", default)
        if field in self._values and not value.strip():
            raise self.bad(field, "a text that is not empty")
        return value.lstrip("\n").rstrip() if isinstance(value, str) else value

    def whole(self, field: str, low: int, default: Any = ...) -> Any:
        value = self.get(field, int, f"a whole number, at least {low}", default)
        if field in self._values and value < low:
            raise self.bad(field, f"a whole number, at least {low}")
        return value

    def one_of(self, field: str, choices: tuple[str, ...], default: Any = ...) -> Any:
        value = self.get(field, str, f"one of {', '.join(choices)}", default)
        if field in self._values and value not in choices:
            raise self.bad(field, f"one of {', '.join(choices)}")
        return value

    def texts(self, field: str, default: Any = ...) -> tuple[str, ...]:
        value = self.get(field, list, "a list of texts", default)
        if not all(isinstance(one, str) and one.strip() for one in value):
            raise self.bad(field, "a list of texts")
        return tuple(value)

    def table(self, field: str, called: str = "") -> Table | None:
        """A table within this one; None if there is none."""
        value = self.get(field, dict, "a table", None)
        return None if value is None else Table(value, f"{self.where}, {called or field}")

    def tables(self, field: str, called: str, at_least: int = 1) -> list[Table]:
        """A list of tables, counted from 1 on."""
        value = self.get(field, list, f"[[{field}]] with what belongs to each", [])
        if len(value) < at_least or not all(isinstance(one, dict) for one in value):
            raise self.bad(field, f"at least {at_least} × [[{field}]]" if at_least else f"[[{field}]]")
        return [Table(one, f"{self.where}, {called} {number}") for number, one in enumerate(value, start=1)]

    def others(self) -> dict[str, Any]:
        """All fields that were not asked for yet."""
        return {field: self._values[field] for field in self._values if field not in self._asked}

    def end(self, *more: str) -> None:
        """Raise InputError for a field that nothing asked for."""
        for field in self.others():
            if field not in more:
                raise InputError(
                    f"{self.where}: there is no field {field!r:.40}, expected one of {', '.join(sorted({*self._asked, *more}))}"
                )

    def pieces(self, field: str, names: _Names, default: Any = ...) -> tuple[Piece, ...]:
        words = self.words(field, default)
        return self.checked(field, lambda: text.read(text.joined(words), *names)) if words else ()

    def formula(self, field: str, names: _Names, default: Any = ...) -> Formula | None:
        words = self.words(field, default)
        return self.checked(field, lambda: formulas.read(words, *names)) if words else None

    def checked(self, field: str, read: Any) -> Any:
        try:
            return read()
        except InputError as error:
            raise InputError(f"{self.where}, {field}: {error}") from None


_Names = tuple[tuple[str, ...], dict[str, Formula]]
"""What formulas may name: runs and figures."""


def read(path: Path) -> Lesson:
    """The lesson in a file. Raises InputError with one line."""
    try:
        check_regular(path, "a lesson's file: see docs/lessons.md")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    if len(content) > MOST_BYTES:
        raise InputError(f"{path}: a lesson has at most {MOST_BYTES:,} bytes")
    return parsed(content, path.name, path.stem, path.parent)


def parsed(content: bytes, called: str, stem: str, folder: Path) -> Lesson:
    """The lesson in the bytes of a file. called: its name for errors; stem: its name without suffix; folder: where its texts
    are."""
    try:
        values = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{called}: byte {error.start:,} is no UTF-8, expected a TOML file in UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(
            f"{called}: {' '.join(str(error).split()) or 'nested too deep'}, expected a TOML file: see docs/lessons.md"
        ) from None
    return _lesson(Table(values, called), stem, folder)


def _lesson(file: Table, stem: str, folder: Path) -> Lesson:
    title, number = file.words("title"), file.whole("number", 0, 0)
    afterwards = file.texts("afterwards")
    data = {name: file.get(name, str, "a text", None) for name in _DATA}
    runs = tuple(_run(one, data, folder) for one in file.tables("runs", "run"))
    if twice := [run.name for k, run in enumerate(runs) if run.name in [other.name for other in runs[:k]]]:
        raise InputError(f"{stem}.toml: two runs are called {twice[0]!r:.40}, expected another name for each")
    figures: dict[str, Formula] = {}
    if (table := file.table("figures")) is not None:
        for name in table.others():
            _check_name(name, table, name, tuple(run.name for run in runs))
            formula = table.formula(name, (tuple(run.name for run in runs), dict(figures)))
            assert formula is not None
            figures[name] = formula
    names = tuple(run.name for run in runs), figures
    tables = file.tables("pages", "page")
    if len(tables) > MOST_PAGES:
        raise file.bad("pages", f"at most {MOST_PAGES}")
    pages = tuple(_page(one, names) for one in tables)
    lesson = Lesson(
        name=stem.partition("-")[2] if number and stem.partition("-")[0].isdigit() else stem,
        number=number,
        title=title,
        afterwards=afterwards,
        runs=runs,
        pages=pages,
        figures=figures,
        begins_paused=file.get("begins_paused", bool, "true or false", False),
        any_data=file.get("any_data", bool, "true or false", False),
        budget_s=float(
            file.get("budget_s", (int, float), f"1 to {LONGEST_TRAINING_S:.0f} seconds of training", LONGEST_TRAINING_S)
        ),
        most_steps=file.whole("most_steps", 1, Lesson.most_steps),
    )
    if not 1 <= lesson.budget_s <= LONGEST_TRAINING_S:
        raise file.bad("budget_s", f"1 to {LONGEST_TRAINING_S:.0f} seconds of training")
    file.end()
    return lesson


def _check_name(name: str, table: Table, field: str, taken: tuple[str, ...] = ()) -> None:
    if not name.isidentifier() or name.startswith("_") or name in NAMES or name in taken:
        why = "a name that is not taken" if name in (*NAMES, *taken) else "letters, digits and _ that begin with a letter"
        raise table.bad(field, why)


def _run(one: Table, common: dict[str, Any], folder: Path) -> LessonRun:
    """A run takes from the lesson what it doesn't say about its data. All other fields are settings of the run."""
    name = one.words("name")
    _check_name(name, one, "name")
    own = {field: one.get(field, str, "a text", None) for field in _DATA}
    data = own if own["source"] is not None else {**common, **{key: value for key, value in own.items() if value is not None}}
    if data["source"] is None:
        raise one.bad("source", "a built-in corpus or a file, here or at the top of the lesson")

    def request() -> DataRequest:
        files = SourceFiles(_found(data["source"], folder), format=data["format"], validation=data["validation"])
        found = DataRequest(files, data["task"], data["items"], data["tokens"] or "char", data["target_units"])
        return with_task(found)[0]

    opened = one.checked("source", request)
    settings = one.others()
    kind = opened.kind.name

    def config() -> RunConfig:
        known = settings_for(kind)
        if unknown := [field for field in settings if field not in known]:
            raise InputError(f"there is no setting {unknown[0]!r:.40} for {kind}, expected one of {', '.join(known)}")
        return RunConfig(kind, **settings)

    return LessonRun(name, opened, one.checked("settings", config))


def _found(source: str, folder: Path) -> str:
    """The file of that name beside the lesson, if there is one; else the name itself."""
    beside = folder / source
    return str(beside) if beside.exists() else source


def _page(one: Table, names: _Names) -> Page:
    runs = names[0]
    shown = one.texts("shows", []) or (one.one_of("run", runs, runs[0]),)
    run = one.one_of("run", runs, shown[0])
    if not 1 <= len(shown) <= 2 or any(name not in runs for name in shown):
        raise one.bad("shows", f"one or two of {', '.join(runs)}")
    page = Page(
        title=one.words("title"),
        text=one.pieces("text", names),
        run=run,
        shown=shown,
        equation=one.words("equation", ""),
        look=_look(one.table("view")),
        guess=_guess(one.table("guess"), names),
        do=one.pieces("do", names, ""),
        until=_until(one.table("until"), names),
    )
    one.end()
    return page


def _look(table: Table | None) -> Look | None:
    if table is None:
        return None
    look = Look(
        table.one_of("name", VIEWS),
        text=table.get("text", str, "a text", None),
        example=table.whole("example", 0, None),
        position=table.whole("position", 0, None),
        layer=table.whole("layer", 1, None),
        unit=table.whole("unit", 0, None),
        signal=table.words("signal", None),
        reading=table.words("reading", None),
        cut=table.one_of("cut", CUTS, None),
    )
    table.end()
    return look


def _guess(table: Table | None, names: _Names) -> Guess | None:
    if table is None:
        return None
    choices = tuple(_choices(table, names))
    guess = Guess(table.pieces("asks", names), choices, table.get("once", bool, "true or false", False))
    table.end()
    return guess


def _choices(table: Table, names: _Names) -> Iterator[Choice]:
    for one in table.tables("choices", "choice", at_least=2):
        holds = one.formula("holds", names)
        assert holds is not None
        yield Choice(one.pieces("says", names), holds)
        one.end()


def _until(table: Table | None, names: _Names) -> Until | None:
    if table is None:
        return None
    until = Until(
        says=table.pieces("says", names),
        holds=table.formula("holds", names, ""),
        key=table.words("key", None),
        selects=table.one_of("selects", SELECTS, None),
        types=table.get("types", bool, "true or false", False),
    )
    given = [field for field in ("holds", "key", "selects", "types") if getattr(until, field)]
    if len(given) != 1:
        raise InputError(
            f"{table.where}: {' and '.join(given) or 'nothing'} to wait for, expected one of holds, key, selects, types"
        )
    table.end()
    return until
