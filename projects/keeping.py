"""Saving the form of a review, which everything that a reviewer does begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse

from projects import decisions, review_form
from projects.columns import tidy
from projects.desk_doors import own_review_or_404, round_or_404
from projects.documents import project_of
from projects.forms import Given
from projects.models import Review, Round
from projects.review_page import draft_sheet, drafts_of, review_page
from projects.saving import LONGEST_TAB
from projects.values import Value
from skillguide.content.schema import Project
from skillguide.learners.doors import LearnerRequest
from skillguide.learners.drafts import Saved
from skillguide.learners.models import DraftVersion, Learner


@dataclass(frozen=True)
class Kept:
    """What came of saving a form of a review."""

    round: Round
    review: Review
    project: Project
    given: Given
    saved: Mapping[str, Saved]
    held: bool

    @property
    def is_whole(self) -> bool:
        """Nothing was too long, and nothing stood in the way."""
        return not self.given.wrong and not any(it.aside for it in self.saved.values())


def keep(request: LearnerRequest, round_id: UUID) -> Kept:
    """Save every field that came; each thing a reviewer does begins with it."""
    round = round_or_404(request.user, round_id)
    review = own_review_or_404(request.user, round)
    project = project_of(round)
    given = review_form.given(project, request.POST)
    tab = tidy(request.POST.get("tab", ""))[:LONGEST_TAB]
    values = given.values if by_script(request) else _touched(request.user, review, given)
    saved, held = decisions.save_review(review, request.user, values, tab=tab)
    return Kept(round, review, project, given, saved, held)


def by_script(request: LearnerRequest) -> bool:
    """Only what was changed comes then, and JSON goes back."""
    return request.accepts("application/json") and not request.accepts("text/html")


def _touched(me: Learner, review: Review, given: Given) -> dict[str, tuple[Value, int]]:
    """Without what still is as it was when the page came: that must not push anything aside."""
    shown = Q(pk__in=[])
    for name, (_, base) in given.values.items():
        shown |= Q(name=review.draft_name(name), version=base)
    came = {it.name: it.value for it in DraftVersion.objects.filter(shown, learner=me)}
    return {
        name: (value, base)
        for name, (value, base) in given.values.items()
        if value != came.get(review.draft_name(name), review_form.empty(name))
    }


def page_again(
    request: LearnerRequest, kept: Kept, errors: Mapping[str, str] | None = None
) -> HttpResponse:
    """The form with what came in it, and what is wrong with it."""
    drafts = drafts_of(kept.review, request.user)
    aside = {name: it for name, it in kept.saved.items() if it.aside}
    typed = {name: it.aside.value for name, it in aside.items() if it.aside}
    typed |= _as_typed(kept, request)
    sheet = draft_sheet(
        kept.project,
        drafts,
        typed=typed,
        errors={**kept.given.wrong, **(errors or {})},
        conflicts={name: _words(it.draft.value) for name, it in aside.items()},
    )
    status = 409 if aside else 422
    return review_page(request, round_or_404(request.user, kept.round.pk), sheet, status=status)


def _as_typed(kept: Kept, request: LearnerRequest) -> dict[str, dict[str, Any]]:
    """What was too long to be kept stays in its field."""
    return {
        name: {
            part: request.POST.get(f"{name}.{part}", it) if isinstance(it, str) else it
            for part, it in review_form.empty(name).items()
        }
        for name in kept.given.wrong
    }


def _words(value: Mapping[str, Any] | None) -> str:
    return "\n".join(str(it) for it in (value or {}).values() if it not in ("", None, False))
