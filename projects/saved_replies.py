"""The comment bank: replies that are kept for use again, one's own and those that others share."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from projects.models import SavedComment
from skillguide.learners.doors import LearnerRequest, reviewer_required

MOST_OWN = 200


class SavedReplyForm(forms.Form):
    text = forms.CharField(
        label="The reply",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="As you would write it to any learner; you can change it after inserting.",
    )
    shared = forms.BooleanField(label="Share it with all reviewers", required=False)


@reviewer_required
@require_http_methods(["GET", "HEAD", "POST"])
def bank(request: LearnerRequest) -> HttpResponse:
    """See, add, share and delete saved replies."""
    if "use" in request.POST:
        return _use(request)
    if "reply" in request.POST:
        return _change(request)
    form = SavedReplyForm(request.POST or None)
    if form.is_valid() and _add(request, form):
        return redirect("projects:bank")
    context = {"form": form, "saved": SavedComment.objects.open_to(request.user)}
    status = 422 if form.errors else 200
    return render(request, "projects/bank.html", context, status=status)


def _add(request: LearnerRequest, form: SavedReplyForm) -> bool:
    """Whether it is there now; if not, the form says why and keeps its words."""
    own = SavedComment.objects.filter(owner=request.user)
    if own.filter(text=form.cleaned_data["text"]).exists():
        messages.info(request, "You have saved this reply already.")
    elif own.count() >= MOST_OWN:
        form.add_error("text", f"You have {MOST_OWN} replies. Delete one first.")
        return False
    else:
        SavedComment.objects.create(owner=request.user, **form.cleaned_data)
        messages.success(request, "The reply is saved.")
    return True


def _change(request: LearnerRequest) -> HttpResponse:
    """Share or delete one's own. Doing it twice does no harm."""
    own = SavedComment.objects.filter(owner=request.user, pk=_id(request.POST["reply"]))
    match request.POST.get("do"):
        case "share":
            own.update(shared=True)
        case "keep":
            own.update(shared=False)
        case "delete":
            own.delete()
    return redirect("projects:bank")


def _use(request: LearnerRequest) -> HttpResponse:
    """Count that a reply was inserted, by script."""
    rows = SavedComment.objects.open_to(request.user).filter(pk=_id(request.POST["use"]))
    rows.update(uses=F("uses") + 1)
    return HttpResponse(status=204)


def _id(text: str) -> UUID:
    """Nonsense names nothing."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
