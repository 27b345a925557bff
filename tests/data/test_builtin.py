"""The built-in corpora: complete, deterministic, found in a checkout and in an installed package."""

import re
import sys
from importlib import resources

import pytest

from tui_rnn.data import builtin
from tui_rnn.data.builtin import BUILTINS, TASK_BUILTINS, corpora_folder, python_stdlib
from tui_rnn.errors import InputError

NOT_LOCAL = [b for b in BUILTINS.values() if b.kind != builtin.LOCAL]


def named(item):
    return item.name


def test_at_least_six_are_written_or_generated_here():
    assert len(NOT_LOCAL) >= 6


@pytest.mark.parametrize("item", BUILTINS.values(), ids=named)
def test_is_registered_under_its_kebab_case_name(item):
    assert BUILTINS[item.name] is item
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", item.name)


@pytest.mark.parametrize("item", BUILTINS.values(), ids=named)
def test_tells_what_it_is_and_what_to_look_for_in_short_lines(item):
    assert item.kind in (builtin.WRITTEN, builtin.GENERATED, builtin.LOCAL)
    assert 10 < len(item.summary) <= 80
    assert 20 < len(item.what_to_look_for) <= 160
    assert "\n" not in item.summary + item.what_to_look_for


@pytest.mark.parametrize("item", NOT_LOCAL, ids=named)
def test_text_is_printable_ascii_in_whole_lines(item):
    text = item.text()
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    assert text.endswith("\n")


@pytest.mark.parametrize("item", BUILTINS.values(), ids=named)
def test_text_is_made_once(item):
    assert item.text() is item.text()


@pytest.mark.parametrize("item", [b for b in BUILTINS.values() if b.kind == builtin.GENERATED], ids=named)
def test_generated_corpora_have_a_few_hundred_thousand_characters(item):
    assert 250_000 < len(item.text()) < 650_000


@pytest.mark.parametrize("name", ["brackets", "arithmetic", "counting", "recall"])
def test_entropy_rate_is_known_and_positive(name):
    rate = BUILTINS[name].entropy_rate_nats
    assert rate is not None
    assert 0 < rate < 3


@pytest.mark.parametrize("name", ["prose", "verse", "python-stdlib"])
def test_entropy_rate_of_a_text_that_people_wrote_is_unknown(name):
    assert BUILTINS[name].entropy_rate_nats is None


def paragraphs():
    return BUILTINS["prose"].text().split("\n\n")


def test_prose_is_long_enough():
    assert len(BUILTINS["prose"].text()) >= 60_000


def test_prose_opens_and_closes_every_quote_within_its_paragraph():
    for paragraph in paragraphs():
        assert paragraph.count('"') % 2 == 0, paragraph
        for opening, closing in zip(*[iter(re.finditer('"', paragraph))] * 2, strict=True):
            assert paragraph[: opening.start()][-1:] in ("", " ", "\n", "("), paragraph
            assert not paragraph[closing.start() - 1].isspace(), paragraph


def test_prose_talks_much_of_the_time():
    quoted = sum(len(q) for paragraph in paragraphs() for q in re.findall('"[^"]*"', paragraph))
    assert quoted > 0.35 * len(BUILTINS["prose"].text())


def test_prose_is_one_paragraph_a_line_with_a_blank_line_between():
    assert not any("\n" in paragraph.rstrip("\n") for paragraph in paragraphs())
    assert not any(paragraph.startswith((" ", "\n")) or paragraph.endswith(" ") for paragraph in paragraphs())


def test_prose_never_says_the_same_long_paragraph_twice():
    long = [paragraph for paragraph in paragraphs() if len(paragraph) > 80]
    assert len(set(long)) == len(long)


def test_verse_is_long_enough():
    assert len(BUILTINS["verse"].text()) >= 15_000


def test_verse_is_titles_and_stanzas_of_four_lines_with_every_second_set_in():
    stanzas = [block.splitlines() for block in BUILTINS["verse"].text().strip().split("\n\n")]
    for stanza in stanzas:
        if len(stanza) == 1:
            assert stanza[0].isupper()
        else:
            assert [line.startswith("  ") for line in stanza] == [False, True, False, True]
    assert sum(len(stanza) == 4 for stanza in stanzas) > 150


def test_written_corpora_are_found_beside_the_package_in_a_checkout():
    assert (corpora_folder() / "prose.txt").is_file()


def test_written_corpora_are_found_inside_an_installed_package(tmp_path, monkeypatch):
    installed = tmp_path / "corpora"
    installed.mkdir()
    (installed / "prose.txt").write_text("found\n", encoding="utf-8")
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    assert corpora_folder() == installed


def test_missing_corpora_are_an_input_error_that_says_where_they_should_be(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    monkeypatch.setattr(builtin, "__file__", str(tmp_path / "tui_rnn" / "data" / "builtin.py"))
    with pytest.raises(InputError, match=re.escape(str(tmp_path.resolve() / "corpora"))):
        corpora_folder()


def test_python_stdlib_is_one_to_two_megabytes_of_this_pythons_modules():
    text = BUILTINS["python-stdlib"].text()
    assert 1_000_000 < len(text) <= 2_000_000
    assert "def " in text


@pytest.fixture
def library(tmp_path):
    def write(stem, text):
        (tmp_path / f"{stem}.py").write_text(text, encoding="utf-8")

    for stem in ("abc", "ast", "bisect", "calendar"):
        assert stem in sys.stdlib_module_names
        write(stem, f"# {stem}\n")
    return tmp_path, write


def test_python_stdlib_takes_each_module_whole_and_once(library):
    folder, _ = library
    assert sorted(python_stdlib(folder).splitlines()) == ["# abc", "# ast", "# bisect", "# calendar"]


def test_python_stdlib_stays_within_its_limit(library):
    folder, _ = library
    assert 6 <= len(python_stdlib(folder, limit=20)) <= 20


@pytest.mark.parametrize(
    ("stem", "text"),
    [("stranger", "# not in the library\n"), ("_abc", "# private\n"), ("cmd", "# caf\u00e9\n"), ("csv", "# page\x0cbreak\n")],
    ids=["not a library module", "private", "not ASCII", "control character"],
)
def test_python_stdlib_leaves_out(library, stem, text):
    folder, write = library
    before = python_stdlib(folder)
    write(stem, text)
    assert python_stdlib(folder) == before


def test_a_python_without_sources_is_an_input_error_that_names_the_folder(tmp_path):
    with pytest.raises(InputError, match=re.escape(str(tmp_path))):
        python_stdlib(tmp_path)


@pytest.mark.parametrize("name", TASK_BUILTINS)
def test_task_corpora_have_a_task_a_summary_and_two_columns(name):
    task, text, summary, tokens, _ = TASK_BUILTINS[name]
    assert tokens in ("char", "word")
    assert task in ("tag", "classify", "seq2seq")
    assert summary
    assert name not in BUILTINS
    assert {line.count("\t") for line in text().splitlines() if line} == {1}
