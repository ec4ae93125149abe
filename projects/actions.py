"""What learners do with a round. Each is one transaction, and safe to repeat under its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from projects.models import Comment, Reply, Review, Round, Submission
from projects.models.rounds import NUDGES
from projects.states import State
from projects.steps import Refused, Step, event_of, one_transaction
from projects.values import fits
from skillguide.content.schema import Project
from skillguide.editions.shelf import library
from skillguide.learners.drafts import Saved, Value, save_draft
from skillguide.learners.models import Draft, Learner

APPEALED = frozenset([State.CHANGES, State.UNASSESSABLE])


@one_transaction
def start(learner: Learner, project: Project, *, key: UUID) -> Round:
    """Begin the project; whoever has begun it gets what there is."""
    submission = submission_to(learner, project) or _new_submission(learner, project)
    Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
    if round := submission.rounds.order_by("number").last():
        return round
    return _new_round(submission, 1, project.digest, key)


def submission_to(learner: Learner | AnonymousUser, project: Project) -> Submission | None:
    """The learner's work on a project, or on one whose place it took."""
    olds = library().replaced.get(project.content_id, ())
    rows = Submission.objects.of(learner).filter(content_id__in=[project.content_id, *olds])
    return rows.order_by("started_at").last()


def _new_submission(learner: Learner, project: Project) -> Submission:
    made, _ = Submission.objects.get_or_create(learner=learner, content_id=project.content_id)
    return made


@one_transaction
def next_round(before: Round, project: Project, *, by: Learner, key: UUID) -> Round:
    """Go on from a round that was decided: its words are the first draft of the next one."""
    submissions = Submission.objects.select_for_update(no_key=True)
    submissions.get(pk=before.submission_id, learner=by)
    rounds = Round.objects.select_for_update(no_key=True).filter(submission=before.submission_id)
    last = rounds.order_by("number").last()
    if last is None or last.pk != before.pk:
        return last or before
    if last.state not in APPEALED:
        raise Refused("A new round begins when changes were requested.")
    Round.objects.filter(pk=last.pk).update(nudges=NUDGES)  # its turn is over
    round = _new_round(last.submission, last.number + 1, project.digest, key)
    for name, value in _first_drafts(last):
        save_draft(by, round.draft_name(name), value, base=0)
    return round


def _new_round(submission: Submission, number: int, digest: str, key: UUID) -> Round:
    round = Round(
        submission=submission,
        learner_id=submission.learner_id,
        content_id=submission.content_id,
        number=number,
        digest=digest,
    )
    event = event_of(round, "start", submission.learner, key, State.DRAFT)
    round.save(force_insert=True)
    event.save(force_insert=True)
    return round


def _first_drafts(last: Round) -> list[tuple[str, Value]]:
    """The work and the ticks; the scores and the wish are for each round anew."""
    work = [(f"work.{id}", value) for id, value in last.work.items()]
    ticks = [
        (f"tick.{id}", {"ticked": it["ticked"], "evidence": it["evidence"]})
        for id, it in last.checklist.items()
        if "ticked" in it
    ]
    return [*work, *ticks]


@transaction.atomic
def save_fields(
    round_id: UUID, learner: Learner, given: Mapping[str, tuple[Value, int]], *, tab: str = ""
) -> dict[str, Saved]:
    """Keep fields of a round that is being written: field → its value and the version it is over.

    When the round is no longer being written the words are kept beside, as earlier drafts.
    """
    round = Round.objects.select_for_update(no_key=True).get(pk=round_id, learner=learner)
    late = round.state != State.DRAFT
    saved = {
        name: save_draft(learner, round.draft_name(name), value, base=base, tab=tab, aside=late)
        for name, (value, base) in sorted(given.items())
    }
    if not late:
        Round.objects.filter(pk=round.pk).update(touched_at=timezone.now(), nudges=0)
    return saved


@dataclass(frozen=True)
class HandedIn:
    """What is handed in, beside the work itself."""

    checklist: Mapping[str, Any]
    self_scores: Mapping[str, Any]
    wish: str
    hours: Decimal | None = None
    work: Mapping[str, Any] = field(default_factory=dict)
    """As it was checked: refused if a draft has changed since."""


@one_transaction
def hand_in(round_id: UUID, given: HandedIn, project: Project, *, by: Learner, key: UUID) -> Round:
    """Copy the drafts into the round and put it at the end of the queue."""
    step = Step.begin(round_id, "hand_in", by=by, key=key)
    if step.repeated:
        return step.round
    round = step.round
    work = work_of(by, round, project)
    if work != given.work:
        raise Refused("Something was changed in another tab meanwhile. Look at it and try again.")
    round.work, round.checklist, round.self_scores = work, given.checklist, given.self_scores
    round.wish, round.hours = given.wish, given.hours
    round.digest = project.digest
    now = timezone.now()
    round.first_handed_in_at = round.first_handed_in_at or now
    round.handed_in_at = round.queued_at = round.touched_at = now
    round.nudges = 0
    return step.end(State.WAITING)


def work_of(learner: Learner, round: Round, project: Project) -> dict[str, Any]:
    """The deliverables as they are drafted now."""
    drafts = Draft.objects.of(learner).below(f"round/{round.id}").by_field()
    return {
        it.id: value
        for it in project.deliverables
        if (draft := drafts.get(f"work.{it.id}")) and (value := draft.value) and fits(it, value)
    }


@one_transaction
def withdraw(round_id: UUID, *, by: Learner, key: UUID) -> Round:
    """Take it back, as long as nobody has claimed it."""
    step = Step.begin(round_id, "withdraw", by=by, key=key)
    if step.repeated:
        return step.round
    if step.round.appealed_at:
        raise Refused("An appeal cannot be taken back; its answer comes to you.")
    step.round.touched_at, step.round.nudges = timezone.now(), 0
    return step.end(State.DRAFT)


@one_transaction
def appeal(round_id: UUID, reason: str, *, by: Learner, key: UUID) -> Round:
    """Ask another reviewer, once a round."""
    step = Step.begin(round_id, "appeal", by=by, key=key)
    if step.repeated:
        return step.round
    round = step.round
    last = Round.objects.filter(submission=round.submission_id).aggregate(last=Max("number"))
    if round.appealed_at:
        raise Refused("A round can be appealed against once, and this one was.")
    if last["last"] != round.number:
        raise Refused("You have begun a new round, so this one can no longer be appealed against.")
    round.appeal = reason
    round.appealed_at = round.queued_at = round.touched_at = timezone.now()
    round.reviewer, round.nudges = None, 0
    return step.end(State.WAITING)


@one_transaction
def reopen(round_id: UUID, *, by: Learner, key: UUID) -> Round:
    """Go on with a parked round."""
    step = Step.begin(round_id, "reopen", by=by, key=key)
    if step.repeated:
        return step.round
    step.round.touched_at, step.round.nudges = timezone.now(), 0
    return step.end(State.DRAFT)


@transaction.atomic
def reply(comment: Comment, author: Learner, text: str, *, settles: bool, key: UUID) -> Reply:
    """Answer a comment, or say that it is dealt with. The key is the reply's id."""
    made, _ = Reply.objects.get_or_create(
        id=key, defaults={"comment": comment, "author": author, "text": text, "settles": settles}
    )
    return made


def reviews_for_learner(round: Round) -> list[Review]:
    """What the learner may see of a round's reviews, in order."""
    return list(round.reviews.sent().order_by("sent_at"))
