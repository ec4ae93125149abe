"""What is marked as harmful never stands in the open."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from projects.harmful import Piece, has_harmful, pieces, without_harmful

TEXT = st.lists(st.sampled_from([">!", "!<", "a", ">", "!", "<", "\n"])).map("".join)


def test_a_passage_may_span_lines() -> None:
    assert pieces("a >!b\nc!< d") == [Piece("a ", False), Piece("b\nc", True), Piece(" d", False)]


def test_a_passage_that_is_never_closed_goes_to_the_end() -> None:
    assert without_harmful("a >!b\n\nc") == "a [harmful passage left out]"


def test_a_passage_does_not_end_at_another_that_begins() -> None:
    assert without_harmful(">!a >!b!< c", put="…") == "… c"


def test_empty_marks_hide_nothing() -> None:
    assert not has_harmful(">!!< a !<") and has_harmful("x>!y")


@given(TEXT)
def test_no_word_is_lost_and_none_is_made(text: str) -> None:
    letters = "".join(piece.text for piece in pieces(text)).count("a")

    assert letters == text.count("a")


@given(TEXT, TEXT)
def test_what_stands_after_the_mark_is_harmful_until_it_is_closed(before: str, after: str) -> None:
    hidden = f"{before}!<>!secret{after}"

    assert "secret" not in without_harmful(hidden)
