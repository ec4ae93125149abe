"""Writing a round: beginning it, the workbench, saving, earlier drafts, and going on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects import actions, reading
from projects.documents import contents_of, project_of, published
from projects.files import Refusal, change_files
from projects.forms import without_row
from projects.keys import key_or_400
from projects.left_over import no_longer_asked_for
from projects.models import Round
from projects.news import page_of
from projects.saving import Kept, as_json, keep, round_or_404, states, wants_json
from projects.showing import render_text
from projects.signed_out import words_came, words_wait
from projects.states import State
from projects.steps import Refused
from projects.workbench import Bench, drafted_fields, items, parts
from skillguide.editions.doors import found_or_404, guide_or_404
from skillguide.editions.templatetags.guide import address
from skillguide.learners.doors import LearnerRequest, Request, learner_required

LATE = (
    "This round was handed in before your last words arrived. They are kept beside it, "
    "under the earlier drafts."
)


PARKED = (
    "This round is parked, so your words are kept beside it, under the earlier drafts. "
    "Open it again to go on."
)


@require_POST
@learner_required
def start(request: LearnerRequest, guide: str, slug: str) -> HttpResponse:
    project = found_or_404(guide_or_404(guide).projects, slug)
    try:
        round = actions.start(request.user, project, key=key_or_400(request))
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect(address(project))
    return redirect(page_of(round))


@require_safe
@learner_required
def round(request: LearnerRequest, submission: UUID, number: int) -> HttpResponse:
    """One address from the first word to the decision."""
    round = round_or_404(request, submission, number)
    if words_came(request, submission, number):
        return not_saved(request, keep(request, round)) or welcome_back(request)
    if round.state != State.DRAFT:
        return reading.round_page(request, round)
    return workbench_page(request, Bench.of(round))


def welcome_back(request: Request) -> HttpResponse:
    """The words that waited for somebody to sign in are saved."""
    messages.success(request, "What you had written before you signed in is saved.")
    return redirect(request.path)


def workbench_page(
    request: Request, bench: Bench, wrong: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    wrong = wrong or {}
    context = bench_context(bench) | {
        "parts": parts(bench, wrong, request.GET.get("more", "")),
        "items": items(bench, bench.outcomes_shown, wrong),
        "kept": no_longer_asked_for(bench),
        "wrong": wrong,
    }
    return render(request, "projects/workbench.html", context, status=status)


def bench_context(bench: Bench) -> dict[str, Any]:
    return {
        "contents": contents_of(bench.round),
        "round": bench.round,
        "project": bench.project,
        "page": bench.page,
        "bench": bench,
        "drafted": drafted_fields(bench),
        "sign_in_url": f"{reverse('account_login')}?next={page_of(bench.round)}",
    }


@require_POST
@words_wait
@learner_required
def save(request: LearnerRequest, submission: UUID, number: int) -> HttpResponse:
    """Keep everything in the form, then do what the button says."""
    round = round_or_404(request, submission, number)
    deed, _, target = request.POST.get("do", "").partition(":")
    kept = keep(request, round, _without_removed(request.POST, deed, target))
    if wants_json(request):
        return as_json(kept)
    return not_saved(request, kept) or _after_saving(request, kept, deed, target)


def _without_removed(data: QueryDict, deed: str, target: str) -> QueryDict:
    if deed != "remove":
        return data
    deliverable, _, row = target.partition(":")
    return without_row(data, f"work.{deliverable}", row)


def not_saved(request: LearnerRequest, kept: Kept) -> HttpResponse | None:
    """What stands in the way of going on, if anything does."""
    if kept.late:
        if any(it.aside for it in kept.saved.values()):
            parked = kept.bench.round.state == State.PARKED
            messages.warning(request, PARKED if parked else LATE)
        return redirect(page_of(kept.bench.round))
    if kept.given.wrong:
        return workbench_page(request, kept.as_typed(request.POST), kept.given.wrong, status=422)
    if kept.conflicts:
        context = bench_context(kept.bench) | {"conflicts": kept.conflicts}
        return render(request, "projects/conflict.html", context, status=409)
    return None


def _after_saving(request: LearnerRequest, kept: Kept, deed: str, target: str) -> HttpResponse:
    round = kept.bench.round
    try:
        change_files(request, kept.bench)
    except Refusal as refusal:
        return workbench_page(request, kept.bench, refusal.wrong, status=refusal.status)
    if lead := _lead(kept.bench, deed, target):
        return redirect(lead)
    messages.success(request, "Your draft is saved.")
    return redirect(page_of(round))


def _lead(bench: Bench, deed: str, target: str) -> str:
    """Where a button leads after saving; nothing for a plain save."""
    round, deliverable = bench.round, target.partition(":")[0]
    here = [round.submission_id, round.number]
    if deed == "hand_in":
        return reverse("projects:hand_in", args=here)
    if not bench.project.deliverable(deliverable):
        return ""
    if deed in _PAGES:
        return reverse(_PAGES[deed], args=[*here, deliverable])
    more = f"?more={deliverable}" if deed == "rows" else ""
    return f"{page_of(round)}{more}#work.{deliverable}{'-end' if more else ''}"


_PAGES = {"import": "projects:import_table", "preview": "projects:preview"}


@require_safe
@learner_required
def checklist(request: LearnerRequest, submission: UUID, number: int) -> HttpResponse:
    """How the checklist stands, for the script that waits for a link to be looked at."""
    round = round_or_404(request, submission, number)
    if not wants_json(request):
        return redirect(page_of(round))
    return JsonResponse(states(Bench.of(round)))


@require_http_methods(["GET", "HEAD", "POST"])
@learner_required
def preview(
    request: LearnerRequest, submission: UUID, number: int, deliverable: str
) -> HttpResponse:
    """A text as its reviewer will see it: what is typed now, or what is saved."""
    bench = Bench.of(round_or_404(request, submission, number))
    found = bench.project.deliverable(deliverable)
    if found is None or found.format != "text":
        raise Http404(deliverable)
    if request.method == "POST":
        text = request.POST.get(f"work.{deliverable}.text", "")[:LONGEST_PREVIEW]
        return render(request, "projects/_preview.html", {"html": render_text(text)})
    html = render_text(bench.work_value(found)["text"])
    context = bench_context(bench) | {"deliverable": found, "html": html}
    return render(request, "projects/preview.html", context)


LONGEST_PREVIEW = 100_000


def _step(
    request: LearnerRequest, round: Round, act: Callable[[UUID], Round], done: str
) -> HttpResponse:
    """Do it, and say so; or say why not."""
    try:
        now = act(key_or_400(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(page_of(round))
    messages.success(request, done)
    return redirect(page_of(now))


@require_POST
@learner_required
def withdraw(request: LearnerRequest, submission: UUID, number: int) -> HttpResponse:
    round = round_or_404(request, submission, number)
    done = "It is with you again. Hand it in when it is ready; then it joins the end of the queue."
    return _step(
        request, round, lambda key: actions.withdraw(round.pk, by=request.user, key=key), done
    )


@require_POST
@learner_required
def reopen(request: LearnerRequest, submission: UUID, number: int) -> HttpResponse:
    round = round_or_404(request, submission, number)
    done = "Everything is as you left it."
    return _step(
        request, round, lambda key: actions.reopen(round.pk, by=request.user, key=key), done
    )


@require_POST
@learner_required
def next_round(request: LearnerRequest, submission: UUID, number: int) -> HttpResponse:
    round = round_or_404(request, submission, number)
    project = published(round.content_id) or project_of(round)
    return _step(
        request,
        round,
        lambda key: actions.next_round(round, project, by=request.user, key=key),
        "Your words of the last round are the first draft of this one.",
    )
