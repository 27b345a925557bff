"""The longest matches between two texts are those that comparing every place with every place finds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_rnn.kernels.matching import build, matches, pass_through, room_for

texts = st.lists(st.integers(-1, 3), min_size=1, max_size=40)


def found(short, long, block=7):
    automaton = room_for(len(short), 4)
    build(automaton, np.array(short, np.int32))
    for start in range(0, len(long), block):
        pass_through(automaton, np.array(long[start : start + block], np.int32), start)
    states, edges = automaton.sizes[:2]
    assert states <= len(automaton.length)
    assert edges <= len(automaton.symbol)
    by_length = np.argsort(-automaton.length[:states], kind="stable").astype(np.int64)
    lengths, ends = np.zeros(len(short), np.int64), np.zeros(len(short), np.int64)
    matches(automaton, by_length, lengths, ends)
    return lengths.tolist(), ends.tolist()


def compared(short, long):
    """Of each place of `short`, the longest stretch up to it that stands in `long`."""
    lengths = []
    for at in range(len(short)):
        longest = 0
        for end in range(len(long)):
            n = 0
            while n <= min(at, end) and short[at - n] == long[end - n] >= 0:
                n += 1
            longest = max(longest, n)
        lengths.append(longest)
    return lengths


@settings(deadline=None, max_examples=100)
@given(short=texts, long=st.lists(st.integers(-1, 3), max_size=60))
def test_they_are_those_that_comparing_all_places_finds(short, long):
    lengths, ends = found(short, long)
    assert lengths == compared(short, long)
    for at, (length, end) in enumerate(zip(lengths, ends, strict=True)):
        assert short[at + 1 - length : at + 1] == long[end - length : end]


def test_a_text_stands_in_itself_as_a_whole():
    text = [0, 1, 0, 0, 1, 2, 0] * 3
    lengths, ends = found(text, text)
    assert lengths[-1] == ends[-1] == len(text)


def test_no_match_goes_beyond_a_break_of_either_text():
    assert found([0, 1, -1, 2, 3], [0, 1, 2, 3])[0] == [1, 2, 0, 1, 2]
    assert found([0, 1, 2, 3], [0, 1, -1, 2, 3])[0] == [1, 2, 1, 2]
