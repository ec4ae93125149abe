"""Whether reviewers judge alike: exemplars before the first claim, second readings after."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from projects.models.reviews import Review
from projects.models.rounds import Round
from skillguide.learners.models import CONTENT_ID, Learner


class Calibration(models.Model):
    """A reviewer's scores of one exemplar, to be held against the agreed ones."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reviewer = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="calibrations")
    content_id = models.CharField(max_length=200)
    """The project's."""
    exemplar = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    """The wording of the exemplar."""
    scores = models.JSONField()
    """Criterion id → score."""
    agreed = models.JSONField()
    """The same, as agreed on that day."""
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["reviewer", "content_id"], name="calibrations_of_a_reviewer"),
            models.Index(fields=["content_id"], name="calibrations_content_id"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(content_id__regex=CONTENT_ID),
                name="calibration_content_id_is_guide_kind_and_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id}: {self.exemplar}"


class SecondReadingQuerySet(models.QuerySet["SecondReading"]):
    def open_to(self, reviewer: Learner, now: datetime) -> Self:
        """Not done, nobody's at the moment, and neither one's own work nor one's own review."""
        free = Q(reader__isnull=True) | Q(lease_until__lt=now) | Q(reader=reviewer)
        rows = self.filter(free, done_at__isnull=True).exclude(learner=reviewer)
        return rows.blind_for(reviewer).order_by("made_at", "id")

    def blind_for(self, reviewer: Learner) -> Self:
        """Without what this reviewer has judged, or has passed on as a second reader."""
        seen = Q(reviewer=reviewer) | Q(checked_by=reviewer)
        judged = Review.objects.filter(seen, round=OuterRef("round"))
        return self.exclude(first_reviewer=reviewer).exclude(Exists(judged))


class SecondReading(models.Model):
    """A decided round read once more, blind, to see whether reviewers agree. It changes nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="second_reading")
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="+")
    first_reviewer = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="+")
    reader = models.ForeignKey(
        Learner, on_delete=models.PROTECT, null=True, blank=True, related_name="second_readings"
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    first_scores = models.JSONField()
    """Criterion id → score."""
    scores = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = SecondReadingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["made_at"], condition=Q(done_at__isnull=True), name="second_readings_open"
            ),
            models.Index(fields=["done_at"], name="second_readings_by_date"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reader__isnull=True)
                | (~Q(reader=F("learner")) & ~Q(reader=F("first_reviewer"))),
                name="second_reading_is_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(reader__isnull=False),
                name="second_reading_done_has_a_reader",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} once more"
