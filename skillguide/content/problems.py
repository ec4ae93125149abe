"""What is wrong with the content, and where, told to its author."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from itertools import groupby
from typing import Literal

Severity = Literal["error", "warning"]

FRAME_WIDTH = 100

MAX_PROBLEMS = 50
"""In one file. Nobody reads more, and a hostile file could have a hundred thousand."""


@dataclass(frozen=True, order=True)
class Problem:
    path: str
    line: int
    column: int
    message: str
    frame: str = ""
    severity: Severity = "error"


@dataclass(frozen=True)
class File:
    """A file's text. Places in it are offsets until somebody has to read them."""

    path: str
    text: str

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def problem(self, offset: int, message: str, severity: Severity = "error") -> Problem:
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset)
        column = offset - self.starts[line - 1] + 1
        frame = self.frame(line, column)
        return Problem(self.path, line, column, message, frame, severity)

    def frame(self, line: int, column: int) -> str:
        """The line with a mark under the column, and the two lines before it."""
        first = max(line - 2, 1)
        end = self.text.find("\n", self.starts[line - 1])
        shown = self.text[self.starts[first - 1] : end if end >= 0 else len(self.text)]
        return _framed(shown.split("\n"), first, column)


def _framed(shown: list[str], first: int, column: int) -> str:
    left = max(column - FRAME_WIDTH + 20, 0)
    rows = [
        f"{number:>4} | {row[left : left + FRAME_WIDTH].expandtabs(1)}".rstrip()
        for number, row in enumerate(shown, start=first)
    ]
    return "\n".join([*rows, f"     | {' ' * (column - 1 - left)}^"])


def sorted_and_limited(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file and place; of a file with very many, the first."""
    shown: list[Problem] = []
    for _, group in groupby(sorted(set(problems)), lambda problem: problem.path):
        in_file = list(group)
        shown += in_file[:MAX_PROBLEMS]
        if len(in_file) > MAX_PROBLEMS:
            message = "this file has more problems; mend the ones above first"
            shown.append(replace(in_file[MAX_PROBLEMS], message=message, frame=""))
    return tuple(shown)


def nearest(word: str, known: Sequence[str]) -> str | None:
    by_folded = {name.casefold(): name for name in known}
    near = get_close_matches(word[:100].casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[near[0]] if near else None


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """The end of a sentence: `; did you mean “…”?`, or nothing."""
    near = nearest(word, known)
    return f"; did you mean “{near}”?" if near else ""


def shorten(text: str, limit: int = 60) -> str:
    """What an author wrote, fit to stand inside a message."""
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def as_text(problems: Sequence[Problem]) -> str:
    """
    >>> print(as_text([Problem("content/a.md", 3, 1, "this is wrong", "   3 | x")]))
    content/a.md:3:1: this is wrong
       3 | x
    <BLANKLINE>
    1 problem in 1 file.
    """
    return "\n".join([*(_as_lines(problem) for problem in problems), "", _summary(problems)])


def _as_lines(problem: Problem) -> str:
    warning = "warning: " if problem.severity == "warning" else ""
    head = f"{problem.path}:{problem.line}:{problem.column}: {warning}{problem.message}"
    return f"{head}\n{problem.frame}" if problem.frame else head


def _summary(problems: Sequence[Problem]) -> str:
    if not problems:
        return "No problems."
    errors = sum(problem.severity == "error" for problem in problems)
    counts = [
        _count(number, noun)
        for number, noun in ((errors, "problem"), (len(problems) - errors, "warning"))
        if number
    ]
    files = len({problem.path for problem in problems})
    return f"{' and '.join(counts)} in {_count(files, 'file')}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_json(problems: Sequence[Problem]) -> str:
    return json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=2)


def as_github(problems: Sequence[Problem]) -> str:
    """Workflow commands: GitHub shows them beside the lines that they are about."""
    return "\n".join(
        f"::{problem.severity} file={_property(problem.path)},line={problem.line},"
        f"col={problem.column}::{_data(problem.message)}"
        for problem in problems
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
