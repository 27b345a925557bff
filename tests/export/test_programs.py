"""The programs of an export, used: they read and answer as the run does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.export.networks import network_of, symbols_of
from tests.export.test_equality import written
from tui_rnn.data.examples.labels import Tokens
from tui_rnn.data.lexicon import Lexicon, SpelledLexicon
from tui_rnn.data.symbols import Symbols
from tui_rnn.data.tokens import ByteVocabulary, TextVocabulary, WordVocabulary, split_words
from tui_rnn.data.vocabulary import Vocabulary
from tui_rnn.export import to_json, to_numpy
from tui_rnn.export.target import plain
from tui_rnn.insight.predict import answers
from tui_rnn.kinds import KINDS

WORDS = WordVocabulary(tuple(sorted([" the", " cat", "\n", ".", " don't", "the"])))
TEXT = "the cat, don't über\n the é."


def program_of(network: Any, folder: Path, symbols: Any) -> Any:
    written(to_numpy.TARGET, network, folder, symbols)
    return to_numpy.loaded(folder / "model.py")


@pytest.mark.parametrize("vocabulary", [Vocabulary(" acehté"), WORDS, ByteVocabulary()], ids=lambda one: one.kind)
def test_a_text_has_the_same_ids_and_ids_the_same_text(vocabulary: TextVocabulary, tmp_path: Path) -> None:
    symbols = symbols_of("lm", vocabulary)
    program = program_of(network_of("lm", "elman", "tanh", symbols), tmp_path, symbols)
    for text in (TEXT, "cat", " cat", "unheard", ""):
        ids = vocabulary.encode(text)[0].tolist()

        assert program.encode(text) == ids
        assert program.decode(ids) == vocabulary.decode(ids)


def test_its_tags_are_the_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    symbols, network = symbols_of("tag"), network_of("tag", "lstm", "tanh", bidirectional=True)
    program_of(network, tmp_path, symbols).show("ab cd,  fade.")
    (said,) = answers(network, symbols, ["ab cd,  fade."])

    assert capsys.readouterr().out.splitlines() == [
        f"{word}\t{tag}"
        for word, tag in zip(said.words, said.tags, strict=True)  # type: ignore[union-attr]
    ]


def test_its_classes_are_the_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    symbols, network = symbols_of("classify"), network_of("classify", "gru", "tanh", pool="mean")
    program_of(network, tmp_path, symbols).show("fade")
    (said,) = answers(network, symbols, ["fade"])

    assert capsys.readouterr().out.splitlines()[0] == f"{said.probs.max():6.1%}  {said.label}"  # type: ignore[union-attr]


def test_what_it_writes_for_a_source_is_the_greedy_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    symbols, network = symbols_of("seq2seq"), network_of("seq2seq", "lstm", "tanh", attention="general")
    program_of(network, tmp_path, symbols).show("fade")
    (said,) = answers(network, symbols, ["fade"])

    assert capsys.readouterr().out == f"{said.outputs[0].text}\n"  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["lm", "items"])
def test_cold_writing_is_the_runs_greedy_text(kind: str, tmp_path: Path) -> None:
    """At a temperature near 0 the likeliest symbol is drawn."""
    symbols, network = symbols_of(kind), network_of(kind, "gru", "tanh")
    ids, _, _ = network.reader().generate(network.begun(symbols.vocabulary.encode("fad")[0]), 12, temperature=0)
    if kind == "items" and len(symbols.vocabulary) in ids:
        ids = ids[: np.flatnonzero(ids == len(symbols.vocabulary))[0]]

    assert program_of(network, tmp_path, symbols).generate("fad", 12, 1e-4) == "fad" + symbols.vocabulary.decode(ids)


def test_no_text_of_the_data_can_end_the_element_that_holds_it(tmp_path: Path) -> None:
    """The data of these runs are called </script>."""
    written(to_json.TARGET, network_of("lm", "elman", "tanh"), tmp_path)
    page = (tmp_path / "index.html").read_text("utf-8")

    assert page.count("</script") == 3
    assert "\\u003c/script\\u003e" in page


@pytest.mark.parametrize("folds_case", [False, True])
def test_words_of_sentences_are_read_by_themselves(
    folds_case: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lexicon = Lexicon((".", "cat", "don't", "the"), folds_case)
    text = "The cat,  don't über the ."
    tagging, classifying = symbols_of("tag", lexicon), symbols_of("classify", lexicon)
    tagger = network_of("tag", "lstm", "tanh", tagging, bidirectional=True)
    classifier = network_of("classify", "gru", "tanh", classifying, pool="mean")

    for name in ("tag", "classify"):
        (tmp_path / name).mkdir()
    program = program_of(tagger, tmp_path / "tag", tagging)
    assert program.encode(text) == lexicon.encode(text)[0].tolist()
    program.show(text)
    (said,) = answers(tagger, tagging, [text])
    told = [f"{word}\t{tag}" for word, tag in zip(said.words, said.tags, strict=True)]  # type: ignore[union-attr]
    assert capsys.readouterr().out.splitlines() == told

    program_of(classifier, tmp_path / "classify", classifying).show(text)
    (said,) = answers(classifier, classifying, [text])
    assert capsys.readouterr().out.splitlines()[0] == f"{said.probs.max():6.1%}  {said.label}"  # type: ignore[union-attr]


@pytest.mark.parametrize("folds_case", [False, True])
def test_words_are_read_with_their_letters(folds_case: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lexicon = SpelledLexicon((".", "cat", "the"), folds_case, Vocabulary(" .Tacehté"))
    text = f"The cat,  unheard über the {'t' * 30}{'h' * 30} ."
    symbols = symbols_of("tag", lexicon)
    tagger = network_of("tag", "lstm", "tanh", symbols, bidirectional=True, embedding_size=5)
    program = program_of(tagger, tmp_path, symbols)

    assert list(program.encode(text)) == plain([lexicon.spelled([split_words(text)])[0]])
    program.show(text)
    (said,) = answers(tagger, symbols, [text])
    told = [f"{word}\t{tag}" for word, tag in zip(said.words, said.tags, strict=True)]  # type: ignore[union-attr]
    assert capsys.readouterr().out.splitlines() == told


def test_written_words_are_put_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    symbols = Symbols(KINDS["seq2seq"], Lexicon(("cat", "the")), targets=Tokens((" chat", " le", "'", "."), "words"))
    network = network_of("seq2seq", "lstm", "tanh", symbols)
    program_of(network, tmp_path, symbols).show("the cat")
    (said,) = answers(network, symbols, ["the cat"])

    assert capsys.readouterr().out.rstrip("\n") == said.outputs[0].text.lstrip()  # type: ignore[union-attr]
