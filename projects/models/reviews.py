"""What a reviewer says about a round."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from projects.models.rounds import Round
from projects.states import State
from skillguide.learners.models import Learner


class Decision(models.TextChoices):
    """The state that a round comes to by it."""

    ACCEPTED = State.ACCEPTED.value, "Accepted"
    CHANGES = State.CHANGES.value, "Changes requested"
    UNASSESSABLE = State.UNASSESSABLE.value, "Not assessable"


class ReviewQuerySet(models.QuerySet["Review"]):
    def sent(self) -> Self:
        """What the learner may see."""
        return self.filter(sent_at__isnull=False)


class Review(models.Model):
    """One reviewer's review of one round.

    While it is being written the words are the reviewer's drafts; deciding copies them here. The
    learner sees it from `sent_at` on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reviews")
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="+")
    """Whose work it is."""
    reviewer = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="reviews")
    started_at = models.DateTimeField(default=timezone.now)
    scores = models.JSONField(default=dict)
    """As decided: criterion id → `{"score": int, "note": str}`."""
    summary = models.TextField(blank=True)
    decision = models.CharField(max_length=20, choices=Decision, blank=True)
    reason = models.TextField(blank=True)
    """Why it could not be assessed."""
    decided_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    on_appeal = models.BooleanField(default=False)
    checked_by = models.ForeignKey(
        Learner, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The second reader."""
    check_note = models.TextField(blank=True)
    """What the second reader wants changed, for the reviewer alone."""

    objects = ReviewQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["reviewer", "sent_at"], name="reviews_of_a_reviewer")]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "reviewer"], name="one_review_per_round_and_reviewer"
            ),
            models.CheckConstraint(
                condition=~Q(reviewer=F("learner")), name="nobody_reviews_their_own_work"
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True)
                | (~Q(checked_by=F("learner")) & ~Q(checked_by=F("reviewer"))),
                name="second_reader_is_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | (Q(decided_at__isnull=False) & ~Q(decision="")),
                name="review_sent_has_a_decision",
            ),
            models.CheckConstraint(
                condition=~Q(decision=Decision.UNASSESSABLE) | ~Q(reason=""),
                name="not_assessable_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} by {self.reviewer_id}"

    def draft_name(self, field: str) -> str:
        """Fields: `score.<criterion>`, `summary`, `decision`, `comment`."""
        return f"review/{self.id}/{field}"


class CommentQuerySet(models.QuerySet["Comment"]):
    def standing(self) -> Self:
        return self.filter(removed_at__isnull=True)


class Comment(models.Model):
    """A remark on a place in the work. Hidden until its review is sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="comments")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="comments")
    deliverable = models.CharField(max_length=80)
    anchor = models.JSONField(default=dict)
    """In a text `{"quote", "before", "after"}`; in a table `{"row": key, "quote": its words}`;
    empty for the deliverable as a whole."""
    text = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.deliverable}"


class Reply(models.Model):
    """What learner or reviewer answers to a comment, once it was sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="replies")
    author = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    settles = models.BooleanField(default=False)
    """It says that the comment is dealt with."""
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["made_at", "id"]
        verbose_name_plural = "replies"
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") | Q(settles=True), name="reply_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.author_id}"


class SavedCommentQuerySet(models.QuerySet["SavedComment"]):
    def open_to(self, reviewer: Learner) -> Self:
        """One's own, and those that others share; most used first."""
        return self.filter(Q(owner=reviewer) | Q(shared=True)).order_by("-uses", "made_at")


class SavedComment(models.Model):
    """A reply kept for use again: one's own, or shared with all reviewers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="saved_comments")
    shared = models.BooleanField(default=False)
    criterion = models.CharField(max_length=80, blank=True)
    """The criterion it is about, if any."""
    text = models.TextField()
    uses = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)

    objects = SavedCommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="saved_comment_has_words"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
