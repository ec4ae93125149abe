"""The page of one review, and saving what is typed on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from projects import review_form
from projects.commenting import move_comment
from projects.desk_doors import round_or_404
from projects.keeping import Kept, by_script, keep, page_again
from projects.models import Round, SecondReading
from projects.queue import LEASE
from projects.review_page import review_page
from projects.signed_out import words_came, words_wait
from skillguide.learners.doors import LearnerRequest, reviewer_required
from skillguide.learners.drafts import Saved


@reviewer_required
@require_safe
def review(request: LearnerRequest, round_id: UUID) -> HttpResponse:
    round = round_or_404(request.user, round_id)
    if round.is_decided and (reading := _unfinished_reading(request, round)):
        return redirect("projects:second_reading", reading.pk)
    if words_came(request, round_id):
        kept = keep(request, round_id)
        return _saved(request, round_id) if kept.is_whole else page_again(request, kept)
    return review_page(request, round)


def _saved(request: LearnerRequest, round_id: UUID) -> HttpResponse:
    messages.success(request, "Your draft is saved.")
    return redirect("projects:review", round_id)


def _unfinished_reading(request: LearnerRequest, round: Round) -> SecondReading | None:
    """Whoever reads it a second time sees what the first reviewer said when that is done."""
    rows = SecondReading.objects.filter(round=round, reader=request.user, done_at__isnull=True)
    return rows.first()


@words_wait
@reviewer_required
@require_POST
def save_review(request: LearnerRequest, round_id: UUID) -> HttpResponse:
    """Keep what is typed and renew the claim; without script, also open and fill comment boxes."""
    kept = keep(request, round_id)
    if by_script(request):
        return _answer(kept)
    if not kept.is_whole:
        return page_again(request, kept)
    if place := move_comment(request, kept):
        return redirect(reverse("projects:review", args=[round_id]) + place)
    return _saved(request, round_id)


def _answer(kept: Kept) -> JsonResponse:
    """As drafts.js wants it; and whether the claim is still the reviewer's, and until when."""
    if kept.given.wrong:
        return JsonResponse({"fields": kept.given.wrong}, status=422)
    fields = {name: _told(name, it) for name, it in kept.saved.items()}
    until = (timezone.now() + LEASE).isoformat() if kept.held else None
    return JsonResponse({"fields": fields, "late": False, "held": kept.held, "until": until})


def _told(name: str, saved: Saved) -> dict[str, Any]:
    draft = saved.draft
    told = {"version": draft.version, "saved_at": draft.saved_at.isoformat()}
    entries = review_form.entries(name, draft.value or {})
    return told | {"conflict": told | {"entries": entries} if saved.aside else None}
