"""The queue: who may claim what, oldest first, and never one for two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from projects.models import Calibration, Event, Review, Round
from projects.states import State
from projects.steps import Refused, event_of, one_transaction
from skillguide.content.library import Library
from skillguide.content.schema import Exemplar
from skillguide.learners.models import Learner

LEASE = timedelta(minutes=45)


class NoFreeSlot(Refused):
    """The reviewer holds as many claims as anybody may."""

    def __init__(self) -> None:
        super().__init__(
            f"You can hold {settings.MOST_CLAIMS} claims at once, and you do. "
            "Finish one, or give one back."
        )


def with_exemplars(published: Library) -> Mapping[str, frozenset[str]]:
    """The projects for which reviewers are calibrated first, each with its exemplars' ids."""
    found: dict[str, set[str]] = {}
    for it in published.documents.values():
        if isinstance(it, Exemplar):
            found.setdefault(f"{it.guide}/project/{it.project}", set()).add(it.key)
    return {project: frozenset(keys) for project, keys in found.items()}


def calibrated_for(reviewer: Learner, needed: Mapping[str, frozenset[str]]) -> QuerySet[Any, Any]:
    """The projects of which this reviewer has tried every exemplar, as a query of one column."""
    tried, enough = Q(), Q()
    for project, keys in sorted(needed.items()):
        tried |= Q(content_id=project, exemplar__in=sorted(keys))
        enough |= Q(content_id=project, tried=len(keys))
    rows = Calibration.objects.filter(tried, reviewer=reviewer).values("content_id")
    return rows.annotate(tried=Count("exemplar", distinct=True)).filter(enough).values("content_id")


def open_to(reviewer: Learner, published: Library, now: datetime) -> QuerySet[Round]:
    """What this reviewer may claim, oldest first: nothing of their own, nothing judged before."""
    judged = Review.objects.filter(round=OuterRef("pk"), reviewer=reviewer, sent_at__isnull=False)
    rows = Round.objects.queued(now).exclude(learner=reviewer).exclude(Exists(judged))
    if not (needed := with_exemplars(published)):
        return rows
    return rows.filter(
        ~Q(content_id__in=sorted(needed)) | Q(content_id__in=calibrated_for(reviewer, needed))
    )


def claim_next(
    reviewer: Learner, published: Library, *, key: UUID, only: Mapping[str, Any] | None = None
) -> Round | None:
    """Claim the oldest that is open to this reviewer; None when there is none.

    `only` narrows the queue as the desk's filters do. Rows that others are claiming are skipped.
    """
    now = timezone.now()
    rows = open_to(reviewer, published, now).filter(**(only or {}))
    return _first_of(rows, reviewer, now, key)


def claim(round_id: UUID, reviewer: Learner, published: Library, *, key: UUID) -> Round:
    """Claim this one; `Refused` when somebody else was quicker."""
    now = timezone.now()
    rows = open_to(reviewer, published, now).filter(pk=round_id)
    if round := _first_of(rows, reviewer, now, key):
        return round
    raise Refused("Somebody else has just claimed it, or it was withdrawn. Take another one.")


def _first_of(rows: QuerySet[Round], reviewer: Learner, now: datetime, key: UUID) -> Round | None:
    """Claim the first. A key that comes again gets what it got."""
    try:
        round = _claim_first(rows, reviewer, now, key)
    except Refused:
        if before := _claimed_before(reviewer, key):
            return before
        raise
    return round or _claimed_before(reviewer, key)


@one_transaction
def _claim_first(
    rows: QuerySet[Round], reviewer: Learner, now: datetime, key: UUID
) -> Round | None:
    round = _locked(rows, reviewer).first()
    return _claimed(round, reviewer, now, key) if round else None


def _locked(rows: QuerySet[Round], reviewer: Learner) -> QuerySet[Round]:
    held = Round.objects.held_by(reviewer).values("slot")
    rows = rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return rows.annotate(held=ArraySubquery(held))


def _claimed(round: Any, reviewer: Learner, now: datetime, key: UUID) -> Round:
    """Give it a free slot. Two claims at once for one slot: the database refuses one of them."""
    taken = set(_others(round, reviewer))
    free = sorted(set(range(1, settings.MOST_CLAIMS + 1)) - taken)
    if not free or len(taken) >= settings.MOST_CLAIMS:
        raise NoFreeSlot
    events = [*_lapse(round), event_of(round, "claim", reviewer, key, State.CLAIMED)]
    round.state, round.reviewer, round.slot = State.CLAIMED, reviewer, free[0]
    round.lease_until = now + LEASE
    round.save(update_fields=["state", "reviewer", "slot", "lease_until"])
    Event.objects.bulk_create(events)
    Review.objects.bulk_create([_review(round, reviewer)], ignore_conflicts=True)
    return round  # type: ignore[no-any-return]


def _lapse(round: Any) -> Iterator[Event]:
    """What the clock would have recorded of a claim that ran out."""
    if round.state == State.CLAIMED:
        holder = round.reviewer_id
        yield event_of(round, "lapse", None, uuid4(), State.WAITING, reviewer=holder)
        round.state = State.WAITING


def _others(round: Any, reviewer: Learner) -> Iterable[int]:
    """The slots that are taken, without the one that this very round takes already."""
    own = round.slot if round.reviewer_id == reviewer.pk else None
    return [slot for slot in round.held if slot != own]


def _review(round: Round, reviewer: Learner) -> Review:
    return Review(
        round=round,
        learner_id=round.learner_id,
        reviewer=reviewer,
        on_appeal=round.appealed_at is not None,
    )


def _claimed_before(reviewer: Learner, key: UUID) -> Round | None:
    event = Event.objects.filter(actor=reviewer, key=key).select_related("round").first()
    return event.round if event else None


def place_of(round: Round) -> int:
    """How many wait before it, counted up to a thousand, and itself."""
    before = Round.objects.queued(timezone.now()).filter(
        # Said twice: the index finds its way by the date alone.
        Q(queued_at__lte=round.queued_at),
        Q(queued_at__lt=round.queued_at) | Q(queued_at=round.queued_at, id__lt=round.id),
    )
    return before[:1000].count() + 1
