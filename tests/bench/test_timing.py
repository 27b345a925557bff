"""Jobs take turns, and the median of their samples counts."""

import pytest

from tui_rnn.bench import timing
from tui_rnn.bench.timing import Effort, Job, alternate, sample


class Clock:
    """Time that passes only when a job says so."""

    def __init__(self, monkeypatch):
        self.now = 0.0
        self.log = []
        monkeypatch.setattr(timing, "perf_counter", lambda: self.now)
        monkeypatch.setattr(timing, "sleep", self.wait)

    def wait(self, seconds):
        self.now += seconds

    def job(self, name, *seconds, amount=1.0):
        """Takes these seconds, call after call, and the last of them from then on."""
        durations = list(seconds)

        def run():
            self.now += durations.pop(0) if len(durations) > 1 else durations[0]
            self.log.append(name)

        return Job(run, amount)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def test_a_sample_is_at_least_as_long_as_asked_and_counts_all_it_got_done(clock):
    assert sample(clock.job("a", 0.25, amount=10), 0.9) == 40.0
    assert clock.now == 1.0


def test_every_round_samples_every_job_and_starts_with_another_one(clock):
    alternate([clock.job(name, 1.0) for name in "abc"], Effort(rounds=4, sample_s=0.5))
    assert "".join(clock.log) == "abc" + "abc" + "bca" + "cab" + "abc"


def test_the_median_forgives_one_slow_sample(clock):
    jobs = [clock.job("a", 1.0, 1.0, 50.0, 1.0), clock.job("b", 2.0)]
    assert alternate(jobs, Effort(rounds=3, sample_s=0.5)) == [1.0, 0.5]


def test_the_first_call_of_a_job_does_not_count(clock):
    assert alternate([clock.job("a", 100.0, 1.0)], Effort(rounds=1, sample_s=0.5)) == [1.0]


def test_a_job_that_needs_quiet_waits_first_and_the_wait_is_not_counted(clock):
    job = clock.job("a", 1.0)
    assert sample(Job(job.run, job.amount, quiet_s=5.0), 0.5) == 1.0
    assert clock.now == 6.0


def test_rounds_in_which_the_yardstick_was_slow_are_made_up_for(clock):
    yardstick = clock.job("y", 1.0, 1.0, 2.0, 2.0, 1.0, 1.0)
    job = clock.job("a", 1.0, 10.0, 30.0, 30.0, 12.0, 11.0)
    assert alternate([yardstick, job], Effort(rounds=3, sample_s=0.5), yardstick=0) == [1.0, 1 / 11]
    assert "".join(clock.log) == "ya" + "ya" + "ay" * 1 + "ya" + "ay" + "ya"


def test_on_a_machine_that_is_never_steady_the_best_rounds_count(clock):
    yardstick = clock.job("y", *(float(2**k) for k in range(8)))
    assert alternate([yardstick], Effort(rounds=2, sample_s=0.5), yardstick=0) == [(1 / 2 + 1 / 4) / 2]
    assert len(clock.log) == 1 + 6
