"""The columns of a table that is handed in, and what is wrong in its cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from math import isfinite

from projects.harmful import has_harmful
from skillguide.content.problems import did_you_mean, shorten
from skillguide.content.schema import Column, Deliverable

Row = Mapping[str, str]

MOST_ROWS = 1_000
LONGEST_CELL = 10_000

_GUESSES = 100
"""Looking for what was meant takes time: only the first faults of a table get it."""


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell; `column` is empty when it is the whole row."""

    row: int
    column: str
    message: str
    line: int = 0
    """In the text that the table was read from; 0 when it was typed into the form."""

    @property
    def place(self) -> str:
        """
        >>> Fault(2, "prompt", "This cell is empty.", line=3).place
        'line 3, prompt'
        """
        where = f"line {self.line}" if self.line else f"row {self.row}"
        return f"{where}, {self.column}" if self.column else where


def columns_of(deliverable: Deliverable) -> tuple[Column, ...]:
    """Tables that were written down before columns had names have a single one."""
    return deliverable.columns or (Column(name="text", type="text"),)


def tidy(text: str) -> str:
    """Text that can be stored, with line breaks of one kind."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[\0\ud800-\udfff]", "", text)


def is_blank(row: Row) -> bool:
    return not any(cell.strip() for cell in row.values())


def faults(deliverable: Deliverable, rows: Sequence[Row]) -> list[Fault]:
    """Everything that is wrong, in reading order. A row with nothing in it is no fault yet."""
    columns = columns_of(deliverable)
    guesses = islice(_forever(), _GUESSES)
    seen: dict[str, dict[str, int]] = {column.name: {} for column in columns if column.unique}
    found = []
    for number, row in enumerate(rows, start=1):
        if is_blank(row):
            continue
        for column in columns:
            cell = row.get(column.name, "").strip()
            message = _fault(column, cell, guesses) or _twice(seen, column, cell, number)
            if message:
                found.append(Fault(number, column.name, _unsaid(column, cell) or message))
    return found


def _unsaid(column: Column, cell: str) -> str:
    """Messages quote what they are about, and stand in the open: harmful words must not."""
    if cell and len(cell) <= LONGEST_CELL and (column.harmful or has_harmful(cell)):
        return "This cell is not as asked for; its words are folded away."
    return ""


def _forever() -> Iterator[None]:
    while True:
        yield None


def _twice(seen: dict[str, dict[str, int]], column: Column, cell: str, number: int) -> str:
    if not cell or not column.unique:
        return ""
    first = seen[column.name].setdefault(cell, number)
    if first == number:
        return ""
    return f"“{shorten(cell)}” stands in row {first} already; each row needs its own."


def _fault(column: Column, cell: str, guesses: Iterator[None]) -> str:
    if not cell:
        return "This cell is empty." if column.required else ""
    if len(cell) > LONGEST_CELL:
        return f"This cell has {len(cell):,} characters; at most {LONGEST_CELL:,} fit."
    if column.type == "choice":
        return _choice_fault(column.choices, cell, guesses)
    check = _CHECKS.get(column.type)
    return check(cell) if check else ""


def _choice_fault(choices: Sequence[str], cell: str, guesses: Iterator[None]) -> str:
    if cell in choices:
        return ""
    allowed = f"“{shorten(cell)}” is not one of: {', '.join(choices)}"
    guess = did_you_mean(cell, choices) if any(True for _ in islice(guesses, 1)) else ""
    return f"{allowed}{guess}" if guess else f"{allowed}."


_NUMBER = re.compile(r"[+-]?(?:\d{1,300}(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,300}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell)) and isfinite(float(cell))


def _number_fault(cell: str) -> str:
    if _is_number(cell):
        return ""
    mended = cell.replace(",", ".")
    example = mended if _is_number(mended) else "3.5"
    return f"“{shorten(cell)}” is not a number; write it with a full stop, such as {example}."


def _integer_fault(cell: str) -> str:
    if _INTEGER.fullmatch(cell):
        return ""
    return f"“{shorten(cell)}” is not a whole number; write digits only, such as 12."


def _yes_no_fault(cell: str) -> str:
    return "" if cell in ("yes", "no") else f"“{shorten(cell)}” is neither; write yes or no."


def _date_fault(cell: str) -> str:
    if not _DAY.fullmatch(cell):
        return f"“{shorten(cell)}” is not a day; write it like 2026-11-01."
    try:
        date.fromisoformat(cell)
    except ValueError:
        return f"There is no day {cell}; look at the month and the day."
    return ""


_CHECKS: dict[str, Callable[[str], str]] = {
    "number": _number_fault,
    "integer": _integer_fault,
    "yes-no": _yes_no_fault,
    "date": _date_fault,
}


def sound_rows(deliverable: Deliverable, rows: Sequence[Row]) -> list[Row]:
    """The rows in which nothing is wrong."""
    wrong = {fault.row for fault in faults(deliverable, rows)}
    return [
        row for number, row in enumerate(rows, start=1) if number not in wrong and not is_blank(row)
    ]


def counts(deliverable: Deliverable, rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """How many rows have each choice, for every column of choices."""
    counted = {
        column.name: dict.fromkeys(column.choices, 0)
        for column in columns_of(deliverable)
        if column.type == "choice"
    }
    for row in rows:
        for name, numbers in counted.items():
            cell = row.get(name, "").strip()
            if cell in numbers:
                numbers[cell] += 1
    return counted
