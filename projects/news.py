"""What people are told about rounds. Nothing that somebody wrote goes into a notice."""

from __future__ import annotations

from django.urls import reverse

from projects.documents import of_digest, published
from projects.models import Decision, Review, Round
from skillguide.content.problems import shorten
from skillguide.learners.models import Learner
from skillguide.learners.notices import tell

SENTENCES = {
    Decision.ACCEPTED: "Your work on “{}” was accepted.",
    Decision.CHANGES: "Your work on “{}” was reviewed: changes are requested.",
    Decision.UNASSESSABLE: "Your work on “{}” could not be assessed; the reviewer says why.",
}


def title_of(round: Round) -> str:
    """The project's, as it is called now; as it was called then when it is no longer published."""
    return (published(round.content_id) or of_digest(round.digest)).title


def named(round: Round) -> str:
    """The title as it fits into a sentence."""
    return shorten(title_of(round), 150)


def page_of(round: Round) -> str:
    """Where its learner sees it."""
    return reverse("projects:round", args=[round.submission_id, round.number])


def tell_about_decision(round: Round, review: Review) -> None:
    text = SENTENCES[Decision(review.decision)].format(named(round))
    tell(round.learner, text, page_of(round))


def tell_about_hand_over(round: Round, to: Learner) -> None:
    text = f"A review of “{named(round)}” is yours now."
    tell(to, text, reverse("projects:review", args=[round.pk]))


def tell_second_readers(round: Round, reviewer: Learner) -> None:
    """Nobody in particular: it stands on every reviewer's desk. Admins are told."""
    others = Learner.objects.filter(is_staff=True, is_active=True)
    for admin in others.exclude(pk__in=[reviewer.pk, round.learner_id]):
        text = f"A review of “{named(round)}” waits for a second reader."
        tell(admin, text, reverse("projects:desk"))
