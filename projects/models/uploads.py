"""Files that were handed in, and whether links could be opened."""

from __future__ import annotations

import uuid
from hashlib import sha256
from typing import Self

from django.core.files.storage import storages
from django.core.files.storage.base import Storage
from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone

from projects.models.rounds import Submission
from skillguide.learners.models import Learner


def private_storage() -> Storage:
    """Outside everything that is served; `STORAGES["uploads"]` says where."""
    return storages["uploads"]


def stored_name(upload: Upload, _name: str) -> str:
    """Nothing of what the learner called it."""
    return f"{upload.id.hex[:2]}/{upload.id.hex}"


class UploadQuerySet(models.QuerySet["Upload"]):
    def of(self, learner: Learner) -> Self:
        return self.filter(learner=learner)

    def total_bytes(self) -> int:
        return self.aggregate(total=Sum("size"))["total"] or 0


class Upload(models.Model):
    """A file as it came. It is never unpacked, run or shown, only given back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="uploads")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="uploads")
    deliverable = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    """As the learner's machine called it, for showing only."""
    type = models.CharField(max_length=10)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(storage=private_storage, upload_to=stored_name, max_length=120)
    made_at = models.DateTimeField(default=timezone.now)

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="upload_has_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def value(self) -> dict[str, object]:
        """As it stands in the value of its deliverable."""
        return {"id": str(self.id), "name": self.name, "size": self.size, "type": self.type}


def url_digest(url: str) -> str:
    return sha256(url.encode()).hexdigest()


class LinkCheck(models.Model):
    """What came of opening a link. Found out by a worker, never while somebody waits."""

    digest = models.CharField(max_length=64, primary_key=True)
    """Of the address."""
    url = models.CharField(max_length=1000)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(
        Learner, on_delete=models.SET_NULL, null=True, related_name="link_checks"
    )
    """Who had it looked at last."""
    checked_at = models.DateTimeField(null=True, blank=True)
    ok = models.BooleanField(null=True)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["asked_by", "asked_at"], name="link_checks_of_a_learner")]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True) | Q(ok__isnull=False),
                name="link_checked_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.url
