"""The record of what happened: written once, by everyone, changed by nobody."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from projects.models.rounds import Round
from skillguide.learners.models import Learner


class Event(models.Model):
    """One thing that happened to a round: who, when, by which edition. A trigger keeps it so."""

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="events")
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="+")
    """Whose work it is."""
    actor = models.ForeignKey(
        Learner, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """None for what the clock does."""
    action = models.CharField(max_length=20)
    source = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)
    edition = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    key = models.UUIDField(default=uuid.uuid4)
    """Made by who asks for it, so that asking twice does it once."""
    detail = models.JSONField(default=dict)
    """What belongs to the action: to whom, which decision, what reason."""

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["at"], name="events_by_date")]
        constraints = [
            models.UniqueConstraint(fields=["round", "key"], name="one_event_per_round_and_key"),
            models.UniqueConstraint(fields=["actor", "key"], name="one_event_per_actor_and_key"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.action}"
