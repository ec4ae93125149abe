"""One list of problems, told as text, as JSON and to GitHub."""

from __future__ import annotations

import json

from skillguide.content.problems import (
    MAX_PROBLEMS,
    File,
    Problem,
    as_github,
    as_json,
    as_text,
    did_you_mean,
    sorted_and_limited,
)

PAGE = File("content/a/lessons/x.md", "one\ntwo\nthree\nfour\n")
WRONG = PAGE.problem(PAGE.text.index("ree"), "this is 100 % wrong: really,\nit is")
ODD = PAGE.problem(0, "this is odd", "warning")


def test_as_text_with_the_lines_around() -> None:
    assert as_text([ODD, WRONG]) == (
        "content/a/lessons/x.md:1:1: warning: this is odd\n"
        "   1 | one\n"
        "     | ^\n"
        "content/a/lessons/x.md:3:3: this is 100 % wrong: really,\nit is\n"
        "   1 | one\n"
        "   2 | two\n"
        "   3 | three\n"
        "     |   ^\n"
        "\n"
        "1 problem and 1 warning in 1 file."
    )


def test_the_last_line_counts() -> None:
    other = Problem("content/b.md", 1, 1, "this is wrong")

    assert as_text([WRONG, WRONG, other]).endswith("\n3 problems in 2 files.")
    assert as_text([ODD]).endswith("\n1 warning in 1 file.")
    assert as_text([]).endswith("No problems.")


def test_as_json() -> None:
    assert json.loads(as_json([WRONG]))[0] == {
        "path": "content/a/lessons/x.md",
        "line": 3,
        "column": 3,
        "message": "this is 100 % wrong: really,\nit is",
        "frame": "   1 | one\n   2 | two\n   3 | three\n     |   ^",
        "severity": "error",
    }


def test_as_github() -> None:
    assert as_github([WRONG, ODD]) == (
        "::error file=content/a/lessons/x.md,line=3,col=3::"
        "this is 100 %25 wrong: really,%0Ait is\n"
        "::warning file=content/a/lessons/x.md,line=1,col=1::this is odd"
    )


def test_places_at_the_edges_of_a_file() -> None:
    end = PAGE.problem(10**9, "the end")
    nothing = File("x", "").problem(5, "nothing")

    assert (end.line, end.column) == (5, 1)
    assert (nothing.line, nothing.column, nothing.frame) == (1, 1, "   1 |\n     | ^")


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "".join(f"{number:<10}" for number in range(100))

    frame = File("x", line).problem(line.index("77"), "here").frame

    shown, mark = frame.split("\n")
    assert shown[mark.index("^") :].startswith("77")
    assert len(shown) < 120


def test_tabs_count_as_one_column() -> None:
    assert File("x", "\t\tx").problem(2, "here").frame == "   1 |   x\n     |   ^"


def test_a_file_with_very_many_problems_shows_the_first() -> None:
    many = [Problem("x", line, 1, "wrong") for line in range(1, 1000)]

    *shown, last = sorted_and_limited([*reversed(many), Problem("a", 1, 1, "wrong")])

    assert len(shown) == 1 + MAX_PROBLEMS
    assert [problem.line for problem in shown[:3]] == [1, 1, 2]
    assert last.message == "this file has more problems; mend the ones above first"


def test_did_you_mean() -> None:
    assert did_you_mean("Alignmet tax", ["alignment tax", "reward"]) == (
        "; did you mean “alignment tax”?"
    )
    assert did_you_mean("x", ["alignment"]) == ""
    assert did_you_mean("x" * 100_000, ["xxx"] * 10) == ""
