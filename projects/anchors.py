"""Comments stay at the words and rows that they are about, also in a later round."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from projects.columns import columns_of
from skillguide.content.schema import Deliverable

CONTEXT = 40
"""So many characters on each side are kept with a quote."""

_TRIES = 2_000
"""A quote of one letter may stand anywhere; looking at each place must have an end."""


@dataclass(frozen=True)
class Anchor:
    quote: str
    before: str
    after: str


@dataclass(frozen=True)
class Place:
    """Where the words stand in a text whose white space is normalised."""

    start: int
    end: int
    exact: bool
    """Whether the words are still the same; else they changed between the same neighbours."""


def normalised(text: str) -> str:
    return " ".join(text.split())


def anchor_in(text: str, quote: str, near: int = 0) -> Anchor | None:
    """The anchor of the quote's occurrence nearest to `near`, or None if there is none."""
    text, quote = normalised(text), normalised(quote)
    if not quote:
        return None
    near = min(max(near, 0), len(text))
    places = (text.rfind(quote, 0, near + len(quote)), text.find(quote, near))
    there = [place for place in places if place >= 0]
    if not there:
        return None
    start = min(there, key=lambda place: abs(place - near))
    end = start + len(quote)
    return Anchor(quote, text[max(start - CONTEXT, 0) : start], text[end : end + CONTEXT])


def find(text: str, anchor: Anchor) -> Place | None:
    """Where the anchored words are now, or None if they cannot be told any more."""
    text = normalised(text)
    return _same(text, anchor) or _changed(text, anchor)


def _same(text: str, anchor: Anchor) -> Place | None:
    quote = anchor.quote
    if not quote:
        return None
    whole = text.find(anchor.before + quote + anchor.after)
    if whole >= 0:
        start = whole + len(anchor.before)
    else:
        start = max(
            _occurrences(text, quote),
            key=lambda place: _likeness(text, place, anchor),
            default=-1,
        )
    return Place(start, start + len(quote), exact=True) if start >= 0 else None


def _likeness(text: str, start: int, anchor: Anchor) -> int:
    end = start + len(anchor.quote)
    before = text[max(start - CONTEXT, 0) : start]
    after = text[end : end + CONTEXT]
    return _alike(before[::-1], anchor.before[::-1]) + _alike(after, anchor.after)


def _alike(one: str, other: str) -> int:
    """How many letters at the beginning are the same."""
    same = (a == b for a, b in zip(one, other, strict=False))
    return sum(takewhile(bool, same))


def _occurrences(text: str, words: str) -> Iterator[int]:
    place = text.find(words)
    for _ in range(_TRIES):
        if place < 0:
            return
        yield place
        place = text.find(words, place + 1)


def _changed(text: str, anchor: Anchor) -> Place | None:
    """Between the same neighbours; if those changed too, between the nearest of them."""
    for size in (CONTEXT, CONTEXT // 2):
        before, after = anchor.before[-size:], anchor.after[:size]
        if len(before.strip()) + len(after.strip()) < CONTEXT // 4:
            return None
        if place := _between(text, before, after, 3 * len(anchor.quote)):
            return place
    return None


def _between(text: str, before: str, after: str, most: int) -> Place | None:
    starts = _occurrences(text, before) if before else iter([0])
    for place in starts:
        start = place + len(before)
        limit = start + most
        end = text.find(after, start, limit + len(after)) if after else len(text)
        if start <= end <= limit:
            return Place(start, end, exact=False)
    return None


# ── Rows ─────────────────────────────────────────────────────────────────────────────────


def row_key(deliverable: Deliverable, row: Mapping[str, str]) -> str:
    """Names a row: by its unique column, or by everything in it."""
    columns = columns_of(deliverable)
    unique = [column.name for column in columns if column.unique]
    named = [name for name in unique if row.get(name, "").strip()][:1]
    names = named or [column.name for column in columns]
    cells = [[name, normalised(row.get(name, ""))] for name in names]
    return json.dumps(cells, ensure_ascii=False)


def find_row(deliverable: Deliverable, rows: Sequence[Mapping[str, str]], key: str) -> int | None:
    """The row's index in the list."""
    keys = (row_key(deliverable, row) for row in rows)
    return next((index for index, other in enumerate(keys) if other == key), None)
