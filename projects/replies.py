"""Answers to comments, by learner and reviewer."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from projects import actions, display
from projects.documents import project_of
from projects.keys import key_or_400
from projects.models import Comment, Reply, Round
from projects.news import named, page_of, title_of
from skillguide.editions.shelf import rendered
from skillguide.learners.doors import LearnerRequest, learner_required
from skillguide.learners.models import Learner
from skillguide.learners.notices import tell

LONGEST_REPLY = 5_000


class ReplyForm(forms.Form):
    text = forms.CharField(
        required=False,
        max_length=LONGEST_REPLY,
        label="Your reply",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    settles = forms.BooleanField(required=False, label="This is dealt with")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given.get("text") and not given.get("settles"):
            self.add_error("text", "Write something, or tick that it is dealt with.")
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@learner_required
def reply(request: LearnerRequest, comment: UUID) -> HttpResponse:
    """For the learner whose work it is about, and the reviewer who wrote it."""
    found = _comment_or_404(request.user, comment)
    form = ReplyForm(request.POST or None)
    if request.method == "POST":
        key = key_or_400(request)
        if form.is_valid():
            answer(found, request.user, key=key, **form.cleaned_data)
            return redirect(f"{_page(request, found)}#comment-{found.pk}")
    page = rendered(project_of(found.round))
    said = display.shown_comment(page, found, request.user)
    context = {
        "it": said,
        "page": page,
        "form": form,
        "key": uuid4(),
        "title": title_of(found.round),
    }
    return render(request, "projects/reply.html", context)


def _comment_or_404(person: Learner, id: UUID) -> Comment:
    mine = Q(review__reviewer=person) | Q(review__learner=person)
    sent = Comment.objects.filter(mine, pk=id, review__sent_at__isnull=False)
    rows = display.to_show(sent)
    return get_object_or_404(sent) if not rows else rows[0]


def _page(request: LearnerRequest, comment: Comment) -> str:
    """Where the reply was written: a learner may have been reading a later round."""
    if comment.review.learner_id != request.user.pk:
        return reverse("projects:review", args=[comment.round_id])
    number = request.POST.get("round", "")
    rounds = Round.objects.filter(submission=comment.round.submission_id)
    if number.isascii() and number.isdigit() and len(number) < 5:
        return page_of(rounds.filter(number=number).first() or comment.round)
    return page_of(comment.round)


@transaction.atomic
def answer(comment: Comment, author: Learner, *, text: str, settles: bool, key: UUID) -> None:
    """Keep the reply, and tell the other side that there is one."""
    if made := Reply.objects.filter(pk=key).first():
        if (made.comment_id, made.author_id, made.text) == (comment.pk, author.pk, text):
            return
        key = uuid4()  # a page that was kept open, and other words
    actions.reply(comment, author, text, settles=settles, key=key)
    review, words = comment.review, named(comment.round)
    if author.pk == review.learner_id:
        page = reverse("projects:review", args=[comment.round_id])
        tell(review.reviewer, f"There is a reply to your comment on a “{words}”.", page)
    else:
        text = f"There is a reply to a comment on your “{words}”."
        tell(review.learner, text, page_of(comment.round))
