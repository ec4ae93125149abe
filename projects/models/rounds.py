"""A learner's work on one project, in rounds."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from projects.states import DECIDED, IN_REVIEW, WITH_THE_LEARNER, State
from skillguide.learners.models import CONTENT_ID, Learner

QUEUED = (State.WAITING, State.CLAIMED)
"""What the queue's indexes hold: a claim that ran out is in the queue again, unsaid."""

NUDGED = (State.DRAFT, State.WAITING, State.CHANGES)
NUDGES = 3
"""Reminders about one round, at the most."""


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of(self, learner: Learner | AnonymousUser) -> Self:
        return self.filter(learner=learner) if isinstance(learner, Learner) else self.none()


class Submission(models.Model):
    """One learner's work on one project. Its rounds hold the work itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="submissions")
    content_id = models.CharField(max_length=200)
    started_at = models.DateTimeField(default=timezone.now)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["content_id"], name="submissions_content_id")]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "content_id"], name="one_submission_per_learner_and_project"
            ),
            models.CheckConstraint(
                condition=Q(content_id__regex=CONTENT_ID),
                name="submission_content_id_is_guide_kind_and_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.content_id}"


class RoundQuerySet(models.QuerySet["Round"]):
    def of(self, learner: Learner | AnonymousUser) -> Self:
        return self.filter(learner=learner) if isinstance(learner, Learner) else self.none()

    def queued(self, now: datetime) -> Self:
        """Waiting, or claimed by somebody whose time has run out; oldest first."""
        return self.filter(
            Q(state=State.WAITING) | Q(lease_until__lt=now), state__in=QUEUED
        ).order_by("queued_at", "id")

    def held_by(self, reviewer: Learner) -> Self:
        return self.filter(state=State.CLAIMED, reviewer=reviewer)

    def decided(self) -> Self:
        return self.filter(state__in=DECIDED)


class Round(models.Model):
    """One time of handing in: the work as it was given, and where it is on its way.

    While it is being written the words are drafts (`skillguide.learners`); handing in copies them
    here, where they never change again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="rounds")
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="rounds")
    """The submission's, here as well so that the database can keep reviewers off their own work."""
    content_id = models.CharField(max_length=200)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    digest = models.CharField(max_length=64)
    """The wording of the project, its checklist and rubric, that this round goes by."""
    started_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    """When the one whose turn it is last did something."""
    nudges = models.PositiveSmallIntegerField(default=0)
    """How many reminders went out since then."""

    work = models.JSONField(default=dict)
    """As handed in: deliverable id → value (see `projects.values`)."""
    checklist = models.JSONField(default=dict)
    """As handed in, by item: `{"ok": bool | None, "words": str}` if the site found it out, else
    `{"ticked": bool, "evidence": str}`."""
    self_scores = models.JSONField(default=dict)
    """As handed in: criterion id → `{"score": int, "reason": str}`."""
    wish = models.TextField(blank=True)
    """What the learner wants feedback on."""
    hours = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    """How long the work took, in the learner's own word."""
    first_handed_in_at = models.DateTimeField(null=True, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    """What the queue is ordered by."""

    reviewer = models.ForeignKey(
        Learner, on_delete=models.PROTECT, null=True, blank=True, related_name="claims"
    )
    slot = models.PositiveSmallIntegerField(null=True, blank=True)
    """Which of a reviewer's few places this claim takes."""
    lease_until = models.DateTimeField(null=True, blank=True)
    release_at = models.DateTimeField(null=True, blank=True)
    """Until when a decision can be undone."""
    decided_at = models.DateTimeField(null=True, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    appeal = models.TextField(blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["queued_at", "id"], condition=Q(state__in=QUEUED), name="the_queue"
            ),
            models.Index(
                fields=["content_id", "queued_at"],
                condition=Q(state__in=QUEUED),
                name="the_queue_of_a_project",
            ),
            models.Index(fields=["lease_until"], condition=Q(state=State.CLAIMED), name="leases"),
            models.Index(
                fields=["release_at"], condition=Q(state=State.SENDING), name="rounds_being_sent"
            ),
            models.Index(
                fields=["touched_at"],
                condition=Q(state__in=NUDGED, nudges__lt=NUDGES),
                name="rounds_to_nudge",
            ),
            models.Index(
                fields=["touched_at"], condition=Q(state=State.DRAFT), name="rounds_to_park"
            ),
            models.Index(
                fields=["reviewer", "state"],
                condition=Q(reviewer__isnull=False),
                name="rounds_of_a_reviewer",
            ),
            models.Index(fields=["content_id", "handed_in_at"], name="rounds_of_a_project"),
            models.Index(fields=["handed_in_at"], name="rounds_by_date"),
            models.Index(
                fields=["state", "queued_at"],
                condition=Q(state=State.CHECKING),
                name="rounds_with_a_second_reader",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "number"], name="one_round_per_submission_and_number"
            ),
            models.UniqueConstraint(
                fields=["submission"],
                condition=~Q(state__in=sorted(DECIDED)),
                name="one_open_round_per_submission",
            ),
            models.UniqueConstraint(
                fields=["reviewer", "slot"],
                condition=Q(state=State.CLAIMED),
                name="one_claim_per_reviewer_and_slot",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("learner")),
                name="nobody_reviews_their_own_round",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=State.CLAIMED,
                    reviewer__isnull=False,
                    slot__isnull=False,
                    lease_until__isnull=False,
                )
                | (~Q(state=State.CLAIMED) & Q(slot__isnull=True, lease_until__isnull=True)),
                name="round_claimed_has_a_lease_and_no_other",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=sorted(WITH_THE_LEARNER | {State.WAITING}), reviewer__isnull=True
                )
                | (
                    ~Q(state__in=sorted(WITH_THE_LEARNER | {State.WAITING}))
                    & Q(reviewer__isnull=False)
                ),
                name="round_has_a_reviewer_from_claim_to_end",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENDING, release_at__isnull=False)
                | (~Q(state=State.SENDING) & Q(release_at__isnull=True)),
                name="round_being_sent_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(IN_REVIEW | DECIDED))
                | Q(handed_in_at__isnull=False, queued_at__isnull=False),
                name="round_in_review_was_handed_in",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(DECIDED)) | Q(decided_at__isnull=False),
                name="round_decided_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}, round {self.number}"

    @property
    def is_with_learner(self) -> bool:
        return self.state in WITH_THE_LEARNER

    @property
    def is_in_review(self) -> bool:
        return self.state in IN_REVIEW

    @property
    def is_decided(self) -> bool:
        return self.state in DECIDED

    def draft_name(self, field: str) -> str:
        """What a field's draft is called while the round is being written.

        Fields: `work.<deliverable>`, `tick.<item>`, `score.<criterion>`, `wish`, `hours`.
        """
        return f"round/{self.id}/{field}"

    def is_held_by(self, reviewer: Learner) -> bool:
        return self.state == State.CLAIMED and self.reviewer_id == reviewer.pk
