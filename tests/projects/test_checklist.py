"""The checklist tells the state of the work in words."""

from __future__ import annotations

from typing import Any

import pytest

from projects.checklist import Outcome, check_all, word_count
from skillguide.content.schema import ChecklistItem, Deliverable
from tests.projects.making import PROMPTS, deliverable, project, prompt

LINK = "https://example.org/a"
Check = dict[str, Any]


def outcome(
    kind: Deliverable, check: Check, value: dict[str, Any] | None, *, reachable: bool | None = None
) -> Outcome:
    item = {"id": "item", "text": "Ready.", "check": check | {"deliverable": "it"}}
    made = project(kind, checklist=(ChecklistItem.model_validate(item),))
    return check_all(made, {"it": value} if value else {}, {LINK: reachable})["item"]


@pytest.mark.parametrize(
    ("text", "ok", "words"),
    [
        ("## 2 system  and scope:\n\n# *Method and limits*", True, "2 headings found"),
        ("1. x\n### 2.1. System and Scope ##", False, "Missing heading: Method and limits"),
        ("```\n# System and scope\n```", False, "headings: 2 System and scope; Method and limits"),
        ("", False, "Missing headings"),
    ],
)
def test_headings(text: str, ok: bool, words: str) -> None:
    check = {"kind": "headings", "headings": ["2 System and scope", "Method and limits"]}

    found = outcome(deliverable(), check, {"text": text})

    assert found.ok is ok and words in found.words


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (399, Outcome(False, "399 words; at least 400")),
        (400, Outcome(True, "400 words")),
        (1204, Outcome(False, "1,204 words; at most 1,000")),
    ],
)
def test_words(number: int, expected: Outcome) -> None:
    check = {"kind": "words", "at_least": 400, "at_most": 1000}

    assert outcome(deliverable(), check, {"text": "word " * number}) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("It's 1,204 e-mails – really.", 4),
        ("- a\n- **b** _c_ | d |", 4),
        ("[link](https://example.org/a_b(c)) `code`", 2),
        ("a\n~~~~\nnot these\n```\n~~~~\nb", 2),
        ("open\n```\nnot this", 1),
        ("", 0),
    ],
)
def test_words_are_counted_as_people_do(text: str, number: int) -> None:
    assert word_count(text) == number


def test_only_rows_without_fault_count() -> None:
    check = {"kind": "rows", "at_least": 3, "at_most": 3}
    rows = [prompt("1"), prompt("2"), prompt("2"), dict.fromkeys(prompt(), "")]

    few = outcome(PROMPTS, check, {"rows": rows})
    right = outcome(PROMPTS, check, {"rows": [*rows[:2], prompt("3")]})
    many = outcome(PROMPTS, check, {"rows": [prompt(str(n)) for n in range(4)]})

    assert few == Outcome(False, "2 of at least 3 rows; 1 row to mend")
    assert right == Outcome(True, "3 rows")
    assert many == Outcome(False, "4 rows; at most 3")


def test_categories() -> None:
    check = {"kind": "categories", "column": "policy"}
    rows = {"rows": [prompt("1"), prompt("2"), prompt("3", policy="refuse")]}

    assert outcome(PROMPTS, check, rows) == Outcome(True, "All 2 are there")
    assert outcome(PROMPTS, check, None) == Outcome(False, "Missing in policy: refuse, answer")
    assert outcome(PROMPTS, check | {"at_least": 2}, rows) == Outcome(
        False, "Too few in policy: refuse (1 of 2)"
    )
    assert outcome(PROMPTS, check | {"values": ["answer"], "at_least": 2}, rows).ok


def test_filled() -> None:
    check = {"kind": "filled", "columns": ["rate", "prompt"]}
    rows = {"rows": [prompt(str(n), rate="1" if n == 2 else "") for n in range(1, 9)]}

    assert outcome(PROMPTS, check, rows) == Outcome(
        False, "rate is empty in rows 1, 3, 4, 5, 6 and 2 more"
    )
    assert outcome(PROMPTS, check, None) == Outcome(False, "No rows yet")
    assert outcome(PROMPTS, check, {"rows": [prompt(rate="1")]}).ok


def test_present() -> None:
    check = {"kind": "present"}
    file = {"id": "x", "name": "a.pdf", "size": 1, "type": "pdf"}

    assert outcome(deliverable("file"), check, {"files": [file]}) == Outcome(True, "1 file")
    assert outcome(PROMPTS, check, {"rows": [prompt()]}) == Outcome(True, "1 row")
    assert outcome(deliverable(), check, {"text": " "}) == Outcome(False, "Nothing here yet")


@pytest.mark.parametrize("reachable", [True, False, None])
def test_a_link_is_reachable_or_not_or_not_looked_at_yet(reachable: bool | None) -> None:
    value = {"url": LINK, "revision": ""}

    found = outcome(deliverable("link"), {"kind": "reachable"}, value, reachable=reachable)

    assert found.ok is reachable


def test_no_link_is_not_reachable() -> None:
    assert outcome(deliverable("link"), {"kind": "reachable"}, None).ok is False


def test_what_the_learner_ticks_has_no_outcome() -> None:
    item = ChecklistItem.model_validate({"id": "mine", "text": "I did it."})
    made = project(deliverable(), checklist=(item,))

    assert check_all(made, {}, {}) == {}
