"""The generated corpora of the other tasks: labels that are right, and that no single word gives away."""

import csv
import io
import itertools
import re
from collections import Counter, defaultdict
from datetime import date

import pytest

from tui_rnn.data.generators import dates, lamp, messages, number_words, tagged_sentences, translation


def rows(text):
    return list(csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize(
    ("generator", "header"),
    [
        (dates, ["source", "target"]),
        (number_words, ["source", "target"]),
        (messages, ["text", "label"]),
        (translation, ["source", "target"]),
    ],
    ids=["dates", "number_words", "messages", "translation"],
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


def test_a_translation_ends_in_a_verb_that_agrees_with_who_does_it():
    verbs = {ending: name for name, ending in translation.VERBS.items()}
    for source, target in rows(translation.text(2000))[1:]:
        first, verb = target.split()[1], target.split()[-2]
        assert verbs[verb[:-2]] in re.sub("ies", "y", source)
        assert verb[-2:] == ("um" if first.endswith("s") else "em")


def test_articles_and_adjectives_have_the_ending_of_the_noun_before_them():
    nouns = {word for word, _ in translation.NOUNS.values()}
    stems = tuple(translation.ADJECTIVES.values())
    for _, target in rows(translation.text(2000))[1:]:
        words, ending = target.split(), ""
        for before, word in itertools.pairwise(words):
            if word.removesuffix("s") in nouns:
                ending = word[-2:] if word.endswith("s") else word[-1]
                assert before in {article + ending for article in translation.ARTICLES.values()}
            elif word.startswith(stems) and word.removesuffix("s")[:-1] in stems:
                assert word.endswith(ending)


def test_a_translation_has_as_many_words_as_its_source():
    assert all(len(source.split()) == len(target.split()) for source, target in rows(translation.text(2000))[1:])


def lamps() -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The words and the states of each sentence."""
    sentences = [[line.split("\t") for line in one.splitlines()] for one in lamp.text(800).split("\n\n")]
    return [tuple(zip(*sentence, strict=True)) for sentence in sentences]  # type: ignore[misc]


def test_a_lamp_is_lit_if_the_presses_since_it_was_set_say_so():
    """By counting presses, where the generator follows the state."""
    for words, states in lamps():
        for end, state in enumerate(states, start=1):
            read = words[:end]
            last = max((k for k, word in enumerate(read) if word in ("on", "off")), default=-1)
            was_lit = last >= 0 and read[last] == "on"
            assert (state == "ON") == (was_lit ^ (read[last + 1 :].count("press") % 2 == 1))


def test_no_word_of_a_lamps_sentence_tells_its_state_but_on_and_off():
    seen = {(word, state) for words, states in lamps() for word, state in zip(words, states, strict=True)}
    assert seen == {("on", "ON"), ("off", "OFF"), *((word, state) for word in ("press", "wait") for state in ("ON", "OFF"))}
