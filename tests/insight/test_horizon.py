"""How far back a network looks, against networks whose memory is known, the kernels, and finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from tests.insight.copier import LETTERS, copier
from tui_rnn import reference
from tui_rnn.errors import InputError
from tui_rnn.insight.ablate import Ablate
from tui_rnn.insight.edit import Edit
from tui_rnn.insight.horizon import Horizon
from tui_rnn.insight.question import Subject
from tui_rnn.insight.registry import answer
from tui_rnn.insight.why import Why


@pytest.mark.parametrize("memory", [2, 5])
def test_a_network_that_copies_from_so_far_back_looks_there_and_nowhere_else(memory: int) -> None:
    found = answer(copier(memory), Horizon(reach=12, windows=50, length=1500))
    assert found.distance[found.gradient > 0].tolist() == [memory]
    assert (found.to_1_e, found.to_1_percent) == (memory + 1, memory + 1)
    assert (found.state_gradient[memory:] == 0).all()
    assert (found.state_gradient[:memory] > 0).all()
    # with less context it knows nothing, from there on all
    blind, knowing = found.loss_by_context_nats[: memory - 1], found.loss_by_context_nats[memory - 1 :]
    assert (blind > found.loss_nats + 0.3).all()
    np.testing.assert_allclose(knowing, found.loss_nats, atol=1e-5)
    assert found.context_to_1_percent == memory


def test_removing_a_unit_of_the_copier_breaks_the_letter_that_it_copies_and_no_other() -> None:
    subject, memory = copier(3), 3
    found = answer(subject, Ablate(length=3000, breaks=4))
    last = {(memory - 1) * 4 + k: letter for k, letter in enumerate(LETTERS)}
    for one in found.units:
        letter = LETTERS[one.unit % 4]  # each is passed on to the last block
        assert one.breaks[0].symbol == letter
        assert one.breaks[0].share > 0.9
        assert one.added_nats > found.chance * one.standard_error
    assert {one.unit for one in found.units} >= set(last)
    assert found.beyond_chance == len(found.units)


def test_the_copier_says_a_letter_because_of_the_one_that_it_copies() -> None:
    found = answer(copier(3), Why("abcdcab", position=None))
    assert found.shown == "c"
    assert np.flatnonzero(np.abs(found.occlusion) > 1e-9).tolist() == [4]
    assert np.flatnonzero(np.abs(found.gradient_times_input) > 1e-9).tolist() == [4]
    assert found.gradient_times_input[4] == pytest.approx(found.log_odds)  # the network is linear there
    assert np.flatnonzero(found.input_gradient).tolist() == [4]
    assert found.headlines[-1].value == "c"


def test_the_copier_forgets_an_edit_after_as_many_symbols_as_it_remembers() -> None:
    found = answer(copier(3), Edit("abcdabcdabcd", "abcdadcdabcd"))
    (apart,) = found.apart
    assert (found.before, found.after, apart.forgotten_after) == (5, 6, 2)
    np.testing.assert_allclose(apart.distance[[4, 7]], 0, atol=1e-9)
    assert (apart.distance[5:7] > 0.1).all()
    assert found.kl_nats[5] == pytest.approx(0, abs=1e-9)
    assert found.kl_nats[6] > 0.5  # where the edited letter is copied


def test_the_loss_with_a_context_is_what_the_kernels_say_of_windows(reader: Subject) -> None:
    found = answer(reader, Horizon(reach=6, windows=1000, length=120))
    ids = np.asarray(reader.part[:121])  # type: ignore[index]
    full = reader.network.trace(ids[:-1]).log_probs
    nats = -full[np.arange(120), ids[1:]].astype(float)
    assert found.loss_nats == pytest.approx(nats.mean(), abs=1e-5)
    assert (found.windows, found.of) == (115, 120)
    for n in (1, 3, 6):
        short = [-reader.network.trace(ids[s : s + n]).log_probs[-1, ids[s + n]] for s in range(115)]
        lack = np.mean(np.array(short, float) - nats[n - 1 : n - 1 + 115])
        assert found.loss_by_context_nats[n - 1] == pytest.approx(nats.mean() + lack, abs=1e-5)


def test_the_gradient_is_the_mean_norm_of_slopes(reader: Subject) -> None:
    """By central differences of the reference's log-probabilities, of each number of each input."""
    reach, windows, length = 3, 2, 24
    found = answer(reader, Horizon(reach=reach, windows=windows, length=length))
    parameters = {name: value.astype(np.float64) for name, value in reader.network.parameters.items()}
    ids, step = np.asarray(reader.part[: length + 1], np.int64), 1e-5  # type: ignore[index]
    starts = np.linspace(0, length - reach, windows).astype(int)
    expected = np.zeros(reach)
    for start in starts:
        end = start + reach
        rows = parameters["E"][ids[:end]]
        for distance in range(1, reach + 1):
            slopes = []
            for number in range(rows.shape[1]):
                moved = []
                for sign in (1, -1):
                    E = rows.copy()
                    E[end - distance, number] += sign * step
                    own = parameters | {"E": E}
                    state = reference.zero_state(own, "lstm", 1)
                    logits = reference.forward(own, "lstm", np.arange(end)[:, None], state).logits[-1, 0]
                    moved.append(reference.log_softmax(logits)[ids[end]])
                slopes.append((moved[0] - moved[1]) / (2 * step))
            expected[distance - 1] += np.linalg.norm(slopes) / windows
    np.testing.assert_allclose(found.gradient, expected, rtol=1e-3)


def test_a_text_that_is_too_short_is_refused_and_one_that_is_short_is_looked_at_less_far(reader: Subject) -> None:
    from dataclasses import replace

    short = replace(reader, open_part=lambda: reader.part[:21])  # type: ignore[index]
    assert len(answer(short, Horizon()).distance) == 10
    with pytest.raises(InputError, match="the text has 3 tokens, expected at least 5"):
        answer(replace(reader, open_part=lambda: reader.part[:3]), Horizon())  # type: ignore[index]


def test_only_a_running_text_goes_far_back(subjects: dict[str, Subject]) -> None:
    with pytest.raises(InputError, match="only a running text goes far back"):
        answer(subjects["tag"], Horizon())
