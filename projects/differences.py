"""What changed between two rounds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, Literal

from projects.anchors import row_key
from projects.columns import columns_of
from skillguide.content.schema import Deliverable

Kind = Literal["same", "added", "removed", "skipped"]

MOST_LINES = 3_000
MOST_PAIRS = 30_000
"""Comparing takes as long as there are pairs of equal pieces; with more, it is all new."""
MOST_WORDS = 2_000
ALIKE = 0.4
"""From so much likeness on, a paragraph was changed and not replaced."""


@dataclass(frozen=True)
class Change:
    kind: Kind
    text: str
    count: int = 0
    """For `skipped`: how many lines."""


def text_changes(before: str, after: str, context: int | None = 2) -> list[Change]:
    """By lines, and by words inside a line that was changed.

    Of a long run without changes, `context` lines stay at each side; all if it is None.
    """
    old, new = _lines(before), _lines(after)
    found = _joined(_line_changes(old, new))
    return found if context is None else list(_shortened(found, context))


def _lines(text: str) -> list[str]:
    """Empty lines go with the line before: they are all alike and tell nothing."""
    return re.findall(r"[^\n]*\n(?:[ \t]*+\n)*|[^\n]+\Z", text)


def _line_changes(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    for tag, first, second in _compared(old, new, MOST_LINES):
        if tag == "replace":
            yield from _word_changes("".join(first), "".join(second))
        else:
            yield from _plain_changes(tag, first, second)


def _plain_changes(tag: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    if tag == "equal":
        yield Change("same", "".join(new))
        return
    yield Change("removed", "".join(old))
    yield Change("added", "".join(new))


def _word_changes(old: str, new: str) -> Iterator[Change]:
    words = [re.findall(r"\s+|\w+|[^\w\s]", text) for text in (old, new)]
    compared = list(_compared(words[0], words[1], MOST_WORDS))
    same = sum(len("".join(part).strip()) for tag, part, _ in compared if tag == "equal")
    if 2 * same < ALIKE * (len(old) + len(new)):
        compared = [("replace", words[0], words[1])]
    for tag, first, second in compared:
        yield from _plain_changes(tag, first, second)


def _compared(
    old: Sequence[str], new: Sequence[str], most: int
) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """What is equal, and what stands for what; in a time that is bounded."""
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    first, second = old[start : len(old) - end], new[start : len(new) - end]
    yield "equal", old[:start], new[:start]
    if max(len(first), len(second)) > most or _pairs(first, second) > MOST_PAIRS:
        yield "replace", first, second
    else:
        matcher = SequenceMatcher(None, first, second, autojunk=False)
        for tag, a, b, c, d in matcher.get_opcodes():
            yield tag, first[a:b], second[c:d]
    yield "equal", old[len(old) - end :], new[len(new) - end :]


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(old), len(new)))


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    there = Counter(new)
    return sum(number * there[piece] for piece, number in Counter(old).items())


def _joined(changes: Iterable[Change]) -> list[Change]:
    """One change of a kind after another is one change."""
    return [
        Change(kind, text)
        for kind, group in groupby(changes, lambda change: change.kind)
        if (text := "".join(change.text for change in group))
    ]


def _shortened(changes: Sequence[Change], context: int) -> Iterator[Change]:
    for number, change in enumerate(changes):
        lines = change.text.splitlines(keepends=True)
        head = context if number else 0
        tail = context if number < len(changes) - 1 else 0
        skipped = len(lines) - head - tail
        if change.kind != "same" or skipped < 2:
            yield change
            continue
        if head:
            yield Change("same", "".join(lines[:head]))
        yield Change("skipped", "", skipped)
        if tail:
            yield Change("same", "".join(lines[-tail:]))


# ── Tables, files and links ──────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class RowChange:
    kind: Literal["added", "removed", "changed"]
    key: str
    number: int
    """In the later table; of a removed row, in the earlier one. Begins at 1."""
    cells: Mapping[str, tuple[str, str]]
    """Before and after, by column; only those that differ."""


Row = Mapping[str, str]


def row_changes(
    deliverable: Deliverable, before: Sequence[Row], after: Sequence[Row]
) -> list[RowChange]:
    """In the order of the later table, then what was removed. Moving a row is no change."""
    old, new = _keyed(deliverable, before), _keyed(deliverable, after)
    found = []
    for key, (number, row) in new.items():
        cells = _cells(deliverable, old.get(key, (0, {}))[1], row)
        if cells or key not in old:
            kind: Literal["added", "changed"] = "changed" if key in old else "added"
            found.append(RowChange(kind, key[0], number, cells))
    for key, (number, row) in old.items():
        if key not in new:
            found.append(RowChange("removed", key[0], number, _cells(deliverable, row, {})))
    return found


def _keyed(deliverable: Deliverable, rows: Iterable[Row]) -> dict[tuple[str, int], tuple[int, Row]]:
    """Rows by their key, and how many with the same key stand before."""
    seen: Counter[str] = Counter()
    keyed = {}
    for number, row in enumerate(rows, start=1):
        key = row_key(deliverable, row)
        keyed[key, seen[key]] = (number, row)
        seen[key] += 1
    return keyed


def _cells(deliverable: Deliverable, old: Row, new: Row) -> dict[str, tuple[str, str]]:
    names = [column.name for column in columns_of(deliverable)]
    cells = {name: (old.get(name, ""), new.get(name, "")) for name in names}
    return {name: (a, b) for name, (a, b) in cells.items() if a != b}


def file_changes(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> list[Change]:
    """A file of the same name and size is the same."""
    old = [(file["name"], file["size"]) for file in before]
    new = [(file["name"], file["size"]) for file in after]
    kept = [Change("same" if file in old else "added", file[0]) for file in new]
    return [*kept, *(Change("removed", file[0]) for file in old if file not in new)]


def link_changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """The address, and the revision that is pinned."""
    found: list[Change] = []
    for part in ("url", "revision"):
        old, new = before.get(part, ""), after.get(part, "")
        if old == new:
            found.append(Change("same", new))
        else:
            found += [Change("removed", old), Change("added", new)]
    return [change for change in found if change.text]
