"""How long others took, and how long a review takes at present, from what happened lately."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Q
from django.utils import timezone

from projects.models import Round
from projects.models.rounds import RoundQuerySet
from projects.states import DECIDED, IN_REVIEW
from projects.waiting import FEWEST, Range, Wait, in_words, percentile, wait_range

T = TypeVar("T")

WINDOW = timedelta(days=28)
OLDEST = timedelta(days=120)
"""Work that was handed in before is not looked at, even if it still waits."""
MOST_ROWS = 2_000
KEPT_SECONDS = 300
UNKNOWN = "Too few reviews lately to say how long it takes."


@dataclass(frozen=True)
class Effort:
    """What most learners needed for a project: the middle three fifths of them."""

    answers: int
    hours: tuple[float, float, float]
    """The low end, the median, the high end."""
    days: tuple[float, float, float]
    """From starting to handing in."""


class _Kept:
    """What this process has worked out, for a few minutes. Asking twice at once does no harm."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], tuple[float, object]] = {}

    def get(self, kind: str, content_id: str, work_out: Callable[[str], T]) -> T:
        now = time.monotonic()
        at, value = self.found.get((kind, content_id), (float("-inf"), None))
        if now - at > KEPT_SECONDS:
            value = work_out(content_id)
            self.found[kind, content_id] = (now, value)
        return value  # type: ignore[return-value]


_kept = _Kept()


def reviews_take(content_id: str) -> str:
    """A sentence for people who wait, or will."""
    return _kept.get("waits", content_id, _reviews_take)


def effort_of(content_id: str) -> Effort | None:
    """None while too few have told."""
    return _kept.get("effort", content_id, _effort)


def _reviews_take(content_id: str) -> str:
    now = timezone.now()
    for rows, whose in (
        (Round.objects.filter(content_id=content_id), ""),
        (Round.objects.all(), ", of all projects"),
    ):
        waits = waits_of(rows, now)
        if found := wait_range(waits):
            return _sentence(found, len(waits), whose)
    return UNKNOWN


def _sentence(found: Range, number: int, whose: str) -> str:
    return (
        f"Reviews take {in_words(found)} at present (from {number:,} of the last "
        f"{WINDOW.days} days{whose}, those still waiting counted in)."
    )


def waits_of(rows: RoundQuerySet, now: datetime) -> list[Wait]:
    """The waits that ended lately, and those that have not ended. At most two thousand, newest."""
    lately = Q(state__in=sorted(DECIDED), decided_at__gte=now - WINDOW)
    found = (
        rows.filter(lately | Q(state__in=sorted(IN_REVIEW)), handed_in_at__gte=now - OLDEST)
        .order_by("-handed_in_at")
        .values_list("state", "queued_at", "decided_at")
    )
    newest = found[:MOST_ROWS]
    return [_wait(state, start, end, now) for state, start, end in newest if start]


def _wait(state: str, queued_at: datetime, decided_at: datetime | None, now: datetime) -> Wait:
    """An appeal waits from the day it was made; an earlier decision does not end it."""
    over = state in DECIDED
    end = decided_at if over and decided_at else now
    return Wait(max((end - queued_at).total_seconds(), 0) / 3600, over)


def _effort(content_id: str) -> Effort | None:
    told = Round.objects.filter(
        content_id=content_id, number=1, handed_in_at__isnull=False, hours__isnull=False
    ).order_by("-handed_in_at")
    rows = list(told.values_list("hours", "started_at", "first_handed_in_at")[:MOST_ROWS])
    if len(rows) < FEWEST:
        return None
    days = [(end - start).total_seconds() / 86_400 for _, start, end in rows if end]
    hours = [float(it) for it, _, _ in rows if it is not None]
    return Effort(len(rows), _spread(hours), _spread(days))


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = (percentile(values, p) or 0.0 for p in (20, 50, 80))
    return low, middle, high
