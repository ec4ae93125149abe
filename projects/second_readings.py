"""Reading decided work once more, blind, to see whether reviewers agree. It changes nothing."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from projects.calibrating import Asked, asked
from projects.display import shown
from projects.documents import project_of
from projects.keys import key_or_400
from projects.models import SecondReading
from projects.queue import LEASE
from skillguide.editions.shelf import rendered
from skillguide.learners.doors import LearnerRequest, reviewer_required

TAKEN = "Somebody else is reading it just now. Take another one, or come back in an hour."


@reviewer_required
@require_http_methods(["GET", "HEAD", "POST"])
def second_reading(request: LearnerRequest, reading_id: UUID) -> HttpResponse:
    reading = _readable_or_404(request, reading_id)
    if request.method == "POST":
        key_or_400(request)
        return _take(request, reading) if "take" in request.POST else _finish(request, reading)
    if reading.done_at:
        messages.info(request, "You have read it. Thank you.")
        return redirect("projects:desk")
    return _page(request, reading, asked(rendered(project_of(reading.round)), None))


def _readable_or_404(request: LearnerRequest, reading_id: UUID) -> SecondReading:
    """Neither own work nor an own review, nor what somebody else has finished."""
    me = request.user
    rows = SecondReading.objects.exclude(learner=me).blind_for(me)
    rows = rows.filter(Q(done_at__isnull=True) | Q(reader=me)).select_related("round")
    if reading := rows.filter(pk=reading_id).first():
        return reading
    raise Http404(reading_id)


def _take(request: LearnerRequest, reading: SecondReading) -> HttpResponse:
    """Of two who take it at once one finds it taken: the database looks again before it writes."""
    now = timezone.now()
    rows = SecondReading.objects.open_to(request.user, now).filter(pk=reading.pk)
    if rows.update(reader=request.user, lease_until=now + LEASE):
        return redirect("projects:second_reading", reading.pk)
    messages.warning(request, TAKEN)
    return redirect("projects:desk")


def _finish(request: LearnerRequest, reading: SecondReading) -> HttpResponse:
    form = asked(rendered(project_of(reading.round)), request.POST)
    mine = reading.reader_id == request.user.pk and not reading.done_at
    if mine and any(it.error for it in form):
        return _page(request, reading, form, status=422)
    scores = {it.criterion.id: it.given for it in form}
    held = SecondReading.objects.filter(pk=reading.pk, reader=request.user)
    if held.filter(done_at__isnull=True).update(scores=scores, done_at=timezone.now()):
        messages.success(request, "Thank you. Your scores are kept; the learner is not told.")
    elif not held.exists():
        messages.warning(request, TAKEN)
    return redirect("projects:desk")


def _page(
    request: LearnerRequest, reading: SecondReading, form: list[Asked], status: int = 200
) -> HttpResponse:
    """The work is shown to who has taken it; never a word, name or score of the first reviewer."""
    page = rendered(project_of(reading.round))
    held = reading.reader_id == request.user.pk
    context = {
        "reading": reading,
        "project": page,
        "held": held,
        "shown": shown(page, reading.round.work) if held else [],
        "form": form,
        "errors": [it for it in form if it.error],
        "key": uuid4(),
    }
    return render(request, "projects/second_reading.html", context, status=status)
