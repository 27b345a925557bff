"""A long part read in pieces, against the reference in float64 and against one sequence read at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.insight.conftest import reader_of
from tui_rnn import reference
from tui_rnn.errors import InputError
from tui_rnn.insight import part_reading
from tui_rnn.insight.part_reading import Column, PartText, columns_at_a_time, columns_of, held, text_of, values
from tui_rnn.insight.question import Cancelled, Subject
from tui_rnn.tasks import language_model
from tui_rnn.tasks.reading import readers_of

TASKS = ("items", "tag", "classify", "seq2seq")


def states_of_reference(subject: Subject, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """h and c (T, layers, units) of an LSTM that reads everything in one go, by the equations in plain NumPy."""
    parameters = {name: array.astype(np.float64) for name, array in subject.network.parameters.items()}
    parameters = {name: array[0] if name.startswith("b") and array.ndim == 2 else array for name, array in parameters.items()}
    seen = reference.forward(parameters, "lstm", ids[:, None], reference.zero_state(parameters, "lstm", 1))
    return seen.signal("h")[:, :, 0], seen.signal("c")[:, :, 0]


@pytest.mark.parametrize(("length", "alone"), [(1, True), (63, True), (64, True), (65, True), (9000, True), (9000, False)])
def test_all_of_a_running_text_is_read_with_the_states_carried(
    reader: Subject, animals: str, length: int, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not alone:
        monkeypatch.setattr(language_model, "ALONE", 0)
    ids = reader.symbols.vocabulary.encode(animals)[0]
    subject = replace(reader, open_part=lambda: ids)
    part = text_of(subject, length)
    h, c = held(subject, part, [Column(0, "h"), Column(1, "c")])
    of_reference = states_of_reference(reader, ids[:length])
    np.testing.assert_allclose(h, of_reference[0][:, 0], atol=1e-4 if alone else 1e-3)  # several forget where they began
    np.testing.assert_allclose(c, of_reference[1][:, 1], atol=1e-4 if alone else 1e-3)
    assert (part.text, part.read) == (animals[:length], f"{length:,} of {len(ids):,} characters" if length > 1 else part.read)


def test_each_token_comes_once_whatever_the_number_of_readers(
    reader: Subject, animals: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language_model, "ALONE", 0)
    ids = reader.symbols.vocabulary.encode(animals)[0]
    for length in (2, 1023, 1024, 5000):
        subject = replace(reader, open_part=lambda: ids, threads=2)
        part = text_of(subject, length)
        places = np.concatenate([places for places, _ in values(subject, part, [Column(0, "h")])])
        assert sorted(places.tolist()) == list(range(length))
    assert readers_of(5000) > 1


@pytest.mark.parametrize("task", TASKS)
def test_examples_are_read_one_by_one_from_the_zero_state(subjects: dict[str, Subject], task: str) -> None:
    subject = subjects[task]
    part = text_of(subject, 500)
    columns = columns_of(subject)
    found = held(subject, part, columns)
    assert len(columns) == (2 if subject.config.bidirectional else 1) * subject.config.num_layers * len(
        {c.signal for c in columns}
    )
    reader = subject.network.reader() if task == "items" else subject.network
    for start, ids in list(zip(part.starts.tolist(), part.ids, strict=True))[:3]:
        traced = reader.trace(ids)
        directions = [traced.signals] if task == "items" else traced.encoder if task == "seq2seq" else traced.directions
        for column, values_found in zip(columns, found, strict=True):
            expected = directions[column.direction][column.signal][:, column.layer]
            np.testing.assert_allclose(values_found[start : start + len(ids)], expected, atol=1e-5)


@pytest.mark.parametrize("task", TASKS)
def test_whole_examples_are_read_and_their_characters_stand_where_the_text_has_them(
    subjects: dict[str, Subject], task: str
) -> None:
    subject, limit = subjects[task], 30
    part = text_of(subject, limit)
    assert len(part) <= limit < part.total
    for row, start, ids in zip(part.rows.tolist(), part.starts.tolist(), part.ids, strict=True):
        symbols = part.symbols(start, start + len(ids))
        begins_with_start = task == "items"
        assert "".join(symbols[begins_with_start:]) == subject.part.shown(row).text  # type: ignore[union-attr]
        assert (symbols[0] == "<s>") == begins_with_start
        shown = [part.text[end] for end in part.ends[start : start + len(symbols)]]
        assert shown[begins_with_start:] == list(symbols[begins_with_start:])


def test_at_least_one_example_is_read(subjects: dict[str, Subject]) -> None:
    assert len(text_of(subjects["tag"], 1).starts) == 1


def test_words_and_bytes_end_where_their_characters_end(words: Subject, octets: Subject) -> None:
    for subject in (words, octets):
        part = text_of(subject, 300)
        ids = subject.part[:300]  # type: ignore[index]
        assert len(part) == len(ids) == len(part.ends) == len(part.symbols(0, 300))
        pieces = [part.text[begin : end + 1] for begin, end in zip(part.begins.tolist(), part.ends.tolist(), strict=True)]
        if subject is words:
            assert tuple(pieces) == part.symbols(0, 300)
    octet = text_of(octets, 5000)
    place = octet.text.index("„")
    assert np.count_nonzero(octet.ends == place) == len("„".encode())


def test_signals_that_are_too_many_are_held_in_turns(reader: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    part = text_of(reader, 100)
    monkeypatch.setattr(part_reading, "MAX_HELD", 100 * 16 * 5)
    groups = list(columns_at_a_time(reader, columns_of(reader), part))
    assert [len(group) for group in groups] == [5, 5, 2]
    assert sum(groups, ()) == columns_of(reader)


def test_reading_tells_how_far_it_is_and_can_be_ended(reader: Subject) -> None:
    part = text_of(reader, 2000)
    told: list[tuple[int, int]] = []
    held(reader, part, [Column(0, "h")], lambda done, total: told.append((done, total)))
    assert (told[0], told[-1]) == ((0, len(part)), (len(part), len(part)))
    assert len(told) > 3

    def end(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        held(reader, part, [Column(0, "h")], end)


def test_what_has_no_characters_is_refused(reader: Subject) -> None:
    with pytest.raises(InputError, match="nothing to read"):
        text_of(replace(reader, open_part=lambda: np.zeros(0, np.uint8)), 100)


@pytest.mark.parametrize("cell", ["elman", "gru"])
def test_the_other_cells_give_their_signals_too(animals: str, cell: str) -> None:
    subject = reader_of(animals, cell=cell)
    part: PartText = text_of(subject, 800)
    columns = columns_of(subject)
    traced = subject.network.trace(part.ids[0])
    for column, found in zip(columns, held(subject, part, columns), strict=True):
        np.testing.assert_allclose(found, traced.signals[column.signal][:, 0], atol=1e-5)
