"""Numbers on the screen: short, with units, and honest about what is not a number."""

from __future__ import annotations

import math

import pytest

from tui_rnn import formats


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (950, "950"), (999.6, "1k"), (12_345, "12.3k"), (376_000, "376k"), (1_240_000, "1.24M"), (math.nan, "—")],
)
def test_a_count_keeps_three_digits(value: float, text: str) -> None:
    assert formats.count(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1 byte"), (732, "732 bytes"), (1_115_394, "1.1 MB"), (64_000, "64 kB"), (999_999, "1.0 MB"), (999_400, "999 kB")],
)
def test_a_size_names_its_unit(value: int, text: str) -> None:
    assert formats.size(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (41.9, "0:41"), (725, "12:05"), (3723, "1:02:03"), (math.nan, "0:00")]
)
def test_a_duration_reads_like_a_stopwatch(seconds: float, text: str) -> None:
    assert formats.duration(seconds) == text


def test_one_bit_is_the_loss_of_a_fair_coin() -> None:
    assert formats.loss(math.log(2), "bits") == "1.00"
    assert formats.loss(math.log(2), "perplexity") == "2.00"
    assert formats.loss(math.log(2), "nats") == "0.69"


@pytest.mark.parametrize(("nats", "text"), [(math.nan, "—"), (math.inf, "∞"), (1e6, "∞")])
def test_a_loss_that_cannot_be_shown_says_so(nats: float, text: str) -> None:
    assert formats.loss(nats, "perplexity") == text
