"""What reviewers do with a round that they have claimed, up to the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import SystemRandom
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from projects.models import Decision, Event, Review, Round, SecondReading
from projects.news import tell_about_decision, tell_about_hand_over, tell_second_readers
from projects.queue import LEASE
from projects.states import State
from projects.steps import Refused, Step, one_transaction
from skillguide.content.schema import Project
from skillguide.learners.drafts import Saved, Value, save_draft
from skillguide.learners.models import Draft, Learner

UNDO = timedelta(seconds=settings.UNDO_SECONDS)


GIVEN = 1000
"""Slots from here on are for what is given to a reviewer: nobody who claims asks for them."""
_random = SystemRandom()

NOT_YOURS = "Your claim on it has ended. What you wrote is kept; claim it again to go on."


def _require_holder(round: Round, by: Learner) -> None:
    if round.reviewer_id != by.pk:
        raise Refused(NOT_YOURS)


@transaction.atomic
def save_review(
    review: Review, by: Learner, given: Mapping[str, tuple[Value, int]], *, tab: str = ""
) -> tuple[dict[str, Saved], bool]:
    """Keep what a reviewer types, and renew the claim. Also says whether it is still theirs.

    Words that come when the claim has ended are kept for the day the reviewer claims it again.
    """
    round = Round.objects.select_for_update(no_key=True).get(pk=review.round_id)
    held = round.is_held_by(by)
    saved = {
        name: save_draft(by, review.draft_name(name), value, base=base, tab=tab)
        for name, (value, base) in sorted(given.items())
    }
    if held:
        Round.objects.filter(pk=round.pk).update(lease_until=timezone.now() + LEASE)
    return saved, held


def renew(round: Round, by: Learner) -> bool:
    """Whatever a reviewer does keeps the claim for another while."""
    rows = Round.objects.held_by(by).filter(pk=round.pk)
    return bool(rows.update(lease_until=timezone.now() + LEASE))


def _locked_review(round: Round) -> Review:
    rows = Review.objects.select_for_update(no_key=True)
    return rows.get(round=round, reviewer=round.reviewer_id)


def _freed(round: Round) -> None:
    round.reviewer = round.slot = round.lease_until = None


@one_transaction
def give_back(round_id: UUID, *, by: Learner, key: UUID) -> Round:
    """Return it to its place in the queue. The draft of the review is kept."""
    step = Step.begin(round_id, "give_back", by=by, key=key)
    if step.repeated:
        return step.round
    _require_holder(step.round, by)
    _freed(step.round)
    return step.end(State.WAITING)


@transaction.atomic
def lapse(round_id: UUID, now: datetime) -> None:
    """Return a claim whose time has run out; nothing happens if it was renewed meanwhile."""
    step = Step.begin(round_id, "lapse", by=None, key=uuid4())
    if step.round.lease_until and step.round.lease_until < now:
        reviewer = step.round.reviewer_id
        _freed(step.round)
        step.end(State.WAITING, reviewer=reviewer)


def is_closed_to(round: Round, reviewer: Learner) -> bool:
    """It is their own work, or they have begun or sent a review of it: nobody is told which."""
    reviewed = Review.objects.filter(round=round, reviewer=reviewer)
    return reviewer.pk == round.learner_id or reviewed.exists()


@one_transaction
def hand_over(round_id: UUID, to: Learner, *, by: Learner, key: UUID) -> Round:
    """Give a claim, with all that was written for it, to another reviewer."""
    step = Step.begin(round_id, "hand_over", by=by, key=key)
    if step.repeated:
        return step.round
    _require_holder(step.round, by)
    review = Review.objects.get(round=step.round, reviewer=by)
    if Review.objects.filter(round=step.round, reviewer=to).exists():
        raise Refused(f"{to} has begun a review of it before. Give it back; {to} can claim it.")
    _give(step.round, to)
    Review.objects.filter(pk=review.pk).update(reviewer=to, checked_by=None)
    _copy_drafts(review, by, to)
    tell_about_hand_over(step.round, to)
    return step.end(State.CLAIMED, to=to.pk)


@one_transaction
def assign(round_id: UUID, to: Learner, *, by: Learner, key: UUID) -> Round:
    """An admin gives it to a reviewer, whoever has it now; that one's draft is kept."""
    step = Step.begin(round_id, "assign", by=by, key=key)
    if step.repeated:
        return step.round
    _give(step.round, to)
    Review.objects.get_or_create(
        round=step.round,
        reviewer=to,
        defaults={
            "learner_id": step.round.learner_id,
            "on_appeal": step.round.appealed_at is not None,
        },
    )
    tell_about_hand_over(step.round, to)
    return step.end(State.CLAIMED, to=to.pk)


def _give(round: Round, to: Learner) -> None:
    """To somebody who may have it, beyond their own limit if need be."""
    if to.pk == round.learner_id:
        raise Refused("Nobody reviews their own work.")
    if not (to.is_active and (to.is_reviewer or to.is_staff)):
        raise Refused(f"{to} is no reviewer.")
    if Review.objects.filter(round=round, reviewer=to, sent_at__isnull=False).exists():
        raise Refused(f"{to} has judged this round before. Choose somebody else.")
    Learner.objects.select_for_update(no_key=True).get(pk=to.pk)
    taken = set(Round.objects.held_by(to).exclude(pk=round.pk).values_list("slot", flat=True))
    round.slot = next(slot for slot in count(GIVEN) if slot not in taken)
    round.reviewer, round.lease_until = to, timezone.now() + LEASE


def _copy_drafts(review: Review, before: Learner, now: Learner) -> None:
    """Over what the other wrote when it was theirs before, if it was."""
    theirs = Draft.objects.of(now).below(f"review/{review.id}")
    versions = dict(theirs.values_list("name", "version"))
    for draft in Draft.objects.of(before).below(f"review/{review.id}"):
        if draft.value is not None:
            save_draft(now, draft.name, draft.value, base=versions.get(draft.name, 0))


@dataclass(frozen=True)
class Verdict:
    """What a reviewer has come to."""

    decision: Decision
    scores: Mapping[str, Any]
    summary: str
    reason: str = ""
    wants_second_reader: bool = False


@one_transaction
def decide(round_id: UUID, verdict: Verdict, project: Project, *, by: Learner, key: UUID) -> Round:
    """Send the review: to the second reader, or to the learner when it can no longer be undone."""
    step = Step.begin(round_id, "decide", by=by, key=key)
    if step.repeated:
        return step.round
    round = step.round
    _require_holder(round, by)
    review = _locked_review(round)
    review.decision, review.scores = verdict.decision, dict(verdict.scores)
    review.summary, review.reason = verdict.summary, verdict.reason
    review.on_appeal = round.appealed_at is not None
    review.decided_at, review.check_note, review.checked_by = timezone.now(), "", None
    review.save()
    round.slot = round.lease_until = None
    if verdict.wants_second_reader or project.second_reader:
        tell_second_readers(round, by)
        return step.end(State.CHECKING, decision=verdict.decision)
    round.release_at = timezone.now() + UNDO
    return step.end(State.SENDING, decision=verdict.decision)


@one_transaction
def pass_on(round_id: UUID, *, by: Learner, key: UUID) -> Round:
    """The second reader agrees: it goes to the learner."""
    step = Step.begin(round_id, "pass_on", by=by, key=key)
    if step.repeated:
        return step.round
    review = _review_to_check(step.round, by)
    review.checked_by = by
    review.save(update_fields=["checked_by"])
    step.round.release_at = timezone.now() + UNDO
    return step.end(State.SENDING, decision=review.decision)


@one_transaction
def send_back(round_id: UUID, note: str, *, by: Learner, key: UUID) -> Round:
    """The second reader wants something changed: it is the reviewer's again."""
    step = Step.begin(round_id, "send_back", by=by, key=key)
    if step.repeated:
        return step.round
    review = _review_to_check(step.round, by)
    review.checked_by, review.check_note = by, note
    review.decided_at, review.decision = None, ""
    review.save(update_fields=["checked_by", "check_note", "decided_at", "decision"])
    _give(step.round, review.reviewer)
    tell_about_hand_over(step.round, review.reviewer)
    return step.end(State.CLAIMED)


def _review_to_check(round: Round, by: Learner) -> Review:
    if by.pk in (round.learner_id, round.reviewer_id):
        raise Refused("The second reader is somebody else than learner and reviewer.")
    if Review.objects.sent().filter(round=round, reviewer=by).exists():
        raise Refused("You have judged this round before. Somebody else reads it now.")
    return Review.objects.select_for_update(no_key=True).get(
        round=round, reviewer=round.reviewer_id
    )


@one_transaction
def undo(round_id: UUID, *, by: Learner, key: UUID) -> Round:
    """Take a decision back, as long as the learner has not got it."""
    step = Step.begin(round_id, "undo", by=by, key=key)
    if step.repeated:
        return step.round
    round = step.round
    review = Review.objects.select_for_update(no_key=True).get(
        round=round, reviewer=round.reviewer_id
    )
    if by.pk not in (review.reviewer_id, review.checked_by_id):
        raise Refused("Only who sent it can take it back.")
    if round.release_at and round.release_at <= timezone.now():
        raise Refused("It is too late to undo it; the learner has it.")
    review.decided_at, review.decision = None, ""
    review.save(update_fields=["decided_at", "decision"])
    round.release_at = None
    _give(round, review.reviewer)
    return step.end(State.CLAIMED)


@transaction.atomic
def release(round_id: UUID, now: datetime) -> None:
    """Give the learner a decision whose time has come; once, whoever asks for it."""
    step = Step.begin(round_id, "release", by=None, key=uuid4())
    round = step.round
    if round.release_at is None or round.release_at > now:
        return
    review = Review.objects.select_for_update(no_key=True).get(
        round=round, reviewer=round.reviewer_id
    )
    review.sent_at = now
    review.save(update_fields=["sent_at"])
    round.release_at = None
    round.decided_at = round.touched_at = now
    round.nudges = 0
    step.end(State(review.decision), decision=review.decision, reviewer=review.reviewer_id)
    _maybe_read_twice(round, review)
    tell_about_decision(round, review)


def _maybe_read_twice(round: Round, review: Review) -> None:
    scored = {id: it["score"] for id, it in review.scores.items() if it.get("score") is not None}
    if scored and _random.random() < settings.READ_TWICE:
        SecondReading.objects.get_or_create(
            round=round,
            defaults={
                "learner_id": round.learner_id,
                "first_reviewer_id": review.reviewer_id,
                "first_scores": scored,
            },
        )


def record_of(round: Round) -> list[Event]:
    """Everything that happened to a round, oldest first."""
    return list(round.events.select_related("actor").order_by("id"))
