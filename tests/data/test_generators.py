"""The generated corpora: what every text of a source obeys, and that the claimed entropy rates are the true ones."""

import contextlib
import io
import re
from collections import Counter, defaultdict
from collections.abc import Hashable
from datetime import datetime
from itertools import pairwise
from math import log

import pytest

from tui_rnn.data.generators import (
    arithmetic,
    brackets,
    counting,
    dates,
    logs,
    messages,
    names,
    number_words,
    recall,
    tagged_sentences,
    toy_code,
    translation,
)

GENERATORS = [
    arithmetic, brackets, counting, dates, logs, messages, names, number_words, recall, tagged_sentences, toy_code,
    translation,
]  # fmt: skip
STREAMS = [arithmetic, brackets, counting, logs, recall, toy_code]  # made to a size in characters


def name_of(module):
    return module.__name__.rsplit(".", 1)[-1]


@pytest.mark.parametrize("generator", GENERATORS, ids=name_of)
def test_the_same_seed_gives_the_same_text(generator):
    assert generator.text(300, seed=7) == generator.text(300, seed=7)


@pytest.mark.parametrize("generator", GENERATORS, ids=name_of)
def test_another_seed_gives_another_text(generator):
    assert generator.text(300, seed=7) != generator.text(300, seed=8)


@pytest.mark.parametrize("generator", STREAMS, ids=name_of)
@pytest.mark.parametrize("size", [1, 1000, 20_000])
def test_the_text_is_whole_lines_of_at_least_the_asked_size(generator, size):
    text = generator.text(size)
    assert size <= len(text) < size + 3000
    assert text.endswith("\n")


@pytest.mark.parametrize("generator", STREAMS, ids=name_of)
def test_a_shorter_text_is_the_beginning_of_a_longer_one(generator):
    assert generator.text(20_000).startswith(generator.text(1000))


# --- entropy rates: each against a measurement on a long text that shares nothing with the generator ---


def empirical_nats(contexts_and_symbols):
    """Plug-in entropy of a symbol given its context, summed over the sample; assumes no probabilities."""
    table: defaultdict[Hashable, Counter[str]] = defaultdict(Counter)
    for context, symbol in contexts_and_symbols:
        table[context][symbol] += 1
    return -sum(n * log(n / row.total()) for row in table.values() for n in row.values())


def test_brackets_rate_is_what_a_reader_with_a_stack_pays():
    text = brackets.text(400_000, seed=3)
    closing = {pair[0]: pair[1] for pair in brackets.PAIRS}
    events, stack, line_start = [], list[str](), True
    for character in text:
        # The reader knows the stack; what it can't know is whether a bracket opens, which kind, or whether the line ends.
        context = (len(stack), line_start)
        events.append((context, "close" if stack and character == stack[-1] else character))
        line_start = character == "\n"
        if character in closing:
            stack.append(closing[character])
        elif stack:
            assert character == stack.pop()
    assert empirical_nats(events) / len(text) == pytest.approx(brackets.entropy_rate_nats(), rel=0.005)


@pytest.mark.parametrize("generator", [arithmetic, counting], ids=name_of)
def test_rate_is_what_a_reader_pays_who_knows_every_possible_line(generator):
    sample = generator.text(400_000, seed=3)
    if generator is counting:
        lines = ["a" * n + "b" * n + "\n" for n in range(1, 25)]
    else:
        lines = [f"{a}{sign}{b}={eval(f'{a}{sign}{b}')}\n" for a in range(100) for b in range(100) for sign in "+-"]
    lines_from = Counter(line[:i] for line in lines for i in range(len(line) + 1))  # how many lines begin like this
    nats = sum(
        log(lines_from[line[:i]] / lines_from[line[: i + 1]]) for line in sample.splitlines(True) for i in range(len(line))
    )
    assert nats / len(sample) == pytest.approx(generator.entropy_rate_nats(), rel=0.005)


def recall_events(text, remembers):
    for line in text.splitlines(True):
        word = line[:4]
        for i, character in enumerate(line):
            if i < 4:
                yield i, character
            elif character == ".":
                yield ("gap", i), "dot"
            else:
                back = len(line) - 1 - i  # 4, 3, 2, 1 in the second word, 0 at the newline
                if back == 4:
                    yield ("gap", i), "word"  # that the gap ends here
                    yield ("again", 4, word[0] if remembers else None), character
                else:
                    yield ("again", back, word[4 - back] if remembers and back else None), character


def test_recall_rate_is_what_a_reader_pays_who_remembers_the_word():
    text = recall.text(400_000, seed=3)
    assert empirical_nats(recall_events(text, remembers=True)) / len(text) == pytest.approx(
        recall.entropy_rate_nats(), rel=0.005
    )


def test_recall_forgetful_rate_is_what_a_reader_pays_who_forgets_the_word():
    text = recall.text(400_000, seed=3)
    assert empirical_nats(recall_events(text, remembers=False)) / len(text) == pytest.approx(
        recall.forgetful_rate_nats(), rel=0.005
    )


# --- what every text of a source obeys ---


def test_brackets_are_balanced_on_every_line_and_reach_the_greatest_depth_but_not_more():
    depths = set()
    for line in brackets.text(100_000).splitlines():
        stack = []
        assert line
        for character in line:
            if character in "([{<":
                stack.append({"(": ")", "[": "]", "{": "}", "<": ">"}[character])
                depths.add(len(stack))
            else:
                assert character == stack.pop()
        assert not stack
    assert depths == set(range(1, 9))


def test_arithmetic_is_right():
    for line in arithmetic.text(50_000).splitlines():
        sum_ = re.fullmatch(r"(\d{1,2})([+-])(\d{1,2})=(-?\d+)", line)
        assert sum_ is not None
        a, sign, b, result = sum_.groups()
        assert int(result) == (int(a) + int(b) if sign == "+" else int(a) - int(b))


def test_counting_has_as_many_b_as_a():
    lines = counting.text(50_000).splitlines()
    assert all(line == "a" * (len(line) // 2) + "b" * (len(line) // 2) for line in lines)
    assert {len(line) // 2 for line in lines} == set(range(1, 25))


def test_names_are_different_capitalised_words():
    lines = names.text(5000).splitlines()
    assert len(set(lines)) == len(lines) == 5000
    assert all(re.fullmatch(r"[A-Z][a-z]{2,}", name) for name in lines)


def test_names_never_mix_front_and_back_vowels():
    front = [bool(re.search("[ei]", name)) for name in names.text(5000).lower().splitlines()]
    back = [bool(re.search("[aou]", name)) for name in names.text(5000).lower().splitlines()]
    assert all(f != b for f, b in zip(front, back, strict=True))
    assert 0.4 < sum(front) / len(front) < 0.6


def toy_programs(size=60_000):
    return toy_code.text(size).split(toy_code.RULE)[:-1]


def test_toy_programs_are_python_that_runs_to_its_end():
    # Running finds every name that is used before it has a value (NameError) and every wrong number of arguments.
    for program in toy_programs():
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(program, "toy", "exec"), {})
        assert re.fullmatch(r"(-?\d+\n)+", printed.getvalue())


def test_toy_programs_nest_blocks():
    indents = {len(line) - len(line.lstrip()) for program in toy_programs() for line in program.splitlines() if line}
    assert {0, 4, 8, 12} <= indents


def log_entries(size=60_000):
    """The entries as (time, level, message, details), days and their headings put together."""
    day, entries = None, []
    for heading, clock, level, message, details in re.findall(
        r"(?:== (\S+) ==|(\S+) (\w+) +([^\n]*))\n((?:    [^\n]*\n)*)", logs.text(size)
    ):
        day = heading or day
        if clock:
            entries.append((datetime.fromisoformat(f"{day} {clock}"), level, message, details))
    return entries


def test_log_entries_are_the_whole_text():
    text = re.sub(r"== \S+ ==\n", "", logs.text(60_000))
    assert text == "".join(
        f"{when:%H:%M:%S} {level:<5} {message}\n{details}" for when, level, message, details in log_entries()
    )


def test_log_time_always_moves_forward():
    assert all(a[0] < b[0] for a, b in pairwise(log_entries()))


def test_log_jobs_end_with_what_they_began_with():
    started = {}
    finished = 0
    for now, _, message, _ in log_entries():
        if start := re.fullmatch(r"job (\d+) starts: (.+)", message):
            started[start[1]] = (start[2], now)
        elif done := re.fullmatch(r"job (\d+) is done: (.+), (\d+) s", message):
            goods, since = started.pop(done[1])
            assert (goods, (now - since).seconds) == (done[2], int(done[3]))
            finished += 1
    assert finished > 100


def test_log_details_stand_under_warnings_and_errors_only():
    assert {level for _, level, _, details in log_entries() if details} == {"WARN", "ERROR"}
    assert {level for _, level, _, details in log_entries() if not details} == {"INFO"}


def test_log_details_are_decided_by_the_level_and_not_by_the_message():
    entries = [entry for entry in log_entries() if entry[3]]
    assert {(level, word[1] if (word := re.match(r" +(\w+)", details)) else "") for _, level, _, details in entries} == {
        ("WARN", "door"),
        ("ERROR", "at"),
    }
    assert {m for _, level, m, _ in entries if level == "WARN"} == {m for _, level, m, _ in entries if level == "ERROR"}
