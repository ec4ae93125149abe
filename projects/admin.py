"""To look at. What happens to rounds happens on the desk, where it is recorded."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from projects.models import Event, Review, Round, Submission
from projects.standing import HEAVY

M = TypeVar("M", bound=Model)


class ReadOnly(admin.ModelAdmin[M]):
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Submission)
class SubmissionAdmin(ReadOnly[Submission]):
    list_display = ("content_id", "learner", "started_at")
    list_select_related = ("learner",)
    search_fields = ("content_id", "learner__email")


@admin.register(Round)
class RoundAdmin(ReadOnly[Round]):
    """Without the work itself, which may hold harmful passages: the desk folds them away."""

    list_display = ("content_id", "learner", "number", "state", "handed_in_at", "reviewer")
    list_filter = ("state",)
    list_select_related = ("learner", "reviewer")
    search_fields = ("content_id", "learner__email")
    exclude = HEAVY


@admin.register(Review)
class ReviewAdmin(ReadOnly[Review]):
    list_display = ("round", "reviewer", "decision", "decided_at", "sent_at")
    list_filter = ("decision",)
    list_select_related = ("round", "reviewer")
    search_fields = ("reviewer__email",)


@admin.register(Event)
class EventAdmin(ReadOnly[Event]):
    list_display = ("at", "action", "source", "target", "actor", "round", "edition")
    list_filter = ("action",)
    list_select_related = ("actor", "round")
    ordering = ("-id",)
