"""Tables as text: read from CSV, JSONL or JSON, and written as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from projects.columns import (
    LONGEST_CELL,
    MOST_ROWS,
    Fault,
    Row,
    columns_of,
    counts,
    faults,
    is_blank,
    sound_rows,
    tidy,
)
from projects.objects import Unreadable, json_lines, json_list
from skillguide.content.problems import nearest, shorten
from skillguide.content.schema import Deliverable
from skillguide.spreadsheets import defused

__all__ = [
    "Fault",
    "Import",
    "Row",
    "as_csv",
    "columns_of",
    "counts",
    "faults",
    "is_blank",
    "read_table",
    "sound_rows",
]

LONGEST_IMPORT = 5_000_000


@dataclass(frozen=True)
class Import:
    """What was read. Without rows nothing was, and the message says why."""

    rows: list[dict[str, str]]
    faults: list[Fault]
    message: str


def read_table(deliverable: Deliverable, text: str) -> Import:
    """Read pasted or uploaded text. What cannot be placed for sure is not read at all."""
    names = [column.name for column in columns_of(deliverable)]
    try:
        read = _read(names, tidy(text.removeprefix("\ufeff")))
    except Unreadable as error:
        return Import([], list(error.faults), f"Nothing was read. {error}")
    lines = [record.line for record in read.records]
    rows = [{name: record.cells.get(name, "") for name in names} for record in read.records]
    found = [replace(it, line=lines[it.row - 1]) for it in faults(deliverable, rows)]
    return Import(rows, found, _told(read, found))


class _Record(NamedTuple):
    line: int
    cells: dict[str, str]


class _Read(NamedTuple):
    records: list[_Record]
    left_out: list[str]


def _read(names: list[str], text: str) -> _Read:
    if not text.strip():
        raise Unreadable("There is no text. Paste the table, or choose a file.")
    if len(text) > LONGEST_IMPORT:
        raise Unreadable(f"The text has more than {LONGEST_IMPORT:,} characters.")
    as_json = text.lstrip()[0] in "[{"
    read = _from_json(names, text) if as_json else _from_csv(names, text)
    records = [record for record in read.records if not is_blank(record.cells)]
    if not records:
        raise Unreadable("There are column names, but no rows.")
    if len(records) > MOST_ROWS:
        raise Unreadable(f"The table has {len(records):,} rows; at most {MOST_ROWS:,} fit.")
    return read._replace(records=records)


def _told(read: _Read, found: Sequence[Fault]) -> str:
    parts = [f"{_count(len(read.records), 'row')} read."]
    if read.left_out:
        left = ", ".join(f"“{shorten(name)}”" for name in read.left_out[:10])
        parts.append(f"Not asked for, and left out: {left}.")
    if found:
        parts.append(f"{_count(len(found), 'cell')} to mend.")
    return " ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


# ── Names of columns ─────────────────────────────────────────────────────────────────────


def _folded(name: str) -> str:
    return "_".join(name.strip().casefold().replace("-", " ").replace("_", " ").split())


def _left_out(names: list[str], written: Sequence[str]) -> list[str]:
    """Columns that nobody asked for. One that is probably misspelt stops the reading."""
    unknown = [name for name in written if _folded(name) not in names]
    missing = [name for name in names if name not in map(_folded, written)]
    guesses = [(name, nearest(name, missing)) for name in unknown[:100]]
    if wrong := [(name, guess) for name, guess in guesses if guess]:
        told = "; ".join(
            f"there is no column “{shorten(name)}”, did you mean “{guess}”?"
            for name, guess in wrong
        )
        raise Unreadable(f"{told[0].upper()}{told[1:]} The columns are: {', '.join(names)}.")
    if missing == names:
        raise Unreadable(f"None of the columns is there. They are: {', '.join(names)}.")
    return unknown


def _no_twins(written: Sequence[str], line: int) -> None:
    seen: set[str] = set()
    for name in map(_folded, written):
        if name in seen:
            raise Unreadable(f"Line {line} has the column “{shorten(name)}” twice.")
        seen.add(name)


# ── CSV ──────────────────────────────────────────────────────────────────────────────────

_Records = list[tuple[int, list[str]]]


def _from_csv(names: list[str], text: str) -> _Read:
    records = _records(text, _separator(names, text))
    head = records[0][1]
    written = names
    if _is_header(names, head):
        written = head
        _no_twins(head, records[0][0])
        records = records[1:]
    elif len(head) != len(names) or _is_like_header(names, head):
        _left_out(names, head)  # tells what was meant
        raise Unreadable(
            f"The first line has none of the column names. They are: {', '.join(names)}."
        )
    left_out = _left_out(names, written)
    _all_fit(records, len(written))
    keys = [_folded(name) for name in written]
    return _Read(
        [_Record(line, dict(zip(keys, cells, strict=True))) for line, cells in records], left_out
    )


def _is_header(names: list[str], cells: Sequence[str]) -> bool:
    return any(_folded(cell) in names for cell in cells)


def _is_like_header(names: list[str], cells: Sequence[str]) -> bool:
    near = [cell for cell in cells if len(cell) <= 40 and nearest(cell.strip(), names)]
    return len(near) * 2 > len(cells)


def _separator(names: list[str], text: str) -> str:
    """The one that makes most sense of the first line."""
    first = text.lstrip("\n").split("\n", 1)[0]

    def sense(separator: str) -> tuple[int, bool, int]:
        cells = [cell.strip('" ') for cell in first.split(separator)]
        known = sum(_folded(cell) in names for cell in cells)
        return known, len(cells) == len(names), len(cells)

    best = max(",;\t", key=sense)
    only_one = len(names) == 1 and (sense(best)[0] == 0 or best not in first)
    # A table of one column has no separator: commas belong to the words.
    return "\x1f" if only_one else best


def _records(text: str, separator: str) -> _Records:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: _Records = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(_csv_error(str(error), line)) from error
    return records


def _csv_error(error: str, line: int) -> str:
    if "field limit" in error:
        return f"Line {line} has a cell that is too long; at most {LONGEST_CELL:,} characters fit."
    if "unexpected end" in error:
        return f"In line {line} a quotation mark opens and is never closed."
    return f"In line {line} something stands after a closing quotation mark; double the inner ones."


def _all_fit(records: _Records, width: int) -> None:
    wrong = [
        Fault(number, "", f"{_count(len(cells), 'cell')} instead of {width}.", line)
        for number, (line, cells) in enumerate(records, start=1)
        if len(cells) != width
    ]
    if wrong:
        raise Unreadable(
            f"Line {wrong[0].line} has {_count(len(records[wrong[0].row - 1][1]), 'cell')}, and "
            f"there are {_count(width, 'column')}. A cell with a separator in it needs quotation "
            "marks around it.",
            wrong,
        )


# ── JSON ─────────────────────────────────────────────────────────────────────────────────


def _from_json(names: list[str], text: str) -> _Read:
    found = json_list(text) if text.lstrip().startswith("[") else json_lines(text)
    if not found:
        raise Unreadable("The list is empty.")
    written = list(dict.fromkeys(name for _, item in found for name in item))
    left_out = _left_out(names, written)
    for line, item in found:
        _no_twins([name for name in item if _folded(name) in names], line)
    wrong: list[Fault] = []
    records = []
    for number, (line, item) in enumerate(found, start=1):
        kept = {_folded(name): value for name, value in item.items() if _folded(name) in names}
        for name, value in kept.items():
            if isinstance(value, list | dict):
                wrong.append(Fault(number, name, "A list or object cannot stand in a cell.", line))
        records.append(_Record(line, {name: _as_cell(value) for name, value in kept.items()}))
    if wrong:
        raise Unreadable("Each cell holds a text, a number, or true or false.", wrong)
    return _Read(records, left_out)


def _as_cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case _:
            return tidy(str(value))


# ── Writing ──────────────────────────────────────────────────────────────────────────────


def as_csv(deliverable: Deliverable, rows: Iterable[Row]) -> str:
    names = [column.name for column in columns_of(deliverable)]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([defused(row.get(name, "")) for name in names] for row in rows)
    return out.getvalue()
