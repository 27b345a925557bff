"""A draft: what is taken back is kept as a branch, and can be walked, found again and pruned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rnn.errors import InputError
from tui_rnn.insight.draft import Draft, Node, Way, checked
from tui_rnn.insight.drawing import Sampling

HOW = Way(Sampling(), 7)


def test_tokens_follow_one_another_and_know_who_put_them_there() -> None:
    draft = Draft().add("ab", "typed").add(["cd"], "drawn", HOW).add("e", "chosen")
    assert draft.text() == "abcde"
    assert [draft.nodes[at].by for at in draft.path()] == ["typed", "typed", "drawn", "chosen"]
    assert draft.ways[draft.nodes[3].how] == HOW


def test_what_is_taken_back_comes_again_by_going_forward() -> None:
    draft = Draft().add("abc", "typed")
    back = draft.back(2)
    assert back.text() == "a"
    assert back.forward().text() == "ab"
    assert back.forward(9).text() == "abc"
    assert back.back(9).text() == ""


def test_another_way_after_going_back_is_a_branch_and_the_first_one_stays() -> None:
    draft = Draft().add("abc", "typed").back(2).add("xy", "typed")
    assert draft.text() == "axy"
    (branch,) = draft.branches()
    assert (branch.tail, branch.length, draft.text(branch.leaves_at)) == ("bc", 3, "a")
    there = draft.go(branch.leaf)
    assert there.text() == "abc"
    assert [one.tail for one in there.branches()] == ["xy"]


def test_the_same_token_again_follows_the_branch_that_is_there() -> None:
    draft = Draft().add("abc", "typed").back(2).add("b", "drawn", HOW)
    assert draft.text() == "ab"
    assert len(draft.nodes) == 4
    assert draft.ways == ()  # nothing was drawn that was not there
    assert draft.branches() == ()


def test_going_forward_stays_on_the_branch_that_was_walked_last() -> None:
    draft = Draft().add("abc", "typed").back(2).add("xy", "typed").back(2)
    assert draft.forward(5).text() == "axy"


def test_pruning_takes_a_branch_from_its_fork_on_and_leaves_the_others() -> None:
    draft = Draft().add("abc", "typed").back().add("d", "typed").back(2).add("xy", "typed")
    tails = {branch.tail: branch for branch in draft.branches()}
    assert set(tails) == {"bc", "bd"}
    pruned = draft.prune(tails["bc"])
    assert pruned.text() == "axy"
    assert {branch.tail for branch in pruned.branches()} == {"bd"}
    (left,) = pruned.branches()
    assert pruned.prune(left).nodes == Draft().add("axy", "typed").nodes


@given(st.lists(st.one_of(st.text("ab", min_size=1, max_size=4), st.integers(-4, 4)), max_size=30))
def test_whatever_is_written_and_taken_back_the_tree_can_be_read_again(steps: list[str | int]) -> None:
    draft, text = Draft(), ""
    for step in steps:
        if isinstance(step, str):
            draft, text = draft.add(step, "typed"), text + step
        elif step < 0:
            draft, text = draft.back(-step), text[: max(0, len(text) + step)]
        else:
            draft = draft.forward(step)
            assert draft.text().startswith(text)
            text = draft.text()
        assert draft.text() == text
    again = checked(draft.nodes, draft.ways, draft.cursor)
    assert again.text() == text
    assert {again.text(leaf.leaf) for leaf in again.branches()} == {
        draft.text(at) for at in range(1, len(draft.nodes)) if not draft.children(at)
    } - {draft.text(again.end())} - {text}


@pytest.mark.parametrize(
    ("nodes", "cursor", "said"),
    [
        ([], 0, "no beginning"),
        ([Node(-1, ""), Node(1, "a")], 0, "follows token 1"),
        ([Node(-1, ""), Node(0, "")], 0, "has 0 characters"),
        ([Node(-1, ""), Node(0, "a", "typed", 0)], 0, "in way 0"),
        ([Node(-1, ""), Node(0, "a"), Node(0, "a")], 0, "is there twice"),
        ([Node(-1, "")], 1, "cursor is at token 1"),
    ],
)
def test_what_is_no_draft_is_refused(nodes: list[Node], cursor: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        checked(nodes, (), cursor)
