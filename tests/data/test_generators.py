"""The generated corpora: what every text of a source obeys, and that the claimed entropy rates are the true ones."""

import contextlib
import csv
import io
import re
from collections import Counter, defaultdict
from datetime import date, datetime
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
)

GENERATORS = [
    arithmetic, brackets, counting, dates, logs, messages, names, number_words, recall, tagged_sentences, toy_code,
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
    table = defaultdict(Counter)
    for context, symbol in contexts_and_symbols:
        table[context][symbol] += 1
    return -sum(n * log(n / row.total()) for row in table.values() for n in row.values())


def test_brackets_rate_is_what_a_reader_with_a_stack_pays():
    text = brackets.text(400_000, seed=3)
    closing = dict(brackets.PAIRS)
    events, stack, line_start = [], [], True
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
        a, sign, b, result = re.fullmatch(r"(\d{1,2})([+-])(\d{1,2})=(-?\d+)", line).groups()
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
    assert {(level, re.match(r" +(\w+)", details)[1]) for _, level, _, details in entries} == {
        ("WARN", "door"),
        ("ERROR", "at"),
    }
    assert {m for _, level, m, _ in entries if level == "WARN"} == {m for _, level, m, _ in entries if level == "ERROR"}


# --- corpora for the other tasks ---


def rows(text):
    return list(csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize(
    ("generator", "header"),
    [(dates, ["source", "target"]), (number_words, ["source", "target"]), (messages, ["text", "label"])],
    ids=["dates", "number_words", "messages"],
)
def test_two_columns_under_a_header_and_no_source_twice(generator, header):
    first, *rest = rows(generator.text(2000))
    assert first == header
    assert {len(row) for row in rest} == {2}
    assert len({row[0] for row in rest}) == len(rest) == 2000


def test_dates_name_the_month_the_year_and_the_right_weekday():
    for source, target in rows(dates.text(2000))[1:]:
        day = date.fromisoformat(target)
        assert day.strftime("%B")[:3] in source
        if weekday := re.match(r"(\w+day), ", source):
            assert weekday[1] == day.strftime("%A")
        if digits := re.findall(r"\d{4}", source):
            assert digits == [str(day.year)]


def test_dates_hold_the_day_in_digits_or_as_a_rank():
    ranks = (
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
        "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
        "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
    ).split()
    for source, target in rows(dates.text(2000))[1:]:
        words = re.sub(r"\b(\d+)(st|nd|rd|th)\b", r"\1", source).replace(",", "").split()
        day = date.fromisoformat(target).day
        assert str(day) in words or ranks[day - 1] in words


@pytest.mark.parametrize(
    ("year", "spoken"),
    [(1700, "seventeen hundred"), (1805, "eighteen oh five"), (1984, "nineteen eighty-four"), (2000, "two thousand"),
     (2007, "two thousand and seven"), (2014, "twenty fourteen"), (2199, "twenty-one ninety-nine")],
)  # fmt: skip
def test_years_are_spelled_as_they_are_spoken(year, spoken):
    found = {row[0] for row in rows(dates.text(20_000))[1:] if row[1].startswith(str(year)) and row[0].endswith(spoken)}
    assert found


SMALL = {word: n for n, word in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split())}  # fmt: skip
TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}


def read_number(words):
    """An independent reader of English numbers: adds what it sees, multiplies at hundred and thousand."""
    total = part = 0
    for word in words.replace("-", " ").split():
        if word == "thousand":
            total, part = 1000 * part, 0
        elif word == "hundred":
            part *= 100
        elif word != "and":
            part += SMALL[word] if word in SMALL else TENS[word]
    return total + part


def test_number_words_read_back_as_their_digits():
    for source, target in rows(number_words.text(5000))[1:]:
        assert read_number(source) == int(target)


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "zero"), (40, "forty"), (101, "one hundred and one"), (1000, "one thousand"), (1008, "one thousand and eight")],
)
def test_number_words_are_spelled_the_british_way(number, words):
    assert [row[0] for row in rows(number_words.text(20_000))[1:] if row[1] == str(number)] in ([words], [])


def sentences():
    blocks = tagged_sentences.text(3000).strip().split("\n\n")
    return [[tuple(line.split("\t")) for line in block.splitlines()] for block in blocks]


def test_tagged_sentences_are_all_different_and_end_with_a_full_stop():
    found = sentences()
    assert len({tuple(sentence) for sentence in found}) == len(found) == 3000
    assert all(sentence[-1] == (".", "PUNCT") for sentence in found)


def test_no_sentence_has_two_readings():
    tags = defaultdict(set)
    for sentence in sentences():
        tags[tuple(word for word, _ in sentence)].add(tuple(tag for _, tag in sentence))
    assert all(len(readings) == 1 for readings in tags.values())


@pytest.mark.parametrize(
    ("word", "tags"),
    [("watch", {"NOUN", "VERB"}), ("guards", {"NOUN", "VERB"}), ("her", {"DET", "PRON"}), ("fast", {"ADJ", "ADV"}),
     ("that", {"DET", "PRON", "SCONJ"}), ("light", {"ADJ", "NOUN"})],
)  # fmt: skip
def test_ambiguous_words_have_each_of_their_tags(word, tags):
    assert {tag for sentence in sentences() for w, tag in sentence if w == word} == tags


def test_some_tags_can_be_told_only_by_what_comes_after():
    tags = defaultdict(set)
    for sentence in sentences():
        for i, (_, tag) in enumerate(sentence):
            tags[tuple(word for word, _ in sentence[: i + 1])].add(tag)
    assert sum(len(found) > 1 for found in tags.values()) > 20


def test_every_clause_has_its_verb():
    for sentence in sentences():
        tags = [tag for _, tag in sentence]
        clauses = 1 + tags.count("CCONJ") + tags.count("SCONJ") + sum(word == ("that", "PRON") for word in sentence)
        assert tags.count("VERB") == clauses


def test_messages_are_balanced():
    labels = Counter(label for _, label in rows(messages.text(3000))[1:])
    assert set(labels) == {"praise", "complaint"}
    assert min(labels.values()) > 1350


def test_every_opinion_word_occurs_in_messages_of_both_kinds():
    kinds = defaultdict(set)
    for text, label in rows(messages.text(6000))[1:]:
        for word in re.findall("[a-z]+", text):
            kinds[word].add(label)
    assert all(kinds[word] == {"praise", "complaint"} for word in [*messages.GOOD, *messages.BAD])


POSITIVE, NEGATION = set(messages.GOOD), re.compile(r"\b(not|never|hardly|far from|by no means)\b")


def test_messages_are_labelled_by_what_follows_but_or_stands_before_although():
    for text, label in rows(messages.text(3000))[1:]:
        verdict = text.replace("anything but", "hardly").split(", although ")[0].split(", but ")[-1].split(" and ")[-1]
        good = any(re.search(rf"\b{word}\b", verdict) for word in POSITIVE)
        assert (good != bool(NEGATION.search(verdict))) == (label == "praise"), text
