"""What changed between two rounds is told exactly, and soon."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.differences import (
    Change,
    RowChange,
    file_changes,
    link_changes,
    row_changes,
    text_changes,
)
from tests.projects.making import PROMPTS, deliverable, prompt

TEXT = st.lists(st.sampled_from(["a", "b", " ", "\n", "\n\n", "word", "."])).map("".join)


def text_of(changes: list[Change], *kinds: str) -> str:
    return "".join(change.text for change in changes if change.kind in kinds)


def test_a_changed_word_is_marked_and_not_its_paragraph() -> None:
    changes = text_changes(
        "One.\n\nIt refused half of them.\n", "One.\n\nIt refused most of them.\n"
    )

    assert [(it.kind, it.text) for it in changes] == [
        ("same", "One.\n\nIt refused "),
        ("removed", "half"),
        ("added", "most"),
        ("same", " of them.\n"),
    ]


def test_a_paragraph_that_was_replaced_is_not_torn_into_words() -> None:
    changes = text_changes("We ran it once.\n", "Nothing else matters here, say all.\n")

    assert [it.kind for it in changes] == ["removed", "added"]


def test_long_runs_without_changes_are_left_out_and_counted() -> None:
    before = "".join(f"line {number}\n" for number in range(50))
    after = before.replace("line 25\n", "line 25\nand a new one\n")

    changes = text_changes(before, after)

    assert [(it.kind, it.count) for it in changes] == [
        ("skipped", 24), ("same", 0), ("added", 0), ("same", 0), ("skipped", 22),
    ]  # fmt: skip
    assert changes[1].text == "line 24\nline 25\n"


def test_the_same_text_has_no_change() -> None:
    assert text_changes("a\nb", "a\nb", None) == [Change("same", "a\nb")]
    assert text_changes("", "") == []
    assert text_changes("", "a") == [Change("added", "a")]


@given(TEXT, TEXT)
def test_both_texts_can_be_read_from_the_changes(before: str, after: str) -> None:
    changes = text_changes(before, after, None)

    assert text_of(changes, "same", "removed") == before
    assert text_of(changes, "same", "added") == after


@given(TEXT, TEXT, st.integers(0, 3))
def test_leaving_out_hides_no_change(before: str, after: str, context: int) -> None:
    whole, short = text_changes(before, after, None), text_changes(before, after, context)

    assert text_of(short, "added") == text_of(whole, "added")
    assert text_of(short, "removed") == text_of(whole, "removed")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\n" * 25_000, "b\na\na\n" * 16_000),
        ("a " * 50_000, "b a " * 25_000),
        ("a" * 100_000, "a" * 99_999 + "b"),
        ("".join(f"{n}\n" for n in range(2900)), "".join(f"{n}\n" for n in range(2900, 0, -1))),
        ("".join(f"{n}\nx\n" for n in range(9000)), "".join(f"x\n{n}\n" for n in range(9000))),
    ],
)
def test_hostile_texts_are_compared_soon(before: str, after: str) -> None:
    start = time.monotonic()

    assert text_of(text_changes(before, after, None), "same", "added") == after
    assert time.monotonic() - start < 5


def test_rows_are_compared_by_what_names_them() -> None:
    before = [prompt("1"), prompt("2"), prompt("3")]
    after = [prompt("3"), prompt("1", policy="refuse"), prompt("4")]

    found = row_changes(PROMPTS, before, after)

    assert [(it.kind, it.number) for it in found] == [("changed", 2), ("added", 3), ("removed", 2)]
    assert found[0].cells == {"policy": ("answer", "refuse")}
    assert found[1].cells["id"] == ("", "4") and found[2].cells["id"] == ("2", "")


def test_rows_that_are_alike_are_counted() -> None:
    plain = deliverable("table")
    row = {"text": "a"}

    found = row_changes(plain, [row], [row, row])

    assert found == [RowChange("added", found[0].key, 2, {"text": ("", "a")})]


def test_files_are_compared_by_name_and_size() -> None:
    old = [{"name": "a", "size": 1}, {"name": "b", "size": 2}]
    new = [{"name": "a", "size": 1}, {"name": "b", "size": 3}]

    assert file_changes(old, new) == [
        Change("same", "a"),
        Change("added", "b"),
        Change("removed", "b"),
    ]


def test_links_are_compared_by_address_and_revision() -> None:
    old = {"url": "https://e.org", "revision": "v1"}

    assert link_changes(old, {"url": "https://e.org", "revision": "v2"}) == [
        Change("same", "https://e.org"),
        Change("removed", "v1"),
        Change("added", "v2"),
    ]
