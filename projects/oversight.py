"""What admins see of the desk: how it does, every round, and the record of what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from projects import figures
from projects.decisions import assign as assign_to
from projects.exporting import COLUMNS, STATES, cells, rounds_after
from projects.figures import title_of
from projects.keys import key_or_400
from projects.models import Event, Round
from projects.scope import PERIODS, Scope, choices
from projects.states import TRANSITIONS, State
from projects.steps import Refused
from skillguide.editions.shelf import library
from skillguide.learners.doors import LearnerRequest, admin_required
from skillguide.learners.models import Learner

OLDEST_SHOWN = 25
A_PAGE = 50
ASSIGNABLE = (State.WAITING, State.CLAIMED)


def reviewers() -> list[Learner]:
    rows = Learner.objects.filter(Q(is_reviewer=True) | Q(is_staff=True), is_active=True)
    return sorted(rows, key=lambda it: str(it).casefold())


def _filters(scope: Scope) -> dict[str, Any]:
    return {"scope": scope, "choices": choices(library()), "periods": PERIODS}


@admin_required
@require_safe
def overview(request: LearnerRequest) -> HttpResponse:
    now = timezone.now()
    scope = Scope.read(request.GET, library(), now)
    queued = Round.objects.queued(now).filter(scope.of()).select_related("learner", "reviewer")
    oldest = queued.defer("work", "checklist", "self_scores")[:OLDEST_SHOWN]
    context = _filters(scope) | {
        "load": figures.load(scope),
        "waits": figures.waits(scope),
        "activity": figures.activity(scope),
        "agreements": figures.agreements(scope),
        "oldest": [
            {"round": it, "title": title_of(it.content_id), "key": uuid4()} for it in oldest
        ],
        "reviewers": reviewers(),
    }
    return render(request, "projects/overview.html", context)


@admin_required
@require_safe
def rounds(request: LearnerRequest) -> HttpResponse:
    """The list that `export` writes, a page at a time."""
    scope = Scope.read(request.GET, library(), timezone.now())
    found = rounds_after(scope, _last_seen(request), A_PAGE + 1)
    shown = found[:A_PAGE]
    context = _filters(scope) | {
        "columns": COLUMNS,
        "rows": [{"round": it, "cells": cells(it)} for it in shown],
        "next": shown[-1].pk if len(found) > A_PAGE else None,
    }
    return render(request, "projects/rounds.html", context)


def _last_seen(request: LearnerRequest) -> Round | None:
    try:
        return Round.objects.filter(pk=UUID(request.GET.get("after", ""))).first()
    except ValueError:
        return None


@admin_required
@require_POST
def assign(request: LearnerRequest, round_id: UUID) -> HttpResponse:
    key = key_or_400(request)
    round = get_object_or_404(Round.objects.exclude(learner=request.user), pk=round_id)
    to = next((it for it in reviewers() if str(it.pk) == request.POST.get("to")), None)
    try:
        if to is None:
            raise Refused("Choose a reviewer first; then assign it.")
        assign_to(round.pk, to, by=request.user, key=key)
        messages.success(request, f"It is {to}’s now, and {to} has been told.")
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("projects:record", round.pk)


@dataclass(frozen=True)
class Line:
    """One event of the record, in words."""

    event: Event
    what: str
    by: str
    detail: str
    round: int


@admin_required
@require_safe
def record(request: LearnerRequest, round_id: UUID) -> HttpResponse:
    """Everything that happened to the work that this round belongs to."""
    rows = Round.objects.select_related("learner", "reviewer").defer("work")
    rows = rows.exclude(learner=request.user)  # who reviews it may be hidden from them
    round = get_object_or_404(rows, pk=round_id)
    events = Event.objects.filter(round__submission=round.submission_id)
    context = {
        "round": round,
        "title": title_of(round.content_id),
        "state": STATES[State(round.state)],
        "lines": lines(events.select_related("actor", "round").order_by("id")),
        "reviewers": [it for it in reviewers() if it.pk != round.learner_id],
        "assignable": round.state in ASSIGNABLE,
        "key": uuid4(),
    }
    return render(request, "projects/record.html", context)


def lines(events: Iterable[Event]) -> list[Line]:
    found = list(events)
    named = {it.detail[name] for it in found for name in ("to", "reviewer") if name in it.detail}
    names = {it.pk: str(it) for it in Learner.objects.filter(pk__in=named)}
    return [
        Line(
            it,
            TRANSITIONS[it.action].words.capitalize(),
            str(it.actor) if it.actor else "the site",
            in_words(it.action, it.detail, names),
            it.round.number,
        )
        for it in found
    ]


def in_words(action: str, detail: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """
    >>> in_words("hand_over", {"to": 7}, {7: "Ravi"}), in_words("lapse", {"reviewer": 7}, {})
    ('to Ravi', 'claimed by somebody')
    """
    parts = []
    if "to" in detail:
        parts.append(f"to {names.get(detail['to'], 'somebody')}")
    if "decision" in detail:
        parts.append(str(State(detail["decision"]).label))
    if "reviewer" in detail:
        did = "claimed" if action == "lapse" else "reviewed"
        parts.append(f"{did} by {names.get(detail['reviewer'], 'somebody')}")
    return ", ".join(parts)
