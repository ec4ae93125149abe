"""What reviewers may open: everybody's work but their own."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from projects.clock import release_if_due
from projects.models import Review, Round
from projects.states import DECIDED, IN_REVIEW
from skillguide.learners.models import Learner


def round_or_404(reviewer: Learner, round_id: UUID) -> Round:
    """Handed in, and somebody else's."""
    rows = Round.objects.filter(state__in=IN_REVIEW | DECIDED).exclude(learner=reviewer)
    round = rows.select_related("learner", "reviewer", "submission").filter(pk=round_id).first()
    if round is None:
        raise Http404(round_id)
    return release_if_due(round)


def own_review_or_404(reviewer: Learner, round: Round) -> Review:
    review = Review.objects.filter(round=round, reviewer=reviewer).first()
    if review is None:
        raise Http404(round.pk)
    return review
