"""A comment stays at its words, or says that they have changed."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from projects.anchors import Anchor, Place, anchor_in, find, find_row, normalised, row_key
from tests.projects.making import PROMPTS, deliverable, prompt

TEXT = (
    "We tested the model with sixty prompts. It refused half of them. "
    "Then we tested it with sampling, and it refused a third of them. That was all we did."
)


def anchor(quote: str, near: int = 0) -> Anchor:
    made = anchor_in(TEXT, quote, near)
    assert made
    return made


def words(text: str, place: Place | None) -> str | None:
    return normalised(text)[place.start : place.end] if place else None


def test_white_space_does_not_matter() -> None:
    made = anchor_in(TEXT.replace(" ", "\n  "), "sixty \n prompts")

    assert made == anchor("sixty prompts")
    assert len(made.before) == 25 and len(made.after) == 40


def test_the_occurrence_nearest_to_the_selection_is_meant() -> None:
    second = anchor("refused", near=TEXT.rindex("refused"))

    assert second.after.startswith(" a third")
    assert find(TEXT, second) == Place(TEXT.rindex("refused"), TEXT.rindex("refused") + 7, True)


def test_the_neighbours_tell_which_of_two_is_meant_after_an_edit() -> None:
    second = anchor("refused", near=TEXT.rindex("refused"))
    edited = "New first line, refused at once. " + TEXT.replace("sampling", "some sampling")

    place = find(edited, second)

    assert place and place.exact and place.start == edited.rindex("refused")


def test_words_that_changed_between_the_same_neighbours_are_found() -> None:
    made = anchor("It refused half of them.")
    edited = TEXT.replace("It refused half of them.", "It refused 31 of 60.")

    place = find(edited, made)

    assert place and not place.exact
    assert (words(edited, place) or "").strip() == "It refused 31 of 60."


def test_words_that_are_gone_with_their_neighbours_are_on_earlier_text() -> None:
    made = anchor("It refused half of them.")

    assert find("Something else altogether was written here.", made) is None
    assert find("", made) is None


def test_a_quote_that_is_not_there_has_no_anchor() -> None:
    assert anchor_in(TEXT, "seventy") is None and anchor_in(TEXT, " ") is None


@given(st.text("ab \n"), st.data())
def test_an_anchor_is_found_in_the_text_it_was_made_in(text: str, data: st.DataObject) -> None:
    clean = normalised(text)
    start = data.draw(st.integers(0, len(clean)))
    quote = clean[start : data.draw(st.integers(start, len(clean)))]

    made = anchor_in(text, quote, start)

    if made:
        assert words(text, find(text, made)) == made.quote
    else:
        assert not quote.strip()


@given(st.text(), st.text(), st.text(), st.text())
def test_finding_is_total(text: str, quote: str, before: str, after: str) -> None:
    place = find(text, Anchor(quote, before, after))

    assert place is None or 0 <= place.start <= place.end <= len(normalised(text))


def test_long_texts_of_one_letter_are_no_burden() -> None:
    text = "a" * 100_000
    start = time.monotonic()

    find(text, Anchor("a", "b" * 40, "c" * 40))
    find(text, Anchor("aab", "a" * 40, "c" * 40))
    find("ab " * 33_000, Anchor("x" * 500, "ab " * 13, "c" * 40))

    assert time.monotonic() - start < 5


def test_a_row_is_known_by_its_unique_column() -> None:
    rows = [prompt("p1"), prompt("p2")]
    key = row_key(PROMPTS, prompt("p2", prompt="Reworded"))

    assert find_row(PROMPTS, rows, key) == 1
    assert find_row(PROMPTS, rows[:1], key) is None


def test_a_row_without_such_a_column_is_known_by_all_of_it() -> None:
    plain = deliverable("table")

    assert find_row(plain, [{"text": "a"}, {"text": "b "}], row_key(plain, {"text": "b"})) == 1
