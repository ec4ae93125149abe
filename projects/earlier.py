"""Earlier drafts of one field: every save is there, and any can come back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast, Length
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from projects.actions import save_fields
from projects.forms import names, words_of
from projects.models import Round
from projects.news import page_of
from projects.saving import round_or_404
from projects.states import State
from projects.workbench import Bench, title_of_field
from projects.writing import bench_context
from skillguide.learners.doors import LearnerRequest, learner_required
from skillguide.learners.models import DraftVersion

ON_A_PAGE = 50
HIGHEST = 2_147_483_647
"""Of what the database takes for a version."""


def _versions(round: Round, field: str) -> QuerySet[DraftVersion]:
    rows = DraftVersion.objects.filter(learner=round.learner, name=round.draft_name(field))
    return rows.order_by("-version")


def _field_or_404(bench: Bench, field: str) -> str:
    if field not in names(bench.project) and field not in bench.drafts:
        raise Http404(field)
    return field


@require_safe
@learner_required
def drafts(request: LearnerRequest, submission: UUID, number: int, field: str) -> HttpResponse:
    """The list, newest first, and a look at one of them."""
    bench = Bench.of(round_or_404(request, submission, number))
    versions = _versions(bench.round, _field_or_404(bench, field))
    before = _number(request.GET.get("before", "")) or HIGHEST
    rows = list(
        versions.filter(version__lt=before)
        .annotate(size=Length(Cast("value", TextField())))
        .defer("value")[: ON_A_PAGE + 1]
    )
    context = bench_context(bench) | {
        "field": field,
        "title": title_of_field(bench.project, field),
        "versions": rows[:ON_A_PAGE],
        "older_than": rows[ON_A_PAGE - 1].version if len(rows) > ON_A_PAGE else None,
        "before": request.GET.get("before", ""),
        "current": bench.base(field),
        "looked_at": _looked_at(request, versions, field),
        "may_restore": bench.round.state == State.DRAFT,
    }
    return render(request, "projects/drafts.html", context)


def _number(text: str) -> int | None:
    short = text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if short else None


def _looked_at(
    request: LearnerRequest, versions: QuerySet[DraftVersion], field: str
) -> dict[str, Any] | None:
    number = _number(request.GET.get("version", ""))
    row = versions.filter(version=number).first() if number is not None else None
    return {"row": row, "words": words_of(field, row.value)} if row else None


@require_POST
@learner_required
def restore(request: LearnerRequest, submission: UUID, number: int, field: str) -> HttpResponse:
    """Put an earlier draft back, as a new version on top: nothing is lost."""
    bench = Bench.of(round_or_404(request, submission, number))
    round = bench.round
    versions = _versions(round, _field_or_404(bench, field))
    found = get_object_or_404(versions, version=_number(request.POST.get("version", "")))
    if round.state != State.DRAFT:
        messages.error(request, "This round is handed in, so its words stay as they are.")
        return redirect(page_of(round))
    saved = save_fields(round.pk, request.user, {field: (found.value, bench.base(field))})
    if saved[field].aside:
        messages.warning(request, "Something else was saved just now. Look at it, and try again.")
        return redirect(page_of(round) + f"drafts/{field}/")
    messages.success(request, f"“{title_of_field(bench.project, field)}” is as it was then.")
    return redirect(f"{page_of(round)}#{field}")
