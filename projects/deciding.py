"""The end of a review: deciding, undoing, a second reader, giving it to somebody else."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from projects import decisions, review_form
from projects.columns import tidy
from projects.desk_doors import round_or_404
from projects.keeping import keep, page_again
from projects.keys import key_or_400
from projects.models import Round
from projects.review_page import colleagues, drafts_of, review_page, values_of
from projects.signed_out import words_wait
from projects.steps import Refused
from skillguide.learners.doors import LearnerRequest, reviewer_required

LONGEST_NOTE = 5_000
CANNOT = "{} cannot take this one over. Choose somebody else, or give it back to the queue."
UNDONE = "It had been taken back meanwhile. Look at it, and send it once more."


@words_wait
@reviewer_required
@require_POST
def decide(request: LearnerRequest, round_id: UUID) -> HttpResponse:
    """Send the review; or show what is missing, with every word in its place."""
    key, kept, me = key_or_400(request), keep(request, round_id), request.user
    if not kept.held:
        return _sent_or_lost(request, kept.round)
    if not kept.is_whole:
        return page_again(request, kept)
    values = values_of(kept.project, drafts_of(kept.review, me))
    judged = review_form.judged(kept.project, values)
    if not (verdict := judged.verdict):
        return page_again(request, kept, judged.missing)
    return _done(
        request,
        round_id,
        lambda: decisions.decide(round_id, verdict, kept.project, by=me, key=key),
        otherwise=UNDONE,
    )


def _sent_or_lost(request: LearnerRequest, round: Round) -> HttpResponse:
    """A second press finds it sent; whoever comes too late is told so."""
    if round.reviewer_id != request.user.pk:
        messages.warning(request, decisions.NOT_YOURS)
    return redirect("projects:review", round.pk)


def _done(
    request: LearnerRequest, round_id: UUID, act: Callable[[], Round], *, otherwise: str = ""
) -> HttpResponse:
    """Do it and show the round, or say why not. `otherwise`: when it is still with the reviewer."""
    try:
        round = act()
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        if otherwise and round.is_held_by(request.user):
            messages.warning(request, otherwise)
    return redirect("projects:review", round_id)


@reviewer_required
@require_POST
def undo(request: LearnerRequest, round_id: UUID) -> HttpResponse:
    """Take back what was sent a moment ago."""
    key = key_or_400(request)
    round_or_404(request.user, round_id)
    return _done(request, round_id, lambda: decisions.undo(round_id, by=request.user, key=key))


@reviewer_required
@require_POST
def give_back(request: LearnerRequest, round_id: UUID) -> HttpResponse:
    """Put it back into its place in the queue."""
    key, kept = key_or_400(request), keep(request, round_id)
    if not kept.is_whole:
        return page_again(request, kept)
    try:
        decisions.give_back(round_id, by=request.user, key=key)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("projects:review", round_id)
    messages.success(request, "It is back in the queue. Your draft is kept.")
    return redirect("projects:desk")


@reviewer_required
@require_POST
def hand_over(request: LearnerRequest, round_id: UUID) -> HttpResponse:
    """Give it to another reviewer, with all that was written."""
    key, kept = key_or_400(request), keep(request, round_id)
    if not kept.is_whole:
        return page_again(request, kept)
    to = request.POST.get("to", "")
    colleague = colleagues(request.user).filter(pk=review_form.number(to)).first()
    if colleague is None:
        return page_again(request, kept, {"hand_over": "Choose who shall have it."})
    if decisions.is_closed_to(kept.round, colleague):
        return page_again(request, kept, {"hand_over": CANNOT.format(colleague)})
    try:
        decisions.hand_over(round_id, colleague, by=request.user, key=key)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("projects:review", round_id)
    messages.success(request, f"{colleague} has it now, with everything that you wrote.")
    return redirect("projects:desk")


# ── The second reader ────────────────────────────────────────────────────────────────────


@reviewer_required
@require_POST
def pass_on(request: LearnerRequest, round_id: UUID) -> HttpResponse:
    """Let the learner have it."""
    key = key_or_400(request)
    round_or_404(request.user, round_id)
    return _done(request, round_id, lambda: decisions.pass_on(round_id, by=request.user, key=key))


@reviewer_required
@require_POST
def send_back(request: LearnerRequest, round_id: UUID) -> HttpResponse:
    """Ask the reviewer to change something first."""
    key = key_or_400(request)
    round = round_or_404(request.user, round_id)
    note = tidy(request.POST.get("note", "")).strip()
    if wrong := _note_fault(note):
        return review_page(request, round, status=422, note=note, note_error=wrong)
    try:
        decisions.send_back(round_id, note, by=request.user, key=key)
    except Refused as refused:
        messages.warning(request, str(refused))
        now = round_or_404(request.user, round_id)
        return review_page(request, now, status=409, note=note)
    return redirect("projects:review", round_id)


def _note_fault(note: str) -> str:
    if not note:
        return "Write what shall be changed; the reviewer alone reads it."
    if len(note) > LONGEST_NOTE:
        return f"The note has {len(note):,} characters; at most {LONGEST_NOTE:,} fit."
    return ""
