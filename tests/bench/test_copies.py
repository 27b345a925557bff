"""The time to find copies is measured on a text of the size that was asked for."""

from __future__ import annotations

from tui_rnn.bench.copies import in_words, measure


def test_both_answers_are_timed_on_a_text_of_that_size() -> None:
    times = measure(1)
    assert times.megabytes == 1
    assert min(times.first_s, times.next_s, times.first_cpu_s, times.next_cpu_s) > 0
    assert "1 MB of training text, 2,000 characters looked for" in in_words(times)
