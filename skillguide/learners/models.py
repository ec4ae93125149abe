"""People, and the facts about how far they are."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, AnonymousUser, BaseUserManager
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Greatest, Lower
from django.utils import timezone

CONTENT_ID = r"^[a-z0-9-]+/[a-z]+/[A-Za-z0-9_:-]+$"


class LearnerManager(BaseUserManager["Learner"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Learner:
        learner = self.model(email=self.normalize_email(email), **fields)
        learner.set_password(password)
        learner.save(using=self._db)
        return learner

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Learner:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Learner(AbstractUser):
    """Anybody with an account. Everyone learns; some also teach, review or run the site.

    Roles are columns, not groups: a page may ask for them without another query. An admin is
    `is_staff`, as Django has it.
    """

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(unique=True)
    is_instructor = models.BooleanField(default=False)
    is_reviewer = models.BooleanField(default=False)
    wants_mail = models.BooleanField(default=True, db_default=True)
    """Whether notices come by mail as well."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[LearnerManager] = LearnerManager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_learner_per_email_address"),
        ]

    def __str__(self) -> str:
        return self.name or self.email.partition("@")[0]

    def get_full_name(self) -> str:
        return str(self)

    get_short_name = get_full_name


class ProgressQuerySet(models.QuerySet["Progress"]):
    def of(self, learner: Learner | AnonymousUser) -> Self:
        """Only this learner's rows. A visitor who has not signed in has none."""
        return self.filter(learner=learner) if isinstance(learner, Learner) else self.none()

    def on(self, guide: str) -> Self:
        return self.filter(content_id__startswith=f"{guide}/")

    def done(self) -> Self:
        return self.filter(done_at__isnull=False)

    def by_content_id(self) -> dict[str, Progress]:
        return {progress.content_id: progress for progress in self}

    def finish(self, learner: Learner, content_id: str, **answer: Any) -> None:
        """Record that it is done. Doing it twice keeps the first date."""
        row = self._row(learner, content_id)
        now = Greatest("started_at", Value(timezone.now()))  # a server's clock may jump back
        row.update(
            done_at=Coalesce("done_at", now),
            first_done_at=Coalesce("first_done_at", now),
            seen_at=timezone.now(),
            **answer,
        )

    def reopen(self, learner: Learner, *content_ids: str) -> None:
        """Take “done” back. When it was first done is still known."""
        rows = self.of(learner).filter(content_id__in=content_ids)
        rows.update(done_at=None, seen_at=timezone.now())

    def see(self, learner: Learner, content_id: str, anchor: str = "") -> None:
        """Remember the place where the learner is reading."""
        self._row(learner, content_id).update(anchor=anchor, seen_at=timezone.now())

    def answer(self, learner: Learner, content_id: str, answer: Mapping[str, Any]) -> None:
        """Keep the latest answer to a check, right or wrong."""
        self._row(learner, content_id).update(answer=answer, seen_at=timezone.now())

    def _row(self, learner: Learner, content_id: str) -> Self:
        """The one row, made if need be; two requests at once cannot make two."""
        self.bulk_create([Progress(learner=learner, content_id=content_id)], ignore_conflicts=True)
        return self.of(learner).filter(content_id=content_id)


class Progress(models.Model):
    """How far one learner is with one lesson or check.

    It is named by its content id, not by a foreign key: content lives in files, and a row
    must outlive the day its file is being rewritten.
    """

    pk = models.CompositePrimaryKey("learner_id", "content_id")
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="progress")
    content_id = models.CharField(max_length=200)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    anchor = models.CharField(max_length=120, blank=True)
    """The heading last read, without `#`."""
    done_at = models.DateTimeField(null=True, blank=True)
    first_done_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)
    """The latest answer to a check: `{"options": [...]}` or `{"text": "..."}`."""

    objects = ProgressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "progress"
        indexes = [models.Index(fields=["content_id"], name="progress_content_id")]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(first_done_at__isnull=False),
                name="progress_done_has_a_first_date",
            ),
            models.CheckConstraint(
                condition=Q(first_done_at__isnull=True) | Q(first_done_at__gte=F("started_at")),
                name="progress_done_after_started",
            ),
            models.CheckConstraint(
                condition=Q(content_id__regex=CONTENT_ID),
                name="progress_content_id_is_guide_kind_and_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.content_id}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def of(self, learner: Learner | AnonymousUser) -> Self:
        return self.filter(learner=learner) if isinstance(learner, Learner) else self.none()


class Attempt(models.Model):
    """One answer to one check, kept for ever as it was given.

    `digest` names the wording of that day: the compiled lesson that held the check.
    """

    pk = models.CompositePrimaryKey("learner_id", "id")
    id = models.UUIDField(default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="attempts")
    content_id = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    answer = models.JSONField()
    correct = models.BooleanField(null=True)
    """Unknown for an answer in one's own words."""
    given_at = models.DateTimeField(default=timezone.now)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["learner", "given_at"], name="attempts_of_a_learner_by_date"),
            models.Index(fields=["content_id"], name="attempts_content_id"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(content_id__regex=CONTENT_ID),
                name="attempt_content_id_is_guide_kind_and_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.content_id}"


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, learner: Learner) -> Self:
        return self.filter(learner=learner)

    def below(self, prefix: str) -> Self:
        """All fields of one form."""
        return self.filter(name__startswith=f"{prefix}/")

    def by_field(self) -> dict[str, Draft]:
        """By the last part of the name."""
        return {draft.name.rpartition("/")[2]: draft for draft in self}

    def locked(self, learner: Learner, name: str) -> Draft:
        """The one row, made if need be, and nobody else's until the transaction ends."""
        self.bulk_create([Draft(learner=learner, name=name)], ignore_conflicts=True)
        return self.select_for_update().get(learner=learner, name=name)


class Draft(models.Model):
    """What one person has typed into one field, as it stands now. It is never handed in itself."""

    pk = models.CompositePrimaryKey("learner_id", "name")
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="drafts")
    name = models.CharField(max_length=200)
    """What is being written, e.g. `round/<id>/<field>`."""
    value = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=0)
    last = models.PositiveIntegerField(default=0)
    """The highest version number that was given; higher than `version` after a conflict."""
    tab = models.CharField(max_length=40, blank=True)
    """Which browser tab wrote it, as that names itself."""
    saved_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(version__lte=F("last")), name="draft_version_was_given"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.name}"


class DraftVersion(models.Model):
    """One save of a draft, kept for ever."""

    pk = models.CompositePrimaryKey("learner_id", "name", "version")
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    version = models.PositiveIntegerField()
    value = models.JSONField()
    aside = models.BooleanField(default=False)
    """Something else had been saved meanwhile: it was kept, and did not become the draft."""
    saved_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.name}, version {self.version}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, learner: Learner) -> Self:
        return self.filter(learner=learner)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """Something that happened, told to one person."""

    pk = models.CompositePrimaryKey("learner_id", "id")
    id = models.UUIDField(default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="notices")
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    told_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["learner", "told_at"], name="notices_of_a_learner_by_date"),
            models.Index(
                fields=["learner"], condition=Q(read_at__isnull=True), name="unread_notices"
            ),
        ]

    def __str__(self) -> str:
        return self.text
