"""Cells are checked one by one, and nothing is imported silently wrong."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.tables import as_csv, counts, faults, read_table
from projects.values import clean
from skillguide.spreadsheets import defused
from tests.projects.making import PROMPTS, deliverable, prompt

PLAIN = deliverable("table", columns=[{"name": "a"}, {"name": "b", "required": False}])
TEXTS = deliverable("table")
CELL = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff"), max_size=20
).filter(lambda cell: defused(cell) == cell)


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("prompt", " ", "This cell is empty."),
        ("policy", "refuze", "not one of: refuse, answer; did you mean “refuse”?"),
        ("policy", "both", "not one of: refuse, answer."),
        ("seen", "maybe", "write yes or no"),
        ("rate", "3,5", "such as 3.5."),
        ("rate", "1e999", "is not a number"),
        ("rate", "nan", "is not a number"),
        ("rate", "٣", "is not a number"),
        ("runs", "1.0", "is not a whole number"),
        ("day", "1.2.2026", "write it like 2026-11-01"),
        ("day", "2026-02-30", "There is no day 2026-02-30"),
    ],
)
def test_a_wrong_cell_is_told_at_its_place(column: str, cell: str, words: str) -> None:
    found = faults(PROMPTS, [prompt("p0"), prompt(**{column: cell})])

    assert [(it.row, it.column) for it in found] == [(2, column)]
    assert words in found[0].message


@pytest.mark.parametrize(
    ("column", "cell"),
    [("rate", "-3.5"), ("rate", "1e-05"), ("rate", ".5"), ("runs", "007"), ("day", "2024-02-29")],
)
def test_a_right_cell_has_no_fault(column: str, cell: str) -> None:
    assert faults(PROMPTS, [prompt(**{column: cell})]) == []


def test_a_value_that_names_a_row_stands_once() -> None:
    found = faults(PROMPTS, [prompt(), prompt("p2"), prompt(" p1 ")])

    assert [(it.row, it.column) for it in found] == [(3, "id")]
    assert "stands in row 1 already" in found[0].message


def test_a_blank_row_is_no_fault_yet() -> None:
    assert faults(PROMPTS, [dict.fromkeys(prompt(), "")]) == []


def test_a_thousand_wrong_rows_are_told_soon() -> None:
    start = time.monotonic()

    found = faults(PROMPTS, [prompt(str(n), policy=f"refuse{n}" * 900) for n in range(1000)])

    assert len(found) == 1000
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,x\n2,y\n",
        "\ufeffa;b\r\n1;x\r\n2;y",
        "b\tA\nx\t1\n\ny\t2",
        "1,x\n2,y",
        '"a","b"\n"1","x"\n"2","y"',
        '{"a": 1, "b": "x"}\n\n{"b": "y", "a": 2}',
        '[{"a": "1", "b": "x"},\n {"a": 2, "b": "y"}]',
    ],
)
def test_a_table_is_read_in_many_forms(text: str) -> None:
    read = read_table(PLAIN, text)

    assert read.rows == [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}]
    assert (read.faults, read.message) == ([], "2 rows read.")


def test_json_keeps_every_digit_and_says_yes_or_no() -> None:
    read = read_table(PLAIN, '{"a": 0.10, "b": true}\n{"a": 12345678901234567890, "b": null}')

    assert read.rows == [{"a": "0.10", "b": "yes"}, {"a": "12345678901234567890", "b": ""}]


def test_commas_belong_to_the_words_of_a_single_column() -> None:
    read = read_table(TEXTS, "Hello, world\nIt; is, I\tsay")

    assert [row["text"] for row in read.rows] == ["Hello, world", "It; is, I\tsay"]


def test_quoted_line_breaks_stay_and_faults_name_the_line() -> None:
    read = read_table(PLAIN, 'a,b\n"one\ntwo","x, ""y"""\n,z\n')

    assert read.rows[0] == {"a": "one\ntwo", "b": 'x, "y"'}
    assert [it.place for it in read.faults] == ["line 4, a"]
    assert read.message == "2 rows read. 1 cell to mend."


def test_a_list_of_json_names_the_line_of_a_fault() -> None:
    read = read_table(PLAIN, '[\n {"a": "1"},\n\n {"a": ""  , "b": "x"}]')

    assert [it.place for it in read.faults] == ["line 4, a"]


def test_a_column_nobody_asked_for_is_left_out_and_named() -> None:
    read = read_table(PLAIN, "a,remarks\n1,x")

    assert read.rows == [{"a": "1", "b": ""}]
    assert "left out: “remarks”" in read.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" \n", "There is no text"),
        ("id,prompt\n", "no rows"),
        ("[]", "list is empty"),
        ("id,promt,policy\n1,2,refuse", "no column “promt”, did you mean “prompt”?"),
        ("idd,promt,polcy,sen,rat,run,dy\n1,2,3,4,5,6,7", "did you mean “prompt”?"),
        ("x,y\n1,2", "None of the columns is there"),
        ("id,id\n1,2", "column “id” twice"),
        ('{"id": 1, "id": 2}', "has a name twice"),
        ('{"id": 1, "Id": 2}', "column “id” twice"),
        ("id,prompt\n1,a,b", "Line 2 has 3 cells"),
        ("id,prompt\n1", "Line 2 has 1 cell"),
        ('id,prompt\n1,"a', "line 2 a quotation mark opens"),
        ('id,prompt\n1,"a"b', "line 2 something stands after"),
        ("id,prompt\n1," + "a" * 200_000, "Line 2 has a cell that is too long"),
        ('{"id": NaN}', "Line 1 cannot be read as JSON"),
        ('{"id": 1}\n{"id": ', "Line 2 cannot be read as JSON"),
        ('{"id": 1} {"id": 2}', "Line 1 goes on"),
        ('{"id": [1]}', "Each cell holds"),
        ("[1]", "holds no JSON object"),
        ('[{"id": 1}', "breaks off"),
        ('[{"id": 1}] x', "after the end"),
        ("[" * 100_000, "cannot be read as JSON"),
        ("id\n" + "x\n" * 1_001, "1,001 rows; at most 1,000"),
    ],
)
def test_what_cannot_be_placed_is_not_read_at_all(text: str, words: str) -> None:
    read = read_table(PROMPTS, text)

    assert read.rows == []
    assert read.message.startswith("Nothing was read.") and words in read.message


@given(st.lists(st.fixed_dictionaries({"a": CELL, "b": CELL}), min_size=1))
def test_what_is_written_as_csv_is_read_the_same(rows: list[dict[str, str]]) -> None:
    kept = [row for row in rows if row["a"].strip() or row["b"].strip()]

    assert read_table(PLAIN, as_csv(PLAIN, rows)).rows == kept


@given(st.text())
def test_reading_is_total_and_its_rows_are_values(text: str) -> None:
    read = read_table(PLAIN, text)

    assert bool(read.rows) != read.message.startswith("Nothing was read.")
    if not read.faults:
        assert clean(PLAIN, {"rows": read.rows})["rows"] == read.rows


@given(st.lists(st.fixed_dictionaries({"a": st.text(), "b": st.integers() | st.booleans()})))
def test_json_lines_are_never_torn(items: list[dict[str, object]]) -> None:
    text = "\n".join(json.dumps(item, ensure_ascii=False) for item in items)

    assert len(read_table(PLAIN, text).rows) == len(items)


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-cmd", "@SUM", "\tx", "|x", "%x", "＝1", " =1"])
def test_a_cell_that_begins_a_formula_is_defused(cell: str) -> None:
    assert defused(cell) == f"'{cell}"
    assert as_csv(TEXTS, [{"text": cell}]).splitlines()[1].strip('"').startswith("'")


@pytest.mark.parametrize("cell", ["-3.5", "+49 30 123", "12 %", "a=b", ""])
def test_numbers_and_words_are_left_alone(cell: str) -> None:
    assert defused(cell) == cell


def test_choices_are_counted() -> None:
    rows = [prompt("1"), prompt("2"), prompt("3", policy="refuse"), prompt("4", policy="x")]

    assert counts(PROMPTS, rows) == {"policy": {"refuse": 1, "answer": 2}}
