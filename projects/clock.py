"""What happens because time passes: claims run out, decisions go out, reminders, parking.

Every part is safe to run at any time, by several processes at once, and after a pause.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import OperationalError, transaction
from django.urls import reverse
from django.utils import timezone

from projects.decisions import lapse, release
from projects.models import Round
from projects.models.rounds import NUDGED, NUDGES
from projects.news import named, page_of
from projects.states import State
from projects.steps import Refused, Step
from skillguide.learners.models import Learner
from skillguide.learners.notices import tell

NUDGE_AFTER = (timedelta(days=3), timedelta(days=7), timedelta(days=14))

PARK_AFTER = timedelta(days=28)
BATCH = 200

logger = logging.getLogger(__name__)


def tend(now: datetime | None = None) -> dict[str, int]:
    """Do all that is due; how much of each kind was done."""
    now = now or timezone.now()
    return {
        "claims returned": _each(_lapsed(now), lambda id: lapse(id, now)),
        "decisions sent": _each(_due(now), lambda id: release(id, now)),
        "reminders": sum(_nudge(now, number) for number in range(len(NUDGE_AFTER), 0, -1)),
        "parked": _each(_idle(now), lambda id: park(id, now)),
    }


def _each(ids: list[UUID], act: Callable[[UUID], None]) -> int:
    """One transaction each; what somebody else has just done is passed over.

    One that goes wrong must not keep the others from their turn.
    """
    done = 0
    for id in ids:
        try:
            act(id)
        except Refused:
            continue
        except OperationalError:
            raise
        except Exception:
            logger.exception("The clock could not go on with round %s.", id)
        else:
            done += 1
    return done


def _lapsed(now: datetime) -> list[UUID]:
    rows = Round.objects.filter(state=State.CLAIMED, lease_until__lt=now)
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _due(now: datetime) -> list[UUID]:
    rows = Round.objects.filter(state=State.SENDING, release_at__lte=now)
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _idle(now: datetime) -> list[UUID]:
    rows = Round.objects.filter(state=State.DRAFT, touched_at__lte=now - PARK_AFTER)
    return list(rows.values_list("pk", flat=True)[:BATCH])


def release_if_due(round: Round) -> Round:
    """For pages: nobody waits for the clock to come round."""
    now = timezone.now()
    if round.state == State.SENDING and round.release_at and round.release_at <= now:
        with suppress(Refused):
            release(round.pk, now)
        round.refresh_from_db()
    return round


@transaction.atomic
def park(round_id: UUID, now: datetime) -> None:
    """Put a round away that nobody has touched for four weeks. One click brings it back."""
    step = Step.begin(round_id, "park", by=None, key=uuid4())
    if step.round.touched_at > now - PARK_AFTER:
        return
    step.end(State.PARKED)
    text = f"Your work on “{named(step.round)}” is parked. Nothing is lost; open it any time."
    tell(step.round.learner, text, page_of(step.round))


def _nudge(now: datetime, number: int) -> int:
    """Remind whoever's turn it is, for the first, second or third time."""
    late = Round.objects.filter(
        state__in=NUDGED,
        touched_at__lte=now - NUDGE_AFTER[number - 1],
        nudges__lt=min(number, NUDGES),
    )
    told = 0
    for id in late.values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            rows = late.select_for_update(skip_locked=True, of=("self",), no_key=True).filter(pk=id)
            if round := rows.first():
                _remind(round, now)
                Round.objects.filter(pk=id).update(nudges=number)
                told += 1
    return told


def _remind(round: Round, now: datetime) -> None:
    days = (now - round.touched_at).days
    if round.state != State.WAITING:
        text = f"Your work on “{named(round)}” has been waiting for you for {days} days."
        tell(round.learner, text, page_of(round))
        return
    text = f"A submission to “{named(round)}” has been waiting for a review for {days} days."
    for admin in Learner.objects.filter(is_staff=True, is_active=True).exclude(pk=round.learner_id):
        tell(admin, text, reverse("projects:overview"))
