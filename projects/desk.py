"""The review desk: what is waiting, what one holds, and claiming."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from projects import queue
from projects.desk_rows import PAGE, DeskRow, own_rows, place_in, queue_rows, uncalibrated
from projects.keys import key_or_400
from projects.narrowing import Narrowing, choices_in
from projects.steps import Refused
from skillguide.content.library import Library
from skillguide.content.schema import Project
from skillguide.editions.shelf import library
from skillguide.learners.doors import LearnerRequest, reviewer_required

MOST_COUNTED = 1_000
FILTERS = {
    "guide": "Guide",
    "project": "Project",
    "level": "Level",
    "round": "Round",
    "since": "Waiting for at least",
}
NOTHING_LEFT = "Nothing is left that you could claim. Come back later, or widen the filters."


@reviewer_required
@require_safe
def desk(request: LearnerRequest) -> HttpResponse:
    """What one holds, what waits oldest first, and what waits to be read a second time."""
    published, now = library(), timezone.now()
    narrowing = Narrowing.of(request.GET, published)
    only = narrowing.conditions(request.user, published, now)
    rows = queue.open_to(request.user, published, now).filter(**only)
    found = queue_rows(rows, place_in(request.GET.get("after", "")))
    own = own_rows(request.user, now)
    context = {
        "own": [row for row in own if row.part == "own"],
        "checking": [row for row in own if row.part == "checking"],
        "again": [row for row in own if row.part == "again"],
        "rows": found[:PAGE],
        "next_page": _page_after(narrowing, found),
        "after": request.GET.get("after", ""),
        "total": rows[: MOST_COUNTED + 1].count(),  # in order, which the index of the queue gives
        "most_counted": MOST_COUNTED,
        "closed": _closed(request, published, now),
        "narrowing": narrowing,
        "choices": choices_in(published),
        "filter_labels": FILTERS,
        "key": uuid4(),
        "keys_template": "projects/_desk_keys.html",
    }
    return render(request, "projects/desk.html", context)


def _page_after(narrowing: Narrowing, found: list[DeskRow]) -> str:
    """The address of the next page; empty on the last one."""
    if len(found) <= PAGE:
        return ""
    return f"?{urlencode(narrowing.chosen | {'after': found[PAGE - 1].place})}"


@dataclass(frozen=True)
class Closed:
    """A project whose queue is closed to a reviewer who has not tried its exemplars."""

    project: Project
    number: int


def _closed(request: LearnerRequest, published: Library, now: datetime) -> list[Closed]:
    ids = uncalibrated(request.user, published, now)[:MOST_COUNTED]
    counted = Counter(ids.values_list("content_id", flat=True))
    documents = published.documents
    return [
        Closed(project, number)
        for id, number in counted.most_common()
        if isinstance(project := documents.get(id), Project)
    ]


@reviewer_required
@require_POST
def claim_next(request: LearnerRequest) -> HttpResponse:
    """Claim the oldest of what the desk shows."""
    key, published = key_or_400(request), library()
    narrowing = Narrowing.of(request.POST, published)
    only = narrowing.conditions(request.user, published, timezone.now())
    try:
        round = queue.claim_next(request.user, published, key=key, only=only)
    except Refused as refused:
        messages.warning(request, str(refused))
        return _back_to_desk(narrowing)
    if round is None:
        messages.info(request, NOTHING_LEFT)
        return _back_to_desk(narrowing)
    return redirect("projects:review", round.pk)


def _back_to_desk(narrowing: Narrowing) -> HttpResponse:
    query = narrowing.query
    return redirect(reverse("projects:desk") + (f"?{query}" if query else ""))


@reviewer_required
@require_POST
def claim(request: LearnerRequest, round_id: UUID) -> HttpResponse:
    """Claim this one."""
    key = key_or_400(request)
    try:
        queue.claim(round_id, request.user, library(), key=key)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("projects:desk")
    return redirect("projects:review", round_id)
