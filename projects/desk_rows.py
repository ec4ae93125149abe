"""The rows of the desk's lists, read without the work itself, which may be large."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Exists, F, OuterRef, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import is_aware, localtime

from projects.documents import published as published_as
from projects.models import Review, Round, SecondReading
from projects.queue import calibrated_for, with_exemplars
from projects.states import IN_REVIEW, State
from skillguide.content.library import Library
from skillguide.content.schema import Level
from skillguide.editions.shelf import library
from skillguide.learners.models import Learner

PAGE = 25
MOST_OWN = 50
MOST_OTHERS = 10
FIELDS = (
    "id",
    "content_id",
    "number",
    "state",
    "digest",
    "handed_in_at",
    "queued_at",
    "appealed_at",
    "lease_until",
    "release_at",
    "reviewer_id",
)


@dataclass(frozen=True)
class DeskRow:
    """One round in a list."""

    id: UUID
    content_id: str
    number: int
    state: str
    digest: str
    handed_in_at: datetime
    queued_at: datetime
    appealed_at: datetime | None
    lease_until: datetime | None
    release_at: datetime | None
    reviewer_id: int | None
    learner_name: str
    learner_email: str
    begun: bool
    """Somebody has begun to review it."""
    part: str
    """Which list it stands in: `queue`, `own`, `checking` or `again`."""
    reading: UUID | None
    """The second reading, if that is what it waits for."""

    @property
    def title(self) -> str:
        project = published_as(self.content_id)
        return project.title if project else self.content_id.rpartition("/")[2]

    @property
    def level(self) -> Level | None:
        if not (project := published_as(self.content_id)):
            return None
        return library().guides[project.guide].levels.get(f"project/{project.key}")

    @property
    def learner(self) -> str:
        """Empty where the review is blind, or may have been when the work was handed in."""
        project = published_as(self.content_id)
        if project is None or project.blind or project.digest != self.digest:
            return ""
        return self.learner_name or self.learner_email.partition("@")[0]

    @property
    def reason(self) -> str:
        """Why it stands in its list."""
        handed_in = f"anded in on {_day(self.handed_in_at)}"
        plain = f"Round {self.number}, h{handed_in}" if self.number > 1 else f"H{handed_in}"
        if self.part != "queue":
            return plain
        if self.appealed_at:
            return f"Appeal of {_day(self.appealed_at)}. {plain}"
        if self.state == State.CLAIMED:
            return f"Back in the queue: a claim ran out. {plain}"
        if self.begun:
            return f"Back in the queue: a review was begun and given back. {plain}"
        return plain

    @property
    def has_lapsed(self) -> bool:
        return self.lease_until is not None and self.lease_until < timezone.now()

    def is_held_by(self, reviewer: Learner) -> bool:
        return self.state == State.CLAIMED and self.reviewer_id == reviewer.pk

    @property
    def key(self) -> UUID:
        """For the form of one row."""
        return uuid4()

    @property
    def place(self) -> str:
        """Its place in the queue's order, for the address of the next page."""
        return f"{self.queued_at.isoformat()}_{self.id}"


def _day(at: datetime) -> str:
    return date_format(localtime(at), "j F")


def place_in(text: str) -> tuple[datetime, UUID] | None:
    """
    >>> place_in("yesterday") is None
    True
    """
    at, _, id = text.partition("_")
    try:
        moment = parse_datetime(at)
        return (moment, UUID(id)) if moment and is_aware(moment) else None
    except ValueError:
        return None


def queue_rows(rows: QuerySet[Round], after: tuple[datetime, UUID] | None) -> list[DeskRow]:
    """One more than a page holds, so that it is known whether there are more."""
    if after:
        at, id = after
        later = Q(queued_at__gt=at) | Q(queued_at=at, id__gt=id)
        rows = rows.filter(later, queued_at__gte=at)
    return [DeskRow(**it) for it in _values(rows, "queue")[: PAGE + 1]]


def _values(rows: QuerySet[Any, Any], part: str, reading: str = "") -> QuerySet[Any, Any]:
    """With one query's columns in one order, so that several can be put together."""
    begun = Review.objects.filter(round=OuterRef("pk"), sent_at__isnull=True)
    return rows.values(
        *FIELDS,
        learner_name=F("learner__name"),
        learner_email=F("learner__email"),
        begun=Exists(begun),
        part=Value(part),
        reading=Cast(F(reading) if reading else Value(None), UUIDField()),
    )


def own_rows(reviewer: Learner, now: datetime) -> list[DeskRow]:
    """What one has begun, what waits for a second reader, and second readings; one query."""
    unsent = Review.objects.filter(
        Q(reviewer=reviewer) | Q(checked_by=reviewer, round__state=State.SENDING),
        sent_at__isnull=True,
    )
    own = Round.objects.filter(pk__in=unsent.values("round"), state__in=IN_REVIEW)
    checking = Round.objects.filter(state=State.CHECKING)
    judged = Review.objects.sent().filter(round=OuterRef("pk"), reviewer=reviewer)
    checking = checking.exclude(learner=reviewer).exclude(reviewer=reviewer).exclude(Exists(judged))
    readings = SecondReading.objects.open_to(reviewer, now)[:MOST_OTHERS]
    again = Round.objects.filter(second_reading__in=readings.values("pk"))
    parts = [
        _values(own, "own").order_by("queued_at")[:MOST_OWN],
        _values(checking, "checking").order_by("queued_at")[:MOST_OTHERS],
        _values(again, "again", "second_reading__id"),
    ]
    return [DeskRow(**it) for it in parts[0].union(*parts[1:], all=True)]


def uncalibrated(reviewer: Learner, published: Library, now: datetime) -> QuerySet[Round]:
    """What waits in the queues of projects whose exemplars this reviewer has not all tried."""
    needed = with_exemplars(published)
    rows = Round.objects.queued(now).exclude(learner=reviewer)
    if not needed:
        return rows.none()
    rows = rows.filter(content_id__in=sorted(needed))
    return rows.exclude(content_id__in=calibrated_for(reviewer, needed))
