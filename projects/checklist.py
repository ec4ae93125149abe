"""The checklist checks itself where it can."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from projects.columns import columns_of, is_blank, sound_rows
from projects.values import Value, empty_value, is_empty
from skillguide.content.schema import (
    CategoriesCheck,
    Deliverable,
    FilledCheck,
    HeadingsCheck,
    PresentCheck,
    Project,
    ReachableCheck,
    RowsCheck,
    WordsCheck,
)

NAMED = 5
"""So many places are named in a sentence; more are counted."""


@dataclass(frozen=True)
class Outcome:
    ok: bool | None
    """None while it is not known yet."""
    words: str


@dataclass(frozen=True)
class _Case:
    """One deliverable of some work, as its checks look at it."""

    deliverable: Deliverable
    value: Value
    reachable: Mapping[str, bool | None]


def check_all(
    project: Project, work: Mapping[str, Value], reachable: Mapping[str, bool | None]
) -> dict[str, Outcome]:
    """Every item that has an automatic check, by its id.

    `reachable` says of addresses whether they could be opened.
    """
    outcomes = {}
    for item in project.checklist:
        deliverable = item.check and project.deliverable(item.check.deliverable)
        if item.check and deliverable:
            value = work.get(deliverable.id) or empty_value(deliverable)
            case = _Case(deliverable, value, reachable)
            outcomes[item.id] = _CHECKS[item.check.kind](item.check, case)
    return outcomes


# ── Texts ────────────────────────────────────────────────────────────────────────────────

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*\S)")
_NUMBERING = re.compile(r"(?:\d+(?:\.\d+)*[.):]?|[ivxlc]+[.)]|[a-z][.)])\s+(?=\S)")
_ADDRESS = re.compile(r"\]\([^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)*+\)")
_WORD = re.compile(r"[^\W_]+(?:['’.,:/@_-][^\W_]+)*")


def _prose(text: str) -> Iterator[str]:
    """The lines that are no code."""
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip("`~ \t"):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            yield line


def word_count(text: str) -> int:
    """
    >>> word_count("Don't count [the link](https://example.org/a/b).\\n```\\ncode here\\n```")
    4
    """
    prose = _ADDRESS.sub("]", "\n".join(_prose(text)))
    return sum(1 for _ in _WORD.finditer(prose))


def _heading(text: str) -> str:
    """
    >>> _heading("2.1 **System and Scope**:")
    'system and scope'
    """
    plain = re.sub(r"[*_`]", "", unicodedata.normalize("NFKC", text)).casefold()
    plain = " ".join(plain.split())
    numbering = _NUMBERING.match(plain)
    return plain[numbering.end() if numbering else 0 :].rstrip("#.:;,!?–—- ")


def headings(text: str) -> list[str]:
    found = (_HEADING.match(line) for line in _prose(text))
    return [match[1] for match in found if match]


def _headings(check: HeadingsCheck, case: _Case) -> Outcome:
    there = {_heading(heading) for heading in headings(case.value["text"])}
    missing = [heading for heading in check.headings if _heading(heading) not in there]
    if not missing:
        return Outcome(True, f"{_count(len(check.headings), 'heading')} found")
    noun = "heading" if len(missing) == 1 else "headings"
    return Outcome(False, f"Missing {noun}: {'; '.join(missing)}")


def _words(check: WordsCheck, case: _Case) -> Outcome:
    return _range(word_count(case.value["text"]), "word", check.at_least, check.at_most)


def _range(number: int, noun: str, least: int, most: int | None) -> Outcome:
    told = _count(number, noun)
    if number < least:
        return Outcome(False, f"{told}; at least {least:,}")
    if most is not None and number > most:
        return Outcome(False, f"{told}; at most {most:,}")
    return Outcome(True, told)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


# ── Tables ───────────────────────────────────────────────────────────────────────────────


def _rows(check: RowsCheck, case: _Case) -> Outcome:
    rows = case.value["rows"]
    sound = len(sound_rows(case.deliverable, rows))
    faulty = sum(not is_blank(row) for row in rows) - sound
    if sound < check.at_least:
        told = f"{sound:,} of at least {_count(check.at_least, 'row')}"
        told += f"; {_count(faulty, 'row')} to mend" if faulty else ""
        return Outcome(False, told)
    return _range(sound, "row", check.at_least, check.at_most)


def _categories(check: CategoriesCheck, case: _Case) -> Outcome:
    column = next((it for it in columns_of(case.deliverable) if it.name == check.column), None)
    wanted = check.values or (column.choices if column else ())
    numbers = dict.fromkeys(wanted, 0)
    for row in case.value["rows"]:
        cell = row.get(check.column, "").strip()
        if cell in numbers:
            numbers[cell] += 1
    few = {value: number for value, number in numbers.items() if number < check.at_least}
    if not few:
        return Outcome(True, "It is there" if len(wanted) == 1 else f"All {len(wanted)} are there")
    if check.at_least == 1:
        return Outcome(False, f"Missing in {check.column}: {', '.join(few)}")
    told = ", ".join(f"{value} ({number} of {check.at_least})" for value, number in few.items())
    return Outcome(False, f"Too few in {check.column}: {told}")


def _filled(check: FilledCheck, case: _Case) -> Outcome:
    rows = [(n, row) for n, row in enumerate(case.value["rows"], 1) if not is_blank(row)]
    if not rows:
        return Outcome(False, "No rows yet")
    told = [
        f"{name} is empty in {_places(empty)}"
        for name in check.columns
        if (empty := [number for number, row in rows if not row.get(name, "").strip()])
    ]
    return Outcome(False, "; ".join(told)) if told else Outcome(True, "Filled in every row")


def _places(rows: list[int]) -> str:
    """
    >>> _places([3]), _places([1, 2, 3, 4, 5, 6, 7])
    ('row 3', 'rows 1, 2, 3, 4, 5 and 2 more')
    """
    named = ", ".join(map(str, rows[:NAMED]))
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {named}{more}"


# ── Anything ─────────────────────────────────────────────────────────────────────────────


def _present(_: PresentCheck, case: _Case) -> Outcome:
    if is_empty(case.value):
        return Outcome(False, "Nothing here yet")
    match case.deliverable.format:
        case "file":
            return Outcome(True, _count(len(case.value["files"]), "file"))
        case "table":
            filled = sum(not is_blank(row) for row in case.value["rows"])
            return Outcome(True, _count(filled, "row"))
        case _:
            return Outcome(True, "It is there")


def _reachable(_: ReachableCheck, case: _Case) -> Outcome:
    url = case.value["url"].strip()
    if not url:
        return Outcome(False, "No link yet")
    match case.reachable.get(url):
        case None:
            return Outcome(None, "Not looked at yet")
        case True:
            return Outcome(True, "The site can open the link")
        case False:
            return Outcome(False, "The site cannot open the link")


_CHECKS: dict[str, Callable[[Any, _Case], Outcome]] = {
    "headings": _headings,
    "words": _words,
    "rows": _rows,
    "categories": _categories,
    "filled": _filled,
    "present": _present,
    "reachable": _reachable,
}
