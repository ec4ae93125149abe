"""What a person was told, and whether by mail too."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skillguide.learners.doors import LearnerRequest, Request, learner_required, public
from skillguide.learners.models import Learner, Notice
from skillguide.learners.unsubscribing import learner_of

MOST_SHOWN = 100


@require_safe
@learner_required
def notices(request: LearnerRequest) -> HttpResponse:
    """The newest, those that were not opened first."""
    rows = Notice.objects.of(request.user)
    unread = list(rows.unread().order_by("-told_at")[:MOST_SHOWN])
    read = rows.filter(read_at__isnull=False).order_by("-told_at")[: MOST_SHOWN - len(unread)]
    context = {"unread": unread, "read": list(read), "most": MOST_SHOWN}
    return render(request, "learners/notices.html", context)


@require_POST
@learner_required
def notice(request: LearnerRequest, id: UUID) -> HttpResponse:
    """Open one: it counts as read, and leads to the page that it is about."""
    rows = Notice.objects.of(request.user).filter(id=id)
    found = get_object_or_404(rows)
    rows.unread().update(read_at=timezone.now())
    return redirect(found.url)


@require_POST
@learner_required
def notices_read(request: LearnerRequest) -> HttpResponse:
    Notice.objects.of(request.user).unread().update(read_at=timezone.now())
    return redirect("learners:notices")


@require_POST
@learner_required
def mail(request: LearnerRequest) -> HttpResponse:
    """Whether notices come by mail too."""
    wants = request.POST.get("wants_mail") == "yes"
    _want(request.user, wants_mail=wants)
    told = "Notices come by mail too." if wants else "Notices stay on the site from now on."
    messages.success(request, told)
    return redirect("learners:notices")


def _want(learner: Learner, *, wants_mail: bool) -> None:
    Learner.objects.filter(pk=learner.pk).update(wants_mail=wants_mail)


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the token is the secret
@public
@require_http_methods(["GET", "HEAD", "POST"])
def no_mail(request: Request, token: str) -> HttpResponse:
    """The way out that stands in every mail. A GET changes nothing: mail scanners open links."""
    learner = learner_of(token)
    if learner and request.method == "POST":
        _want(learner, wants_mail=False)
        learner.wants_mail = False
    return render(request, "learners/no_mail.html", {"learner": learner})
