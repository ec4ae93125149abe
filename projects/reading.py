"""A learner reads a round that is handed in: where it stands, and what was said about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from projects import actions, display
from projects.clock import release_if_due
from projects.differing import differences_of
from projects.documents import contents_of, project_of
from projects.judged import judged, shown_items, shown_review
from projects.keys import key_or_400
from projects.models import Comment, Round
from projects.news import page_of, title_of
from projects.queue import place_of
from projects.showing import render_text
from projects.standing import HEAVY, words_of
from projects.states import State
from projects.statistics import reviews_take
from projects.steps import Refused
from projects.workbench import Bench, drafted_fields
from skillguide.content.schema import Lesson, Project
from skillguide.editions.shelf import rendered
from skillguide.learners.doors import LearnerRequest, learner_required
from skillguide.learners.models import Learner, Progress
from skillguide.learners.progress import PathProgress

MOST_COUNTED = 1_000
LONGEST_APPEAL = 5_000


def round_page(request: LearnerRequest, round: Round) -> HttpResponse:
    """For its learner, and in any state but the one in which it is written."""
    round = release_if_due(round)
    project = project_of(round)
    page = rendered(project)
    rounds = _rounds(round)
    context = {
        **_heading(round, page),
        "rounds": rounds,
        "newest": rounds[-1],
        "drafted": drafted_fields(Bench.of(round)),
        "is_last": rounds[-1]["round"].number == round.number,
        **_standing(round),
    }
    if not round.is_with_learner:
        context |= _review(request.user, round, page) | _work(request.user, round, page)
    return render(request, "projects/round.html", context)


def _heading(round: Round, page: Project) -> dict[str, Any]:
    return {
        "round": round,
        "page": page,
        "title": title_of(round),
        "words": words_of(round),
        "contents": (contents := contents_of(round)),
        "level": contents.levels.get(f"project/{page.key}") if contents else None,
        "project": contents.get("project", page.key) if contents else None,
    }


def _rounds(round: Round) -> list[dict[str, Any]]:
    """Every round of the same work, oldest first."""
    rows = Round.objects.filter(submission=round.submission_id).defer(*HEAVY).order_by("number")
    return [{"round": it, "words": words_of(it), "url": page_of(it)} for it in rows]


def _standing(round: Round) -> dict[str, Any]:
    """What there is to know while it waits."""
    if not round.is_in_review:
        return {}
    place = place_of(round) if round.state == State.WAITING else 0
    return {
        "place": place,
        "beyond": place > MOST_COUNTED,
        "reviews_take": reviews_take(round.content_id),
        "next_lesson": _next_lesson(round),
    }


def _next_lesson(round: Round) -> Lesson | None:
    if not (contents := contents_of(round)):
        return None
    rows = Progress.objects.of(round.learner).on(contents.guide.slug).by_content_id()
    resume = PathProgress(contents, rows).resume
    return resume.lesson if resume else None


def _review(learner: Learner, round: Round, page: Project) -> dict[str, Any]:
    """What was sent, newest first; after an appeal there may be two."""
    sent = round.reviews.sent().select_related("reviewer").order_by("-sent_at")
    reviews = [shown_review(page, round, it, learner) for it in sent]
    return {
        "reviews": reviews,
        "own_scores": [] if reviews else judged(page, round.self_scores, {}),
    }


def _work(learner: Learner, round: Round, page: Project) -> dict[str, Any]:
    """As handed in, with the comments on it and on earlier rounds."""
    said = Comment.objects.filter(
        round__submission=round.submission_id,
        round__number__lte=round.number,
        review__sent_at__isnull=False,
    )
    comments = display.to_show(said)
    return {
        "shown": display.shown(page, round.work, comments, viewer=learner),
        "homeless": display.homeless(page, comments, viewer=learner),
        "items": shown_items(page, round.checklist),
        "wish": render_text(round.wish),
    }


@require_safe
@learner_required
def changes(request: LearnerRequest, submission: UUID, number: int) -> HttpResponse:
    """What is new in a round, against the one before; for its learner, and for reviewers."""
    rounds = Round.objects.filter(submission=submission, number__in=[number - 1, number])
    found = list(rounds.select_related("learner").order_by("number"))
    if len(found) != 2 or not _may_compare(request.user, found[1]):
        raise Http404
    before, after = found
    page = rendered(project_of(after))
    context = {
        **_heading(after, page),
        "before": before,
        "is_own": after.learner_id == request.user.pk,
        "differences": differences_of(page, before.work, _work_now(after, page)),
    }
    return render(request, "projects/changes.html", context)


def _may_compare(person: Learner, round: Round) -> bool:
    if round.learner_id == person.pk:
        return True
    return (person.is_reviewer or person.is_staff) and not round.is_with_learner


def _work_now(round: Round, page: Project) -> dict[str, Any]:
    """As handed in, or as it is drafted so far."""
    if round.is_with_learner:
        return actions.work_of(round.learner, round, page)
    return dict(round.work)


class AppealForm(forms.Form):
    reason = forms.CharField(
        max_length=LONGEST_APPEAL,
        label="What should be looked at again, and why",
        help_text="The next reviewer reads it. Name the criteria, and the places in your work.",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write why; another reviewer begins with it."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@learner_required
def appeal(request: LearnerRequest, submission: UUID, number: int) -> HttpResponse:
    rounds = Round.objects.of(request.user)
    round = get_object_or_404(rounds, submission=submission, number=number)
    form = AppealForm(request.POST or None)
    if request.method == "POST":
        key = key_or_400(request)
        if form.is_valid() and _appealed(request, round, form, key):
            return redirect(page_of(round))
    elif not _can_be_appealed(round):
        return redirect(page_of(round))
    page = rendered(project_of(round))
    context = {**_heading(round, page), "form": form, "key": uuid4()}
    return render(request, "projects/appeal.html", context)


def _can_be_appealed(round: Round) -> bool:
    judged_badly = round.state in actions.APPEALED and round.appealed_at is None
    later = Round.objects.filter(submission=round.submission_id, number__gt=round.number)
    return judged_badly and not later.exists()


def _appealed(request: LearnerRequest, round: Round, form: AppealForm, key: UUID) -> bool:
    """Whether it was taken; if not, the form says why and keeps its words."""
    try:
        actions.appeal(round.pk, form.cleaned_data["reason"], by=request.user, key=key)
    except Refused as refused:
        form.add_error("reason", f"Nothing was changed. {refused}")
        return False
    messages.success(request, "Your appeal is in the queue; another reviewer takes it.")
    return True
