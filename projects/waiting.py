"""How long a review takes, told honestly: work that still waits counts as well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor

FEWEST = 5
"""Finished reviews without which nothing is said."""


@dataclass(frozen=True)
class Wait:
    hours: float
    over: bool
    """False while the work still waits."""


@dataclass(frozen=True)
class Range:
    low: float
    high: float | None
    """In hours; None when too many still wait to know."""


def wait_range(waits: Sequence[Wait]) -> Range | None:
    """Between which times the middle three fifths wait, by Kaplan and Meier's estimate."""
    if sum(wait.over for wait in waits) < FEWEST:
        return None
    curve = _curve(waits)
    low = _point(curve, 0.2)
    if low is None:
        return Range(max(wait.hours for wait in waits), None)
    return Range(low, _point(curve, 0.8))


def _curve(waits: Iterable[Wait]) -> list[tuple[float, float]]:
    """The share that is reviewed by each time. Of equal times, those that are over come first."""
    ordered = sorted(waits, key=lambda wait: (wait.hours, not wait.over))
    waiting = 1.0
    curve = []
    for number, wait in enumerate(ordered):
        if wait.over:
            waiting *= 1 - 1 / (len(ordered) - number)
            curve.append((wait.hours, 1 - waiting))
    return curve


def _point(curve: Iterable[tuple[float, float]], share: float) -> float | None:
    return next((hours for hours, done in curve if done >= share - 1e-9), None)


_UNITS = ((48, 1, "hour"), (21 * 24, 24, "day"), (float("inf"), 7 * 24, "week"))


def in_words(range: Range) -> str:
    """
    >>> in_words(Range(40, 110)), in_words(Range(600, None)), in_words(Range(0.2, 0.5))
    ('1 to 5 days', 'more than 3 weeks', 'up to 1 hour')
    """
    if range.high is None:
        size, unit = _unit(range.low)
        number = floor(range.low / size)
        return f"more than {_count(number, unit)}" if number else "an hour or more"
    size, unit = _unit(range.high)
    low, high = floor(range.low / size), max(ceil(range.high / size), 1)
    if low == 0:
        return f"up to {_count(high, unit)}"
    return f"about {_count(high, unit)}" if low == high else f"{low} to {high} {unit}s"


def _unit(hours: float) -> tuple[int, str]:
    return next((size, unit) for most, size, unit in _UNITS if hours < most)


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def percentile(values: Iterable[float], p: float) -> float | None:
    """
    The value below which `p` percent lie, between two values if need be.

    >>> percentile([1, 2, 3, 4], 50), percentile([], 90)
    (2.5, None)
    """
    ordered = sorted(values)
    if not ordered:
        return None
    place = (len(ordered) - 1) * p / 100
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
