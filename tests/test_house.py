"""The house: what is known of a kind of data is asked of its home or of a registry, never by comparing names or classes."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from tui_rnn import kinds
from tui_rnn.data.examples.columns import ROLES
from tui_rnn.data.opening import OPENERS
from tui_rnn.insight.baselines import BASELINES
from tui_rnn.kinds import ANSWERING, KINDS
from tui_rnn.training.networks import NETWORKS
from tui_rnn.training.recipe_table import ROWS
from tui_rnn.training.scoring import SCORERS
from tui_rnn.tui.views.registry import VIEWS

PACKAGE = Path(__file__).parent.parent / "tui_rnn"
HOME = PACKAGE / "kinds.py"
MOST_COMPARISONS = 10
CONSTANTS = {name for name, value in vars(kinds).items() if isinstance(value, kinds.Kind)}
CLASSES_OF_A_KIND = {
    *("LanguageModel", "ItemModel", "Tagger", "Classifier", "Seq2Seq"),
    *("Corpus", "ExampleData", "EncodedExamples", "EncodedItems", "TaggedSentences", "LabelledTexts", "Pairs"),
    *("TaggedSentence", "LabelledText", "Pair"),
}
"""Networks, data, their parts and their examples: which one it is, is told by the kind."""
ALL_DATA = {"Corpus", "ExampleData"}
"""Whoever asks for both asks whether something is data, not of which kind."""
MOST_FILES_NAMING_A_CELL = 6


Trees = list[tuple[Path, ast.AST]]


@pytest.fixture(scope="module")
def trees() -> Trees:
    """Each file of the package, parsed once for all tests here."""
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(PACKAGE.rglob("*.py"))]


def names_of_kinds(node: ast.AST) -> bool:
    """Whether the node is a kind or its name, or a tuple, list or set that has one."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(names_of_kinds(one) for one in node.elts)
    if isinstance(node, ast.Attribute):
        return names_of_kinds(node.value)
    return (isinstance(node, ast.Constant) and node.value in KINDS) or (isinstance(node, ast.Name) and node.id in CONSTANTS)


def compared(tree: ast.AST) -> Iterator[int]:
    """The lines that compare something with a kind's name, or match it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(names_of_kinds(side) for side in (node.left, *node.comparators)):
            yield node.lineno
        if isinstance(node, ast.MatchValue) and names_of_kinds(node.value):
            yield node.lineno


def asked_for_class(tree: ast.AST) -> Iterator[int]:
    """The lines that ask whether something is of a class that only one kind of data has; match statements, too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            classes = [one.id for one in ast.walk(node.args[1]) if isinstance(one, ast.Name)]
        elif isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name):
            classes = [node.cls.id]
        else:
            continue
        if CLASSES_OF_A_KIND & {*classes} and not {*classes} >= ALL_DATA:
            yield node.lineno


def test_hardly_any_code_compares_the_name_of_a_kind(trees: Trees) -> None:
    found = [f"{path.relative_to(PACKAGE)}:{line}" for path, tree in trees if path != HOME for line in compared(tree)]
    assert len(found) <= MOST_COMPARISONS, found


def test_no_code_asks_for_the_class_of_a_network_or_of_data(trees: Trees) -> None:
    found = [f"{path.relative_to(PACKAGE)}:{line}" for path, tree in trees for line in asked_for_class(tree)]
    assert not found


def test_the_counting_finds_what_it_is_to_find() -> None:
    lines = ['kind == "tag"', '"lm" != kind', 'kind in ("lm", "items")', "kind is TAGGED", "name == PAIRS.name"]
    lines += ["kind in names", 'kind == "char"', "kind is KINDS[name]", "isinstance(a, Tagger | str)", "isinstance(a, str)"]
    lines += ["isinstance(a, Corpus | ExampleData)"]
    tree = ast.parse("\n".join(lines))
    assert [*compared(tree)] == [1, 2, 3, 4, 5]
    assert [*asked_for_class(tree)] == [9]


REGISTRIES: dict[str, tuple[Collection[object], Collection[object]]] = {
    "openers": (OPENERS, KINDS),
    "columns": (ROLES, ANSWERING),
    "networks": (NETWORKS, KINDS),
    "scorers": (SCORERS, KINDS),
    "baselines": (BASELINES, KINDS),
    "recipes": (ROWS, KINDS),
    "views": (VIEWS, [kind for kind in KINDS.values() if not kind.is_stream]),
}


@pytest.mark.parametrize("registry", REGISTRIES)
def test_a_registry_knows_every_kind_that_its_layer_works_for(registry: str) -> None:
    known, wanted = REGISTRIES[registry]
    assert set(known) == {getattr(kind, "name", kind) for kind in wanted}


def test_few_files_name_a_cell() -> None:
    found = [path for path in sorted(PACKAGE.rglob("*.py")) if re.search(r"\bgru\b", path.read_text("utf-8"), re.IGNORECASE)]
    assert len(found) <= MOST_FILES_NAMING_A_CELL, found


DOCUMENTED = {"_replace", "_asdict", "_fields", "_exit"}  # of Python, public in spite of their names


def foreign_and_private(tree: ast.AST, own: set[str]) -> Iterator[str]:
    """What a file uses of a library that the library keeps to itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.module.startswith("tui_rnn"):
            yield from (part for part in node.module.split(".") if part.startswith("_") and not part.startswith("__"))
        if isinstance(node, ast.Attribute) and re.match("_[a-z]", node.attr) and node.attr not in own | DOCUMENTED:
            yield node.attr


def test_what_textual_and_rich_keep_to_themselves_is_used_in_one_file_and_of_the_plot_where_it_is_drawn(trees: Trees) -> None:
    screen = [(path, tree) for path, tree in trees if "tui" in path.relative_to(PACKAGE).parts]
    private_api, plot = PACKAGE / "tui" / "private_api.py", PACKAGE / "tui" / "widgets" / "loss_plot.py"
    own = {
        name
        for path, tree in screen
        if path != private_api
        for node in ast.walk(tree)
        for name in (
            [node.attr] if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
            else [node.name] if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            else [node.target.id] if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
            else []
        )
    }  # fmt: skip
    found = {path: set(foreign_and_private(tree, own)) for path, tree in screen}

    assert {path for path, names in found.items() if names} == {private_api, plot}
    assert found[plot] == {"_canvas_size"}
