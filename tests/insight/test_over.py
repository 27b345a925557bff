"""One unit over the whole text, against the equations in plain NumPy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.insight.test_part_reading import states_of_reference
from tui_rnn.errors import InputError
from tui_rnn.insight.over import Over
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer


def test_a_unit_is_told_after_each_token_of_a_text_longer_than_a_trace(reader: Subject, animals: str) -> None:
    ids = reader.symbols.vocabulary.encode(animals)[0]
    found = answer(replace(reader, open_part=lambda: ids), Over(unit=3, signal="c", layer=2, length=7000))
    np.testing.assert_allclose(found.values, states_of_reference(reader, ids[:7000])[1][:, 1, 3], atol=1e-3)
    assert "".join(found.symbols) == animals[:7000]
    assert found.read == f"7,000 of {len(ids):,} characters"


def test_a_typed_text_is_read_by_itself(reader: Subject) -> None:
    found = answer(reader, Over("the cat", unit=0, signal="h"))
    ids = reader.symbols.vocabulary.encode("the cat")[0]
    np.testing.assert_allclose(found.values, states_of_reference(reader, ids)[0][:, 0, 0], atol=1e-4)


@pytest.mark.parametrize(("question", "told"), [(Over(unit=10_000), "expected 0 to"), (Over(signal="q"), "the run's cell has")])
def test_what_the_run_has_not_is_refused(reader: Subject, question: Over, told: str) -> None:
    with pytest.raises(InputError, match=told):
        answer(reader, question)
